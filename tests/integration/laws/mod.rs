//! Laws that hold for any bytes: the bodies of the fuzz targets in `fuzz/`, which include this file, and of
//! the seeded tests in `fuzzed.rs`.

mod filter;
mod pages;
mod plan_file;
mod reading;

pub(crate) use filter::a_filter_asks_for_one_name;
pub(crate) use pages::a_list_ends_with_rows_that_came;
pub(crate) use plan_file::a_plan_file_is_what_it_was_or_refused;
pub(crate) use reading::{
    a_manifest_is_read_or_refused_with_its_place, both_parsers_read_the_same,
    is_refused_by_us_alone,
};

/// A law, as a function of any bytes; it panics where it is broken.
pub(crate) type Law = fn(&[u8]);
