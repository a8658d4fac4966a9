//! What was applied last: what is no longer declared, and who has moved where something differs.

use plutora_sandbox::{Behaviour, Options, Seed};
use serde_json::{Value, json};

use crate::support::{Ran, World, partly, release, status, system, writes};

const APPLY: [&str; 6] =
    ["apply", "-f", ".", "--auto-approve", "--last-applied", ".last-applied.json"];
const DRIFT: [&str; 5] = ["drift", "-f", ".", "--last-applied", ".last-applied.json"];

fn apply(world: &World) {
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 0, "{ran:?}");
}

fn drift(world: &World) -> Value {
    let ran = world.run(&[&DRIFT[..], &["--format", "json"]].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    ran.json()
}

fn text(world: &World, code: i32) -> Ran {
    let ran = world.run(&[&DRIFT[..], &["--detailed-exitcode"]].concat());
    assert_eq!(ran.code, code, "{ran:?}");
    ran
}

#[test]
fn an_edit_in_plutora_is_told_from_a_manifest_that_is_ahead() {
    let world = World::new(Seed::Demo);
    let manifest = |risk: &str, location: &str, summary: &str| {
        let spec = format!("{{riskLevel: {risk}, location: {location}, summary: {summary}}}");
        world.manifest("a.yaml", &partly("REL-2026.11", &spec));
    };
    manifest("High", "Berlin", "One");
    apply(&world);
    assert!(text(&world, 0).stdout.contains("Drift: 0 objects differ; 1 in sync"));

    let id = world.id("releases", "identifier", "REL-2026.11");
    world.edit("releases", &id, &json!({"location": "Paris", "summary": "Two"}));
    manifest("Low", "Berlin", "Three");
    let found = drift(&world);
    let fields = found["objects"][0]["fields"].as_array().unwrap();
    let origin = |name: &str| {
        let field = fields.iter().find(|it| it["field"] == name).unwrap();
        (field["origin"].clone(), field["applied"].clone())
    };
    assert_eq!(origin("location"), (json!("edited-live"), json!("Berlin")));
    assert_eq!(origin("riskLevel"), (json!("manifest-ahead"), json!("High")));
    assert_eq!(origin("summary"), (json!("both"), json!("One")));

    let told = text(&world, 2).stdout;
    for line in [
        "location: edited in Plutora: it is \"Paris\", and was applied as \"Berlin\"",
        "riskLevel: manifest ahead: it is \"High\", and \"Low\" was not applied yet",
        "summary: both: it is \"Two\" in Plutora and \"Three\" in the manifest, and was applied as \"One\"",
        "Drift: 1 object differs: 1 edited in Plutora, 1 ahead in the manifests, 1 changed on both sides",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    let before = world.journal().len();
    let markdown = world.run(&[&DRIFT[..], &["--format", "markdown"]].concat());
    assert!(markdown.stdout.contains("  - `location: edited in Plutora"), "{markdown:?}");
    assert!(writes(&world.journal()[before..]).is_empty());
}

/// The record may be of other manifests: what is not in it may have been applied all the same.
#[test]
fn what_is_there_and_not_in_the_record_differs_for_unknown_reasons() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    apply(&world);
    world.manifest("b.yaml", &partly("REL-2026.10", "{summary: One}"));
    world.manifest("c.yaml", &release("REL-NEW", ""));
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High, summary: One}"));
    let found = drift(&world);
    let origins = found["objects"].as_array().unwrap().iter().map(|it| {
        let origin =
            if it["fields"] == json!([]) { &it["origin"] } else { &it["fields"][0]["origin"] };
        (it["name"].as_str().unwrap(), origin.as_str().unwrap())
    });
    let mut origins: Vec<_> = origins.collect();
    origins.sort_unstable();
    let expected = [
        ("REL-2026.10", "unknown"),
        ("REL-2026.11", "manifest-ahead"),
        ("REL-NEW", "manifest-ahead"),
    ];
    assert_eq!(origins, expected, "{found:#}");
    assert!(text(&world, 2).stdout.contains("1 of unknown origin"));
}

