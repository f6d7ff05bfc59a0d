//! A node, and what the pods on it take.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::amounts::Amounts;
use super::labels::Labels;
use super::placement::DeclaredFeatures;
use super::pod::{HostPort, PodInfo};
use super::text::{Text, Texts, same};
use crate::model::Node;
use crate::release::Kubernetes;

/// What a node is, whatever runs on it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeRecord {
    pub(crate) name: Text,
    pub(crate) labels: Labels,
    pub(crate) taints: Box<[Taint]>,
    pub(crate) allocatable: Amounts,
    /// How many pods it takes.
    pub(crate) allowed_pods: i64,
    pub(crate) unschedulable: bool,
    pub(crate) features: DeclaredFeatures,
    /// Whether the node says what pods may use at all.
    pub(crate) has_allocatable: bool,
}

/// `v1.Taint`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Taint {
    pub(crate) key: Text,
    pub(crate) value: Text,
    pub(crate) effect: TaintEffect,
}

/// `v1.TaintEffect`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TaintEffect {
    NoSchedule,
    PreferNoSchedule,
    NoExecute,
    Other(Text),
}

impl TaintEffect {
    pub(crate) fn read(texts: &mut Texts, effect: &str) -> Self {
        match effect {
            "NoSchedule" => TaintEffect::NoSchedule,
            "PreferNoSchedule" => TaintEffect::PreferNoSchedule,
            "NoExecute" => TaintEffect::NoExecute,
            other => TaintEffect::Other(texts.share(other)),
        }
    }
}

impl NodeRecord {
    pub(crate) fn read(k8s: &Kubernetes, texts: &mut Texts, node: &Node) -> Self {
        let (allocatable, allowed_pods) = Amounts::read_allocatable(texts, &node.status.allocatable);
        let taint = |texts: &mut Texts, taint: &crate::model::Taint| Taint {
            key: texts.share(&taint.key),
            value: texts.share(&taint.value),
            effect: TaintEffect::read(texts, &taint.effect),
        };
        NodeRecord {
            name: texts.share(&node.metadata.name),
            labels: Labels::read(texts, &node.metadata.labels),
            taints: node.spec.taints.iter().map(|t| taint(texts, t)).collect(),
            allocatable,
            allowed_pods,
            unschedulable: node.spec.unschedulable,
            features: DeclaredFeatures::declared(k8s, &node.status.declared_features),
            has_allocatable: !node.status.allocatable.is_empty(),
        }
    }
}

/// A node with the pods on it (upstream: `framework.NodeInfo`).
#[derive(Clone, Debug)]
pub struct NodeInfo {
    pub(crate) record: Arc<NodeRecord>,
    pub(crate) pods: Vec<Arc<PodInfo>>,
    pub(crate) requested: Amounts,
    /// CPU in thousandths of a core and memory in bytes, with the defaults of pods that request none.
    pub(crate) non_zero: (i64, i64),
    /// The host ports in use; as upstream keeps it, a set, so that one of two pods on the same port frees it when it goes.
    ports: Vec<HostPort>,
    /// How many pods say anything about other pods.
    pub(crate) with_affinity: u32,
    /// How many pods require distance from others.
    pub(crate) with_required_anti_affinity: u32,
}

impl NodeInfo {
    pub(crate) fn new(record: Arc<NodeRecord>) -> Self {
        NodeInfo {
            record,
            pods: Vec::new(),
            requested: Amounts::default(),
            non_zero: (0, 0),
            ports: Vec::new(),
            with_affinity: 0,
            with_required_anti_affinity: 0,
        }
    }

    /// The node's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.record.name
    }

    /// The value of a label.
    #[must_use]
    pub fn label(&self, key: &str) -> Option<&str> {
        self.record.labels.get(key).map(|value| &**value)
    }

    /// What pods may use.
    #[must_use]
    pub fn allocatable(&self) -> &Amounts {
        &self.record.allocatable
    }

    /// How many pods the node takes.
    #[must_use]
    pub fn allowed_pods(&self) -> i64 {
        self.record.allowed_pods
    }

    /// What the pods on the node take.
    #[must_use]
    pub const fn requested(&self) -> &Amounts {
        &self.requested
    }

    /// The pods on the node.
    #[must_use]
    pub fn pods(&self) -> &[Arc<PodInfo>] {
        &self.pods
    }

    pub(crate) fn add(&mut self, pod: Arc<PodInfo>) {
        self.requested.add(&pod.shape.usage);
        self.non_zero.0 = self.non_zero.0.wrapping_add(pod.shape.non_zero.0);
        self.non_zero.1 = self.non_zero.1.wrapping_add(pod.shape.non_zero.1);
        for port in pod.shape.ports() {
            if !self.ports.contains(port) {
                self.ports.push(port.clone());
            }
        }
        self.with_affinity = self.with_affinity.saturating_add(pod.shape.affinities().is_some().into());
        self.with_required_anti_affinity =
            self.with_required_anti_affinity.saturating_add(pod.shape.has_required_anti_affinity().into());
        self.pods.push(pod);
    }

    /// Takes a pod off the node, if it is there.
    pub(crate) fn remove(&mut self, key: &Text) -> Option<Arc<PodInfo>> {
        // The pod that came last is the one most often taken back.
        let at = self.pods.iter().rposition(|pod| same(pod.shared_key(), key))?;
        let pod = self.pods.swap_remove(at);
        self.requested.sub(&pod.shape.usage);
        self.non_zero.0 = self.non_zero.0.wrapping_sub(pod.shape.non_zero.0);
        self.non_zero.1 = self.non_zero.1.wrapping_sub(pod.shape.non_zero.1);
        if !pod.shape.ports().is_empty() {
            self.ports.retain(|port| !pod.shape.ports().contains(port));
        }
        self.with_affinity = self.with_affinity.saturating_sub(pod.shape.affinities().is_some().into());
        self.with_required_anti_affinity =
            self.with_required_anti_affinity.saturating_sub(pod.shape.has_required_anti_affinity().into());
        Some(pod)
    }

    /// Whether a host port is taken (upstream: `HostPortInfo.CheckConflict`).
    pub(crate) fn takes_port(&self, wanted: &HostPort) -> bool {
        self.ports.iter().any(|port| port.conflicts(wanted))
    }
}

impl HostPort {
    /// Whether both cannot be had on one node.
    pub(crate) fn conflicts(&self, other: &HostPort) -> bool {
        self.port == other.port
            && same(&self.protocol, &other.protocol)
            && (same(&self.ip, &other.ip)
                || &*self.ip == super::pod::ALL_ADDRESSES
                || &*other.ip == super::pod::ALL_ADDRESSES)
    }
}
