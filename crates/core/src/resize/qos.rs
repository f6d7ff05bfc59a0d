//! Quality-of-service class.

use crate::model::{Pod, PodSpec, QosClass, ResourceList, ResourceRequirements, resource};
use crate::quantity::Quantity;
use crate::release::{Gate, Kubernetes, Release};
use crate::resize::requests::is_pod_level_resources_set;

/// The quality-of-service class that a pod's resources make (upstream: `pkg/apis/core/helper/qos.ComputePodQOS`, and
/// the same for `v1`).
///
/// Only CPU and memory count, and zero counts as absent. Pod-level resources decide alone where the pod has them: with
/// gate `PodLevelResources`, `spec.resources` that is there, even if empty; from 1.37, with gate
/// `PodLevelResourcesFixKubeletQOSClass`, `spec.resources` that names a resource. Otherwise the init and regular
/// containers decide together: Guaranteed if each has CPU and memory limits equal to its requests, BestEffort if none has
/// any, else Burstable. (Up to 1.36 upstream compares the sums over the containers, which is the same for every pod
/// that passes validation.)
///
/// ```
/// use podverdict::model::{Pod, QosClass};
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::resize::qos::compute_pod_qos;
///
/// let pod: Pod = serde_json::from_str(
///     r#"{"spec": {"resources": {}, "containers": [{"name": "app", "resources": {"requests": {"cpu": "1"}}}]}}"#,
/// )?;
/// assert_eq!(compute_pod_qos(&Kubernetes::new(Release::V1_36), &pod), QosClass::BestEffort);
/// assert_eq!(compute_pod_qos(&Kubernetes::new(Release::V1_37), &pod), QosClass::Burstable);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn compute_pod_qos(k8s: &Kubernetes, pod: &Pod) -> QosClass {
    let pod_level = pod.spec.resources.as_ref().filter(|_| {
        k8s.enabled(Gate::PodLevelResources)
            && (!k8s.enabled(Gate::PodLevelResourcesFixKubeletQOSClass) || is_pod_level_resources_set(pod))
    });
    if k8s.at_least(Release::V1_37) {
        match pod_level {
            Some(resources) => class_of(resources),
            None => combined_class(&pod.spec),
        }
    } else {
        let mut sums = Sums { may_be_guaranteed: true, ..Sums::default() };
        match pod_level {
            Some(resources) => sums.add_pod_level(resources),
            None => pod.spec.init_and_regular().for_each(|(c, _)| sums.add_container(&c.resources)),
        }
        sums.class()
    }
}

/// The quality-of-service class of a pod: the one its status has from its creation, or the computed one (upstream:
/// `GetPodQOS`).
///
/// ```
/// use podverdict::model::{Pod, QosClass};
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::resize::qos::pod_qos;
///
/// let pod: Pod = serde_json::from_str(r#"{"status": {"qosClass": "Burstable"}}"#)?;
/// assert_eq!(pod_qos(&Kubernetes::new(Release::V1_36), &pod), QosClass::Burstable);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn pod_qos(k8s: &Kubernetes, pod: &Pod) -> QosClass {
    if pod.status.qos_class.is_absent() { compute_pod_qos(k8s, pod) } else { pod.status.qos_class.clone() }
}

/// 1.37: the class that all containers share, Burstable if they do not share one.
fn combined_class(spec: &PodSpec) -> QosClass {
    let mut classes = spec.init_and_regular().map(|(container, _)| class_of(&container.resources));
    let Some(first) = classes.next() else { return QosClass::BestEffort };
    if first == QosClass::Burstable || classes.any(|class| class != first) {
        return QosClass::Burstable;
    }
    first
}

/// 1.37: the class that CPU and memory share (upstream: `requirementsQOS`).
fn class_of(resources: &ResourceRequirements) -> QosClass {
    let class = |name| {
        let amount = |list: &ResourceList| list.get(name).cloned().unwrap_or_default();
        match (amount(&resources.requests), amount(&resources.limits)) {
            (request, limit) if request != limit => QosClass::Burstable,
            (request, _) if request.is_zero() => QosClass::BestEffort,
            _ => QosClass::Guaranteed,
        }
    };
    let (cpu, memory) = (class(resource::CPU), class(resource::MEMORY));
    if cpu == memory { cpu } else { QosClass::Burstable }
}

