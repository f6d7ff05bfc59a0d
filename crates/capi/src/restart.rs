//! Whether a container that ended runs again, without JSON.

use std::ffi::c_char;

use podverdict::model::{
    Container, ContainerRestartRule, ContainerRestartRuleAction, ContainerRestartRuleOnExitCodes,
    ContainerRestartRuleOnExitCodesOperator, Pod, PodSpec, RestartPolicy, Time,
};
use podverdict::restart::decide::{
    Because, ContainerKind, Decision, Exit, KnownPolicy, PassedOver, Verdict, on_exit,
};

use crate::border::{Failure, call, export, handle, podverdict_status, podverdict_string, slice, text};
use crate::kubernetes::podverdict_kubernetes;
use crate::pod::{container, podverdict_pod};

/// A container of spec.containers.
pub const PODVERDICT_KIND_REGULAR: i32 = 0;
/// A container of spec.initContainers; with restart policy Always a sidecar.
pub const PODVERDICT_KIND_INIT: i32 = 1;
/// A container of spec.ephemeralContainers.
pub const PODVERDICT_KIND_EPHEMERAL: i32 = 2;

/// No restart policy is given: the container has none of its own, the pod has the default, Always.
pub const PODVERDICT_POLICY_NONE: i32 = 0;
/// Restart on every exit.
pub const PODVERDICT_POLICY_ALWAYS: i32 = 1;
/// Restart on a non-zero exit.
pub const PODVERDICT_POLICY_ON_FAILURE: i32 = 2;
/// Do not restart.
pub const PODVERDICT_POLICY_NEVER: i32 = 3;

/// A rule that restarts its container.
pub const PODVERDICT_ACTION_RESTART: i32 = 0;
/// A rule that restarts all containers of the pod.
pub const PODVERDICT_ACTION_RESTART_ALL_CONTAINERS: i32 = 1;

/// A rule matches if the exit code is one of its values.
pub const PODVERDICT_OPERATOR_IN: i32 = 0;
/// A rule matches if the exit code is none of its values.
pub const PODVERDICT_OPERATOR_NOT_IN: i32 = 1;

/// The container is left as it is.
pub const PODVERDICT_LEAVE: i32 = 0;
/// The container is started again.
pub const PODVERDICT_RESTART: i32 = 1;
/// Every container of the pod is removed and started again.
pub const PODVERDICT_RESTART_ALL_CONTAINERS: i32 = 2;

/// The restart rule at `rule` decided.
pub const PODVERDICT_BECAUSE_RULE: i32 = 1;
/// The container's own restart policy, `policy`, decided.
pub const PODVERDICT_BECAUSE_CONTAINER_POLICY: i32 = 2;
/// The pod's restart policy, `policy`, decided.
pub const PODVERDICT_BECAUSE_POD_POLICY: i32 = 3;
/// The pod's restart policy is none that Kubernetes knows, which counts as Always.
pub const PODVERDICT_BECAUSE_UNKNOWN_POD_POLICY: i32 = 4;
/// The pod is being deleted.
pub const PODVERDICT_BECAUSE_POD_DELETED: i32 = 5;
/// The container is a sidecar.
pub const PODVERDICT_BECAUSE_SIDECAR: i32 = 6;
/// The container is an init container that ended well.
pub const PODVERDICT_BECAUSE_INIT_COMPLETED: i32 = 7;
/// The container is ephemeral, which runs once.
pub const PODVERDICT_BECAUSE_EPHEMERAL: i32 = 8;
/// Another reason, such as the state of the container; no exit has it.
pub const PODVERDICT_BECAUSE_OTHER: i32 = 9;

