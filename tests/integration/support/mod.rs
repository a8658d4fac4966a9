//! What the tests share: a sandbox, the program, and the law that an apply leaves nothing to do.

pub(crate) mod cache;
mod core;
mod forecast;
mod harmless;
pub(crate) mod left;
mod model;
pub(crate) mod rows;
mod settled;
mod world;

pub(crate) use core::{
    Quiet, applied, applied_in_part, block_on, carried_out, planned, planned_for,
};
pub(crate) use harmless::{assert_harmless_markdown, assert_harmless_run, assert_without_html};
pub(crate) use model::{Model, Served, id, reader_of};
pub(crate) use settled::settled;
pub(crate) use world::{Ran, World, writes};

use plutora_sync::desired::{self, Desired};
use plutora_sync::live::{self, Kept, Live, Scope};
use plutora_sync::manifest::{self, Diagnostics, Source, Sources, Variables};
use plutora_sync::plutora::Read;
use plutora_sync::resource::Tenant;

/// Takes texts as manifests.
pub(crate) fn sources(texts: &[&str]) -> Sources {
    let named = texts
        .iter()
        .enumerate()
        .map(|(number, text)| Source { name: format!("{number}.yaml"), text: (*text).to_owned() });
    Sources::new(named.collect())
}

/// Reads and merges manifests.
pub(crate) fn desired(texts: &[&str]) -> Result<Desired, Diagnostics> {
    let sources = sources(texts);
    desired::build(manifest::read(&sources, &Variables::default()), &sources)
}

/// Reads something as the program would read Plutora.
pub(crate) async fn look(model: &impl Read, desired: &Desired, tenant: &Tenant) -> Live {
    look_twice(model, desired, tenant).await.1
}

/// Reads something as the program would; returns the outline that the lists show, and all.
pub(crate) async fn look_twice(
    model: &impl Read,
    desired: &Desired,
    tenant: &Tenant,
) -> (Live, Live) {
    let api_url = "https://x.example.com";
    let kept = Kept::nothing();
    let scope =
        Scope { api_url, user: "jane", tenant, parallelism: 2, kept: &kept, whole_lists: false };
    let lists = live::lists(model, desired, &scope).await.unwrap();
    let outline = lists.outline(desired, &scope).unwrap();
    (outline, live::fetch(model, desired, &scope, lists).await.unwrap())
}

/// Returns a manifest of a release that holds every field a creation needs.
pub(crate) fn release(identifier: &str, more: &str) -> String {
    let more = more.lines().fold(String::new(), |text, line| text + "  " + line + "\n");
    format!(
        "---
apiVersion: plutora-sync.dev/v1
kind: Release
metadata:
  name: {identifier}
spec:
  name: Release {identifier}
  plutoraReleaseType: Independent
  releaseProjectType: NotIsProject
  releaseType: Major
  status: Draft
  riskLevel: Low
  implementationDate: 2026-12-05T22:00:00Z
  organization: Retail Banking
{more}"
    )
}

/// Returns a manifest of a release that manages only these fields.
pub(crate) fn partly(identifier: &str, spec: &str) -> String {
    format!(
        "---\napiVersion: plutora-sync.dev/v1\nkind: Release\nmetadata:\n  name: {identifier}\n\
         spec: {spec}\n"
    )
}

/// Returns a manifest of a system.
pub(crate) fn system(name: &str, more: &str) -> String {
    format!(
        "---\napiVersion: plutora-sync.dev/v1\nkind: System\nmetadata:\n  name: {name}\nspec:\n  \
         vendor: In-house\n  status: Active\n  organization: Retail Banking\n{more}"
    )
}

/// Returns a manifest that sets one status and nothing else.
pub(crate) fn status(release: &str, system: &str, deployment: Option<&str>, word: &str) -> String {
    let deployment = deployment.map(|title| format!("deployment: {title}, ")).unwrap_or_default();
    format!(
        "---\napiVersion: plutora-sync.dev/v1\nkind: DeploymentStatus\nmetadata:\n  name: it\n\
         spec: {{release: {release}, system: {system}, {deployment}status: {word}}}\n"
    )
}
