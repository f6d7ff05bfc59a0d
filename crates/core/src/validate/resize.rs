//! Resizes of a pod: subresource `resize`.

mod pod_level;
mod volumes;

use alloc::format;

use super::update::disabled_fields::drop_from_document;
use super::{MIRROR_ANNOTATION, PodValidationOptions, PodVerdict, metadata, pod, without_repetitions};
use crate::field::{FieldError, FieldErrors, Path};
use crate::model::{
    Container, ContainerResizePolicy, Pod, PodDocument, PodSpec, ResizeRestartPolicy, ResourceList,
    ResourceRequirements, resource,
};
use crate::reason::Rule;
use crate::release::{Gate, Kubernetes, Release};
use crate::resize::allocation::is_resizable;
use crate::resize::pod_level_defaults;
use crate::resize::qos::{compute_pod_qos, pod_qos};
use crate::resize::refusal::{self, Refusal};

const NOT_REMOVED: Rule =
    Rule::new("resources_not_removed", "pkg/apis/core/validation.validateContainerResize");

/// Would the API server take this resize of a pod; if not, what is wrong with it; and what it would store.
///
/// `new` is the pod as a client sends it and `old` the pod as it is stored, both read by
/// [`read_document`](super::read_document). The new pod is prepared ([`prepare_pod_resize`]) and validated
/// ([`validate_prepared_pod_resize`]). Admission plugins are not asked: LimitRanger, ResourceQuota and, from 1.36,
/// PodResizeValidator may refuse what this accepts.
///
/// ```
/// use podverdict::{release::{Kubernetes, Release}, validate};
/// let k8s = Kubernetes::new(Release::V1_36);
/// let pod = |cpu: &str| validate::read_document(
///     &k8s,
///     &format!(
///         r#"{{"metadata": {{"name": "a"}},
///             "spec": {{"containers": [{{"name": "c", "image": "i", "resources": {{"requests": {{"cpu": "{cpu}"}}}}}}]}}}}"#
///     ),
///     true,
/// );
/// let verdict = validate::validate_pod_resize(&k8s, pod("2")?, pod("1")?);
/// assert!(verdict.accepted());
/// assert_eq!(verdict.pod.metadata.generation, 1);
/// assert_eq!(verdict.pod.spec.containers[0].resources.requests.cpu().unwrap().to_string(), "2");
/// # Ok::<(), podverdict::error::InputError>(())
/// ```
#[must_use]
pub fn validate_pod_resize(k8s: &Kubernetes, mut new: PodDocument, mut old: PodDocument) -> PodVerdict {
    prepare_pod_resize(k8s, &mut new, &mut old);
    PodVerdict { errors: validate_prepared_pod_resize(k8s, &new, &old), pod: new.pod }
}

/// What the API server does to a resize before it validates it.
///
/// Everything that is no resource, no resize policy and (1.37, behind a gate) no volume is silently put back to what is stored:
/// images, labels, status. Pod-level resources are put back, too, unless gate InPlacePodLevelResourcesVerticalScaling is on. But
/// where containers were added, removed, renamed or reordered, the pod (or the list) stays as it is for validation to see. On 1.37
/// pod-level resources that the client dropped come back, and their defaults are set. The generation is counted up if the spec
/// differs.
///
/// Of the stored pod the namespace and the resource version are completed. With defaults of pod-level resources set while their
/// resize is off, upstream sets them in the stored pod, too, because both pods share them then; so does this.
///
/// Source: `pkg/registry/core/pod.podResizeStrategy.PrepareForUpdate` and the generic registry.
///
/// ```
/// use podverdict::{release::{Kubernetes, Release}, validate};
/// let k8s = Kubernetes::new(Release::V1_36);
/// let pod = |image: &str| validate::read_document(
///     &k8s,
///     &format!(r#"{{"spec": {{"containers": [{{"name": "c", "image": "{image}"}}]}}}}"#),
///     true,
/// );
/// let (mut new, mut old) = (pod("i:2")?, pod("i:1")?);
/// validate::prepare_pod_resize(&k8s, &mut new, &mut old);
/// assert_eq!(new.pod.spec.containers[0].image, "i:1");
/// # Ok::<(), podverdict::error::InputError>(())
/// ```
pub fn prepare_pod_resize(k8s: &Kubernetes, new: &mut PodDocument, old: &mut PodDocument) {
    metadata::complete(&mut new.pod.metadata, &mut old.pod.metadata);
    let same_count = new.pod.spec.containers.len() == old.pod.spec.containers.len()
        && new.pod.spec.init_containers.len() == old.pod.spec.init_containers.len();
    if same_count {
        keep_all_but_resizable(k8s, new, old);
    }
    if k8s.enabled(Gate::PodLevelResourcesFixDefaulting) {
        default_pod_level(k8s, new, old, same_count);
    }
    drop_from_document(k8s, new, old);
    // The new pod holds the stored pod's own list of ephemeral containers, so that what a gate drops is gone from both.
    if same_count && new.pod.spec.ephemeral_containers != old.pod.spec.ephemeral_containers {
        old.pod.spec.ephemeral_containers.clone_from(&new.pod.spec.ephemeral_containers);
        old.spec.copy(&new.spec, "ephemeralContainers");
    }
    if !new.spec.equals(&old.spec) {
        new.pod.metadata.generation = new.pod.metadata.generation.wrapping_add(1);
    }
    metadata::keep_system_owned(&mut new.pod.metadata, &old.pod.metadata);
}

