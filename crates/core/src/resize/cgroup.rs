//! How the kubelet puts an allocated resize in force: which containers restart, which change in place, and in which order
//! cgroups are written.
//!
//! Memory comes before CPU. Within each, what the pod's own cgroup gains is written before its containers change, and what it loses
//! after, so that the containers always fit into it (upstream: `pkg/kubelet/kuberuntime.doPodResizeAction`). The first step
//! that fails ends it; the kubelet goes on with what is left at its next sync.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::actions::{
    Actuated, ContainerResize, ContainerUpdate, ContainerUpdates, RunningResources, UpdateOrder,
    container_resize, in_place_resize_allowed, pod_level_resize,
};
use super::allocation::{is_resizable, memory_backed_limit};
use super::qos::pod_qos;
use super::requests::{PodResourcesOptions, is_pod_level_resources_set, pod_limits, pod_requests};
use crate::by_name::{OneByName, Wins};
use crate::model::{Container, ContainerStatus, Map, Pod, QosClass, Volume, null_as_default, resource};
use crate::quantity::Quantity;
use crate::quote::Quoted;
use crate::reason::{Reason, Rule};
use crate::release::{Gate, Kubernetes, Release};

/// The fewest CPU shares a cgroup can have.
pub const MIN_SHARES: i64 = 2;
/// The most CPU shares a cgroup can have.
pub const MAX_SHARES: i64 = 262_144;
/// The shortest CPU quota a period can have, in microseconds.
pub const MIN_QUOTA: i64 = 1000;
/// The default length of a CPU period, in microseconds.
pub const PERIOD: i64 = 100_000;
/// What stands for a limit that is not set, as the kubelet reads it from cgroups v2.
pub const UNLIMITED: i64 = -1;
/// How the kubelet reads a memory limit that is not set from cgroups v1, with pages of 4 KiB: there a first limit is a
/// decrease.
pub const UNLIMITED_MEMORY_V1: i64 = 0x7FFF_FFFF_FFFF_F000;

/// CPU shares for a request in milli-CPU (upstream: `pkg/kubelet/cm.MilliCPUToShares`): 1024 for a CPU, at least
/// [`MIN_SHARES`] and at most [`MAX_SHARES`].
///
/// ```
/// use podverdict::resize::cgroup::cpu_shares;
/// assert_eq!([0, 1, 500, 1_000_000].map(cpu_shares), [2, 2, 512, 262_144]);
/// ```
#[must_use]
pub const fn cpu_shares(milli_cpu: i64) -> i64 {
    let shares = milli_cpu.saturating_mul(1024) / 1000;
    if milli_cpu == 0 || shares < MIN_SHARES {
        MIN_SHARES
    } else if shares > MAX_SHARES {
        MAX_SHARES
    } else {
        shares
    }
}

/// CPU time in microseconds that a limit in milli-CPU allows in each period (upstream: `pkg/kubelet/cm.MilliCPUToQuota`):
/// 0 for no limit, otherwise at least [`MIN_QUOTA`].
///
/// ```
/// use podverdict::resize::cgroup::{PERIOD, cpu_quota};
/// assert_eq!([0, 1, 250, 2000].map(|limit| cpu_quota(limit, PERIOD)), [0, 1000, 25_000, 200_000]);
/// ```
#[must_use]
pub const fn cpu_quota(milli_cpu: i64, period: i64) -> i64 {
    if milli_cpu == 0 {
        return 0;
    }
    let quota = milli_cpu.saturating_mul(period) / 1000;
    if quota < MIN_QUOTA { MIN_QUOTA } else { quota }
}

/// How the kubelet writes cgroups.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct CgroupSettings {
    /// Whether CPU limits are enforced (`cpuCFSQuota`).
    pub cpu_cfs_quota: bool,
    /// Length of a CPU period in microseconds (`cpuCFSQuotaPeriod`, with gate `CustomCPUCFSQuotaPeriod`).
    pub cpu_period: i64,
    /// Whether the pod has exclusive CPUs, which with gate `DisableCPUQuotaWithExclusiveCPUs` have no quota.
    pub exclusive_cpus: bool,
    /// 1 or 2. With 2 shares are kept as weights, which have fewer steps.
    pub cgroup_version: i64,
}

