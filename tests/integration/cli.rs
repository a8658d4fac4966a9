//! The program as a user meets it: exit codes, streams, flags and variables.

use plutora_sandbox::Seed;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Ran, World, assert_harmless_run, partly, release, writes};

#[test]
fn validate_needs_no_plutora() {
    let world = World::new(Seed::Empty);
    world.manifest("a.yaml", &release("R", ""));
    let ran = Ran::bare(world.folder.path(), &["validate", "-f", "."]);
    assert_eq!(
        (ran.code, ran.stdout.as_str(), ran.stderr.as_str()),
        (0, "Valid: 1 Release.\n", "")
    );
}

#[test]
fn changes_end_with_2_only_when_asked_and_in_every_format() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    for format in ["text", "json", "markdown"] {
        let plain = world.run(&["plan", "-f", ".", "--format", format]);
        let detailed = world.run(&["plan", "-f", ".", "--format", format, "--detailed-exitcode"]);
        assert_eq!((plain.code, detailed.code), (0, 2), "{format}");
        assert_eq!(detailed.stderr, "", "the answer is on stdout, and a pipe is quiet");
    }
}

#[test]
fn an_apply_without_a_terminal_needs_approval() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    let ran = world.run(&["apply", "-f", "."]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.stderr.contains("--auto-approve"), "{}", ran.stderr);
    assert_eq!(world.release("REL-2026.11")["releaseRiskLevel"], "Medium");

    let ran = world.run_with(&["apply", "-f", "."], &[("PLUTORA_SYNC_AUTO_APPROVE", "true")]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn bad_input_ends_with_3_and_says_what_to_do() {
    let world = World::new(Seed::Demo);
    let run = |arguments: &[&str]| {
        let ran = Ran::bare(world.folder.path(), arguments);
        assert_eq!(ran.code, 3, "{arguments:?}: {ran:?}");
        assert_eq!(ran.stdout, "");
        ran.stderr
    };
    assert!(run(&["validate"]).contains("--file"));
    assert!(run(&["validate", "-f", "missing.yaml"]).contains("does not exist"));
    assert!(run(&["validate", "-f", "*.yaml"]).contains("no file matches"));
    assert!(run(&["validate", "-f", "."]).contains("there is no document"));
    assert!(run(&["validat", "-f", "."]).contains("validate"));
    world.manifest("a.yaml", &partly("R", "{}"));
    assert!(run(&["plan", "-f", "."]).contains("PLUTORA_REGION"));
    assert!(run(&["plan", "-f", ".", "--rate", "fast", "--sandbox"]).contains("`fast`"));
    assert!(run(&["show", "a.yaml"]).contains("it is no JSON"));
    assert!(
        run(&["validate", "-f", ".", "--profile", "x", "--config", "none.yaml"]).contains("none")
    );
}

#[test]
fn what_is_missing_to_connect_is_named() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    let ran = world.run_with(&["plan", "-f", "."], &[("PLUTORA_PASSWORD", "")]);
    assert_eq!(ran.code, 3);
    assert!(ran.stderr.contains("credentials are missing: PLUTORA_PASSWORD\n"), "{}", ran.stderr);

    let file = world.manifest("password.txt", "sandbox-password\n");
    let file = file.to_str().unwrap();
    let variables = [("PLUTORA_PASSWORD", ""), ("PLUTORA_PASSWORD_FILE", file)];
    assert_eq!(world.run_with(&["plan", "-f", "."], &variables).code, 0);
}

#[test]
fn where_plutora_is_comes_from_one_place_alone() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    let oauth = |url| ("PLUTORA_OAUTH_URL", url);
    for (variables, expected) in [
        (vec![("PLUTORA_REGION", "eu")], "both a region and a URL"),
        (
            vec![("PLUTORA_API_URL", ""), oauth("https://login.example.com")],
            "a token endpoint and no API",
        ),
        (
            vec![("PLUTORA_API_URL", ""), ("PLUTORA_REGION", "de")],
            "PLUTORA_REGION: `de` is not a region",
        ),
        (vec![("PLUTORA_API_URL", "api")], "PLUTORA_API_URL: `api` is not a URL"),
        (vec![oauth("ftp://x.example.com")], "PLUTORA_OAUTH_URL: `ftp://x.example.com` must start"),
    ] {
        let ran = world.run_with(&["plan", "-f", "."], &variables);
        assert_eq!(ran.code, 3, "{ran:?}");
        assert!(ran.stderr.contains(expected), "{}", ran.stderr);
    }
    world.manifest("plutora-sync.yaml", "profile: p\nprofiles: {p: {apiUrl: api}}\n");
    let ran = world.run_with(&["plan", "-f", "a.yaml"], &[("PLUTORA_API_URL", "")]);
    let place = "plutora-sync.yaml:2:24";
    assert!(ran.stderr.contains("`api` is not a URL"), "{}", ran.stderr);
    assert!(ran.stderr.contains(place), "{}", ran.stderr);
}