#[test]
fn what_is_no_longer_declared_is_listed_once_and_left_alone() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High, location: Berlin}"));
    world.manifest("b.yaml", &system("Old", ""));
    apply(&world);
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    std::fs::remove_file(world.folder.path().join("b.yaml")).unwrap();
    let plan = ["plan", "-f", ".", "--last-applied", ".last-applied.json"];
    let ran = world.run(&plan);
    let title = "No longer declared, and left in Plutora as it is:\n";
    let list = format!("{title}  System Old\n  Release REL-2026.11: location\n");
    assert!(ran.stdout.contains(&list), "{ran:?}");
    let saved = world.run(&[&plan[..], &["--out", ".plan.json"]].concat());
    assert_eq!(saved.code, 0, "{saved:?}");
    let shown = world.run(&["show", ".plan.json"]);
    assert!(shown.stdout.contains(&list), "a saved plan says it too: {shown:?}");
    let json = world.run(&[&plan[..], &["--format", "json"]].concat()).json();
    assert_eq!(
        json["noLongerDeclared"],
        json!([{"kind": "System", "name": "Old"},
               {"kind": "Release", "name": "REL-2026.11", "fields": ["location"]}])
    );
    assert_eq!(drift(&world)["noLongerDeclared"], json["noLongerDeclared"]);
    let before = world.state();
    apply(&world);
    assert_eq!(world.state(), before, "nothing is deleted");
    assert!(!world.run(&plan).stdout.contains("No longer declared"), "it is told once");
}

#[test]
fn an_object_that_is_gone_is_told_from_one_that_is_new() {
    let world = World::new(Seed::Empty);
    world.manifest("a.yaml", &system("Old", ""));
    apply(&world);
    world.edit("systems", &world.id("systems", "name", "Old"), &json!({"name": "Renamed"}));
    world.manifest("b.yaml", &system("New", ""));
    let found = drift(&world);
    let origins: Vec<&Value> =
        found["objects"].as_array().unwrap().iter().map(|it| &it["origin"]).collect();
    assert_eq!(origins, ["manifest-ahead", "edited-live"]);
    assert!(text(&world, 2).stdout.contains("deleted or renamed in Plutora"));
}

#[test]
fn a_status_without_a_deployment_is_recorded_with_its_system() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &status("REL-2026.10", "Fraud Screening", None, "Completed"));
    apply(&world);
    assert_eq!(drift(&world)["objects"], json!([]));
    world.manifest("a.yaml", &status("REL-2026.10", "Fraud Screening", None, "Rejected"));
    let found = drift(&world);
    let field = &found["objects"][0]["fields"][0];
    assert_eq!(
        (&field["origin"], &field["applied"]),
        (&json!("manifest-ahead"), &json!("Completed"))
    );
    world.manifest("a.yaml", &partly("REL-2026.11", "{riskLevel: High}"));
    let told = text(&world, 2).stdout;
    assert!(told.contains("  ReleaseSystem REL-2026.10/Fraud Screening: status\n"), "{told}");
}

#[test]
fn what_was_not_done_is_not_recorded() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{location: Berlin}"));
    apply(&world);
    world.manifest("a.yaml", &partly("REL-2026.11", "{location: Paris}"));
    world.manifest("b.yaml", &system("New", ""));
    world.fault(&json!("PUT /releases status=400"));
    assert_eq!(world.run(&APPLY).code, 7);
    world.clear_faults();
    let found = drift(&world);
    let field = &found["objects"][0]["fields"][0];
    assert_eq!((&field["origin"], &field["applied"]), (&json!("manifest-ahead"), &json!("Berlin")));
    assert_eq!(found["inSync"], 1, "what was done is recorded: {found:#}");
    world.edit("systems", &world.id("systems", "name", "New"), &json!({"vendor": "Other"}));
    assert_eq!(drift(&world)["objects"][0]["fields"][0]["origin"], "edited-live");
}

