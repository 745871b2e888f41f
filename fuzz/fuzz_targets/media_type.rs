#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| signoff::internals::media_type(text));
