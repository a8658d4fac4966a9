//! Carrying out the steps of a plan.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};

use super::create::{Begun, Created, Creation, begin};
use super::finish::finish;
use super::migrated::{Migrated, look_after};
use super::observer::{Followed, Observer};
use super::outcome::{Outcome, Report};
use super::place::Place;
use super::queues::{Queue, Queues};
use super::ready::Ready;
use super::report::{Ended, report, unread, without_calls};
use super::since::{Since, Standing};
use super::update::update;
use crate::live::Worth;
use crate::plan::{Plan, Step, read_back_together};
use crate::plutora::{Read, Write};
use crate::resource::{Guid, Key};

/// How to carry out a plan.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// How many steps may be under way at the same time.
    pub parallelism: usize,
    /// How long a server that gave no answer to a creation may still be at work.
    pub settle: Duration,
    /// Whether what a filter does not find may be there all the same.
    pub whole_lists: bool,
}

impl Options {
    /// Returns what a filter has to be worth for what it does not find not to be there; none where no filter is.
    pub(super) fn sure(self) -> Option<Worth> {
        (!self.whole_lists).then_some(Worth::All)
    }
}

/// Carries out a plan.
///
/// Independent steps go on after a failure; a step that refers to an object whose own step did not
/// succeed is skipped, and what `since` tells of an object is taken as it is. After a stop the steps under way are
/// finished and no other is begun.
pub async fn run(
    plan: &Plan,
    since: &Since,
    (reader, writer): (&impl Read, &impl Write),
    options: Options,
    observer: &impl Observer,
) -> Report {
    let run = Run {
        plan,
        since,
        reader,
        writer,
        options,
        observer,
        created: RefCell::default(),
        ended: RefCell::default(),
    };
    let mut queues = Queues::of(plan);
    let mut under_way = FuturesUnordered::new();
    loop {
        while under_way.len() < options.parallelism.max(1)
            && let Some(queue) = queues.next()
        {
            let run = &run;
            under_way.push(async move {
                run.queue(&queue).await;
                queue
            });
        }
        match under_way.next().await {
            Some(queue) => queues.ended(&queue),
            None => break,
        }
    }
    drop(under_way);
    let all_seen = run.look_once_more().await;
    let mut ended = run.ended.into_inner();
    ended.extend(queues.stuck().map(|step| (&step.key, (Outcome::NotStarted, None))));
    report((plan, since), (ended, !all_seen), observer)
}

/// A plan that is being carried out.
pub(super) struct Run<'a, R, W, O> {
    pub(super) plan: &'a Plan,
    since: &'a Since,
    pub(super) reader: &'a R,
    writer: &'a W,
    pub(super) options: Options,
    pub(super) observer: &'a O,
    created: RefCell<BTreeMap<Key, Guid>>,
    pub(super) ended: RefCell<BTreeMap<&'a Key, Ended>>,
}

impl<'a, R: Read, W: Write, O: Observer> Run<'a, R, W, O> {
    /// Carries out steps one after another; each finds the list that it stands in as the one before
    /// left it.
    async fn queue(&self, queue: &Queue<'a>) {
        let list = OnceCell::new();
        for part in read_back_together(&queue.steps) {
            let mut created = Vec::new();
            for step in part {
                let begun = self.begin(step, &list).await;
                created.extend(begun.map(|(creation, what)| (step, creation, what)));
            }
            let last_one = created.len().saturating_sub(1);
            for (number, (step, creation, what)) in created.into_iter().enumerate() {
                let both = (self.reader, &self.followed(step));
                let at_once = number == last_one;
                let outcome = finish(&creation, both, self.observer, (what, at_once)).await;
                creation.place.after(&outcome);
                self.finished(step, outcome).await;
            }
        }
    }