/// No rule that matches was passed over.
pub const PODVERDICT_PASSED_OVER_NONE: i32 = 0;
/// A rule that restarts all containers matches, and the gate RestartAllContainersOnContainerExits is off.
pub const PODVERDICT_PASSED_OVER_GATE_OFF: i32 = 1;
/// A rule matches whose action Kubernetes does not know.
pub const PODVERDICT_PASSED_OVER_UNKNOWN_ACTION: i32 = 2;
/// A rule matches, but the container has no restart policy of its own.
pub const PODVERDICT_PASSED_OVER_NO_CONTAINER_POLICY: i32 = 3;
/// A rule matches, and the gate ContainerRestartRules is off.
pub const PODVERDICT_PASSED_OVER_RULES_OFF: i32 = 4;

/// One of a container's restartPolicyRules.
#[repr(C)]
#[derive(Debug)]
pub struct podverdict_restart_rule {
    /// One of PODVERDICT_ACTION_.
    pub action: i32,
    /// One of PODVERDICT_OPERATOR_.
    pub match_operator: i32,
    /// Exit codes.
    pub values: *const i32,
    /// How many exit codes.
    pub values_len: usize,
}

/// A container that ended, and what its pod says about restarts.
#[repr(C)]
#[derive(Debug)]
pub struct podverdict_exit {
    /// One of PODVERDICT_KIND_.
    pub kind: i32,
    /// The exit code.
    pub exit_code: i32,
    /// The runtime's word for how it ended; "OOMKilled" makes an init container fail even with exit code 0.
    pub reason: *const c_char,
    /// The length of `reason`.
    pub reason_len: usize,
    /// The pod's restart policy, one of PODVERDICT_POLICY_.
    pub pod_policy: i32,
    /// The container's own restart policy, one of PODVERDICT_POLICY_.
    pub container_policy: i32,
    /// The container's restartPolicyRules.
    pub rules: *const podverdict_restart_rule,
    /// How many rules.
    pub rules_len: usize,
    /// Whether the pod is being deleted.
    pub pod_deleted: bool,
}

/// What happens to a container that ended, and why.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct podverdict_decision {
    /// PODVERDICT_LEAVE, PODVERDICT_RESTART or PODVERDICT_RESTART_ALL_CONTAINERS.
    pub verdict: i32,
    /// What decided, one of PODVERDICT_BECAUSE_.
    pub because: i32,
    /// The restart policy that decided, else PODVERDICT_POLICY_NONE.
    pub policy: i32,
    /// The rule that decided or was passed over, by its place from 0; -1 for none.
    pub rule: i64,
    /// Why the first rule that matches was not followed, one of PODVERDICT_PASSED_OVER_.
    pub passed_over: i32,
}

/// What the kubelet does about a container that has just ended, from plain numbers. Without rules nothing is allocated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_restart_decide(
    kubernetes: *const podverdict_kubernetes,
    exit: *const podverdict_exit,
    decision: *mut podverdict_decision,
    message: *mut podverdict_string,
) -> podverdict_status {
    let work = || {
        // SAFETY: the caller gives handles and structs as the header says.
        let (k8s, exit) = unsafe { (handle("kubernetes", kubernetes)?, handle("exit", exit)?) };
        // SAFETY: the same for what the struct points to.
        let (reason, rules) = unsafe {
            (text("reason", exit.reason, exit.reason_len)?, slice("rules", exit.rules, exit.rules_len)?)
        };
        let restart_policy_rules = if rules.is_empty() {
            None
        } else {
            // SAFETY: the same for what the rules point to.
            Some(rules.iter().map(|rule| unsafe { read_rule(rule) }).collect::<Result<_, _>>()?)
        };
        let container = Container {
            restart_policy: policy("container_policy", exit.container_policy)?,
            restart_policy_rules,
            ..Container::default()
        };
        let restart_policy = policy("pod_policy", exit.pod_policy)?.unwrap_or(RestartPolicy::Always);
        let mut pod = Pod { spec: PodSpec { restart_policy, ..PodSpec::default() }, ..Pod::default() };
        pod.metadata.deletion_timestamp = exit.pod_deleted.then(Time::default);
        let how = Exit { code: exit.exit_code, reason };
        Ok(numbers(on_exit(&k8s.0, &pod, &container, kind(exit.kind)?, how)))
    };
    // SAFETY: the caller gives outputs as the header says.
    unsafe { call(decision, message, work) }
}

