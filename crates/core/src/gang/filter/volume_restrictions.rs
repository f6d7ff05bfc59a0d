//! VolumeRestrictions: disks that pods on one node may not share, and claims that one pod at a time may use.

use alloc::format;
use alloc::vec::Vec;

use super::{Code, Plugin, Reason, Rejection};
use crate::gang::cluster::{Cluster, Disk, NodeInfo, PodInfo, Text, same};

/// What the incoming pod's claims say.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// The pod's claims that one pod at a time may use, each once.
    once_per_pod: Vec<Text>,
    /// How many uses of them there are by pods on nodes.
    conflicts: i64,
}

/// Upstream: `volumerestrictions.VolumeRestrictions.PreFilter`; `None`: nothing to check. And whether the pod has claims that
/// one pod at a time may use, whether or not one uses them.
pub(super) fn pre_filter(cluster: &Cluster, pod: &PodInfo) -> Result<(Option<State>, bool), Rejection> {
    for used in pod.shape.volumes().claims.iter().filter(|c| c.made_for.is_none()) {
        if cluster.storage().claim(pod.namespace(), &used.name).is_none() {
            return Err(claim_not_found(Plugin::VolumeRestrictions, &used.name));
        }
    }
    let mut state = State { once_per_pod: once_per_pod(cluster, pod), conflicts: 0 };
    let exclusive = !state.once_per_pod.is_empty();
    if exclusive {
        // A claim in use counts once here, and each use of a pod once when pods come and go.
        let used = |claim: &Text| {
            cluster.nodes().flat_map(NodeInfo::pods).any(|other| {
                same(&other.shape.namespace, &pod.shape.namespace)
                    && uses(other).any(|name| same(name, claim))
            })
        };
        let conflicts = state.once_per_pod.iter().filter(|claim| used(claim)).count();
        state.conflicts = i64::try_from(conflicts).unwrap_or(i64::MAX);
    }
    let idle = pod.shape.volumes().disks.is_empty() && state.conflicts == 0;
    Ok(((!idle).then_some(state), exclusive))
}

/// The pod's claims that one pod at a time may use, each once.
pub(super) fn once_per_pod(cluster: &Cluster, pod: &PodInfo) -> Vec<Text> {
    let mut claims = Vec::new();
    for used in pod.shape.volumes().claims.iter().filter(|c| c.made_for.is_none()) {
        let claim = cluster.storage().claim(pod.namespace(), &used.name);
        if let Some(claim) = claim.filter(|claim| claim.once_per_pod)
            && !claims.contains(&claim.name)
        {
            claims.push(Text::clone(&claim.name));
        }
    }
    claims
}

/// The rejection of a pod whose claim is not there, in the API machinery's words.
pub(super) fn claim_not_found(plugin: Plugin, name: &str) -> Rejection {
    Rejection::new(
        plugin,
        Code::UnschedulableAndUnresolvable,
        Reason::Sentence(format!("persistentvolumeclaim {name:?} not found")),
    )
}

fn uses(pod: &PodInfo) -> impl Iterator<Item = &Text> {
    pod.shape.volumes().claims.iter().filter(|c| c.made_for.is_none()).map(|c| &c.name)
}

impl State {
    /// A pod comes to a node (`by` 1) or leaves one (`by` -1). Upstream does not look at the pod's namespace here.
    pub(super) fn change(&mut self, other: &PodInfo, by: i64) {
        let conflicts = uses(other).filter(|name| self.once_per_pod.contains(name)).count();
        let conflicts = i64::try_from(conflicts).unwrap_or(i64::MAX);
        self.conflicts = self.conflicts.saturating_add(conflicts.saturating_mul(by));
    }

    /// Upstream: `volumerestrictions.VolumeRestrictions.Filter`.
    pub(super) fn filter(&self, pod: &PodInfo, node: &NodeInfo) -> Option<Rejection> {
        if disks_conflict(pod, node) {
            return Some(Rejection::for_now(Plugin::VolumeRestrictions, "node(s) had no available disk"));
        }
        (self.conflicts > 0).then(|| {
            Rejection::for_now(
                Plugin::VolumeRestrictions,
                "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already \
                 in-use by another pod",
            )
        })
    }
}

fn disks_conflict(pod: &PodInfo, node: &NodeInfo) -> bool {
    let disks = &pod.shape.volumes().disks;
    !disks.is_empty() && node.pods.iter().any(|other| disks_shared(pod, other))
}

/// Whether two pods have disks that they may not share on one node.
pub(crate) fn disks_shared(pod: &PodInfo, other: &PodInfo) -> bool {
    let others = &other.shape.volumes().disks;
    pod.shape.volumes().disks.iter().any(|disk| others.iter().any(|other| conflict(disk, other)))
}

/// Upstream: `volumerestrictions.isVolumeConflict`.
fn conflict(a: &Disk, b: &Disk) -> bool {
    match (a, b) {
        (Disk::Gce { name: a, read_only: x }, Disk::Gce { name: b, read_only: y }) => {
            same(a, b) && !(*x && *y)
        }
        (Disk::Aws { id: a }, Disk::Aws { id: b }) => same(a, b),
        (Disk::Iscsi { iqn: a, read_only: x }, Disk::Iscsi { iqn: b, read_only: y }) => {
            same(a, b) && !(*x && *y)
        }
        (
            Disk::Rbd { monitors: a, pool: p, image: i, read_only: x },
            Disk::Rbd { monitors: b, pool: q, image: j, read_only: y },
        ) => same(p, q) && same(i, j) && !(*x && *y) && a.iter().any(|m| b.contains(m)),
        _ => false,
    }
}
