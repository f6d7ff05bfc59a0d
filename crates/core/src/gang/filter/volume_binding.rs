//! VolumeBinding: the pod's volumes must be within the node's reach, or be made there.
//!
//! Not judged: an available PersistentVolume that a claim could be bound to, and the capacity that a CSI driver
//! publishes. A claim that waits for its first consumer is taken to get a new volume of any size.

use alloc::format;
use alloc::vec::Vec;

use super::volume_restrictions::claim_not_found;
use super::{Code, Plugin, Reason, Rejection};
use crate::gang::cluster::{Binding, Claim, Cluster, NodeInfo, PodInfo, Text};

/// The pod's claims by what is to be done about them. The claims are kept by name: the storage objects do not change while a
/// pod is judged.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    bound: Vec<Text>,
    /// Claims that are bound once the pod has a node.
    delayed: Vec<Text>,
    /// Whether something about the claims was left out.
    pub(super) not_judged: Option<&'static str>,
}

/// Upstream: `volumebinding.VolumeBinding.PreFilter`; `None`: the pod has no claims.
pub(super) fn pre_filter(cluster: &Cluster, pod: &PodInfo) -> Result<Option<State>, Rejection> {
    const PLUGIN: Plugin = Plugin::VolumeBinding;
    let refuse = |text| Rejection::new(PLUGIN, Code::UnschedulableAndUnresolvable, Reason::Sentence(text));
    let storage = cluster.storage();
    let used = &pod.shape.volumes().claims;
    if used.is_empty() {
        return Ok(None);
    }
    let mut claims: Vec<&Claim> = Vec::new();
    for one in used {
        let Some(claim) = storage.claim(pod.namespace(), &one.name) else {
            return Err(if one.made_for.is_some() {
                refuse(format!(
                    "waiting for ephemeral volume controller to create the persistentvolumeclaim {:?}",
                    &*one.name
                ))
            } else {
                claim_not_found(PLUGIN, &one.name)
            });
        };
        if claim.lost {
            let volume = claim.volume.as_deref().unwrap_or_default();
            return Err(refuse(format!(
                "persistentvolumeclaim {:?} bound to non-existent persistentvolume {volume:?}",
                &*claim.name
            )));
        }
        if claim.terminating {
            return Err(refuse(format!("persistentvolumeclaim {:?} is being deleted", &*claim.name)));
        }
        if one.made_for.as_ref().is_some_and(|uid| claim.controller.as_ref() != Some(uid)) {
            return Err(refuse(format!(
                "PVC {}/{} was not created for pod {} (pod is not owner)",
                pod.namespace(),
                claim.name,
                pod.key()
            )));
        }
        claims.push(claim);
    }
    let mut state = State::default();
    let mut immediate = false;
    for claim in claims {
        if claim.bound {
            state.bound.push(Text::clone(&claim.name));
            let volume = claim.volume.as_ref().and_then(|name| storage.volume(name));
            if volume.is_some_and(|v| v.migratable) {
                state.not_judged = Some(IN_TREE);
            }
            continue;
        }
        let class = claim.class.as_ref().and_then(|class| storage.class(class));
        let delayed = match class.map(|class| class.binding) {
            // Upstream: volume.IsDelayBindingMode, where a class without mode is an error.
            Some(None) => {
                let class = claim.class.as_deref().unwrap_or_default();
                let text = format!("VolumeBindingMode not set for StorageClass {class:?}");
                return Err(Rejection::new(PLUGIN, Code::Error, Reason::Sentence(text)));
            }
            Some(Some(binding)) => binding == Binding::WaitForFirstConsumer,
            None => false,
        };
        if delayed && claim.volume.is_none() {
            state.delayed.push(Text::clone(&claim.name));
            let class_name = claim.class.as_deref().unwrap_or_default();
            if claim.selected_node.is_none()
                && storage.volumes_of_class(class_name).any(|volume| volume.unclaimed)
            {
                state.not_judged = Some(STATIC_BINDING);
            } else if claim.asks_storage
                && class
                    .and_then(|class| storage.driver(&class.provisioner))
                    .is_some_and(|d| d.tracks_capacity)
            {
                state.not_judged = Some(CAPACITY);
            }
        } else {
            immediate = true;
        }
    }
    if immediate {
        return Err(Rejection::unresolvable(PLUGIN, "pod has unbound immediate PersistentVolumeClaims"));
    }
    Ok(Some(state))
}

const IN_TREE: &str = "whether a CSI driver has taken over an in-tree volume";
const STATIC_BINDING: &str = "which available PersistentVolume an unbound claim would get";
const CAPACITY: &str = "storage capacity that CSI drivers publish";

/// The provisioner of classes whose volumes are made by hand (upstream: `volume.NotSupportedProvisioner`).
const NO_PROVISIONER: &str = "kubernetes.io/no-provisioner";

impl State {
    /// Upstream: `volumebinding.volumeBinder.FindPodVolumes`.
    pub(super) fn filter(&self, cluster: &Cluster, pod: &PodInfo, node: &NodeInfo) -> Option<Rejection> {
        let storage = cluster.storage();
        let claim = |name: &Text| storage.claim(pod.namespace(), name);
        let mut reasons = Vec::new();
        let (mut reaches, mut exists) = (true, true);
        for claim in self.bound.iter().filter_map(claim) {
            // Upstream stops at the first claim that fails.
            match claim.volume.as_ref().and_then(|name| storage.volume(name)) {
                None => exists = false,
                Some(volume) if !volume.reaches(&node.record.labels) => reaches = false,
                Some(_) => continue,
            }
            break;
        }
        if !reaches {
            reasons.push(Reason::Fixed("node(s) didn't match PersistentVolume's node affinity"));
        }
        let elsewhere =
            self.delayed.iter().filter_map(claim).any(|claim| {
                claim.selected_node.as_ref().is_some_and(|selected| *selected != node.record.name)
            });
        let makeable = |claim: &Claim| {
            let class = claim.class.as_ref().and_then(|class| storage.class(class));
            class.is_some_and(|class| {
                !class.provisioner.is_empty()
                    && &*class.provisioner != NO_PROVISIONER
                    && class.allows(&node.record.labels)
            })
        };
        if elsewhere || !self.delayed.iter().filter_map(claim).all(makeable) {
            reasons.push(Reason::Fixed("node(s) didn't find available persistent volumes to bind"));
        }
        if !exists {
            reasons.push(Reason::Fixed(
                "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)",
            ));
        }
        (!reasons.is_empty()).then_some(Rejection {
            plugin: Plugin::VolumeBinding,
            code: Code::UnschedulableAndUnresolvable,
            reasons,
        })
    }

    /// Whether some claim is bound only once the pod has a node.
    pub(super) fn waits_for_binding(&self) -> bool {
        !self.delayed.is_empty()
    }
}
