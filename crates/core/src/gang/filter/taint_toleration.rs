//! TaintToleration: taints keep pods away that do not tolerate them.

use super::{Plugin, Rejection};
use crate::gang::cluster::{NodeInfo, Placement};

/// Upstream: `tainttoleration.TaintToleration.Filter`.
pub(super) fn filter(placement: &Placement, node: &NodeInfo, comparisons: bool) -> Option<Rejection> {
    placement
        .has_untolerated_taint(&node.record.taints, comparisons)
        .then(|| Rejection::unresolvable(Plugin::TaintToleration, "node(s) had untolerated taint(s)"))
}
