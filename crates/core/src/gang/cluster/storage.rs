//! Persistent volumes, claims, classes and CSI drivers, as far as scheduling reads them.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec::Vec;

use super::labels::Labels;
use super::placement::{NodeTerm, any_term_matches, read_terms};
use super::text::{Text, Texts};
use crate::model::{
    CsiDriver, CsiNode, PersistentVolume, PersistentVolumeAccessMode, PersistentVolumeClaim, StorageClass,
    VolumeAttachment,
};

/// The storage objects of a cluster.
#[derive(Clone, Debug, Default)]
pub(crate) struct Storage {
    volumes: BTreeMap<Text, Volume>,
    /// By `namespace/name`.
    claims: BTreeMap<Text, Claim>,
    classes: BTreeMap<Text, Class>,
    /// By node.
    csi_nodes: BTreeMap<Text, Vec<CsiNodeLimit>>,
    drivers: BTreeMap<Text, Driver>,
    /// By name of the attachment.
    attachments: BTreeMap<Text, Attachment>,
}

/// A persistent volume.
#[derive(Clone, Debug)]
pub(crate) struct Volume {
    /// The required node affinity, if there is one.
    affinity: Option<Box<[NodeTerm]>>,
    pub(crate) labels: Labels,
    /// Driver and handle of a volume that a CSI driver serves.
    pub(crate) csi: Option<(Text, Text)>,
    /// Whether it is of an in-tree kind that a CSI driver may have taken over.
    pub(crate) migratable: bool,
    pub(crate) class: Text,
    /// Whether no claim is bound to it, so that it may be taken.
    pub(crate) unclaimed: bool,
}

/// A persistent volume claim.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) name: Text,
    pub(crate) volume: Option<Text>,
    /// Whether the binding is complete.
    pub(crate) bound: bool,
    pub(crate) lost: bool,
    pub(crate) terminating: bool,
    /// Whether one pod at a time may use it.
    pub(crate) once_per_pod: bool,
    pub(crate) class: Option<Text>,
    /// The node that the scheduler chose for a volume that is being made.
    pub(crate) selected_node: Option<Text>,
    /// The identity of the controlling owner.
    pub(crate) controller: Option<Text>,
    /// Whether it asks for an amount of storage.
    pub(crate) asks_storage: bool,
}

/// A storage class.
#[derive(Clone, Debug)]
pub(crate) struct Class {
    pub(crate) provisioner: Text,
    pub(crate) binding: Option<Binding>,
    /// Where volumes can be made; each term's requirements must all hold.
    topologies: Box<[Box<[TopologyRequirement]>]>,
}

/// A label, and the values it may have.
type TopologyRequirement = (Text, Box<[Text]>);

/// When a claim of a class is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binding {
    Immediate,
    WaitForFirstConsumer,
}

/// How many volumes of a driver a node takes.
#[derive(Clone, Debug)]
pub(crate) struct CsiNodeLimit {
    pub(crate) driver: Text,
    pub(crate) count: Option<i64>,
}

/// A CSI driver.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Driver {
    /// Whether the scheduler looks at the capacity that the driver publishes.
    pub(crate) tracks_capacity: bool,
    /// Whether pods stay away from nodes without the driver.
    pub(crate) required_on_node: bool,
}

/// A volume attached to a node.
#[derive(Clone, Debug)]
struct Attachment {
    node: Text,
    attacher: Text,
    volume: Text,
}

impl Storage {
    pub(crate) fn set_volume(&mut self, texts: &mut Texts, volume: &PersistentVolume) {
        let spec = &volume.spec;
        let required = spec.node_affinity.as_ref().and_then(|a| a.required.as_ref());
        let class = volume.metadata.annotations.get(BETA_CLASS).unwrap_or(&spec.storage_class_name);
        let record = Volume {
            affinity: required.map(|r| read_terms(texts, &r.node_selector_terms)),
            labels: Labels::read(texts, &volume.metadata.labels),
            csi: spec.csi.as_ref().map(|csi| (texts.share(&csi.driver), texts.share(&csi.volume_handle))),
            migratable: spec.aws_elastic_block_store.is_some()
                || spec.azure_disk.is_some()
                || spec.azure_file.is_some()
                || spec.cinder.is_some()
                || spec.gce_persistent_disk.is_some()
                || spec.vsphere_volume.is_some()
                || spec.portworx_volume.is_some(),
            class: texts.share(class),
            unclaimed: spec.claim_ref.is_none(),
        };
        self.volumes.insert(texts.share(&volume.metadata.name), record);
    }

    pub(crate) fn set_claim(&mut self, texts: &mut Texts, claim: &PersistentVolumeClaim) {
        let meta = &claim.metadata;
        let some = |texts: &mut Texts, text: &str| (!text.is_empty()).then(|| texts.share(text));
        let class = meta.annotations.get(BETA_CLASS).or(claim.spec.storage_class_name.as_ref());
        let record = Claim {
            name: texts.share(&meta.name),
            volume: some(texts, &claim.spec.volume_name),
            bound: !claim.spec.volume_name.is_empty() && meta.annotations.contains_key(BIND_COMPLETED),
            lost: claim.status.phase == "Lost",
            terminating: meta.deletion_timestamp.is_some(),
            once_per_pod: claim.spec.access_modes.contains(&PersistentVolumeAccessMode::ReadWriteOncePod),
            class: class.and_then(|class| some(texts, class)),
            selected_node: meta.annotations.get(SELECTED_NODE).map(|node| texts.share(node)),
            controller: meta
                .owner_references
                .iter()
                .find(|owner| owner.controller == Some(true))
                .map(|owner| texts.share(&owner.uid)),
            asks_storage: claim.spec.resources.requests.contains_key("storage"),
        };
        self.claims.insert(texts.share(&format!("{}/{}", meta.namespace, meta.name)), record);
    }

