//! Cases of op `feature_gates`.

use fastrand::Rng;
use podverdict::release::{Gate, Kubernetes, Release};
use serde_json::{Map, Value, json};

use super::chance;

/// Up to six overrides of gates of the release, now and then one that does not exist.
pub(super) fn feature_gates(rng: &mut Rng, release: Release) -> Value {
    let known: Vec<&str> = Kubernetes::new(release).gates().map(|(gate, _, _)| Gate::as_str(gate)).collect();
    let mut gates = Map::new();
    for _ in 0..rng.usize(..=6) {
        let name = if chance(rng, 3) {
            "NoSuchGate"
        } else if chance(rng, 10) {
            super::pick(rng, &["AllAlpha", "AllBeta"])
        } else {
            known[rng.usize(..known.len())]
        };
        gates.insert(name.to_owned(), rng.bool().into());
    }
    json!({"gates": gates})
}
