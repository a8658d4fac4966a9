//! The three formats of a plan, as they look.

use plutora_sandbox::Seed;

use crate::support::{World, partly, release};

fn world() -> World {
    let world = World::new(Seed::Demo);
    world
        .manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High, summary: \"one\\ntwo\\n\"}"));
    world.manifest("b.yaml", &partly("REL-2026.09", "{plutoraReleaseType: Enterprise}"));
    world.manifest("c.yaml", &partly("REL-2026.10", "{parent: ENT-2026.Q3}"));
    world
}

fn rendered(format: &str) -> String {
    let world = world();
    let ran = world.run(&["plan", "-f", ".", "--format", format]);
    ran.stdout.replace(&world.url(), "https://plutora.example.com")
}

#[test]
fn text() {
    insta::assert_snapshot!(rendered("text"), @r#"
    Target: https://plutora.example.com as jane@example.com

      x Release REL-2026.09
      ~ Release REL-2026.10
      ~ Release REL-2026.11

    x Release REL-2026.09  b.yaml:2
        plutoraReleaseType  "Integrated" -> "Enterprise"
        blocked: an Enterprise release has no parent, and this one has `ENT-2026.Q3`

    ~ Release REL-2026.10  c.yaml:2
        parent  "ENT-2026.Q3"
        PUT /releases/9313fe77-0000-4000-8000-00000000000a: parent differs

    ~ Release REL-2026.11  a.yaml:2
        summary    "one\ntwo\n"
        riskLevel  "Medium" -> "High"
        PUT /releases/9313fe77-0000-4000-8000-00000000000c: summary, riskLevel differ

    ! PS101 Release REL-2026.10
        the parent becomes ENT-2026.Q3, and the API cannot migrate phases and gates: activities, criteria, TECRs, bookings and approvals that hang on them stay as they are
        REL-2026.10, the release that moves
            phase System Test  2026-10-05 to 2026-10-16
                  activity "Screening regression", InProgress
            phase Deployment   2026-10-23 to 2026-10-24
                  activity "Rollback rehearsal", NotStarted
            gate  Go/No-go     2026-10-22
        ENT-2026.Q3, the parent that it gets
            phase Development           2026-07-01 to 2026-08-14
            phase System Test           2026-08-15 to 2026-09-04
                  activity "Integrated regression", InProgress
            phase User Acceptance Test  2026-09-05 to 2026-09-18
            phase Deployment            2026-09-19 to 2026-09-26
            gate  Code Freeze           2026-08-14
            gate  Go/No-go              2026-09-21
                  activity "Go/No-go meeting", NotStarted
            gate  Go Live               2026-09-26
        To do by hand:
        1. Compare the phases and gates of REL-2026.10 with those of ENT-2026.Q3; both have phase System Test, phase Deployment, gate Go/No-go.
        2. Keep, ignore or replace them as the Phase/Gates Migration dialog would.
        3. Move what hangs on phases and gates that change: the activities "Screening regression", "Rollback rehearsal", and criteria, TECRs, bookings and approvals, which were not looked at.
        A manifest acknowledges it with metadata.annotations: {plutora-sync.dev/ack: PS101}

    Plan: 0 to create, 2 to update, 0 in sync, 1 blocked, 1 warning; apply needs 8 requests (plan used 11), 0.1 % of the hourly 26,000
    "#);
}

#[test]
fn markdown() {
    insta::assert_snapshot!(rendered("markdown"), @r#"
    <!-- plutora-sync:plan -->

    ### plutora-sync plan

    **To update**

    - Release `REL-2026.10`
    - Release `REL-2026.11`

    **Blocked**

    - Release `REL-2026.09`: `` an Enterprise release has no parent, and this one has `ENT-2026.Q3` ``

    **Warning PS101**: Release `REL-2026.10`

    ```text
    the parent becomes ENT-2026.Q3, and the API cannot migrate phases and gates: activities, criteria, TECRs, bookings and approvals that hang on them stay as they are

    REL-2026.10, the release that moves
        phase System Test  2026-10-05 to 2026-10-16
              activity "Screening regression", InProgress
        phase Deployment   2026-10-23 to 2026-10-24
              activity "Rollback rehearsal", NotStarted
        gate  Go/No-go     2026-10-22

    ENT-2026.Q3, the parent that it gets
        phase Development           2026-07-01 to 2026-08-14
        phase System Test           2026-08-15 to 2026-09-04
              activity "Integrated regression", InProgress
        phase User Acceptance Test  2026-09-05 to 2026-09-18
        phase Deployment            2026-09-19 to 2026-09-26
        gate  Code Freeze           2026-08-14
        gate  Go/No-go              2026-09-21
              activity "Go/No-go meeting", NotStarted
        gate  Go Live               2026-09-26
    ```

    To do by hand:

    1. `Compare the phases and gates of REL-2026.10 with those of ENT-2026.Q3; both have phase System Test, phase Deployment, gate Go/No-go.`
    2. `Keep, ignore or replace them as the Phase/Gates Migration dialog would.`
    3. `Move what hangs on phases and gates that change: the activities "Screening regression", "Rollback rehearsal", and criteria, TECRs, bookings and approvals, which were not looked at.`

    `A manifest acknowledges it with metadata.annotations: {plutora-sync.dev/ack: PS101}`

    <details><summary>Details</summary>

    Release `REL-2026.10`

    ```diff
    + parent: "ENT-2026.Q3"
    # PUT /releases/9313fe77-0000-4000-8000-00000000000a: parent differs
    ```

    Release `REL-2026.11`

    ```diff
    + summary: "one\ntwo\n"
    - riskLevel: "Medium"
    + riskLevel: "High"
    # PUT /releases/9313fe77-0000-4000-8000-00000000000c: summary, riskLevel differ
    ```

    Release `REL-2026.09`

    ```diff
    - plutoraReleaseType: "Integrated"
    + plutoraReleaseType: "Enterprise"
    ```

    </details>

    Plan: 0 to create, 2 to update, 0 in sync, 1 blocked, 1 warning; apply needs 8 requests (plan used 11), 0.1 % of the hourly 26,000

    Target: `https://plutora.example.com` as `jane@example.com`
    "#);
}

#[test]
fn json() {
    let text = rendered("json");
    let digest = text.lines().find(|line| line.contains("\"digest\"")).unwrap().to_owned();
    let started = text.lines().find(|line| line.contains("startedAt")).unwrap().to_owned();
    let text =
        text.replace(&digest, "  \"digest\": ...").replace(&started, "    \"startedAt\": ...");
    insta::assert_snapshot!("plan.v1", text);
}

#[test]
fn a_line_end_that_differs_is_seen() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{summary: \"a\\nb\"}"));
    world.apply();
    world.manifest("a.yaml", &partly("REL-2026.11", "{summary: \"a\\nb\\n\"}"));
    let text = world.run(&["plan", "-f", "."]).stdout;
    assert!(text.contains("- b\n      \\ no line end\n      + b\n"), "{text}");
}

/// A name that tries to be a link, a mention, HTML, a table, a fence and a terminal command.
#[test]
fn no_name_can_hijack_the_output() {
    let world = World::new(Seed::Demo);
    let hostile = "[x](http://evil.example.com) @team <img src=x> | ``` \\u001b[2J\\u202e";
    let manifest = release("REL-EVIL", "").replace("name: Release REL-EVIL", "name: NAME");
    world.manifest("a.yaml", &manifest.replace("NAME", &format!("\"{hostile}\"")));
    let text = world.run(&["plan", "-f", ".", "--format", "text"]).stdout;
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text}");
    assert!(text.contains("\\u{1b}[2J\\u{202e}"), "{text}");
    let markdown = world.run(&["plan", "-f", ".", "--format", "markdown"]).stdout;
    let line = markdown.lines().find(|line| line.contains("evil")).unwrap();
    assert!(line.starts_with("+ name: "), "only inside the fenced block: {line}");
    assert!(markdown.contains("````diff"), "a fence longer than any in it: {markdown}");
}