/// dropNonResizeUpdates
fn keep_all_but_resizable(k8s: &Kubernetes, new: &mut PodDocument, old: &PodDocument) {
    let Pod { metadata, spec, status } = &mut new.pod;
    let mut kept = old.pod.spec.clone();
    let mut tree = old.spec.clone();
    let lists = [
        ("containers", &mut kept.containers, &spec.containers),
        ("initContainers", &mut kept.init_containers, &spec.init_containers),
    ];
    for (list, kept, sent) in lists {
        if kept.iter().zip(sent).any(|(kept, sent)| kept.name != sent.name) {
            kept.clone_from(sent);
            tree.copy(&new.spec, list);
            continue;
        }
        for (kept, sent) in kept.iter_mut().zip(sent) {
            kept.resources.clone_from(&sent.resources);
            kept.resize_policy.clone_from(&sent.resize_policy);
        }
    }
    tree.take_changes(&old.pod.spec, &kept);
    if k8s.enabled(Gate::InPlacePodLevelResourcesVerticalScaling) {
        kept.resources = spec.resources.take();
        tree.copy(&new.spec, "resources");
    }
    if k8s.enabled(Gate::InPlacePodVerticalScalingMemoryBackedVolumes) {
        kept.volumes = core::mem::take(&mut spec.volumes);
        tree.copy(&new.spec, "volumes");
    }
    new.spec = tree;
    *spec = kept;
    status.clone_from(&old.pod.status);
    metadata.deletion_timestamp = old.pod.metadata.deletion_timestamp;
    metadata.labels.clone_from(&old.pod.metadata.labels);
    metadata.annotations.clone_from(&old.pod.metadata.annotations);
    metadata.finalizers.clone_from(&old.pod.metadata.finalizers);
    metadata.owner_references.clone_from(&old.pod.metadata.owner_references);
}

/// Brings back pod-level resources that were dropped, and sets their defaults.
fn default_pod_level(k8s: &Kubernetes, new: &mut PodDocument, old: &mut PodDocument, same_count: bool) {
    if new.pod.spec.resources.is_none() {
        new.pod.spec.resources.clone_from(&old.pod.spec.resources);
        new.spec.copy(&old.spec, "resources");
    }
    pod_level_defaults::when_prepared(k8s, &mut new.pod);
    if let Some(resources) = &new.pod.spec.resources {
        new.spec.take_pod_resources(resources);
    }
    if same_count && !k8s.enabled(Gate::InPlacePodLevelResourcesVerticalScaling) {
        old.pod.spec.resources.clone_from(&new.pod.spec.resources);
        old.spec.copy(&new.spec, "resources");
    }
}

/// The errors of a resize that is prepared already.
///
/// The new pod is validated as on create, with what the stored pod already has tolerated; then only CPU and memory of
/// containers, and of the pod where it may be resized, may differ, nothing that was given may be taken away, and the QoS class
/// must stay. A memory limit may shrink: whether it can is left to the node.
///
/// Source: `pkg/apis/core/validation.ValidatePodResize`. Which fields are judged on their own is said at [the module](super);
/// the comparison with the stored pod covers all fields.
///
/// ```
/// use podverdict::{release::{Kubernetes, Release}, validate};
/// let k8s = Kubernetes::new(Release::V1_36);
/// let json = r#"{"metadata": {"annotations": {"kubernetes.io/config.mirror": "1"}}}"#;
/// let pod = validate::read_document(&k8s, json, true)?;
/// let errors = validate::validate_prepared_pod_resize(&k8s, &pod, &pod);
/// assert_eq!(errors[0].to_string(), "[]: Forbidden: static pods cannot be resized");
/// # Ok::<(), podverdict::error::InputError>(())
/// ```
#[must_use]
pub fn validate_prepared_pod_resize(k8s: &Kubernetes, new: &PodDocument, old: &PodDocument) -> FieldErrors {
    without_repetitions(k8s, validate(k8s, new, old))
}

