//! Cases of op `validate_pod_update`: a pod with all kinds of fields, and the same pod with up to three edits.
//!
//! The pods are valid in everything that podverdict does not judge, so that upstream has no other complaint about it.

mod container;
mod edit;
mod spec;
mod volume;

use fastrand::Rng;
use podverdict::release::Release;
use serde_json::{Value, json};

use super::{chance, gates, pick};

/// What the parts of a pod are made for.
#[derive(Clone, Copy)]
pub(super) struct For {
    release: Release,
    /// Fields whose gate is off on this release may be there: mostly to be dropped.
    gated: bool,
}

impl For {
    fn since(self, release: Release) -> bool {
        self.release >= release
    }
}

/// Gates that drop fields of the spec, or that change how it is read.
const GATES: &[(Release, &[&str])] = &[
    (
        Release::V1_35,
        &[
            "UserNamespacesSupport",
            "ProcMountType",
            "MatchLabelKeysInPodTopologySpread",
            "ClusterTrustBundleProjection",
            "GenericWorkload",
            "ContainerRestartRules",
            "HostnameOverride",
            "EnvFiles",
            "ImageVolume",
            "SELinuxChangePolicy",
            "ContainerStopSignals",
            "PodLevelResources",
        ],
    ),
    (
        Release::V1_36,
        &[
            "MatchLabelKeysInPodTopologySpread",
            "ClusterTrustBundleProjection",
            "GenericWorkload",
            "ContainerRestartRules",
            "HostnameOverride",
            "EnvFiles",
            "ContainerStopSignals",
        ],
    ),
    (
        Release::V1_37,
        &[
            "MatchLabelKeysInPodTopologySpread",
            "ClusterTrustBundleProjection",
            "AtomicWriteVolumeUserFields",
            "GenericWorkload",
            "GRPCContainerProbeTLS",
            "EvictionRequestAPI",
            "EmptyDirVolumeMode",
            "VolumeBindMountOptions",
            "EnvFiles",
            "ContainerStopSignals",
            "H2CContainerProbe",
            "PodLevelResourcesFixDefaulting",
        ],
    ),
];

/// One case.
pub(super) fn update(rng: &mut Rng, release: Release) -> Value {
    let made = For { release, gated: chance(rng, 40) };
    let mut old = pod(rng, made);
    let mut new = old.clone();
    for _ in 0..rng.usize(..=3) {
        edit::edit(rng, made, &mut new);
    }
    if chance(rng, 5) {
        std::mem::swap(&mut old, &mut new);
    }
    spec::legalise(&mut old["spec"]);
    spec::legalise(&mut new["spec"]);
    let mut case = json!({"oldPod": old, "pod": new});
    let names = GATES.iter().find(|(r, _)| *r == release).map(|(_, names)| *names).unwrap_or_default();
    if let Some(mut gates) = gates(rng, 30, names) {
        // Gates that others depend on.
        for (gate, needed_by) in [
            ("ContainerRestartRules", "RestartAllContainersOnContainerExits"),
            ("PodLevelResources", "InPlacePodLevelResourcesVerticalScaling"),
        ] {
            if gates[gate] == false {
                gates[needed_by] = false.into();
            }
        }
        if gates["MatchLabelKeysInPodTopologySpread"] == false {
            gates["MatchLabelKeysInPodTopologySpreadSelectorMerge"] = false.into();
        }
        if gates["UserNamespacesSupport"] == false {
            gates["ProcMountType"] = false.into();
        }
        if gates["ClusterTrustBundleProjection"] == true {
            gates["ClusterTrustBundle"] = true.into();
        }
        case["gates"] = gates;
    }
    // What these gates drop leaves something incomplete behind, which is not judged.
    if !case["gates"]["EnvFiles"].as_bool().unwrap_or(true) {
        spec::without_file_keys(&mut case["pod"]["spec"]);
    }
    if !case["gates"]["ClusterTrustBundleProjection"].as_bool().unwrap_or(release >= Release::V1_37) {
        spec::without_trust_bundles(&mut case["pod"]["spec"]);
    }
    if chance(rng, 5) {
        case["prepare"] = false.into();
    }
    if chance(rng, 3) {
        let side = pick(rng, &["pod", "oldPod"]);
        edit::wrong_type(rng, &mut case[side]["spec"]);
    }
    case
}

fn pod(rng: &mut Rng, made: For) -> Value {
    let mut metadata = json!({"name": "pod", "namespace": "ns"});
    if chance(rng, 30) {
        metadata["uid"] = json!("uid-1");
        metadata["resourceVersion"] = json!("7");
        metadata["generation"] = json!(rng.i64(0..5));
        metadata["creationTimestamp"] = json!("2026-01-02T03:04:05Z");
    }
    if chance(rng, 20) {
        metadata["labels"] = json!({"app": pick(rng, &["a", "b"])});
        metadata["annotations"] = json!({"note": text(rng)});
    }
    let mut pod =
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec::spec(rng, made)});
    if chance(rng, 30) {
        pod["status"] = json!({"phase": "Running", "qosClass": pick(rng, &["Burstable", "BestEffort"])});
    }
    pod
}

/// A text, also with what Go's JSON escapes.
pub(super) fn text(rng: &mut Rng) -> String {
    let parts = [
        "a", "<b>", "&", "\"q\"", "\\", "\n", "\t", "\u{1}", "é", "\u{2028}", "日本", " ", "\u{7f}", "😀",
        "\u{8}",
    ];
    (0..rng.usize(1..4)).map(|_| parts[rng.usize(..parts.len())]).collect()
}

/// One of the values, as JSON.
pub(super) fn one(rng: &mut Rng, values: &[&str]) -> Value {
    json!(pick(rng, values))
}
