//! NodeVolumeLimits: a node takes so many volumes of a CSI driver.

use alloc::format;
use alloc::vec::Vec;

use super::{Code, Plugin, Reason, Rejection};
use crate::gang::cluster::{Claim, Cluster, NodeInfo, PodInfo, Text};
use crate::release::{Gate, Release};

/// A volume on a node: its driver, and its handle or the claim it will be made for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Handle<'c> {
    Volume(&'c str),
    ToBeMade { namespace: &'c str, claim: &'c str },
}

type Attached<'c> = (&'c Text, Handle<'c>);

/// Whether the pod has volumes that count (upstream: `nodevolumelimits.CSILimits.PreFilter`).
pub(super) fn concerns(pod: &PodInfo) -> bool {
    let volumes = pod.shape.volumes();
    !volumes.claims.is_empty() || volumes.migratable
}

/// Upstream: `nodevolumelimits.CSILimits.Filter`. In-tree volumes that a CSI driver has taken over are not counted.
pub(super) fn filter(cluster: &Cluster, pod: &PodInfo, node: &NodeInfo) -> Option<Rejection> {
    let mut new: Vec<Attached<'_>> = Vec::new();
    collect(cluster, pod, &mut new);
    if new.is_empty() {
        return None;
    }
    let storage = cluster.storage();
    let limits = storage.csi_node(node.name());
    if cluster.kubernetes().enabled(Gate::VolumeLimitScaling) {
        for (driver, _) in &new {
            let Some(known) = storage.driver(driver) else { continue };
            // From 1.36 a driver has to ask for it.
            if cluster.kubernetes().at_least(Release::V1_36) && !known.required_on_node {
                continue;
            }
            if !limits.is_some_and(|all| all.iter().any(|l| l.driver == **driver)) {
                return Some(Rejection::new(
                    Plugin::NodeVolumeLimits,
                    Code::Unschedulable,
                    Reason::Sentence(format!("{driver} CSI driver is not installed on the node")),
                ));
            }
        }
    }
    let limit = |driver: &Text| {
        limits.and_then(|all| all.iter().find(|l| l.driver == *driver && l.count.is_some())?.count)
    };
    if !limits.is_some_and(|all| all.iter().any(|l| l.count.is_some())) {
        return None;
    }
    let mut attached: Vec<Attached<'_>> = Vec::new();
    for other in &node.pods {
        collect(cluster, other, &mut attached);
    }
    new.retain(|volume| !attached.contains(volume));
    for (driver, handle) in storage.attached(node.name()) {
        let volume = (driver, Handle::Volume(handle));
        if !attached.contains(&volume) {
            attached.push(volume);
        }
    }
    let count = |list: &[Attached<'_>], driver: &Text| list.iter().filter(|(d, _)| *d == driver).count();
    let exceeded = new.iter().any(|(driver, _)| {
        let total = count(&attached, driver).saturating_add(count(&new, driver));
        limit(driver).is_some_and(|most| i64::try_from(total).unwrap_or(i64::MAX) > most)
    });
    exceeded.then(|| Rejection::for_now(Plugin::NodeVolumeLimits, "node(s) exceed max volume count"))
}

/// Adds the volumes of a pod that a CSI driver serves, each once (upstream: `filterAttachableVolumes`).
fn collect<'c>(cluster: &'c Cluster, pod: &'c PodInfo, into: &mut Vec<Attached<'c>>) {
    for used in &pod.shape.volumes().claims {
        let claim = cluster.storage().claim(pod.namespace(), &used.name);
        if let Some(volume) = claim.and_then(|claim| volume_of(cluster, pod.namespace(), claim))
            && !into.contains(&volume)
        {
            into.push(volume);
        }
    }
}

/// Upstream: `getCSIDriverInfo`.
fn volume_of<'c>(cluster: &'c Cluster, namespace: &'c str, claim: &'c Claim) -> Option<Attached<'c>> {
    let storage = cluster.storage();
    if let Some(volume) = claim.volume.as_ref().and_then(|name| storage.volume(name)) {
        let (driver, handle) = volume.csi.as_ref()?;
        return (!driver.is_empty() && !handle.is_empty()).then_some((driver, Handle::Volume(handle)));
    }
    let class = storage.class(claim.class.as_ref()?)?;
    let handle = Handle::ToBeMade { namespace, claim: &claim.name };
    (!class.provisioner.is_empty()).then_some((&class.provisioner, handle))
}