impl Default for CgroupSettings {
    fn default() -> Self {
        CgroupSettings { cpu_cfs_quota: true, cpu_period: PERIOD, exclusive_cpus: false, cgroup_version: 2 }
    }
}

/// The pod's own cgroup as the kubelet wants it; what is absent is left as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PodCgroup {
    /// CPU shares.
    pub cpu_shares: i64,
    /// CPU time in microseconds for each period; -1 for no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_quota: Option<i64>,
    /// Memory limit in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<i64>,
}

/// The pod's own cgroup as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CurrentCgroup {
    /// CPU shares.
    pub cpu_shares: i64,
    /// CPU time in microseconds for each period; -1 for no limit.
    pub cpu_quota: i64,
    /// Memory limit in bytes; -1 for no limit (cgroups v1: [`UNLIMITED_MEMORY_V1`]).
    pub memory: i64,
}

/// Memory in use, in bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct MemoryUsage {
    /// Of the pod as a whole.
    pub pod: Option<i64>,
    /// Of containers by name.
    #[serde(deserialize_with = "null_as_default")]
    pub containers: Map<i64>,
}

/// What the pod's own cgroup should be (upstream: `pkg/kubelet/cm.ResourceConfigForPod`).
///
/// A Burstable pod has a limit of its own only if each of its containers has one, or the pod-level resources have; a BestEffort
/// pod has none, and the fewest shares. Overhead counts. (Up to 1.36 an init container counts with the sidecars before it, so
/// that their limits stand in for its own.)
///
/// ```
/// use podverdict::model::Pod;
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::resize::cgroup::{CgroupSettings, pod_cgroup};
///
/// let pod: Pod = serde_json::from_str(
///     r#"{"spec": {"containers": [{"name": "app", "resources": {
///         "requests": {"cpu": "500m"}, "limits": {"cpu": "1"}}}]}}"#,
/// )?;
/// let cgroup = pod_cgroup(&Kubernetes::new(Release::V1_36), &pod, &CgroupSettings::default());
/// assert_eq!((cgroup.cpu_shares, cgroup.cpu_quota, cgroup.memory), (512, Some(100_000), None));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn pod_cgroup(k8s: &Kubernetes, pod: &Pod, settings: &CgroupSettings) -> PodCgroup {
    let options = PodResourcesOptions {
        skip_pod_level_resources: !k8s.enabled(Gate::PodLevelResources),
        use_dra_claim_status: k8s.at_least(Release::V1_37) && k8s.enabled(Gate::DRANodeAllocatableResources),
        ..PodResourcesOptions::default()
    };
    let requests = pod_requests(k8s, pod, &options);
    let limits = pod_limits(k8s, pod, &options);
    let unlimited = !settings.cpu_cfs_quota
        || (settings.exclusive_cpus && k8s.enabled(Gate::DisableCPUQuotaWithExclusiveCPUs));
    let quota = match unlimited {
        true => UNLIMITED,
        false => cpu_quota(limits.cpu().map_or(0, Quantity::milli_value), settings.cpu_period),
    };
    let memory = limits.memory().map_or(0, Quantity::value);
    let shares = cpu_shares(requests.cpu().map_or(0, Quantity::milli_value));
    match pod_qos(k8s, pod) {
        QosClass::Guaranteed => {
            PodCgroup { cpu_shares: shares, cpu_quota: Some(quota), memory: Some(memory) }
        }
        QosClass::Burstable => PodCgroup {
            cpu_shares: shares,
            cpu_quota: all_limited(k8s, pod, resource::CPU).then_some(quota),
            memory: all_limited(k8s, pod, resource::MEMORY).then_some(memory),
        },
        _ => PodCgroup { cpu_shares: MIN_SHARES, cpu_quota: None, memory: None },
    }
}

