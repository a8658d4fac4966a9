//! What the API is known to do with deployment statuses: one table.

use crate::resource::{COMPLETED, ENDORSED, Kind, PENDING, REJECTED};

/// What becomes of a status that a manifest asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is what a new one has anyway; nothing is written.
    AsCreated,
    /// This word, or the tenant's label for it, is written with a PUT.
    Set(&'static str),
    /// The API cannot make it so, for this reason.
    Impossible(&'static str),
}

/// Which objects a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// Everything that has a deployment status.
    Everything,
    /// What stands below an Enterprise release.
    Enterprise,
    /// The deployment dates of an Enterprise release.
    EnterpriseDates,
}

/// When a rule applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Always.
    Ever,
    /// To an object that is created.
    New,
    /// To one that is there.
    There,
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The word that a manifest asks for.
    pub word: &'static str,
    /// Which objects.
    pub on: On,
    /// When.
    pub when: When,
    /// What becomes of it.
    pub verdict: Verdict,
}

const fn rule(word: &'static str, on: On, when: When, verdict: Verdict) -> Rule {
    Rule { word, on, when, verdict }
}

/// The rules; the first that fits decides.
///
/// That a new deployment date is Pending whatever is sent, that an Enterprise says Endorsed for
/// completed and refuses Rejected was asserted by tests of 2019. Which words can be set is the
/// vendor's help (2020): Pending is none of them. That it all holds for the status of a system's row
/// in a release too is inferred, and so is the word that such a row of an Enterprise takes.
pub const RULES: [Rule; 7] = [
    rule(PENDING, On::Everything, When::New, Verdict::AsCreated),
    rule(
        PENDING,
        On::Everything,
        When::There,
        Verdict::Impossible(
            "a status can be set to Completed, RollbackPending or Rejected, and never back to \
             Pending; remove it from the manifest",
        ),
    ),
    rule(COMPLETED, On::EnterpriseDates, When::Ever, Verdict::Set(ENDORSED)),
    rule(COMPLETED, On::Everything, When::Ever, Verdict::Set(COMPLETED)),
    rule("RollbackPending", On::Everything, When::Ever, Verdict::Set("RollbackPending")),
    rule(
        REJECTED,
        On::Enterprise,
        When::Ever,
        Verdict::Impossible("the deployment status of an Enterprise release cannot be Rejected"),
    ),
    rule(REJECTED, On::Everything, When::Ever, Verdict::Set(REJECTED)),
];

/// Returns whether a word says that a deployment is done; an Enterprise says it with another.
pub(super) fn is_completed(word: &str) -> bool {
    [COMPLETED, ENDORSED].contains(&word)
}

/// Returns what becomes of a status that is asked for.
pub(super) fn verdict(word: &str, kind: Kind, is_enterprise: bool, is_new: bool) -> Verdict {
    let fits = |rule: &&Rule| {
        let on = match rule.on {
            On::Everything => true,
            On::Enterprise => is_enterprise,
            On::EnterpriseDates => is_enterprise && kind == Kind::Deployment,
        };
        let when = match rule.when {
            When::Ever => true,
            When::New => is_new,
            When::There => !is_new,
        };
        rule.word == word && on && when
    };
    let decided = RULES.iter().find(fits).map(|rule| rule.verdict);
    // Unreachable while the rules know every word that the reader of manifests lets through.
    decided.unwrap_or(Verdict::Impossible("this status is unknown"))
}