/// What the server made of it is no edit, and what was created is ours.
#[test]
fn what_the_server_made_something_else_of_is_recorded_without_that() {
    let behaviour = Behaviour::default().overlaid(r#"{"habits": {"zone": "+10:00"}}"#).unwrap();
    let world = World::with(Options::from(behaviour));
    world.manifest("a.yaml", &release("REL-NEW", ""));
    world.manifest("b.yaml", &system("Old", ""));
    assert_eq!(world.run(&APPLY).code, 7);
    let found = drift(&world);
    assert_eq!(found["objects"][0]["fields"][0]["origin"], "manifest-ahead", "{found:#}");
    for file in ["a.yaml", "b.yaml"] {
        std::fs::remove_file(world.folder.path().join(file)).unwrap();
    }
    world.manifest("c.yaml", &system("Other", ""));
    world.fault(&json!("POST /systems status=400"));
    assert_eq!(world.run(&APPLY).code, 7);
    world.clear_faults();
    // As long as not all was done, nothing is forgotten.
    let gone = drift(&world)["noLongerDeclared"].clone();
    assert_eq!(
        gone,
        json!([{"kind": "System", "name": "Old"}, {"kind": "Release", "name": "REL-NEW"}])
    );
}

#[test]
fn without_a_record_nothing_is_known_of_where_a_difference_comes_from() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{location: Berlin}"));
    let ran = world.run(&["drift", "-f", "."]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    assert!(
        ran.stdout.contains("it is (none) in Plutora and \"Berlin\" in the manifest"),
        "{ran:?}"
    );
    assert_eq!(drift(&world)["objects"][0]["fields"][0]["origin"], "unknown");
}

#[test]
fn a_record_that_is_none_or_of_another_plutora_is_refused() {
    let world = World::new(Seed::Demo);
    world.manifest("a.yaml", &partly("REL-2026.11", "{location: Berlin}"));
    apply(&world);
    let record = std::fs::read_to_string(world.folder.path().join(".last-applied.json")).unwrap();
    for (text, told) in [
        (record.replace(&world.url(), "https://x.example.com"), "applied to https://x.example.com"),
        (record.replace("\"1.0\"", "\"2.0\""), "its format is 2.0"),
        ("{}".to_owned(), "cannot be used"),
    ] {
        world.manifest(".last-applied.json", &text);
        for command in
            [&DRIFT[..], &APPLY, &["plan", "-f", ".", "--last-applied", ".last-applied.json"]]
        {
            world.clear_journal();
            let ran = world.run(command);
            assert_eq!((ran.code, ran.stdout.as_str()), (3, ""), "{ran:?}");
            assert!(ran.stderr.contains(told), "{ran:?}");
            assert!(writes(&world.journal()).is_empty());
        }
    }
    for flags in [["--last-applied", "nowhere/x.json"], ["--report", "json=nowhere/x.json"]] {
        let ran = world.run(&[&["apply", "-f", ".", "--auto-approve"][..], &flags].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (3, ""), "before anything is written: {ran:?}");
        assert!(ran.stderr.contains("there is no folder for"), "{ran:?}");
    }
    let ran = world.run(&["apply", "--resume", "--last-applied", ".last-applied.json"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.stderr.contains("with -f too"), "{ran:?}");
}

/// What a manifest gives another name is what it was, and so is what stands below it.
#[test]
fn what_is_renamed_by_its_id_is_still_declared() {
    let world = World::new(Seed::Demo);
    let (system_id, release_id) = (
        world.id("systems", "name", "Core Ledger"),
        world.id("releases", "identifier", "REL-2026.11"),
    );
    let manifest = |(system, release): (&str, &str), ids: bool| {
        let id = |id: &str| if ids { format!("id: {id}, ") } else { String::new() };
        let of_system = partly(system, &format!("{{{}vendor: New}}", id(&system_id)));
        world.manifest("a.yaml", &of_system.replace("kind: Release", "kind: System"));
        let rows =
            format!("[{{system: {system}, deployments: [{{title: wave 1, status: Completed}}]}}]");
        let spec = format!("{{{}riskLevel: High, systems: {rows}}}", id(&release_id));
        world.manifest("b.yaml", &partly(release, &spec));
    };
    manifest(("Core Ledger", "REL-2026.11"), false);
    apply(&world);
    manifest(("Ledger 2", "REL/X"), true);
    let plan = [&["plan"], &DRIFT[1..], &["--format", "json"]].concat();
    let none = |removed: &Value| removed.as_array().is_none_or(Vec::is_empty);
    for _ in ["before", "and after"] {
        let planned = world.run(&plan);
        assert!(planned.code == 0 && none(&planned.json()["noLongerDeclared"]), "{planned:?}");
        assert!(none(&drift(&world)["noLongerDeclared"]));
        apply(&world);
    }
    manifest(("Ledger 2", "REL/X"), false);
    world.manifest("a.yaml", "");
    let gone = &world.run(&plan).json()["noLongerDeclared"];
    assert_eq!(
        (gone.as_array().unwrap().len(), &gone[0]["name"]),
        (1, &json!("Ledger 2")),
        "{gone:#}"
    );
}

/// A rename that Plutora has refused was none.
#[test]
fn what_could_not_be_renamed_is_recorded_by_its_name() {
    let world = World::new(Seed::Demo);
    let id = world.id("systems", "name", "Core Ledger");
    let manifest = |name: &str| {
        let spec = format!("{{id: {id}, vendor: New}}");
        world.manifest("a.yaml", &partly(name, &spec).replace("kind: Release", "kind: System"));
    };
    manifest("Core Ledger");
    apply(&world);
    manifest("Ledger 9");
    world.fault(&json!("PUT /systems status=400"));
    assert_eq!(world.run(&APPLY).code, 7);
    manifest("Core Ledger");
    let ran = world.run(&[&["plan"], &DRIFT[1..], &["--format", "json"]].concat());
    assert!(ran.json()["noLongerDeclared"].as_array().is_none_or(Vec::is_empty), "{ran:?}");
}
