//! Restart policies of pods and containers, and restart rules.

use super::PodValidationOptions;
use crate::field::{FieldError, FieldErrors, Path};
use crate::model::{
    Container, ContainerRestartRule, ContainerRestartRuleAction, ContainerRestartRuleOnExitCodes,
    ContainerRestartRuleOnExitCodesOperator, PodSpec, RestartPolicy,
};
use crate::reason::Rule;
use crate::release::{Kubernetes, Release};

const MAX_RULES: usize = 20;
const MAX_EXIT_CODES: usize = 255;

const POD_POLICY: Rule =
    Rule::new("pod_restart_policy_supported", "pkg/apis/core/validation.validateRestartPolicy");
const REGULAR_POLICY: Rule =
    Rule::new("container_restart_policy_gated", "pkg/apis/core/validation.validateContainers");
const INIT_POLICY: Rule = Rule::new(
    "init_container_restart_policy_always_only",
    "pkg/apis/core/validation.validateInitContainerRestartPolicy",
);
const SIDECAR_RULES: Rule =
    Rule::new("sidecar_restart_rules_gated", "pkg/apis/core/validation.validateInitContainerRestartPolicy");
const RULES_NEED_POLICY: Rule =
    Rule::new("restart_rules_need_restart_policy", "pkg/apis/core/validation.validateContainerRestartPolicy");
const CONTAINER_POLICY: Rule = Rule::new(
    "container_restart_policy_supported",
    "pkg/apis/core/validation.validateContainerRestartPolicy",
);
const TOO_MANY_RULES: Rule =
    Rule::new("restart_rules_at_most_20", "pkg/apis/core/validation.validateContainerRestartPolicy");
const ACTION: Rule =
    Rule::new("restart_rule_action_supported", "pkg/apis/core/validation.validateContainerRestartPolicy");
const EXIT_CODES: Rule =
    Rule::new("restart_rule_needs_exit_codes", "pkg/apis/core/validation.validateContainerRestartPolicy");
const OPERATOR: Rule =
    Rule::new("restart_rule_operator_supported", "pkg/apis/core/validation.validateContainerRestartPolicy");
const TOO_MANY_EXIT_CODES: Rule = Rule::new(
    "restart_rule_exit_codes_at_most_255",
    "pkg/apis/core/validation.validateContainerRestartPolicy",
);

const POLICY_MISSING: &str = "must specify restartPolicy when restart rules are used";

/// `spec.restartPolicy` (validateRestartPolicy).
pub(super) fn validate_pod(policy: &RestartPolicy, path: &Path<'_>, errors: &mut FieldErrors) {
    let error = match policy {
        RestartPolicy::Always | RestartPolicy::OnFailure | RestartPolicy::Never => return,
        RestartPolicy::Other(text) if text.is_empty() => FieldError::required(path, ""),
        RestartPolicy::Other(text) => {
            FieldError::not_supported(path, text.as_str(), &["Always", "OnFailure", "Never"])
        }
    };
    errors.push(error.because(POD_POLICY));
}

/// The policy and rules of a regular container (the end of validateContainers).
pub(super) fn validate_regular(
    k8s: &Kubernetes,
    options: &PodValidationOptions,
    container: &Container,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    if options.allow_container_restart_policy_rules {
        validate_policy_and_rules(k8s, options, container, path, errors);
    } else if container.restart_policy.is_some() {
        let path = path.child("restartPolicy");
        errors.push(
            FieldError::forbidden(&path, "may not be set for non-init containers").because(REGULAR_POLICY),
        );
    }
}

/// The policy and rules of an init container (validateInitContainerRestartPolicy).
pub(super) fn validate_init(
    k8s: &Kubernetes,
    options: &PodValidationOptions,
    container: &Container,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    let Some(policy) = &container.restart_policy else {
        // Without a policy the rules themselves are not looked at, unlike those of a regular container.
        if !container.rules().is_empty() {
            let path = path.child("restartPolicy");
            errors.push(FieldError::required(&path, POLICY_MISSING).because(RULES_NEED_POLICY));
        }
        return;
    };
    match policy {
        RestartPolicy::Always if !options.allow_container_restart_policy_rules => {}
        policy if !options.allow_container_restart_policy_rules => {
            let path = path.child("restartPolicy");
            errors.push(FieldError::not_supported(&path, policy.as_str(), &["Always"]).because(INIT_POLICY));
        }
        RestartPolicy::Always if !options.allow_restart_all_containers => {
            if !container.rules().is_empty() {
                let path = path.child("restartPolicyRules");
                let detail =
                    "restartPolicyRules are not allowed for init containers with restart policy Always";
                errors.push(FieldError::forbidden(&path, detail).because(SIDECAR_RULES));
            }
        }
        _ => validate_policy_and_rules(k8s, options, container, path, errors),
    }
}