fn all_limited(k8s: &Kubernetes, pod: &Pod, name: &str) -> bool {
    let limits = |limit: Option<&Quantity>| limit.is_some_and(|limit| !limit.is_zero());
    if let Some(pod_level) = &pod.spec.resources
        && k8s.enabled(Gate::PodLevelResources)
        && is_pod_level_resources_set(pod)
        && limits(pod_level.limits.get(name))
    {
        return true;
    }
    let own = |container: &Container| limits(container.resources.limits.get(name));
    if k8s.at_least(Release::V1_37) {
        return pod.spec.init_and_regular().all(|(container, _)| own(container));
    }
    let mut sidecars_limited = false;
    let init = pod.spec.init_containers.iter().all(|container| {
        let limited = sidecars_limited || own(container);
        sidecars_limited |= container.is_sidecar() && own(container);
        limited
    });
    init && pod.spec.containers.iter().all(own)
}

/// The pod's own cgroup as the kubelet reads it after writing `written`: on cgroups v2 shares become weights and back
/// (upstream: `cpuSharesToCPUWeight`, `cpuWeightToCPUShares`).
///
/// ```
/// use podverdict::model::Pod;
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::resize::cgroup::{CgroupSettings, PodCgroup, as_read};
/// let written = PodCgroup { cpu_shares: 1024, cpu_quota: None, memory: Some(1) };
/// let read = as_read(&written, &CgroupSettings::default());
/// assert_eq!((read.cpu_shares, read.cpu_quota, read.memory), (998, -1, 1));
/// ```
#[must_use]
pub fn as_read(written: &PodCgroup, settings: &CgroupSettings) -> CurrentCgroup {
    let shares = written.cpu_shares;
    let (cpu_shares, no_memory_limit) = if settings.cgroup_version == 1 {
        (shares, UNLIMITED_MEMORY_V1)
    } else {
        let steps = shares.saturating_sub(MIN_SHARES).saturating_mul(9999).checked_div(262_142).unwrap_or(0);
        let back = steps.saturating_mul(262_142).checked_div(9999).unwrap_or(0);
        (back.saturating_add(MIN_SHARES), UNLIMITED)
    };
    CurrentCgroup {
        cpu_shares,
        cpu_quota: written.cpu_quota.unwrap_or(UNLIMITED),
        memory: written.memory.unwrap_or(no_memory_limit),
    }
}

/// What the kubelet knows when it puts a resize in force.
#[derive(Clone, Copy, Debug)]
pub struct InForce<'a> {
    /// The pod with what is allocated to it.
    pub pod: &'a Pod,
    /// What its containers and the pod as a whole were given last.
    pub actuated: &'a Actuated,
    /// The pod's own cgroup now.
    pub cgroup: CurrentCgroup,
    /// The volumes as they are; none where no sizes change.
    pub volumes: &'a [Volume],
    /// Memory in use, if it is known.
    pub usage: Option<&'a MemoryUsage>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ResizeStep {
    /// A container is killed, because a resource changed whose policy is `RestartContainer`.
    KillContainer {
        /// The container.
        name: SmolStr,
        /// The resource.
        resource: &'static str,
    },
    /// 1.37: a memory-backed volume gets another size.
    ResizeVolume {
        /// The volume.
        name: SmolStr,
        /// Its size before, in bytes.
        from: Quantity,
        /// Its size after, in bytes.
        to: Quantity,
    },
    /// The memory limit of the pod's own cgroup, in bytes; -1 for none.
    PodMemoryLimit {
        /// Before.
        from: i64,
        /// After.
        to: i64,
    },
    /// The CPU quota of the pod's own cgroup, in microseconds for each period; -1 for none.
    PodCpuLimit {
        /// Before.
        from: i64,
        /// After.
        to: i64,
    },
    /// The CPU shares of the pod's own cgroup.
    PodCpuRequest {
        /// Before.
        from: i64,
        /// After.
        to: i64,
    },
    /// One resource of a running container is updated through the runtime; the other keeps what it has by then.
    UpdateContainer {
        /// The container.
        name: SmolStr,
        /// `memory` or `cpu`.
        resource: &'static str,
        /// What the runtime is told.
        resources: RunningResources,
        /// The CPU shares that follow.
        cpu_shares: i64,
        /// The CPU quota that follows, in microseconds for each period; 0 for none.
        cpu_quota: i64,
    },
    /// The container starts again, with its new resources.
    StartContainer {
        /// The container.
        name: SmolStr,
    },
}

