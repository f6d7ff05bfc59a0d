//! Releases and feature gates: what they answer, and that upstream answers the same.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test fails by a panic"
)]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::process::{Command, Stdio};
use std::time::Instant;

use podverdict::release::{
    Gate, GateError, GateSpec, Kubernetes, LockedGate, Release, Stage, UnmetDependencies,
};
use serde_json::{Map, Value, json};

fn refused(release: Release, overrides: &[(&str, bool)]) -> GateError {
    Kubernetes::with_gates(release, overrides.iter().copied()).unwrap_err()
}

fn resolved(release: Release, overrides: &[(&str, bool)]) -> Kubernetes {
    Kubernetes::with_gates(release, overrides.iter().copied()).unwrap()
}

#[test]
fn release_texts() {
    for (text, release) in [
        ("1.35", Release::V1_35),
        ("v1.35", Release::V1_35),
        ("1.35.4", Release::V1_35),
        ("v1.36.0", Release::V1_36),
        ("1.37.12", Release::V1_37),
        ("v1.35.4-gke.1", Release::V1_35),
        ("v1.36.1+k3s1", Release::V1_36),
    ] {
        assert_eq!(text.parse(), Ok(release), "{text}");
    }
    for text in [
        "", "v", "1", "1.3", "1.34", "1.38", "1.350", "1.35.", "1.35.x", "1.35.4.1", "1.35-rc", "V1.35",
        " 1.35", "vv1.35", "1.035", "2.35",
    ] {
        assert_eq!(text.parse::<Release>().unwrap_err().text(), text);
    }
    for release in Release::ALL {
        assert_eq!(release.as_str().parse(), Ok(release));
        assert_eq!(release.upstream_version().parse(), Ok(release));
        assert_eq!(release.to_string(), release.as_str());
    }
    assert_eq!(
        "1.34".parse::<Release>().unwrap_err().to_string(),
        r#"unsupported Kubernetes release "1.34", want 1.35, 1.36 or 1.37"#
    );
}

#[test]
fn releases_are_ordered() {
    assert!(Release::ALL.is_sorted());
    for a in Release::ALL {
        for b in Release::ALL {
            assert_eq!(Kubernetes::new(a).at_least(b), a >= b);
        }
    }
}

#[test]
fn gates_are_ordered_and_found_by_name() {
    assert!(Gate::ALL.windows(2).all(|pair| pair[0].as_str() < pair[1].as_str() && pair[0] < pair[1]));
    for &gate in Gate::ALL {
        assert_eq!(gate.as_str().parse(), Ok(gate));
        assert_eq!(Gate::from_name(&gate.as_str().to_lowercase()), None);
        assert!(Release::ALL.iter().any(|release| gate.spec(*release).is_some()), "{gate} on no release");
    }
    for name in ["", "A", "Zzz", "ContainerRestartRule", "ContainerRestartRules "] {
        assert_eq!(Gate::from_name(name), None, "{name:?}");
    }
}

#[test]
fn dependencies_are_gates_of_the_same_release_and_satisfied_by_default() {
    for release in Release::ALL {
        for (gate, spec, enabled) in Kubernetes::new(release).gates() {
            assert_eq!(spec.default, enabled, "{gate}");
            assert!(spec.depends_on.is_sorted(), "{gate}");
            for dependency in spec.depends_on {
                let of_it = dependency.spec(release);
                assert!(of_it.is_some_and(|it| it.default || !spec.default), "{release} {gate} {dependency}");
            }
        }
    }
}

