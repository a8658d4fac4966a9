//! Why each call of a step is made: the fields that force it, and where a manifest says them.

use std::borrow::Cow;

use super::claims::settle;
use super::step::{Call, FieldChange, Step};
use crate::desired::{Desired, Object};
use crate::live::Live;
use crate::manifest::{Diagnostics, Place};

/// A call, and the fields without which it would not be made.
#[derive(Clone, Debug)]
pub struct Forced<'a> {
    /// The call.
    pub call: &'a Call,
    /// The fields that it writes, each with the place of its value.
    pub fields: Vec<(&'a FieldChange, &'a Place)>,
}

/// Returns what is declared with each status given to its object, as a plan sees it.
pub fn settled<'a>(desired: &'a Desired, live: &Live) -> Cow<'a, Desired> {
    // What stands in the way was told when the plan was made.
    settle(desired, live, &mut Diagnostics::default())
}

/// Returns the calls of a step with what forces them; `object` is what is declared of it.
pub fn forced_by<'a>(step: &'a Step, object: &'a Object) -> Vec<Forced<'a>> {
    let calls = step.action.calls().map(|call| {
        let written =
            |change: &&FieldChange| call.body.iter().any(|(key, _)| *key == change.def.key);
        let changes = step.action.changes().iter().filter(written);
        Forced { call, fields: changes.map(|it| (it, object.place_of(it.def))).collect() }
    });
    calls.collect()
}
