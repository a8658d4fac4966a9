#![no_main]

#[path = "../../tests/integration/laws/mod.rs"]
#[allow(dead_code, unused_imports, reason = "each target holds one of the laws")]
mod laws;

libfuzzer_sys::fuzz_target!(|data: &[u8]| laws::a_filter_asks_for_one_name(data));
