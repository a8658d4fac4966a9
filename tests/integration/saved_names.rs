//! Saved plans and names: calls hold ids, and what was reviewed were names.

use plutora_sandbox::Seed;
use serde_json::{Value, json};

use crate::saved_plans::{APPLY, assert_complete, edit, plan};
use crate::support::{World, partly, status, writes};

/// Calls hold ids, and a review has seen names: what has another name by now is not what was approved.
#[test]
fn what_a_plan_refers_to_and_writes_below_still_has_its_name() {
    let world = World::new(Seed::Demo);
    let organization = world.id("organizations", "name", "Payments");
    let (parent, release, system) = (
        world.id("releases", "identifier", "ENT-2026.Q3"),
        world.id("releases", "identifier", "REL-2026.11"),
        world.id("systems", "name", "Core Ledger"),
    );
    let of_system = partly("Mobile App", "{organization: Payments}");
    world.manifest("a.yaml", &of_system.replace("kind: Release", "kind: System"));
    world.manifest("b.yaml", &partly("REL-2026.10", "{parent: ENT-2026.Q3}"));
    world.manifest("c.yaml", &status("REL-2026.11", "Core Ledger", Some("wave 1"), "Completed"));
    plan(&world);
    for (list, id, key, step) in [
        ("organizations", &organization, "name", "Mobile App"),
        ("releases", &parent, "identifier", "REL-2026.10"),
        ("releases", &release, "identifier", "REL-2026.11/Core Ledger/wave 1"),
        ("systems", &system, "name", "REL-2026.11/Core Ledger/wave 1"),
    ] {
        let before = world.find(list, "id", id)[0][key].clone();
        world.edit(list, id, &json!({key: "Another"}));
        let ran = world.run(&APPLY);
        assert_eq!(ran.code, 6, "{list}: {ran:?}");
        assert!(writes(&world.journal()).is_empty());
        let report = ran.json();
        let stale: Vec<&Value> = report["steps"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|step| step["outcome"] == "stale")
            .collect();
        assert_eq!((stale.len(), &stale[0]["name"]), (1, &json!(step)), "{report:#}");
        let difference = &stale[0]["differences"][0];
        let told = (&difference["cause"], &difference["expected"], &difference["found"]);
        assert_eq!(told, (&json!("renamed"), &before, &json!("Another")), "{difference:#}");
        assert!(stale[0]["messages"].to_string().contains("is called \\\"Another\\\" now"));
        world.edit(list, id, &json!({key: before}));
    }
    assert_complete(&world.run(&APPLY));
}

/// A field that the plan does not change was reviewed too, and an apply says that all is as declared.
#[test]
fn what_is_referred_to_and_not_changed_still_has_its_name_and_so_has_what_was_done() {
    let world = World::new(Seed::Demo);
    let id = world.id("organizations", "name", "Payments");
    world.manifest("a.yaml", &partly("REL-2026.11", "{organization: Payments}"));
    assert_eq!(world.apply_once().code, 0);
    world.manifest("a.yaml", &partly("REL-2026.11", "{organization: Payments, summary: New}"));
    plan(&world);
    let renamed = |name: &str| world.edit("organizations", &id, &json!({"name": name}));
    for _ in ["before it is applied", "and when all of it is done"] {
        renamed("Another");
        let ran = world.run(&APPLY);
        assert_eq!(ran.code, 6, "{ran:?}");
        let difference = &ran.json()["steps"][0]["differences"][0];
        let told = (&difference["field"], &difference["cause"], &difference["found"]);
        assert_eq!(told, (&json!("organization"), &json!("renamed"), &json!("Another")));
        assert!(writes(&world.journal()).is_empty());
        renamed("Payments");
        assert_complete(&world.run(&APPLY));
        world.clear_journal();
    }
}

/// A date that is pinned gives its title up in the same plan.
#[test]
fn a_title_that_a_plan_takes_from_another_date_is_free() {
    let world = World::new(Seed::Demo);
    let id = world.id("deploymentDates", "deploymentTitle", "wave 1");
    let dates = format!(
        "[{{id: {id}, title: wave 1b}}, {{title: wave 1, start: 2027-01-01, end: 2027-01-02, \
         type: Rolling, deployingTo: Production}}]"
    );
    let rows = format!("{{systems: [{{system: Core Ledger, deployments: {dates}}}]}}");
    world.manifest("a.yaml", &partly("REL-2026.11", &rows));
    plan(&world);
    assert_complete(&world.run(&APPLY));
    assert_complete(&world.run(&APPLY));
}

/// What the plan itself gives another name is found by either.
#[test]
fn what_a_plan_renames_is_what_it_refers_to() {
    let world = World::new(Seed::Demo);
    let id = world.id("releases", "identifier", "ENT-2026.Q3");
    let renamed = partly("ENT-NEW", &format!("{{id: {id}}}"));
    world.manifest("a.yaml", &renamed);
    world.manifest("b.yaml", &partly("REL-2026.10", "{parent: ENT-NEW}"));
    plan(&world);
    assert_complete(&world.run(&APPLY));
    assert_complete(&world.run(&APPLY));
}