/// Up to 1.36: sums of the positive amounts.
#[derive(Default)]
struct Sums {
    requests: CpuAndMemory,
    limits: CpuAndMemory,
    may_be_guaranteed: bool,
}

#[derive(Default, PartialEq)]
struct CpuAndMemory {
    cpu: Option<Quantity>,
    memory: Option<Quantity>,
}

impl CpuAndMemory {
    /// Whether the list has a positive amount of both.
    fn add(&mut self, list: &ResourceList) -> bool {
        let add = |sum: &mut Option<Quantity>, amount: Option<&Quantity>| match amount {
            Some(amount) if amount.sign() == 1 => {
                sum.get_or_insert_default().add(amount);
                true
            }
            _ => false,
        };
        let cpu = add(&mut self.cpu, list.cpu());
        let memory = add(&mut self.memory, list.memory());
        cpu && memory
    }

    fn is_empty(&self) -> bool {
        self.cpu.is_none() && self.memory.is_none()
    }
}

impl Sums {
    fn add_pod_level(&mut self, resources: &ResourceRequirements) {
        self.requests.add(&resources.requests);
        // Without any limits the class is left to the comparison below.
        if !resources.limits.is_empty() && !self.limits.add(&resources.limits) {
            self.may_be_guaranteed = false;
        }
    }

    fn add_container(&mut self, resources: &ResourceRequirements) {
        self.requests.add(&resources.requests);
        if !self.limits.add(&resources.limits) {
            self.may_be_guaranteed = false;
        }
    }

    fn class(&self) -> QosClass {
        if self.requests.is_empty() && self.limits.is_empty() {
            QosClass::BestEffort
        } else if self.may_be_guaranteed && self.requests == self.limits {
            QosClass::Guaranteed
        } else {
            QosClass::Burstable
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::Release::{V1_35, V1_36, V1_37};

    fn classes(spec: &str) -> [QosClass; 3] {
        let pod = Pod { spec: serde_json::from_str(spec).unwrap(), ..Pod::default() };
        [V1_35, V1_36, V1_37].map(|release| compute_pod_qos(&Kubernetes::new(release), &pod))
    }

    #[test]
    fn zero_is_absent_and_other_resources_do_not_count() {
        let spec = r#"{"containers": [{"resources": {
            "requests": {"cpu": "0", "ephemeral-storage": "1Gi"}, "limits": {"memory": "0"}}}]}"#;
        assert_eq!(classes(spec), [QosClass::BestEffort, QosClass::BestEffort, QosClass::BestEffort]);
    }

    #[test]
    fn equal_amounts_may_be_spelled_differently() {
        let spec = r#"{"containers": [{"resources": {
            "requests": {"cpu": "1000m", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1024Mi"}}}]}"#;
        assert_eq!(classes(spec), [QosClass::Guaranteed, QosClass::Guaranteed, QosClass::Guaranteed]);
    }

    #[test]
    fn one_container_without_resources_makes_a_pod_burstable() {
        let spec = r#"{"initContainers": [{}], "containers": [{"resources": {
            "requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}}}]}"#;
        assert_eq!(classes(spec), [QosClass::Burstable, QosClass::Burstable, QosClass::Burstable]);
    }

    #[test]
    fn sums_decide_before_1_37() {
        // Not legal: a request above its limit.
        let spec = r#"{"containers": [
            {"resources": {"requests": {"cpu": "1", "memory": "1"}, "limits": {"cpu": "2", "memory": "1"}}},
            {"resources": {"requests": {"cpu": "2", "memory": "1"}, "limits": {"cpu": "1", "memory": "1"}}}]}"#;
        assert_eq!(classes(spec), [QosClass::Guaranteed, QosClass::Guaranteed, QosClass::Burstable]);
    }
}
