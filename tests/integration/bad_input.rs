//! Files that are no manifests: a message that says where and why, exit code 3, and neither much memory
//! nor much time.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use plutora_sandbox::Seed;
use tempfile::TempDir;

use crate::support::{Ran, World, assert_harmless_run, partly, system};

/// Reads one file with these bytes, and nothing else.
fn validate(bytes: &[u8]) -> Ran {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.yaml"), bytes).unwrap();
    Ran::bare(folder.path(), &["validate", "-f", "a.yaml"])
}

fn assert_refused(ran: &Ran, text: &str) {
    assert_eq!(ran.code, 3, "{ran:?}");
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains(text), "no '{text}' in {}", ran.stderr);
    assert!(ran.stderr.len() < 50_000, "{} bytes of errors", ran.stderr.len());
    assert_harmless_run(ran);
}

#[test]
fn what_is_no_yaml_of_ours_is_refused_with_its_place() {
    let good = system("Payments", "");
    for (text, expected) in [
        ("a: \0b\n", "a.yaml:1:4"),
        ("a:\n\tb: 1\n", "tabs"),
        ("--- !ruby/object:Gem {}\n", "not supported"),
        ("<<: {a: 1}\n", "merge keys"),
        ("a: [1\n", "a.yaml:1:4"),
        ("a: 'b\n", "a.yaml:"),
        ("a: b: c\n", "a.yaml:1:"),
        ("? [a]\n: 1\n", "a key must be plain text"),
        ("%YAML 9.9\n---\na: 1\n", "a.yaml:"),
        ("a: &x 1\nb: *y\n", "a.yaml:2:4"),
        ("just a text\n", "expected a manifest"),
        ("- a\n- list\n", "expected a manifest"),
        ("", "there is no document"),
        ("# nothing\n---\n---\n", "there is no document"),
    ] {
        assert_refused(&validate(text.as_bytes()), expected);
    }
    for (before, after, expected) in [
        ("vendor: In-house", "vendor: In-house\n  vendor: Other", "the key `vendor` is set twice"),
        ("vendor: In-house", "vendr: In-house", "did you mean `vendor`?"),
        ("vendor: In-house", "vendor: {a: {b: 1, b: 2}}", "the key `b` is set twice"),
        ("vendor: In-house", "vendor: [1, {b: 1, b: 2}]", "the key `b` is set twice"),
        ("kind: System", "kind: Systems", "did you mean `System`?"),
        ("plutora-sync.dev/v1", "plutora-sync.dev/v9", "unknown apiVersion"),
    ] {
        assert_refused(&validate(good.replace(before, after).as_bytes()), expected);
    }
}

#[test]
fn what_is_no_utf_8_is_refused_and_its_line_told() {
    let latin: Vec<u8> = "# one\nname: Zahlu\u{fc}ng\n".chars().map(|it| it as u8).collect();
    assert_refused(&validate(&latin), "not UTF-8, from line 2 on (byte 17); it may be Latin-1");
    let wide = |marks: &[u8], of: fn(u16) -> [u8; 2]| {
        let units = "a: b\n".encode_utf16().flat_map(of);
        marks.iter().copied().chain(units).collect::<Vec<u8>>()
    };
    assert_refused(&validate(&wide(&[0xff, 0xfe], u16::to_le_bytes)), "looks like UTF-16");
    assert_refused(&validate(&wide(&[0xfe, 0xff], u16::to_be_bytes)), "looks like UTF-16");
    assert_refused(&validate(&wide(&[], u16::to_le_bytes)), "it is UTF-16: save it as UTF-8");
}

#[test]
fn marks_and_line_ends_of_other_editors_are_fine() {
    let text = system("Payments", "  description: |\n    One\n    Two\n");
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let world = World::new(Seed::Empty);
    world.manifest("a.yaml", &windows);
    world.apply();
    assert_eq!(world.find("systems", "name", "Payments")[0]["description"], "One\nTwo\n");
    world.manifest("a.yaml", &text);
    assert_eq!(world.run(&["plan", "-f", ".", "--detailed-exitcode"]).code, 0);
}

/// A text of this many bytes, at least, out of a repeated part.
fn large(start: &str, part: &str, end: &str, bytes: usize) -> Vec<u8> {
    format!("{start}{}{end}", part.repeat(bytes / part.len())).into_bytes()
}

/// Validates with less memory than the machine has: who takes more is killed by its own allocator.
fn validate_in(megabytes: usize, bytes: &[u8]) -> Ran {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.yaml"), bytes).unwrap();
    let script = format!("ulimit -v {}; exec \"$0\" validate -f a.yaml", megabytes << 10);
    let mut command = Command::new("sh");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_plutora-sync")]);
    command.current_dir(folder.path()).env_clear().output().unwrap().into()
}

