//! What became of the objects of a plan since it was made, looked at before anything is written.
//!
//! A plan may be carried out long after it was made, twice, or after a run that was killed half-way. An
//! object is as planned if every managed field holds what the plan saw or what it wants; one that holds
//! all that the plan wants is done already. What is not managed may be as it likes.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::journal::Earlier;
use super::outcome::{Cause, Difference, Outcome};
use super::overlay::{differences, resolve, resolved, set_otherwise, set_since, written};
use super::place::Place;
use super::renamed::renamed;
use super::retyped::retyped;
use crate::live::{self, About, Called, FetchError, Row, Scope, named, read_all};
use crate::plan::{Action, Call, FieldChange, Plan, Step};
use crate::plutora::{Correlation, News, Read, ReadError};
use crate::resource::{FieldDef, Fields, Guid, Key, Kind, Labels, id_of};

/// How the objects of a plan stand that are not as planned.
pub type Since = BTreeMap<Key, Standing>;

/// What a look before the first write has found.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// The objects that are not as planned.
    pub since: Since,
    /// What limits look at of releases as they are now, by their ids; none where no limit is about them.
    pub releases: BTreeMap<String, About>,
}

/// How an object stands to its step.
#[derive(Clone, Debug)]
pub enum Standing {
    /// It is as the step would make it.
    Already(Guid),
    /// It was created, and what a creation cannot set is not set yet.
    Half(Guid),
    /// This run has created it among many, by the request with this id if it was answered, and has not read
    /// it back.
    Created(Guid, Option<Correlation>),
    /// Somebody else was there; the outcome says how it is not what the plan saw.
    Moved(Outcome),
}

/// Looks at every object that a plan will write, and at what it refers to and stands below, and returns those that
/// are not as planned; of releases more where a limit is `about_releases`.
///
/// What an object of the plan stands below, or refers to, may have been created since; so this goes from
/// what is known to what becomes known by that. What an `earlier` run of this very plan has created, or may
/// have, is ours also if the server made something else of it; but not if it was read back as declared.
pub async fn check<R: Read>(
    (plan, earlier): (&Plan, &Earlier),
    reader: &R,
    scope: &Scope<'_>,
    about_releases: bool,
) -> Result<Checked, FetchError> {
    let called = &live::called(reader, scope, &plan.questions(about_releases)).await?;
    let places = plan.steps.iter().enumerate().map(|(place, step)| (&step.key, place));
    let places = places.collect();
    let (since, created) = (Since::new(), BTreeMap::new());
    let meant = plan.steps.iter().filter_map(|step| Some((step.key.kind, step.id?))).collect();
    let mut look = Look { plan, places, earlier, called, since, meant, created };
    let mut steps: Vec<&Step> = plan.steps.iter().filter(|step| step.writes()).collect();
    loop {
        let (ready, waiting): (Vec<_>, Vec<_>) = steps
            .into_iter()
            .filter_map(|step| Some((step, step.action.calls().next()?)))
            .map(|(step, call)| (step, call.path.of_collection().resolve(&look.created)))
            .partition(|(_, collection)| collection.is_ok());
        let ready = ready.into_iter().filter_map(|(step, path)| Some((step, path.ok()?)));
        let seen = look.read(ready.collect(), reader, scope.parallelism).await?;
        if seen.is_empty() {
            // What stands below something that does not exist does not exist either.
            let mut since = look.since;
            renamed(plan, called, &mut since);
            retyped(plan, called, &mut since);
            return Ok(Checked { since, releases: called.releases.clone() });
        }
        for (step, collection, seen) in seen {
            look.judge(step, collection, &seen);
        }
        steps = waiting.into_iter().map(|(step, _)| step).collect();
    }
}

struct Look<'a> {
    plan: &'a Plan,
    /// Where the steps of the objects stand in the plan.
    places: BTreeMap<&'a Key, usize>,
    earlier: &'a Earlier,
    called: &'a Called,
    since: Since,
    /// What its steps are about.
    meant: BTreeSet<(Kind, Guid)>,
    /// The ids of what the plan creates and is there.
    created: BTreeMap<Key, Guid>,
}

/// Where the live objects are that a step may be about.
enum Seen {
    /// These stand by themselves.
    Alone(Vec<Map<String, Value>>),
    /// Among the rows of a list, which its other steps share.
    Among(Arc<Vec<Row>>),
    /// The list is gone that it is in.
    Gone,
}

