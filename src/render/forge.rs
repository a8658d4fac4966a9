//! Where a comment is to be shown, and how long one may be there.

/// What shows pull requests, and their comments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Forge {
    /// GitHub.
    #[default]
    GitHub,
    /// GitLab.
    GitLab,
    /// Azure DevOps.
    AzureDevOps,
    /// Bitbucket.
    Bitbucket,
}

impl Forge {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::GitHub, Self::GitLab, Self::AzureDevOps, Self::Bitbucket];

    /// Returns how long a comment may be.
    pub fn most(self) -> usize {
        match self {
            Self::GitHub => 65_536,
            Self::GitLab => 1_000_000,
            Self::AzureDevOps => 150_000,
            Self::Bitbucket => 32_768,
        }
    }

    /// Returns the first line of a comment, by which a bot finds its own of an earlier run, and which
    /// nobody sees.
    pub(super) fn marker(self, command: &str) -> String {
        match self {
            Self::GitHub | Self::GitLab | Self::AzureDevOps => {
                format!("<!-- plutora-sync:{command} -->\n\n")
            }
            // Bitbucket shows HTML as text, and nothing of a definition of a link that nobody uses.
            Self::Bitbucket => format!("[//]: # (plutora-sync:{command})\n\n"),
        }
    }

    /// Returns details below a title, folded where that can be done.
    pub(super) fn folded(self, title: &str, details: &str) -> String {
        match self {
            Self::GitHub | Self::GitLab | Self::AzureDevOps => {
                format!("<details><summary>{title}</summary>\n\n{details}</details>\n\n")
            }
            Self::Bitbucket => format!("**{title}**\n\n{details}\n"),
        }
    }

    /// Returns a line as an item of a list within a list.
    pub(super) fn sub_item(self, line: &str) -> String {
        match self {
            Self::GitHub | Self::GitLab | Self::AzureDevOps => format!("  - {line}\n"),
            // Its Markdown is that of Python, where a list within another is indented by four.
            Self::Bitbucket => format!("    - {line}\n"),
        }
    }

    /// Returns whether a text is too long for a comment.
    ///
    /// They say "characters", and count characters, UTF-16 units or bytes. A text has at least as many
    /// bytes as it has of the others, so bytes are what is counted here: a plan in Chinese gets a third
    /// of the room, and no comment is refused.
    pub fn is_exceeded_by(self, text: &str) -> bool {
        text.len() > self.most()
    }
}
