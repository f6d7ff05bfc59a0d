//! Ops of the resize family.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::validate::views;
use super::{Answer, Fields};
use crate::error::{ErrorCode, InputError};
use crate::model::{Map, Node, Pod, ResourceList, null_as_default};
use crate::reason::Reason;
use crate::release::Kubernetes;
use crate::resize::actions::Actuated;
use crate::resize::admit::{AdmitFailure, Shortfall, admit_pod};
use crate::resize::advice::resize_advice;
use crate::resize::allocation::Allocation;
use crate::resize::cgroup::{
    CgroupSettings, CurrentCgroup, InForce, MemoryUsage, as_read, pod_cgroup, resize_actions,
};
use crate::resize::feasible::{
    NodeConfig, ResizeCondition, ResizeOutcome, ResizeVerdict, SwapBehavior, resize_feasible,
};
use crate::resize::headroom::resize_headroom;
use crate::resize::node_admission::node_admission;
use crate::resize::node_use::NodeUse;
use crate::resize::qos::compute_pod_qos;
use crate::resize::queue::{PendingResize, QueueKey, resize_queue};
use crate::resize::requests::{
    DEFERRED, INFEASIBLE, PodResourcesOptions, Resources, pod_limits, pod_requests,
};
use crate::resize::status::resize_status;
use crate::validate::{set_defaults, set_node_defaults};

/// `pod`: `qosClass`, and the same as `qosClassV1` (upstream computes it twice).
pub(super) fn qos(k8s: &Kubernetes, fields: &mut Fields<'_>, answer: &mut Answer) -> Result<(), InputError> {
    let defaults = fields.flag("defaults")?;
    let pod = read_pod(k8s, fields, "pod", defaults)?;
    let class = compute_pod_qos(k8s, &pod);
    answer.put("qosClass", &class);
    answer.put("qosClassV1", &class);
    Ok(())
}

/// `pod`, `opts`: `resources`.
pub(super) fn requests(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    pod_resources(k8s, fields, answer, pod_requests)
}

/// `pod`, `opts`: `resources`.
pub(super) fn limits(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    pod_resources(k8s, fields, answer, pod_limits)
}

/// [`PodResourcesOptions`] with upstream's names.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", deny_unknown_fields)]
struct ResourcesOpts {
    #[serde(deserialize_with = "null_as_default")]
    use_status_resources: bool,
    #[serde(rename = "InPlacePodLevelResourcesVerticalScalingEnabled", deserialize_with = "null_as_default")]
    in_place_pod_level_resources: bool,
    #[serde(deserialize_with = "null_as_default")]
    exclude_overhead: bool,
    #[serde(deserialize_with = "null_as_default")]
    skip_pod_level_resources: bool,
    #[serde(deserialize_with = "null_as_default")]
    skip_container_level_resources: bool,
    non_missing_container_requests: Option<ResourceList>,
    #[serde(rename = "UseDRANodeAllocatableResourceClaimStatus", deserialize_with = "null_as_default")]
    use_dra_claim_status: bool,
}

fn pod_resources(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
    compute: fn(&Kubernetes, &Pod, &PodResourcesOptions<'_>) -> Resources,
) -> Result<(), InputError> {
    let defaults = fields.flag("defaults")?;
    let pod = read_pod(k8s, fields, "pod", defaults)?;
    let opts: ResourcesOpts = fields.or_default("opts")?;
    let options = PodResourcesOptions {
        use_status_resources: opts.use_status_resources,
        in_place_pod_level_resources: opts.in_place_pod_level_resources,
        exclude_overhead: opts.exclude_overhead,
        skip_pod_level_resources: opts.skip_pod_level_resources,
        skip_container_level_resources: opts.skip_container_level_resources,
        non_missing_container_requests: opts.non_missing_container_requests.as_ref(),
        use_dra_claim_status: opts.use_dra_claim_status,
    };
    answer.put("resources", &compute(k8s, &pod, &options));
    Ok(())
}

/// `node`, `pods` (the others on the node), `oldPod` (as allocated), `pod` (as desired), `nodeConfig`, `opts`: what the
/// kubelet makes of the resize.
pub(super) fn feasible(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    let input = NodeInput::read(k8s, fields)?;
    let desired = read_pod(k8s, fields, "pod", input.defaults)?;
    let allocated = read_pod(k8s, fields, "oldPod", input.defaults)?;
    if desired.metadata.uid != allocated.metadata.uid {
        return Err(InputError::new(
            ErrorCode::InvalidValue,
            "oldPod.metadata.uid",
            "pod and oldPod differ in uid",
        ));
    }
    let others = input.others(k8s, &desired);
    let verdict = resize_feasible(k8s, &others, &input.config, &desired, &allocated);
    answer.put_all(&VerdictView::of(&verdict));
    let now = match verdict.outcome {
        ResizeOutcome::Unchanged | ResizeOutcome::Allocated => Cow::Borrowed(&desired),
        ResizeOutcome::Deferred | ResizeOutcome::Infeasible => {
            Allocation::of(k8s, &allocated).apply(&desired)
        }
    };
    answer.put("allocated", &views(&now.spec.containers));
    if !now.spec.init_containers.is_empty() {
        answer.put("allocatedInit", &views(&now.spec.init_containers));
    }
    answer.put_some("allocatedPod", now.spec.resources.as_ref());
    Ok(())
}

/// A verdict with upstream's words (`result`, `message`, `conditions`) and ours.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VerdictView<'a> {
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Cow<'static, str>>,
    conditions: Vec<ResizeCondition>,
    outcome: ResizeOutcome,
    reasons: Vec<Reason>,
    shortfall: Vec<&'a Shortfall>,
    evicts_others: bool,
}

