//! The second half of a creation: read it back, and set what a creation cannot.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::create::{Created, Creation};
use super::observer::Observer;
use super::outcome::{Cause, Difference, Outcome, Wrote};
use super::overlay::set_since;
use super::place::Place;
use super::update::{Update, update};
use crate::plutora::{Correlation, Read, Write};
use crate::resource::{Guid, find_key, is_status, read_fields_by_id};

/// Reads what was created, unless that was done for another row of its list, and sets what a creation cannot.
/// It is read `at_once` if no other creation came in between.
pub(super) async fn finish(
    creation: &Creation<'_>,
    (reader, writer): (&impl Read, &impl Write),
    observer: &impl Observer,
    (created, at_once): (Created, bool),
) -> Outcome {
    let Created { id, correlation, answer } = created;
    let fresh = match creation.place.known_or_read(reader, id).await {
        Ok(fresh) => fresh,
        Err(error) => {
            return Outcome::in_doubt(format!("created as {id}, but not read back: {error}"));
        }
    };
    if let Some(twice) = creation.twice(id, correlation.clone()) {
        return twice;
    }
    // Else somebody may have changed it since; so they may what an earlier run has created, or a request that
    // got no answer.
    let is_ours = at_once && correlation.is_some();
    let cause = if is_ours { Cause::Stored } else { Cause::Unclear };
    let Some(then) = &creation.then else {
        return Outcome::Done { id, correlation, differs: creation.differs(&fresh, cause) };
    };
    let differs = creation.stored(&creation.body, &fresh, cause);
    let done = || Outcome::Done { id, correlation: correlation.clone(), differs: differs.clone() };
    if let Some(ended) = creation.ended_meanwhile(then, &fresh, done) {
        return ended;
    }
    if let Some(theirs) = creation.set_meanwhile(then, &fresh, &answer) {
        let error = format!(
            "created as {id}, but its status is not set: somebody has, to {theirs}; to keep that, say it in the manifest"
        );
        return Outcome::Failed { error, wrote: Wrote::Partly, denied: false, correlation };
    }
    match set(creation, then, (id, fresh), (reader, writer), observer).await {
        Outcome::Done { differs: mut last, .. } => {
            // Setting the rest may have changed what the creation has set.
            let now =
                creation.place.known(id).map_or(differs, |body| creation.differs(&body, cause));
            let is_news = |it: &Difference| last.iter().all(|other| other.def != it.def);
            let news: Vec<Difference> = now.into_iter().filter(is_news).collect();
            last.extend(news);
            Outcome::Done { id, correlation, differs: last }
        }
        Outcome::Failed { error, wrote, denied, correlation } => {
            let (word, wrote) = match wrote {
                Wrote::Perhaps => ("may not be", Wrote::Perhaps),
                Wrote::Nothing | Wrote::Partly => ("is not", Wrote::Partly),
            };
            let error = format!("created as {id}, but its status {word} set: {error}");
            Outcome::Failed { error, wrote, denied, correlation }
        }
        Outcome::Already(_) => Outcome::Done { id, correlation, differs },
        Outcome::NotStarted => Outcome::Failed {
            error: format!("created as {id}, but its status is not set: stopped before its turn"),
            wrote: Wrote::Partly,
            denied: false,
            correlation,
        },
        other @ (Outcome::Stale(_)
        | Outcome::Appeared(_)
        | Outcome::Gone
        | Outcome::Skipped(_)
        | Outcome::Blocked(_)) => other,
    }
}

/// Sets what a creation cannot, of an object that is as it was read a moment ago.
async fn set(
    creation: &Creation<'_>,
    then: &Map<String, Value>,
    (id, fresh): (Guid, Map<String, Value>),
    both: (&impl Read, &impl Write),
    observer: &impl Observer,
) -> Outcome {
    let Creation { place, changes, settle, .. } = creation;
    let (Place { kind, labels, .. }, settle) = (place, *settle);
    // What it is called is not written, and looked at again: somebody may rename what is a moment old.
    let key = std::iter::once(kind.key_field());
    let read = kind.fields().iter().filter(|def| then.contains_key(def.key)).chain(key);
    let before = read_fields_by_id(*kind, &fresh, read, labels);
    let (changed, finishes) = (Cow::Borrowed(then), true);
    let setting = Update { place, id, changes, observed: &before, changed, finishes, settle };
    update(&setting, Some(fresh), both, observer).await
}

impl Creation<'_> {
    /// Returns how a step ends that an earlier run has begun, if somebody has set the rest since, or it is all
    /// there. (Of one that this run has just made nobody asks that: a tenant's label for Pending may be unknown.)
    fn ended_meanwhile(
        &self,
        then: &Map<String, Value>,
        fresh: &Map<String, Value>,
        done: impl FnOnce() -> Outcome,
    ) -> Option<Outcome> {
        self.half.as_ref()?;
        let moved = set_since(then, self.place.kind, fresh, self.place.labels);
        if !moved.is_empty() {
            return Some(Outcome::Stale(moved));
        }
        self.stored(then, fresh, Cause::Stored).is_empty().then(done)
    }

    /// Returns what somebody has set of the rest since the server answered the creation, if it said how that was.
    fn set_meanwhile(
        &self,
        then: &Map<String, Value>,
        fresh: &Map<String, Value>,
        answer: &Value,
    ) -> Option<String> {
        let answer = answer.as_object()?;
        let moved = |body| set_since(then, self.place.kind, body, self.place.labels);
        let said = |key: &str| answer.get(find_key(answer, key)?).filter(|it| !it.is_null());
        let is_said = then.keys().all(|key| said(key).is_some());
        let theirs = moved(fresh).into_iter().next()?;
        // What is no word of ours may be the tenant's label for what a new one has.
        let word = theirs.found.as_text().filter(|word| is_status(word))?;
        (is_said && moved(answer).is_empty()).then(|| word.to_owned())
    }

    /// Returns what is said of a creation whose list has another of its name, as it shows once it is read back.
    fn twice(&self, id: Guid, correlation: Option<Correlation>) -> Option<Outcome> {
        let mut of_its_name = self.place.known_by(&self.natural_key())?;
        if let Some(ours) = of_its_name.iter().position(|it| *it == id) {
            of_its_name.remove(ours);
        }
        let others: Vec<String> = of_its_name.iter().map(ToString::to_string).collect();
        let has = match of_its_name.as_slice() {
            // Another row of a system in a release has the same id.
            [other] if *other == id => "it twice".to_owned(),
            _ => format!("another of its name, {}", others.join(", ")),
        };
        let error =
            format!("created as {id}, and its list has {has}: remove one of them in Plutora");
        let wrote = Wrote::Partly;
        (!others.is_empty()).then_some(Outcome::Failed { error, wrote, denied: false, correlation })
    }
}