/// What the kubelet does about a container of this pod that has just ended. `kind` is one of PODVERDICT_KIND_. Nothing is
/// allocated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_pod_on_exit(
    kubernetes: *const podverdict_kubernetes,
    pod: *const podverdict_pod,
    kind: i32,
    name: *const c_char,
    name_len: usize,
    exit_code: i32,
    reason: *const c_char,
    reason_len: usize,
    decision: *mut podverdict_decision,
    message: *mut podverdict_string,
) -> podverdict_status {
    let work = || {
        // SAFETY: the caller gives handles and strings as the header says.
        let (k8s, pod) = unsafe { (handle("kubernetes", kubernetes)?, handle("pod", pod)?) };
        // SAFETY: the same.
        let (name, reason) = unsafe { (text("name", name, name_len)?, text("reason", reason, reason_len)?) };
        let kind = self::kind(kind)?;
        let exit = Exit { code: exit_code, reason };
        Ok(numbers(on_exit(&k8s.0, &pod.0, container(&pod.0, kind, name)?, kind, exit)))
    };
    // SAFETY: the caller gives outputs as the header says.
    unsafe { call(decision, message, work) }
}

/// A sentence that says what decided.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_decision_text(
    decision: *const podverdict_decision,
    sentence: *mut podverdict_string,
) -> podverdict_status {
    let work = || {
        // SAFETY: the caller gives a struct as the header says.
        let decision = unsafe { handle("decision", decision) }?;
        Ok(export(because(decision)?.to_string()))
    };
    // SAFETY: the caller gives outputs as the header says.
    unsafe { call(sentence, std::ptr::null_mut(), work) }
}

/// # Safety
///
/// `rule` points to its values as the header says.
unsafe fn read_rule(rule: &podverdict_restart_rule) -> Result<ContainerRestartRule, Failure> {
    let action = match rule.action {
        PODVERDICT_ACTION_RESTART => ContainerRestartRuleAction::Restart,
        PODVERDICT_ACTION_RESTART_ALL_CONTAINERS => ContainerRestartRuleAction::RestartAllContainers,
        other => return Err(unknown("action", other)),
    };
    let operator = match rule.match_operator {
        PODVERDICT_OPERATOR_IN => ContainerRestartRuleOnExitCodesOperator::In,
        PODVERDICT_OPERATOR_NOT_IN => ContainerRestartRuleOnExitCodesOperator::NotIn,
        other => return Err(unknown("match_operator", other)),
    };
    // SAFETY: the caller's promise.
    let values = unsafe { slice("values", rule.values, rule.values_len) }?.to_vec();
    Ok(ContainerRestartRule {
        action,
        exit_codes: Some(ContainerRestartRuleOnExitCodes { operator, values }),
    })
}

fn unknown(name: &str, number: i32) -> Failure {
    Failure::argument(format!("{name} may not be {number}"))
}

fn kind(number: i32) -> Result<ContainerKind, Failure> {
    Ok(match number {
        PODVERDICT_KIND_REGULAR => ContainerKind::Regular,
        PODVERDICT_KIND_INIT => ContainerKind::Init,
        PODVERDICT_KIND_EPHEMERAL => ContainerKind::Ephemeral,
        other => return Err(unknown("kind", other)),
    })
}

fn policy(name: &str, number: i32) -> Result<Option<RestartPolicy>, Failure> {
    Ok(match number {
        PODVERDICT_POLICY_NONE => None,
        PODVERDICT_POLICY_ALWAYS => Some(RestartPolicy::Always),
        PODVERDICT_POLICY_ON_FAILURE => Some(RestartPolicy::OnFailure),
        PODVERDICT_POLICY_NEVER => Some(RestartPolicy::Never),
        other => return Err(unknown(name, other)),
    })
}