    pub(crate) fn set_class(&mut self, texts: &mut Texts, class: &StorageClass) {
        let term = |texts: &mut Texts, term: &crate::model::TopologySelectorTerm| {
            let one = |texts: &mut Texts, r: &crate::model::TopologySelectorLabelRequirement| {
                (texts.share(&r.key), r.values.iter().map(|v| texts.share(v)).collect())
            };
            term.match_label_expressions.iter().map(|r| one(texts, r)).collect()
        };
        let record = Class {
            provisioner: texts.share(&class.provisioner),
            binding: class.volume_binding_mode.as_deref().map(|mode| match mode {
                "WaitForFirstConsumer" => Binding::WaitForFirstConsumer,
                _ => Binding::Immediate,
            }),
            topologies: class.allowed_topologies.iter().map(|t| term(texts, t)).collect(),
        };
        self.classes.insert(texts.share(&class.metadata.name), record);
    }

    pub(crate) fn set_csi_node(&mut self, texts: &mut Texts, node: &CsiNode) {
        let limit = |texts: &mut Texts, driver: &crate::model::CsiNodeDriver| CsiNodeLimit {
            driver: texts.share(&driver.name),
            count: driver.allocatable.as_ref().and_then(|a| a.count).map(i64::from),
        };
        let limits = node.spec.drivers.iter().map(|d| limit(texts, d)).collect();
        self.csi_nodes.insert(texts.share(&node.metadata.name), limits);
    }

    pub(crate) fn set_driver(&mut self, texts: &mut Texts, driver: &CsiDriver) {
        let record = Driver {
            tracks_capacity: driver.spec.storage_capacity == Some(true),
            required_on_node: driver.spec.prevent_pod_scheduling_if_missing == Some(true),
        };
        self.drivers.insert(texts.share(&driver.metadata.name), record);
    }

    pub(crate) fn set_attachment(&mut self, texts: &mut Texts, attachment: &VolumeAttachment) {
        let spec = &attachment.spec;
        // Upstream counts only attachments that name their driver and a persistent volume.
        let Some(volume) = spec.source.persistent_volume_name.as_ref().filter(|_| !spec.attacher.is_empty())
        else {
            return;
        };
        let record = Attachment {
            node: texts.share(&spec.node_name),
            attacher: texts.share(&spec.attacher),
            volume: texts.share(volume),
        };
        self.attachments.insert(texts.share(&attachment.metadata.name), record);
    }

    pub(crate) fn volume(&self, name: &str) -> Option<&Volume> {
        self.volumes.get(name)
    }

    pub(crate) fn volumes_of_class<'s>(&'s self, class: &'s str) -> impl Iterator<Item = &'s Volume> {
        self.volumes.values().filter(move |v| &*v.class == class)
    }

    pub(crate) fn claim(&self, namespace: &str, name: &str) -> Option<&Claim> {
        self.claims.get(format!("{namespace}/{name}").as_str())
    }

    pub(crate) fn class(&self, name: &str) -> Option<&Class> {
        self.classes.get(name)
    }

    pub(crate) fn csi_node(&self, node: &str) -> Option<&[CsiNodeLimit]> {
        self.csi_nodes.get(node).map(Vec::as_slice)
    }

    pub(crate) fn driver(&self, name: &str) -> Option<Driver> {
        self.drivers.get(name).copied()
    }

    /// Driver and handle of every volume that is attached to a node.
    pub(crate) fn attached<'s>(&'s self, node: &'s str) -> impl Iterator<Item = (&'s Text, &'s Text)> {
        let on_node = self.attachments.values().filter(move |a| &*a.node == node);
        on_node.filter_map(|a| {
            let (_, handle) = self.volumes.get(&a.volume)?.csi.as_ref()?;
            Some((&a.attacher, handle))
        })
    }
}

impl Volume {
    /// Whether the volume can be reached from a node with these labels (upstream: `volume.CheckNodeAffinity`).
    pub(crate) fn reaches(&self, labels: &Labels) -> bool {
        // Fields are not looked at: upstream asks with a node that has no name.
        self.affinity.as_ref().is_none_or(|terms| any_term_matches(terms, labels, None))
    }
}

impl Class {
    /// Whether a volume can be made for a node with these labels (upstream: `helper.MatchTopologySelectorTerms`).
    pub(crate) fn allows(&self, labels: &Labels) -> bool {
        self.topologies.is_empty()
            || self.topologies.iter().any(|term| {
                !term.is_empty()
                    && term.iter().all(|(key, values)| labels.get(key).is_some_and(|v| values.contains(v)))
            })
    }
}

/// The annotation that names a class, older than the field.
const BETA_CLASS: &str = "volume.beta.kubernetes.io/storage-class";
const BIND_COMPLETED: &str = "pv.kubernetes.io/bind-completed";
const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";