/// Whether memory limits may go down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MemoryGuard {
    /// No memory limit goes down, or only pod-level ones, for which the kubelet does not look.
    NotNeeded,
    /// A memory limit goes down, and memory in use was not given.
    Unknown,
    /// Every limit stays above what is in use.
    Passed,
    /// A limit would be at or below what is in use, or that is not known: nothing at all is changed in place.
    Failed,
}

/// How a resize is put in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResizeActions {
    /// Containers that restart.
    pub restarts: Vec<Restart>,
    /// Containers that change in place, in the order of the updates.
    pub updates: ContainerUpdates,
    /// Whether the pod's own cgroup is written although no container changes in place: some restart.
    pub update_pod_resources: bool,
    /// Whether pod-level resources change.
    pub update_pod_level_resources: bool,
    /// The pod's own cgroup as it should be.
    pub cgroup: PodCgroup,
    /// Whether memory limits may go down.
    pub memory_guard: MemoryGuard,
    /// The message that condition `PodResizeInProgress` shows with reason `Error`, if the guard fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition_message: Option<String>,
    /// Why the guard fails.
    pub reasons: Vec<Reason>,
    /// Whether the runtime is told of a change of the pod's own cgroup before it is written (1.36 and later) and can refuse
    /// it.
    pub runtime_first: bool,
    /// The steps in order. Where the guard fails they are the kills and starts alone.
    pub steps: Vec<ResizeStep>,
}

/// A container that restarts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Restart {
    /// The container.
    pub name: SmolStr,
    /// Whether it is a sidecar or another init container.
    pub init: bool,
    /// The resource that changed and has the policy `RestartContainer`, memory before CPU.
    pub resource: &'static str,
    /// The kubelet's message.
    pub message: String,
}

