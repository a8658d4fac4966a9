#![no_main]

#[path = "../../tests/integration/laws/mod.rs"]
#[allow(dead_code, unused_imports, reason = "each target holds one of the laws")]
mod laws;

libfuzzer_sys::fuzz_target!(|data: &[u8]| laws::a_plan_file_is_what_it_was_or_refused(data));