#[test]
fn a_token_endpoint_that_is_busy_or_none_refuses_nobody() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    // And one that is none either: it does not know this path.
    for (status, code) in [(401, 4), (404, 1), (429, 0)] {
        world.fault(&json!({"path": "/oauth/token", "action": {"status": status}}));
        let ran = world.run(&["plan", "-f", "."]);
        assert_eq!(ran.code, code, "{ran:?}");
        assert_eq!(ran.stderr.contains("is this where your Plutora is?"), code != 0, "{ran:?}");
    }
    let asked = json!({"status": 503, "headers": {"Retry-After": "2000"}});
    world.fault(&json!({"path": "/oauth/token", "action": asked}));
    let ran = world.run(&["plan", "-f", "."]);
    assert_eq!(ran.code, 8, "nobody waits that long: {ran:?}");
    assert!(ran.stderr.contains("Plutora has asked to send nothing before 20"), "{ran:?}");
}

#[test]
fn refused_credentials_end_with_4_and_hints() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    let refused = [
        ("PLUTORA_PASSWORD", "wrong-one", "hint: are client id, client secret, user and password"),
        ("PLUTORA_TOKEN", "stale-token", "hint: is PLUTORA_TOKEN of this Plutora, and still good?"),
    ];
    for (name, value, hint) in refused {
        world.clear_journal();
        let ran = world.run_with(&["plan", "-f", ".", "-vvv"], &[(name, value)]);
        assert_eq!(ran.code, 4, "{ran:?}");
        assert!(ran.stderr.contains("IP allow-list"), "{}", ran.stderr);
        let told = refused.map(|(_, _, other)| ran.stderr.contains(other));
        assert_eq!(told, refused.map(|(_, _, other)| other == hint), "{}", ran.stderr);
        assert!(!ran.stderr.contains(value), "{}", ran.stderr);
        assert!(world.tokens() <= 1, "a wrong password is sent once, not once for every read");
        assert_eq!(ran.stderr.matches("error: ").count(), 1);
        assert_eq!(ran.stderr.matches("refused the credentials").count(), world.tokens());
    }
    let ran = world.run_with(&["plan", "-f", "."], &[("PLUTORA_TOKEN", "two\nlines")]);
    assert_eq!(ran.code, 3, "{ran:?}");
}

#[test]
fn only_a_clear_yes_approves() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    for word in ["banana", "no", "0"] {
        let ran = world.run_with(&["apply", "-f", "."], &[("PLUTORA_SYNC_AUTO_APPROVE", word)]);
        assert_eq!(ran.code, 3, "{word}: {ran:?}");
    }
    assert_eq!(world.release("REL-2026.11")["releaseRiskLevel"], "Medium");
}

#[test]
fn a_refused_read_ends_with_1() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    world.fault(&json!({"path": "/releases", "times": 99, "action": {"status": 404}}));
    let ran = world.run(&["plan", "-f", "."]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("GET /releases was refused: 404"), "{}", ran.stderr);
}

#[test]
fn an_empty_variable_counts_as_unset() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    let variables = [("PLUTORA_SYNC_PARALLELISM", ""), ("PLUTORA_SYNC_FORMAT", "")];
    assert_eq!(world.run_with(&["plan", "-f", "."], &variables).code, 0);
    let ran = world.run_with(&["plan", "-f", "."], &[("PLUTORA_SYNC_PARALLELISM", "none")]);
    assert_eq!(ran.code, 3);
}

/// Nobody who says no is to be told that all is done, on a Plutora that is gone a moment later.
#[test]
fn the_variable_of_the_sandbox_says_yes_or_no() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    let plan = |word: &str| {
        let ran = world.run_with(&["plan", "-f", "."], &[("PLUTORA_SYNC_SANDBOX", word)]);
        assert_eq!(ran.code, 0, "{ran:?}");
        ran.stdout.lines().next().unwrap().to_owned()
    };
    for word in ["false", "0", "No", "off", ""] {
        assert!(plan(word).contains(&world.url()), "{word}");
    }
    for word in ["true", "1", "YES", "on"] {
        assert!(plan(word).starts_with("Target: sandbox as"), "{word}");
    }
    let files = std::fs::read_dir(world.folder.path()).unwrap().count();
    assert_eq!(files, 1, "no word was taken for a file");
}

