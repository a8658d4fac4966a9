//! `plan.v1`: what other tools, and a later apply, read of a plan.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::details_v1::Details;
use crate::desired::{self, Removed};
use crate::digest::digest;
use crate::live;
use crate::plan::{self, HOURLY_REQUESTS};
use crate::render::Planned;
use crate::resource::{self, Fields};

/// The version of the format.
pub(super) const FORMAT_VERSION: &str = "1.5";

/// A plan of plutora-sync.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "plan.v1")]
pub(super) struct Plan {
    /// Major and minor version of this format.
    pub(super) format_version: String,
    /// SHA-256 of everything but this field and `run`, keys sorted and white space removed.
    pub(super) digest: String,
    /// The version of plutora-sync that made the plan.
    pub(super) tool_version: String,
    pub(super) target: Target,
    /// The digest of what the manifests declare.
    pub(super) manifest_digest: String,
    /// The tenant's labels in the place of words for deployment statuses.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) status_labels: BTreeMap<String, String>,
    pub(super) steps: Vec<Step>,
    pub(super) warnings: Vec<Warning>,
    /// What was declared when it was last applied, and is no longer; it is left as it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) no_longer_declared: Vec<NoLongerDeclared>,
    pub(super) summary: Summary,
    pub(super) forecast: Forecast,
    pub(super) run: Run,
}

/// Which Plutora, and as whom.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Target {
    /// The base of the API.
    pub(super) api_url: String,
    /// The user's e-mail.
    pub(super) user: String,
}

/// What is to be done about one object.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Step {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) action: ActionWord,
    /// The live id; absent for an object that does not exist yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    /// Where the manifests declare it.
    pub(super) sources: Vec<Source>,
    /// The objects whose own steps come first; if one does not succeed, this one is skipped.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) depends_on: Vec<ObjectName>,
    /// How many requests it takes when nothing fails.
    #[serde(default)]
    pub(super) requests: u64,
    /// Whether a manifest says that the object is not to be changed; of a step that writes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) protected: bool,
    /// What limits look at of the release that the object is, or is below; of a step that writes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) release: Option<Release>,
    /// Why a blocked step is blocked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    /// The fields that differ; every managed field for a creation.
    pub(super) changes: Vec<Change>,
    /// The calls that write, in order.
    pub(super) calls: Vec<Call>,
    /// SHA-256 of `observed`: what must still hold when an update is carried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fingerprint: Option<String>,
    /// The managed fields of an update as they were read, references as ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) observed: Option<Map<String, Value>>,
    /// The references of an update that do not differ, by name: an apply checks what their ids are called.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(super) referred: Map<String, Value>,
}

/// What limits look at of a release.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Release {
    /// Whether it is an Enterprise release, before or after; absent where nobody says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) enterprise: Option<bool>,
    /// When it goes live, as it is and as it is declared; RFC 3339.
    pub(super) goes_live: Vec<String>,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ActionWord {
    Create,
    Update,
    InSync,
    Blocked,
}

/// The kind and name of an object.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ObjectName {
    pub(super) kind: String,
    pub(super) name: String,
}

/// Something that is no longer declared.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NoLongerDeclared {
    pub(super) kind: String,
    pub(super) name: String,
    /// The fields; absent where the whole object is no longer declared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) fields: Vec<String>,
}

/// A line of a manifest.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Source {
    pub(super) file: String,
    pub(super) line: usize,
}

/// A field that differs; null stands for no value.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Change {
    pub(super) field: String,
    pub(super) before: Value,
    pub(super) after: Value,
}

/// A call that writes.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Call {
    pub(super) method: MethodWord,
    pub(super) path: String,
    /// Why the call is needed.
    pub(super) reason: String,
    /// The writable keys of the changed fields; an update lays them over the body as it is then.
    pub(super) body: Map<String, Value>,
    /// Keys of the body whose value is the id of an object that an earlier step creates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) references: Vec<Reference>,
}

/// The method of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum MethodWord {
    Post,
    Put,
}

/// A key of a body that gets the id of an object created earlier.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reference {
    pub(super) key: String,
    pub(super) kind: String,
    pub(super) name: String,
}

