//! Creation of a pod.

use super::{PodValidationOptions, PodVerdict, convert, disabled_fields, metadata, pod};
use super::{set_defaults, without_repetitions};
use crate::field::{FieldError, FieldErrors, Path};
use crate::model::{Pod, PodStatus, QosClass};
use crate::reason::Rule;
use crate::release::{Kubernetes, Release};
use crate::resize::pod_level_defaults;
use crate::resize::qos::{compute_pod_qos, pod_qos};

const EPHEMERAL_CONTAINERS: Rule =
    Rule::new("ephemeral_containers_not_on_create", "pkg/apis/core/validation.ValidatePodCreate");
const SCHEDULING_GATES: Rule =
    Rule::new("node_name_or_scheduling_gates", "pkg/apis/core/validation.ValidatePodCreate");

/// Would the API server create this pod; if not, what is wrong with it; and what it would store.
///
/// The pod is taken as a client sends it: it is defaulted ([`set_defaults`]), prepared ([`prepare_pod_create`]) and
/// validated ([`validate_prepared_pod_create`]). Admission plugins are not asked.
///
/// ```
/// use podverdict::{model::{Container, Pod, QosClass}, release::{Kubernetes, Release}, validate};
/// let mut pod = Pod::default();
/// pod.metadata.name = "web".into();
/// pod.spec.containers.push(Container { name: "app".into(), image: "app:1".into(), ..Container::default() });
/// let verdict = validate::validate_pod_create(&Kubernetes::new(Release::V1_36), pod);
/// assert!(verdict.accepted());
/// assert_eq!(verdict.pod.status.qos_class, QosClass::BestEffort);
/// ```
#[must_use]
pub fn validate_pod_create(k8s: &Kubernetes, mut pod: Pod) -> PodVerdict {
    set_defaults(k8s, &mut pod);
    convert(k8s, &mut pod);
    prepare_pod_create(k8s, &mut pod);
    PodVerdict { errors: validate_prepared_pod_create(k8s, &pod), pod }
}

/// What the API server does to a new pod before it validates it: it completes the metadata, resets the status, takes away
/// fields of gates that are off, sets pod-level defaults (1.37), and computes the QoS class.
///
/// Up to 1.36 a QoS class that the client sends is kept.
///
/// Source: `pkg/registry/core/pod.podStrategy.PrepareForCreate` and the generic registry. A generated name ends in `xxxxx`
/// here. Affinity and spreading constraints are left as they are.
///
/// ```
/// use podverdict::{model::Pod, release::{Kubernetes, Release}, validate};
/// let mut pod = Pod::default();
/// validate::prepare_pod_create(&Kubernetes::new(Release::V1_36), &mut pod);
/// assert_eq!(pod.metadata.namespace, "default");
/// assert_eq!(pod.metadata.generation, 1);
/// ```
pub fn prepare_pod_create(k8s: &Kubernetes, pod: &mut Pod) {
    metadata::complete_new(&mut pod.metadata);
    pod.metadata.generation = 1;
    let early_class = if k8s.at_least(Release::V1_37) { QosClass::default() } else { pod_qos(k8s, pod) };
    pod.status =
        PodStatus { phase: crate::model::PodPhase::Pending, qos_class: early_class, ..PodStatus::default() };
    disabled_fields::drop_from_spec(k8s, &mut pod.spec, None);
    pod_level_defaults::when_prepared(k8s, pod);
    if pod.status.qos_class.is_absent() {
        pod.status.qos_class = compute_pod_qos(k8s, pod);
    }
}

/// The errors of a new pod that is defaulted and prepared already.
///
/// Source: `pkg/apis/core/validation.ValidatePodCreate`. Which fields are judged is said at [the module](super).
///
/// ```
/// use podverdict::{model::Pod, release::{Kubernetes, Release}, validate};
/// let errors = validate::validate_prepared_pod_create(&Kubernetes::new(Release::V1_36), &Pod::default());
/// assert!(errors.iter().any(|error| error.to_string() == "spec.containers: Required value"));
/// ```
#[must_use]
pub fn validate_prepared_pod_create(k8s: &Kubernetes, pod: &Pod) -> FieldErrors {
    let mut errors = FieldErrors::new();
    pod::validate_metadata_and_spec(k8s, &PodValidationOptions::for_create(k8s), pod, &mut errors);
    let path = Path::root("spec");
    if !pod.spec.ephemeral_containers.is_empty() {
        let path = path.child("ephemeralContainers");
        errors.push(FieldError::forbidden(&path, "cannot be set on create").because(EPHEMERAL_CONTAINERS));
    }
    if !pod.spec.node_name.is_empty() && !pod.spec.scheduling_gates.is_empty() {
        let detail = "cannot be set until all schedulingGates have been cleared";
        errors.push(FieldError::forbidden(&path.child("nodeName"), detail).because(SCHEDULING_GATES));
    }
    without_repetitions(k8s, errors)
}
