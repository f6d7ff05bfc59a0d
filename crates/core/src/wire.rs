//! The one door that every language shares: an op name and JSON in, JSON out.
//!
//! A request is one JSON object: `op`, `release` (`"1.35"`, `"1.36"`, `"1.37"`), and the op's inputs. Optional on every
//! op are `id` (given back as it came), `gates` (feature gate overrides, name to bool), `defaults` (`false`: the objects
//! are taken as they are, without API defaulting) and `prepare` (`false`: without the registry strategy's preparation).
//!
//! The answer is one JSON object too: `id` where the request had one, and the op's answer. What cannot be read gives
//! `error` (a sentence), `code` (see [`ErrorCode`]) and `path` (the field). A refusal by Kubernetes is an answer.

mod answer;
mod feature_gates;
mod gang;
mod gang_validate;
mod quantity;
mod request;
mod resize;
mod restart;
mod schedule;
mod split;
mod update;
mod validate;

use alloc::string::String;
use alloc::vec::Vec;

pub(crate) use answer::Answer;
pub(crate) use request::Fields;

use crate::error::{ErrorCode, InputError};
use crate::release::{Kubernetes, Release};

/// Runs one op: reads its inputs from the fields, writes its answer.
type Run = fn(&Kubernetes, &mut Fields<'_>, &mut Answer) -> Result<(), InputError>;

/// Every op by name, sorted.
const OPS: &[(&str, Run)] = &[
    ("admit_pod", resize::admit),
    ("crash_loop_backoff", restart::crash_loop_backoff),
    ("feature_gates", feature_gates::feature_gates),
    ("gang_explain", gang::gang_explain),
    ("gang_feasible", gang::gang_feasible),
    ("node_filters", schedule::node_filters),
    ("pod_actions", restart::pod_actions),
    ("pod_conditions", restart::pod_conditions),
    ("pod_limits", resize::limits),
    ("pod_phase", restart::pod_phase),
    ("pod_requests", resize::requests),
    ("qos", resize::qos),
    ("quantity", quantity::quantity),
    ("resize_actions", resize::actions),
    ("resize_advice", resize::advice),
    ("resize_feasible", resize::feasible),
    ("resize_headroom", resize::headroom),
    ("resize_queue", resize::queue),
    ("resize_status", resize::status),
    ("restart_cycle", restart::restart_cycle),
    ("restart_decision", restart::restart_decision),
    ("schedule", schedule::schedule),
    ("validate_compositepodgroup", gang_validate::validate_compositepodgroup),
    ("validate_pod_create", validate::validate_pod_create),
    ("validate_pod_resize", validate::validate_pod_resize),
    ("validate_pod_status_update", validate::validate_pod_status_update),
    ("validate_pod_update", update::validate_pod_update),
    ("validate_podgroup", gang_validate::validate_podgroup),
    ("validate_workload", gang_validate::validate_workload),
];

/// The names of all ops, sorted.
///
/// ```
/// assert!(podverdict::wire::ops().any(|op| op == "quantity"));
/// ```
pub fn ops() -> impl Iterator<Item = &'static str> {
    OPS.iter().map(|(name, _)| *name)
}

/// Answers one request; the request must name its release.
///
/// ```
/// let answer = podverdict::wire::evaluate(br#"{"op": "quantity", "release": "1.36", "opts": {"a": "1500m"}}"#);
/// assert!(answer.contains(r#""milliValue":1500"#));
/// ```
#[must_use]
pub fn evaluate(request: &[u8]) -> String {
    evaluate_for(None, request)
}

/// Answers one request; `release` stands in where the request names none.
///
/// ```
/// use podverdict::release::Release;
/// let answer = podverdict::wire::evaluate_for(Some(Release::V1_37), br#"{"op": "quantity", "opts": {"a": "1Gi"}}"#);
/// assert!(answer.contains(r#""value":1073741824"#));
/// ```
#[must_use]
pub fn evaluate_for(release: Option<Release>, request: &[u8]) -> String {
    let mut answer = Answer::new();
    let result = core::str::from_utf8(request)
        .map_err(|_| InputError::new(ErrorCode::Malformed, "", "the request is not UTF-8"))
        .and_then(|text| answer_request(release, text, &mut answer));
    match result {
        Ok(()) => answer.finish(),
        Err(error) => answer.finish_error(&error),
    }
}

