//! NodeAffinity: node selector and required node affinity.

use super::{Plugin, Rejection};
use crate::gang::cluster::{NodeInfo, Pinned, Placement, Text};

/// The nodes that the affinity names, if it pins the pod to nodes by name (upstream: `nodeaffinity.NodeAffinity.PreFilter`).
pub(super) fn pre_filter(placement: &Placement) -> Result<Option<&[Text]>, Rejection> {
    match &placement.pinned {
        Pinned::Nowhere => Ok(None),
        Pinned::To(names) => Ok(Some(names)),
        Pinned::Conflict => Err(Rejection::unresolvable(Plugin::NodeAffinity, "pod affinity terms conflict")),
    }
}

/// Upstream: `nodeaffinity.NodeAffinity.Filter`.
pub(super) fn filter(placement: &Placement, node: &NodeInfo) -> Option<Rejection> {
    (!placement.affinity.matches(&node.record)).then(|| {
        Rejection::unresolvable(Plugin::NodeAffinity, "node(s) didn't match Pod's node affinity/selector")
    })
}
