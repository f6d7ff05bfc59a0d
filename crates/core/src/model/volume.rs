//! Volumes of a pod, and the storage objects that scheduling reads.

use alloc::vec::Vec;

use smol_str::SmolStr;

use super::{NodeSelector, ObjectMeta, ResourceList, ResourceRequirements, api_enum, api_object};
use crate::quantity::Quantity;

api_object! {
    /// `v1.Volume`, as far as decisions read it.
    pub struct Volume {
        /// Name.
        pub name: SmolStr,
        /// A directory that lives as long as the pod.
        pub empty_dir: Option<EmptyDirVolumeSource>,
        /// A persistent volume claim.
        pub persistent_volume_claim: Option<PersistentVolumeClaimVolumeSource>,
        /// A claim that is made for this pod, named after pod and volume; only its presence is read.
        pub ephemeral: Option<Presence>,
        /// A disk of Google's cloud, inline.
        pub gce_persistent_disk: Option<GcePersistentDiskVolumeSource>,
        /// A disk of Amazon's cloud, inline.
        pub aws_elastic_block_store: Option<AwsElasticBlockStoreVolumeSource>,
        /// An iSCSI target, inline.
        pub iscsi: Option<IscsiVolumeSource>,
        /// A Ceph block device, inline.
        pub rbd: Option<RbdVolumeSource>,
        /// A disk of Microsoft's cloud, inline; only its presence is read.
        pub azure_disk: Option<Presence>,
        /// A share of Microsoft's cloud, inline; only its presence is read.
        pub azure_file: Option<Presence>,
        /// A disk of OpenStack, inline; only its presence is read.
        pub cinder: Option<Presence>,
        /// A disk of vSphere, inline; only its presence is read.
        pub vsphere_volume: Option<Presence>,
        /// A Portworx volume, inline; only its presence is read.
        pub portworx_volume: Option<Presence>,
    }
}

api_object! {
    /// `v1.EmptyDirVolumeSource`.
    pub struct EmptyDirVolumeSource {
        /// `Memory` for tmpfs, empty for the node's disk.
        pub medium: SmolStr,
        /// The most it may hold, in bytes.
        pub size_limit: Option<Quantity>,
    }
}

api_object! {
    /// `v1.PersistentVolumeClaimVolumeSource`.
    pub struct PersistentVolumeClaimVolumeSource {
        /// Name of the claim in the pod's namespace.
        pub claim_name: SmolStr,
        /// Whether it is mounted read-only.
        pub read_only: bool,
    }
}

api_object! {
    /// `v1.GCEPersistentDiskVolumeSource`.
    pub struct GcePersistentDiskVolumeSource {
        /// Name of the disk.
        pub pd_name: SmolStr,
        /// Whether it is mounted read-only.
        pub read_only: bool,
    }
}

api_object! {
    /// `v1.AWSElasticBlockStoreVolumeSource`.
    pub struct AwsElasticBlockStoreVolumeSource {
        /// Identity of the volume.
        #[serde(rename = "volumeID")]
        pub volume_id: SmolStr,
    }
}

api_object! {
    /// `v1.ISCSIVolumeSource`.
    pub struct IscsiVolumeSource {
        /// Qualified name of the target.
        pub iqn: SmolStr,
        /// Whether it is mounted read-only.
        pub read_only: bool,
    }
}

api_object! {
    /// `v1.RBDVolumeSource`.
    pub struct RbdVolumeSource {
        /// Ceph monitors.
        pub monitors: Vec<SmolStr>,
        /// Name of the image.
        pub image: SmolStr,
        /// Pool of the image.
        pub pool: SmolStr,
        /// Whether it is mounted read-only.
        pub read_only: bool,
    }
}

api_object! {
    /// `v1.PersistentVolumeClaim`, as far as scheduling reads it.
    pub struct PersistentVolumeClaim {
        /// Metadata. The annotation `pv.kubernetes.io/bind-completed` says that the claim is bound.
        pub metadata: ObjectMeta,
        /// Desired state.
        pub spec: PersistentVolumeClaimSpec,
        /// Observed state.
        pub status: PersistentVolumeClaimStatus,
    }
}

api_object! {
    /// `v1.PersistentVolumeClaimSpec`.
    pub struct PersistentVolumeClaimSpec {
        /// How the volume may be mounted.
        pub access_modes: Vec<PersistentVolumeAccessMode>,
        /// What is asked for: `storage`.
        pub resources: ResourceRequirements,
        /// The volume the claim is bound to.
        pub volume_name: SmolStr,
        /// The storage class.
        pub storage_class_name: Option<SmolStr>,
    }
}

api_object! {
    /// `v1.PersistentVolumeClaimStatus`.
    pub struct PersistentVolumeClaimStatus {
        /// `Pending`, `Bound` or `Lost`.
        pub phase: SmolStr,
    }
}

api_enum! {
    /// `v1.PersistentVolumeAccessMode`.
    pub enum PersistentVolumeAccessMode {
        /// Read and write, from one node.
        ReadWriteOnce = "ReadWriteOnce",
        /// Read, from many nodes.
        ReadOnlyMany = "ReadOnlyMany",
        /// Read and write, from many nodes.
        ReadWriteMany = "ReadWriteMany",
        /// Read and write, from one pod.
        ReadWriteOncePod = "ReadWriteOncePod",
    }
}

api_object! {
    /// `v1.PersistentVolume`, as far as scheduling reads it.
    pub struct PersistentVolume {
        /// Metadata. Zone and region labels keep pods in their zone or region.
        pub metadata: ObjectMeta,
        /// Desired state.
        pub spec: PersistentVolumeSpec,
    }
}