/// A name is given once: what somebody else has given it to meanwhile is not made the second.
#[test]
fn a_name_that_a_plan_gives_is_still_free() {
    let world = World::new(Seed::Demo);
    let id = world.id("releases", "identifier", "ENT-2026.Q3");
    world.manifest("a.yaml", &partly("ENT-NEW", &format!("{{id: {id}}}")));
    plan(&world);
    edit(&world, "REL-2026.10", &json!({"identifier": "ENT-NEW"}));
    let ran = world.run(&APPLY);
    assert_eq!(ran.code, 6, "{ran:?}");
    assert!(writes(&world.journal()).is_empty());
    edit(&world, "ENT-NEW", &json!({"identifier": "REL-2026.10"}));
    assert_complete(&world.run(&APPLY));
}

#[test]
fn a_title_that_a_plan_gives_is_still_free() {
    let world = World::new(Seed::Demo);
    let id = world.id("deploymentDates", "deploymentTitle", "wave 1");
    let dates = format!("[{{id: {id}, title: wave 9}}]");
    let rows = format!("{{systems: [{{system: Core Ledger, deployments: {dates}}}]}}");
    world.manifest("a.yaml", &partly("REL-2026.11", &rows));
    plan(&world);
    let other = world.id("deploymentDates", "deploymentTitle", "wave 2");
    world.edit("deploymentDates", &other, &json!({"deploymentTitle": "wave 9"}));
    assert_eq!(world.run(&APPLY).code, 6);
    assert!(writes(&world.journal()).is_empty());
    world.edit("deploymentDates", &other, &json!({"deploymentTitle": "wave 2"}));
    assert_complete(&world.run(&APPLY));
}

/// A tenant may not know the filter, and answers that there is nothing.
#[test]
fn what_a_filter_does_not_find_is_looked_for_in_the_whole_list() {
    let world = World::new(Seed::Demo);
    let of_system = partly("Mobile App", "{organization: Payments}");
    world.manifest("a.yaml", &of_system.replace("kind: Release", "kind: System"));
    plan(&world);
    world.goes_wrong();
    world.fault(&json!({"path": "/organizations", "action": {"status": 200, "body": "[]"}}));
    assert_complete(&world.run(&APPLY));
}

/// Which status can be set, and what can be a parent, hangs on the type of a release, which no look at the object
/// itself shows.
#[test]
fn a_release_that_is_of_another_type_by_now_makes_stale_what_hangs_on_that() {
    let world = World::new(Seed::Demo);
    world.manifest("b.yaml", &partly("REL-2026.10", "{parent: ENT-2026.Q3}"));
    world.manifest("c.yaml", &status("REL-2026.11", "Core Ledger", Some("wave 1"), "Completed"));
    plan(&world);
    for (release, typed, step, field, told) in [
        ("ENT-2026.Q3", "Independent", "REL-2026.10", "parent", "was an Enterprise when planned"),
        (
            "REL-2026.10",
            "Enterprise",
            "REL-2026.10",
            "plutoraReleaseType",
            "was no Enterprise when planned",
        ),
        (
            "REL-2026.11",
            "Enterprise",
            "REL-2026.11/Core Ledger/wave 1",
            "plutoraReleaseType",
            "was no Enterprise when planned",
        ),
    ] {
        let id = world.id("releases", "identifier", release);
        let before = world.find("releases", "id", &id)[0]["plutoraReleaseType"].clone();
        world.edit("releases", &id, &json!({"plutoraReleaseType": typed}));
        let ran = world.run(&APPLY);
        assert_eq!(ran.code, 6, "{release}: {ran:?}");
        assert!(writes(&world.journal()).is_empty());
        let report = ran.json();
        let stale = report["steps"].as_array().unwrap().iter().find(|it| it["outcome"] == "stale");
        let stale = stale.unwrap();
        assert_eq!(stale["name"], step, "{report:#}");
        let difference = &stale["differences"][0];
        let what = (&difference["cause"], &difference["field"], &difference["found"]);
        assert_eq!(what, (&json!("retyped"), &json!(field), &json!(typed)), "{difference:#}");
        assert_eq!(difference["waysOut"], json!([]), "{difference:#}");
        assert!(stale["messages"].to_string().contains(told), "{stale:#}");
        world.edit("releases", &id, &json!({"plutoraReleaseType": before}));
    }
    assert_complete(&world.run(&APPLY));
    // A word that both take hangs on nothing.
    let back = "RollbackPending";
    world.manifest("c.yaml", &status("REL-2026.11", "Core Ledger", Some("wave 1"), back));
    plan(&world);
    let id = world.id("releases", "identifier", "REL-2026.11");
    world.edit("releases", &id, &json!({"plutoraReleaseType": "Enterprise"}));
    assert_complete(&world.run(&APPLY));
}
