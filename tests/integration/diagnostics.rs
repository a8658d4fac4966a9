//! What a user sees of mistakes in manifests: all of them, with place, excerpt and suggestion.

use plutora_sandbox::Seed;

use crate::support::{Ran, World, partly, release, status};

fn refused(texts: &[(&str, &str)]) -> String {
    let world = World::new(Seed::Empty);
    for (name, text) in texts {
        world.manifest(name, text);
    }
    let ran = Ran::bare(world.folder.path(), &["validate", "-f", "."]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert_eq!(ran.stdout, "");
    ran.stderr
}

#[test]
fn every_mistake_of_every_file_comes_out_at_once() {
    let a = "\
apiVersion: plutora-sync.dev/v1
kind: Release
metadata:
  name: REL-1
spec:
  nme: Spelled wrong
  riskLevel: 3
  plutoraReleaseType: enterprise
  implementationDate: soon
  name: null
";
    let b = "kind: System\nkind: Release\n---\nkind: Sytem\nmetadata: {nam: x}\n";
    let twice = partly("REL-2", "{location: Here}");
    let text = refused(&[("a.yaml", a), ("b.yaml", b), ("c.yaml", &twice), ("d.yaml", &twice)]);
    insta::assert_snapshot!("mistakes", text);
}

#[test]
fn documents_that_manage_one_field_are_refused_with_both_places() {
    let text = refused(&[
        ("a.yaml", &partly("REL-1", "{name: One, summary: Both}")),
        ("b.yaml", &partly("REL-1", "{location: Here, summary: Both}")),
    ]);
    insta::assert_snapshot!(text, @"
    error: `summary` of Release/REL-1 is managed twice
     --> b.yaml:6:24
      |
    6 | spec: {location: Here, summary: Both}
      |                        ^^^^^^^
      |
     ::: a.yaml:6:19
      |
    6 | spec: {name: One, summary: Both}
      |                   ------- also managed here
      |
      = help: let one document manage the field

    1 error
    ");
}

#[test]
fn the_rules_of_parents_are_checked_among_the_manifests() {
    let enterprise = release("ENT", "parent: PLAIN").replace("Independent", "Enterprise");
    let text = refused(&[
        ("a.yaml", &enterprise),
        ("b.yaml", &release("PLAIN", "")),
        ("c.yaml", &partly("X", "{parent: Y}")),
        ("d.yaml", &partly("Y", "{parent: X}")),
        ("e.yaml", &partly("SELF", "{parent: SELF}")),
        ("f.yaml", &partly("LOW", "{parent: MIDDLE}")),
        ("g.yaml", &partly("MIDDLE", "{parent: HIGH}")),
    ]);
    for expected in [
        "an Enterprise release has no parent, but Release/ENT has",
        "the parent `PLAIN` is not an Enterprise release",
        "these releases are parents of each other: X, Y",
        "the release `SELF` is its own parent",
        "the parent `MIDDLE` has a parent itself, `HIGH`",
        "5 errors",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}

#[test]
fn documents_about_one_object_are_merged() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    world.manifest("b.yaml", &partly("REL-2026.11", "{summary: Shared}"));
    let plan = world.plan();
    assert_eq!(plan["steps"].as_array().unwrap().len(), 1);
    assert_eq!(plan["steps"][0]["sources"].as_array().unwrap().len(), 2);
    assert_eq!(plan["steps"][0]["calls"].as_array().unwrap().len(), 1);
    world.apply();
}

#[test]
fn every_mistake_in_rows_and_statuses_has_its_own_place() {
    let rows = "{systems: [
      {system: S, dependencytype: x, deployments: [
        {title: wave 1}, {title: wave 1, status: complete}, {start: 2026-12-05}, wave 2]},
      {system: S}, {}, {system: ' T'}]}";
    let text = refused(&[
        ("a.yaml", &partly("R", rows)),
        ("b.yaml", &status("R", "S", None, "Completed").replace("system", "sysem")),
        ("c.yaml", &partly("R", "{}").replace("kind: Release", "kind: DeploymentStats")),
        (
            "d.yaml",
            &partly("R", "{}")
                .replace("  name: R", "  name: R\n  annotations: {plutora-sync.dev/ack: PS999}"),
        ),
        (
            "e.yaml",
            &partly("R", "{}")
                .replace("  name: R", "  name: R\n  annotations: {plutora-sync.dev/ack: PS101}"),
        ),
        // A row whose key is bad may have other mistakes.
        ("f.yaml", &partly("R", "{systems: [{deployments: [{title: 1, status: done}]}]}")),
    ]);
    for (expected, place) in [
        ("unknown field `dependencytype`", "a.yaml:7:19"),
        ("`wave 1` stands twice in `deployments`", "a.yaml:8:26"),
        ("`complete` is not one of the values", "a.yaml:8:50"),
        ("`title` is missing", "a.yaml:8:61"),
        ("expected a mapping with `title`", "a.yaml:8:82"),
        ("`S` stands twice in `systems`", "a.yaml:9:7"),
        ("`system` is missing", "a.yaml:9:20"),
        ("`system` has spaces around it", "a.yaml:9:33"),
        ("unknown field `sysem`", "b.yaml:6:20"),
        ("unknown kind `DeploymentStats`", "c.yaml:3:7"),
        ("`PS999` is no warning of plutora-sync", "d.yaml:6:39"),
        ("there is nothing here that could be acknowledged", "e.yaml:6:39"),
        ("`done` is not one of the values", "f.yaml:6:52"),
    ] {
        let at = text.find(expected).unwrap_or_else(|| panic!("{expected}\n{text}"));
        assert_eq!(
            text[at..].find(place).map(|at| at < 200),
            Some(true),
            "{expected} {place}\n{text}"
        );
    }
}

