//! What an apply leaves for the next one: its journal, its plan, and a lock while it runs.

use std::cell::{Cell, RefCell};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::connection_args::StateArgs;
use super::environment::Environment;
use super::files::{open_own, read_up_to, write_own};
use super::private::{lock_file, make_folder, private, state_folder};
use crate::apply::{Answer, Entry, Intent, Outcome, Unfinished};
use crate::digest::digest;
use crate::error::{Exit, Failure};
use crate::resource::Key;

/// The largest journal that is read, in bytes: that of some 100,000 calls.
const MOST_BYTES: u64 = 64 << 20;

/// The state of one Plutora, held by this process alone.
#[derive(Debug)]
pub(super) struct State {
    folder: PathBuf,
    /// Locked as long as it is open.
    _lock: File,
}

impl State {
    /// Takes hold of the state of a Plutora; fails if another run has it. None where there is no folder
    /// for it, or where nothing of that Plutora stays.
    pub(super) fn hold(
        args: &StateArgs,
        environment: &Environment,
        kept_as: Option<&str>,
        run: &str,
    ) -> Result<Option<Self>, Failure> {
        let Some(kept_as) = kept_as else { return Ok(None) };
        let Some(base) = state_folder(args, environment) else {
            tracing::warn!("no journal is kept: there is neither --state-dir nor a home folder");
            return Ok(None);
        };
        let folder = base.join(folder_of(kept_as));
        let lock = match open(&folder) {
            Ok(lock) => lock,
            Err(error) if args.state_dir.is_none() => {
                tracing::warn!("no journal is kept in {}: {error}", base.display());
                return Ok(None);
            }
            Err(error) => {
                let message = format!("the state folder {}: {error}", base.display());
                return Err(Failure::input(message).hint("give --state-dir another folder"));
            }
        };
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(&folder, kept_as)),
            Err(TryLockError::Error(error)) => {
                tracing::warn!("other runs are not kept out of {}: {error}", folder.display());
            }
        }
        let holder = json!({
            "process": std::process::id(),
            "host": host(),
            "run": run,
            "since": format!("{:.0}", Timestamp::now()),
            "plutora": kept_as,
        });
        write_own(&folder.join(HOLDER), &holder.to_string()).ok();
        Ok(Some(Self { folder, _lock: lock }))
    }

    /// Returns what an earlier run has left unfinished.
    pub(super) fn unfinished(&self) -> Option<Unfinished> {
        let journal = self.folder.join(JOURNAL);
        match read_own(&journal) {
            // Of one that is damaged, what can be read counts.
            Ok(bytes) => Some(Unfinished::read(&String::from_utf8_lossy(&bytes))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                tracing::warn!("{} cannot be read, and is left out: {error}", journal.display());
                None
            }
        }
    }

    /// Returns the file of the plan that an earlier run has left unfinished; none where it is lost, or is
    /// something else by now.
    pub(super) fn plan_file(&self) -> Option<PathBuf> {
        let file = self.folder.join(PLAN);
        fs::symlink_metadata(&file).is_ok_and(|it| it.is_file()).then_some(file)
    }

    /// Begins the journal of a run that carries out a plan; what an earlier run has left is forgotten.
    pub(super) fn begin(&self, plan: &str, began: &Entry) -> Result<Journal, Failure> {
        let failed = |file: &Path, error: String| {
            let message = format!("{} cannot be written: {error}", file.display());
            Failure::new(Exit::Failed, message).hint("nothing was written to Plutora")
        };
        let file = self.folder.join(PLAN);
        write_own(&file, plan).map_err(|error| failed(&file, error.to_string()))?;
        let file = self.folder.join(JOURNAL);
        let journal = open_own(private().create(true).truncate(true), &file)
            .map_err(|error| error.to_string());
        let journal = journal.and_then(|file| {
            let journal = Journal { file: RefCell::new(file), calls: Cell::new(0) };
            journal.add(began, true).map(|()| journal)
        });
        let journal = journal.map_err(|error| failed(&file, error))?;
        self.sync();
        Ok(journal)
    }

    /// Makes the names of the files durable, without which the content of a new one is of no use.
    fn sync(&self) {
        #[cfg(unix)]
        if let Err(error) = File::open(&self.folder).and_then(|folder| folder.sync_all()) {
            tracing::warn!("{} cannot be synced: {error}", self.folder.display());
        }
    }

    /// Forgets a run that left nothing undone.
    pub(super) fn clear(&self) {
        for name in [JOURNAL, PLAN] {
            match fs::remove_file(self.folder.join(name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    tracing::warn!("{} stays: {error}", self.folder.join(name).display());
                }
                Ok(()) | Err(_) => {}
            }
        }
    }
}

