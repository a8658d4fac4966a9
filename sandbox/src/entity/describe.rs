//! The description of a writable resource, from which its handlers follow.

use axum::http::StatusCode;
use serde_json::Value;

use super::input::Input;
use super::write::Write;
use crate::choices::{Dialect, WorkItemPut};
use crate::data::{Data, Object};
use crate::habits::Habits;
use crate::http::{Refusal, Reply};
use crate::list::{Column, Listed};
use crate::world::Tenant;

/// Says what a successful write answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// 200 and the object.
    Ok,
    /// 201 and the object.
    Created,
    /// 201 in answers of 2019 and 200 since, with the object.
    Updated,
    /// 201 and the object, or 200 in some tenants.
    WorkItem,
    /// 204 and nothing.
    NoContent,
}

impl After {
    pub(super) fn reply(self, habits: &Habits, detail: Value) -> Reply {
        match self {
            Self::Updated if habits.dialect == Dialect::Of2019 => Reply::created(detail),
            Self::WorkItem if habits.work_item_put == WorkItemPut::Ok => Reply::ok(detail),
            Self::Ok | Self::Updated => Reply::ok(detail),
            Self::Created | Self::WorkItem => Reply::created(detail),
            Self::NoContent => Reply::empty(StatusCode::NO_CONTENT),
        }
    }
}

/// Describes a resource that can be read, created, replaced and deleted.
pub(crate) trait Entity: Listed {
    /// The first part of a field's key in a `modelState`.
    const MODEL: &'static str;
    /// The keys of the object itself; those that are neither twins nor inputs are read-only.
    const DETAIL: &'static [Column];
    /// The keys that a client may write.
    const INPUTS: &'static [Input];
    /// The key by which a path names an object.
    const KEY: &'static str = "id";
    /// The stored keys, besides the ids of [`Listed::SCOPE`], that no answer shows.
    const HIDDEN: &'static [&'static str] = &[];
    /// Whether a PUT of what is not there is known to answer 404.
    const UNKNOWN_PUT_IS_404: bool = false;
    /// What a POST answers.
    const AFTER_POST: After = After::Created;
    /// What a PUT answers.
    const AFTER_PUT: After;

    /// Gives the read-only values that a new object starts with.
    fn initial() -> Object;

    /// Fills in what follows from more than one value, and refuses what only this can tell.
    fn settle(_tenant: &Tenant, _write: &Write<'_>, _object: &mut Object) -> Result<(), Refusal> {
        Ok(())
    }

    /// Gives the texts of the business rules that an object, valid in itself, would break.
    fn broken_rules(_data: &Data, _object: &Object) -> Vec<String> {
        Vec::new()
    }

    /// Gives the text of the business rule that keeps an object from being deleted.
    fn kept_by(_data: &Data, _object: &Object) -> Option<&'static str> {
        None
    }

    /// Carries a new object on to others.
    fn created(_tenant: &mut Tenant, _object: &Object) {}

    /// Carries a change of an object on to others.
    fn replaced(_tenant: &mut Tenant, _before: &Object, _object: &Object) {}

    /// Mends what pointed at an object that was deleted.
    fn deleted(_data: &mut Data, _object: &Object) {}
}
