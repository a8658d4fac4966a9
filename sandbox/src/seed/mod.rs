//! What a fresh sandbox holds; the same seed gives the same content, ids included.

mod custom_fields;
mod delivery;
mod demo;
mod deployments;
mod ids;
mod lookup_values;
mod many;
mod objects;
mod reference;
mod work;

use crate::choices::Seed;
use crate::data::Data;

/// Makes the content of a fresh sandbox.
pub(crate) fn plant(seed: Seed) -> Data {
    let mut data = Data::default();
    reference::plant(&mut data);
    custom_fields::plant(&mut data);
    match seed {
        Seed::Empty => {}
        Seed::Demo => demo::plant(&mut data),
        Seed::Releases(count) => many::plant(&mut data, count),
    }
    data
}

/// Adds the reference data that content from an older sandbox lacks.
pub(crate) fn complete(data: &mut Data) {
    reference::plant_missing(data);
    custom_fields::plant(data);
}

#[cfg(test)]
mod tests;
