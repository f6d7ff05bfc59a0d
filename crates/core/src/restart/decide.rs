//! Whether one container is started again.
//!
//! The decision reads, in this order: the container's restart rules (only if the container has a restart policy of its
//! own), the container's policy, the pod's policy. It costs nanoseconds and no memory.

use core::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::model::{
    Container, ContainerRestartRule, ContainerRestartRuleAction, ContainerRestartRuleOnExitCodesOperator,
    Pod, PodSpec, RestartPolicy, RuntimeContainerStatus, RuntimeState,
};
use crate::reason::{AsText, Rule};
use crate::release::{Gate, Kubernetes};

/// What happens to a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// It is started (again).
    Restart,
    /// Every container of the pod is removed and started again, in the same sandbox.
    RestartAllContainers,
    /// It is left as it is.
    Leave,
}

/// A restart policy that Kubernetes knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
pub enum KnownPolicy {
    /// Restart on every exit.
    Always,
    /// Restart on a non-zero exit.
    OnFailure,
    /// Do not restart.
    Never,
}

impl KnownPolicy {
    fn of(policy: &RestartPolicy) -> Option<Self> {
        match policy {
            RestartPolicy::Always => Some(KnownPolicy::Always),
            RestartPolicy::OnFailure => Some(KnownPolicy::OnFailure),
            RestartPolicy::Never => Some(KnownPolicy::Never),
            RestartPolicy::Other(_) => None,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            KnownPolicy::Always => "Always",
            KnownPolicy::OnFailure => "OnFailure",
            KnownPolicy::Never => "Never",
        }
    }

    const fn verdict(self, failed: bool) -> Verdict {
        match (self, failed) {
            (KnownPolicy::Always, _) | (KnownPolicy::OnFailure, true) => Verdict::Restart,
            (KnownPolicy::OnFailure, false) | (KnownPolicy::Never, _) => Verdict::Leave,
        }
    }
}

/// What decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Because {
    /// The restart rule with this index.
    Rule(usize),
    /// The container's own restart policy.
    ContainerPolicy(KnownPolicy),
    /// The pod's restart policy.
    PodPolicy(KnownPolicy),
    /// The pod's restart policy is none that Kubernetes knows, which counts as `Always`.
    UnknownPodPolicy,
    /// The pod is being deleted: nothing is started any more.
    PodDeleted,
    /// The runtime has no record of the container.
    NoRecord,
    /// The container is running.
    Running,
    /// The runtime made the container but did not start it.
    Created,
    /// The runtime does not know the container's state.
    StateUnknown,
    /// The container is a sidecar, which is kept running whatever it exits with.
    Sidecar,
    /// The container is an init container that ended well.
    InitCompleted,
    /// The container is ephemeral, which runs once.
    Ephemeral,
}

impl Because {
    /// The rule of Kubernetes that spoke.
    ///
    /// ```
    /// use podverdict::restart::decide::Because;
    /// assert_eq!(Because::Rule(0).rule().code, "restart_rule");
    /// ```
    #[must_use]
    pub const fn rule(self) -> Rule {
        const BY_CODE: &str = "pkg/api/v1/pod.ContainerShouldRestart";
        const BY_STATE: &str = "pkg/kubelet/container.ShouldContainerBeRestarted";
        const INIT: &str = "pkg/kubelet/kuberuntime.computeInitContainerActions";
        match self {
            Because::Rule(_) => Rule::new("restart_rule", BY_CODE),
            Because::ContainerPolicy(_) => Rule::new("container_restart_policy", BY_CODE),
            Because::PodPolicy(_) => Rule::new("pod_restart_policy", BY_CODE),
            Because::UnknownPodPolicy => Rule::new("unknown_pod_restart_policy", BY_CODE),
            Because::PodDeleted => Rule::new("pod_deleted", BY_STATE),
            Because::NoRecord => Rule::new("no_record", BY_STATE),
            Because::Running => Rule::new("container_running", BY_STATE),
            Because::Created => Rule::new("container_created", BY_STATE),
            Because::StateUnknown => Rule::new("container_state_unknown", BY_STATE),
            Because::Sidecar => Rule::new("sidecar", INIT),
            Because::InitCompleted => Rule::new("init_container_completed", INIT),
            Because::Ephemeral => {
                Rule::new("ephemeral_container", "pkg/kubelet/kuberuntime.computePodActions")
            }
        }
    }
}