/// Answers a batch: one request a line, one answer a line, in order; empty lines are skipped. A line that cannot be read
/// gives an error answer and does not end the batch.
///
/// ```
/// let lines = b"{\"op\": \"quantity\", \"release\": \"1.36\", \"opts\": {\"a\": \"1\"}}\nnot json\n";
/// let answers = podverdict::wire::evaluate_lines(None, lines);
/// assert_eq!(answers.lines().count(), 2);
/// ```
#[must_use]
pub fn evaluate_lines(release: Option<Release>, requests: &[u8]) -> String {
    let mut out = String::new();
    let mut from = 0;
    for to in memchr::memchr_iter(b'\n', requests).chain([requests.len()]) {
        let line = requests.get(from..to).unwrap_or_default();
        from = to.saturating_add(1);
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        out.push_str(&evaluate_for(release, line));
        out.push('\n');
    }
    out
}

/// Answers one question whose inputs are apart already, each a name and its JSON text; `id`, `op`, `release` and `gates`
/// are no inputs here.
///
/// ```
/// use podverdict::release::{Kubernetes, Release};
/// let k8s = Kubernetes::new(Release::V1_37);
/// let answer = podverdict::wire::evaluate_op(&k8s, "quantity", &[("opts", r#"{"a": "1Ki"}"#)]);
/// assert!(answer.contains(r#""value":1024"#));
/// ```
#[must_use]
pub fn evaluate_op(kubernetes: &Kubernetes, op: &str, inputs: &[(&str, &str)]) -> String {
    let mut answer = Answer::new();
    let result = find(op).and_then(|run| {
        let mut fields = Fields::apart(inputs);
        run(kubernetes, &mut fields, &mut answer)?;
        fields.finish(op)
    });
    match result {
        Ok(()) => answer.finish(),
        Err(error) => answer.finish_error(&error),
    }
}

fn answer_request(release: Option<Release>, text: &str, answer: &mut Answer) -> Result<(), InputError> {
    let mut fields = Fields::read(text)?;
    answer.id(fields.optional("id")?);
    let op: String = fields.required("op")?;
    let run = find(&op)?;
    let kubernetes = kubernetes(release, &mut fields)?;
    run(&kubernetes, &mut fields, answer)?;
    fields.finish(&op)
}

fn find(op: &str) -> Result<Run, InputError> {
    let found = OPS.iter().find(|(name, _)| *name == op).map(|(_, run)| *run);
    found.ok_or_else(|| InputError::new(ErrorCode::UnknownOp, "op", alloc::format!("unknown op {op:?}")))
}

fn kubernetes(default: Option<Release>, fields: &mut Fields<'_>) -> Result<Kubernetes, InputError> {
    let release = match (fields.optional::<String>("release")?, default) {
        (Some(text), _) => text
            .parse::<Release>()
            .map_err(|e| InputError::new(ErrorCode::UnknownRelease, "release", alloc::format!("{e}")))?,
        (None, Some(release)) => release,
        (None, None) => {
            return Err(InputError::new(
                ErrorCode::MissingField,
                "release",
                "name a release: 1.35, 1.36 or 1.37",
            ));
        }
    };
    let overrides: Option<crate::model::Map<bool>> = fields.optional("gates")?;
    let Some(overrides) = overrides else { return Ok(Kubernetes::new(release)) };
    let overrides: Vec<(&str, bool)> = overrides.iter().map(|(name, on)| (name, *on)).collect();
    Kubernetes::with_gates(release, overrides)
        .map_err(|e| InputError::new(ErrorCode::FeatureGates, "gates", alloc::format!("{e}")))
}
