//! Why: the calls of objects with what forces them, and the reads with what they were for.

use super::reads;
use super::spots::Spots;
use super::words::{self, count, value};
use super::{Out, Planned, plain};
use crate::desired::Desired;
use crate::live::{Choices, ReadFor, Reads, Why};
use crate::manifest::{Place, Sources};
use crate::plan::{Action, Call, Forced, Step, forced_by};
use crate::resource::{FieldValue, Key};

/// What an explanation is made of.
#[derive(Clone, Copy, Debug)]
pub struct Explained<'a> {
    /// The steps to explain.
    pub steps: &'a [&'a Step],
    /// What is declared, each status with its object.
    pub desired: &'a Desired,
    /// The texts of the manifests.
    pub sources: &'a Sources,
    /// What was read.
    pub reads: &'a Reads,
    /// How it was chosen what to read, if that is to be said.
    pub choices: Option<(&'a Choices, &'a Planned)>,
}

/// Explains steps, one after another.
pub fn explain(explained: &Explained<'_>) -> String {
    let Explained { steps, desired, sources, reads, choices } = *explained;
    let mut out = Out::default();
    let objects = steps.iter().filter_map(|step| desired.get(&step.key));
    let places = objects.flat_map(|object| {
        let fields = object.fields.iter().map(|(def, _)| object.place_of(def));
        fields.chain([&object.place])
    });
    let places: Vec<&Place> = places.collect();
    let spots = Spots::find(&places, sources);
    for step in steps {
        one(&mut out, step, explained, &spots);
    }
    if let Some((choices, planned)) = choices {
        reads::choices(&mut out, choices, reads);
        reads::spent(&mut out, planned);
    }
    for path in reads.needless() {
        out.line(&format!("GET {}: no declared object needs it", plain(path)));
    }
    let (number, all) = (count(steps.len() as u64, "object"), count(reads.total(), "request"));
    out.line(&format!("{number} explained; all objects together took {all} to plan"));
    out.0
}

fn one(out: &mut Out, step: &Step, explained: &Explained<'_>, spots: &Spots<'_>) {
    let Explained { desired, reads, .. } = *explained;
    out.heading(&format!("{}: {}", words::object(&step.key), step.action.word()));
    let Some(object) = desired.get(&step.key) else { return };
    out.line("  Calls");
    match &step.action {
        Action::InSync => {
            let fields = count(object.fields.iter().count() as u64, "managed field");
            out.line(&format!("    none: {fields}, as declared"));
        }
        Action::Blocked { reason, .. } => out.line(&format!("    none: {}", plain(reason))),
        Action::Create { .. } | Action::Update { .. } => {
            for Forced { call, fields } in forced_by(step, object) {
                called(out, call);
                let width = fields.iter().map(|(it, _)| it.def.name.len()).max().unwrap_or(0);
                for (change, place) in fields {
                    let (name, after, at) =
                        (change.def.name, value(&change.after), spots.of(place));
                    let before = match change.before {
                        FieldValue::Empty => String::new(),
                        FieldValue::Text(_) | FieldValue::Instant(_) | FieldValue::Names(_) => {
                            format!("{} -> ", value(&change.before))
                        }
                    };
                    out.line(&format!("      {name:width$}  {before}{after}  ({at})"));
                }
            }
        }
    }
    out.line("  Reads");
    for read in reads.of(&step.key) {
        let ReadFor { path, requests, whys, others } = &read;
        let shared = match others {
            0 => String::new(),
            1 => "  (shared with 1 other object)".to_owned(),
            others => format!("  (shared with {others} other objects)"),
        };
        let times = if *requests == 1 { String::new() } else { format!("{requests} x ") };
        out.line(&format!("    {times}GET {}{shared}", plain(path)));
        for why in whys {
            let at: Vec<String> =
                why.fields().iter().map(|def| spots.of(object.place_of(def))).collect();
            let at = if at.is_empty() { String::new() } else { format!("  ({})", at.join(", ")) };
            out.line(&format!("      {}{at}", said(why, &step.key)));
        }
    }
    out.line("");
}

fn called(out: &mut Out, call: &Call) {
    let path = call.path.to_string();
    out.line(&format!("    {} {}: {}", call.method.word(), plain(&path), plain(&call.reason)));
}

/// Says why an answer could not be spared.
fn said(why: &Why, key: &Key) -> String {
    match why {
        Why::Itself => format!(
            "only the list shows that one {} is named `{}`, or none, and its id",
            key.kind.name(),
            plain(&key.own_name())
        ),
        Why::Reference(def, name) => {
            format!("{} names `{}`, and Plutora takes its id", def.name, plain(name))
        }
        Why::Above(above) => {
            let (kind, name) = (above.kind.name(), above.own_name());
            format!("the path of the object holds the id of the {kind} `{}`", plain(&name))
        }
        Why::Linked => "a deployment date stands below a row of this list, which alone shows that the system is in the release".into(),
        Why::Rows => "the object is a row of this list, and not known to be answered alone".into(),
        Why::Details(defs) => {
            let names: Vec<&str> = defs.iter().map(|def| def.name).collect();
            format!("managed, and not known to be in rows of the list: {}", names.join(", "))
        }
        Why::EmptyRow => {
            "its row in the list leaves out a managed field that is never empty".into()
        }
        Why::Type(release) => format!(
            "whether {} is an Enterprise release decides what is possible, and its row does not say",
            plain(&release.own_name())
        ),
        Why::Stake => "PS101 says which phases, gates and activities do not move along".into(),
        Why::OnlyDate => "a status without `deployment` is that of the only date".into(),
        Why::User => "the plan names its user, and a ready-made token does not say it".into(),
    }
}
