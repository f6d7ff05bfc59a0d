//! Kubernetes releases and their feature gates.
//!
//! Every decision takes a [`Kubernetes`] as its first argument: a release, and its feature gates as a set of
//! overrides leaves them. A rule that differs between releases asks [`Kubernetes::at_least`] or
//! [`Kubernetes::enabled`].
//!
//! ```
//! use podverdict::release::{Gate, Kubernetes, Release};
//!
//! let k8s = Kubernetes::with_gates(Release::V1_35, [("GenericWorkload", true), ("GangScheduling", true)])?;
//! assert!(k8s.enabled(Gate::GangScheduling));
//!
//! let refused = Kubernetes::with_gates(Release::V1_35, [("GangScheduling", true)]).unwrap_err();
//! assert_eq!(
//!     refused.to_string(),
//!     "gates: GangScheduling is enabled, but depends on features that are disabled: [GenericWorkload]"
//! );
//! # Ok::<(), podverdict::release::GateError>(())
//! ```

mod gate;
mod gate_set;
mod gate_table;
mod overrides;

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

pub use gate::{Gate, GateSpec, ParseGateError, Stage};
pub use overrides::{GateError, LockedGate, UnmetDependencies};

use gate_set::GateSet;

/// A Kubernetes minor release whose verdicts this library gives. Later releases compare greater.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Release {
    /// Kubernetes 1.35.
    V1_35,
    /// Kubernetes 1.36.
    V1_36,
    /// Kubernetes 1.37.
    V1_37,
}

impl Release {
    /// Every release, oldest first.
    pub const ALL: [Self; 3] = [Self::V1_35, Self::V1_36, Self::V1_37];

    /// The release as `major.minor`, without a `v`.
    ///
    /// ```
    /// use podverdict::release::Release;
    ///
    /// assert_eq!(Release::V1_35.as_str(), "1.35");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1_35 => "1.35",
            Self::V1_36 => "1.36",
            Self::V1_37 => "1.37",
        }
    }

    /// The patch release that the verdicts were compared with.
    ///
    /// ```
    /// use podverdict::release::Release;
    ///
    /// assert_eq!(Release::V1_35.upstream_version(), "1.35.4");
    /// ```
    #[must_use]
    pub const fn upstream_version(self) -> &'static str {
        match self {
            Self::V1_35 => "1.35.4",
            Self::V1_36 => "1.36.3",
            Self::V1_37 => "1.37.2",
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Reads `1.35`, `v1.35`, and the same with a patch number (`1.35.4`), which has no effect.
///
/// What a vendor puts behind the patch number (`v1.35.4-gke.1`, `v1.36.1+k3s1`) has no effect either: a cluster's own
/// `gitVersion` can be passed as it is.
///
/// ```
/// use podverdict::release::Release;
///
/// assert_eq!("1.35".parse(), Ok(Release::V1_35));
/// assert_eq!("v1.36.2".parse(), Ok(Release::V1_36));
/// let error = "1.34".parse::<Release>().unwrap_err();
/// assert_eq!(error.to_string(), r#"unsupported Kubernetes release "1.34", want 1.35, 1.36 or 1.37"#);
/// ```
impl FromStr for Release {
    type Err = ParseReleaseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let version = text.strip_prefix('v').unwrap_or(text);
        for release in Self::ALL {
            match version.strip_prefix(release.as_str()) {
                Some("") => return Ok(release),
                Some(rest) if rest.strip_prefix('.').is_some_and(is_patch) => return Ok(release),
                _ => {}
            }
        }
        Err(ParseReleaseError { text: text.into() })
    }
}

/// A patch number, and whatever a vendor puts behind it: `4`, `4-gke.1`, `4+k3s1`.
fn is_patch(text: &str) -> bool {
    let number = text.split(['-', '+']).next().unwrap_or_default();
    !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
}

/// A text that names none of the releases.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseReleaseError {
    text: String,
}

impl ParseReleaseError {
    /// The text that was to be read.
    ///
    /// ```
    /// use podverdict::release::Release;
    ///
    /// assert_eq!("1.34".parse::<Release>().unwrap_err().text(), "1.34");
    /// ```
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for ParseReleaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second, third] = Release::ALL;
        write!(f, "unsupported Kubernetes release {:?}, want {first}, {second} or {third}", self.text)
    }
}

impl core::error::Error for ParseReleaseError {}

/// A release with its feature gates resolved: the first argument of every decision.
///
/// It is a few words in size and `Copy`, and asking it costs neither time nor memory.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Kubernetes {
    release: Release,
    enabled: GateSet,
}

impl Kubernetes {
    /// A release with its gates at their defaults.
    ///
    /// ```
    /// use podverdict::release::{Gate, Kubernetes, Release};
    ///
    /// const K8S: Kubernetes = Kubernetes::new(Release::V1_35);
    /// assert!(K8S.enabled(Gate::ContainerRestartRules));
    /// assert!(!K8S.enabled(Gate::RestartAllContainersOnContainerExits));
    /// ```
    #[must_use]
    pub const fn new(release: Release) -> Self {
        Self { release, enabled: gate::masks(release).on_by_default }
    }

