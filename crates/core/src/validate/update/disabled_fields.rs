//! Fields that a gate has switched off and that only the tree of a spec holds.
//!
//! Upstream: `pkg/api/pod.dropDisabledFields`; gates that are locked on every release are left out.

use alloc::collections::BTreeSet;

use smol_str::SmolStr;

use super::super::disabled_fields;
use crate::model::{Lifecycle, Of, PodDocument, PodSpec, SpecTree};
use crate::release::{Gate, Kubernetes};

/// A gate a row, and the fields that go if it is off and the stored spec has none of them.
const DROPPED: &[(Gate, Of, &[&str])] = &[
    (Gate::UserNamespacesSupport, Of::Spec, &["hostUsers"]),
    (Gate::MatchLabelKeysInPodTopologySpread, Of::Spec, &["topologySpreadConstraints[].matchLabelKeys"]),
    (Gate::ClusterTrustBundleProjection, Of::Spec, &["volumes[].projected.sources[].clusterTrustBundle"]),
    (Gate::PodCertificateRequest, Of::Spec, &["volumes[].projected.sources[].podCertificate"]),
    (
        Gate::AtomicWriteVolumeUserFields,
        Of::Spec,
        &[
            "volumes[].secret.defaultUser",
            "volumes[].secret.items[].user",
            "volumes[].configMap.defaultUser",
            "volumes[].configMap.items[].user",
            "volumes[].downwardAPI.defaultUser",
            "volumes[].downwardAPI.items[].user",
            "volumes[].projected.defaultUser",
            "volumes[].projected.sources[].secret.items[].user",
            "volumes[].projected.sources[].downwardAPI.items[].user",
            "volumes[].projected.sources[].configMap.items[].user",
            "volumes[].projected.sources[].serviceAccountToken.user",
            "volumes[].projected.sources[].clusterTrustBundle.user",
            "volumes[].projected.sources[].podCertificate.user",
        ],
    ),
    (
        Gate::GRPCContainerProbeTLS,
        Of::Containers,
        &["livenessProbe.grpc.mode", "readinessProbe.grpc.mode", "startupProbe.grpc.mode"],
    ),
    (Gate::EvictionRequestAPI, Of::Spec, &["evictionResponders"]),
    (Gate::EmptyDirVolumeMode, Of::Spec, &["volumes[].emptyDir.mode"]),
    (Gate::VolumeBindMountOptions, Of::Containers, &["volumeMounts[].bindMountOptions"]),
    (Gate::HostnameOverride, Of::Spec, &["hostnameOverride"]),
    (Gate::EnvFiles, Of::Containers, &["env[].valueFrom.fileKeyRef"]),
    (Gate::SELinuxChangePolicy, Of::Spec, &["securityContext.seLinuxChangePolicy"]),
    (
        Gate::H2CContainerProbe,
        Of::Containers,
        &[
            "livenessProbe.httpGet.protocol",
            "readinessProbe.httpGet.protocol",
            "startupProbe.httpGet.protocol",
            "lifecycle.postStart.httpGet.protocol",
            "lifecycle.preStop.httpGet.protocol",
        ],
    ),
];

/// Takes the fields whose gate is off from a new pod, unless the stored pod has them: those of the model and all others.
pub(in crate::validate) fn drop_from_document(k8s: &Kubernetes, new: &mut PodDocument, old: &PodDocument) {
    drop_modelled(k8s, new, &old.pod.spec);
    let dropped = if new.spec.may_hold_gated() { DROPPED } else { &[] };
    for (gate, of, fields) in dropped {
        let given = || fields.iter().any(|field| new.spec.holds_in(*of, field));
        if k8s.enabled(*gate) || !given() {
            continue;
        }
        if !fields.iter().any(|field| old.spec.has_in(*of, field)) {
            fields.iter().for_each(|field| new.spec.remove_in(*of, field));
        }
    }
    if !k8s.enabled(Gate::ProcMountType) {
        reset_proc_mounts(&mut new.spec, &old.spec);
    }
    if !k8s.enabled(Gate::ImageVolume) {
        drop_image_volumes(&mut new.spec, &old.spec);
    }
    if !k8s.enabled(Gate::ContainerStopSignals) {
        drop_stop_signals(new, old);
    }
}

