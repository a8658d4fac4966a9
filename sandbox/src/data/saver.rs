//! The task that keeps the state file up to date, so that no request waits for the disk.
//!
//! It watches the revision of the data. Writes that happen while it is busy are covered together by
//! its next round; there is no timer.

use std::path::{Path, PathBuf};

use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};

use super::file;
use crate::error::{StateError, StopError};
use crate::world::Shared;

#[derive(Clone, Copy, Debug)]
struct Progress {
    revision: u64,
    closing: bool,
}

/// Tells the saving task what to do.
#[derive(Debug)]
pub(crate) struct Saver(watch::Sender<Progress>);

/// Stands for the saving task; there is none where nothing is to be kept.
#[derive(Debug)]
pub(crate) struct Saving(Option<JoinHandle<Result<(), StateError>>>);

impl Saver {
    /// Starts to keep `path` up to date; without a path there is nothing to keep.
    pub(crate) fn start(path: Option<PathBuf>, shared: &Shared) -> (Self, Saving) {
        let revision = shared.lock().tenant.data.revision();
        let (sender, updates) = watch::channel(Progress { revision, closing: false });
        let task = path.map(|path| tokio::spawn(keep(path, shared.clone(), updates, revision)));
        (Self(sender), Saving(task))
    }

    /// Notes that the data have reached a revision.
    pub(crate) fn reached(&self, revision: u64) {
        self.0.send_if_modified(|progress| {
            let newer = revision > progress.revision;
            progress.revision = progress.revision.max(revision);
            newer
        });
    }

    /// Has the last revision saved and the task end, without waiting for it.
    pub(crate) fn close(&self) {
        self.0.send_modify(|progress| progress.closing = true);
    }
}

impl Saving {
    /// Returns when the task has ended; the file is complete then.
    pub(crate) async fn ended(&mut self) -> Result<(), StopError> {
        match self.0.take() {
            Some(task) => Ok(task.await.map_err(StopError::Writer)??),
            None => Ok(()),
        }
    }
}

async fn keep(
    path: PathBuf,
    shared: Shared,
    mut updates: watch::Receiver<Progress>,
    mut saved: u64,
) -> Result<(), StateError> {
    loop {
        let Progress { revision, closing } = *updates.borrow_and_update();
        let outcome = if revision > saved { save_copy(&path, &shared).await } else { Ok(saved) };
        match outcome {
            Ok(revision) => saved = revision,
            Err(error) if closing => return Err(error),
            // The next write tries again; the one at the end is reported to whoever stops us.
            Err(error) => tracing::error!(%error, "the sandbox state is not saved"),
        }
        if closing || updates.changed().await.is_err() {
            return Ok(());
        }
    }
}

async fn save_copy(path: &Path, shared: &Shared) -> Result<u64, StateError> {
    let data = shared.lock().tenant.data.clone();
    let revision = data.revision();
    let target = path.to_owned();
    match spawn_blocking(move || file::save(&target, &data)).await {
        Ok(outcome) => outcome.map(|()| revision),
        Err(error) => Err(StateError::Write { path: path.to_owned(), source: error.into() }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::behaviour::Behaviour;
    use crate::data::{Data, load};
    use crate::world::World;

    #[tokio::test]
    async fn a_write_just_before_the_end_is_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let world = World::new(Data::default(), Behaviour::default());
        let shared = Shared::new(world);
        let (saver, mut saving) = Saver::start(Some(path.clone()), &shared);
        // The task has not run yet, so its first look already finds the end.
        let system = json!({"id": "a"}).as_object().unwrap().clone();
        shared.lock().tenant.data.put("systems", system);
        saver.reached(shared.lock().tenant.data.revision());
        saver.close();
        saving.ended().await.unwrap();
        assert!(load(&path).unwrap().unwrap().get("systems", "a").is_some());
    }

    #[tokio::test]
    async fn a_file_that_cannot_be_written_is_told_at_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gone/state.json");
        let world = World::new(Data::default(), Behaviour::default());
        let (saver, mut saving) = Saver::start(Some(path), &Shared::new(world));
        saver.reached(1);
        saver.close();
        let error = saving.ended().await.unwrap_err();
        assert!(matches!(error, StopError::State(StateError::Write { .. })), "{error}");
    }
}
