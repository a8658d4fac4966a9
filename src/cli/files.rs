//! Small files that are read, and files that are written whole.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use crate::error::{Exit, Failure};

/// Reads a text of which it is known that it is small, or says that it is not.
pub(super) fn small_file(file: &Path, most: u64) -> io::Result<String> {
    let bytes = fs::File::open(file).and_then(|mut file| read_up_to(&mut file, most))?;
    if bytes.len() as u64 > most {
        return Err(io::Error::other(format!("it is larger than {} MB", most >> 20)));
    }
    String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Says why a file could not be read, in words that have no number of a system in them.
pub(super) fn why(error: &io::Error) -> String {
    let is = |kind| error.kind() == kind;
    if is(io::ErrorKind::NotFound) {
        "there is no such file".to_owned()
    } else if is(io::ErrorKind::IsADirectory) {
        "it is a folder".to_owned()
    } else if is(io::ErrorKind::InvalidData) {
        "it is not UTF-8; it may be Latin-1 or UTF-16".to_owned()
    } else {
        let text = error.to_string();
        text.split(" (os error").next().unwrap_or(&text).to_owned()
    }
}

/// Reads one byte more than the limit, so that the excess shows and memory stays bounded.
pub(super) fn read_up_to(input: &mut impl io::Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a file of the program's own. What somebody has put in its place, a link or a pipe perhaps, is
/// refused: it is neither followed nor waited for.
pub(super) fn open_own(options: &mut fs::OpenOptions, file: &Path) -> io::Result<fs::File> {
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
        std::os::unix::fs::OpenOptionsExt::custom_flags(options, flags);
    }
    let foreign = || io::Error::other("it is no file of its own, but a link, a pipe or the like");
    match options.open(file) {
        Ok(opened) if !opened.metadata()?.is_file() => Err(foreign()),
        // What a system says of a link is that there are too many.
        Err(_) if fs::symlink_metadata(file).is_ok_and(|it| !it.is_file()) => Err(foreign()),
        opened => opened,
    }
}

/// Writes a file of the program's own, whole or not at all, for nobody else to read; what somebody has put
/// in its place is replaced.
pub(super) fn write_own(file: &Path, text: &str) -> io::Result<()> {
    // The files of this builder are for their owner alone.
    let mut temporary = tempfile::Builder::new().tempfile_in(file.parent().unwrap_or(file))?;
    temporary.write_all(text.as_bytes())?;
    temporary.as_file().sync_all()?;
    temporary.persist(file).map(drop).map_err(|error| error.error)
}

/// Writes a file whole or not at all; what is no file, such as a pipe, just gets the text.
pub(super) fn write_file(file: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: io::Error| {
        // A disk that is full is no mistake in a flag.
        let full =
            [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded, io::ErrorKind::FileTooLarge];
        let exit = if full.contains(&error.kind()) { Exit::Failed } else { Exit::Input };
        Failure::new(exit, format!("{} cannot be written: {error}", file.display()))
    };
    // The file that a link leads to is the one to replace.
    let file = &fs::canonicalize(file).unwrap_or_else(|_new| file.to_owned());
    if file.exists() && !file.is_file() {
        let opened = fs::OpenOptions::new().write(true).open(file);
        return opened.and_then(|mut it| it.write_all(text.as_bytes())).map_err(failed);
    }
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    // A plan is for others to read, as far as the user's own mask allows.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let written = builder.tempfile_in(folder).and_then(|mut temporary| {
        temporary.write_all(text.as_bytes())?;
        temporary.as_file().sync_all()?;
        temporary.persist(file).map_err(|error| error.error)
    });
    written.map(drop).map_err(failed)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_the_place_of_a_file_is_neither_followed_nor_waited_for() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("file"), "text").unwrap();
        std::os::unix::fs::symlink(path("file"), path("link")).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(path("pipe")).status().unwrap().success());
        let read = |name: &str| open_own(fs::OpenOptions::new().read(true), &path(name));
        let write = |name: &str| {
            let mut options = fs::OpenOptions::new();
            open_own(options.write(true).create(true).truncate(true), &path(name))
        };
        for foreign in ["link", "pipe"] {
            for opened in [read(foreign), write(foreign)] {
                assert!(opened.unwrap_err().to_string().contains("a link, a pipe"), "{foreign}");
            }
            write_own(&path(foreign), "own").unwrap();
            assert!(fs::symlink_metadata(path(foreign)).unwrap().is_file(), "it was replaced");
        }
        assert_eq!(
            fs::read_to_string(path("file")).unwrap(),
            "text",
            "nothing went through a link"
        );
        assert_eq!(read("none").unwrap_err().kind(), io::ErrorKind::NotFound);
        assert!(read("file").is_ok() && write("file").is_ok());
    }
}