/// Takes the fields of the model, from the pod and from the tree.
fn drop_modelled(k8s: &Kubernetes, new: &mut PodDocument, old: &PodSpec) {
    if !k8s.enabled(Gate::ContainerRestartRules) {
        let before = new.pod.spec.clone();
        disabled_fields::drop_from_spec(k8s, &mut new.pod.spec, Some(old));
        new.spec.take_changes(&before, &new.pod.spec);
        return;
    }
    // Then containers keep what they have, and only these may go.
    let parts = |spec: &PodSpec| {
        [
            ("resources", spec.resources.is_some()),
            ("schedulingGroup", spec.scheduling_group.is_some()),
            ("workloadRef", spec.workload_ref.is_some()),
        ]
    };
    let before = parts(&new.pod.spec);
    disabled_fields::drop_from_spec(k8s, &mut new.pod.spec, Some(old));
    for ((part, given), (_, kept)) in before.into_iter().zip(parts(&new.pod.spec)) {
        if given && !kept {
            new.spec.remove(part);
        }
    }
}

/// dropDisabledProcMountField: the field stays, with its default.
fn reset_proc_mounts(new: &mut SpecTree, old: &SpecTree) {
    const PROC_MOUNT: &str = "securityContext.procMount";
    if !old.any_text(Of::Containers, PROC_MOUNT, |text| text != "Default") {
        new.replace_texts(Of::Containers, PROC_MOUNT, "Default");
    }
}

/// dropImageVolumes: the volumes go, and the mounts of them.
fn drop_image_volumes(new: &mut SpecTree, old: &SpecTree) {
    if old.has("volumes[].image") {
        return;
    }
    let mut dropped = BTreeSet::new();
    new.retain_items(Of::Spec, "volumes", &mut |volume| {
        let is_image = volume.has("image");
        if is_image {
            dropped.insert(SmolStr::new(volume.text("name")));
        }
        !is_image
    });
    new.retain_items(Of::Containers, "volumeMounts", &mut |mount| !dropped.contains(mount.text("name")));
}

/// dropContainerStopSignals: a lifecycle that held nothing else goes with them.
fn drop_stop_signals(new: &mut PodDocument, old: &PodDocument) {
    if old.spec.has_in(Of::Containers, "lifecycle.stopSignal") {
        return;
    }
    new.spec.remove_last_field(Of::Containers, "lifecycle", "stopSignal");
    let spec = &mut new.pod.spec;
    for container in
        spec.init_containers.iter_mut().chain(&mut spec.containers).chain(&mut spec.ephemeral_containers)
    {
        let Some(lifecycle) = &mut container.lifecycle else { continue };
        if lifecycle.stop_signal.take().is_some() && **lifecycle == Lifecycle::default() {
            container.lifecycle = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use super::DROPPED;
    use crate::model::{Of, SpecTree};
    use crate::release::{Kubernetes, Release};

    /// A pod with nothing but what a path leads to.
    fn pod_with(of: Of, path: &str, value: &str) -> String {
        let mut json = String::from(value);
        for step in path.rsplit('.') {
            json = match step.strip_suffix("[]") {
                Some(list) => format!(r#"{{"{list}": [{json}]}}"#),
                None => format!(r#"{{"{step}": {json}}}"#),
            };
        }
        match of {
            Of::Spec => format!(r#"{{"spec": {json}}}"#),
            Of::Containers => format!(r#"{{"spec": {{"containers": [{json}]}}}}"#),
        }
    }

    /// The schema says of every one of these fields that a gate may take it away.
    #[test]
    fn specs_that_hold_a_dropped_field_know_it() {
        let k8s = Kubernetes::new(Release::V1_37);
        for (_, of, fields) in DROPPED {
            for field in *fields {
                let read = |value| SpecTree::read(&k8s, &pod_with(*of, field, value), false);
                let values = ["1", "true", r#""a""#, r#"["a"]"#, "[{}]", "{}"];
                let holds = |spec: &SpecTree| spec.holds_in(*of, field) || spec.has_in(*of, field);
                let spec = values.into_iter().filter_map(|value| read(value).ok()).find(holds);
                assert!(spec.unwrap_or_else(|| panic!("no value for {field}")).may_hold_gated(), "{field}");
            }
        }
        assert!(!SpecTree::read(&k8s, r#"{"spec": {"hostname": "a"}}"#, true).unwrap().may_hold_gated());
    }
}
