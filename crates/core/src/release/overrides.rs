//! What a set of overrides resolves to, and why it is refused.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::Release;
use super::gate::{Gate, Masks, Presence, masks};
use super::gate_set::GateSet;
use crate::quote::Quoted;

/// Why a set of overrides is refused. Its text is upstream's.
///
/// Where upstream names one of several culprits at random, or several in random order, they are in the order
/// of their names.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum GateError {
    /// The release has no gate of that name. Of several such names, the first in the order of the names.
    Unknown {
        /// The name as given.
        name: String,
    },
    /// Overrides to other than the default of gates that are locked.
    Locked {
        /// All such gates.
        gates: Vec<LockedGate>,
    },
    /// Gates that would be on although a gate that they depend on is off.
    UnmetDependencies {
        /// All such gates.
        gates: Vec<UnmetDependencies>,
    },
}

/// A locked gate that an override wants to change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LockedGate {
    /// The gate.
    pub gate: Gate,
    /// The value that it is locked to; the override wants the opposite.
    pub locked_to: bool,
}

/// A gate that is on while gates that it needs are off.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnmetDependencies {
    /// The gate that is on.
    pub gate: Gate,
    /// The gates that are off, in the order of [`super::GateSpec::depends_on`].
    pub disabled: Vec<Gate>,
}

/// Follows upstream's `featuregate.unsafeSetFromMap`, for a gate set that starts from the release's
/// defaults.
pub(super) fn resolve<'a>(
    release: Release,
    overrides: impl IntoIterator<Item = (&'a str, bool)>,
) -> Result<GateSet, GateError> {
    let masks = masks(release);
    let (given, value) = read(masks, overrides)?;

    // What repeats the default is no override.
    let overridden = given.intersection(value.symmetric_difference(masks.on_by_default));

    let locked = overridden.intersection(masks.locked);
    if locked != GateSet::EMPTY {
        let gates =
            locked.iter().map(|gate| LockedGate { gate, locked_to: masks.on_by_default.contains(gate) });
        return Err(GateError::Locked { gates: gates.collect() });
    }

    let mut enabled = masks.on_by_default;
    // Locked gates are not spared. Both switches are off by default, so an override turns them on.
    for (switch, stage) in [(Gate::AllAlpha, masks.alpha), (Gate::AllBeta, masks.beta)] {
        if overridden.contains(switch) {
            enabled = enabled.union(stage);
        }
    }
    enabled = enabled.difference(overridden).union(overridden.intersection(value));

    let unmet: Vec<_> = enabled
        .intersection(masks.dependent)
        .iter()
        .filter_map(|gate| {
            let needed = gate.spec(release)?.depends_on.iter().copied();
            let disabled: Vec<_> = needed.filter(|dependency| !enabled.contains(*dependency)).collect();
            (!disabled.is_empty()).then_some(UnmetDependencies { gate, disabled })
        })
        .collect();
    if !unmet.is_empty() {
        return Err(GateError::UnmetDependencies { gates: unmet });
    }

    for gate in masks.part_of.iter() {
        if let Presence::PartOf(whole) = gate.presence(release) {
            enabled.set(gate, enabled.contains(*whole));
        }
    }
    Ok(enabled)
}

/// The gates that have an override, and their values; the last override of a gate counts.
fn read<'a>(
    masks: &Masks,
    overrides: impl IntoIterator<Item = (&'a str, bool)>,
) -> Result<(GateSet, GateSet), GateError> {
    let (mut given, mut value) = (GateSet::EMPTY, GateSet::EMPTY);
    let mut unknown: Option<&str> = None;
    for (name, on) in overrides {
        match Gate::from_name(name).filter(|gate| masks.exists.contains(*gate)) {
            Some(gate) => {
                given.set(gate, true);
                value.set(gate, on);
            }
            None => unknown = Some(unknown.map_or(name, |first| first.min(name))),
        }
    }
    match unknown {
        Some(name) => Err(GateError::Unknown { name: name.into() }),
        None => Ok((given, value)),
    }
}

impl fmt::Display for GateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { name } => write!(f, "unknown feature gate {} in this release", Quoted(name)),
            Self::Locked { gates } => aggregate(f, gates),
            Self::UnmetDependencies { gates } => aggregate(f, gates),
        }
    }
}

impl core::error::Error for GateError {}

/// One error as it is, several as a list (k8s.io/apimachinery `errors.NewAggregate`).
fn aggregate<T: fmt::Display>(f: &mut fmt::Formatter<'_>, errors: &[T]) -> fmt::Result {
    f.write_str("gates: ")?;
    if let [only] = errors {
        return only.fmt(f);
    }
    for (i, error) in errors.iter().enumerate() {
        write!(f, "{}{error}", if i == 0 { "[" } else { ", " })?;
    }
    f.write_str("]")
}

impl fmt::Display for LockedGate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (gate, wanted, locked_to) = (self.gate, !self.locked_to, self.locked_to);
        write!(f, "cannot set feature gate {gate} to {wanted}, feature is locked to {locked_to}")
    }
}

impl fmt::Display for UnmetDependencies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is enabled, but depends on features that are disabled: [", self.gate)?;
        for (i, gate) in self.disabled.iter().enumerate() {
            write!(f, "{}{gate}", if i == 0 { "" } else { " " })?;
        }
        f.write_str("]")
    }
}
