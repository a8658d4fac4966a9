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

/// Reads one byte more than the limit, so that the excess shows and memory stays bounded.
pub(super) fn read_up_to(input: &mut impl io::Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
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
