//! `explain`: why each call is needed, and what each read was for.

use std::collections::{BTreeMap, BTreeSet};

use super::args::ExplainArgs;
use super::environment::Environment;
use super::interrupt::Interrupt;
use super::manifests::Manifests;
use super::session::{Looked, Session};
use super::ui::Ui;
use crate::desired::Desired;
use crate::error::{Exit, Failure};
use crate::live::Reads;
use crate::manifest::{DocumentKind, closest, listed};
use crate::plan::{Action, Plan, Step, settled};
use crate::render::{self, Explained};
use crate::resource::{Key, Kind};

pub(super) async fn run(
    args: &ExplainArgs,
    environment: &Environment,
    ui: &Ui,
) -> Result<Exit, Failure> {
    let ExplainArgs { objects, reads: choices, input, connection } = args;
    // Before anything is asked of Plutora, what can be seen to be wrong is told.
    let of_status = objects.iter().find_map(|text| status(text));
    let objects = objects.iter().filter(|text| status(text).is_none());
    let mut wanted = objects.map(|text| key(text)).collect::<Result<Vec<Key>, _>>()?;
    let mut told = BTreeSet::new();
    wanted.retain(|key| told.insert(key.clone()));
    let interrupt = Interrupt::listen()?;
    let (config, manifests) = Manifests::load_all(input, environment, &interrupt).await?;
    if let Some(name) = of_status {
        return Err(part_of_another(name, &manifests.desired));
    }
    let session =
        Session::open((config, interrupt), &input.config, connection, None, environment).await?;
    let looked = session.look(&manifests, &[], None).await;
    let Looked { planned, live, asked } = session.close(looked).await?;
    let plan = &planned.plan;
    let steps: Vec<&Step> = if wanted.is_empty() {
        plan.steps.iter().filter(|step| step.action != Action::InSync).collect()
    } else {
        wanted.iter().map(|key| found(plan, key)).collect::<Result<_, _>>()?
    };
    let desired = settled(&manifests.desired, &live);
    let at_stake: BTreeMap<&Key, BTreeSet<_>> =
        plan.steps.iter().map(|step| (&step.key, step.at_stake())).collect();
    let at_stake = |key: &Key| at_stake.get(key).cloned().unwrap_or_default();
    let reads = Reads::explain((&desired, &live), asked, at_stake);
    let (steps, sources, reads) = (steps.as_slice(), &manifests.sources, &reads);
    let choices = choices.then_some((&live.choices, &planned));
    let explained = Explained { steps, desired: &desired, sources, reads, choices };
    ui.answer(&render::explain(&explained))?;
    Ok(Exit::Done)
}

/// Takes a kind and a name apart; plans show a space between them.
fn parts(text: &str) -> Option<(&str, &str)> {
    let with_space = text.split_once(' ').filter(|(word, _)| Kind::from_name(word).is_some());
    with_space.or_else(|| text.split_once('/'))
}

/// Reads the name of an object as plans and reports write it.
fn key(text: &str) -> Result<Key, Failure> {
    let kinds = || Kind::ALL.into_iter().map(Kind::name);
    let shape = "write KIND/NAME, such as Release/REL-2026.12";
    let Some((word, name)) = parts(text) else {
        return Err(Failure::input(format!("`{text}` is no object")).hint(shape));
    };
    let Some(kind) = Kind::from_name(word) else {
        let failure = Failure::input(format!("there is no kind `{word}`"));
        let known = kinds().chain([DocumentKind::DeploymentStatus.name()]);
        return Err(match closest(word, known) {
            Some(meant) => failure.hint(format!("did you mean `{meant}`?")),
            None => failure.hint(format!("the kinds are {}", listed(kinds()))),
        });
    };
    Ok(Key::new(kind, name))
}

/// Returns the name of a `DeploymentStatus`, if that is what is asked for.
fn status(text: &str) -> Option<&str> {
    let (word, name) = text.split_once('/')?;
    (word == DocumentKind::DeploymentStatus.name()).then_some(name)
}

/// Refuses to explain a status apart from its object, which it is a step with.
fn part_of_another(name: &str, desired: &Desired) -> Failure {
    let failure = Failure::input(
        "a DeploymentStatus is no object of its own: it is part of the step of its deployment date, or of \
         its system in the release",
    );
    let hints = desired.status(name).into_iter().map(|about| match about {
        Ok(key) => format!("DeploymentStatus/{name} is part of {key}: explain that"),
        Err(claim) => format!(
            "DeploymentStatus/{name} is part of the only deployment date of {}, or else of {}: a plan says \
             of which",
            claim.of.name, claim.of
        ),
    });
    let hints: Vec<String> = hints.collect();
    if !hints.is_empty() {
        return hints.into_iter().fold(failure, Failure::hint);
    }
    let failure = failure.hint(format!("no manifest declares a DeploymentStatus `{name}`"));
    match closest(name, desired.statuses()) {
        Some(meant) => failure.hint(format!("did you mean `{meant}`?")),
        None => failure,
    }
}

fn found<'a>(plan: &'a Plan, key: &Key) -> Result<&'a Step, Failure> {
    if let Some(step) = plan.steps.iter().find(|step| step.key == *key) {
        return Ok(step);
    }
    let declared: Vec<String> = plan.steps.iter().map(|step| step.key.to_string()).collect();
    let names = || declared.iter().map(String::as_str);
    let failure = Failure::input(format!("no manifest declares {key}"));
    Err(match closest(&key.to_string(), names()) {
        Some(meant) => failure.hint(format!("did you mean `{meant}`?")),
        None => failure.hint(format!("they declare {}", listed(names()))),
    })
}