fn validate(k8s: &Kubernetes, new: &PodDocument, old: &PodDocument) -> FieldErrors {
    let nowhere = Path::root("");
    if old.pod.metadata.annotations.contains_key(MIRROR_ANNOTATION) {
        return alloc::vec![refused(&nowhere, refusal::STATIC_POD)];
    }
    if old.pod.spec.os.as_ref().is_some_and(|os| os.name == "windows") {
        return alloc::vec![refused(&nowhere, refusal::WINDOWS_POD)];
    }
    let mut errors = FieldErrors::new();
    let options = PodValidationOptions::for_update(k8s, &old.pod);
    let (metadata, stored) = (&new.pod.metadata, &old.pod.metadata);
    metadata::validate_update(k8s, metadata, stored, &Path::root("metadata"), &mut errors);
    pod::validate_metadata_and_spec(k8s, &options, &new.pod, &mut errors);

    let path = Path::root("spec");
    if pod_qos(k8s, &old.pod) != compute_pod_qos(k8s, &new.pod) {
        let class = new.pod.status.qos_class.as_str();
        errors.push(FieldError::invalid(&path, class, refusal::QOS.text).because(refusal::QOS.rule));
    }
    if !refusal::is_supported_by_node(&old.pod) {
        errors.push(refused(&path, refusal::NODE));
    }
    // The new spec with what may change put back: what differs still is forbidden.
    let mut masked = new.pod.spec.clone();
    if refusal::sets_pod_level_resources(&old.pod) || refusal::sets_pod_level_resources(&new.pod) {
        if !options.in_place_pod_level_resources_vertical_scaling_enabled {
            errors.push(refused(&nowhere, refusal::POD_LEVEL_GATED));
            return errors;
        }
        pod_level::validate(k8s, new, &old.pod, &mut masked, &path, &mut errors);
    }
    if k8s.release() == Release::V1_36 && !old.pod.status.node_allocatable_resource_claim_statuses.is_empty()
    {
        errors.push(refused(&path, refusal::CLAIMS));
    }
    if !validate_order(&new.pod.spec, &old.pod.spec, &path, &mut errors) {
        return errors;
    }
    validate_nothing_removed(k8s, &new.pod.spec, &old.pod.spec, &path, &mut errors);
    mask_containers(k8s, &mut masked, &old.pod.spec);
    let mut tree = new.spec.clone();
    tree.take_changes(&new.pod.spec, &masked);
    let masked = PodDocument { pod: Pod { spec: masked, ..Pod::default() }, spec: tree };
    validate_containers(k8s, new, &masked, old, &path, &mut errors);
    let mut tree = masked.spec;
    if k8s.at_least(Release::V1_37) {
        volumes::validate(&options, new, old, &path.child("volumes"), &mut errors);
        if options.in_place_pod_vertical_scaling_memory_backed_volumes_enabled {
            tree.copy(&old.spec, "volumes");
        }
    }
    if errors.is_empty() && !tree.equals(&old.spec) {
        errors.push(refused(&path, refusal::ONLY_CPU_AND_MEMORY));
    }
    errors
}

fn refused(path: &Path<'_>, refusal: Refusal) -> FieldError {
    FieldError::forbidden(path, refusal.text).because(refusal.rule)
}

/// Containers may not be added, removed, renamed or reordered (validatePodResizeContainerOrdering); `false` ends the
/// validation.
fn validate_order(new: &PodSpec, old: &PodSpec, path: &Path<'_>, errors: &mut FieldErrors) -> bool {
    let before = errors.len();
    let lists = [
        ("containers", &new.containers, &old.containers),
        ("initContainers", &new.init_containers, &old.init_containers),
    ];
    for (list, new, old) in lists {
        let path = path.child(list);
        if new.len() != old.len() {
            let detail = format!("{list} may not be added or removed on resize");
            errors.push(FieldError::forbidden(&path, detail).because(refusal::CONTAINERS.rule));
            continue;
        }
        for (i, (new, old)) in new.iter().zip(old).enumerate() {
            if new.name != old.name {
                let path = path.index(i);
                let detail = format!("{list} may not be renamed or reordered on resize");
                let error = FieldError::forbidden(&path.child("name"), detail);
                errors.push(error.because(refusal::CONTAINERS.rule));
            }
        }
    }
    errors.len() == before
}