/// A sentence of this library; upstream shows none.
impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Because::Rule(index) => write!(f, "restartPolicyRules[{index}] matches the exit code"),
            Because::ContainerPolicy(policy) => {
                write!(f, "the container's restartPolicy is {}", policy.as_str())
            }
            Because::PodPolicy(policy) => write!(f, "the pod's restartPolicy is {}", policy.as_str()),
            Because::UnknownPodPolicy => {
                f.write_str("the pod's restartPolicy is unknown and counts as Always")
            }
            Because::PodDeleted => f.write_str("the pod is being deleted"),
            Because::NoRecord => f.write_str("the runtime has no record of the container"),
            Because::Running => f.write_str("the container is running"),
            Because::Created => f.write_str("the container was created but not started"),
            Because::StateUnknown => f.write_str("the runtime does not know the container's state"),
            Because::Sidecar => f.write_str("a sidecar is always restarted"),
            Because::InitCompleted => f.write_str("the init container completed"),
            Because::Ephemeral => f.write_str("an ephemeral container runs once"),
        }
    }
}

/// Why a rule that matches was not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum PassedOver {
    /// Its action is `RestartAllContainers`, and the gate `RestartAllContainersOnContainerExits` is off.
    GateOff,
    /// Its action is none that Kubernetes knows.
    UnknownAction,
    /// The container has no restart policy of its own, without which its rules do not count.
    NoContainerPolicy,
    /// The gate `ContainerRestartRules` is off.
    RulesOff,
}

/// Whether a container is started again, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Decision {
    /// What happens.
    pub verdict: Verdict,
    /// What decided.
    pub because: Because,
    /// The first rule that matches, if it was not followed: its index, and why not. Later rules are not tried then.
    pub passed_over: Option<(usize, PassedOver)>,
}

impl Decision {
    const fn new(verdict: Verdict, because: Because) -> Self {
        Decision { verdict, because, passed_over: None }
    }

    /// Whether the container runs again, alone or with all others: upstream's plain yes or no.
    ///
    /// ```
    /// use podverdict::model::{Container, PodSpec};
    /// use podverdict::release::{Kubernetes, Release};
    /// use podverdict::restart::decide::container_should_restart;
    /// let k8s = Kubernetes::new(Release::V1_36);
    /// assert!(container_should_restart(&k8s, &PodSpec::default(), &Container::default(), 0).restarts());
    /// ```
    #[must_use]
    pub const fn restarts(&self) -> bool {
        !matches!(self.verdict, Verdict::Leave)
    }
}

impl Serialize for Decision {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        #[serde(rename_all = "camelCase")]
        struct PassedOverRule {
            rule_index: usize,
            why: PassedOver,
        }
        let mut map = s.serialize_map(None)?;
        map.serialize_entry("verdict", &self.verdict)?;
        map.serialize_entry("code", self.because.rule().code)?;
        map.serialize_entry("source", self.because.rule().source)?;
        map.serialize_entry("message", &AsText(&self.because))?;
        match self.because {
            Because::Rule(index) => map.serialize_entry("ruleIndex", &index)?,
            Because::ContainerPolicy(policy) | Because::PodPolicy(policy) => {
                map.serialize_entry("policy", &policy)?;
            }
            _ => {}
        }
        if let Some((rule_index, why)) = self.passed_over {
            map.serialize_entry("passedOver", &PassedOverRule { rule_index, why })?;
        }
        map.end()
    }
}

/// The first restart rule that matches an exit code, with its index (`pkg/api/v1/pod.FindMatchingContainerRestartRule`).
///
/// A rule without exit codes or with an unknown operator matches nothing; the action does not matter.
///
/// ```
/// use podverdict::model::Container;
/// use podverdict::restart::decide::matching_rule;
/// assert!(matching_rule(&Container::default(), 42).is_none());
/// ```
#[must_use]
pub fn matching_rule(container: &Container, exit_code: i32) -> Option<(usize, &ContainerRestartRule)> {
    use ContainerRestartRuleOnExitCodesOperator as Operator;
    container.rules().iter().enumerate().find(|(_, rule)| {
        rule.exit_codes.as_ref().is_some_and(|codes| match codes.operator {
            Operator::In => codes.values.contains(&exit_code),
            Operator::NotIn => !codes.values.contains(&exit_code),
            Operator::Other(_) => false,
        })
    })
}