#[test]
fn specs() {
    const NEEDED: [Gate; 2] = [Gate::ContainerRestartRules, Gate::NodeDeclaredFeatures];
    let spec = |default, stage, locked, depends_on| Some(GateSpec { default, stage, locked, depends_on });
    assert_eq!(
        Gate::RestartAllContainersOnContainerExits.spec(Release::V1_35),
        spec(false, Stage::Alpha, false, &NEEDED)
    );
    assert_eq!(Gate::ContainerRestartRules.spec(Release::V1_35), spec(true, Stage::Beta, false, &[]));
    assert_eq!(Gate::SidecarContainers.spec(Release::V1_35), spec(true, Stage::Ga, true, &[]));
    assert_eq!(Gate::SidecarContainers.spec(Release::V1_37), None);
    assert_eq!(Gate::GenericWorkload.spec(Release::V1_37), spec(false, Stage::Beta, false, &[]));
    assert_eq!(
        Gate::AllowOverwriteTerminationGracePeriodSeconds.spec(Release::V1_36),
        spec(false, Stage::Deprecated, true, &[])
    );
    assert_eq!(Gate::KubeProxyIPVS.spec(Release::V1_35), None);
    assert_eq!(Gate::InPlacePodVerticalScalingInitContainers.spec(Release::V1_35), None);
}

#[test]
fn a_gate_can_be_asked_on_every_release() {
    let enabled = |gate| Release::ALL.map(|release| Kubernetes::new(release).enabled(gate));
    // Removed because the feature is permanent.
    assert_eq!(enabled(Gate::SidecarContainers), [true; 3]);
    assert_eq!(enabled(Gate::PodLifecycleSleepActionAllowZero), [true; 3]);
    assert_eq!(enabled(Gate::PreventStaticPodAPIReferences), [true; 3]);
    assert_eq!(enabled(Gate::InTreePluginPortworxUnregister), [false, true, true]);
    // Removed together with the behaviour.
    assert_eq!(enabled(Gate::InPlacePodVerticalScalingAllocatedStatus), [false; 3]);
    assert_eq!(enabled(Gate::WatchFromStorageWithoutResourceVersion), [false; 3]);
    // Yet to come.
    assert_eq!(enabled(Gate::PodLevelResourcesFixDefaulting), [false, false, true]);
    assert_eq!(enabled(Gate::KubeProxyIPVS), [true; 3]);
}

#[test]
fn gang_scheduling_is_part_of_generic_workload_since_1_37() {
    assert!(!Kubernetes::new(Release::V1_37).enabled(Gate::GangScheduling));
    let k8s = resolved(Release::V1_37, &[("GenericWorkload", true)]);
    assert!(k8s.enabled(Gate::GangScheduling) && k8s.enabled(Gate::WorkloadAwarePreemption));
    assert!(!resolved(Release::V1_35, &[("GenericWorkload", true)]).enabled(Gate::GangScheduling));
    assert_eq!(
        refused(Release::V1_37, &[("GangScheduling", true)]).to_string(),
        r#"unknown feature gate "GangScheduling" in this release"#
    );
}

#[test]
fn overrides_that_repeat_the_default_change_nothing() {
    for release in Release::ALL {
        let defaults = Kubernetes::new(release);
        let overrides = defaults.gates().map(|(gate, spec, _)| (gate.as_str(), spec.default));
        assert_eq!(Kubernetes::with_gates(release, overrides), Ok(defaults));
    }
}

#[test]
fn unmet_dependencies() {
    let error = refused(Release::V1_35, &[("RestartAllContainersOnContainerExits", true)]);
    assert_eq!(
        error.to_string(),
        "gates: RestartAllContainersOnContainerExits is enabled, but depends on features that are disabled: \
         [NodeDeclaredFeatures]"
    );
    assert_eq!(
        error,
        GateError::UnmetDependencies {
            gates: vec![UnmetDependencies {
                gate: Gate::RestartAllContainersOnContainerExits,
                disabled: vec![Gate::NodeDeclaredFeatures],
            }],
        }
    );

    let on = [("RestartAllContainersOnContainerExits", true), ("NodeDeclaredFeatures", true)];
    assert!(resolved(Release::V1_35, &on).enabled(Gate::RestartAllContainersOnContainerExits));

    // In the order of the names, however they are given.
    let several = refused(
        Release::V1_35,
        &[
            ("RestartAllContainersOnContainerExits", true),
            ("ContainerRestartRules", false),
            ("GangScheduling", true),
        ],
    );
    assert_eq!(
        several.to_string(),
        "gates: [GangScheduling is enabled, but depends on features that are disabled: [GenericWorkload], \
         RestartAllContainersOnContainerExits is enabled, but depends on features that are disabled: \
         [ContainerRestartRules NodeDeclaredFeatures]]"
    );

    // Turning a gate off is refused while another, on by default, needs it.
    assert_eq!(
        refused(Release::V1_35, &[("MatchLabelKeysInPodTopologySpread", false)]).to_string(),
        "gates: MatchLabelKeysInPodTopologySpreadSelectorMerge is enabled, but depends on features that are disabled: \
         [MatchLabelKeysInPodTopologySpread]"
    );
}

