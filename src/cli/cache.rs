//! The files in which plans keep what they have read.

use std::fs;
use std::io::{self, BufRead, BufReader, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp};

use super::config::CacheSettings;
use super::connection::Connection;
use super::connection_args::ReadingArgs;
use super::environment::Environment;
use super::private::{is_private, make_folder};
use super::state::folder_of;
use crate::error::Failure;
use crate::live::{Kept, Lines};

/// The largest file, in bytes: the details of some 75,000 releases.
const MOST_BYTES: usize = 64 << 20;

/// What is read of a file: a little more than is written.
const MOST_READ: u64 = 65 << 20;

const MAX_AGE_HOURS: u16 = 24;

/// After how long a file that nobody wrote is of a Plutora that nobody asks any more.
const FORGOTTEN: Duration = Duration::from_hours(24 * 14);

/// Where it is kept what one Plutora said.
#[derive(Debug)]
pub(super) struct Cache {
    /// None where nothing is kept.
    folder: Option<PathBuf>,
    /// Whose Plutora it is, but for the user.
    target: String,
    most: SignedDuration,
    children: bool,
}

impl Cache {
    /// Chooses the folder; of a sandbox inside the process nothing is kept.
    pub(super) fn open(
        args: &ReadingArgs,
        settings: &CacheSettings,
        connection: &Connection,
        environment: &Environment,
    ) -> Result<Self, Failure> {
        let ReadingArgs { cache_dir, no_cache, whole_lists: _ } = args;
        let CacheSettings { max_age_hours, children } = settings;
        let home = || environment.cache_home().map(|home| home.join("plutora-sync"));
        let on = !no_cache && !connection.is_embedded();
        let folder = cache_dir.clone().or_else(home).filter(|_| on);
        if let Some((folder, error)) =
            folder.as_ref().and_then(|it| Some((it, make_folder(it).err()?)))
        {
            let message = format!("the cache folder {}: {error}", folder.display());
            if cache_dir.is_some() {
                return Err(
                    Failure::input(message).hint("give --cache-dir another folder, or --no-cache")
                );
            }
            tracing::info!("{message}; nothing is kept");
        }
        Ok(Self {
            folder: folder.filter(|folder| folder.is_dir()),
            target: format!("{} by {}", connection.api_url, connection.client.key()),
            most: SignedDuration::from_hours(max_age_hours.unwrap_or(MAX_AGE_HOURS).into()),
            children: *children,
        })
    }

    /// Returns what is kept of what a user sees.
    pub(super) fn of(&self, user: &str) -> Kept {
        let Some(file) = self.file(user) else { return Kept::nothing() };
        if fs::metadata(&file).is_ok_and(|it| it.is_file() && !is_private(&it)) {
            let file = file.display();
            tracing::warn!("{file} is not used: others than this user can get at it (chmod 600)");
        }
        self.kept(CacheFile::open(&file))
    }

    /// Returns room for what is to be kept beside what is.
    pub(super) fn room(&self) -> Kept {
        if self.folder.is_none() { Kept::nothing() } else { self.kept(None) }
    }

    fn kept(&self, file: Option<CacheFile>) -> Kept {
        let before = file.map(|file| -> Box<dyn Lines> { Box::new(file) });
        Kept::read(before, Timestamp::now(), self.most, self.children)
    }

    /// Writes what is to be kept, whole or not at all; of two runs at once the last one counts.
    ///
    /// Nobody has to have a folder for it, so a run says that it has none only if it is asked.
    pub(super) fn put(&self, user: &str, kept: &Kept) {
        let Some(file) = self.file(user).filter(|_| kept.has_changed()) else { return };
        if let Err(error) = write(&file, kept) {
            tracing::info!("{} cannot be written: {error}", file.display());
        }
        if let Some(folder) = &self.folder {
            forget(folder);
        }
    }

    fn file(&self, user: &str) -> Option<PathBuf> {
        let name = folder_of(&format!("{} as {user}", self.target));
        Some(self.folder.as_ref()?.join(format!("{name}.{ENDING}")))
    }
}

const ENDING: &str = "cache";

/// How the names of files begin that are being written.
const UNFINISHED: &str = ".unfinished-";

/// A file of lines, which stays what it is while another run replaces it.
#[derive(Debug)]
struct CacheFile(fs::File);

impl CacheFile {
    /// Opens a file, if it is one, as a pipe in its place would be waited for, and if nobody else can get at it.
    fn open(file: &Path) -> Option<Self> {
        let is_ours = fs::metadata(file).is_ok_and(|it| it.is_file() && is_private(&it));
        is_ours.then(|| fs::File::open(file).ok()).flatten().map(Self)
    }

    /// Reads on from a place.
    fn on_from(&self, place: u64, buffer: usize) -> io::Result<impl BufRead> {
        let mut file = &self.0;
        file.seek(SeekFrom::Start(place))?;
        Ok(BufReader::with_capacity(buffer, file.take(MOST_READ.saturating_sub(place))))
    }
}

/// Where a line cannot be read, the file ends.
impl Lines for CacheFile {
    fn each(&self, look: &mut dyn FnMut(u64, &str)) {
        let Ok(mut bytes) = self.on_from(0, 1 << 16) else { return };
        let (mut place, mut line) = (0, String::new());
        while let Ok(read @ 1..) = bytes.read_line(&mut line) {
            look(place, line.strip_suffix('\n').unwrap_or(&line));
            place += read as u64;
            line.clear();
        }
    }

    fn at(&self, place: u64) -> Option<String> {
        let mut line = String::new();
        self.on_from(place, 1 << 11).ok()?.read_line(&mut line).ok()?;
        line.truncate(line.trim_end_matches('\n').len());
        Some(line)
    }
}

/// Replaces a file; a temporary one is for its user alone.
fn write(file: &Path, kept: &Kept) -> io::Result<()> {
    let folder = file.parent().unwrap_or_else(|| Path::new("."));
    let temporary = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?;
    let mut out = BufWriter::new(temporary);
    let before = CacheFile::open(file);
    let before = before.as_ref().map(|before| -> &dyn Lines { before });
    kept.write(before, MOST_BYTES, |line| writeln!(out, "{line}"))?;
    let temporary = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    temporary.persist(file).map(drop).map_err(|error| error.error)
}

/// Removes the files that were not written for long.
fn forget(folder: &Path) {
    let now = SystemTime::now();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        // What a run that was killed has not finished writing is ours too.
        let is_unfinished = entry.file_name().to_string_lossy().starts_with(UNFINISHED);
        let ours = is_unfinished || path.extension().is_some_and(|ending| ending == ENDING);
        let written = entry.metadata().and_then(|it| it.modified());
        let age = written.ok().and_then(|it| now.duration_since(it).ok());
        if ours && age.is_some_and(|age| age > FORGOTTEN) {
            fs::remove_file(path).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_has_written_for_weeks_is_removed_and_what_is_not_ours_stays() {
        let folder = tempfile::TempDir::new().unwrap();
        let names = ["old.cache", ".unfinished-1", "old.txt", "new.cache"];
        for name in names {
            let file = fs::File::create(folder.path().join(name)).unwrap();
            let age = if name.starts_with("new") { Duration::ZERO } else { FORGOTTEN * 2 };
            file.set_modified(SystemTime::now() - age).unwrap();
        }
        forget(folder.path());
        let left = names.map(|name| folder.path().join(name).exists());
        assert_eq!(left, [false, false, true, true]);
    }
}