fn numbers(decision: Decision) -> podverdict_decision {
    let place = |index: usize| i64::try_from(index).unwrap_or(i64::MAX);
    let known = |policy| match policy {
        KnownPolicy::Always => PODVERDICT_POLICY_ALWAYS,
        KnownPolicy::OnFailure => PODVERDICT_POLICY_ON_FAILURE,
        KnownPolicy::Never => PODVERDICT_POLICY_NEVER,
    };
    let verdict = match decision.verdict {
        Verdict::Leave => PODVERDICT_LEAVE,
        Verdict::Restart => PODVERDICT_RESTART,
        Verdict::RestartAllContainers => PODVERDICT_RESTART_ALL_CONTAINERS,
    };
    let (mut rule, mut policy) = (-1, PODVERDICT_POLICY_NONE);
    let because = match decision.because {
        Because::Rule(index) => {
            rule = place(index);
            PODVERDICT_BECAUSE_RULE
        }
        Because::ContainerPolicy(by) => {
            policy = known(by);
            PODVERDICT_BECAUSE_CONTAINER_POLICY
        }
        Because::PodPolicy(by) => {
            policy = known(by);
            PODVERDICT_BECAUSE_POD_POLICY
        }
        Because::UnknownPodPolicy => PODVERDICT_BECAUSE_UNKNOWN_POD_POLICY,
        Because::PodDeleted => PODVERDICT_BECAUSE_POD_DELETED,
        Because::Sidecar => PODVERDICT_BECAUSE_SIDECAR,
        Because::InitCompleted => PODVERDICT_BECAUSE_INIT_COMPLETED,
        Because::Ephemeral => PODVERDICT_BECAUSE_EPHEMERAL,
        Because::NoRecord | Because::Running | Because::Created | Because::StateUnknown => {
            PODVERDICT_BECAUSE_OTHER
        }
    };
    let passed_over = match decision.passed_over {
        None => PODVERDICT_PASSED_OVER_NONE,
        Some((index, why)) => {
            rule = place(index);
            match why {
                PassedOver::GateOff => PODVERDICT_PASSED_OVER_GATE_OFF,
                PassedOver::UnknownAction => PODVERDICT_PASSED_OVER_UNKNOWN_ACTION,
                PassedOver::NoContainerPolicy => PODVERDICT_PASSED_OVER_NO_CONTAINER_POLICY,
                PassedOver::RulesOff => PODVERDICT_PASSED_OVER_RULES_OFF,
            }
        }
    };
    podverdict_decision { verdict, because, policy, rule, passed_over }
}

fn because(decision: &podverdict_decision) -> Result<Because, Failure> {
    let policy = || match decision.policy {
        PODVERDICT_POLICY_ALWAYS => Ok(KnownPolicy::Always),
        PODVERDICT_POLICY_ON_FAILURE => Ok(KnownPolicy::OnFailure),
        PODVERDICT_POLICY_NEVER => Ok(KnownPolicy::Never),
        other => Err(unknown("policy", other)),
    };
    Ok(match decision.because {
        PODVERDICT_BECAUSE_RULE => Because::Rule(
            usize::try_from(decision.rule).map_err(|_| Failure::argument("rule may not be negative"))?,
        ),
        PODVERDICT_BECAUSE_CONTAINER_POLICY => Because::ContainerPolicy(policy()?),
        PODVERDICT_BECAUSE_POD_POLICY => Because::PodPolicy(policy()?),
        PODVERDICT_BECAUSE_UNKNOWN_POD_POLICY => Because::UnknownPodPolicy,
        PODVERDICT_BECAUSE_POD_DELETED => Because::PodDeleted,
        PODVERDICT_BECAUSE_SIDECAR => Because::Sidecar,
        PODVERDICT_BECAUSE_INIT_COMPLETED => Because::InitCompleted,
        PODVERDICT_BECAUSE_EPHEMERAL => Because::Ephemeral,
        other => return Err(unknown("because", other)),
    })
}
