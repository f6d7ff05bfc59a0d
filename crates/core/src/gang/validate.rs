//! Is a Workload, PodGroup or CompositePodGroup legal: what the API server says to a create and to an update.
//!
//! The answer comes in the steps of the API server: the object is read in its API version, gets its defaults, is prepared by
//! the registry (which drops fields whose feature gate is off) and is then validated, first by the rules that upstream wrote
//! by hand, then by the declared ones. Whether the API itself is served (`GenericWorkload`) is not asked.

mod api_version;
mod declarative;
mod group;
mod hierarchy;
mod internal;
mod parts;
mod prepare;
mod template;
mod v1alpha1;

use serde::Serialize;

use crate::error::InputError;
use crate::field::{FieldError, FieldErrors, Path};
use crate::model::{CompositePodGroup, PodGroup, Workload};
use crate::reason::Rule;
use crate::release::{Kubernetes, Release};
use crate::validate::metadata;

use api_version::Versioned;
pub(crate) use api_version::foreign_fields;
use declarative::Run;
use prepare::Prepare;

/// The steps before validation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steps {
    /// Apply API defaults to both objects.
    pub defaults: bool,
    /// Let the registry prepare the object: metadata that the system fills in, status, fields of gates that are off.
    pub prepare: bool,
}

impl Default for Steps {
    /// All steps, as the API server takes them.
    fn default() -> Self {
        Steps { defaults: true, prepare: true }
    }
}

/// What the API server says to an object.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ObjectVerdict<T> {
    /// What is wrong; empty means accepted.
    pub errors: FieldErrors,
    /// The object after defaulting and preparation, as it would be stored.
    pub object: T,
}

/// Is this Workload legal? With `old`, as an update of that.
///
/// 1.35 has `v1alpha1`, 1.36 `v1alpha2`, 1.37 `v1beta1` and `v1alpha3`; an object without API version is of the first one.
/// Upstream: `pkg/registry/scheduling/workload`.
///
/// # Errors
///
/// If an object is not of a kind and version that the release has, or has a disruption mode in the form of another version.
/// The path starts with `object` or `oldObject`.
///
/// ```
/// use podverdict::gang::validate::{Steps, validate_workload};
/// use podverdict::model::Workload;
/// use podverdict::release::{Kubernetes, Release};
///
/// let workload: Workload = serde_json::from_str(
///     r#"{"metadata": {"name": "w"}, "spec": {"podGroups": [{"name": "a", "policy": {"gang": {"minCount": 0}}}]}}"#,
/// )?;
/// let k8s = Kubernetes::new(Release::V1_35);
/// let verdict = validate_workload(&k8s, &workload, None, Steps::default())?;
/// assert_eq!(
///     verdict.errors[0].to_string(),
///     "spec.podGroups[0].policy.gang.minCount: Invalid value: 0: must be greater than zero",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn validate_workload(
    k8s: &Kubernetes,
    workload: &Workload,
    old: Option<&Workload>,
    steps: Steps,
) -> Result<ObjectVerdict<Workload>, InputError> {
    verdict(k8s, workload, old, steps)
}

/// Is this PodGroup legal? With `old`, as an update of that. Since 1.36.
///
/// 1.36 has `v1alpha2`, 1.37 `v1beta1` and `v1alpha3`; an object without API version is of the first one.
/// Upstream: `pkg/registry/scheduling/podgroup`.
///
/// # Errors
///
/// As for [`validate_workload`]; always on 1.35.
///
/// ```
/// use podverdict::gang::validate::{Steps, validate_podgroup};
/// use podverdict::model::PodGroup;
/// use podverdict::release::{Kubernetes, Release};
///
/// let read = |min_count: u8| {
///     let policy = format!(r#"{{"gang": {{"minCount": {min_count}}}}}"#);
///     serde_json::from_str(&format!(r#"{{"metadata": {{"name": "g"}}, "spec": {{"schedulingPolicy": {policy}}}}}"#))
/// };
/// let (old, new): (PodGroup, PodGroup) = (read(5)?, read(4)?);
/// // 1.36 freezes the policy, 1.37 does not.
/// for (release, count) in [(Release::V1_36, 1), (Release::V1_37, 0)] {
///     let verdict = validate_podgroup(&Kubernetes::new(release), &new, Some(&old), Steps::default())?;
///     assert_eq!(verdict.errors.len(), count);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn validate_podgroup(
    k8s: &Kubernetes,
    group: &PodGroup,
    old: Option<&PodGroup>,
    steps: Steps,
) -> Result<ObjectVerdict<PodGroup>, InputError> {
    verdict(k8s, group, old, steps)
}

