#![no_main]

#[path = "../../tests/integration/laws/mod.rs"]
#[allow(dead_code, unused_imports, reason = "each target holds one of the laws")]
mod laws;

libfuzzer_sys::fuzz_target!(|data: &[u8]| laws::both_parsers_read_the_same(data));
