//! A pod in the form that scheduling reads.

use alloc::boxed::Box;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::affinity::PodAffinities;
use super::amounts::Amounts;
use super::devices::PodClaims;
use super::labels::Labels;
use super::placement::Placement;
use super::text::{Text, Texts};
use crate::model::{Map, Pod, Time, Volume, resource};
use crate::quantity::{Format, Quantity};
use crate::release::{Gate, Kubernetes};
use crate::resize::requests::{PodResourcesOptions, pod_requests};

/// What a pod without CPU request is taken to use, in thousandths of a core, where nodes are compared (upstream:
/// `util.DefaultMilliCPURequest`).
pub(crate) const DEFAULT_MILLI_CPU: i64 = 100;
/// What a pod without memory request is taken to use, in bytes, where nodes are compared (upstream:
/// `util.DefaultMemoryRequest`).
pub(crate) const DEFAULT_MEMORY: i64 = 200 * 1024 * 1024;

/// One pod: who it is, and its [shape](PodShape), which pods made from one template share.
#[derive(Clone, Debug, PartialEq)]
pub struct PodInfo {
    /// `namespace/name`.
    key: Text,
    /// The pod's identity over time; may be empty.
    pub(crate) uid: Text,
    pub(crate) shape: Arc<PodShape>,
    /// The node it is bound to.
    pub(crate) node_name: Option<Text>,
    /// The node that a preemption made room on.
    pub(crate) nominated_node: Option<Text>,
    pub(crate) priority: i32,
    pub(crate) start_time: Option<Time>,
    pub(crate) group: Option<GroupRef>,
    pub(crate) scheduler_name: Text,
    pub(crate) flags: Flags,
}

/// What is true of a pod.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flags {
    /// It is being deleted.
    pub(crate) terminating: bool,
    /// It is being deleted because another pod preempted it.
    pub(crate) preempted: bool,
    /// Scheduling gates hold it back.
    pub(crate) gated: bool,
    /// It does not preempt others.
    pub(crate) never_preempts: bool,
}

/// The group that a pod belongs to: the PodGroup's name, or (1.35) the Workload's, the pod group's and the replica's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct GroupRef {
    /// 1.35: the Workload.
    pub(crate) workload: Option<Text>,
    /// The PodGroup; 1.35: the pod group within the Workload.
    pub(crate) name: Text,
    /// 1.35: the replica of the pod group.
    pub(crate) replica: Option<Text>,
}

/// All that scheduling reads of a pod and that pods made from one template share. Pods of one shape, and of one
/// priority, fare alike: they make a class.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PodShape {
    pub(crate) namespace: Text,
    /// What the pod takes from its node, with what its status says of a resize.
    pub(crate) usage: Amounts,
    /// CPU in thousandths of a core and memory in bytes, with the defaults of pods that request none.
    pub(crate) non_zero: (i64, i64),
    pub(crate) labels: Labels,
    /// What few pods have.
    rare: Option<Box<Rare>>,
    /// What the pod asks of its node; `None` for a pod that has one.
    placement: Option<Box<Placement>>,
}

/// What few pods have.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Rare {
    /// What the pod asks for when it is scheduled, where that differs from its usage.
    incoming: Option<Amounts>,
    /// CPU and memory as scoring takes the incoming pod's, where they differ from the node's accounting.
    scored: Option<(i64, i64)>,
    ports: Box<[HostPort]>,
    affinities: Option<PodAffinities>,
    volumes: PodVolumes,
    claims: PodClaims,
}

/// A port of the host that a pod takes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HostPort {
    /// The address; `0.0.0.0` for all.
    pub(crate) ip: Text,
    pub(crate) protocol: Text,
    pub(crate) port: i32,
}

/// The volumes of a pod that decide where it can run.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PodVolumes {
    /// In the order of the pod's volumes.
    pub(crate) claims: Vec<VolumeClaim>,
    pub(crate) disks: Vec<Disk>,
    /// Whether a volume is of an in-tree kind that a CSI driver may have taken over.
    pub(crate) migratable: bool,
}

