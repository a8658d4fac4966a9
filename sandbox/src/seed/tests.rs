//! What the seeds promise.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::plant;
use crate::choices::Seed;
use crate::data::{Data, Object};
use crate::entity::Entity;
use crate::list::{Listed, render};
use crate::resource::{
    Activity, Criterion, DeploymentDate, Gate, Phase, Release, ReleaseSystem, System,
};
use crate::world::Tenant;

fn texts<L: Listed>(data: &Data, key: &str) -> Vec<String> {
    let text = |object: &Object| object.get(key).and_then(Value::as_str).unwrap().to_owned();
    data.all(L::COLLECTION).map(text).collect()
}

/// A misspelt name in a seed would leave a null where a mandatory field is.
fn assert_complete<E: Entity>(tenant: &Tenant, may_be_null: &[&str]) {
    for object in tenant.data.all(E::COLLECTION) {
        let detail = render(E::DETAIL, tenant, object);
        for (key, value) in &detail {
            assert!(may_be_null.contains(&key.as_str()) || !value.is_null(), "{key} of {detail:?}");
        }
        assert_eq!(E::broken_rules(&tenant.data, object), [""; 0]);
    }
}

#[test]
fn every_seed_is_complete_and_the_same_each_time() {
    for seed in [Seed::Demo, Seed::Empty, Seed::Releases(120)] {
        let tenant = Tenant::plain(plant(seed));
        assert_complete::<System>(&tenant, &[]);
        let optional = ["managerId", "manager", "parentReleaseId", "parentRelease"];
        assert_complete::<Release>(&tenant, &optional);
        assert_complete::<ReleaseSystem>(&tenant, &[]);
        assert_complete::<Phase>(&tenant, &[]);
        assert_complete::<Gate>(&tenant, &[]);
        let optional =
            ["enterpriseTypeID", "enterpriseType", "changeRecord", "deploymentCompletedDate"];
        assert_complete::<DeploymentDate>(&tenant, &optional);
        let optional = ["assignedToID", "startDate", "endDate", "forecastDate"];
        assert_complete::<Activity>(&tenant, &optional);
        assert_complete::<Criterion>(&tenant, &optional);
        assert_eq!(json!(tenant.data), json!(plant(seed)));
    }
}

#[test]
fn the_demo_leaves_room_for_what_an_example_creates() {
    let data = plant(Seed::Demo);
    let systems = texts::<System>(&data, "name");
    assert_eq!(systems.len(), 8);
    assert!(systems.iter().all(|name| name != "Payments API" && name != "Card Gateway"));
    let releases = texts::<Release>(&data, "identifier");
    assert_eq!(releases.len(), 12);
    assert!(releases.contains(&"REL-2026.11".to_owned()));
    assert!(releases.iter().all(|name| name != "ENT-2026.Q4" && name != "REL-2026.12"));
}

#[test]
fn any_number_of_releases_has_enterprises_with_children() {
    let data = plant(Seed::Releases(120));
    let releases = texts::<Release>(&data, "identifier");
    assert_eq!(releases.len(), 120);
    assert_eq!(releases.first().map(String::as_str), Some("REL-00001"));
    assert_eq!(texts::<System>(&data, "name").len(), 12);
    let kinds = texts::<Release>(&data, "plutoraReleaseType");
    assert_eq!(kinds.iter().filter(|kind| *kind == "Enterprise").count(), 2);
    let has_parent =
        |release: &&Object| release.get("parentReleaseId").is_some_and(Value::is_string);
    assert_eq!(data.all(Release::COLLECTION).filter(has_parent).count(), 13);
    assert_eq!(
        texts::<System>(&plant(Seed::Releases(0)), "name"),
        ["Crédit à la consommation 00001"]
    );
    let names = texts::<Release>(&data, "name");
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), 120, "each is found by its name");
    assert_eq!(names.iter().map(|name| name.chars().count()).max(), Some(180));
    for sign in ["'", "\"", "`", "é", "&", "<", "|", "\\", "口"] {
        assert!(names.iter().any(|name| name.contains(sign)), "{sign}");
    }
}
