//! The functions that take the most time, one by one, on values in memory.
#![expect(clippy::unwrap_used, reason = "a panic is how a measurement fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::sync::{Arc, LazyLock};

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, bench};
use plutora_sync::desired::{self, Desired};
use plutora_sync::live::{Choices, Found, Live, LiveObject, Names, Pages, Target};
use plutora_sync::manifest::{self, Source, Sources, Variables};
use plutora_sync::plan::plan;
use plutora_sync::render::{self, Forge, Format, Planned, Spent};
use plutora_sync::resource::{Excerpt, Guid, Key, Kind, Referent, Tenant};
use plutora_sync::yaml;
use serde_json::{Map, Value, json};

/// Releases whose manifests take 10 MB.
const TEN_MEGABYTES: usize = 25_000;
const MANY: usize = 100_000;
/// Releases of a plan that is shown: all of them differ.
const SHOWN: usize = 10_000;

/// One release in so many differs, where most are in sync.
const DIFFERS: usize = 100;

/// Releases whose summaries differ, and the lines of each.
const LONG: usize = 100;
const LINES: usize = 200;

const PER_FILE: usize = 100;

static TEXTS: LazyLock<Sources> = LazyLock::new(|| manifests(TEN_MEGABYTES));
static DESIRED: LazyLock<Desired> = LazyLock::new(|| desired(MANY));
static LIVE: LazyLock<Live> = LazyLock::new(|| live(MANY, DIFFERS));
static DIFFERING: LazyLock<(Desired, Live)> = LazyLock::new(|| (desired(SHOWN), live(SHOWN, 1)));
static PLANNED: LazyLock<Planned> = LazyLock::new(|| planned(&DIFFERING.0, &DIFFERING.1));
static TEXTS_PLANNED: LazyLock<Planned> = LazyLock::new(|| planned(&long_texts(), &live(LONG, 1)));

fn main() {
    divan::main();
}

/// Both parsers alone.
#[bench(sample_count = 10)]
fn yaml(bencher: Bencher<'_, '_>) {
    bencher.counter(bytes(&TEXTS)).bench_local(|| {
        let mut documents = 0;
        for (_, source) in TEXTS.iter() {
            yaml::read(&source.text, |_| {
                documents += 1;
                ControlFlow::Continue(())
            });
        }
        assert_eq!(documents, TEN_MEGABYTES);
    });
}

/// With duplicate checks, fields, and the places of everything.
#[bench(sample_count = 10)]
fn manifests_read(bencher: Bencher<'_, '_>) {
    bencher.counter(bytes(&TEXTS)).bench_local(|| manifest::read(&TEXTS, &Variables::default()));
}

#[bench(sample_count = 10)]
fn desired_build(bencher: Bencher<'_, '_>) {
    bencher
        .counter(ItemsCount::new(TEN_MEGABYTES))
        .with_inputs(|| manifest::read(&TEXTS, &Variables::default()))
        .bench_local_values(|reading| desired::build(reading, &TEXTS).unwrap());
}

/// A part of the next.
#[bench(sample_count = 10)]
fn digest_100_000(bencher: Bencher<'_, '_>) {
    let desired = &*DESIRED;
    bencher.counter(ItemsCount::new(MANY)).bench_local(|| desired.digest());
}

/// Most of them in sync.
#[bench(sample_count = 10)]
fn plan_100_000(bencher: Bencher<'_, '_>) {
    let (desired, live) = (&*DESIRED, &*LIVE);
    let steps = plan(desired, live).unwrap().steps.len();
    bencher.counter(ItemsCount::new(steps)).bench_local(|| plan(desired, live).unwrap());
}

/// Each of them is compared field by field, and its call made.
#[bench(sample_count = 10)]
fn diff_10_000_changes(bencher: Bencher<'_, '_>) {
    let (desired, live) = &*DIFFERING;
    bencher.counter(ItemsCount::new(SHOWN)).bench_local(|| plan(desired, live).unwrap());
}

/// Texts of 200 lines of which one in ten differs, shown line by line.
#[bench(sample_count = 10)]
fn diff_100_texts(bencher: Bencher<'_, '_>) {
    let planned = &*TEXTS_PLANNED;
    let shown = render::plan(Format::Text, planned);
    assert!(shown.matches("line 10 of").count() >= LONG);
    bencher.counter(ItemsCount::new(LONG)).bench_local(|| render::plan(Format::Text, planned));
}

#[bench(sample_count = 10, args = ["text", "json", "markdown"])]
fn render_10_000_changes(bencher: Bencher<'_, '_>, format: &str) {
    let format = match format {
        "text" => Format::Text,
        "json" => Format::Json,
        _ => Format::Markdown(Forge::GitHub),
    };
    let planned = &*PLANNED;
    assert_eq!(planned.plan.summary().update, SHOWN as u64);
    bencher.counter(ItemsCount::new(SHOWN)).bench_local(|| render::plan(format, planned));
}

