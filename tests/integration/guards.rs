//! The walls of the house, and that no test is forgotten.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let relative = path.strip_prefix(root()).unwrap().to_owned();
                found.push((relative, ungrouped(&code_of(&text))));
            }
        }
    }
    assert!(!found.is_empty(), "{folder}");
    found
}

/// Leaves out comments and the unit tests at the end of a file.
fn code_of(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Adds to the code what its grouped imports stand for: `use crate::{a::b, c}` hides `crate::c`.
fn ungrouped(code: &str) -> String {
    let mut text = code.to_owned();
    for start in code.match_indices("::{").map(|(start, _)| start) {
        let before = code[..start].rsplit([' ', '\n', '(', '{', ',']).next().unwrap();
        let group = &code[start + 3..];
        let mut depth = 0;
        let mut item = String::new();
        for character in group.chars() {
            match character {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    text = format!("{text}\n{before}::{};", item.trim());
                    item.clear();
                    continue;
                }
                _ => {}
            }
            item.push(character);
        }
        text = format!("{text}\n{before}::{};", item.trim());
    }
    text
}

#[test]
fn grouped_imports_are_seen_through() {
    let seen = ungrouped("use crate::{cli, plan::{a, b}};\nuse std::{fs, io::Read};\n");
    for import in ["crate::cli;", "crate::plan::{a, b};", "std::fs;", "std::io::Read;"] {
        assert!(seen.contains(import), "{seen}");
    }
}

/// Returns the places where one of the words stands outside the allowed folders.
fn trespasses(words: &[&str], allowed: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, code) in sources("src") {
        if allowed.iter().any(|folder| path.starts_with(folder)) {
            continue;
        }
        for word in words {
            if code.contains(word) {
                found.push(format!("{} uses {word}", path.display()));
            }
        }
    }
    found
}

#[test]
fn each_library_stays_behind_its_wall() {
    assert_eq!(trespasses(&["reqwest"], &["src/plutora"]), Vec::<String>::new());
    assert_eq!(trespasses(&["clap", "indicatif", "walkdir"], &["src/cli"]), Vec::<String>::new());
    assert_eq!(
        trespasses(&["serde_yaml", "granit_parser"], &["src/yaml", "src/cli/config.rs"]),
        Vec::<String>::new()
    );
    assert_eq!(trespasses(&["plutora_sandbox"], &["src/cli"]), Vec::<String>::new());
    let terminal = ["std::env::", "std::io::", "std::fs", "stdin()", "stdout()", "stderr()"];
    assert_eq!(
        trespasses(&terminal, &["src/cli", "src/plutora/transport.rs"]),
        Vec::<String>::new()
    );
}

/// Deciding is done by plain functions on plain values.
#[test]
fn the_core_neither_waits_nor_looks_around() {
    let banned = [
        "async ",
        ".await",
        "tokio",
        "futures",
        "std::io",
        "std::fs",
        "std::env::",
        "std::net",
        "std::time",
        "Timestamp::now",
        "Instant::now",
        "Uuid::new",
        "tracing",
        "println",
        "crate::plutora",
        "crate::cli",
    ];
    for folder in ["manifest", "resource", "desired", "plan", "render", "yaml"] {
        for (path, code) in sources(&format!("src/{folder}")) {
            for word in banned {
                assert!(!code.contains(word), "{} uses {word}", path.display());
            }
        }
    }
}

/// Who may use whom, from the ground up.
#[test]
fn modules_use_only_what_lies_below_them() {
    let may_use: [(&str, &[&str]); 9] = [
        ("resource", &[]),
        ("yaml", &[]),
        ("manifest", &["resource", "yaml"]),
        ("desired", &["manifest", "resource", "digest"]),
        ("plutora", &["resource"]),
        ("live", &["desired", "plutora", "resource"]),
        ("plan", &["desired", "live", "manifest", "resource"]),
        ("apply", &["live", "plan", "plutora", "resource"]),
        ("render", &["apply", "desired", "digest", "live", "manifest", "plan", "resource", "yaml"]),
    ];
    let modules = [
        "apply", "cli", "desired", "digest", "error", "live", "manifest", "plan", "plutora",
        "render", "resource", "yaml",
    ];
    for (module, below) in may_use {
        for (path, code) in sources(&format!("src/{module}")) {
            for other in modules.iter().filter(|other| **other != module && !below.contains(other))
            {
                let used = format!("crate::{other}");
                assert!(!code.contains(&used), "{} uses {used}", path.display());
            }
        }
    }
}

#[test]
fn the_sandbox_and_the_client_share_no_type() {
    let manifest = fs::read_to_string(root().join("sandbox/Cargo.toml")).unwrap();
    let depends = manifest.lines().any(|line| line.starts_with("plutora-sync"));
    assert!(!depends, "the sandbox does not know the client");
    for (path, code) in sources("sandbox/src") {
        assert!(!code.contains("plutora_sync"), "{}", path.display());
    }
    // The client starts and stops it, and that is all: only the command line names it.
    assert_eq!(trespasses(&["plutora_sandbox::"], &["src/cli"]), Vec::<String>::new());
}

#[test]
fn no_test_file_is_forgotten() {
    for (folder, list) in [
        ("tests/integration", "tests/integration/main.rs"),
        ("sandbox/tests/api", "sandbox/tests/api/main.rs"),
    ] {
        let main = fs::read_to_string(root().join(list)).unwrap();
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            let is_module = path.is_dir() || path.extension().is_some_and(|end| end == "rs");
            if is_module && !["main", "snapshots"].contains(&name) {
                assert!(main.contains(&format!("mod {name};")), "{} is not run", path.display());
            }
        }
    }
}