impl<'a> VerdictView<'a> {
    fn of(verdict: &'a ResizeVerdict) -> Self {
        VerdictView {
            result: match verdict.outcome {
                ResizeOutcome::Unchanged | ResizeOutcome::Allocated => "ok",
                ResizeOutcome::Deferred => DEFERRED,
                ResizeOutcome::Infeasible => INFEASIBLE,
            },
            message: verdict.message(),
            conditions: verdict.condition().into_iter().collect(),
            outcome: verdict.outcome,
            reasons: verdict.reasons().collect(),
            shortfall: verdict.shortfalls().collect(),
            evicts_others: verdict.evicts_others,
        }
    }
}

/// `node`, `pods` (those without a pending resize), `resizes` ({`pod`, `oldPod`}, in the order in which the kubelet learned of
/// them), `nodeConfig`, `opts`: `order`, the resizes as the kubelet tries them.
pub(super) fn queue(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    let input = NodeInput::read(k8s, fields)?;
    let mut resizes: Vec<ResizeInput> = fields.required("resizes")?;
    if input.defaults {
        for resize in &mut resizes {
            set_defaults(k8s, &mut resize.pod);
            set_defaults(k8s, &mut resize.old_pod);
        }
    }
    let mut others = NodeUse::new(k8s, &input.node);
    input.pods.iter().for_each(|pod| others.add_pod(pod));
    let pending: Vec<PendingResize<'_>> =
        resizes.iter().map(|r| PendingResize { desired: &r.pod, allocated: &r.old_pod }).collect();
    let queue = resize_queue(k8s, others, &input.config, &pending);
    let order = queue.iter().filter_map(|queued| {
        let ResizeInput { pod, old_pod } = resizes.get(queued.index)?;
        let refusal = node_admission(k8s, &input.node, old_pod, pod);
        Some(QueuedView {
            index: queued.index,
            namespace: &pod.metadata.namespace,
            name: &pod.metadata.name,
            uid: &pod.metadata.uid,
            key: queued.key,
            verdict: VerdictView::of(&queued.verdict),
            stays_queued: queued.stays_queued(),
            api_server: refusal.map(|refusal| refusal.to_reason()),
        })
    });
    answer.put("order", &order.collect::<Vec<_>>());
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ResizeInput {
    pod: Pod,
    old_pod: Pod,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct QueuedView<'a> {
    index: usize,
    namespace: &'a str,
    name: &'a str,
    uid: &'a str,
    key: QueueKey,
    #[serde(flatten)]
    verdict: VerdictView<'a>,
    stays_queued: bool,
    /// The API server would have refused the resize before the kubelet saw it.
    #[serde(skip_serializing_if = "Option::is_none")]
    api_server: Option<Reason>,
}

/// `node`, `pods` (the others on the node), `pod`: whether the kubelet admits a new pod. If the pod is among `pods`, that
/// is what is allocated to it, as after a restart of the kubelet.
pub(super) fn admit(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    let input = NodeInput::read(k8s, fields)?;
    let pod = read_pod(k8s, fields, "pod", input.defaults)?;
    let own = input.pods.iter().rev().find(|other| other.metadata.uid == pod.metadata.uid);
    let pod = match own {
        Some(own) => Allocation::of(k8s, own).apply(&pod),
        None => Cow::Borrowed(&pod),
    };
    let verdict = admit_pod(k8s, &input.others(k8s, &pod), &pod);
    let first = verdict.failures.first();
    answer.put("ok", &verdict.is_admitted());
    answer.put("reason", &first.map(AdmitFailure::reason).unwrap_or_default());
    answer.put("message", &first.map(AdmitFailure::message).unwrap_or_default());
    answer.put("reasons", &verdict.failures.iter().map(AdmitFailure::to_reason).collect::<Vec<_>>());
    let shortfall = verdict.failures.iter().filter_map(|failure| match failure {
        AdmitFailure::Insufficient(shortfall) => Some(shortfall),
        _ => None,
    });
    answer.put("shortfall", &shortfall.collect::<Vec<_>>());
    answer.put("evictsOthers", &verdict.evicts_others);
    Ok(())
}

/// A node with its pods and the kubelet's settings.
struct NodeInput {
    node: Node,
    pods: Vec<Pod>,
    config: NodeConfig,
    /// Whether the objects get API defaulting.
    defaults: bool,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct NodeOpts {
    allocatable_absolute: Option<ResourceList>,
    #[serde(deserialize_with = "null_as_default")]
    swap: Map<SwapBehavior>,
}

impl NodeInput {
    fn read(k8s: &Kubernetes, fields: &mut Fields<'_>) -> Result<Self, InputError> {
        let mut node: Node = fields.required("node")?;
        let mut pods: Vec<Pod> = fields.or_default("pods")?;
        let opts: NodeOpts = fields.or_default("opts")?;
        let mut config: NodeConfig = fields.or_default("nodeConfig")?;
        config.allocatable_absolute = opts.allocatable_absolute.filter(Map::is_present);
        config.swap = opts.swap;
        let defaults = fields.flag("defaults")?;
        if defaults {
            set_node_defaults(&mut node);
            pods.iter_mut().for_each(|pod| set_defaults(k8s, pod));
        }
        Ok(NodeInput { node, pods, config, defaults })
    }

    /// The node with the pods that are not this one.
    fn others(&self, k8s: &Kubernetes, pod: &Pod) -> NodeUse<'_> {
        let mut others = NodeUse::new(k8s, &self.node);
        for other in self.pods.iter().filter(|other| other.metadata.uid != pod.metadata.uid) {
            others.add_pod(other);
        }
        others
    }
}

/// `node`, `pods` (the others on the node), `pod` (as stored and allocated), `nodeConfig`, `opts`: `headroom`, how far each
/// request can grow.
pub(super) fn headroom(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    let input = NodeInput::read(k8s, fields)?;
    let pod = read_pod(k8s, fields, "pod", input.defaults)?;
    answer.put("headroom", &resize_headroom(k8s, &input.others(k8s, &pod), &input.config, &pod));
    Ok(())
}

/// As `resize_feasible`: what to ask for instead.
pub(super) fn advice(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    let input = NodeInput::read(k8s, fields)?;
    let desired = read_pod(k8s, fields, "pod", input.defaults)?;
    let allocated = read_pod(k8s, fields, "oldPod", input.defaults)?;
    let others = input.others(k8s, &desired);
    answer.put_all(&resize_advice(k8s, &others, &input.config, &desired, &allocated));
    Ok(())
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct ActionsOpts {
    settings: CgroupSettings,
    cgroup: Option<CurrentCgroup>,
    usage: Option<MemoryUsage>,
}

/// `pod` (with what is allocated), and what is in force as `oldPod` or as `actuated`; `opts` {`settings`, `cgroup` (the pod's own cgroup
/// now, where it is not what was in force), `usage`}: how the kubelet puts the resize in force.
pub(super) fn actions(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    let defaults = fields.flag("defaults")?;
    let pod = read_pod(k8s, fields, "pod", defaults)?;
    let mut old = fields.optional_pod("oldPod")?;
    if let Some(old) = old.as_mut().filter(|_| defaults) {
        set_defaults(k8s, old);
    }
    let opts: ActionsOpts = fields.or_default("opts")?;
    let actuated = match (fields.optional("actuated")?, &old) {
        (Some(actuated), _) => actuated,
        (None, Some(old)) => Actuated::steady(&old.spec),
        (None, None) => {
            let text = "say what is in force, as oldPod or as actuated";
            return Err(InputError::new(ErrorCode::MissingField, "actuated", text));
        }
    };
    let before = old.unwrap_or_else(|| in_force(&pod, &actuated));
    let cgroup =
        opts.cgroup.unwrap_or_else(|| as_read(&pod_cgroup(k8s, &before, &opts.settings), &opts.settings));
    let state = InForce {
        pod: &pod,
        actuated: &actuated,
        cgroup,
        volumes: &before.spec.volumes,
        usage: opts.usage.as_ref(),
    };
    answer.put_all(&resize_actions(k8s, &state, &opts.settings));
    Ok(())
}

/// The pod with what it was given last.
fn in_force(pod: &Pod, actuated: &Actuated) -> Pod {
    let mut pod = pod.clone();
    for container in pod.spec.containers.iter_mut().chain(&mut pod.spec.init_containers) {
        container.resources = actuated.containers.get(&container.name).cloned().unwrap_or_default();
    }
    pod.spec.resources.clone_from(&actuated.pod);
    pod
}

/// `pod` with its status: what became of its resize, in one word, and what can be done.
pub(super) fn status(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    let defaults = fields.flag("defaults")?;
    let pod = read_pod(k8s, fields, "pod", defaults)?;
    answer.put_all(&resize_status(k8s, &pod));
    Ok(())
}

fn read_pod(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    name: &str,
    defaults: bool,
) -> Result<Pod, InputError> {
    let mut pod = fields.pod(name)?;
    if defaults {
        set_defaults(k8s, &mut pod);
    }
    Ok(pod)
}
