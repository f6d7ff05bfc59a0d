//! Cases of op `quantity`, and quantity texts for other generators.

use fastrand::Rng;
use podverdict::release::Release;
use serde_json::{Value, json};

use super::pick;

/// Placeholder until the full generator lands.
pub(super) fn quantity(rng: &mut Rng, _: Release) -> Value {
    json!({"opts": {"a": text(rng), "b": text(rng)}})
}

fn text(rng: &mut Rng) -> String {
    format!("{}{}", rng.u32(..2000), pick(rng, &["", "m", "Ki", "Mi", "k", "M", "e3"]))
}
