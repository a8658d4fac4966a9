//! From the paths of `-f` to texts.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::files::{read_up_to, why};
use crate::error::Failure;
use crate::manifest::{Source, Sources};

/// Files that are about manifests and are none.
const SKIPPED: [&str; 4] =
    ["plutora-sync.yaml", "plutora-sync.yml", "kustomization.yaml", "kustomization.yml"];

/// How many files may be as large as a file can be; all texts are in memory together.
const FILES_OF_FULL_SIZE: u64 = 2;

const RAISE: &str = "raise `maxFileMegabytes` in plutora-sync.yaml";

/// Reads every file that the paths name: files, folders, globs, and `-` for stdin.
///
/// A folder is searched for .yaml and .yml, in order of their paths; what is hidden is left out, as
/// editors keep their own files there.
/// A file that is named twice is read once. `limit` is the largest size of a file, in bytes.
pub(super) fn read(paths: &[PathBuf], limit: u64) -> Result<Sources, Failure> {
    let mut seen = BTreeSet::new();
    let mut sources = Vec::new();
    let mut all = 0;
    let mut add = |source: Source| {
        all += source.text.len() as u64;
        sources.push(source);
        let most = limit.saturating_mul(FILES_OF_FULL_SIZE);
        if all <= most {
            return Ok(());
        }
        let message = format!("the manifests are larger than {} MB together", most >> 20);
        Err(Failure::input(message).hint(format!("name fewer of them at once, or {RAISE}")))
    };
    for path in paths {
        if path.as_os_str() == "-" {
            if seen.insert(path.clone()) {
                add(source("<stdin>".into(), read_up_to(&mut io::stdin(), limit), limit)?)?;
            }
            continue;
        }
        for file in files(path)? {
            let real = fs::canonicalize(&file).unwrap_or_else(|_gone| file.clone());
            if seen.insert(real) {
                let opened = fs::File::open(&file);
                let bytes = opened.and_then(|mut file| read_up_to(&mut file, limit));
                add(source(file.display().to_string(), bytes, limit)?)?;
            }
        }
    }
    Ok(Sources::new(sources))
}

/// Returns every file that the paths name, as far as they can be searched.
pub(super) fn named(paths: &[PathBuf]) -> Vec<PathBuf> {
    paths.iter().flat_map(|path| files(path).unwrap_or_default()).collect()
}

fn files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if path.is_dir() {
        return walk(path, |file| has_yaml_ending(file) && !is_skipped(file));
    }
    match fs::metadata(path) {
        Ok(_) => return Ok(vec![path.to_owned()]),
        Err(error) if path.is_symlink() || error.kind() != io::ErrorKind::NotFound => {
            return Err(unreadable(path, &error));
        }
        Err(_) => {}
    }
    let pattern = path.to_string_lossy().into_owned();
    if !pattern.contains(['*', '?', '[', '{']) {
        let message = format!("{pattern} does not exist");
        let failure = Failure::input(message).hint("-f takes files, folders, globs and -");
        return Err(if pattern.starts_with("~/") {
            failure.hint("a shell puts the home folder for ~ only where it is not quoted")
        } else {
            failure
        });
    }
    let relative = pattern.strip_prefix("./").unwrap_or(&pattern);
    let matches = walk(&literal_start(relative), |file| {
        fast_glob::glob_match(relative, file.to_string_lossy().as_ref()) && !is_skipped(file)
    })?;
    if matches.is_empty() {
        return Err(Failure::input(format!("no file matches {pattern}")));
    }
    Ok(matches)
}

/// Returns the folder that a glob starts from: its path up to the first special character.
fn literal_start(pattern: &str) -> PathBuf {
    let literal = pattern.split(['*', '?', '[', '{']).next().unwrap_or_default();
    match literal.rsplit_once('/') {
        Some(("", _)) => PathBuf::from("/"),
        Some((folder, _)) => PathBuf::from(folder),
        None => PathBuf::from("."),
    }
}

fn walk(root: &Path, wanted: impl Fn(&Path) -> bool) -> Result<Vec<PathBuf>, Failure> {
    let visible = |entry: &DirEntry| {
        entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.')
    };
    let entries = WalkDir::new(root).follow_links(true).sort_by_file_name().into_iter();
    let mut found = Vec::new();
    for entry in entries.filter_entry(visible) {
        let entry = match entry {
            Ok(entry) => entry,
            // A link to nowhere matters only if it would be read.
            Err(error) if error.path().is_some_and(|path| path.is_symlink() && !wanted(path)) => {
                continue;
            }
            Err(error) => {
                let path = error.path().unwrap_or(root).to_owned();
                let error = error.into_io_error().unwrap_or_else(|| io::Error::other("a loop"));
                return Err(unreadable(&path, &error));
            }
        };
        let path = entry.path().strip_prefix("./").unwrap_or(entry.path());
        if entry.file_type().is_file() && wanted(path) {
            found.push(path.to_owned());
        }
    }
    Ok(found)
}

fn has_yaml_ending(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending == "yaml" || ending == "yml")
}

fn is_skipped(file: &Path) -> bool {
    file.file_name().is_some_and(|name| SKIPPED.iter().any(|skipped| name == *skipped))
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let name = path.display();
    if path.is_symlink() && error.kind() == io::ErrorKind::NotFound {
        return Failure::input(format!("{name} is a link to something that is not there"));
    }
    Failure::input(format!("{name} cannot be read: {}", why(error)))
}

fn source(name: String, bytes: io::Result<Vec<u8>>, limit: u64) -> Result<Source, Failure> {
    let bytes = bytes.map_err(|error| unreadable(Path::new(&name), &error))?;
    if bytes.len() as u64 > limit {
        let message = format!("{name} is larger than {} MB", limit >> 20);
        return Err(Failure::input(message).hint(format!("split it, or {RAISE}")));
    }
    let wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    match String::from_utf8(bytes) {
        Ok(text) => {
            let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
            Ok(Source { name, text })
        }
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let line = error.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
            let what = if wide { "it looks like UTF-16" } else { "it may be Latin-1" };
            let message = format!("{name} is not UTF-8, from line {line} on (byte {at}); {what}");
            Err(Failure::input(message).hint("save it as UTF-8"))
        }
    }
}