/// A use of a persistent volume claim.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct VolumeClaim {
    pub(crate) name: Text,
    /// Whether the claim is made for this very pod; then the identity of the pod that must control it.
    pub(crate) made_for: Option<Text>,
}

/// An inline disk that pods on one node may not share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Disk {
    Gce { name: Text, read_only: bool },
    Aws { id: Text },
    Iscsi { iqn: Text, read_only: bool },
    Rbd { monitors: Box<[Text]>, pool: Text, image: Text, read_only: bool },
}

static NO_VOLUMES: PodVolumes = PodVolumes { claims: Vec::new(), disks: Vec::new(), migratable: false };
static NO_PLACEMENT: Placement = Placement::NONE;
static NO_CLAIMS: PodClaims = PodClaims::NONE;

impl PodShape {
    /// What the pod asks for when it is scheduled.
    pub(crate) fn incoming(&self) -> &Amounts {
        self.rare.as_ref().and_then(|r| r.incoming.as_ref()).unwrap_or(&self.usage)
    }

    /// CPU (thousandths of a core) and memory (bytes) as scoring takes the incoming pod's.
    pub(crate) fn scored(&self) -> (i64, i64) {
        self.rare.as_ref().and_then(|r| r.scored).unwrap_or(self.non_zero)
    }

    /// The ports of the host that the pod takes.
    pub(crate) fn ports(&self) -> &[HostPort] {
        self.rare.as_ref().map_or(&[], |r| &r.ports)
    }

    /// What the pod says about other pods.
    pub(crate) fn affinities(&self) -> Option<&PodAffinities> {
        self.rare.as_ref().and_then(|r| r.affinities.as_ref())
    }

    /// What the pod asks of its node; nothing if it has one.
    pub(crate) fn placement(&self) -> &Placement {
        self.placement.as_deref().unwrap_or(&NO_PLACEMENT)
    }

    pub(crate) fn volumes(&self) -> &PodVolumes {
        self.rare.as_ref().map_or(&NO_VOLUMES, |r| &r.volumes)
    }

    pub(crate) fn claims(&self) -> &PodClaims {
        self.rare.as_ref().map_or(&NO_CLAIMS, |r| &r.claims)
    }

    /// Whether the pod requires distance from others.
    pub(crate) fn has_required_anti_affinity(&self) -> bool {
        self.affinities().is_some_and(|a| !a.required_anti.is_empty())
    }

    fn read(k8s: &Kubernetes, texts: &mut Texts, pod: &Pod, bound: bool) -> Self {
        let labels = Labels::read(texts, &pod.metadata.labels);
        let options = PodResourcesOptions {
            use_status_resources: k8s.enabled(Gate::InPlacePodVerticalScaling),
            in_place_pod_level_resources: k8s.enabled(Gate::InPlacePodLevelResourcesVerticalScaling),
            skip_pod_level_resources: !k8s.enabled(Gate::PodLevelResources),
            use_dra_claim_status: k8s.enabled(Gate::DRANodeAllocatableResources),
            ..PodResourcesOptions::default()
        };
        let requests = pod_requests(k8s, pod, &options);
        let usage = Amounts::read(texts, &requests);
        let mut rare = Rare::default();

        // Upstream: framework.getNonMissingContainerRequests.
        let pod_level = !options.skip_pod_level_resources && has_pod_level_requests(pod);
        let all_defaults = defaults(true, true);
        let missing = if pod_level {
            defaults(requests.cpu().is_none(), requests.memory().is_none())
        } else {
            all_defaults.clone()
        };
        let with = |missing: &Map<Quantity>| {
            let options = PodResourcesOptions { non_missing_container_requests: Some(missing), ..options };
            let requests = pod_requests(k8s, pod, &options);
            (requests.cpu().map_or(0, Quantity::milli_value), requests.memory().map_or(0, Quantity::value))
        };
        let non_zero = if missing.is_empty() { (usage.milli_cpu, usage.memory) } else { with(&missing) };

        if !bound {
            // Upstream: noderesources.computePodResourceRequest; the pod has no status yet.
            let options = PodResourcesOptions {
                use_status_resources: false,
                in_place_pod_level_resources: false,
                use_dra_claim_status: false,
                ..options
            };
            let incoming = Amounts::read_incoming(texts, &pod_requests(k8s, pod, &options));
            rare.incoming = (incoming != usage).then_some(incoming);
            // Upstream: resourceAllocationScorer.calculatePodResourceRequest, where NodeResourcesFit leaves out pod-level
            // resources.
            let scored = pod_requests(
                k8s,
                pod,
                &PodResourcesOptions {
                    skip_pod_level_resources: true,
                    non_missing_container_requests: Some(&all_defaults),
                    ..options
                },
            );
            let scored =
                (scored.cpu().map_or(0, Quantity::milli_value), scored.memory().map_or(0, Quantity::value));
            rare.scored = (scored != non_zero).then_some(scored);
        }
        rare.ports = host_ports(texts, pod);
        rare.affinities = PodAffinities::read(texts, pod);
        rare.volumes = PodVolumes::read(texts, pod);
        rare.claims = PodClaims::read(texts, pod);
        let placement = (!bound).then(|| Box::new(Placement::read(k8s, texts, pod, &labels)));
        PodShape {
            namespace: texts.share(&pod.metadata.namespace),
            usage,
            non_zero,
            labels,
            rare: (rare != Rare::default()).then(|| Box::new(rare)),
            placement,
        }
    }
}

