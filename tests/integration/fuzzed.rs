//! A bounded run of every fuzz target, the same each time; `just fuzz` goes on from here.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use proptest::prelude::Rng as _;
use proptest::test_runner::{RngAlgorithm, TestRng};

use crate::laws::{
    Law, a_filter_asks_for_one_name, a_list_ends_with_rows_that_came,
    a_manifest_is_read_or_refused_with_its_place, a_plan_file_is_what_it_was_or_refused,
    both_parsers_read_the_same, is_refused_by_us_alone,
};

/// How many inputs each law is tried on.
const INPUTS: usize = 10_000;

/// Parts that mean something to one of the readers.
const TOKENS: [&str; 40] = [
    "\n",
    "---\n",
    "...\n",
    ": ",
    "- ",
    "? ",
    "&a ",
    "*a",
    "!!str ",
    "!x ",
    "<<: ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "\"",
    "'",
    "|\n",
    ">-\n",
    "#",
    "%YAML 1.2\n",
    "\t",
    "\r\n",
    "\u{feff}",
    "\0",
    "null",
    "~",
    "0x1f",
    "1e400",
    "\u{202e}",
    "\u{85}",
    "\\u0000",
    "`",
    "${env:X:-y}",
    "$${",
    "kind: Release\n",
    "spec:",
    "\"totalCount\": 18446744073709551615",
    "\"resultSet\": []",
];

/// Changes an input in a few places, as a fuzzer would.
fn mutated(rng: &mut TestRng, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut pick =
        |length: usize| usize::try_from(rng.next_u64() % length.max(1) as u64).unwrap_or_default();
    let mut bytes = seeds[pick(seeds.len())].clone();
    for _ in 0..=pick(6) {
        let (at, until) = (pick(bytes.len() + 1), pick(bytes.len() + 1));
        let (start, end) = (at.min(until), at.max(until).min(at.min(until) + 40));
        match pick(6) {
            0 => drop(bytes.splice(at..at, TOKENS[pick(TOKENS.len())].bytes())),
            1 => drop(bytes.splice(start..end, TOKENS[pick(TOKENS.len())].bytes())),
            2 => drop(bytes.drain(start..end)),
            3 => {
                let part = bytes[start..end].to_vec();
                bytes.splice(until..until, part);
            }
            4 => {
                let other = &seeds[pick(seeds.len())];
                let from = pick(other.len());
                let part = other[from..(from + 60).min(other.len())].to_vec();
                bytes.splice(at..at, part);
            }
            _ => {
                let change = 1 << pick(8);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= change;
                }
            }
        }
    }
    bytes
}

/// Returns the seeds, and what a generator with a fixed seed makes of them.
fn inputs(seeds: &[Vec<u8>]) -> impl Iterator<Item = Vec<u8>> {
    let mut rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    seeds.iter().cloned().chain((0..INPUTS).map(move |_| mutated(&mut rng, seeds)))
}

/// Tries a law on all inputs.
fn hold(law: Law, seeds: &[Vec<u8>]) {
    for input in inputs(seeds) {
        let held = catch_unwind(AssertUnwindSafe(|| law(&input)));
        assert!(held.is_ok(), "broken by {:?}", String::from_utf8_lossy(&input));
    }
}

/// What the fuzz targets start from, by target; among it is what broke a law once.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = format!("{}/fuzz/seeds/{target}", env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{target}");
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

#[test]
fn manifests() {
    hold(a_manifest_is_read_or_refused_with_its_place, &seeds("manifest"));
}

#[test]
fn two_parsers() {
    hold(both_parsers_read_the_same, &seeds("manifest"));
}

/// What the plain parser accepts, ours refuses for reasons of our own, such as a key that is set twice, but
/// for some signs that two versions of YAML read differently.
#[test]
fn our_reader_refuses_for_our_reasons() {
    let seeds = seeds("manifest");
    let alone: Vec<bool> = inputs(&seeds).filter_map(|it| is_refused_by_us_alone(&it)).collect();
    let odd = alone.iter().filter(|is_odd| **is_odd).count();
    assert!(alone.len() > 20 && odd < 20, "{odd} of {}", alone.len());
}

#[test]
fn filters() {
    hold(a_filter_asks_for_one_name, &seeds("filter"));
}

#[test]
fn pages() {
    hold(a_list_ends_with_rows_that_came, &seeds("pages"));
}

#[test]
fn plan_files() {
    hold(a_plan_file_is_what_it_was_or_refused, &seeds("plan_file"));
}
