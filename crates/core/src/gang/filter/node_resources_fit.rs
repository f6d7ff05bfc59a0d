//! NodeResourcesFit: what the pod requests must be free.

use alloc::vec::Vec;

use super::{Code, Plugin, Reason, Rejection};
use crate::gang::cluster::{Amounts, NodeInfo, Text};

/// Upstream: `noderesources.fitsRequest`. `delegated` tells of a scalar whether dynamic resource allocation provides it on
/// this node.
pub(super) fn filter(
    request: &Amounts,
    node: &NodeInfo,
    delegated: impl Fn(&Text) -> bool,
) -> Option<Rejection> {
    let mut reasons = Vec::new();
    let mut code = Code::Unschedulable;
    let pods = i64::try_from(node.pods.len()).unwrap_or(i64::MAX);
    if pods.saturating_add(1) > node.record.allowed_pods {
        reasons.push(Reason::Fixed("Too many pods"));
    }
    if !request.is_nothing() {
        let has = &node.record.allocatable;
        let taken = &node.requested;
        let mut check = |wanted: i64, has: i64, taken: i64, reason: &dyn Fn() -> Reason| {
            if wanted > 0 && wanted > has.wrapping_sub(taken) {
                reasons.push(reason());
                if wanted > has {
                    code = Code::UnschedulableAndUnresolvable;
                }
            }
        };
        check(request.milli_cpu, has.milli_cpu, taken.milli_cpu, &|| Reason::Fixed("Insufficient cpu"));
        check(request.memory, has.memory, taken.memory, &|| Reason::Fixed("Insufficient memory"));
        check(request.ephemeral_storage, has.ephemeral_storage, taken.ephemeral_storage, &|| {
            Reason::Fixed("Insufficient ephemeral-storage")
        });
        for (name, wanted) in &request.scalars {
            if *wanted != 0 && !delegated(name) {
                check(*wanted, has.scalar_of(name), taken.scalar_of(name), &|| {
                    Reason::Insufficient(Text::clone(name))
                });
            }
        }
    }
    (!reasons.is_empty()).then_some(Rejection { plugin: Plugin::NodeResourcesFit, code, reasons })
}

/// How many pods with this request fit on the node together, by resources and by the number of pods.
pub(super) fn capacity(request: &Amounts, node: &NodeInfo, delegated: impl Fn(&Text) -> bool) -> i64 {
    let has = &node.record.allocatable;
    let taken = &node.requested;
    let pods = i64::try_from(node.pods.len()).unwrap_or(i64::MAX);
    let mut most = node.record.allowed_pods.saturating_sub(pods).max(0);
    let mut limit = |wanted: i64, has: i64, taken: i64| {
        if wanted > 0 {
            most = most.min(has.wrapping_sub(taken).checked_div(wanted).unwrap_or(0).max(0));
        }
    };
    limit(request.milli_cpu, has.milli_cpu, taken.milli_cpu);
    limit(request.memory, has.memory, taken.memory);
    limit(request.ephemeral_storage, has.ephemeral_storage, taken.ephemeral_storage);
    for (name, wanted) in &request.scalars {
        if !delegated(name) {
            limit(*wanted, has.scalar_of(name), taken.scalar_of(name));
        }
    }
    most
}
