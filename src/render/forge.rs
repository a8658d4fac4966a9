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

    /// Returns whether a text is too long for a comment.
    ///
    /// They say "characters", and count characters, UTF-16 units or bytes. A text has at least as many
    /// bytes as it has of the others, so bytes are what is counted here: a plan in Chinese gets a third
    /// of the room, and no comment is refused.
    pub fn is_exceeded_by(self, text: &str) -> bool {
        text.len() > self.most()
    }
}
