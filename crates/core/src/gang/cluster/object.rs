//! The other objects that decide where pods can go.

use alloc::collections::BTreeMap;

use super::groups::Groups;
use super::labels::Labels;
use super::storage::Storage;
use super::text::{Text, Texts};
use crate::model::{
    CompositePodGroup, CsiDriver, CsiNode, ObjectMeta, PersistentVolume, PersistentVolumeClaim, PodGroup,
    StorageClass, VolumeAttachment, Workload,
};

/// An object, other than nodes and pods, that decides where pods can go.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ClusterObject {
    /// `v1.Namespace`, of which the labels are read.
    Namespace(ObjectMeta),
    /// `v1.PersistentVolume`.
    PersistentVolume(PersistentVolume),
    /// `v1.PersistentVolumeClaim`.
    PersistentVolumeClaim(PersistentVolumeClaim),
    /// `storage.k8s.io/v1.StorageClass`.
    StorageClass(StorageClass),
    /// `storage.k8s.io/v1.CSINode`.
    CsiNode(CsiNode),
    /// `storage.k8s.io/v1.CSIDriver`.
    CsiDriver(CsiDriver),
    /// `storage.k8s.io/v1.VolumeAttachment`.
    VolumeAttachment(VolumeAttachment),
    /// `scheduling.k8s.io` Workload, which 1.35 reads.
    Workload(Workload),
    /// `scheduling.k8s.io` PodGroup, which 1.36 and later read.
    PodGroup(PodGroup),
    /// `scheduling.k8s.io` CompositePodGroup, which 1.37 reads.
    CompositePodGroup(CompositePodGroup),
}

impl ClusterObject {
    pub(super) fn enter(
        &self,
        texts: &mut Texts,
        storage: &mut Storage,
        groups: &mut Groups,
        namespaces: &mut BTreeMap<Text, Labels>,
    ) {
        match self {
            ClusterObject::Namespace(meta) => {
                namespaces.insert(texts.share(&meta.name), Labels::read(texts, &meta.labels));
            }
            ClusterObject::PersistentVolume(volume) => storage.set_volume(texts, volume),
            ClusterObject::PersistentVolumeClaim(claim) => storage.set_claim(texts, claim),
            ClusterObject::StorageClass(class) => storage.set_class(texts, class),
            ClusterObject::CsiNode(node) => storage.set_csi_node(texts, node),
            ClusterObject::CsiDriver(driver) => storage.set_driver(texts, driver),
            ClusterObject::VolumeAttachment(attachment) => storage.set_attachment(texts, attachment),
            ClusterObject::Workload(workload) => groups.set_workload(texts, workload),
            ClusterObject::PodGroup(group) => groups.set_pod_group(texts, group),
            ClusterObject::CompositePodGroup(group) => groups.set_composite(texts, group),
        }
    }
}
