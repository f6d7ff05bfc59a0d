//! What a feature gate is, and what a release says about it.

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use super::Release;
use super::gate_set::GateSet;
pub use super::gate_table::Gate;

/// How mature a feature is on a release.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Stage {
    /// Off by default, may change or go. `AllAlpha` sets all of this stage.
    Alpha,
    /// Well tested, on by default unless it needs opting in. `AllBeta` sets all of this stage.
    Beta,
    /// Generally available; the gate is about to go.
    Ga,
    /// The gate, or the behaviour that it keeps, is about to go.
    Deprecated,
}

impl Stage {
    /// The stage in capitals, as the wire format has it.
    ///
    /// ```
    /// use podverdict::release::Stage;
    ///
    /// assert_eq!(Stage::Alpha.as_str(), "ALPHA");
    /// assert_eq!(Stage::Ga.as_str(), "GA");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Alpha => "ALPHA",
            Self::Beta => "BETA",
            Self::Ga => "GA",
            Self::Deprecated => "DEPRECATED",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What a release says about a gate that it has.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct GateSpec {
    /// Whether the feature is on without an override.
    pub default: bool,
    /// How mature the feature is.
    pub stage: Stage,
    /// Whether an override to other than the default is refused.
    pub locked: bool,
    /// The gates that must be on for this one to be on, in the order of their names.
    pub depends_on: &'static [Gate],
}

/// What a release does about a gate.
pub(super) enum Presence {
    /// It has the gate.
    Gated(GateSpec),
    /// It has no such gate, and the feature is always on.
    AlwaysOn,
    /// It has no such gate, and the feature is off.
    AlwaysOff,
    /// It has no such gate; the feature is part of that of another gate.
    PartOf(Gate),
}

impl Gate {
    /// The specification of the gate on a release; `None` if the release has no such gate.
    ///
    /// ```
    /// use podverdict::release::{Gate, Release, Stage};
    ///
    /// let spec = Gate::GangScheduling.spec(Release::V1_35).unwrap();
    /// assert_eq!((spec.stage, spec.default, spec.locked), (Stage::Alpha, false, false));
    /// assert_eq!(spec.depends_on, [Gate::GenericWorkload]);
    /// assert!(Gate::GangScheduling.spec(Release::V1_37).is_none());
    /// ```
    #[must_use]
    pub const fn spec(self, release: Release) -> Option<GateSpec> {
        match self.presence(release) {
            Presence::Gated(spec) => Some(*spec),
            Presence::AlwaysOn | Presence::AlwaysOff | Presence::PartOf(_) => None,
        }
    }

    /// The gate of a name, on whichever release; `None` if no release has one.
    ///
    /// ```
    /// use podverdict::release::Gate;
    ///
    /// assert_eq!(Gate::from_name("PodLevelResources"), Some(Gate::PodLevelResources));
    /// assert_eq!(Gate::from_name("podlevelresources"), None);
    /// ```
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let place = Self::ALL.binary_search_by(|gate| gate.as_str().cmp(name)).ok()?;
        Self::ALL.get(place).copied()
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Reads a gate's name, as [`Gate::from_name`] does.
///
/// ```
/// use podverdict::release::Gate;
///
/// assert_eq!("PodLevelResources".parse(), Ok(Gate::PodLevelResources));
/// let error = "Nope".parse::<Gate>().unwrap_err();
/// assert_eq!(error.to_string(), r#"no Kubernetes release from 1.35 to 1.37 has a feature gate "Nope""#);
/// ```
impl FromStr for Gate {
    type Err = ParseGateError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::from_name(name).ok_or_else(|| ParseGateError { name: name.into() })
    }
}

/// A name that is no gate of any release.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseGateError {
    name: String,
}

impl ParseGateError {
    /// The name that was to be read.
    ///
    /// ```
    /// use podverdict::release::Gate;
    ///
    /// assert_eq!("Nope".parse::<Gate>().unwrap_err().name(), "Nope");
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for ParseGateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, .., last] = Release::ALL;
        write!(f, "no Kubernetes release from {first} to {last} has a feature gate {:?}", self.name)
    }
}

impl core::error::Error for ParseGateError {}

/// The gates of a release by what an override has to know about them.
pub(super) struct Masks {
    /// The release has the gate.
    pub(super) exists: GateSet,
    /// What [`super::Kubernetes::enabled`] answers without overrides.
    pub(super) on_by_default: GateSet,
    /// An override to other than the default is refused.
    pub(super) locked: GateSet,
    /// `AllAlpha` sets it.
    pub(super) alpha: GateSet,
    /// `AllBeta` sets it.
    pub(super) beta: GateSet,
    /// It needs other gates.
    pub(super) dependent: GateSet,
    /// It follows a gate that took it over.
    pub(super) part_of: GateSet,
}

pub(super) const fn masks(release: Release) -> &'static Masks {
    const V1_35: &Masks = &compute_masks(Release::V1_35);
    const V1_36: &Masks = &compute_masks(Release::V1_36);
    const V1_37: &Masks = &compute_masks(Release::V1_37);
    match release {
        Release::V1_35 => V1_35,
        Release::V1_36 => V1_36,
        Release::V1_37 => V1_37,
    }
}

const fn compute_masks(release: Release) -> Masks {
    let mut masks = Masks {
        exists: GateSet::EMPTY,
        on_by_default: GateSet::EMPTY,
        locked: GateSet::EMPTY,
        alpha: GateSet::EMPTY,
        beta: GateSet::EMPTY,
        dependent: GateSet::EMPTY,
        part_of: GateSet::EMPTY,
    };
    let mut rest = Gate::ALL;
    while let [gate, tail @ ..] = rest {
        rest = tail;
        let gate = *gate;
        // The two switches never set themselves or each other (featuregate.setUnsetAlphaGates and its twin).
        let is_switch = matches!(gate, Gate::AllAlpha | Gate::AllBeta);
        match gate.presence(release) {
            Presence::Gated(spec) => {
                masks.exists.set(gate, true);
                masks.on_by_default.set(gate, spec.default);
                masks.locked.set(gate, spec.locked);
                masks.alpha.set(gate, !is_switch && matches!(spec.stage, Stage::Alpha));
                masks.beta.set(gate, !is_switch && matches!(spec.stage, Stage::Beta));
                masks.dependent.set(gate, !spec.depends_on.is_empty());
            }
            Presence::AlwaysOn => masks.on_by_default.set(gate, true),
            Presence::AlwaysOff => {}
            Presence::PartOf(whole) => {
                masks.part_of.set(gate, true);
                if let Some(spec) = whole.spec(release) {
                    masks.on_by_default.set(gate, spec.default);
                }
            }
        }
    }
    masks
}
