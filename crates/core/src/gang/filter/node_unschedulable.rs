//! NodeUnschedulable: a cordoned node takes only pods that tolerate it.

use super::{Plugin, Rejection};
use crate::gang::cluster::{NodeInfo, Placement, Taint};

/// Upstream: `nodeunschedulable.NodeUnschedulable.Filter`; `cordon` is the taint that a cordon stands for.
pub(super) fn filter(
    placement: &Placement,
    node: &NodeInfo,
    cordon: &Taint,
    comparisons: bool,
) -> Option<Rejection> {
    let rejected = node.record.unschedulable && !placement.tolerates(cordon, comparisons);
    rejected.then(|| Rejection::unresolvable(Plugin::NodeUnschedulable, "node(s) were unschedulable"))
}
