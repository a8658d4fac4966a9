//! Many creations in one request: look, send, and find out what came of each.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::executor::Options;
use super::observer::{Answer, Intent, Observer};
use super::outcome::Outcome;
use super::overlay::resolve;
use super::since::{Since, Standing};
use super::told::Told;
use crate::live::{Length, filters_by_name, find_all};
use crate::plan::{Batch, InBulk, Method, Plan, Step};
use crate::plutora::{Correlation, Effect, Read, ReadError, Tried, Write, WriteError};
use crate::resource::{Guid, Kind};

/// Where systems are created one by one, and many at once.
const LIST: &str = "/systems";
const BULK: &str = "/systems/bulk";

/// Creates what takes fewer requests together, and returns how things stand then: what was created is yet
/// to be read back by its step, and what is not told of goes the ordinary way.
///
/// After a request that was refused whole, or that leaves an object in doubt, no other is tried: the tenant
/// may not know it, and one by one each object gets an answer of its own. So it is after two in a row that got no
/// answer and had no effect.
pub async fn in_bulk(
    plan: &Plan,
    (in_bulk, since): (InBulk, &Since),
    (reader, writer): (&impl Read, &impl Write),
    options: Options,
    observer: &impl Observer,
) -> Since {
    let bulk = Bulk { plan, reader, writer, options, observer };
    let mut stand = since.clone();
    let mut lost = 0;
    for batch in plan.batches(in_bulk, |key| since.contains_key(key)) {
        if observer.stopped() {
            break;
        }
        let error = match bulk.create(&batch, &mut stand).await {
            Ok(None) => {
                lost = 0;
                continue;
            }
            Ok(Some(error)) if lost + 1 < MOST_LOST => {
                lost += 1;
                tracing::warn!("{error}; these systems are created one by one");
                continue;
            }
            Ok(Some(error)) => error.to_string(),
            Err(error) => error,
        };
        tracing::warn!("{error}; what is left of the systems is created one by one");
        break;
    }
    stand
}

/// How many requests in a row may be lost.
const MOST_LOST: usize = 2;

struct Bulk<'a, R, W, O> {
    plan: &'a Plan,
    reader: &'a R,
    writer: &'a W,
    options: Options,
    observer: &'a O,
}

/// A creation that is sent among others.
struct Sent<'a> {
    step: &'a Step,
    body: Map<String, Value>,
    /// The number of its intent.
    number: u64,
}

/// What is known of the request as a whole.
enum Heard {
    /// It was answered.
    Told(Told, Correlation),
    /// It was not, or not in a way that can be read.
    InDoubt(WriteError, Effect),
}

/// The objects that were found, by their names in lower case.
#[derive(Default)]
struct Found(BTreeMap<String, Vec<(String, Guid)>>);