fn planned(desired: &Desired, live: &Live) -> Planned {
    Planned {
        spent: Spent::default(),
        plan: plan(desired, live).unwrap(),
        tool_version: "0".to_owned(),
        requests: 1,
        started_at: "2026-12-05T22:00:00Z".to_owned(),
        denied: BTreeSet::new(),
        removed: Vec::new(),
        frozen: None,
    }
}

fn bytes(sources: &Sources) -> BytesCount {
    BytesCount::new(sources.iter().map(|(_, source)| source.text.len()).sum::<usize>())
}

fn desired(count: usize) -> Desired {
    let sources = manifests(count);
    desired::build(manifest::read(&sources, &Variables::default()), &sources).unwrap()
}

/// Manifests of releases with every field that a creation needs.
fn manifests(count: usize) -> Sources {
    let numbers: Vec<usize> = (0..count).collect();
    let sources = numbers.chunks(PER_FILE).enumerate().map(|(file, numbers)| {
        let mut text = String::new();
        for number in numbers {
            write!(
                text,
                "---\napiVersion: plutora-sync.dev/v1\nkind: Release\nmetadata:\n  \
                 name: REL-{number:06}\nspec:\n  name: Payments core upgrade {number:06}\n  \
                 summary: Moves the card ledger to the new core\n  \
                 plutoraReleaseType: Independent\n  releaseProjectType: NotIsProject\n  \
                 releaseType: Major\n  status: Draft\n  riskLevel: Low\n  \
                 implementationDate: 2026-12-05T22:00:00Z\n  organization: Retail Banking\n"
            )
            .unwrap();
        }
        Source { name: format!("releases/{file:05}.yaml"), text }
    });
    Sources::new(sources.collect())
}

/// Manifests of releases with long summaries.
fn long_texts() -> Desired {
    let documents = (0..LONG).map(|number| {
        format!(
            "---\napiVersion: plutora-sync.dev/v1\nkind: Release\nmetadata:\n  \
             name: REL-{number:06}\nspec:\n  summary: {}\n",
            json!(summary(true))
        )
    });
    let source = Source { name: "releases.yaml".to_owned(), text: documents.collect() };
    let sources = Sources::new(vec![source]);
    desired::build(manifest::read(&sources, &Variables::default()), &sources).unwrap()
}

fn summary(differs: bool) -> String {
    let lines = (0..LINES).map(|line| {
        let other = if differs && line % 10 == 0 { "another" } else { "the" };
        format!("line {line} of {other} account of what the release is about\n")
    });
    lines.collect()
}

/// A Plutora that holds those releases, one in `differing` with another risk level.
fn live(count: usize, differing: usize) -> Live {
    let mut names: BTreeMap<Referent, Arc<Names>> = BTreeMap::new();
    for (referent, name, number) in [
        (Referent::Lookup("ReleaseType"), "Major", 1),
        (Referent::Lookup("ReleaseStatusType"), "Draft", 2),
        (Referent::Lookup("ReleaseRiskLevel"), "Low", 3),
        (Referent::Lookup("ReleaseRiskLevel"), "High", 4),
        (Referent::Organization, "Retail Banking", 5),
    ] {
        let list = names.entry(referent).or_default();
        Arc::make_mut(list).extend([(id(number), name)]);
    }
    let releases = (0..count).map(|number| (id(1_000 + number), format!("REL-{number:06}")));
    names.insert(Referent::Release, Arc::new(releases.collect()));
    let objects = (0..count).map(|number| {
        let (id, name) = (id(1_000 + number), format!("REL-{number:06}"));
        let body = body(&id, number, number.is_multiple_of(differing));
        let body = Excerpt::of_kind(Kind::Release, &body);
        let found = LiveObject { id: Guid::parse(&id).unwrap(), body };
        (Key::new(Kind::Release, name), Found::One(found))
    });
    Live {
        objects: objects.collect(),
        target: Target { api_url: "https://x.example.com".to_owned(), user: "jane".to_owned() },
        tenant: Tenant::default(),
        pages: Pages::Bare,
        releases: BTreeMap::new(),
        rows: BTreeMap::new(),
        work_items: BTreeMap::new(),
        choices: Choices::default(),
        names,
    }
}

const SUMMARY: &str = "Moves the card ledger to the new core";

fn body(id_text: &str, number: usize, differs: bool) -> Map<String, Value> {
    let body = json!({
        "id": id_text,
        "identifier": format!("REL-{number:06}"),
        "name": format!("Payments core upgrade {number:06}"),
        "summary": if differs && number < LONG { summary(false) } else { SUMMARY.to_owned() },
        "releaseTypeId": id(1),
        "location": "",
        "releaseStatusTypeId": id(2),
        "releaseRiskLevelId": id(if differs { 4 } else { 3 }),
        "implementationDate": "2026-12-05T22:00:00",
        "displayColor": "#00ccff",
        "organizationId": id(5),
        "managerId": null,
        "parentReleaseId": null,
        "plutoraReleaseType": "Independent",
        "releaseProjectType": "NotIsProject",
        "lastModifiedDate": "2026-01-15T09:30:00.48",
        "additionalInformation": [],
    });
    body.as_object().unwrap().clone()
}

fn id(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012x}")
}
