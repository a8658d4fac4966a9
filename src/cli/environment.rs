//! What a run is given by its process: the environment, read once, and an id of its own.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use uuid::Uuid;

/// The variables, of which one that is empty counts as not set, and the id of the run.
#[derive(Clone, Default)]
pub(super) struct Environment {
    variables: BTreeMap<String, OsString>,
    run: Uuid,
}

impl Environment {
    /// Takes the variables of this process.
    pub(super) fn of_process() -> Self {
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .collect();
        Self { variables, run: Uuid::new_v4() }
    }

    /// Returns the id of this run, as Plutora, the logs and the reports have it.
    pub(super) fn run(&self) -> Uuid {
        self.run
    }

    /// Returns the names of all variables.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().map(String::as_str)
    }

    /// Returns the names of the variables that are no text.
    pub(super) fn unreadable(&self) -> impl Iterator<Item = &str> {
        let odd = self.variables.iter().filter(|(_, value)| value.to_str().is_none());
        odd.map(|(name, _)| name.as_str())
    }

    /// Returns a variable that is set to something, as text.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name)?.to_str().filter(|value| !value.is_empty())
    }

    /// Returns whether a variable is there and empty.
    pub(super) fn is_empty(&self, name: &str) -> bool {
        self.variables.get(name).is_some_and(|value| value.is_empty())
    }

    /// Returns the folder for what programs of this user remember from one run to the next.
    pub(super) fn state_home(&self) -> Option<PathBuf> {
        self.home("XDG_STATE_HOME", ".local/state")
    }

    /// Returns the folder for what programs of this user can do without.
    pub(super) fn cache_home(&self) -> Option<PathBuf> {
        self.home("XDG_CACHE_HOME", ".cache")
    }

    fn home(&self, variable: &str, below_home: &str) -> Option<PathBuf> {
        let below_home = || Some(self.path("HOME")?.join(below_home));
        let home = self.path(variable).or_else(below_home);
        home.or_else(|| self.path("LOCALAPPDATA")).filter(|folder| folder.is_absolute())
    }

    /// Returns the path in a variable.
    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        self.variables.get(name).filter(|value| !value.is_empty()).map(PathBuf::from)
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name, value.into())).collect();
        Self { variables, run: Uuid::nil() }
    }
}

impl std::fmt::Debug for Environment {
    /// Shows no value: some are credentials.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_set().entries(self.variables.keys()).finish()
    }
}