/// The rule with which an exit of this container restarts all containers: the first matching rule, if that is its action.
pub(super) fn restart_all_rule(container: &Container, exit_code: i32) -> Option<usize> {
    matching_rule(container, exit_code)
        .filter(|(_, rule)| rule.action == ContainerRestartRuleAction::RestartAllContainers)
        .map(|(index, _)| index)
}

/// Whether rules and policies start a container again that ended with an exit code
/// (`pkg/api/v1/pod.ContainerShouldRestart`).
///
/// It knows neither sidecars nor init containers that completed: [`on_exit`] does.
///
/// ```
/// use podverdict::model::{Container, PodSpec, RestartPolicy};
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::restart::decide::{Because, KnownPolicy, container_should_restart};
/// let k8s = Kubernetes::new(Release::V1_36);
/// let container = Container { restart_policy: Some(RestartPolicy::OnFailure), ..Container::default() };
/// let spec = PodSpec { restart_policy: RestartPolicy::Always, ..PodSpec::default() };
/// let decision = container_should_restart(&k8s, &spec, &container, 0);
/// assert!(!decision.restarts());
/// assert_eq!(decision.because, Because::ContainerPolicy(KnownPolicy::OnFailure));
/// ```
#[must_use]
pub fn container_should_restart(
    k8s: &Kubernetes,
    spec: &PodSpec,
    container: &Container,
    exit_code: i32,
) -> Decision {
    let failed = exit_code != 0;
    let matching = matching_rule(container, exit_code);
    let Some(policy) = &container.restart_policy else {
        let passed_over = matching.map(|(index, _)| (index, PassedOver::NoContainerPolicy));
        return Decision { passed_over, ..by_pod_policy(spec, failed) };
    };
    let passed_over = match matching {
        None => None,
        Some((index, rule)) => Some(match rule.action {
            ContainerRestartRuleAction::Restart => {
                return Decision::new(Verdict::Restart, Because::Rule(index));
            }
            ContainerRestartRuleAction::RestartAllContainers
                if k8s.enabled(Gate::RestartAllContainersOnContainerExits) =>
            {
                return Decision::new(Verdict::RestartAllContainers, Because::Rule(index));
            }
            ContainerRestartRuleAction::RestartAllContainers => (index, PassedOver::GateOff),
            ContainerRestartRuleAction::Other(_) => (index, PassedOver::UnknownAction),
        }),
    };
    let decision = match KnownPolicy::of(policy) {
        Some(policy) => Decision::new(policy.verdict(failed), Because::ContainerPolicy(policy)),
        None => by_pod_policy(spec, failed),
    };
    Decision { passed_over, ..decision }
}

fn by_pod_policy(spec: &PodSpec, failed: bool) -> Decision {
    match KnownPolicy::of(&spec.restart_policy) {
        Some(policy) => Decision::new(policy.verdict(failed), Because::PodPolicy(policy)),
        None => Decision::new(Verdict::Restart, Because::UnknownPodPolicy),
    }
}

/// The exit code's part of [`should_container_be_restarted`]: without `ContainerRestartRules` only the pod's policy counts.
fn by_exit_code(k8s: &Kubernetes, spec: &PodSpec, container: &Container, exit_code: i32) -> Decision {
    if k8s.enabled(Gate::ContainerRestartRules) {
        return container_should_restart(k8s, spec, container, exit_code);
    }
    let passed_over = matching_rule(container, exit_code).map(|(index, _)| (index, PassedOver::RulesOff));
    Decision { passed_over, ..by_pod_policy(spec, exit_code != 0) }
}

/// Whether a container is to be started, given its newest record in the runtime
/// (`pkg/kubelet/container.ShouldContainerBeRestarted`).
///
/// ```
/// use podverdict::model::{Container, Pod};
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::restart::decide::{Because, should_container_be_restarted};
/// let k8s = Kubernetes::new(Release::V1_36);
/// let decision = should_container_be_restarted(&k8s, &Pod::default(), &Container::default(), None);
/// assert_eq!(decision.because, Because::NoRecord);
/// ```
#[must_use]
pub fn should_container_be_restarted(
    k8s: &Kubernetes,
    pod: &Pod,
    container: &Container,
    newest: Option<&RuntimeContainerStatus>,
) -> Decision {
    if pod.metadata.deletion_timestamp.is_some() {
        return Decision::new(Verdict::Leave, Because::PodDeleted);
    }
    let Some(record) = newest else { return Decision::new(Verdict::Restart, Because::NoRecord) };
    match record.state {
        RuntimeState::Running => Decision::new(Verdict::Leave, Because::Running),
        RuntimeState::Unknown => Decision::new(Verdict::Restart, Because::StateUnknown),
        RuntimeState::Created => Decision::new(Verdict::Restart, Because::Created),
        RuntimeState::Exited => by_exit_code(k8s, &pod.spec, container, record.exit_code),
    }
}

