//! NodePorts: a port of the host is had once.

use super::{Plugin, Rejection};
use crate::gang::cluster::{HostPort, NodeInfo};

/// Upstream: `nodeports.fitsPorts`.
pub(super) fn filter(ports: &[HostPort], node: &NodeInfo) -> Option<Rejection> {
    ports.iter().any(|port| node.takes_port(port)).then(|| {
        Rejection::for_now(Plugin::NodePorts, "node(s) didn't have free ports for the requested pod ports")
    })
}
