//! The state file: a tenant's objects as JSON with a format version, read at the start and written
//! whole and atomically.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Seek as _, Write as _};
use std::path::Path;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::store::Data;
use crate::error::StateError;

const FORMAT: &str = "plutora-sandbox-state";
const VERSION: u64 = 1;

#[derive(Serialize)]
struct Content<'a> {
    format: &'static str,
    version: u64,
    collections: &'a Data,
}

/// Reads a state file; one that does not exist is `None`.
pub(crate) fn load(path: &Path) -> Result<Option<Data>, StateError> {
    let failed = |source| StateError::Read { path: path.to_owned(), source };
    if fs::metadata(path).is_ok_and(|it| !it.is_file()) {
        // A pipe would be waited for without an end.
        return Err(failed(io::Error::other("it is no file")));
    }
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(failed(source)),
    };
    let mut file = BufReader::new(file);
    // The format first, and by itself: of another one the collections may not be readable.
    let written: Written<IgnoredAny> = read(path, &mut file)?;
    let damaged = |detail: String| StateError::Damaged { path: path.to_owned(), detail };
    if written.format.as_deref() != Some(FORMAT) {
        return Err(damaged(format!("it does not say that its format is {FORMAT}")));
    }
    match written.version {
        Some(VERSION) => {}
        Some(found) if found > VERSION => {
            return Err(StateError::Newer { path: path.to_owned(), found, known: VERSION });
        }
        _ => return Err(damaged("it has no format version".to_owned())),
    }
    file.rewind().map_err(failed)?;
    let written: Written<Data> = read(path, &mut file)?;
    written.collections.map(Some).ok_or_else(|| damaged("it has no collections".to_owned()))
}

/// What a state file holds; anything may be missing.
#[derive(Deserialize)]
struct Written<C> {
    format: Option<String>,
    version: Option<u64>,
    collections: Option<C>,
}

fn read<C: DeserializeOwned>(path: &Path, file: impl io::Read) -> Result<Written<C>, StateError> {
    serde_json::from_reader(file).map_err(|error| {
        let path = path.to_owned();
        if error.is_io() {
            StateError::Read { path, source: error.into() }
        } else {
            StateError::Damaged { path, detail: error.to_string() }
        }
    })
}

/// Writes a state file; whoever reads it meanwhile sees the old content or the new, never a part.
pub(crate) fn save(path: &Path, data: &Data) -> Result<(), StateError> {
    write_beside(path, data).map_err(|source| StateError::Write { path: path.to_owned(), source })
}

/// The new content is completed in the same folder, because only there is a rename atomic.
///
/// A link stays one, and the file keeps its permissions.
fn write_beside(path: &Path, data: &Data) -> io::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_new| path.to_owned());
    let path = target.as_path();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = NamedTempFile::new_in(folder.unwrap_or_else(|| Path::new(".")))?;
    let content = Content { format: FORMAT, version: VERSION, collections: data };
    let mut out = BufWriter::new(file.as_file_mut());
    serde_json::to_writer(&mut out, &content)?;
    out.write_all(b"\n")?;
    out.flush()?;
    drop(out);
    if let Ok(before) = fs::metadata(path) {
        file.as_file().set_permissions(before.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::data::Object;

    fn load_text(text: &str) -> Result<Option<Data>, StateError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        fs::write(&path, text).unwrap();
        load(&path)
    }

    #[test]
    fn what_was_saved_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        assert!(load(&path).unwrap().is_none());
        let mut data = Data::default();
        data.put(
            "systems",
            serde_json::from_str::<Object>(r#"{"id": "a", "size": 1.50}"#).unwrap(),
        );
        save(&path, &data).unwrap();
        assert_eq!(json!(load(&path).unwrap()), json!(data));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
    }

    #[test]
    fn what_no_sandbox_wrote_is_refused() {
        for text in [
            "",
            "{",
            "[]",
            r#"{"format":"plutora-sandbox-state"}"#,
            r#"{"format":"x","version":1}"#,
        ] {
            let error = load_text(text).unwrap_err();
            assert!(matches!(error, StateError::Damaged { .. }), "{text}: {error}");
        }
        let newer = r#"{"format":"plutora-sandbox-state","version":2,"collections":{}}"#;
        let error = load_text(newer).unwrap_err();
        assert!(matches!(error, StateError::Newer { found: 2, known: 1, .. }), "{error}");
    }
}
