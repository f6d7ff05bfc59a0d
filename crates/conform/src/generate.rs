//! Makes cases: each op's generator reaches for the odd corners.

mod gang;
mod gates;
mod metadata;
pub(crate) mod mixed_gang;
pub(crate) mod pod;
mod quantity;
pub(crate) mod resize;
mod restart;
mod schedule;
mod update;
mod validate;
mod workload;

use fastrand::Rng;
use podverdict::release::Release;
use serde_json::{Map, Value, json};

/// Makes one case of an op for a release, without `id` and `op`.
pub(crate) type Make = fn(&mut Rng, Release) -> Value;

/// Every op with a generator.
pub(crate) const OPS: &[(&str, Make)] = &[
    ("admit_pod", resize::admit_pod),
    ("feature_gates", gates::feature_gates),
    ("pod_actions", restart::pod_actions),
    ("pod_conditions", restart::pod_conditions),
    ("pod_limits", resize::pod_resources),
    ("pod_phase", restart::pod_phase),
    ("pod_requests", resize::pod_resources),
    ("qos", resize::qos),
    ("quantity", quantity::quantity),
    ("resize_feasible", resize::resize_feasible),
    ("restart_decision", restart::restart_decision),
    ("schedule", schedule::one_pod),
    ("schedule:gang", gang::gang),
    ("schedule:gangs", gang::gangs),
    ("schedule:placement", gang::placement),
    ("schedule:tree", gang::tree),
    ("validate_compositepodgroup", workload::composite_pod_group),
    ("validate_pod_create", validate::validate_pod_create),
    ("validate_pod_resize", validate::validate_pod_resize),
    ("validate_pod_status_update", validate::validate_pod_status_update),
    ("validate_podgroup", workload::pod_group),
    ("validate_workload", workload::workload),
    ("validate_pod_update", update::update),
];

/// The generator of an op.
pub(crate) fn find(op: &str) -> Option<Make> {
    OPS.iter().find(|(name, _)| *name == op).map(|(_, make)| *make)
}

/// The op as requests name it: what follows a colon tells generators of one op apart.
pub(crate) fn wire_op(op: &str) -> &str {
    op.split(':').next().unwrap_or(op)
}

/// Whether the oracle has the op on a release.
pub(crate) fn on_release(op: &str, release: Release) -> bool {
    match op {
        "validate_podgroup" => release >= Release::V1_36,
        "validate_compositepodgroup" => false,
        _ => true,
    }
}

/// One of the values.
pub(crate) fn pick<'v, T: ?Sized>(rng: &mut Rng, values: &[&'v T]) -> &'v T {
    values[rng.usize(..values.len())]
}

/// True in `percent` of 100 cases.
pub(crate) fn chance(rng: &mut Rng, percent: u32) -> bool {
    rng.u32(..100) < percent
}

/// Puts a field into an object in `percent` of 100 cases.
pub(crate) fn maybe(
    rng: &mut Rng,
    percent: u32,
    object: &mut Value,
    key: &str,
    make: impl FnOnce(&mut Rng) -> Value,
) {
    if chance(rng, percent) {
        let value = make(rng);
        object[key] = value;
    }
}

/// A list of `from..=to` items.
pub(crate) fn list(
    rng: &mut Rng,
    from: usize,
    to: usize,
    mut make: impl FnMut(&mut Rng, usize) -> Value,
) -> Value {
    let n = rng.usize(from..=to);
    Value::Array((0..n).map(|i| make(rng, i)).collect())
}

/// Feature gate overrides: each of the gates in question with even odds on, off or left alone, its dependencies held.
pub(crate) fn gates(rng: &mut Rng, percent: u32, names: &[&str]) -> Option<Value> {
    if !chance(rng, percent) {
        return None;
    }
    let mut map = Map::new();
    for name in names {
        match rng.u32(..3) {
            0 => map.insert((*name).to_owned(), true.into()),
            1 => map.insert((*name).to_owned(), false.into()),
            _ => None,
        };
    }
    Some(json!(map))
}