/// How the kubelet puts an allocated resize in force, taking the pod's containers to run as its status says (or all but plain init
/// containers if it has none), with passing probes and unchanged definitions.
///
/// ```
/// use podverdict::model::Pod;
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::resize::actions::Actuated;
/// use podverdict::resize::cgroup::{CgroupSettings, InForce, ResizeStep, as_read, pod_cgroup, resize_actions};
///
/// let k8s = Kubernetes::new(Release::V1_36);
/// let pod = |memory: &str| -> Result<Pod, serde_json::Error> {
///     let list = format!(r#"{{"cpu": "1", "memory": "{memory}"}}"#);
///     serde_json::from_str(&format!(
///         r#"{{"spec": {{"containers": [{{"name": "app", "resources": {{"requests": {list}, "limits": {list}}}}}]}}}}"#
///     ))
/// };
/// let (before, after) = (pod("1Gi")?, pod("2Gi")?);
/// let settings = CgroupSettings::default();
/// let actuated = Actuated::steady(&before.spec);
/// let cgroup = as_read(&pod_cgroup(&k8s, &before, &settings), &settings);
/// let state = InForce { pod: &after, actuated: &actuated, cgroup, volumes: &[], usage: None };
/// let actions = resize_actions(&k8s, &state, &settings);
/// // The pod's limit grows before the container's.
/// assert!(matches!(actions.steps[0], ResizeStep::PodMemoryLimit { from: 1_073_741_824, to: 2_147_483_648 }));
/// assert!(matches!(actions.steps[1], ResizeStep::UpdateContainer { resource: "memory", .. }));
/// assert_eq!(actions.steps.len(), 2);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn resize_actions(k8s: &Kubernetes, state: &InForce<'_>, settings: &CgroupSettings) -> ResizeActions {
    let mut restarts = Vec::new();
    let mut order = UpdateOrder::default();
    let running = Running::of(state.pod);
    let spec = &state.pod.spec;
    // The kubelet looks at init containers from the last to the first, then at regular ones.
    let init = spec.init_containers.iter().rev().map(|container| (container, true));
    for (container, init) in init.chain(spec.containers.iter().map(|container| (container, false))) {
        if !running.runs(container, init) || !is_resizable(k8s, container, init) {
            continue;
        }
        match container_resize(k8s, state.pod, container, state.actuated) {
            ContainerResize::Keep => {}
            ContainerResize::Restart { resource } => restarts.push(Restart {
                name: container.name.clone(),
                init,
                resource,
                message: format!("Container {} resize requires restart", container.name),
            }),
            ContainerResize::Update { memory, cpu, desired, current } => {
                let update = ContainerUpdate {
                    name: container.name.clone(),
                    id: running.id(container),
                    desired,
                    current,
                };
                order.add(memory, cpu, &update);
            }
        }
    }
    let updates = order.finish();
    let allowed = in_place_resize_allowed(k8s, state.pod);
    let update_pod_level_resources = allowed && pod_level_resize(k8s, spec, state.actuated);
    let update_pod_resources = !restarts.is_empty();
    let cgroup = pod_cgroup(k8s, state.pod, settings);
    let mut actions = ResizeActions {
        update_pod_resources,
        update_pod_level_resources,
        cgroup,
        memory_guard: MemoryGuard::NotNeeded,
        condition_message: None,
        reasons: Vec::new(),
        runtime_first: k8s.at_least(Release::V1_36),
        steps: Vec::new(),
        restarts,
        updates,
    };
    guard(state, &mut actions);
    actions.steps.extend(
        actions.restarts.iter().map(|restart| ResizeStep::KillContainer {
            name: restart.name.clone(),
            resource: restart.resource,
        }),
    );
    let starts = |actions: &ResizeActions, init: bool| -> Vec<ResizeStep> {
        let restarts = actions.restarts.iter().filter(|restart| restart.init == init);
        restarts.map(|restart| ResizeStep::StartContainer { name: restart.name.clone() }).collect()
    };
    // Up to 1.36 init containers start before the resize.
    if !k8s.at_least(Release::V1_37) {
        let starts = starts(&actions, true);
        actions.steps.extend(starts);
    }
    if actions.memory_guard != MemoryGuard::Failed {
        in_place_steps(k8s, state, settings, &mut actions);
    }
    if k8s.at_least(Release::V1_37) {
        let starts = starts(&actions, true);
        actions.steps.extend(starts);
    }
    let starts = starts(&actions, false);
    actions.steps.extend(starts);
    actions
}

