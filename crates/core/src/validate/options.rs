//! What validation tolerates: what the gates allow, and what the stored object already has.

use super::resource_name::is_whole_number_of_pages;
use super::{metadata, restart_policy};
use crate::model::{Pod, PodSpec, ResizeRestartPolicy, ResourceList};
use crate::release::{Gate, Kubernetes};
use crate::resize::resource_name::is_huge_page;

/// What validation of a pod tolerates. A field that a gate has switched off stays legal on an object that uses it already.
///
/// Source: `pkg/api/pod.GetValidationOptionsFromPodSpecAndMeta`; options that are the same for every pod on these releases
/// are not here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PodValidationOptions {
    /// Restart policies and rules on every kind of container (gate ContainerRestartRules, or in use).
    pub allow_container_restart_policy_rules: bool,
    /// Action `RestartAllContainers`, and rules on sidecars (gate RestartAllContainersOnContainerExits, or in use).
    pub allow_restart_all_containers: bool,
    /// Resize policy `RestartContainer` on an init container that is no sidecar (in use; on 1.35 always).
    pub allow_existing_restart_container_for_non_sidecar_init_container: bool,
    /// Huge pages that are no whole number of pages (in use).
    pub allow_indivisible_huge_pages_values: bool,
    /// A deletion cost that is no 32-bit integer (gate PodDeletionCost off, or in use).
    pub allow_invalid_pod_deletion_cost: bool,
    /// Pod-level resources are validated (gate PodLevelResources).
    pub pod_level_resources_enabled: bool,
    /// Pod-level resources may be resized (gate InPlacePodLevelResourcesVerticalScaling).
    pub in_place_pod_level_resources_vertical_scaling_enabled: bool,
    /// Memory-backed volumes may be resized (gate InPlacePodVerticalScalingMemoryBackedVolumes).
    pub in_place_pod_vertical_scaling_memory_backed_volumes_enabled: bool,
}

impl PodValidationOptions {
    /// The options for a new pod: what the gates allow.
    ///
    /// ```
    /// use podverdict::{release::{Kubernetes, Release}, validate::PodValidationOptions};
    /// let options = PodValidationOptions::for_create(&Kubernetes::new(Release::V1_35));
    /// assert!(options.allow_container_restart_policy_rules && !options.allow_restart_all_containers);
    /// ```
    #[must_use]
    pub fn for_create(k8s: &Kubernetes) -> Self {
        PodValidationOptions {
            allow_container_restart_policy_rules: k8s.enabled(Gate::ContainerRestartRules),
            allow_restart_all_containers: k8s.enabled(Gate::RestartAllContainersOnContainerExits),
            allow_existing_restart_container_for_non_sidecar_init_container: false,
            allow_indivisible_huge_pages_values: false,
            allow_invalid_pod_deletion_cost: !k8s.enabled(Gate::PodDeletionCost),
            pod_level_resources_enabled: k8s.enabled(Gate::PodLevelResources),
            in_place_pod_level_resources_vertical_scaling_enabled: k8s
                .enabled(Gate::InPlacePodLevelResourcesVerticalScaling),
            in_place_pod_vertical_scaling_memory_backed_volumes_enabled: k8s
                .enabled(Gate::InPlacePodVerticalScalingMemoryBackedVolumes),
        }
    }

    /// The options for a change of `old`: what the gates allow and what `old` has.
    ///
    /// ```
    /// use podverdict::{model::{Container, Pod, RestartPolicy}, release::{Kubernetes, Release}, validate::PodValidationOptions};
    /// let off = Kubernetes::with_gates(
    ///     Release::V1_35,
    ///     [("ContainerRestartRules", false), ("RestartAllContainersOnContainerExits", false)],
    /// )?;
    /// let mut old = Pod::default();
    /// old.spec.containers.push(Container { restart_policy: Some(RestartPolicy::Never), ..Container::default() });
    /// assert!(PodValidationOptions::for_update(&off, &old).allow_container_restart_policy_rules);
    /// # Ok::<(), podverdict::release::GateError>(())
    /// ```
    #[must_use]
    pub fn for_update(k8s: &Kubernetes, old: &Pod) -> Self {
        let mut options = Self::for_create(k8s);
        options.allow_container_restart_policy_rules |= restart_policy::rules_in_use(&old.spec);
        options.allow_restart_all_containers |= restart_policy::restart_all_containers_in_use(&old.spec);
        options.allow_existing_restart_container_for_non_sidecar_init_container =
            has_restart_container_for_non_sidecar_init_container(&old.spec);
        options.allow_indivisible_huge_pages_values = uses_indivisible_huge_pages(&old.spec);
        options.allow_invalid_pod_deletion_cost |= !metadata::has_valid_deletion_cost(&old.metadata);
        options
    }
}

/// pkg/api/pod.hasRestartContainerForNonSidecarInitContainer
fn has_restart_container_for_non_sidecar_init_container(spec: &PodSpec) -> bool {
    spec.init_containers.iter().filter(|container| !container.is_sidecar()).any(|container| {
        container
            .resize_policies()
            .iter()
            .any(|policy| policy.restart_policy == ResizeRestartPolicy::RestartContainer)
    })
}

/// pkg/api/pod.usesIndivisibleHugePagesValues: pod-level resources are not looked at.
fn uses_indivisible_huge_pages(spec: &PodSpec) -> bool {
    let indivisible = |list: &ResourceList| {
        list.iter()
            .any(|(name, amount)| is_huge_page(name) && !is_whole_number_of_pages(name, amount.value()))
    };
    spec.init_containers.iter().chain(&spec.containers).chain(&spec.ephemeral_containers).any(|container| {
        indivisible(&container.resources.limits) || indivisible(&container.resources.requests)
    }) || indivisible(&spec.overhead)
}