impl<R: Read, W: Write, O: Observer> Bulk<'_, R, W, O> {
    /// Creates what a batch holds; fails if no other batch is to be tried, and returns why nothing came of it, as far
    /// as can be seen.
    async fn create(
        &self,
        batch: &Batch<'_>,
        stand: &mut Since,
    ) -> Result<Option<WriteError>, String> {
        let steps = self.absent((batch.steps.iter().copied(), batch.before), stand).await?;
        if self.observer.stopped() {
            return Ok(None);
        }
        let mut sent = self.intend(steps)?;
        for sent in &sent {
            self.observer.started(sent.step);
        }
        let mut tried = Tried::default();
        let heard = loop {
            if sent.is_empty() {
                return Ok(None);
            }
            let bodies = sent.iter().map(|sent| Value::Object(sent.body.clone())).collect();
            match self.writer.post(BULK, &Value::Array(bodies), tried).await {
                Ok(done) => break Heard::Told(Told::of(&done.answer), done.correlation),
                Err(error @ WriteError::InDoubt { effect, .. }) => {
                    break Heard::InDoubt(error, effect);
                }
                Err(error @ (WriteError::NotDone { .. } | WriteError::Unsent { .. })) => {
                    self.not_done(&sent);
                    return Err(error.to_string());
                }
                Err(WriteError::Outdated { .. }) if self.observer.stopped() => {
                    self.not_done(&sent);
                    return Ok(None);
                }
                Err(WriteError::Outdated { tried: before, .. }) => {
                    tried = before;
                    sent = self.again((&sent, batch.before), stand).await?;
                }
            }
        };
        let found = self.look_up((&sent, batch.after), &heard).await;
        let (mut open, mut absent) = (false, 0);
        for one in &sent {
            let (standing, answer) = self.judge(one, &sent, &heard, &found);
            self.observer.answered(one.number, answer);
            open |= answer == Answer::InDoubt;
            absent += usize::from(standing.is_none());
            if let Some(Standing::Moved(outcome)) = &standing {
                self.observer.finished(one.step, outcome);
            }
            stand.extend(standing.map(|standing| (one.step.key.clone(), standing)));
        }
        match heard {
            _ if !open => Ok(None),
            Heard::Told(..) => Err(format!("POST {BULK} was answered, and not all is found")),
            Heard::InDoubt(error, _) if absent == sent.len() => Ok(Some(error)),
            Heard::InDoubt(error, _) => Err(error.to_string()),
        }
    }

    /// Returns the steps whose objects are not there, and takes note of the others.
    async fn absent<'b>(
        &self,
        (steps, length): (impl Iterator<Item = &'b Step> + Clone, Option<Length>),
        stand: &mut Since,
    ) -> Result<Vec<&'b Step>, String> {
        let there = self.find(steps.clone(), length).await.map_err(|error| error.to_string())?;
        let mut absent = Vec::new();
        for step in steps {
            let ids = there.of(&step.key.name);
            if !ids.is_empty() {
                stand.insert(step.key.clone(), Standing::Moved(Outcome::Appeared(ids)));
            } else if !there.holds(&step.key.name) {
                // One whose name differs in case only goes the ordinary way, as here it would be refused.
                absent.push(step);
            }
        }
        Ok(absent)
    }

    /// Makes ready what was turned away, but for what somebody else has created meanwhile.
    async fn again<'b>(
        &self,
        (sent, length): (&[Sent<'b>], Option<Length>),
        stand: &mut Since,
    ) -> Result<Vec<Sent<'b>>, String> {
        self.not_done(sent);
        let steps = self.absent((sent.iter().map(|sent| sent.step), length), stand).await?;
        for sent in sent {
            if let Some(Standing::Moved(outcome)) = stand.get(&sent.step.key) {
                self.observer.finished(sent.step, outcome);
            }
        }
        self.intend(steps)
    }

    /// Notes every creation before any is sent.
    fn intend<'b>(&self, steps: Vec<&'b Step>) -> Result<Vec<Sent<'b>>, String> {
        let mut sent: Vec<Sent<'b>> = Vec::new();
        for step in steps {
            let call = step.action.calls().next();
            let body = call.and_then(|call| resolve(&call.body, &BTreeMap::new()).ok());
            let Some(body) = body else { continue };
            let value = Value::Object(body.clone());
            let intent = Intent { key: &step.key, method: Method::Post, path: BULK, body: &value };
            match self.observer.intends(&intent) {
                Ok(number) => sent.push(Sent { step, body, number }),
                Err(error) => {
                    self.not_done(&sent);
                    return Err(error);
                }
            }
        }
        Ok(sent)
    }

    fn not_done(&self, sent: &[Sent<'_>]) {
        for sent in sent {
            self.observer.answered(sent.number, Answer::NotDone);
        }
    }

    /// Looks up what was sent, and what is missing once more when the server has had time to finish,
    /// unless it has said why. Whoever stops the run does not wait for that.
    async fn look_up(
        &self,
        (sent, length): (&[Sent<'_>], Option<Length>),
        heard: &Heard,
    ) -> Result<Found, ReadError> {
        let mut found = self.find(sent.iter().map(|sent| sent.step), length).await?;
        let is_open = |sent: &&Sent<'_>| {
            found.of(&sent.step.key.name).is_empty() && heard.refusal(&sent.body, false).is_none()
        };
        let missing: Vec<&Step> = sent.iter().filter(is_open).map(|sent| sent.step).collect();
        if missing.is_empty() {
            return Ok(found);
        }
        tokio::select! {
            () = tokio::time::sleep(self.options.settle) => {}
            () = self.observer.stop() => {}
        }
        found.0.extend(self.find(missing.into_iter(), length).await?.0);
        Ok(found)
    }

    /// Decides how an object stands; not at all if it is certainly not there.
    fn judge(
        &self,
        one: &Sent<'_>,
        all: &[Sent<'_>],
        heard: &Heard,
        found: &Result<Found, ReadError>,
    ) -> (Option<Standing>, Answer) {
        let name = &one.step.key.name;
        let ids = found.as_ref().map(|found| found.of(name)).unwrap_or_default();
        let moved = |outcome, answer| (Some(Standing::Moved(outcome)), answer);
        if let Some(refusal) = heard.refusal(&one.body, !ids.is_empty()) {
            let outcome =
                if ids.is_empty() { heard.refused(refusal) } else { Outcome::Appeared(ids) };
            return moved(outcome, Answer::NotDone);
        }
        let doubt = |more: &str| moved(heard.in_doubt(more), Answer::InDoubt);
        match (ids.as_slice(), found, heard) {
            ([id], ..) => (Some(Standing::Created(*id, heard.correlation())), Answer::Done),
            ([_, ..], ..) => doubt("several exist now"),
            ([], Err(unread), _) => doubt(&format!("then {unread}")),
            ([], Ok(_), Heard::Told(told, _)) => {
                let all: Vec<&str> = all.iter().map(|it| it.step.key.name.as_str()).collect();
                doubt(&format!("it is not found; {}", told.about(name, &all)))
            }
            // That many creations were carried out is not said of each; but none is sent again.
            ([], Ok(_), Heard::InDoubt(_, Effect::Certain)) => doubt("it is not found"),
            ([], Ok(_), Heard::InDoubt(_, Effect::Unknown)) if self.observer.stopped() => {
                doubt("it is not there yet, and may still come")
            }
            ([], Ok(_), Heard::InDoubt(_, Effect::Unknown)) => (None, Answer::InDoubt),
        }
    }

    /// Looks for objects by their names, in the list that is perhaps known to be so long.
    async fn find<'b>(
        &self,
        steps: impl Iterator<Item = &'b Step>,
        length: Option<Length>,
    ) -> Result<Found, ReadError> {
        let names = steps.map(|step| &step.key.name);
        let filters = filters_by_name(Kind::System, names, &self.plan.target.api_url)
            .ok_or_else(|| ReadError::unreadable(LIST, "a name that no filter can hold"))?;
        let parallelism = self.options.parallelism;
        let mut found = Found::default();
        let asked = (filters, length);
        for (name, id) in find_all(self.reader, (Kind::System, LIST), asked, parallelism).await? {
            found.0.entry(name.to_lowercase()).or_default().push((name, id));
        }
        Ok(found)
    }
}

impl Heard {
    fn refusal(&self, body: &Map<String, Value>, is_there: bool) -> Option<&str> {
        match self {
            Self::Told(told, _) => told.refusal(body, is_there),
            Self::InDoubt(..) => None,
        }
    }

    fn correlation(&self) -> Option<Correlation> {
        match self {
            Self::Told(_, correlation) => Some(correlation.clone()),
            Self::InDoubt(..) => None,
        }
    }

    fn refused(&self, text: &str) -> Outcome {
        match self.correlation() {
            Some(correlation) => WriteError::NotDone {
                method: Method::Post.word(),
                path: BULK.to_owned(),
                cause: text.to_owned(),
                denied: false,
                correlation,
            }
            .into(),
            None => Outcome::failed(text),
        }
    }

    fn in_doubt(&self, more: &str) -> Outcome {
        match self {
            Self::Told(_, correlation) => WriteError::InDoubt {
                method: Method::Post.word(),
                path: BULK.to_owned(),
                cause: more.to_owned(),
                effect: Effect::Unknown,
                correlation: correlation.clone(),
            }
            .into(),
            Self::InDoubt(error, _) => Outcome::in_doubt(format!("{error}; {more}")),
        }
    }
}

impl Found {
    /// Returns the ids of the objects with a name.
    fn of(&self, name: &str) -> Vec<Guid> {
        let all = self.0.get(&name.to_lowercase()).into_iter().flatten();
        all.filter(|(found, _)| found == name).map(|(_, id)| *id).collect()
    }

    /// Returns whether there is an object with a name, in whatever case.
    fn holds(&self, name: &str) -> bool {
        self.0.contains_key(&name.to_lowercase())
    }
}