/// What the API will not do.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Warning {
    /// A stable code.
    pub(super) code: String,
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) message: String,
    /// What is at stake: the phases, gates and activities of the release and its parents.
    pub(super) details: Details,
    /// What to do by hand.
    pub(super) manual_steps: Vec<String>,
    /// Whether a manifest acknowledges it.
    pub(super) acknowledged: bool,
}

/// How many steps there are of each kind.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    pub(super) create: u64,
    pub(super) update: u64,
    pub(super) in_sync: u64,
    pub(super) blocked: u64,
    pub(super) warnings: u64,
    /// Live rows below declared objects that no manifest mentions.
    pub(super) unmanaged: u64,
}

/// What an apply will take.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Forecast {
    /// Requests, without tokens and retries, when nothing fails.
    pub(super) apply_requests: u64,
}

/// How fast requests may be made.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pace {
    pub(super) requests_per_second: f64,
    /// How many seconds an apply takes at least.
    pub(super) least_seconds: f64,
}

/// How the plan came about; not covered by the digest.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run {
    /// Requests that planning took, without tokens and retries.
    pub(super) plan_requests: u64,
    /// The same, by endpoint, with `{id}` in the place of ids.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) requests_by_endpoint: BTreeMap<String, u64>,
    /// How often planning has sent a request again, which no other number counts.
    #[serde(default, skip_serializing_if = "super::is_zero")]
    pub(super) repetitions: u64,
    /// Which part of an hour's requests planning took and applying takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) hour_share: Option<f64>,
    /// How fast requests may be made; absent where they are not paced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pace: Option<Pace>,
    /// For how many seconds the token will be used; absent where nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) token_seconds: Option<u64>,
    /// Whether the token lasts for an apply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) token_outlives: Option<bool>,
    /// RFC 3339.
    pub(super) started_at: String,
    /// The codes of the warnings that refuse the plan unless they are acknowledged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) denied: Vec<String>,
}

/// Returns a plan in this format.
pub(super) fn to_value(planned: &Planned, digest: String) -> Value {
    let Planned { plan, tool_version, requests, started_at, denied, removed, spent, frozen: _ } =
        planned;
    let needed = plan.apply_requests();
    let plan::Plan { target, labels, manifest_digest, steps, warnings, unmanaged: _ } = plan;
    let document = Plan {
        format_version: FORMAT_VERSION.into(),
        digest,
        tool_version: tool_version.clone(),
        target: Target::of(target),
        manifest_digest: manifest_digest.clone(),
        status_labels: labels.iter().map(|(word, label)| (word.into(), label.into())).collect(),
        steps: Vec::new(),
        warnings: warnings.iter().map(warning).collect(),
        no_longer_declared: no_longer_declared(removed),
        summary: plan.summary().into(),
        forecast: Forecast { apply_requests: needed },
        run: Run {
            plan_requests: *requests,
            requests_by_endpoint: spent.by_endpoint.clone(),
            repetitions: spent.repetitions,
            hour_share: Some(hour_share(requests.saturating_add(needed))),
            pace: spent.per_second().zip(spent.least_seconds(needed)).map(
                |(requests_per_second, least_seconds)| Pace { requests_per_second, least_seconds },
            ),
            token_seconds: spent.token_seconds,
            token_outlives: spent.token_outlives(needed),
            started_at: started_at.clone(),
            denied: denied.iter().map(|code| code.word().to_owned()).collect(),
        },
    };
    let mut value = json(document);
    // There may be ten thousand of them, and each takes its space once.
    if let Some(Value::Array(all)) = value.get_mut("steps") {
        all.extend(steps.iter().map(|it| json(step(it))));
    }
    value
}

/// The types hold nothing that JSON cannot.
fn json(document: impl Serialize) -> Value {
    serde_json::to_value(document).unwrap_or_default()
}

/// Returns which part of an hour's requests some are, to a hundredth of a percent.
#[expect(clippy::cast_precision_loss, reason = "a share, for people")]
fn hour_share(requests: u64) -> f64 {
    (requests as f64 / HOURLY_REQUESTS as f64 * 10_000.0).round() / 10_000.0
}

impl Target {
    pub(super) fn of(target: &live::Target) -> Self {
        let live::Target { api_url, user } = target;
        Self { api_url: api_url.clone(), user: user.clone() }
    }
}

