//! Quality of service. (Until the one of in-place resize lands.)

use super::resource_name::is_supported_at_pod_level;
use crate::model::{Pod, QosClass, ResourceRequirements, resource};
use crate::quantity::Quantity;
use crate::release::{Gate, Kubernetes};

/// The class that was stored, or else the computed one (pkg/apis/core/helper/qos.GetPodQOS).
pub(super) fn stored_or_computed(k8s: &Kubernetes, pod: &Pod) -> QosClass {
    if pod.status.qos_class.is_absent() { compute(k8s, pod) } else { pod.status.qos_class.clone() }
}

/// pkg/apis/core/helper/qos.ComputePodQOS
pub(super) fn compute(k8s: &Kubernetes, pod: &Pod) -> QosClass {
    if let Some(resources) = pod.spec.resources.as_ref().filter(|_| k8s.enabled(Gate::PodLevelResources)) {
        let names = resources.requests.keys().chain(resources.limits.keys());
        if !k8s.enabled(Gate::PodLevelResourcesFixKubeletQOSClass)
            || names.into_iter().any(is_supported_at_pod_level)
        {
            return shape(resources);
        }
    }
    let mut class = None;
    for (container, _) in pod.spec.init_and_regular() {
        let shape = shape(&container.resources);
        if *class.get_or_insert_with(|| shape.clone()) != shape {
            return QosClass::Burstable;
        }
        if shape == QosClass::Burstable {
            return shape;
        }
    }
    class.unwrap_or(QosClass::BestEffort)
}

fn shape(resources: &ResourceRequirements) -> QosClass {
    let zero = Quantity::default();
    let of = |name| {
        let request = resources.requests.get(name).unwrap_or(&zero);
        let limit = resources.limits.get(name).unwrap_or(&zero);
        match (request == limit, request.is_zero()) {
            (false, _) => QosClass::Burstable,
            (true, true) => QosClass::BestEffort,
            (true, false) => QosClass::Guaranteed,
        }
    };
    let (cpu, memory) = (of(resource::CPU), of(resource::MEMORY));
    if cpu == memory { cpu } else { QosClass::Burstable }
}
