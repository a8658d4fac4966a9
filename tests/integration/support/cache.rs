//! Plans that keep what they have read, and what they ask all the same.

use std::fmt::Write as _;
use std::path::PathBuf;

use tempfile::TempDir;

use super::{Ran, World, partly};

/// A folder in which plans keep what they have read.
pub(crate) struct Cache(pub(crate) TempDir);

impl Cache {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// Plans the folder of a world and returns the plan with how often each path was asked for.
    pub(crate) fn plan(&self, world: &World, more: &[&str]) -> (Ran, Vec<String>) {
        world.clear_journal();
        let folder = self.0.path().to_str().unwrap();
        let plan = ["plan", "-f", ".", "--format", "json", "--cache-dir", folder];
        let ran = world.run(&[&plan, more].concat());
        let journal = world.journal();
        (ran, journal.iter().map(|entry| entry["path"].as_str().unwrap().to_owned()).collect())
    }

    pub(crate) fn files(&self) -> Vec<PathBuf> {
        std::fs::read_dir(self.0.path()).unwrap().map(|file| file.unwrap().path()).collect()
    }
}

/// Manages a field that only details carry of the first so many releases.
pub(crate) fn managed(world: &World, numbers: impl Iterator<Item = u32>) {
    let all = numbers.fold(String::new(), |mut all, number| {
        write!(all, "{}", partly(&format!("REL-{number:05}"), "{riskLevel: Low}")).unwrap();
        all
    });
    world.manifest("all.yaml", &all);
}

pub(crate) fn details(asked: &[String]) -> usize {
    asked.iter().filter(|path| path.starts_with("/releases/")).count()
}

pub(crate) fn lists(asked: &[String]) -> Vec<&str> {
    let mut lists: Vec<&str> =
        asked.iter().map(String::as_str).filter(|it| !it.starts_with("/releases/")).collect();
    lists.sort_unstable();
    lists
}
