//! Probes: their numbers, and the grace period they grant.

use super::non_negative;
use crate::field::{FieldError, FieldErrors, Path};
use crate::model::{Container, Probe};
use crate::reason::Rule;

const NUMBERS: Rule = Rule::new("probe_number_not_negative", "pkg/apis/core/validation.validateProbe");
const GRACE_PERIOD: Rule = Rule::new("probe_grace_period_positive", "pkg/apis/core/validation.validateProbe");
const LIVENESS_SUCCESS: Rule =
    Rule::new("liveness_probe_succeeds_at_once", "pkg/apis/core/validation.validateLivenessProbe");
const STARTUP_SUCCESS: Rule =
    Rule::new("startup_probe_succeeds_at_once", "pkg/apis/core/validation.validateStartupProbe");
const READINESS_GRACE_PERIOD: Rule =
    Rule::new("readiness_probe_without_grace_period", "pkg/apis/core/validation.validateReadinessProbe");
const PLAIN_INIT: Rule =
    Rule::new("init_container_without_probes", "pkg/apis/core/validation.validateInitContainers");

/// The probes of a regular container or a sidecar.
pub(super) fn validate(container: &Container, path: &Path<'_>, errors: &mut FieldErrors) {
    if let Some(probe) = &container.liveness_probe {
        let path = path.child("livenessProbe");
        validate_probe(probe, &path, errors);
        validate_single_success(probe, LIVENESS_SUCCESS, &path, errors);
    }
    if let Some(probe) = &container.readiness_probe {
        let path = path.child("readinessProbe");
        validate_probe(probe, &path, errors);
        if let Some(seconds) = probe.termination_grace_period_seconds {
            let path = path.child("terminationGracePeriodSeconds");
            let error = FieldError::invalid(&path, seconds, "must not be set for readinessProbes");
            errors.push(error.because(READINESS_GRACE_PERIOD));
        }
    }
    if let Some(probe) = &container.startup_probe {
        let path = path.child("startupProbe");
        validate_probe(probe, &path, errors);
        validate_single_success(probe, STARTUP_SUCCESS, &path, errors);
    }
}

/// An init container that is no sidecar may have no hooks and no probes.
pub(super) fn validate_none(container: &Container, path: &Path<'_>, errors: &mut FieldErrors) {
    let given = [
        ("lifecycle", container.lifecycle.is_some()),
        ("livenessProbe", container.liveness_probe.is_some()),
        ("readinessProbe", container.readiness_probe.is_some()),
        ("startupProbe", container.startup_probe.is_some()),
    ];
    for (name, _) in given.into_iter().filter(|(_, given)| *given) {
        let detail = "may not be set for init containers without restartPolicy=Always";
        errors.push(FieldError::forbidden(&path.child(name), detail).because(PLAIN_INIT));
    }
}

/// validateProbe; what the probe does is not looked at.
fn validate_probe(probe: &Probe, path: &Path<'_>, errors: &mut FieldErrors) {
    let numbers = [
        ("initialDelaySeconds", probe.initial_delay_seconds),
        ("timeoutSeconds", probe.timeout_seconds),
        ("periodSeconds", probe.period_seconds),
        ("successThreshold", probe.success_threshold),
        ("failureThreshold", probe.failure_threshold),
    ];
    for (name, number) in numbers {
        non_negative(number.into(), &path.child(name), NUMBERS, errors);
    }
    if let Some(seconds @ ..=0) = probe.termination_grace_period_seconds {
        let path = path.child("terminationGracePeriodSeconds");
        errors.push(FieldError::invalid(&path, seconds, "must be greater than 0").because(GRACE_PERIOD));
    }
}

fn validate_single_success(probe: &Probe, rule: Rule, path: &Path<'_>, errors: &mut FieldErrors) {
    if probe.success_threshold != 1 {
        let path = path.child("successThreshold");
        errors.push(FieldError::invalid(&path, probe.success_threshold, "must be 1").because(rule));
    }
}