pub(super) fn no_longer_declared(removed: &[Removed]) -> Vec<NoLongerDeclared> {
    let one = |Removed { key, fields }: &Removed| NoLongerDeclared {
        kind: key.kind.name().into(),
        name: key.name.clone(),
        fields: fields.iter().map(|def| def.name.to_owned()).collect(),
    };
    removed.iter().map(one).collect()
}

impl From<plan::Summary> for Summary {
    fn from(summary: plan::Summary) -> Self {
        let plan::Summary { create, update, in_sync, blocked, warnings, unmanaged } = summary;
        Self { create, update, in_sync, blocked, warnings, unmanaged }
    }
}

fn step(step: &plan::Step) -> Step {
    let plan::Step { key, id, sources, depends_on, requests, stands, action } = step;
    let plan::Stands { protected, enterprise, goes_live } = stands;
    let below_release = enterprise.is_some() || !goes_live.is_empty();
    let release = below_release.then(|| Release {
        enterprise: *enterprise,
        goes_live: goes_live.iter().map(ToString::to_string).collect(),
    });
    let (word, reason, observed) = match action {
        plan::Action::Create { .. } => (ActionWord::Create, None, None),
        plan::Action::Update { observed, .. } => (ActionWord::Update, None, Some(fields(observed))),
        plan::Action::InSync => (ActionWord::InSync, None, None),
        plan::Action::Blocked { reason, .. } => (ActionWord::Blocked, Some(reason.clone()), None),
    };
    let referred = match action {
        plan::Action::Update { referred, .. } => fields(referred),
        plan::Action::Create { .. } | plan::Action::InSync | plan::Action::Blocked { .. } => {
            Map::new()
        }
    };
    Step {
        kind: key.kind.name().into(),
        name: key.name.clone(),
        action: word,
        id: id.map(|id| id.to_string()),
        sources: sources.iter().map(source).collect(),
        depends_on: depends_on.iter().map(object_name).collect(),
        requests: *requests,
        protected: *protected,
        release,
        reason,
        changes: action.changes().iter().map(change).collect(),
        calls: action.calls().map(call).collect(),
        fingerprint: observed.as_ref().map(|fields| digest(&Value::Object(fields.clone()))),
        observed,
        referred,
    }
}

fn object_name(key: &resource::Key) -> ObjectName {
    let resource::Key { kind, name } = key;
    ObjectName { kind: kind.name().into(), name: name.clone() }
}

fn fields(fields: &Fields) -> Map<String, Value> {
    fields.iter().map(|(def, value)| (def.name.to_owned(), value.to_json())).collect()
}

pub(super) fn source(source: &desired::SourceLine) -> Source {
    let desired::SourceLine { file, line } = source;
    Source { file: file.to_string(), line: *line }
}

pub(super) fn change(change: &plan::FieldChange) -> Change {
    let plan::FieldChange { def, before, after } = change;
    Change { field: def.name.into(), before: before.to_json(), after: after.to_json() }
}

fn call(call: &plan::Call) -> Call {
    let plan::Call { method, path, reason, body } = call;
    let mut values = Map::new();
    let mut references = Vec::new();
    for (key, payload) in body {
        match payload {
            plan::Payload::Value(value) => {
                values.insert((*key).to_owned(), value.clone());
            }
            plan::Payload::IdOf(resource::Key { kind, name }) => references.push(Reference {
                key: (*key).to_owned(),
                kind: kind.name().into(),
                name: name.clone(),
            }),
        }
    }
    let method = match method {
        plan::Method::Post => MethodWord::Post,
        plan::Method::Put => MethodWord::Put,
    };
    Call { method, path: path.to_string(), reason: reason.clone(), body: values, references }
}

fn warning(warning: &plan::Warning) -> Warning {
    let plan::Warning { code, key, message, migration, manual_steps, acknowledged } = warning;
    Warning {
        code: code.word().into(),
        kind: key.kind.name().into(),
        name: key.name.clone(),
        message: message.clone(),
        details: Details::of(migration),
        manual_steps: manual_steps.clone(),
        acknowledged: *acknowledged,
    }
}