/// Whether a container may ever be started again after an exit (`pkg/api/v1/pod.IsContainerRestartable`). A rule that
/// restarts all containers does not count.
///
/// The kubelet asks this to know whether a pod whose cgroup was lost is built again.
///
/// ```
/// use podverdict::model::{Container, PodSpec, RestartPolicy};
/// use podverdict::restart::decide::is_container_restartable;
/// let spec = PodSpec { restart_policy: RestartPolicy::Never, ..PodSpec::default() };
/// assert!(!is_container_restartable(&spec, &Container::default()));
/// ```
#[must_use]
pub fn is_container_restartable(spec: &PodSpec, container: &Container) -> bool {
    match &container.restart_policy {
        Some(policy) => {
            container.rules().iter().any(|rule| rule.action == ContainerRestartRuleAction::Restart)
                || *policy != RestartPolicy::Never
        }
        None => spec.restart_policy != RestartPolicy::Never,
    }
}

/// Whether a pod whose containers the kubelet had to kill, because the pod's cgroup was gone, stays dead
/// (`pkg/kubelet.SyncPod`, `runOnce`): its policy is `Never`, and no regular container may start again.
///
/// ```
/// use podverdict::model::{Container, PodSpec, RestartPolicy};
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::restart::decide::runs_once;
/// let k8s = Kubernetes::new(Release::V1_36);
/// let mut spec = PodSpec { restart_policy: RestartPolicy::Never, ..PodSpec::default() };
/// spec.containers.push(Container::default());
/// assert!(runs_once(&k8s, &spec));
/// spec.containers[0].restart_policy = Some(RestartPolicy::OnFailure);
/// assert!(!runs_once(&k8s, &spec));
/// ```
#[must_use]
pub fn runs_once(k8s: &Kubernetes, spec: &PodSpec) -> bool {
    spec.restart_policy == RestartPolicy::Never
        && !(k8s.enabled(Gate::ContainerRestartRules)
            && spec.containers.iter().any(|container| is_container_restartable(spec, container)))
}

/// Which list of the pod a container stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ContainerKind {
    /// `spec.initContainers`; with restart policy `Always` a sidecar.
    Init,
    /// `spec.containers`.
    Regular,
    /// `spec.ephemeralContainers`.
    Ephemeral,
}

/// How a container ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Exit<'a> {
    /// Exit code.
    pub code: i32,
    /// The runtime's word for it; `OOMKilled` makes an init container fail even with exit code 0.
    pub reason: &'a str,
}

/// What the kubelet does about a container that has just ended.
///
/// This puts together what upstream spreads over `ShouldAllContainersRestart`, `computeInitContainerActions` and
/// `ShouldContainerBeRestarted`: a matching `RestartAllContainers` rule comes first and needs no restart policy on the
/// container, sidecars always run again, init containers that completed never do.
///
/// ```
/// use podverdict::model::{Container, Pod, RestartPolicy};
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::restart::decide::{Because, ContainerKind, Exit, on_exit};
/// let k8s = Kubernetes::new(Release::V1_36);
/// let sidecar = Container { restart_policy: Some(RestartPolicy::Always), ..Container::default() };
/// let exit = Exit { code: 0, reason: "Completed" };
/// let decision = on_exit(&k8s, &Pod::default(), &sidecar, ContainerKind::Init, exit);
/// assert_eq!(decision.because, Because::Sidecar);
/// ```
#[must_use]
pub fn on_exit(
    k8s: &Kubernetes,
    pod: &Pod,
    container: &Container,
    kind: ContainerKind,
    exit: Exit<'_>,
) -> Decision {
    if pod.metadata.deletion_timestamp.is_some() {
        return Decision::new(Verdict::Leave, Because::PodDeleted);
    }
    if kind == ContainerKind::Ephemeral {
        return Decision::new(Verdict::Leave, Because::Ephemeral);
    }
    if k8s.enabled(Gate::RestartAllContainersOnContainerExits)
        && let Some(index) = restart_all_rule(container, exit.code)
    {
        return Decision::new(Verdict::RestartAllContainers, Because::Rule(index));
    }
    match kind {
        ContainerKind::Init if container.is_sidecar() => Decision::new(Verdict::Restart, Because::Sidecar),
        ContainerKind::Init => {
            if exit.code == 0 && exit.reason != OOM_KILLED {
                return Decision::new(Verdict::Leave, Because::InitCompleted);
            }
            failed_init(k8s, &pod.spec, container, exit.code)
        }
        ContainerKind::Regular | ContainerKind::Ephemeral => {
            by_exit_code(k8s, &pod.spec, container, exit.code)
        }
    }
}