/// The default requests, for the resources that a pod lacks.
fn defaults(cpu: bool, memory: bool) -> Map<Quantity> {
    let cpu = cpu.then(|| (resource::CPU, Quantity::from_milli_value(DEFAULT_MILLI_CPU, Format::DecimalSI)));
    let memory = memory.then(|| (resource::MEMORY, Quantity::from_value(DEFAULT_MEMORY, Format::DecimalSI)));
    cpu.into_iter().chain(memory).collect()
}

/// Upstream: `resource.IsPodLevelRequestsSet`.
fn has_pod_level_requests(pod: &Pod) -> bool {
    pod.spec.resources.as_ref().is_some_and(|resources| {
        resources.requests.keys().any(crate::resize::requests::is_supported_pod_level_resource)
    })
}

/// Upstream: `util.GetHostPorts`: of sidecars and regular containers.
fn host_ports(texts: &mut Texts, pod: &Pod) -> Box<[HostPort]> {
    let sidecars = pod.spec.init_containers.iter().filter(|c| c.is_sidecar());
    let ports = sidecars.chain(&pod.spec.containers).flat_map(|c| c.ports.iter().flatten());
    let ports = ports.filter(|p| p.host_port > 0).map(|p| HostPort {
        ip: texts.share(if p.host_ip.is_empty() { ALL_ADDRESSES } else { &p.host_ip }),
        protocol: texts.share(if p.protocol.is_empty() { "TCP" } else { &p.protocol }),
        port: p.host_port,
    });
    ports.collect()
}

/// The address that stands for all (upstream: `DefaultBindAllHostIP`).
pub(crate) const ALL_ADDRESSES: &str = "0.0.0.0";

impl PodVolumes {
    fn read(texts: &mut Texts, pod: &Pod) -> Self {
        let mut claims = Vec::new();
        let mut disks = Vec::new();
        let mut migratable = false;
        for volume in &pod.spec.volumes {
            if let Some(claim) = &volume.persistent_volume_claim {
                claims.push(VolumeClaim { name: texts.share(&claim.claim_name), made_for: None });
            } else if volume.ephemeral.is_some() {
                let name = format!("{}-{}", pod.metadata.name, volume.name);
                let made_for = Some(texts.share(&pod.metadata.uid));
                claims.push(VolumeClaim { name: texts.share(&name), made_for });
            }
            disks.extend(disk(texts, volume));
            migratable |= volume.gce_persistent_disk.is_some()
                || volume.aws_elastic_block_store.is_some()
                || volume.azure_disk.is_some()
                || volume.azure_file.is_some()
                || volume.cinder.is_some()
                || volume.vsphere_volume.is_some()
                || volume.portworx_volume.is_some();
        }
        PodVolumes { claims, disks, migratable }
    }
}

