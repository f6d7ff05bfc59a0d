//! The other objects that decide where pods can go.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;

use serde::Deserialize;

use super::groups::Groups;
use super::labels::Labels;
use super::storage::Storage;
use super::text::{Text, Texts};
use crate::error::{ErrorCode, InputError, parse};
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

/// What kind of object it is.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Kind {
    kind: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    metadata: ObjectMeta,
}

impl ClusterObject {
    /// The values of `kind` that [`from_json`](Self::from_json) reads.
    pub const KINDS: [&'static str; 10] = [
        "Namespace",
        "PersistentVolume",
        "PersistentVolumeClaim",
        "StorageClass",
        "CSINode",
        "CSIDriver",
        "VolumeAttachment",
        "Workload",
        "PodGroup",
        "CompositePodGroup",
    ];

    /// Reads an object of the kind that it names.
    ///
    /// # Errors
    ///
    /// Text that is not JSON, a field of the wrong type, or a kind that does not bear on scheduling.
    ///
    /// ```
    /// use podverdict::gang::cluster::ClusterObject;
    /// let class = ClusterObject::from_json(r#"{"kind": "StorageClass", "metadata": {"name": "fast"}}"#)?;
    /// assert!(matches!(class, ClusterObject::StorageClass(_)));
    /// let error = ClusterObject::from_json(r#"{"kind": "Deployment"}"#).unwrap_err();
    /// assert_eq!(error.path, "kind");
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    pub fn from_json(json: &str) -> Result<ClusterObject, InputError> {
        let Kind { kind } = parse("", json)?;
        Ok(match kind.as_str() {
            "Namespace" => ClusterObject::Namespace(parse::<Metadata>("", json)?.metadata),
            "PersistentVolume" => ClusterObject::PersistentVolume(parse("", json)?),
            "PersistentVolumeClaim" => ClusterObject::PersistentVolumeClaim(parse("", json)?),
            "StorageClass" => ClusterObject::StorageClass(parse("", json)?),
            "CSINode" => ClusterObject::CsiNode(parse("", json)?),
            "CSIDriver" => ClusterObject::CsiDriver(parse("", json)?),
            "VolumeAttachment" => ClusterObject::VolumeAttachment(parse("", json)?),
            "Workload" => ClusterObject::Workload(parse("", json)?),
            "PodGroup" => ClusterObject::PodGroup(parse("", json)?),
            "CompositePodGroup" => ClusterObject::CompositePodGroup(parse("", json)?),
            other => {
                let message =
                    format!("an object of kind {other:?} does not bear on scheduling, or is not read");
                return Err(InputError::new(ErrorCode::InvalidValue, "kind", message));
            }
        })
    }

    /// Fills in what the API server fills in when the object is created: a StorageClass binds volumes at once unless it
    /// says otherwise. From `pkg/apis/storage/v1/defaults.go`.
    ///
    /// ```
    /// use podverdict::{gang::cluster::ClusterObject, model::StorageClass};
    /// let mut object = ClusterObject::StorageClass(StorageClass::default());
    /// object.set_defaults();
    /// let ClusterObject::StorageClass(class) = object else { unreachable!() };
    /// assert_eq!(class.volume_binding_mode.as_deref(), Some("Immediate"));
    /// ```
    pub fn set_defaults(&mut self) {
        if let ClusterObject::StorageClass(class) = self {
            class.volume_binding_mode.get_or_insert_with(|| "Immediate".into());
        }
    }

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