    /// A release with overrides on top of its default gates.
    ///
    /// Of several overrides of one gate the last counts. `AllAlpha` and `AllBeta` set every gate of their
    /// stage that has no override. The result must satisfy every dependency between gates; nothing is turned
    /// on to help.
    ///
    /// An override that repeats the gate's default counts as absent, so that `AllAlpha` sets that gate too.
    /// The `--feature-gates` flag of a component differs in this: there it keeps the gate at its default.
    ///
    /// Costs one lookup by name for each override and allocates only for an error.
    /// The rule is that of upstream's `featuregate.SetFromMap`.
    ///
    /// # Errors
    ///
    /// [`GateError`] tells which overrides are refused; its text is upstream's.
    ///
    /// ```
    /// use podverdict::release::{Gate, GateError, Kubernetes, Release};
    ///
    /// let k8s = Kubernetes::with_gates(Release::V1_35, [("ContainerRestartRules", false)])?;
    /// assert!(!k8s.enabled(Gate::ContainerRestartRules));
    ///
    /// let refused = Kubernetes::with_gates(Release::V1_35, [("SidecarContainer", true)]).unwrap_err();
    /// assert_eq!(refused, GateError::Unknown { name: "SidecarContainer".into() });
    /// # Ok::<(), GateError>(())
    /// ```
    pub fn with_gates<'a, I>(release: Release, overrides: I) -> Result<Self, GateError>
    where
        I: IntoIterator<Item = (&'a str, bool)>,
    {
        Ok(Self { release, enabled: overrides::resolve(release, overrides)? })
    }

    /// Whether the feature behind a gate is on.
    ///
    /// It may be asked of any gate on any release. Where the release has no such gate, the answer is what
    /// the release does ([`Gate::spec`] tells whether it has the gate):
    /// - on, if the gate was removed because the feature is permanent (`SidecarContainers` on 1.37), or is yet
    ///   to come for a feature that was always there (`KubeProxyIPVS` before 1.37);
    /// - the answer of the gate that took over, if one did (`GenericWorkload` for `GangScheduling` on 1.37);
    /// - off otherwise.
    ///
    /// ```
    /// use podverdict::release::{Gate, Kubernetes, Release};
    ///
    /// let k8s = Kubernetes::new(Release::V1_37);
    /// assert!(Gate::SidecarContainers.spec(Release::V1_37).is_none());
    /// assert!(k8s.enabled(Gate::SidecarContainers));
    /// ```
    #[must_use]
    pub const fn enabled(&self, gate: Gate) -> bool {
        self.enabled.contains(gate)
    }

    /// Whether this is the given release or a later one.
    ///
    /// ```
    /// use podverdict::release::{Kubernetes, Release};
    ///
    /// let k8s = Kubernetes::new(Release::V1_36);
    /// assert!(k8s.at_least(Release::V1_36));
    /// assert!(!k8s.at_least(Release::V1_37));
    /// ```
    #[must_use]
    pub const fn at_least(&self, release: Release) -> bool {
        self.release as u8 >= release as u8
    }

    /// The release.
    ///
    /// ```
    /// use podverdict::release::{Kubernetes, Release};
    ///
    /// assert_eq!(Kubernetes::new(Release::V1_37).release(), Release::V1_37);
    /// ```
    #[must_use]
    pub const fn release(&self) -> Release {
        self.release
    }

    /// Every gate that the release has, in the order of their names, its specification, and whether it is
    /// on.
    ///
    /// ```
    /// use podverdict::release::{Gate, Kubernetes, Release, Stage};
    ///
    /// let k8s = Kubernetes::with_gates(Release::V1_35, [("HPAScaleToZero", true)])?;
    /// let (gate, spec, enabled) = k8s.gates().find(|(gate, ..)| *gate == Gate::HPAScaleToZero).unwrap();
    /// assert_eq!((gate.as_str(), spec.stage), ("HPAScaleToZero", Stage::Alpha));
    /// assert_eq!((spec.default, enabled), (false, true));
    /// # Ok::<(), podverdict::release::GateError>(())
    /// ```
    pub fn gates(&self) -> impl Iterator<Item = (Gate, GateSpec, bool)> + use<> {
        let k8s = *self;
        Gate::ALL
            .iter()
            .filter_map(move |&gate| gate.spec(k8s.release).map(|spec| (gate, spec, k8s.enabled(gate))))
    }
}

impl From<Release> for Kubernetes {
    fn from(release: Release) -> Self {
        Self::new(release)
    }
}

/// Shows the release and the gates that are not at their default.
impl fmt::Debug for Kubernetes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        struct Changed<'a>(&'a Kubernetes);
        impl fmt::Debug for Changed<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let changed = self.0.gates().filter(|(_, spec, enabled)| spec.default != *enabled);
                f.debug_map().entries(changed.map(|(gate, _, enabled)| (gate, enabled))).finish()
            }
        }
        f.debug_struct("Kubernetes").field("release", &self.release).field("changed", &Changed(self)).finish()
    }
}