/// The steps between kills and starts.
fn in_place_steps(
    k8s: &Kubernetes,
    state: &InForce<'_>,
    settings: &CgroupSettings,
    actions: &mut ResizeActions,
) {
    let steps = &mut actions.steps;
    let volumes = resized_volumes(k8s, state);
    let resizes = |smaller: bool| {
        let volumes = volumes.iter().filter(move |(_, from, to)| (to < from) == smaller);
        volumes.map(|(name, from, to)| ResizeStep::ResizeVolume {
            name: (*name).clone(),
            from: (*from).clone(),
            to: (*to).clone(),
        })
    };
    // What a smaller volume frees is not in the way of a smaller memory limit.
    steps.extend(resizes(true));
    let pod_changes = actions.update_pod_resources || actions.update_pod_level_resources;
    let now = state.cgroup;
    if pod_changes || !actions.updates.memory.is_empty() {
        // A limit cannot be taken away from a cgroup: where there is to be none it stays.
        let memory = actions.cgroup.memory.unwrap_or(now.memory);
        let limit = || ResizeStep::PodMemoryLimit { from: now.memory, to: memory };
        steps.extend((memory > now.memory).then(limit));
        for update in &actions.updates.memory {
            let resources = RunningResources {
                memory_limit: update.desired.memory_limit,
                memory_request: update.desired.memory_request,
                ..update.current
            };
            steps.push(update_step(update, resource::MEMORY, resources, settings));
        }
        steps.extend((memory < now.memory).then(limit));
    }
    steps.extend(resizes(false));
    if pod_changes || !actions.updates.cpu.is_empty() {
        let quota = actions.cgroup.cpu_quota.unwrap_or(now.cpu_quota);
        let shares = actions.cgroup.cpu_shares;
        let limit = || ResizeStep::PodCpuLimit { from: now.cpu_quota, to: quota };
        let request = || ResizeStep::PodCpuRequest { from: now.cpu_shares, to: shares };
        steps.extend((quota > now.cpu_quota).then(limit));
        steps.extend((shares > now.cpu_shares).then(request));
        let memory_updated: Vec<&str> = {
            let mut names: Vec<&str> =
                actions.updates.memory.iter().map(|update| update.name.as_str()).collect();
            names.sort_unstable();
            names
        };
        for update in &actions.updates.cpu {
            let mut resources = RunningResources {
                cpu_limit: update.desired.cpu_limit,
                cpu_request: update.desired.cpu_request,
                ..update.current
            };
            // Memory was updated before.
            if memory_updated.binary_search(&update.name.as_str()).is_ok() {
                resources = update.desired;
            }
            steps.push(update_step(update, resource::CPU, resources, settings));
        }
        steps.extend((shares < now.cpu_shares).then(request));
        steps.extend((quota < now.cpu_quota).then(limit));
    }
}

/// 1.37: memory-backed volumes whose size changes, with the size before and after.
fn resized_volumes<'p>(
    k8s: &Kubernetes,
    state: &InForce<'p>,
) -> Vec<(&'p SmolStr, &'p Quantity, &'p Quantity)> {
    if !k8s.at_least(Release::V1_37)
        || !k8s.enabled(Gate::InPlacePodVerticalScalingMemoryBackedVolumes)
        || !in_place_resize_allowed(k8s, state.pod)
    {
        return Vec::new();
    }
    let before = OneByName::new(state.volumes, &[], Wins::Last);
    let resized = state.pod.spec.volumes.iter().filter_map(|volume| {
        let from = memory_backed_limit(before.get(&volume.name)?)?;
        let to = memory_backed_limit(volume)?;
        (from != to).then_some((&volume.name, from, to))
    });
    resized.collect()
}

fn update_step(
    update: &ContainerUpdate,
    resource: &'static str,
    resources: RunningResources,
    settings: &CgroupSettings,
) -> ResizeStep {
    let quota = match settings.cpu_cfs_quota {
        true => cpu_quota(resources.cpu_limit, settings.cpu_period),
        false => 0,
    };
    ResizeStep::UpdateContainer {
        name: update.name.clone(),
        resource,
        resources,
        cpu_shares: cpu_shares(resources.cpu_request),
        cpu_quota: quota,
    }
}

