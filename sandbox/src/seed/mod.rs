//! What a fresh sandbox holds; the same seed gives the same content, ids included.

mod demo;
mod ids;
mod lookup_values;
mod many;
mod objects;
mod reference;

use crate::choices::Seed;
use crate::data::Data;

/// Makes the content of a fresh sandbox.
pub(crate) fn plant(seed: Seed) -> Data {
    let mut data = Data::default();
    reference::plant(&mut data);
    match seed {
        Seed::Empty => {}
        Seed::Demo => demo::plant(&mut data),
        Seed::Releases(count) => many::plant(&mut data, count),
    }
    data
}

#[cfg(test)]
mod tests;
