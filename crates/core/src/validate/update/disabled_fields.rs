//! Fields that a gate has switched off and that only the tree of a spec holds.
//!
//! Upstream: `pkg/api/pod.dropDisabledFields`; gates that are locked on every release are left out.

use alloc::collections::BTreeSet;

use smol_str::SmolStr;

use super::super::disabled_fields;
use crate::model::{Lifecycle, PodDocument, SpecTree};
use crate::release::{Gate, Kubernetes};

const CONTAINERS: [&str; 3] = ["initContainers[]", "containers[]", "ephemeralContainers[]"];

/// Where fields are.
enum Of {
    Spec,
    Container,
}

/// A gate a row, and the fields that go if it is off and the stored spec has none of them.
const DROPPED: &[(Gate, Of, &[&str])] = &[
    (Gate::UserNamespacesSupport, Of::Spec, &["hostUsers"]),
    (
        Gate::MatchLabelKeysInPodTopologySpread,
        Of::Spec,
        &["topologySpreadConstraints[].matchLabelKeys"],
    ),
    (
        Gate::ClusterTrustBundleProjection,
        Of::Spec,
        &["volumes[].projected.sources[].clusterTrustBundle"],
    ),
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
        Of::Container,
        &["livenessProbe.grpc.mode", "readinessProbe.grpc.mode", "startupProbe.grpc.mode"],
    ),
    (Gate::EvictionRequestAPI, Of::Spec, &["evictionResponders"]),
    (Gate::EmptyDirVolumeMode, Of::Spec, &["volumes[].emptyDir.mode"]),
    (Gate::VolumeBindMountOptions, Of::Container, &["volumeMounts[].bindMountOptions"]),
    (Gate::HostnameOverride, Of::Spec, &["hostnameOverride"]),
    (Gate::EnvFiles, Of::Container, &["env[].valueFrom.fileKeyRef"]),
    (Gate::SELinuxChangePolicy, Of::Spec, &["securityContext.seLinuxChangePolicy"]),
    (
        Gate::H2CContainerProbe,
        Of::Container,
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
    let before = new.pod.spec.clone();
    disabled_fields::drop_from_spec(k8s, &mut new.pod.spec, Some(&old.pod.spec));
    new.spec.take_changes(&before, &new.pod.spec);
    for (gate, of, fields) in DROPPED {
        if k8s.enabled(*gate) {
            continue;
        }
        let paths = || {
            fields.iter().flat_map(|field| {
                let places: &[&str] = match of {
                    Of::Spec => &[""],
                    Of::Container => &CONTAINERS,
                };
                places.iter().map(move |place| {
                    if place.is_empty() { (*field).into() } else { alloc::format!("{place}.{field}") }
                })
            })
        };
        if !paths().any(|path| old.spec.has(&path)) {
            paths().for_each(|path| new.spec.remove(&path));
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

/// dropDisabledProcMountField: the field stays, with its default.
fn reset_proc_mounts(new: &mut SpecTree, old: &SpecTree) {
    let paths = CONTAINERS.map(|list| alloc::format!("{list}.securityContext.procMount"));
    if !paths.iter().any(|path| old.any_text(path, |text| text != "Default")) {
        paths.iter().for_each(|path| new.replace_texts(path, "Default"));
    }
}

/// dropImageVolumes: the volumes go, and the mounts of them.
fn drop_image_volumes(new: &mut SpecTree, old: &SpecTree) {
    if old.has("volumes[].image") {
        return;
    }
    let mut dropped = BTreeSet::new();
    new.retain_items("volumes", &mut |volume| {
        let is_image = volume.has("image");
        if is_image {
            dropped.insert(SmolStr::new(volume.text("name")));
        }
        !is_image
    });
    for list in CONTAINERS {
        let mounts = alloc::format!("{list}.volumeMounts");
        new.retain_items(&mounts, &mut |mount| !dropped.contains(mount.text("name")));
    }
}

/// dropContainerStopSignals: a lifecycle that held nothing else goes with them.
fn drop_stop_signals(new: &mut PodDocument, old: &PodDocument) {
    let lifecycles = CONTAINERS.map(|list| alloc::format!("{list}.lifecycle"));
    if lifecycles.iter().any(|path| old.spec.has(&alloc::format!("{path}.stopSignal"))) {
        return;
    }
    for path in lifecycles {
        new.spec.remove_last_field(&path, "stopSignal");
    }
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
