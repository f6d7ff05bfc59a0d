//! NodeName: a pod that names its node goes nowhere else.

use super::{Plugin, Rejection};
use crate::gang::cluster::{NodeInfo, PodInfo, same};

/// Upstream: `nodename.Fits`.
pub(super) fn filter(pod: &PodInfo, node: &NodeInfo) -> Option<Rejection> {
    let elsewhere = pod.node_name.as_ref().is_some_and(|name| !same(name, &node.record.name));
    elsewhere
        .then(|| Rejection::unresolvable(Plugin::NodeName, "node(s) didn't match the requested node name"))
}