#[test]
fn no_text_of_a_file_begins_a_line_of_its_own_on_stderr() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    world.manifest("plutora-sync.yaml", "profile: \"x\\n::error file=a::pwned\"\n");
    let ran = world.run(&["plan", "-f", "a.yaml"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.stderr.contains("::error file"), "{}", ran.stderr);
    assert!(!ran.stderr.lines().any(|line| line.trim_start().starts_with("::")), "{}", ran.stderr);
}

#[test]
fn an_argument_that_is_refused_commands_nobody() {
    let folder = TempDir::new().unwrap();
    for arguments in [
        &["plan", "--sandbox", "::error::x.yaml"][..],
        &["plan", "--format", "x\n::error::y"],
        &["plan", "--deny", "##vso[task.setvariable variable=a]b"],
        &["man", "x\u{202e}\u{1b}[2Jy"],
        &["\u{9b}2J::y"],
    ] {
        let ran = Ran::bare(folder.path(), arguments);
        assert_eq!(ran.code, 3, "{ran:?}");
        assert_harmless_run(&ran);
    }
}

#[test]
fn a_plan_file_with_any_numbers_is_shown() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    let file = world.folder.path().join("plan.json");
    assert_eq!(world.run(&["plan", "-f", ".", "--out", "plan.json"]).code, 0);
    let mut plan: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    for number in [u64::MAX, 1 << 63] {
        // Of what is not covered by the digest.
        plan["run"]["planRequests"] = json!(number);
        std::fs::write(&file, plan.to_string()).unwrap();
        for format in ["text", "json", "markdown"] {
            let ran = world.run(&["show", "plan.json", "--format", format]);
            assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
        }
    }
}

/// Between the row by which it was found and its detail somebody renames it: that is not ours to undo.
#[test]
fn what_is_renamed_while_it_is_read_is_no_difference() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    let edit = json!({"collection": "releases", "where": {"identifier": "REL-2026.11"},
                      "set": {"identifier": "REL-2027.01"}});
    world.fault(&json!({"method": "GET", "path": "/releases/*$", "action": {"edit": edit}}));
    let ran = world.run(&["apply", "-f", ".", "--auto-approve"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("it was found as `REL-2026.11` and is called `REL-2027.01` now"));
    assert!(writes(&world.journal()).is_empty());
}