/// Is this CompositePodGroup legal? With `old`, as an update of that. Since 1.37, in `v1alpha3`.
///
/// Upstream: `pkg/registry/scheduling/compositepodgroup`.
///
/// # Errors
///
/// As for [`validate_workload`]; always before 1.37.
///
/// ```
/// use podverdict::gang::validate::{Steps, validate_compositepodgroup};
/// use podverdict::model::CompositePodGroup;
/// use podverdict::release::{Kubernetes, Release};
///
/// let group: CompositePodGroup =
///     serde_json::from_str(r#"{"metadata": {"name": "g"}, "spec": {"schedulingPolicy": {"basic": {}}}}"#)?;
/// let verdict = validate_compositepodgroup(&Kubernetes::new(Release::V1_37), &group, None, Steps::default())?;
/// assert_eq!(verdict.errors[0].to_string(), "spec.workloadRef: Required value");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn validate_compositepodgroup(
    k8s: &Kubernetes,
    group: &CompositePodGroup,
    old: Option<&CompositePodGroup>,
    steps: Steps,
) -> Result<ObjectVerdict<CompositePodGroup>, InputError> {
    verdict(k8s, group, old, steps)
}

fn verdict<T: Versioned + Prepare + Rules>(
    k8s: &Kubernetes,
    object: &T,
    old: Option<&T>,
    steps: Steps,
) -> Result<ObjectVerdict<T>, InputError> {
    let read = |object: &T, name: &str| {
        let named = |error: InputError| match error.path.as_str() {
            "" => error,
            path => InputError { path: alloc::format!("{name}.{path}"), ..error },
        };
        let mut object = object.read(k8s).map_err(named)?;
        if steps.defaults {
            object.set_defaults(k8s);
        }
        Ok(object)
    };
    let mut object = read(object, "object")?;
    let mut old = old.map(|old| read(old, "oldObject")).transpose()?;
    if steps.prepare {
        match &mut old {
            None => prepare::before_create(k8s, &mut object),
            Some(old) => prepare::before_update(k8s, &mut object, old),
        }
    }
    let errors = object.rules(k8s, old.as_ref());
    Ok(ObjectVerdict { errors, object })
}

/// A kind's rules, in the order upstream applies them.
trait Rules {
    fn rules(&self, k8s: &Kubernetes, old: Option<&Self>) -> FieldErrors;
}

impl Rules for Workload {
    fn rules(&self, k8s: &Kubernetes, old: Option<&Self>) -> FieldErrors {
        let mut errors = FieldErrors::new();
        let (metadata, spec) = (Path::root("metadata"), Path::root("spec"));
        match old {
            None => metadata::validate(k8s, &self.metadata, &metadata, &mut errors),
            Some(old) => {
                metadata::validate_update(k8s, &self.metadata, &old.metadata, &metadata, &mut errors)
            }
        }
        if !k8s.at_least(Release::V1_36) {
            v1alpha1::workload_spec(&self.spec, &spec, &mut errors);
            if let Some(old) = old {
                v1alpha1::workload_spec_update(&self.spec, &old.spec, &mut errors);
            }
            return errors;
        }
        if k8s.at_least(Release::V1_37) {
            hierarchy::workload_spec(&self.spec, &spec, &mut errors);
        }
        let mut run = Run::after(k8s, old.is_some(), errors);
        run.field("spec", &self.spec, old.map(|old| &old.spec), template::workload_spec);
        run.errors
    }
}

impl Rules for PodGroup {
    fn rules(&self, k8s: &Kubernetes, old: Option<&Self>) -> FieldErrors {
        const WORKLOAD_REF: Rule =
            Rule::new("workload_ref_required", "pkg/apis/scheduling/validation.ValidatePodGroup");
        let mut errors = FieldErrors::new();
        let metadata = Path::root("metadata");
        match old {
            None => {
                metadata::validate(k8s, &self.metadata, &metadata, &mut errors);
                // 1.37; the declared twin of this rule, which would see to updates as well, is in alpha.
                if self.spec.parent_composite_pod_group_name.is_some() && self.spec.workload_ref.is_none() {
                    let detail = "must be set when parentCompositePodGroupName is set";
                    let error = FieldError::required(&Path::root("spec").child("workloadRef"), detail);
                    errors.push(error.with_origin("dependentRequired").because(WORKLOAD_REF));
                }
            }
            Some(old) => {
                metadata::validate_update(k8s, &self.metadata, &old.metadata, &metadata, &mut errors)
            }
        }
        let mut run = Run::after(k8s, old.is_some(), errors);
        run.field("spec", &self.spec, old.map(|old| &old.spec), group::pod_group_spec);
        run.field("status", &self.status, old.map(|old| &old.status), group::pod_group_status);
        run.errors
    }
}

impl Rules for CompositePodGroup {
    fn rules(&self, k8s: &Kubernetes, old: Option<&Self>) -> FieldErrors {
        let mut errors = FieldErrors::new();
        let metadata = Path::root("metadata");
        match old {
            None => metadata::validate(k8s, &self.metadata, &metadata, &mut errors),
            Some(old) => {
                metadata::validate_update(k8s, &self.metadata, &old.metadata, &metadata, &mut errors)
            }
        }
        let mut run = Run::after(k8s, old.is_some(), errors);
        run.field("spec", &self.spec, old.map(|old| &old.spec), group::composite_pod_group_spec);
        run.errors
    }
}