api_object! {
    /// `v1.PersistentVolumeSpec`.
    pub struct PersistentVolumeSpec {
        /// What it holds: `storage`.
        pub capacity: ResourceList,
        /// How it may be mounted.
        pub access_modes: Vec<PersistentVolumeAccessMode>,
        /// Where it can be reached from.
        pub node_affinity: Option<VolumeNodeAffinity>,
        /// The storage class.
        pub storage_class_name: SmolStr,
        /// The claim that it is bound to or kept for; only its presence is read.
        pub claim_ref: Option<Presence>,
        /// The volume behind it, where a CSI driver serves it.
        pub csi: Option<CsiPersistentVolumeSource>,
        /// An in-tree disk of Amazon's cloud; only its presence is read.
        pub aws_elastic_block_store: Option<Presence>,
        /// An in-tree disk of Microsoft's cloud; only its presence is read.
        pub azure_disk: Option<Presence>,
        /// An in-tree share of Microsoft's cloud; only its presence is read.
        pub azure_file: Option<Presence>,
        /// An in-tree disk of OpenStack; only its presence is read.
        pub cinder: Option<Presence>,
        /// An in-tree disk of Google's cloud; only its presence is read.
        pub gce_persistent_disk: Option<Presence>,
        /// An in-tree disk of vSphere; only its presence is read.
        pub vsphere_volume: Option<Presence>,
        /// An in-tree Portworx volume; only its presence is read.
        pub portworx_volume: Option<Presence>,
    }
}

api_object! {
    /// `v1.VolumeNodeAffinity`.
    pub struct VolumeNodeAffinity {
        /// The requirement.
        pub required: Option<NodeSelector>,
    }
}

api_object! {
    /// `v1.CSIPersistentVolumeSource`.
    pub struct CsiPersistentVolumeSource {
        /// Name of the driver.
        pub driver: SmolStr,
        /// Identity of the volume within the driver.
        pub volume_handle: SmolStr,
    }
}

api_object! {
    /// `storage.k8s.io/v1.StorageClass`.
    pub struct StorageClass {
        /// Metadata.
        pub metadata: ObjectMeta,
        /// Who makes volumes of this class.
        pub provisioner: SmolStr,
        /// `Immediate` or `WaitForFirstConsumer`; absent after defaulting means neither.
        pub volume_binding_mode: Option<SmolStr>,
        /// Where volumes of this class can be made; empty means everywhere.
        pub allowed_topologies: Vec<TopologySelectorTerm>,
    }
}

api_object! {
    /// `v1.TopologySelectorTerm`: all expressions must match.
    pub struct TopologySelectorTerm {
        /// On labels.
        pub match_label_expressions: Vec<TopologySelectorLabelRequirement>,
    }
}

api_object! {
    /// `v1.TopologySelectorLabelRequirement`.
    pub struct TopologySelectorLabelRequirement {
        /// The label.
        pub key: SmolStr,
        /// The allowed values.
        pub values: Vec<SmolStr>,
    }
}

api_object! {
    /// `storage.k8s.io/v1.CSINode`: the CSI drivers of the node of the same name.
    pub struct CsiNode {
        /// Metadata.
        pub metadata: ObjectMeta,
        /// Desired state.
        pub spec: CsiNodeSpec,
    }
}

api_object! {
    /// `storage.k8s.io/v1.CSINodeSpec`.
    pub struct CsiNodeSpec {
        /// The drivers.
        pub drivers: Vec<CsiNodeDriver>,
    }
}

api_object! {
    /// `storage.k8s.io/v1.CSINodeDriver`.
    pub struct CsiNodeDriver {
        /// Name of the driver.
        pub name: SmolStr,
        /// What the node takes.
        pub allocatable: Option<VolumeNodeResources>,
    }
}

api_object! {
    /// `storage.k8s.io/v1.VolumeNodeResources`.
    pub struct VolumeNodeResources {
        /// How many volumes of the driver may be attached; absent means any number.
        pub count: Option<i32>,
    }
}

api_object! {
    /// `storage.k8s.io/v1.CSIDriver`.
    pub struct CsiDriver {
        /// Metadata.
        pub metadata: ObjectMeta,
        /// Desired state.
        pub spec: CsiDriverSpec,
    }
}

api_object! {
    /// `storage.k8s.io/v1.CSIDriverSpec`.
    pub struct CsiDriverSpec {
        /// Whether the scheduler looks at the capacity the driver publishes.
        pub storage_capacity: Option<bool>,
        /// Whether pods stay away from nodes without the driver (1.36 and later).
        pub prevent_pod_scheduling_if_missing: Option<bool>,
    }
}

api_object! {
    /// `storage.k8s.io/v1.VolumeAttachment`.
    pub struct VolumeAttachment {
        /// Metadata.
        pub metadata: ObjectMeta,
        /// Desired state.
        pub spec: VolumeAttachmentSpec,
    }
}

api_object! {
    /// `storage.k8s.io/v1.VolumeAttachmentSpec`.
    pub struct VolumeAttachmentSpec {
        /// Name of the CSI driver.
        pub attacher: SmolStr,
        /// The node.
        pub node_name: SmolStr,
        /// The volume.
        pub source: VolumeAttachmentSource,
    }
}

api_object! {
    /// `storage.k8s.io/v1.VolumeAttachmentSource`.
    pub struct VolumeAttachmentSource {
        /// Name of the PersistentVolume.
        pub persistent_volume_name: Option<SmolStr>,
    }
}

/// A value of which only the presence is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Presence;

impl serde::Serialize for Presence {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        serde::ser::SerializeMap::end(s.serialize_map(Some(0))?)
    }
}

impl<'de> serde::Deserialize<'de> for Presence {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(d).map(|_| Presence)
    }
}
