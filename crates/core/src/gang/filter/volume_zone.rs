//! VolumeZone: a volume with zone or region labels is used in its zone or region.

use alloc::format;
use alloc::vec::Vec;

use super::volume_restrictions::claim_not_found;
use super::{Code, Plugin, Reason, Rejection};
use crate::gang::cluster::{BETA_REGION, BETA_ZONE, Binding, Cluster, NodeInfo, PodInfo, REGION, Text, ZONE};

/// The labels that count, each with the one that took its place.
const LABELS: [(&str, &str); 4] = [(BETA_ZONE, ZONE), (BETA_REGION, REGION), (ZONE, ZONE), (REGION, REGION)];

/// Where the pod's volumes can be used: a label, the one that took its place, and the values.
#[derive(Clone, Debug)]
pub(super) struct State {
    topologies: Vec<(&'static str, &'static str, Vec<Text>)>,
}

/// Upstream: `volumezone.VolumeZone.PreFilter`; `None`: no volume has such labels.
pub(super) fn pre_filter(cluster: &Cluster, pod: &PodInfo) -> Result<Option<State>, Rejection> {
    const PLUGIN: Plugin = Plugin::VolumeZone;
    let refuse = |text| Rejection::new(PLUGIN, Code::UnschedulableAndUnresolvable, Reason::Sentence(text));
    let storage = cluster.storage();
    let mut topologies = Vec::new();
    // Claims that are made for the pod are not looked at.
    for used in pod.shape.volumes().claims.iter().filter(|c| c.made_for.is_none()) {
        if used.name.is_empty() {
            return Err(Rejection::unresolvable(PLUGIN, "PersistentVolumeClaim had no name"));
        }
        let Some(claim) = storage.claim(pod.namespace(), &used.name) else {
            return Err(claim_not_found(PLUGIN, &used.name));
        };
        let Some(name) = &claim.volume else {
            let Some(class_name) = &claim.class else {
                return Err(Rejection::unresolvable(
                    PLUGIN,
                    "PersistentVolumeClaim had no pv name and storageClass name",
                ));
            };
            let Some(class) = storage.class(class_name) else {
                return Err(refuse(format!("storageclass.storage.k8s.io {:?} not found", &**class_name)));
            };
            match class.binding {
                None => {
                    return Err(refuse(format!(
                        "VolumeBindingMode not set for StorageClass {:?}",
                        &**class_name
                    )));
                }
                Some(Binding::WaitForFirstConsumer) => continue,
                Some(Binding::Immediate) => {
                    return Err(Rejection::unresolvable(PLUGIN, "PersistentVolume had no name"));
                }
            }
        };
        let Some(volume) = storage.volume(name) else {
            return Err(refuse(format!("persistentvolume {:?} not found", &**name)));
        };
        for (label, successor) in LABELS {
            let Some(value) = volume.labels.get(label) else { continue };
            // Upstream: volumehelpers.LabelZonesToSet; a label with an empty zone in it is ignored.
            let zones: Vec<&str> = value.split("__").map(str::trim).collect();
            if zones.iter().all(|zone| !zone.is_empty()) {
                topologies.push((label, successor, zones.into_iter().map(Text::from).collect()));
            }
        }
    }
    Ok((!topologies.is_empty()).then_some(State { topologies }))
}

impl State {
    /// Upstream: `volumezone.VolumeZone.Filter`.
    pub(super) fn filter(&self, node: &NodeInfo) -> Option<Rejection> {
        let labels = &node.record.labels;
        // A node without any such label is taken for a cluster without zones.
        if LABELS.iter().all(|(label, _)| labels.get(label).is_none()) {
            return None;
        }
        let conflict = self.topologies.iter().any(|(label, successor, values)| {
            let value = labels.get(label).or_else(|| labels.get(successor));
            value.is_none_or(|value| !values.contains(value))
        });
        conflict.then(|| Rejection::unresolvable(Plugin::VolumeZone, "node(s) had no available volume zone"))
    }
}
