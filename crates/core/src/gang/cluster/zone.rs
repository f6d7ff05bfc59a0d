//! The labels that say where a node or a volume is, and the zone of a node.

use super::NodeInfo;

/// The zone, before 1.17.
pub(crate) const BETA_ZONE: &str = "failure-domain.beta.kubernetes.io/zone";
/// The region, before 1.17.
pub(crate) const BETA_REGION: &str = "failure-domain.beta.kubernetes.io/region";
/// The zone.
pub(crate) const ZONE: &str = "topology.kubernetes.io/zone";
/// The region.
pub(crate) const REGION: &str = "topology.kubernetes.io/region";

/// Region and zone of a node (upstream: `GetZoneKey`); the older labels come first.
pub(super) fn zone_of(node: &NodeInfo) -> (&str, &str) {
    let label = |older, newer| node.label(older).or_else(|| node.label(newer)).unwrap_or_default();
    (label(BETA_REGION, REGION), label(BETA_ZONE, ZONE))
}
