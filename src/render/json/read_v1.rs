//! Reading a plan file back, as exactly what was written or not at all.

use serde_json::{Map, Value};

use super::plan_v1::{
    ActionWord, Call, Change, FORMAT_VERSION, MethodWord, NoLongerDeclared, ObjectName, Plan,
    Reference, Release, Run, Source, Step, Target, Warning,
};
use super::{digest_of, not_json, plan_value};
use crate::desired::{Removed, SourceLine};
use crate::render::{Planned, Spent};
use crate::resource::{FieldDef, FieldValue, Fields, Guid, Instant, Key, Kind, Labels, Path};
use crate::{live, plan};

/// Why a file is not a plan that can be used.
#[derive(Debug, thiserror::Error)]
pub enum PlanFileError {
    /// Not JSON, or not whole.
    #[error("{}", not_json(.0))]
    NotAPlan(serde_json::Error),
    /// It is something else.
    #[error("it is no plan, as `plan --out` writes one: it has no {0}")]
    AnotherThing(&'static str),
    /// Another major version.
    #[error("its format is {0}, and this version of plutora-sync reads {FORMAT_VERSION}")]
    Format(String),
    /// It was edited, or damaged.
    #[error("its digest does not fit its content: it was edited or damaged; plan again")]
    Digest,
    /// The digest fits and yet something in it is unknown here.
    #[error("{0} is unknown to this version of plutora-sync")]
    Unknown(String),
}

/// Reads a plan file: the format's major version and the digest must fit.
pub fn read_plan(text: &str) -> Result<Planned, PlanFileError> {
    let value: Value = serde_json::from_str(text).map_err(PlanFileError::NotAPlan)?;
    let version = value.get("formatVersion").and_then(Value::as_str);
    let version = version.ok_or(PlanFileError::AnotherThing("formatVersion"))?;
    let major = |version: &str| version.split('.').next().map(str::to_owned);
    if major(version) != major(FORMAT_VERSION) {
        return Err(PlanFileError::Format(version.to_owned()));
    }
    // A report has steps too, and the digest of a plan under another name.
    let digest = value.get("digest").ok_or(PlanFileError::AnotherThing("digest"))?;
    if digest.as_str() != Some(digest_of(&value).as_str()) {
        return Err(PlanFileError::Digest);
    }
    let same_minor = version == FORMAT_VERSION;
    let document: Plan = serde_json::from_value(value).map_err(PlanFileError::NotAPlan)?;
    let digest = document.digest.clone();
    let planned = planned(document)?;
    // What is derived (counts, fingerprints) must be what we would derive ourselves.
    let derived = plan_value(&planned);
    if same_minor && derived.get("digest").and_then(Value::as_str) != Some(digest.as_str()) {
        return Err(PlanFileError::Digest);
    }
    Ok(planned)
}

fn planned(document: Plan) -> Result<Planned, PlanFileError> {
    let Plan {
        format_version: _,
        digest: _,
        tool_version,
        target: Target { api_url, user },
        manifest_digest,
        status_labels,
        steps,
        warnings,
        no_longer_declared,
        summary,
        forecast: _,
        run,
    } = document;
    let Run {
        plan_requests: requests,
        requests_by_endpoint: by_endpoint,
        repetitions,
        // They follow from the rest, which may have been summed up by another version.
        hour_share: _,
        token_outlives: _,
        pace,
        token_seconds,
        started_at,
        denied,
    } = run;
    let rate = pace.map(|pace| pace.requests_per_second).filter(|rate| *rate > 0.0);
    // What the hour held then says nothing of now.
    let can_begin = live::CanBegin::Now;
    let spent = Spent { by_endpoint, repetitions, rate, token_seconds, can_begin };
    let labels = Labels::new(status_labels).map_err(|error| unknown(error.to_string()))?;
    let plan = plan::Plan {
        target: live::Target { api_url, user },
        labels,
        manifest_digest,
        steps: steps.into_iter().map(step).collect::<Result<_, _>>()?,
        warnings: warnings.into_iter().map(warning).collect::<Result<_, _>>()?,
        unmanaged: summary.unmanaged,
    };
    let denied = denied.iter().map(|word| word.parse().map_err(|_error| unknown(word.as_str())));
    let denied = denied.collect::<Result<_, _>>()?;
    let removed = no_longer_declared.into_iter().map(removed).collect::<Result<_, _>>()?;
    let frozen = None;
    Ok(Planned { plan, tool_version, requests, started_at, denied, removed, spent, frozen })
}

fn removed(removed: NoLongerDeclared) -> Result<Removed, PlanFileError> {
    let NoLongerDeclared { kind, name, fields } = removed;
    let key = object_key(&kind, name)?;
    let fields = fields.iter().map(|name| field(key.kind, name)).collect::<Result<_, _>>()?;
    Ok(Removed { key, fields })
}

fn unknown(what: impl Into<String>) -> PlanFileError {
    PlanFileError::Unknown(what.into())
}

fn object_key(kind: &str, name: String) -> Result<Key, PlanFileError> {
    let kind = Kind::from_name(kind).ok_or_else(|| unknown(format!("the kind `{kind}`")))?;
    Ok(Key { kind, name })
}

fn step(step: Step) -> Result<plan::Step, PlanFileError> {
    let Step {
        kind,
        name,
        action,
        id,
        sources,
        depends_on,
        requests,
        protected,
        release,
        reason,
        changes,
        calls,
        fingerprint: _,
        observed,
        referred,
    } = step;
    let key = object_key(&kind, name)?;
    let id =
        id.map(|id| Guid::parse(&id)).transpose().map_err(|error| unknown(error.to_string()))?;
    let changes: Vec<_> =
        changes.into_iter().map(|it| change(key.kind, it)).collect::<Result<_, _>>()?;
    let mut calls = calls.into_iter().map(|it| call(&key, it));
    let mut first =
        || calls.next().unwrap_or_else(|| Err(unknown(format!("{key} without the call it needs"))));
    let action = match action {
        ActionWord::Create => {
            let call = first()?;
            plan::Action::Create { changes, call, then: calls.next().transpose()? }
        }
        ActionWord::Update => {
            let observed = fields(key.kind, observed.unwrap_or_default())?;
            let referred = fields(key.kind, referred)?;
            plan::Action::Update { changes, call: first()?, observed, referred }
        }
        ActionWord::InSync => plan::Action::InSync,
        ActionWord::Blocked => {
            plan::Action::Blocked { reason: reason.unwrap_or_default(), changes }
        }
    };
    let sources = sources
        .into_iter()
        .map(|Source { file, line }| SourceLine { file: file.into(), line })
        .collect();
    let named = |ObjectName { kind, name }| object_key(&kind, name);
    let depends_on = depends_on.into_iter().map(named).collect::<Result<_, _>>()?;
    let stands = stands(protected, release)?;
    Ok(plan::Step { key, id, sources, depends_on, requests, stands, action })
}

fn stands(protected: bool, release: Option<Release>) -> Result<plan::Stands, PlanFileError> {
    let Some(Release { enterprise, goes_live }) = release else {
        return Ok(plan::Stands { protected, ..plan::Stands::default() });
    };
    let instants = goes_live.iter().map(|text| Instant::parse(text));
    let goes_live =
        instants.collect::<Result<_, _>>().map_err(|error| unknown(error.to_string()))?;
    Ok(plan::Stands { protected, enterprise, goes_live })
}

fn field(kind: Kind, name: &str) -> Result<&'static FieldDef, PlanFileError> {
    kind.field(name).ok_or_else(|| unknown(format!("the field `{name}` of {}", kind.name())))
}