    /// Carries out a step; of a creation the first half, unless it came to its end with that.
    async fn begin<'p>(
        &self,
        step: &'a Step,
        list: &'p OnceCell<Place<'a>>,
    ) -> Option<(Creation<'p>, Created)>
    where
        'a: 'p,
    {
        if let Some(outcome) = self.spared(step) {
            self.note(step, (outcome, None));
            return None;
        }
        self.observer.started(step);
        match self.write(step, list).await {
            Ok(begun) => Some(begun),
            Err(outcome) => {
                self.finished(step, outcome).await;
                None
            }
        }
    }

    /// Returns what comes of a step that needs nothing, or is not to be done.
    fn spared(&self, step: &Step) -> Option<Outcome> {
        if let Some(outcome) = without_calls(&step.action) {
            return Some(outcome);
        }
        match self.since.get(&step.key) {
            Some(Standing::Moved(outcome)) => return Some(outcome.clone()),
            Some(Standing::Already(id)) => return Some(Outcome::Already(*id)),
            Some(Standing::Created(id, _)) if self.observer.stopped() => return Some(unread(*id)),
            Some(Standing::Half(_) | Standing::Created(..)) | None => {}
        }
        if let Some(failed) = self.missing(step) {
            return Some(Outcome::Skipped(failed));
        }
        self.observer.stopped().then_some(Outcome::NotStarted)
    }

    /// Carries out the calls of a step, of a creation the first; fails with what it came to, if it came to its end.
    async fn write<'p>(
        &self,
        step: &'p Step,
        list: &'p OnceCell<Place<'a>>,
    ) -> Result<(Creation<'p>, Created), Outcome> {
        let place = if let Some(place) = list.get() {
            place
        } else {
            let place = self.place(step)?;
            list.get_or_init(|| place)
        };
        let both = (self.reader, &self.followed(step));
        let outcome = match self.ready(step, place)? {
            Ready::Create(creation) => match begin(&creation, both, self.observer).await {
                Begun::Created(what) => return Ok((creation, what)),
                Begun::Ended(outcome) => outcome,
            },
            Ready::Update(it) => update(&it, place.known(it.id), both, self.observer).await,
        };
        place.after(&outcome);
        Err(outcome)
    }

    fn followed<'s>(&'s self, step: &'s Step) -> Followed<'s, W, O> {
        Followed { writer: self.writer, observer: self.observer, key: &step.key }
    }

    /// Takes note of what came of a step that was carried out, and of what came with it.
    async fn finished(&self, step: &'a Step, outcome: Outcome) {
        let migrated = self.look_after(step, &outcome).await;
        self.observer.finished(step, &outcome);
        self.note(step, (outcome, migrated));
    }

    fn note(&self, step: &'a Step, ended: Ended) {
        if let Some(id) = ended.0.id() {
            self.created.borrow_mut().insert(step.key.clone(), id);
        }
        self.ended.borrow_mut().insert(&step.key, ended);
    }

    /// Returns what a step needs and did not succeed.
    fn missing(&self, step: &Step) -> Option<Key> {
        let ended = self.ended.borrow();
        let succeeded = |key: &Key| ended.get(key).is_some_and(|(it, _)| it.id().is_some());
        step.depends_on.iter().find(|key| !succeeded(key)).cloned()
    }

    /// Returns where the object of a step is.
    pub(super) fn place(&self, step: &Step) -> Result<Place<'a>, Outcome> {
        let call = step.action.calls().next().ok_or(Outcome::NotStarted)?;
        let collection = call.path.of_collection().resolve(&self.created.borrow())?;
        Ok(Place::new(step.key.kind, collection, &self.plan.labels))
    }

    pub(super) fn ready<'b>(
        &self,
        step: &'b Step,
        place: &'b Place<'b>,
    ) -> Result<Ready<'b>, Outcome> {
        Ready::of(step, place, &self.created.borrow(), self.half(step), self.options)
    }

    /// Returns the id of what was created before its step, and that of the request that did it.
    fn half(&self, step: &Step) -> Option<Created> {
        match self.since.get(&step.key) {
            Some(Standing::Half(id)) => Some(Created::found(*id)),
            Some(Standing::Created(id, correlation)) => {
                let correlation = correlation.clone();
                Some(Created { correlation, ..Created::found(*id) })
            }
            Some(Standing::Already(_) | Standing::Moved(_)) | None => None,
        }
    }

    /// Looks at the phases and gates of a release that was moved.
    async fn look_after(&self, step: &Step, outcome: &Outcome) -> Option<Migrated> {
        step.parent_change()?;
        let id = if let Outcome::Done { id, .. } = outcome {
            Some(*id)
        } else {
            step.id.filter(|_| outcome.wrote())
        };
        let warning = self.plan.warnings.iter().find(|warning| warning.key == step.key);
        Some(look_after(self.reader, id?, warning.map(|warning| &warning.migration)).await)
    }
}
