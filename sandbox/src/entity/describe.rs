//! The description of a writable resource, from which its handlers follow.

use super::input::Input;
use crate::data::{Data, Object};
use crate::list::{Column, Listed};

/// Says what a successful PUT answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AfterPut {
    /// 200 and the object.
    Detail,
    /// 204 and nothing.
    Nothing,
}

/// Describes a resource that can be read, created, replaced and deleted.
pub(crate) trait Entity: Listed {
    /// The first part of a field's key in a `modelState`.
    const MODEL: &'static str;
    /// The keys of the object itself; those that are neither twins nor inputs are read-only.
    const DETAIL: &'static [Column];
    /// The keys that a client may write.
    const INPUTS: &'static [Input];
    /// What a PUT answers.
    const AFTER_PUT: AfterPut;

    /// Gives the read-only values that a new object starts with.
    fn initial() -> Object;

    /// Gives the texts of the business rules that an object, valid in itself, would break.
    fn broken_rules(_data: &Data, _object: &Object) -> Vec<String> {
        Vec::new()
    }

    /// Mends what pointed at an object that was deleted.
    fn deleted(_data: &mut Data, _id: &str) {}
}
