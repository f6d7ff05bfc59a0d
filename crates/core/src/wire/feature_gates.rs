//! Op `feature_gates`: the gates of a release, and what a set of overrides makes of them.

use alloc::vec::Vec;

use serde::Serialize;

use super::{Answer, Fields};
use crate::error::InputError;
use crate::model::Map;
use crate::release::Kubernetes;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    default: bool,
    stage: &'static str,
    locked: bool,
    enabled: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<&'static str>,
}

/// `gates`: name -> {`default`, `stage`, `locked`, `enabled`, `dependsOn?`}. Refused overrides are an error, with the text of the
/// release's own refusal.
pub(super) fn feature_gates(
    k8s: &Kubernetes,
    _: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    let gates: Map<View> = k8s
        .gates()
        .map(|(gate, spec, enabled)| {
            let view = View {
                default: spec.default,
                stage: spec.stage.as_str(),
                locked: spec.locked,
                enabled,
                depends_on: spec.depends_on.iter().map(|gate| gate.as_str()).collect(),
            };
            (gate.as_str(), view)
        })
        .collect();
    answer.put("gates", &gates);
    Ok(())
}
