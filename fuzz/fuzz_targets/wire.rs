//! Any bytes are a request: the answer is one JSON object, whatever they are, and memory stays in proportion.
#![no_main]

use libfuzzer_sys::fuzz_target;
use podverdict_fuzz::{Meter, within};
use serde_json::{Map, Value};

#[global_allocator]
static METER: Meter = Meter;

fuzz_target!(|data: &[u8]| {
    let answer = within(data.len(), 2048, || podverdict::wire::evaluate(data));
    let read: Map<String, Value> = serde_json::from_str(&answer).expect("an answer is a JSON object");
    assert!(!read.is_empty());
    assert_eq!(podverdict::wire::evaluate(data), answer, "the same question, the same answer");
});