#[test]
fn no_text_takes_more_memory_than_its_share() {
    const FULL: usize = 31 << 20;
    let head = "apiVersion: plutora-sync.dev/v1\nkind: Release\nmetadata: {name: x}\n";
    let level = |level: usize| match level {
        0 => "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned(),
        _ => format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 9].join(", ")),
    };
    let bomb: String = (0..10).map(level).collect();
    let wide = format!("a: &a {}\nb: [{}]\n", "x".repeat(1 << 20), vec!["*a"; 9_000].join(", "));
    for (text, expected) in [
        (bomb.into_bytes(), "more than 100000 values"),
        (wide.into_bytes(), "or 10 MB"),
        ("[".repeat(60_000).into_bytes(), "1 error"),
        ("{a: ".repeat(60_000).into_bytes(), "1 error"),
        ("- ".repeat(60_000).into_bytes(), "1 error"),
        (large(head, "spec: [", "", 1 << 20), "error"),
        (large(&format!("{head}spec: ["), "1,", "1]\n", FULL), "more than 250000 values"),
        (large(&format!("{head}spec: {{systems: ["), "{a: },", "1]}\n", FULL), "250000 values"),
        (large("", "a: 1\n---\n", "", 4 << 20), "at least 1000 errors"),
        (large(head, "k: 1\n", "", 1 << 20), "100 errors"),
        (large("", &format!("{head}spec: {{name: x}}\n---\n"), "", 1 << 20), "managed twice"),
    ] {
        assert_refused(&validate_in(400, &text), expected);
    }
}

#[test]
fn a_file_is_refused_for_its_size_before_it_is_read() {
    let folder = TempDir::new().unwrap();
    File::create(folder.path().join("a.yaml")).unwrap().set_len(100 << 20).unwrap();
    let ran = Ran::bare(folder.path(), &["validate", "-f", "a.yaml"]);
    assert_refused(&ran, "a.yaml is larger than 32 MB");
    fs::write(folder.path().join("plutora-sync.yaml"), "maxFileMegabytes: 1\n").unwrap();
    for name in ["a", "b", "c"] {
        let padded = format!("{}# {}\n", system(name, ""), "x".repeat(1_000_000));
        fs::write(folder.path().join(format!("{name}.yaml")), padded).unwrap();
    }
    let ran = Ran::bare(folder.path(), &["validate", "-f", "."]);
    assert_refused(&ran, "larger than 2 MB together");
}

/// As those of manifests: with their places, in reports too.
#[test]
fn mistakes_in_the_configuration_are_told_with_their_places() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.yaml"), system("A", "")).unwrap();
    fs::write(folder.path().join("plutora-sync.yaml"), "limits:\n  maxChange: 1\n").unwrap();
    let plan = ["plan", "-f", "a.yaml", "--sandbox", "--report", "json=r.json"];
    let ran = Ran::bare(folder.path(), &plan);
    assert_refused(&ran, "unknown field `maxChange`");
    assert!(ran.stderr.contains("--> plutora-sync.yaml:2:3"), "{ran:?}");
    assert!(ran.stderr.contains("did you mean `maxChanges`?"), "{ran:?}");
    let report = fs::read_to_string(folder.path().join("r.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let failure = &report["failure"];
    assert_eq!(failure["message"], "the configuration has to be mended: 1 error");
    let told = &failure["diagnostics"][0];
    assert_eq!(
        (&told["file"], &told["line"], &told["column"]),
        (&"plutora-sync.yaml".into(), &2.into(), &3.into())
    );
}

#[test]
fn what_cannot_be_read_is_told_with_its_reason() {
    let folder = TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["empty", "links", "loop"] {
        fs::create_dir(at(name)).unwrap();
    }
    symlink("nowhere.yaml", at("links/a.yaml")).unwrap();
    symlink("self.yaml", at("self.yaml")).unwrap();
    symlink("../loop", at("loop/again")).unwrap();
    fs::write(at("loop/a.yaml"), system("Payments", "")).unwrap();
    for (path, expected) in [
        ("empty", "there is no document in empty"),
        ("nothing", "nothing does not exist"),
        ("~/nothing", "only where it is not quoted"),
        ("/dev/null", "what was read is empty"),
        ("no*.yaml", "no file matches no*.yaml"),
        ("links", "links/a.yaml is a link to something that is not there"),
        ("links/a.yaml", "links/a.yaml is a link to something that is not there"),
        ("self.yaml", "self.yaml cannot be read"),
        ("loop/a.yaml/b.yaml", "cannot be read"),
    ] {
        assert_refused(&Ran::bare(folder.path(), &["validate", "-f", path]), expected);
    }
    let ran = Ran::bare(folder.path(), &["validate", "-f", "loop"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "Valid: 1 System.\n"), "{ran:?}");
}

/// Root may read everything, so this takes a file that nobody can read.
#[test]
fn a_file_whose_reading_fails_is_told() {
    if !Path::new("/proc/self/mem").exists() {
        // Nothing like it is known elsewhere.
        return;
    }
    let folder = TempDir::new().unwrap();
    symlink("/proc/self/mem", folder.path().join("a.yaml")).unwrap();
    let ran = Ran::bare(folder.path(), &["validate", "-f", "a.yaml"]);
    assert_refused(&ran, "a.yaml cannot be read: Input/output error");
}

#[test]
fn a_text_that_plutora_could_not_hold_is_its_to_refuse_and_nothing_is_lost() {
    let world = World::new(Seed::Demo);
    world.manifest(
        "a.yaml",
        &partly("REL-2026.11", &format!("{{summary: {}}}", "s".repeat(100_000))),
    );
    world.apply();
    assert_eq!(world.release("REL-2026.11")["summary"].as_str().unwrap().len(), 100_000);
}