const LOCK: &str = "lock";
const HOLDER: &str = "holder.json";
const JOURNAL: &str = "journal.ndjson";
const PLAN: &str = "plan.json";

/// Names the folder of a Plutora: what a person knows it by, and what tells it from all others.
pub(super) fn folder_of(kept_as: &str) -> String {
    let host = kept_as.split("://").nth(1).unwrap_or(kept_as);
    let host = host.split(['/', ' ']).next().unwrap_or_default();
    let name: String =
        host.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '-' }).take(60).collect();
    let hash = digest(&Value::from(kept_as));
    format!("{name}-{}", hash.trim_start_matches("sha256:").chars().take(12).collect::<String>())
}

fn open(folder: &Path) -> io::Result<File> {
    make_folder(folder)?;
    lock_file(&folder.join(LOCK))
}

fn read_own(file: &Path) -> io::Result<Vec<u8>> {
    let mut file = open_own(OpenOptions::new().read(true), file)?;
    read_up_to(&mut file, MOST_BYTES)
}

fn held(folder: &Path, kept_as: &str) -> Failure {
    let holder = read_own(&folder.join(HOLDER)).unwrap_or_default();
    let holder: Value = serde_json::from_slice(&holder).unwrap_or_default();
    let said = |key: &str| match holder.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => "unknown".to_owned(),
    };
    let message = format!(
        "another apply of {kept_as} is under way: process {} on {}, since {}",
        said("process"),
        said("host"),
        said("since")
    );
    Failure::new(Exit::Failed, message)
        .hint(format!("it holds {}", folder.join(LOCK).display()))
        .hint("wait until it has ended, or stop it; nothing was read or written")
}

fn host() -> String {
    #[cfg(unix)]
    return rustix::system::uname().nodename().to_string_lossy().into_owned();
    #[cfg(not(unix))]
    return "this host".to_owned();
}

/// The journal of a run.
#[derive(Debug)]
pub(super) struct Journal {
    file: RefCell<File>,
    calls: Cell<u64>,
}

impl Journal {
    /// Notes, durably, a call that is about to be made, and numbers it.
    pub(super) fn intends(&self, intent: &Intent<'_>) -> Result<u64, String> {
        let Intent { key, method, path, body } = intent;
        let number = self.calls.get() + 1;
        self.calls.set(number);
        let entry = Entry::Intends {
            number,
            at: Timestamp::now(),
            object: key.to_string(),
            method: method.word().to_owned(),
            path: (*path).to_owned(),
            body: digest(body),
        };
        self.add(&entry, true)
            .map_err(|error| format!("the journal cannot be written: {error}"))?;
        Ok(number)
    }

    /// Notes what came of a call. If it cannot, the next run waits in vain, and that is all.
    pub(super) fn answered(&self, number: u64, answer: Answer) {
        let word = match answer {
            Answer::Done => "done",
            Answer::NotDone => "not-done",
            Answer::InDoubt => "in-doubt",
        };
        self.try_add(&Entry::Answered { number, answer: word.to_owned() });
    }

    /// Notes what came of a step.
    pub(super) fn ended(&self, key: &Key, outcome: &Outcome) {
        let (object, outcome) = (key.to_string(), outcome.word().to_owned());
        self.try_add(&Entry::Ended { object, outcome });
    }

    fn try_add(&self, entry: &Entry) {
        if let Err(error) = self.add(entry, false) {
            tracing::warn!("the journal cannot be written: {error}");
        }
    }

    fn add(&self, entry: &Entry, durably: bool) -> Result<(), String> {
        let line = serde_json::to_string(entry).map_err(|error| error.to_string())? + "\n";
        let mut file = self.file.borrow_mut();
        let added = file.write_all(line.as_bytes());
        let added = added.and_then(|()| if durably { file.sync_data() } else { Ok(()) });
        added.map_err(|error| error.to_string())
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::plan::Method;
    use crate::resource::Kind;

    #[test]
    fn a_disk_that_is_full_is_told_before_the_call() {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let journal = Journal { file: RefCell::new(full), calls: Cell::new(0) };
        let (key, body) = (Key::new(Kind::System, "A"), Value::Null);
        let intent = Intent { key: &key, method: Method::Post, path: "/systems", body: &body };
        assert!(journal.intends(&intent).unwrap_err().contains("No space left"));
    }
}