impl<'a> Look<'a> {
    /// Reads what the steps are about: each object that stands by itself, each list below one once.
    async fn read<R: Read>(
        &self,
        steps: Vec<(&'a Step, String)>,
        reader: &R,
        parallelism: usize,
    ) -> Result<Vec<(&'a Step, String, Seen)>, FetchError> {
        let mut lists: BTreeMap<(String, Option<Key>), Vec<&'a Step>> = BTreeMap::new();
        for (step, collection) in steps {
            let alone = step.key.parent().is_none().then(|| step.key.clone());
            lists.entry((collection, alone)).or_default().push(step);
        }
        reader.tell(News::Expected(lists.len() as u64));
        let reads = lists.into_iter();
        let reads = reads.map(|((collection, _), steps)| self.read_list(collection, steps, reader));
        let read: Vec<_> = read_all(reads, parallelism).await?;
        let mut read: Vec<_> = read.into_iter().flatten().collect();
        // In the order of the plan, what others refer to comes before them.
        read.sort_by_key(|(step, ..)| self.places.get(&step.key).copied());
        Ok(read)
    }

    async fn read_list<R: Read>(
        &self,
        collection: String,
        steps: Vec<&'a Step>,
        reader: &R,
    ) -> Result<Vec<(&'a Step, String, Seen)>, ReadError> {
        let mut seen = Vec::new();
        let mut rows: Option<Option<Arc<Vec<Row>>>> = None;
        for step in steps {
            let place = Place::new(step.key.kind, collection.clone(), &self.plan.labels);
            let found = if step.key.parent().is_none() {
                Seen::Alone(self.alone(step, &place, reader).await?)
            } else {
                if rows.is_none() {
                    rows = Some(match place.rows(reader).await {
                        Err(error) if error.is_missing() => None,
                        read => Some(Arc::new(read?)),
                    });
                }
                let rows = rows.iter().flatten().next();
                rows.map_or(Seen::Gone, |rows| Seen::Among(Arc::clone(rows)))
            };
            seen.push((step, collection.clone(), found));
            reader.tell(News::Known(1));
        }
        Ok(seen)
    }

    /// Reads the object of a step that stands by itself; several where several have its name.
    async fn alone<R: Read>(
        &self,
        step: &Step,
        place: &Place<'_>,
        reader: &R,
    ) -> Result<Vec<Map<String, Value>>, ReadError> {
        let ids: Vec<Guid> = match step.action {
            Action::Create { .. } => self.others_of_its_name(step),
            Action::Update { .. } | Action::InSync | Action::Blocked { .. } => {
                step.id.into_iter().collect()
            }
        };
        let mut seen = Vec::new();
        for id in ids {
            match place.read(reader, id).await {
                Ok(body) => seen.push(body),
                Err(error) if error.is_missing() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(seen)
    }

    /// Finds the rows of a list that a step is about, once all is judged that it refers to.
    fn among(&self, step: &Step, rows: &[Row]) -> Vec<Row> {
        let kind = step.key.kind;
        let with = |id: Guid| rows.iter().filter(move |row| id_of(kind, row) == Some(id));
        match (&step.action, step.id) {
            (Action::Create { call, .. }, _) => {
                // Within a release, a system is told by its id; one that is not created is not in it.
                let wanted = match kind {
                    Kind::ReleaseSystem => {
                        let body = resolve(&call.body, &self.created).ok();
                        body.and_then(|body| Some(id_of(kind, &body)?.to_string()))
                    }
                    Kind::System | Kind::Release | Kind::Deployment => Some(step.key.own_name()),
                };
                let found = wanted.map(|wanted| named(kind, rows, &wanted)).unwrap_or_default();
                // A date that is pinned gives its title up; a system has one id in all releases.
                let gives_up = |id| kind != Kind::ReleaseSystem && self.is_meant(kind, id);
                let others = found.into_iter().filter(|id| !gives_up(*id));
                others.flat_map(with).cloned().collect()
            }
            (_, Some(id)) => {
                let gives = step.gives_name().then(|| named(kind, rows, &step.key.own_name()));
                let others = gives.into_iter().flatten().filter(|it| !self.is_meant(kind, *it));
                std::iter::once(id).chain(others).flat_map(with).cloned().collect()
            }
            (_, None) => Vec::new(),
        }
    }

    fn judge(&mut self, step: &Step, collection: String, seen: &Seen) {
        let seen = match seen {
            Seen::Alone(seen) => Cow::Borrowed(seen),
            Seen::Among(rows) => Cow::Owned(self.among(step, rows)),
            Seen::Gone => {
                self.since.insert(step.key.clone(), Standing::Moved(Outcome::Gone));
                return;
            }
        };
        let seen = seen.as_slice();
        let place = Place::new(step.key.kind, collection, &self.plan.labels);
        let ids: Vec<Guid> = seen.iter().filter_map(|it| id_of(step.key.kind, it)).collect();
        let mut others = self.others_of_its_name(step);
        others.extend(ids.iter().copied().skip(1));
        let standing = match (&step.action, seen, ids.as_slice()) {
            (Action::Update { .. }, [], _) => Some(Standing::Moved(Outcome::Gone)),
            (Action::Update { .. }, _, _) if !others.is_empty() => {
                Some(Standing::Moved(Outcome::Appeared(others)))
            }
            (Action::Update { changes, call, observed, referred: _ }, [body, ..], [id, ..]) => {
                self.updated((changes, call, observed), body, *id, place.labels)
            }
            (Action::Create { changes, call, then }, [body], [id]) => {
                let standing = self.created((&step.key, call, then.as_deref()), body, *id, &place);
                let moved = set_otherwise(step.key.kind, changes, body, place.labels);
                let is_moved = matches!(standing, Standing::Already(_)) && !moved.is_empty();
                Some(if is_moved { Standing::Moved(Outcome::Stale(moved)) } else { standing })
            }
            (Action::Create { .. }, [_, ..], _) => Some(Standing::Moved(Outcome::Appeared(ids))),
            _ => None,
        };
        if let Some(Standing::Already(id) | Standing::Half(id)) = standing {
            self.created.insert(step.key.clone(), id);
        }
        self.since.extend(standing.map(|standing| (step.key.clone(), standing)));
    }

    /// Returns what bears the name that a step gives, and is the object of no step: that may give its name up.
    fn others_of_its_name(&self, step: &Step) -> Vec<Guid> {
        let Some((referent, name)) = step.new_name() else { return Vec::new() };
        let ids = self.called.ids_of(referent, &name);
        ids.filter(|id| !self.is_meant(step.key.kind, *id)).collect()
    }

    /// Returns whether an earlier run has made an object and has seen it as declared.
    fn was_done(&self, key: &Key) -> bool {
        self.earlier.done.contains(&key.to_string())
    }

    /// Returns whether a step is about an object.
    fn is_meant(&self, kind: Kind, id: Guid) -> bool {
        self.meant.contains(&(kind, id))
    }

    fn updated(
        &self,
        (changes, call, observed): (&[FieldChange], &Call, &Fields),
        body: &Map<String, Value>,
        id: Guid,
        labels: &Labels,
    ) -> Option<Standing> {
        let change = |def: &FieldDef| changes.iter().find(|change| change.def == def);
        let before = |def: &FieldDef| Some(change(def)?.before.clone());
        let known = resolved(&call.body, &self.created);
        // A reference to what is not created yet cannot hold already.
        let is_open = |def: &FieldDef| {
            call.body.iter().any(|(key, _)| *key == def.key) && !known.contains_key(def.key)
        };
        let wanted = written(observed.kind(), &known, labels);
        let undone = differences(&wanted, body, Cause::Moved, labels, |_| None);
        let moved = differences(observed, body, Cause::Moved, labels, before);
        let is_undone =
            |it: &Difference| is_open(it.def) || undone.iter().any(|other| other.def == it.def);
        let stale: Vec<Difference> = moved
            .into_iter()
            .filter(|it| change(it.def).is_none() || is_undone(it))
            .map(|it| Difference { desired: change(it.def).map(|it| it.after.clone()), ..it })
            .collect();
        if !stale.is_empty() {
            return Some(Standing::Moved(Outcome::Stale(stale)));
        }
        let is_done = undone.is_empty() && known.len() == call.body.len();
        is_done.then_some(Standing::Already(id))
    }

    fn created(
        &self,
        (key, call, then): (&Key, &Call, Option<&Call>),
        body: &Map<String, Value>,
        id: Guid,
        place: &Place<'_>,
    ) -> Standing {
        let unmet = |call: &Call| {
            let wanted = resolved(&call.body, &self.created);
            let wanted = written(place.kind, &wanted, place.labels);
            differences(&wanted, body, Cause::Overwritten, place.labels, |_| None)
        };
        let holds =
            |call: &Call| resolve(&call.body, &self.created).is_ok() && unmet(call).is_empty();
        let half = || {
            let then = then.and_then(|then| resolve(&then.body, &self.created).ok());
            let then = then.unwrap_or_default();
            match set_since(&then, place.kind, body, place.labels) {
                moved if moved.is_empty() => Standing::Half(id),
                moved => Standing::Moved(Outcome::Stale(moved)),
            }
        };
        match (holds(call), then.is_none_or(holds)) {
            (true, true) => Standing::Already(id),
            (true, false) => half(),
            // As without a journal, which would call it somebody else's.
            (false, _) if self.was_done(key) && !unmet(call).is_empty() => {
                Standing::Moved(Outcome::Stale(unmet(call)))
            }
            // What differs of it is told when it is read back.
            (false, _) if self.earlier.created.contains(&key.to_string()) => half(),
            (false, _) => Standing::Moved(Outcome::Appeared(vec![id])),
        }
    }
}
