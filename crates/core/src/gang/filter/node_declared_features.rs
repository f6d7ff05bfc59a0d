//! NodeDeclaredFeatures: what the pod needs of the kubelet, the node must declare.

use alloc::format;
use alloc::vec::Vec;

use super::{Code, Plugin, Reason, Rejection};
use crate::gang::cluster::{NodeInfo, Placement};
use crate::release::{Kubernetes, Release};

/// Upstream: `nodedeclaredfeatures.NodeDeclaredFeatures.Filter`.
pub(super) fn filter(k8s: &Kubernetes, placement: &Placement, node: &NodeInfo) -> Option<Rejection> {
    let missing: Vec<&str> = placement.features.missing_in(node.record.features).collect();
    if missing.is_empty() {
        return None;
    }
    let reason = if k8s.at_least(Release::V1_36) {
        Reason::Fixed("node(s) didn't match Pod's required features")
    } else {
        Reason::Sentence(format!(
            "node declared features check failed - unsatisfied requirements: {}",
            missing.join(", ")
        ))
    };
    let code = Code::UnschedulableAndUnresolvable;
    Some(Rejection::new(Plugin::NodeDeclaredFeatures, code, reason))
}