/// Requests and limits may not be taken away (validateContainerResize). Which init containers are sidecars, here the stored
/// spec says.
fn validate_nothing_removed(
    k8s: &Kubernetes,
    new: &PodSpec,
    old: &PodSpec,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    let lists = [
        ("initContainers", &new.init_containers, &old.init_containers),
        ("containers", &new.containers, &old.containers),
    ];
    for (list, new, old) in lists {
        let list_path = path.child(list);
        let pairs = new.iter().zip(old).enumerate();
        for (i, (new, old)) in
            pairs.filter(|(_, (_, old))| list == "containers" || is_resizable(k8s, old, true))
        {
            let path = list_path.index(i);
            let path = path.child("resources");
            let what = ["resource requests cannot be removed", "resource limits cannot be removed"];
            validate_not_removed(&new.resources, &old.resources, what, NOT_REMOVED, &path, errors);
        }
    }
}

/// Requests and limits of one owner; `details` are the texts for either.
fn validate_not_removed(
    new: &ResourceRequirements,
    old: &ResourceRequirements,
    [of_requests, of_limits]: [&'static str; 2],
    rule: Rule,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    if removed(&new.requests, &old.requests) {
        errors.push(FieldError::forbidden(&path.child("requests"), of_requests).because(rule));
    }
    if removed(&new.limits, &old.limits) {
        errors.push(FieldError::forbidden(&path.child("limits"), of_limits).because(rule));
    }
}

/// resourcesRemoved
fn removed(new: &ResourceList, old: &ResourceList) -> bool {
    old.keys().any(|name| !new.contains_key(name))
}

/// Puts CPU and memory of the containers that may be resized back to what is stored.
fn mask_containers(k8s: &Kubernetes, masked: &mut PodSpec, old: &PodSpec) {
    for (masked, old) in masked.containers.iter_mut().zip(&old.containers) {
        mask_container(k8s, masked, old);
    }
    for (masked, old) in masked.init_containers.iter_mut().zip(&old.init_containers) {
        if is_resizable(k8s, masked, true) {
            mask_container(k8s, masked, old);
        }
    }
}

/// dropCPUMemoryResourcesFromContainer. Up to 1.36 it forgets the claims, so that a container with claims never is as it was.
fn mask_container(k8s: &Kubernetes, container: &mut Container, old: &Container) {
    mask_requirements(&mut container.resources, Some(&old.resources));
    if !k8s.at_least(Release::V1_37) {
        container.resources.claims = None;
    }
}

fn mask_requirements(resources: &mut ResourceRequirements, old: Option<&ResourceRequirements>) {
    mask_list(&mut resources.requests, old.map(|old| &old.requests));
    mask_list(&mut resources.limits, old.map(|old| &old.limits));
}

/// dropCPUMemoryUpdates
fn mask_list(list: &mut ResourceList, old: Option<&ResourceList>) {
    for name in [resource::CPU, resource::MEMORY] {
        match old.and_then(|old| old.get(name)) {
            Some(amount) => {
                list.insert(name, amount.clone());
            }
            None => {
                list.remove(name);
            }
        }
    }
}

/// No container may differ in more than CPU and memory, and those that may not be resized not at all.
fn validate_containers(
    k8s: &Kubernetes,
    new: &PodDocument,
    masked: &PodDocument,
    old: &PodDocument,
    path: &Path<'_>,
    errors: &mut FieldErrors,
) {
    for i in 0..masked.pod.spec.containers.len() {
        if !masked.spec.part_equals(&old.spec, &format!("containers[{i}]"), &[]) {
            errors.push(refused(path, refusal::ONLY_CPU_AND_MEMORY));
        }
    }
    let init_path = path.child("initContainers");
    for (i, container) in masked.pod.spec.init_containers.iter().enumerate() {
        let part = format!("initContainers[{i}]");
        let at = init_path.index(i);
        let changed = !new.spec.part_equals(&old.spec, &part, &[]);
        if !is_resizable(k8s, container, true) {
            if changed {
                errors.push(refused(path, refusal::INIT_CONTAINER));
            }
            continue;
        }
        if !masked.spec.part_equals(&old.spec, &part, &[]) {
            let error = if k8s.at_least(Release::V1_36) {
                let detail = "only cpu and memory resources for init or sidecar containers are mutable";
                FieldError::forbidden(&at, detail)
            } else {
                FieldError::forbidden(
                    path,
                    "only cpu and memory resources for sidecar containers are mutable",
                )
            };
            errors.push(error.because(refusal::ONLY_CPU_AND_MEMORY.rule));
        }
        if changed && !container.is_sidecar() {
            // One for each policy.
            let restarts = |policy: &&ContainerResizePolicy| {
                policy.restart_policy == ResizeRestartPolicy::RestartContainer
            };
            for _ in container.resize_policies().iter().filter(restarts) {
                errors.push(refused(&at, refusal::INIT_RESTART));
            }
        }
    }
}