fn disk(texts: &mut Texts, volume: &Volume) -> Option<Disk> {
    if let Some(disk) = &volume.gce_persistent_disk {
        return Some(Disk::Gce { name: texts.share(&disk.pd_name), read_only: disk.read_only });
    }
    if let Some(disk) = &volume.aws_elastic_block_store {
        return Some(Disk::Aws { id: texts.share(&disk.volume_id) });
    }
    if let Some(disk) = &volume.iscsi {
        return Some(Disk::Iscsi { iqn: texts.share(&disk.iqn), read_only: disk.read_only });
    }
    volume.rbd.as_ref().map(|disk| Disk::Rbd {
        monitors: disk.monitors.iter().map(|m| texts.share(m)).collect(),
        pool: texts.share(&disk.pool),
        image: texts.share(&disk.image),
        read_only: disk.read_only,
    })
}

impl PodInfo {
    /// Reads a pod; `bound` leaves out what only matters for a pod that is to be scheduled.
    pub(crate) fn read(
        k8s: &Kubernetes,
        texts: &mut Texts,
        share: impl FnOnce(PodShape) -> Arc<PodShape>,
        pod: &Pod,
        bound: bool,
    ) -> Self {
        let shape = share(PodShape::read(k8s, texts, pod, bound));
        let some = |texts: &mut Texts, text: &str| (!text.is_empty()).then(|| texts.share(text));
        let meta = &pod.metadata;
        PodInfo {
            key: Arc::from(format!("{}/{}", meta.namespace, meta.name)),
            uid: Arc::from(meta.uid.as_str()),
            shape,
            node_name: some(texts, &pod.spec.node_name),
            nominated_node: some(texts, &pod.status.nominated_node_name),
            priority: pod.spec.priority.unwrap_or(0),
            start_time: pod.status.start_time,
            group: GroupRef::read(k8s, texts, pod),
            scheduler_name: texts.share(&pod.spec.scheduler_name),
            flags: Flags {
                terminating: meta.deletion_timestamp.is_some(),
                preempted: meta.deletion_timestamp.is_some()
                    && pod
                        .status
                        .condition("DisruptionTarget")
                        .is_some_and(|c| c.status == "True" && c.reason == "PreemptionByScheduler"),
                gated: !pod.spec.scheduling_gates.is_empty(),
                never_preempts: pod.spec.preemption_policy.as_deref() == Some("Never"),
            },
        }
    }

    /// `namespace/name`.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The key, shared.
    pub(crate) fn shared_key(&self) -> &Text {
        &self.key
    }

    /// The pod's namespace.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.shape.namespace
    }

    /// The pod's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.key.split_once('/').map_or("", |(_, name)| name)
    }

    /// The node that the pod is bound to.
    #[must_use]
    pub fn node_name(&self) -> Option<&str> {
        self.node_name.as_deref()
    }

    /// The pod's priority.
    #[must_use]
    pub const fn priority(&self) -> i32 {
        self.priority
    }

    /// What pods of one template share.
    #[must_use]
    pub const fn shape(&self) -> &Arc<PodShape> {
        &self.shape
    }

    /// The same pod on a node.
    pub(crate) fn on(&self, node: &Text) -> Self {
        PodInfo { node_name: Some(Text::clone(node)), nominated_node: None, ..self.clone() }
    }
}

impl GroupRef {
    fn read(k8s: &Kubernetes, texts: &mut Texts, pod: &Pod) -> Option<Self> {
        use crate::release::Release;
        if k8s.at_least(Release::V1_36) {
            let name = pod.spec.scheduling_group.as_ref()?.pod_group_name.as_ref()?;
            return Some(GroupRef { workload: None, name: texts.share(name), replica: None });
        }
        let reference = pod.spec.workload_ref.as_ref()?;
        Some(GroupRef {
            workload: Some(texts.share(&reference.name)),
            name: texts.share(&reference.pod_group),
            replica: Some(texts.share(&reference.pod_group_replica_key)),
        })
    }
}