/// Whether memory limits go below what is in use (upstream: `validatePodResizeAction`). The kubelet looks only if a container
/// changes its memory in place or one restarts.
fn guard(state: &InForce<'_>, actions: &mut ResizeActions) {
    const RULE: Rule = Rule::new("memory_in_use", "pkg/kubelet/kuberuntime.validateMemoryResizeAction");
    if actions.updates.memory.is_empty() && !actions.update_pod_resources {
        return;
    }
    let pod_limit = actions.cgroup.memory.filter(|limit| *limit < state.cgroup.memory);
    let containers = actions.updates.memory.iter().filter(|update| {
        let (to, from) = (update.desired.memory_limit, update.current.memory_limit);
        to != 0 && (from == 0 || to < from)
    });
    let mut containers = containers.peekable();
    if pod_limit.is_none() && containers.peek().is_none() {
        return;
    }
    let Some(usage) = state.usage else {
        actions.memory_guard = MemoryGuard::Unknown;
        return;
    };
    let mut reasons = Vec::new();
    if let Some(limit) = pod_limit {
        match usage.pod {
            None => reasons.push(Reason::new(RULE, "missing pod memory usage")),
            Some(used) if used >= limit => reasons.push(
                Reason::new(
                    RULE,
                    format!("attempting to set pod memory limit ({limit}) below current usage ({used})"),
                )
                .with_number("limit", limit)
                .with_number("usage", used),
            ),
            Some(_) => {}
        }
    }
    for update in containers {
        let limit = update.desired.memory_limit;
        // A container without statistics is not looked at; one with statistics but without usage cannot be given here.
        let Some(used) = usage.containers.get(&update.name) else { continue };
        if *used >= limit {
            // Upstream prints what the pod uses.
            let printed = usage.pod.unwrap_or(*used);
            reasons.push(
                Reason::new(
                    RULE,
                    format!(
                        "attempting to set container {} memory limit ({limit}) below current usage ({printed})",
                        Quoted(&update.name)
                    ),
                )
                .with_number("limit", limit)
                .with_number("usage", *used),
            );
        }
    }
    if reasons.is_empty() {
        actions.memory_guard = MemoryGuard::Passed;
        return;
    }
    actions.memory_guard = MemoryGuard::Failed;
    let texts: Vec<&str> = reasons.iter().map(|reason| reason.message.as_str()).collect();
    // Several errors are put in brackets, one is not.
    actions.condition_message = Some(match texts.as_slice() {
        [one] => format!("cannot decrease memory limits: {one}"),
        many => format!("cannot decrease memory limits: [{}]", many.join(", ")),
    });
    actions.reasons = reasons;
}

/// Which containers run.
struct Running<'a> {
    statuses: OneByName<'a, ContainerStatus>,
    known: bool,
}

impl<'a> Running<'a> {
    fn of(pod: &'a Pod) -> Self {
        let (regular, init) = (pod.status.regular(), pod.status.init());
        Running {
            statuses: OneByName::new(regular, init, Wins::First),
            known: !regular.is_empty() || !init.is_empty(),
        }
    }

    fn runs(&self, container: &Container, init: bool) -> bool {
        match self.statuses.get(&container.name) {
            Some(status) => status.state.running.is_some(),
            None => !self.known && (!init || container.is_sidecar()),
        }
    }

