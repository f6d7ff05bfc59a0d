//! Object metadata with every field, now and then odd, and what an update makes of it.

use fastrand::Rng;
use serde_json::{Value, json};

use super::pod::Wild;
use super::{chance, list, maybe, pick};

/// Names that are legal as a DNS label.
const LABELS: &[&str] = &["a", "b", "group-1", "worker", "0", "x--y"];

/// Names that break one rule or another, or come close.
const ODD: &[&str] = &[
    "",
    "a.b",
    "A",
    "a_b",
    "-a",
    "a-",
    "a.",
    ".a",
    "a..b",
    "a/b",
    "/a",
    "a/",
    "/",
    "a/b/c",
    "Example.com/Foo",
    "example.com/Foo_1.x",
    "example.com/-x",
    ".",
    "..",
    "...",
    "%",
    "a%b/c",
    "a b",
    "é",
    "é-",
    "İ/k",
    "a\u{7f}",
    "a\u{200b}<&>",
    "\"q\"",
    "K",
];

/// A name that is a DNS label, now and then one that is not.
pub(crate) fn name(rng: &mut Rng, wild: Wild) -> String {
    if chance(rng, wild.0) { odd(rng) } else { (*pick(rng, LABELS)).to_owned() }
}

/// A name that is a DNS subdomain, now and then one that is not.
pub(crate) fn long_name(rng: &mut Rng, wild: Wild) -> String {
    match rng.u32(..4) {
        0 => "a.example.com".to_owned(),
        _ => name(rng, wild),
    }
}

/// A name that breaks a rule, or comes close.
pub(crate) fn odd(rng: &mut Rng) -> String {
    if chance(rng, 20) {
        let length = [62, 63, 64, 128, 129, 252, 253, 254, 256, 257][rng.usize(..10)];
        return match rng.u32(..4) {
            0 => format!("{}/k", "a".repeat(length)),
            1 => format!("p/{}", "a".repeat(length)),
            2 => format!("{}_", "a".repeat(length)),
            _ => "a".repeat(length),
        };
    }
    (*pick(rng, ODD)).to_owned()
}

fn time(rng: &mut Rng, wild: Wild) -> Value {
    if chance(rng, wild.0) {
        return match rng.u32(..10) {
            0 => json!(""),
            1 => json!(5),
            2 => Value::Null,
            _ => json!(pick(
                rng,
                &[
                    "0001-01-01T00:00:00Z",
                    "2026-01-02 03:04:05Z",
                    "2026-01-02T03:04Z",
                    "2026-01-02t03:04:05z",
                    "2026-02-30T03:04:05Z",
                    "2026-01-02T24:04:05Z",
                    "2026-01-02T03:04:60Z",
                    "2026-01-02T03:04:05,5Z",
                    "2026-01-02T03:04:05.Z",
                    "2026-01-02T03:04:05+0100",
                    "1960-01-02T03:04:05.75Z",
                    "2026-01-02",
                ]
            )),
        };
    }
    json!(pick(
        rng,
        &[
            "2026-01-02T03:04:05Z",
            "2026-01-02T04:04:05+01:00",
            "2026-01-02T03:04:05.123456789Z",
            "2026-01-02T03:04:06Z",
        ]
    ))
}

/// Metadata; `stored` adds what the API server fills in.
pub(crate) fn metadata(rng: &mut Rng, stored: bool, wild: Wild) -> Value {
    let mut meta = json!({});
    maybe(rng, 95, &mut meta, "name", |rng| json!(long_name(rng, wild)));
    maybe(rng, 10, &mut meta, "generateName", |rng| json!(format!("{}-", long_name(rng, wild))));
    maybe(rng, wild.0, &mut meta, "generateName", |rng| json!(odd(rng)));
    maybe(rng, 70, &mut meta, "namespace", |rng| json!(name(rng, wild)));
    let often = if stored { 60 } else { 3 };
    maybe(rng, often, &mut meta, "uid", |rng| json!(pick(rng, &["uid-1", "uid-1", "uid-2", "<uid>"])));
    maybe(rng, often, &mut meta, "resourceVersion", |rng| json!(pick(rng, &["1", "1", "2", ""])));
    maybe(rng, often / 2, &mut meta, "generation", |rng| json!(rng.i64(1..3)));
    maybe(rng, wild.0, &mut meta, "generation", |rng| json!(rng.i64(-1..3)));
    maybe(rng, often, &mut meta, "creationTimestamp", |rng| time(rng, wild));
    maybe(rng, often / 6 + wild.0 / 2, &mut meta, "deletionTimestamp", |rng| time(rng, wild));
    maybe(rng, often / 8 + wild.0 / 2, &mut meta, "deletionGracePeriodSeconds", |rng| json!(rng.i64(-1..3)));
    maybe(rng, wild.0 / 2, &mut meta, "selfLink", |_| json!("/apis/x"));
    maybe(rng, 10 + wild.0, &mut meta, "labels", |rng| labels(rng, wild));
    maybe(rng, 10 + wild.0, &mut meta, "annotations", |rng| annotations(rng, wild));
    maybe(rng, 5 + wild.0, &mut meta, "ownerReferences", |rng| {
        list(rng, 0, 3, |rng, _| owner_reference(rng, wild))
    });
    maybe(rng, 10 + wild.0, &mut meta, "finalizers", |rng| list(rng, 0, 3, |rng, _| finalizer(rng, wild)));
    maybe(rng, 3 + wild.0, &mut meta, "managedFields", |rng| {
        list(rng, 0, 2, |rng, _| managed_fields(rng, wild))
    });
    meta
}