fn value(def: &FieldDef, json: &Value) -> Result<FieldValue, PlanFileError> {
    FieldValue::from_json(def.ty, json).ok_or_else(|| unknown(format!("a value of `{}`", def.name)))
}

fn fields(kind: Kind, values: Map<String, Value>) -> Result<Fields, PlanFileError> {
    let mut fields = Fields::new(kind);
    for (name, json) in values {
        let def = field(kind, &name)?;
        fields.set(def, value(def, &json)?);
    }
    Ok(fields)
}

fn change(kind: Kind, change: Change) -> Result<plan::FieldChange, PlanFileError> {
    let Change { field: name, before, after } = change;
    let def = field(kind, &name)?;
    Ok(plan::FieldChange { def, before: value(def, &before)?, after: value(def, &after)? })
}

fn call(object: &Key, call: Call) -> Result<Box<plan::Call>, PlanFileError> {
    let kind = object.kind;
    let Call { method, path, reason, body, references } = call;
    let path = Path::parse(object, &path)
        .ok_or_else(|| unknown(format!("the path `{path}` of {object}")))?;
    let by_key = |key: &str| {
        let def = kind.all_fields().find(|def| def.key == key);
        def.map(|def| def.key).ok_or_else(|| unknown(format!("the key `{key}`")))
    };
    let mut written = Vec::new();
    for (key, value) in body {
        written.push((by_key(&key)?, plan::Payload::Value(value)));
    }
    for Reference { key: body_key, kind, name } in references {
        written.push((by_key(&body_key)?, plan::Payload::IdOf(object_key(&kind, name)?)));
    }
    let method = match method {
        MethodWord::Post => plan::Method::Post,
        MethodWord::Put => plan::Method::Put,
    };
    Ok(Box::new(plan::Call { method, path, reason, body: written }))
}

fn warning(warning: Warning) -> Result<plan::Warning, PlanFileError> {
    let Warning { code, kind, name, message, details, manual_steps, acknowledged } = warning;
    let code = code.parse().map_err(|_error| unknown(format!("the warning `{code}`")))?;
    let key = object_key(&kind, name)?;
    let migration = details.into_migration().map_err(unknown)?;
    Ok(plan::Warning { code, key, message, migration, manual_steps, acknowledged })
}
