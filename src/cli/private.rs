//! Small files below the state folder that are for nobody else.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::connection_args::StateArgs;
use super::environment::Environment;
use super::files::{open_own, read_up_to};

/// Returns the folder for what is remembered from one run to the next, if there is a place for one.
pub(super) fn state_folder(args: &StateArgs, environment: &Environment) -> Option<PathBuf> {
    let home = || environment.state_home().map(|home| home.join("plutora-sync"));
    args.state_dir.clone().or_else(home)
}

/// Makes a folder that its owner alone can enter, where there is none.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Makes a folder as [`make_folder`] does; refuses one that others can enter.
pub(super) fn folder(folder: &Path) -> io::Result<()> {
    make_folder(folder)?;
    let metadata = fs::symlink_metadata(folder)?;
    if metadata.is_dir() && is_private(&metadata) { Ok(()) } else { Err(others()) }
}

/// Reads a file that nobody else can; none if there is none.
pub(super) fn read(file: &Path, most: u64) -> io::Result<Option<String>> {
    // Of a link it would be told what it leads to.
    let metadata = match fs::symlink_metadata(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        metadata => metadata?,
    };
    if !metadata.is_file() {
        return Err(io::Error::other("it is no file, but a link, a pipe or the like; remove it"));
    }
    if !is_private(&metadata) {
        return Err(others());
    }
    let bytes = read_up_to(&mut File::open(file)?, most)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is too large"));
    }
    String::from_utf8(bytes)
        .map(Some)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Puts a text in the place of a file whole or not at all, in a folder of [`folder`].
pub(super) fn replace(file: &Path, text: &str) -> io::Result<()> {
    // One name and not one of chance: what a run leaves that is killed here, the next one takes away.
    let new = file.with_extension("new");
    remove(&new)?;
    private().create_new(true).open(&new)?.write_all(text.as_bytes())?;
    fs::rename(&new, file).inspect_err(|_kept_out| drop(remove(&new)))
}

/// Removes a file, if it is there.
pub(super) fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// Opens a file to lock; it is empty and stays.
pub(super) fn lock_file(file: &Path) -> io::Result<File> {
    open_own(private().create(true).truncate(false), file)
}

/// Returns how a file is written that its owner alone can read.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn others() -> io::Error {
    io::Error::new(
        io::ErrorKind::PermissionDenied,
        "others than this user can get at it; remove it, or take their rights away",
    )
}

#[cfg(unix)]
pub(super) fn is_private(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    // The six bits of the group and of others.
    metadata.mode().trailing_zeros() >= 6 && metadata.uid() == rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
pub(super) fn is_private(_: &Metadata) -> bool {
    true
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn what_others_can_get_at_is_not_read() {
        let mode = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        let root = tempfile::TempDir::new().unwrap();
        let ours = root.path().join("a/b");
        folder(&ours).unwrap();
        let file = ours.join("it.json");
        assert!(read(&file, 9).unwrap().is_none());
        replace(&file, "text").unwrap();
        assert_eq!(read(&file, 9).unwrap().as_deref(), Some("text"));
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&ours).unwrap().permissions().mode() & 0o777, 0o700);
        assert!(read(&file, 3).is_err(), "it is larger");
        mode(&file, 0o604);
        assert!(read(&file, 9).is_err());
        mode(&file, 0o600);
        let link = ours.join("link.json");
        symlink(&file, &link).unwrap();
        assert!(read(&link, 9).is_err());
        mode(&ours, 0o750);
        assert!(folder(&ours).is_err());
        let link = root.path().join("link");
        symlink(root.path().join("a"), &link).unwrap();
        assert!(folder(&link).is_err());
    }

    #[test]
    fn what_a_killed_run_left_is_no_obstacle_and_a_link_there_leads_nowhere() {
        let root = tempfile::TempDir::new().unwrap();
        let (file, victim) = (root.path().join("it.json"), root.path().join("victim"));
        fs::write(&victim, "whole").unwrap();
        symlink(&victim, root.path().join("it.new")).unwrap();
        replace(&file, "text").unwrap();
        fs::write(root.path().join("it.new"), "ha").unwrap();
        replace(&file, "text").unwrap();
        assert_eq!(fs::read_to_string(&victim).unwrap(), "whole");
        assert_eq!(fs::read_to_string(&file).unwrap(), "text");
    }

    #[test]
    fn a_pipe_or_a_link_in_the_place_of_a_lock_is_refused_at_once() {
        let root = tempfile::TempDir::new().unwrap();
        let (pipe, link) = (root.path().join("pipe"), root.path().join("link"));
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        symlink(root.path().join("elsewhere"), &link).unwrap();
        for file in [pipe, link] {
            let error = lock_file(&file).unwrap_err().to_string();
            assert!(error.contains("no file of its own"), "{error}");
        }
        assert!(!root.path().join("elsewhere").exists());
        assert!(lock_file(&root.path().join("lock")).is_ok());
    }

    #[test]
    fn nothing_stays_beside_what_cannot_be_replaced() {
        let root = tempfile::TempDir::new().unwrap();
        let file = root.path().join("it.json");
        fs::create_dir_all(file.join("full")).unwrap();
        assert!(replace(&file, "text").is_err());
        assert!(!root.path().join("it.new").exists());
    }
}