#[test]
fn claims_and_times_are_checked_among_the_manifests_with_both_places() {
    let twice = status("R", "S", None, "Completed");
    let named = status("R", "S", Some("wave 1"), "Rejected");
    let rows = "{systems: [{system: S, deployments: [
      {title: wave 1, status: Completed}, {title: wave 2, start: 2026-12-05, end: 2026-12-01}]}]}";
    let text = refused(&[
        ("a.yaml", &twice),
        ("b.yaml", &twice),
        ("c.yaml", &named),
        ("d.yaml", &partly("R", rows)),
    ]);
    insta::assert_snapshot!(text, @"
    error: the status of ReleaseSystem/R/S is claimed twice
     --> b.yaml:6:31
      |
    6 | spec: {release: R, system: S, status: Completed}
      |                               ^^^^^^
      |
     ::: a.yaml:6:31
      |
    6 | spec: {release: R, system: S, status: Completed}
      |                               ------ also claimed here
      |
      = help: let one document claim it, or name the deployments

    error: `status` of Deployment/R/S/wave 1 is managed twice
     --> d.yaml:7:23
      |
    7 |       {title: wave 1, status: Completed}, {title: wave 2, start: 2026-12-05, end: 2026-12-01}]}]}
      |                       ^^^^^^
      |
     ::: c.yaml:6:51
      |
    6 | spec: {release: R, system: S, deployment: wave 1, status: Rejected}
      |                                                   ------ also managed here
      |
      = help: let one document manage the field

    error: Deployment/R/S/wave 2 starts after its end
     --> d.yaml:7:66
      |
    7 |       {title: wave 1, status: Completed}, {title: wave 2, start: 2026-12-05, end: 2026-12-01}]}]}
      |                                                                  ^^^^^^^^^^       ---------- its end

    3 errors
    ");
}

#[test]
fn validate_says_that_an_empty_list_means_nothing() {
    let world = World::new(Seed::Empty);
    world.manifest("a.yaml", &partly("R", "{systems: []}"));
    let ran = Ran::bare(world.folder.path(), &["validate", "-f", "."]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "Valid: 1 Release.\n"));
    assert!(ran.stderr.contains("note: an empty list of systems is the same as none"), "{ran:?}");
    assert!(ran.stderr.contains("a.yaml:6:17"), "{ran:?}");
}

#[test]
fn what_only_plutora_knows_is_refused_with_its_place_too() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &release("REL-NEW", "manager: jan@example.com\nparent: ENT-2026.Q5"));
    let ran = world.run(&["plan", "-f", "."]);
    assert_eq!(ran.code, 3);
    insta::assert_snapshot!(ran.stderr, @"
    error: there is no user `jan@example.com` in Plutora
      --> a.yaml:15:12
       |
    15 |   manager: jan@example.com
       |            ^^^^^^^^^^^^^^^
       |
       = help: did you mean `jane@example.com`? There are jane@example.com, maria@example.com, raj@example.com, sam@example.com

    error: there is no release `ENT-2026.Q5` in Plutora
      --> a.yaml:16:11
       |
    16 |   parent: ENT-2026.Q5
       |           ^^^^^^^^^^^
       |
       = help: did you mean `ENT-2026.Q3`? There are ENT-2026.Q3, REL-2026.03, REL-2026.04, REL-2026.04-HF1, REL-2026.05, REL-2026.06, REL-2026.07, REL-2026.08, REL-2026.09, REL-2026.10, REL-2026.10-P1, REL-2026.11

    2 errors
    ");
}