fn labels(rng: &mut Rng, wild: Wild) -> Value {
    let mut out = json!({});
    for _ in 0..rng.usize(..=3) {
        let key =
            if chance(rng, wild.0) { odd(rng) } else { (*pick(rng, &["app", "example.com/Part"])).into() };
        out[key] = match rng.u32(..20) {
            0 => Value::Null,
            _ => json!(if chance(rng, 20) { String::new() } else { name(rng, wild) }),
        };
    }
    out
}

fn annotations(rng: &mut Rng, wild: Wild) -> Value {
    let mut out = labels(rng, wild);
    if rng.u32(..1000) < wild.0 {
        let size = 256 * 1024 - 4 + rng.usize(..8);
        out["size"] = json!("x".repeat(size - 4));
    }
    out
}

fn owner_reference(rng: &mut Rng, wild: Wild) -> Value {
    if chance(rng, wild.0 / 8) {
        return Value::Null;
    }
    let mut out = json!({});
    let some = 100 - wild.0 / 2;
    maybe(rng, some, &mut out, "apiVersion", |rng| {
        json!(pick(rng, &["v1", "batch/v1", "v1", "batch/v1", "a/b/c", "/", "batch/", "/v1", ""]))
    });
    maybe(rng, some, &mut out, "kind", |rng| json!(pick(rng, &["Job", "Pod", "Event"])));
    maybe(rng, some, &mut out, "name", |rng| json!(name(rng, wild)));
    maybe(rng, some, &mut out, "uid", |rng| json!(pick(rng, &["u1", "u2", ""])));
    maybe(rng, 40, &mut out, "controller", |rng| json!(rng.bool()));
    maybe(rng, 20, &mut out, "blockOwnerDeletion", |rng| json!(rng.bool()));
    out
}

fn finalizer(rng: &mut Rng, wild: Wild) -> Value {
    if chance(rng, wild.0 / 2) {
        return if chance(rng, 10) { Value::Null } else { json!(odd(rng)) };
    }
    json!(pick(
        rng,
        &[
            "example.com/a",
            "example.com/b",
            "orphan",
            "kubernetes",
            "foregroundDeletion",
            "scheduling.k8s.io/podgroup-protection"
        ]
    ))
}

fn managed_fields(rng: &mut Rng, wild: Wild) -> Value {
    let mut out = json!({"operation": "Update"});
    maybe(rng, 80, &mut out, "manager", |rng| {
        json!(pick(rng, &["kubectl", "k u", "k\tu", "k\u{a0}", "é\u{300}"]))
    });
    maybe(rng, wild.0, &mut out, "manager", |rng| json!(odd(rng)));
    maybe(rng, 50, &mut out, "operation", |rng| json!(pick(rng, &["Apply", "Update", "", "apply", "<>"])));
    maybe(rng, 50, &mut out, "apiVersion", |rng| json!(pick(rng, &["v1", "a/b/c"])));
    maybe(rng, 50, &mut out, "time", |rng| time(rng, wild));
    maybe(rng, 50, &mut out, "fieldsType", |rng| json!(pick(rng, &["FieldsV1", "FieldsV1", "FieldsV2", ""])));
    maybe(rng, 50, &mut out, "fieldsV1", |rng| match rng.u32(..4) {
        0 => json!({}),
        1 => json!({"f:spec": {"f:a": {}}}),
        2 => json!([1.5, "<&>"]),
        _ => Value::Null,
    });
    maybe(rng, 20, &mut out, "subresource", |rng| match rng.u32(..4) {
        0 => json!("x".repeat(rng.usize(255..258))),
        _ => json!("status"),
    });
    out
}