#[test]
fn a_plan_is_not_written_over_what_it_is_made_of() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    let config = world.manifest("plutora-sync.yaml", "deny: [PS101]\n");
    let ran = world.run(&["plan", "-f", "a.yaml", "--out", "plutora-sync.yaml"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert_eq!(std::fs::read_to_string(config).unwrap(), "deny: [PS101]\n");
    let state = ["plan", "-f", "a.yaml", "--sandbox=state.json", "--out", "state.json"];
    assert_eq!(world.run(&state[..4]).code, 0);
    let ran = world.run(&state);
    assert_eq!(ran.code, 3, "{ran:?}");
    let kept = std::fs::read_to_string(world.folder.path().join("state.json")).unwrap();
    assert!(kept.contains("plutora-sandbox-state"), "{kept:.100}");
}

#[test]
fn a_plan_is_not_written_over_a_manifest() {
    let world = World::new(Seed::Demo);
    let file = world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    let before = std::fs::read(&file).unwrap();
    let ran = world.run(&["plan", "-f", ".", "--out", "./a.yaml"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[test]
fn a_plan_file_is_shown_as_it_was_and_refused_when_it_was_edited() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &release("REL-NEW", "parent: ENT-2026.Q3"));
    world.manifest("b.yaml", &partly("REL-2026.11", "{riskLevel: High, manager: null}"));
    let file = world.folder.path().join("plan.json");
    for format in ["text", "json", "markdown"] {
        let planned = world.run(&["plan", "-f", ".", "--out", "plan.json", "--format", format]);
        assert_eq!(planned.code, 0, "{planned:?}");
        let shown = Ran::bare(world.folder.path(), &["show", "plan.json", "--format", format]);
        assert_eq!(shown.stdout, planned.stdout, "{format}");
    }
    let file_of = |name: &str| std::fs::read_to_string(world.folder.path().join(name)).unwrap();
    let reports =
        ["plan", "-f", ".", "--out", "plan.json", "--report", "junit=r.xml,sarif=r.sarif"];
    let show = |format| Ran::bare(world.folder.path(), &["show", "plan.json", "--format", format]);
    let untimed = |text: &str| {
        let (before, after) = text.split_once("timestamp=\"").unwrap();
        format!("{before}{}", after.split_once('"').unwrap().1.trim())
    };
    let which = |text: &str| {
        let mut sarif: Value = serde_json::from_str(text).unwrap();
        let id = sarif["runs"][0]["automationDetails"]["id"].take();
        (id.as_str().unwrap().to_owned(), sarif)
    };
    for (deny, code) in [(&[][..], 0), (&["--deny", "PS101"][..], 5)] {
        assert_eq!(world.run(&[&reports[..], deny].concat()).code, code);
        assert_eq!(untimed(&show("junit").stdout), untimed(&file_of("r.xml")));
        let (shown, reported) = (which(&show("sarif").stdout), which(&file_of("r.sarif")));
        assert_eq!(shown.1, reported.1);
        assert!(shown.0.starts_with("plutora-sync/plan/sha256:") && shown.0 != reported.0);
    }
    let text = std::fs::read_to_string(&file).unwrap();
    let refused = |text: &str| {
        world.manifest("plan.json", text);
        let ran = Ran::bare(world.folder.path(), &["show", "plan.json"]);
        assert_eq!(ran.code, 3, "{ran:?}");
        ran.stderr
    };
    assert!(refused(&text.replace("\"High\"", "\"Low\"")).contains("edited or damaged"));
    assert!(refused(&text[..text.len() / 2]).contains("it breaks off in line"));
    assert!(refused(&text.replacen("\"1.", "\"2.", 1)).contains("its format is 2."));

    // Layout and the order of keys are no edit.
    let compact = serde_json::from_str::<Value>(&text).unwrap().to_string();
    world.manifest("plan.json", &compact);
    assert_eq!(Ran::bare(world.folder.path(), &["show", "plan.json"]).code, 0);
}

#[test]
fn manifests_come_from_files_folders_globs_and_stdin_once_each() {
    let world = World::new(Seed::Demo);
    std::fs::create_dir_all(world.folder.path().join("in/.hidden")).unwrap();
    world.manifest("in/a.yaml", &partly("A", "{name: A}"));
    world.manifest("in/b.yml", &partly("B", "{name: B}"));
    world.manifest("in/kustomization.yaml", "resources: []");
    world.manifest("in/.hidden/c.yaml", "not: a manifest");
    let count = |arguments: &[&str]| {
        let arguments = [&["validate"], arguments].concat();
        let ran = Ran::bare(world.folder.path(), &arguments);
        assert_eq!(ran.code, 0, "{ran:?}");
        ran.stdout
    };
    assert_eq!(count(&["-f", "in"]), "Valid: 2 Releases.\n");
    assert_eq!(count(&["-f", "in", "-f", "in/a.yaml", "-f", "./in"]), "Valid: 2 Releases.\n");
    assert_eq!(count(&["-f", "in/*.yml"]), "Valid: 1 Release.\n");
    assert_eq!(count(&["-f", "**/[ab].y*ml"]), "Valid: 2 Releases.\n");
    assert_eq!(count(&["-f", "./in/*.yaml"]), "Valid: 1 Release.\n", "and not kustomization.yaml");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nowhere", world.folder.path().join("in/notes.txt")).unwrap();
        assert_eq!(count(&["-f", "in"]), "Valid: 2 Releases.\n", "a link that nobody reads");
    }
}

#[test]
fn the_configuration_is_found_upwards_and_allows_variables() {
    let world = World::new(Seed::Demo);
    world.manifest("plutora-sync.yaml", "variables: [STAGE]\n");
    std::fs::create_dir(world.folder.path().join("below")).unwrap();
    world.manifest("below/a.yaml", &partly("REL-2026.11", "{summary: 'for ${env:STAGE}'}"));
    let arguments = ["plan", "-f", "below", "--sandbox", "--format", "json"];
    let ran = world.run_with(&arguments, &[("STAGE", "production")]);
    assert!(ran.stdout.contains("for production"), "{ran:?}");
    assert_eq!(world.run(&arguments).code, 3, "not set and without a default");
}

#[test]
fn generated_texts_are_printed() {
    let world = World::new(Seed::Empty);
    for arguments in [["completions", "bash"], ["completions", "fish"], ["schema", "plan"]] {
        let ran = Ran::bare(world.folder.path(), &arguments);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(ran.stdout.len() > 1_000);
    }
    assert!(Ran::bare(world.folder.path(), &["man"]).stdout.contains("plutora\\-sync"));
    let ran = Ran::bare(world.folder.path(), &["man", "--out", "pages"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(world.folder.path().join("pages/plutora-sync-plan.1").exists());
}