/// The runtime's word for a container that the kernel killed for its memory.
pub(super) const OOM_KILLED: &str = "OOMKilled";

/// Whether an init container that ended and failed runs again (`computeInitContainerActions`). Without
/// `ContainerRestartRules` the exit code does not matter, only whether the pod's policy is `Never`.
pub(super) fn failed_init(
    k8s: &Kubernetes,
    spec: &PodSpec,
    container: &Container,
    exit_code: i32,
) -> Decision {
    if k8s.enabled(Gate::ContainerRestartRules) {
        return container_should_restart(k8s, spec, container, exit_code);
    }
    let passed_over = matching_rule(container, exit_code).map(|(index, _)| (index, PassedOver::RulesOff));
    Decision { passed_over, ..by_pod_policy(spec, true) }
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use super::*;
    use crate::model::ContainerRestartRuleOnExitCodes;
    use crate::release::Release;

    fn rule(action: &str, operator: &str, values: &[i32]) -> ContainerRestartRule {
        let exit_codes =
            ContainerRestartRuleOnExitCodes { operator: operator.into(), values: values.to_vec() };
        ContainerRestartRule { action: action.into(), exit_codes: Some(exit_codes) }
    }

    fn container(policy: Option<RestartPolicy>, rules: Vec<ContainerRestartRule>) -> Container {
        Container { restart_policy: policy, restart_policy_rules: Some(rules), ..Container::default() }
    }

    fn spec(policy: RestartPolicy) -> PodSpec {
        PodSpec { restart_policy: policy, ..PodSpec::default() }
    }

    const K8S: Kubernetes = Kubernetes::new(Release::V1_36);
    const OLD: Kubernetes = Kubernetes::new(Release::V1_35);

    /// `In []` matches nothing, `NotIn []` everything, also success.
    #[test]
    fn empty_value_lists() {
        let nothing = container(Some(RestartPolicy::Never), vec![rule("Restart", "In", &[])]);
        let everything = container(Some(RestartPolicy::Never), vec![rule("Restart", "NotIn", &[])]);
        let spec = spec(RestartPolicy::Never);
        for code in [0, 1, -1, 255] {
            assert!(!container_should_restart(&K8S, &spec, &nothing, code).restarts());
            let decision = container_should_restart(&K8S, &spec, &everything, code);
            assert_eq!((decision.verdict, decision.because), (Verdict::Restart, Because::Rule(0)));
        }
    }

    /// The first rule that matches is the only one that counts, even where it is not followed.
    #[test]
    fn a_rule_that_is_passed_over_hides_later_ones() {
        let rules = vec![
            rule("Restart", "Exists", &[42]),
            rule("RestartAllContainers", "In", &[42]),
            rule("Restart", "In", &[42]),
        ];
        let container = container(Some(RestartPolicy::Never), rules);
        let spec = spec(RestartPolicy::Always);
        let decision = container_should_restart(&OLD, &spec, &container, 42);
        assert_eq!(decision.verdict, Verdict::Leave);
        assert_eq!(decision.because, Because::ContainerPolicy(KnownPolicy::Never));
        assert_eq!(decision.passed_over, Some((1, PassedOver::GateOff)));
        let decision = container_should_restart(&K8S, &spec, &container, 42);
        assert_eq!((decision.verdict, decision.because), (Verdict::RestartAllContainers, Because::Rule(1)));
    }

    /// Without a policy of its own a container's rules do not restart it, but still restart all.
    #[test]
    fn rules_without_a_policy() {
        let container = container(None, vec![rule("RestartAllContainers", "In", &[42])]);
        let pod = Pod { spec: spec(RestartPolicy::Never), ..Pod::default() };
        let decision = container_should_restart(&K8S, &pod.spec, &container, 42);
        assert_eq!(decision.verdict, Verdict::Leave);
        assert_eq!(decision.passed_over, Some((0, PassedOver::NoContainerPolicy)));
        let exit = Exit { code: 42, reason: "Error" };
        let decision = on_exit(&K8S, &pod, &container, ContainerKind::Regular, exit);
        assert_eq!(decision.verdict, Verdict::RestartAllContainers);
    }

    /// A rule for code 0 does not run a completed init container again, unless it restarts all containers.
    #[test]
    fn init_containers_that_completed() {
        let pod = Pod { spec: spec(RestartPolicy::Always), ..Pod::default() };
        let done = Exit { code: 0, reason: "Completed" };
        for (action, verdict) in
            [("Restart", Verdict::Leave), ("RestartAllContainers", Verdict::RestartAllContainers)]
        {
            let container = container(Some(RestartPolicy::Never), vec![rule(action, "In", &[0])]);
            let decision = on_exit(&K8S, &pod, &container, ContainerKind::Init, done);
            assert_eq!(decision.verdict, verdict, "{action}");
        }
        // Out of memory it failed, whatever the code.
        let plain = container(None, vec![]);
        let oom = Exit { code: 0, reason: "OOMKilled" };
        assert_eq!(on_exit(&K8S, &pod, &plain, ContainerKind::Init, oom).verdict, Verdict::Restart);
        assert_eq!(on_exit(&K8S, &pod, &plain, ContainerKind::Init, done).verdict, Verdict::Leave);
    }

    /// Without `ContainerRestartRules` only the pod's policy counts, and for init containers only whether it is `Never`.
    #[test]
    fn without_container_restart_rules() {
        let gates = [("ContainerRestartRules", false), ("RestartAllContainersOnContainerExits", false)];
        let k8s = Kubernetes::with_gates(Release::V1_36, gates).unwrap();
        let container = container(Some(RestartPolicy::Never), vec![rule("Restart", "In", &[1])]);
        let pod = Pod { spec: spec(RestartPolicy::OnFailure), ..Pod::default() };
        let decide = |kind, code, reason| on_exit(&k8s, &pod, &container, kind, Exit { code, reason });
        let decision = decide(ContainerKind::Regular, 1, "Error");
        assert_eq!(decision.because, Because::PodPolicy(KnownPolicy::OnFailure));
        assert_eq!(decision.passed_over, Some((0, PassedOver::RulesOff)));
        assert_eq!(decide(ContainerKind::Regular, 0, "Completed").verdict, Verdict::Leave);
        assert_eq!(decide(ContainerKind::Init, 0, "OOMKilled").verdict, Verdict::Restart);
    }

    /// A rule that restarts all containers does not make a container restartable.
    #[test]
    fn restarting_all_does_not_count_as_restartable() {
        let spec = spec(RestartPolicy::Never);
        let of = |action| container(Some(RestartPolicy::Never), vec![rule(action, "In", &[1])]);
        assert!(!is_container_restartable(&spec, &of("RestartAllContainers")));
        assert!(is_container_restartable(&spec, &of("Restart")));
        // Without a policy of its own the rules are not looked at.
        let no_policy = container(None, vec![rule("Restart", "In", &[1])]);
        assert!(!is_container_restartable(&spec, &no_policy));
    }

    #[test]
    fn ephemeral_containers_and_deleted_pods_are_left_alone() {
        let mut pod = Pod { spec: spec(RestartPolicy::Always), ..Pod::default() };
        let container = container(None, vec![]);
        let exit = Exit { code: 1, reason: "" };
        let decision = on_exit(&K8S, &pod, &container, ContainerKind::Ephemeral, exit);
        assert_eq!((decision.verdict, decision.because), (Verdict::Leave, Because::Ephemeral));
        pod.metadata.deletion_timestamp = Some(crate::model::Time::default());
        let decision = on_exit(&K8S, &pod, &container, ContainerKind::Regular, exit);
        assert_eq!((decision.verdict, decision.because), (Verdict::Leave, Because::PodDeleted));
        assert_eq!(should_container_be_restarted(&K8S, &pod, &container, None).because, Because::PodDeleted);
    }
}
