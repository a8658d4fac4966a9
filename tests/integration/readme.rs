//! README shows what the program prints.

use std::fs;

use crate::support::Ran;

fn blocks(readme: &str) -> Vec<&str> {
    let texts = readme.split("```text\n").skip(1);
    texts.map(|rest| rest.split("```").next().unwrap()).collect()
}

/// Replaces the ids of requests, which are others in each run.
fn masked(text: &str) -> String {
    let lines = text.trim().lines().map(|line| match line.rsplit_once("  (") {
        Some((before, id)) if id.ends_with(')') => format!("{before}  (...)"),
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_quickstart_prints_what_readme_shows() {
    let root = env!("CARGO_MANIFEST_DIR");
    let readme = fs::read_to_string(format!("{root}/README.md")).unwrap();
    let command = readme.lines().find(|line| line.starts_with("cargo run ")).unwrap();
    let folder = tempfile::TempDir::new().unwrap();
    fs::create_dir_all(folder.path().join("examples/quickstart")).unwrap();
    for file in fs::read_dir(format!("{root}/examples/quickstart")).unwrap() {
        let file = file.unwrap();
        let copy = folder.path().join("examples/quickstart").join(file.file_name());
        fs::copy(file.path(), copy).unwrap();
    }
    let (_, arguments) = command.split_once(" -- ").unwrap();
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    for shown in blocks(&readme) {
        let ran = Ran::bare(folder.path(), &arguments);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert_eq!(masked(&ran.stdout), masked(shown));
    }
    assert_eq!(blocks(&readme).len(), 2);
}