    fn id(&self, container: &Container) -> SmolStr {
        self.statuses.get(&container.name).map(|status| status.container_id.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const K8S: Kubernetes = Kubernetes::new(Release::V1_36);

    fn pod(containers: &[(&str, &str, &str, &str)]) -> Pod {
        let containers: Vec<String> = containers
            .iter()
            .map(|(name, cpu, memory, policy)| {
                let list = format!(r#"{{"cpu": "{cpu}", "memory": "{memory}"}}"#);
                format!(
                    r#"{{"name": "{name}", "resources": {{"requests": {list}, "limits": {list}}},
                        "resizePolicy": [{{"resourceName": "cpu", "restartPolicy": "{policy}"}}]}}"#
                )
            })
            .collect();
        serde_json::from_str(&format!(r#"{{"spec": {{"containers": [{}]}}}}"#, containers.join(","))).unwrap()
    }

    fn actions(before: &Pod, after: &Pod, usage: Option<&MemoryUsage>) -> ResizeActions {
        let settings = CgroupSettings { cgroup_version: 1, ..CgroupSettings::default() };
        let state = InForce {
            pod: after,
            actuated: &Actuated::steady(&before.spec),
            cgroup: as_read(&pod_cgroup(&K8S, before, &settings), &settings),
            volumes: &[],
            usage,
        };
        resize_actions(&K8S, &state, &settings)
    }

    fn names(actions: &ResizeActions) -> Vec<String> {
        let name = |step: &ResizeStep| match step {
            ResizeStep::KillContainer { name, .. } => format!("kill {name}"),
            ResizeStep::StartContainer { name } => format!("start {name}"),
            ResizeStep::ResizeVolume { name, .. } => format!("volume {name}"),
            ResizeStep::PodMemoryLimit { .. } => "pod memory".into(),
            ResizeStep::PodCpuLimit { .. } => "pod quota".into(),
            ResizeStep::PodCpuRequest { .. } => "pod shares".into(),
            ResizeStep::UpdateContainer { name, resource, .. } => format!("{resource} {name}"),
        };
        actions.steps.iter().map(name).collect()
    }

    #[test]
    fn the_pod_grows_first_and_shrinks_last() {
        let small = pod(&[("a", "1", "1Gi", "NotRequired")]);
        let large = pod(&[("a", "2", "2Gi", "NotRequired")]);
        assert_eq!(
            names(&actions(&small, &large, None)),
            ["pod memory", "memory a", "pod quota", "pod shares", "cpu a"]
        );
        let usage = MemoryUsage { pod: Some(1), containers: Map::new() };
        assert_eq!(
            names(&actions(&large, &small, Some(&usage))),
            ["memory a", "pod memory", "cpu a", "pod shares", "pod quota"]
        );
    }

    #[test]
    fn decreases_of_containers_come_before_increases() {
        let before = pod(&[("a", "1", "1Gi", "NotRequired"), ("b", "2", "1Gi", "NotRequired")]);
        let after = pod(&[("a", "2", "1Gi", "NotRequired"), ("b", "1", "1Gi", "NotRequired")]);
        assert_eq!(names(&actions(&before, &after, None)), ["cpu b", "cpu a"]);
    }

    #[test]
    fn a_restart_changes_nothing_of_its_container_in_place() {
        let before = pod(&[("a", "1", "1Gi", "RestartContainer"), ("b", "1", "1Gi", "NotRequired")]);
        let after = pod(&[("a", "2", "2Gi", "RestartContainer"), ("b", "1", "1Gi", "NotRequired")]);
        let actions = actions(&before, &after, None);
        assert!(actions.update_pod_resources && actions.updates.is_empty());
        assert_eq!(names(&actions), ["kill a", "pod memory", "pod quota", "pod shares", "start a"]);
    }

    #[test]
    fn a_limit_at_what_is_in_use_stops_everything() {
        let before = pod(&[("a", "1", "2Gi", "NotRequired")]);
        let after = pod(&[("a", "2", "1Gi", "NotRequired")]);
        let usage = MemoryUsage {
            pod: Some(1_073_741_824),
            containers: [("a", 1_073_741_824)].into_iter().collect(),
        };
        let actions = actions(&before, &after, Some(&usage));
        assert_eq!((actions.memory_guard, actions.steps.len()), (MemoryGuard::Failed, 0));
        assert_eq!(
            actions.condition_message.as_deref(),
            Some(
                "cannot decrease memory limits: [attempting to set pod memory limit (1073741824) below current usage \
                 (1073741824), attempting to set container \"a\" memory limit (1073741824) below current usage \
                 (1073741824)]"
            )
        );
    }

    #[test]
    fn a_burstable_pod_is_limited_only_if_each_container_is() {
        let spec = |init: &str| -> Pod {
            serde_json::from_str(&format!(
                r#"{{"spec": {{
                    "initContainers": [
                        {{"name": "mesh", "restartPolicy": "Always", "resources": {{"limits": {{"cpu": "1"}}}}}},
                        {{"name": "setup", "resources": {{{init}}}}}],
                    "containers": [{{"name": "app", "resources": {{"limits": {{"cpu": "1"}}}}}}]}},
                    "status": {{"qosClass": "Burstable"}}}}"#
            ))
            .unwrap()
        };
        let quota = |release: Release, init| {
            pod_cgroup(&Kubernetes::new(release), &spec(init), &CgroupSettings::default()).cpu_quota
        };
        // Up to 1.36 the sidecar's limit stands in for that of the init container after it.
        assert_eq!(quota(Release::V1_36, ""), Some(200_000));
        assert_eq!(quota(Release::V1_37, ""), None);
        assert_eq!(quota(Release::V1_37, r#""limits": {"cpu": "1"}"#), Some(200_000));
    }
}