/// validateContainerRestartPolicy
fn validate_policy_and_rules(
    k8s: &Kubernetes,
    options: &PodValidationOptions,
    container: &Container,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    let rules = container.rules();
    let policy_path = path.child("restartPolicy");
    match &container.restart_policy {
        None if rules.is_empty() => return,
        None => errors.push(FieldError::required(&policy_path, POLICY_MISSING).because(RULES_NEED_POLICY)),
        Some(RestartPolicy::Other(text)) => errors.push(
            FieldError::not_supported(&policy_path, text.as_str(), &["Always", "Never", "OnFailure"])
                .because(CONTAINER_POLICY),
        ),
        Some(_) => {}
    }
    let rules_path = path.child("restartPolicyRules");
    if rules.len() > MAX_RULES {
        errors.push(too_many(k8s, &rules_path, rules.len(), MAX_RULES).because(TOO_MANY_RULES));
    }
    for (i, rule) in rules.iter().enumerate() {
        validate_rule(k8s, options, rule, &rules_path.index(i), errors);
    }
}

fn validate_rule(
    k8s: &Kubernetes,
    options: &PodValidationOptions,
    rule: &ContainerRestartRule,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    let allowed = match rule.action {
        ContainerRestartRuleAction::Restart => true,
        ContainerRestartRuleAction::RestartAllContainers => options.allow_restart_all_containers,
        ContainerRestartRuleAction::Other(_) => false,
    };
    if !allowed {
        // 1.35 lists the one action even where both are allowed.
        let listed: &[&str] = if options.allow_restart_all_containers && k8s.at_least(Release::V1_36) {
            &["Restart", "RestartAllContainers"]
        } else {
            &["Restart"]
        };
        let path = path.child("action");
        errors.push(FieldError::not_supported(&path, rule.action.as_str(), listed).because(ACTION));
    }
    let path = path.child("exitCodes");
    match &rule.exit_codes {
        Some(exit_codes) => validate_exit_codes(k8s, exit_codes, &path, errors),
        None => errors.push(FieldError::required(&path, "must be specified").because(EXIT_CODES)),
    }
}

fn validate_exit_codes(
    k8s: &Kubernetes,
    exit_codes: &ContainerRestartRuleOnExitCodes,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    if let ContainerRestartRuleOnExitCodesOperator::Other(text) = &exit_codes.operator {
        let path = path.child("operator");
        errors.push(FieldError::not_supported(&path, text.as_str(), &["In", "NotIn"]).because(OPERATOR));
    }
    let count = exit_codes.values.len();
    if count > MAX_EXIT_CODES {
        let path = path.child("values");
        errors.push(too_many(k8s, &path, count, MAX_EXIT_CODES).because(TOO_MANY_EXIT_CODES));
    }
}

/// 1.35 reports a list with too many items as a text with too many bytes.
fn too_many(k8s: &Kubernetes, path: &Path<'_>, actual: usize, max: usize) -> FieldError {
    if k8s.at_least(Release::V1_36) {
        FieldError::too_many(path, actual, max)
    } else {
        FieldError::too_long(path, max)
    }
}

/// Whether a stored pod uses what gate ContainerRestartRules guards (pkg/api/pod.containerRestartRulesInUse). A regular
/// container with rules but no policy does not count.
pub(super) fn rules_in_use(spec: &PodSpec) -> bool {
    spec.init_containers.iter().any(|container| {
        container.restart_policy.as_ref().is_some_and(|policy| *policy != RestartPolicy::Always)
            || !container.rules().is_empty()
    }) || spec.containers.iter().any(|container| container.restart_policy.is_some())
}

/// Whether a stored pod uses what gate RestartAllContainersOnContainerExits guards
/// (pkg/api/pod.restartAllContainersActionInUse): the action, or any rule on a sidecar.
pub(super) fn restart_all_containers_in_use(spec: &PodSpec) -> bool {
    spec.init_and_regular().any(|(container, init)| {
        has_restart_all_containers(container)
            || init && container.is_sidecar() && !container.rules().is_empty()
    })
}

/// Whether a rule of the container restarts all containers.
pub(super) fn has_restart_all_containers(container: &Container) -> bool {
    container.rules().iter().any(|rule| rule.action == ContainerRestartRuleAction::RestartAllContainers)
}

/// Takes away what gate ContainerRestartRules guards (pkg/api/pod.dropContainerRestartRules).
pub(super) fn drop_rules(spec: &mut PodSpec) {
    for container in &mut spec.init_containers {
        container.restart_policy.take_if(|policy| *policy != RestartPolicy::Always);
        container.restart_policy_rules = None;
    }
    for container in spec.containers.iter_mut().chain(&mut spec.ephemeral_containers) {
        container.restart_policy = None;
        container.restart_policy_rules = None;
    }
}
