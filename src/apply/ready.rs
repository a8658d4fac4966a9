//! The calls of a step, with the ids of created objects in their places.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::create::{Created, Creation};
use super::executor::Options;
use super::outcome::{Cause, Difference, Outcome};
use super::overlay::resolve;
use super::place::Place;
use super::update::Update;
use crate::plan::{Action, Step};
use crate::resource::{Guid, Key};

/// What a step does.
pub(super) enum Ready<'a> {
    Create(Creation<'a>),
    Update(Update<'a>),
}

impl<'a> Ready<'a> {
    /// Makes a step ready; what it comes to instead fails. `half` is an object that an earlier run has created.
    pub(super) fn of(
        step: &'a Step,
        place: &'a Place<'a>,
        created: &BTreeMap<Key, Guid>,
        half: Option<Created>,
        options: Options,
    ) -> Result<Self, Outcome> {
        let Options { parallelism: _, settle, whole_lists: _ } = options;
        match (&step.action, step.id) {
            (Action::Create { changes, call, then }, _) => Ok(Self::Create(Creation {
                key: &step.key,
                place,
                changes,
                looks_first: call.looks_first(&step.key),
                body: resolve(&call.body, created)?,
                then: then.as_ref().map(|then| resolve(&then.body, created)).transpose()?,
                half,
                settle,
                sure: options.sure(),
            })),
            (Action::Update { changes, call, observed, referred: _ }, Some(id)) => {
                let changed = Cow::Owned(resolve(&call.body, created)?);
                let finishes = false;
                Ok(Self::Update(Update { place, id, changes, observed, changed, finishes, settle }))
            }
            (Action::Update { .. }, None) => {
                Err(Outcome::failed("the plan names no id for this update"))
            }
            (Action::InSync | Action::Blocked { .. }, _) => Err(Outcome::NotStarted),
        }
    }

    /// Returns what of an object is not as it should be after the step.
    pub(super) fn differs(&self, body: &Map<String, Value>) -> Vec<Difference> {
        match self {
            Self::Create(creation) => creation.differs(body, Cause::Stored),
            Self::Update(update) => update.differs(body, Cause::Stored),
        }
    }
}