#[test]
fn locked_gates() {
    let error = refused(Release::V1_35, &[("SidecarContainers", false)]);
    assert_eq!(
        error.to_string(),
        "gates: cannot set feature gate SidecarContainers to false, feature is locked to true"
    );
    assert_eq!(
        error,
        GateError::Locked { gates: vec![LockedGate { gate: Gate::SidecarContainers, locked_to: true }] }
    );
    // Locks are told before dependencies, and alone.
    let several = refused(
        Release::V1_35,
        &[
            ("SidecarContainers", false),
            ("GangScheduling", true),
            ("AllowOverwriteTerminationGracePeriodSeconds", true),
        ],
    );
    assert_eq!(
        several.to_string(),
        "gates: [cannot set feature gate AllowOverwriteTerminationGracePeriodSeconds to true, feature is locked to \
         false, cannot set feature gate SidecarContainers to false, feature is locked to true]"
    );
}

#[test]
fn unknown_gates() {
    assert_eq!(
        refused(Release::V1_35, &[("Zeta", true), ("Alpha", false), ("SidecarContainers", false)]),
        GateError::Unknown { name: "Alpha".into() }
    );
    // A name is quoted as Go does it.
    for (name, quoted) in [
        ("", r#""""#),
        ("a\"b\\c", r#""a\"b\\c""#),
        ("\x07\x08\x0c\n\r\t\x0b\0\x1b\x7f", r#""\a\b\f\n\r\t\v\x00\x1b\x7f""#),
        ("é\u{301}\u{ad}\u{a0}\u{2028}", "\"é\u{301}\\u00ad\\u00a0\\u2028\""),
        ("😀\u{e000}\u{10ffff}\u{fffd}", "\"😀\\ue000\\U0010ffff\u{fffd}\""),
        ("\u{301}'", "\"\u{301}'\""),
    ] {
        assert_eq!(
            refused(Release::V1_36, &[(name, true)]).to_string(),
            format!("unknown feature gate {quoted} in this release")
        );
    }
}

#[test]
fn the_last_override_of_a_gate_counts() {
    let twice = [("HPAScaleToZero", true), ("HPAScaleToZero", false)];
    assert_eq!(resolved(Release::V1_35, &twice), Kubernetes::new(Release::V1_35));
}

#[test]
fn all_alpha_and_all_beta() {
    let k8s = resolved(Release::V1_35, &[("AllAlpha", true)]);
    for (gate, spec, enabled) in k8s.gates() {
        assert_eq!(enabled, spec.default || spec.stage == Stage::Alpha, "{gate}");
    }

    let k8s = resolved(Release::V1_35, &[("AllBeta", true), ("KubeletPSI", false)]);
    assert!(k8s.enabled(Gate::AllBeta) && k8s.enabled(Gate::SELinuxMount) && !k8s.enabled(Gate::AllAlpha));
    assert!(!k8s.enabled(Gate::KubeletPSI));

    // What repeats the default does not keep a gate from the switch.
    let k8s = resolved(Release::V1_35, &[("AllAlpha", true), ("HPAScaleToZero", false)]);
    assert!(k8s.enabled(Gate::HPAScaleToZero));

    // The dependencies of what the switch sets must hold.
    assert_eq!(
        refused(Release::V1_35, &[("AllAlpha", true), ("ContainerRestartRules", false)]).to_string(),
        "gates: RestartAllContainersOnContainerExits is enabled, but depends on features that are disabled: \
         [ContainerRestartRules]"
    );
}

#[test]
fn debug_shows_what_is_changed() {
    let k8s = resolved(Release::V1_35, &[("HPAScaleToZero", true), ("KubeletPSI", false)]);
    assert_eq!(
        format!("{k8s:?}"),
        "Kubernetes { release: V1_35, changed: {HPAScaleToZero: true, KubeletPSI: false} }"
    );
}

/// Compares default tables, every single override, and random sets of overrides with the oracle program of
/// each release in the directory `PODVERDICT_ORACLE` (`oracle-1.35`, …). `PODVERDICT_CASES` is the number of
/// random sets for each release, `PODVERDICT_RELEASES` which releases (`1.35,1.37`).
#[test]
#[ignore = "needs the oracle programs"]
fn same_as_upstream() {
    let directory =
        std::env::var("PODVERDICT_ORACLE").expect("PODVERDICT_ORACLE names the oracle's directory");
    let random: usize = std::env::var("PODVERDICT_CASES").map_or(20_000, |n| n.parse().unwrap());
    let releases = std::env::var("PODVERDICT_RELEASES").unwrap_or_else(|_| "1.35,1.36,1.37".to_owned());
    for release in releases.split(',').map(|text| text.parse::<Release>().unwrap()) {
        let started = Instant::now();
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ release as u64);
        let mut cases = vec![vec![]];
        cases.extend(
            Gate::ALL.iter().flat_map(|gate| [true, false].map(|on| vec![(gate.as_str().to_owned(), on)])),
        );
        cases.extend((0..random).map(|_| random_overrides(release, &mut dice)));
        let tally = compare(&format!("{directory}/oracle-{release}"), release, cases);
        println!("{release}: {tally:?} in {:.0?}", started.elapsed());
    }
}

#[derive(Default, Debug)]
struct Tally {
    accepted: usize,
    of_these_with_switch: usize,
    unknown: usize,
    locked: usize,
    several_locked: usize,
    unmet: usize,
    several_unmet: usize,
}

fn compare(oracle: &str, release: Release, cases: Vec<Vec<(String, bool)>>) -> Tally {
    let mut child = Command::new(oracle).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut questions = BufWriter::new(child.stdin.take().unwrap());
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    let asked = cases.clone();
    let writer = std::thread::spawn(move || {
        for case in &asked {
            let gates: Map<String, Value> = case.iter().map(|(name, on)| (name.clone(), json!(on))).collect();
            writeln!(questions, "{}", json!({"id": "", "op": "feature_gates", "gates": gates})).unwrap();
        }
    });
    let mut tally = Tally::default();
    for case in cases {
        let answer: Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
        let overrides = case.iter().map(|(name, on)| (name.as_str(), *on));
        match Kubernetes::with_gates(release, overrides) {
            Ok(k8s) => {
                tally.accepted += 1;
                let with_switch = k8s.enabled(Gate::AllAlpha) || k8s.enabled(Gate::AllBeta);
                tally.of_these_with_switch += usize::from(with_switch);
                assert_eq!(json!({"id": "", "gates": table(&k8s)}), answer, "{release} {case:?}");
            }
            Err(error) => {
                let text = answer["error"].as_str().unwrap_or_else(|| panic!("{release} {case:?}: {error}"));
                assert!(
                    same_but_for_order(&error, text, release, &case),
                    "{release} {case:?}\n{error}\n{text}"
                );
                let count = match &error {
                    GateError::Unknown { .. } => &mut tally.unknown,
                    GateError::Locked { gates } if gates.len() == 1 => &mut tally.locked,
                    GateError::Locked { .. } => &mut tally.several_locked,
                    GateError::UnmetDependencies { gates } if gates.len() == 1 => &mut tally.unmet,
                    GateError::UnmetDependencies { .. } => &mut tally.several_unmet,
                    _ => panic!("a kind of error that this test does not know"),
                };
                *count += 1;
            }
        }
    }
    writer.join().unwrap();
    assert!(child.wait().unwrap().success());
    tally
}

fn table(k8s: &Kubernetes) -> Value {
    let row = |(gate, spec, enabled): (Gate, GateSpec, bool)| {
        let mut row = json!({
            "default": spec.default, "stage": spec.stage.as_str(), "locked": spec.locked, "enabled": enabled,
        });
        if !spec.depends_on.is_empty() {
            row["dependsOn"] = spec.depends_on.iter().map(|gate| gate.as_str()).collect();
        }
        (gate.as_str().to_owned(), row)
    };
    Value::Object(k8s.gates().map(row).collect())
}

/// Upstream names any one of several unknown gates, and lists several errors in any order.
fn same_but_for_order(ours: &GateError, theirs: &str, release: Release, case: &[(String, bool)]) -> bool {
    let mut parts: Vec<String> = match ours {
        GateError::Unknown { .. } => {
            let is_known =
                |name: &str| Gate::from_name(name).is_some_and(|gate| gate.spec(release).is_some());
            let mut unknown = case.iter().filter(|(name, _)| !is_known(name));
            return unknown.any(|(name, on)| refused(release, &[(name, *on)]).to_string() == theirs);
        }
        GateError::Locked { gates } => gates.iter().map(ToString::to_string).collect(),
        GateError::UnmetDependencies { gates } => gates.iter().map(ToString::to_string).collect(),
        _ => return false,
    };
    if parts.len() == 1 {
        return ours.to_string() == theirs;
    }
    let Some(mut rest) = theirs.strip_prefix("gates: [").and_then(|rest| rest.strip_suffix(']')) else {
        return false;
    };
    while let Some(i) = parts.iter().position(|part| rest.starts_with(part.as_str())) {
        rest = &rest[parts.swap_remove(i).len()..];
        rest = rest.strip_prefix(", ").unwrap_or(rest);
    }
    rest.is_empty() && parts.is_empty()
}

/// One to six overrides, mostly of gates that are locked, need others, are needed by others, or set a whole
/// stage. Most sets have no override that is refused by itself, so that dependencies are reached.
fn random_overrides(release: Release, dice: &mut Dice) -> Vec<(String, bool)> {
    let specs: Vec<_> = Kubernetes::new(release).gates().map(|(gate, spec, _)| (gate, spec)).collect();
    let locked: Vec<_> = specs.iter().filter(|(_, spec)| spec.locked).copied().collect();
    let dependent: Vec<_> = specs.iter().filter(|(_, spec)| !spec.depends_on.is_empty()).copied().collect();
    let refusable = dice.below(3) == 0;
    let count = dice.below(6) + 1;
    let mut overrides = BTreeMap::new();
    while overrides.len() < count {
        let legal = |spec: GateSpec, on: bool| if spec.locked { spec.default } else { on };
        let (name, on) = match dice.below(13) {
            0 if refusable => (dice.pick(Gate::ALL).as_str(), dice.below(2) == 0),
            1 if refusable => (dice.pick(&NO_GATES), dice.below(2) == 0),
            2 | 3 if refusable => {
                let (gate, spec) = dice.pick(&locked);
                (gate.as_str(), !spec.default)
            }
            4 => {
                let (gate, spec) = dice.pick(&locked);
                (gate.as_str(), spec.default)
            }
            5 | 6 => {
                let (gate, spec) = dice.pick(&dependent);
                (gate.as_str(), legal(spec, dice.below(4) != 0))
            }
            7 | 8 => {
                let (_, spec) = dice.pick(&dependent);
                let needed = dice.pick(spec.depends_on);
                (needed.as_str(), legal(needed.spec(release).unwrap(), dice.below(2) == 0))
            }
            9 => ("AllAlpha", dice.below(4) != 0),
            10 => ("AllBeta", dice.below(4) != 0),
            _ => {
                let (gate, spec) = dice.pick(&specs);
                (gate.as_str(), legal(spec, dice.below(2) == 0))
            }
        };
        overrides.insert(name.to_owned(), on);
    }
    overrides.into_iter().collect()
}

const NO_GATES: [&str; 12] = [
    "",
    "Nope",
    "allalpha",
    "AllAlpha ",
    "SidecarContainer",
    "a\"b",
    "tab\t",
    "line\n",
    "nul\0",
    "é😀",
    "\u{ad}\u{2028}",
    "\u{10ffff}",
];

/// A xorshift generator: the same cases in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % n
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}
