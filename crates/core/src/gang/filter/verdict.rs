//! What a filter says of a node.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::{Serialize, Serializer};

use crate::gang::cluster::Text;

/// A plugin of kube-scheduler's default profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are upstream's and documented there")]
pub enum Plugin {
    SchedulingGates,
    NodeUnschedulable,
    NodeName,
    TaintToleration,
    NodeAffinity,
    NodePorts,
    NodeResourcesFit,
    VolumeRestrictions,
    NodeVolumeLimits,
    VolumeBinding,
    VolumeZone,
    PodTopologySpread,
    InterPodAffinity,
    DynamicResources,
    DefaultPreemption,
    NodeDeclaredFeatures,
    GangScheduling,
}

impl Plugin {
    /// The plugin's name.
    ///
    /// ```
    /// assert_eq!(podverdict::gang::filter::Plugin::NodePorts.as_str(), "NodePorts");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Plugin::SchedulingGates => "SchedulingGates",
            Plugin::NodeUnschedulable => "NodeUnschedulable",
            Plugin::NodeName => "NodeName",
            Plugin::TaintToleration => "TaintToleration",
            Plugin::NodeAffinity => "NodeAffinity",
            Plugin::NodePorts => "NodePorts",
            Plugin::NodeResourcesFit => "NodeResourcesFit",
            Plugin::VolumeRestrictions => "VolumeRestrictions",
            Plugin::NodeVolumeLimits => "NodeVolumeLimits",
            Plugin::VolumeBinding => "VolumeBinding",
            Plugin::VolumeZone => "VolumeZone",
            Plugin::PodTopologySpread => "PodTopologySpread",
            Plugin::InterPodAffinity => "InterPodAffinity",
            Plugin::DynamicResources => "DynamicResources",
            Plugin::DefaultPreemption => "DefaultPreemption",
            Plugin::NodeDeclaredFeatures => "NodeDeclaredFeatures",
            Plugin::GangScheduling => "GangScheduling",
        }
    }
}

impl fmt::Display for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Plugin {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

/// How final a rejection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Code {
    /// The pod does not fit now; it may once pods have gone, so that preemption is tried.
    Unschedulable,
    /// The pod does not fit, whatever pods go.
    UnschedulableAndUnresolvable,
    /// The scheduler cannot say; it reports an error and tries again.
    Error,
}

/// One reason for a rejection, in upstream's words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// A fixed sentence.
    Fixed(&'static str),
    /// Too little of this resource is free: `Insufficient <resource>`.
    Insufficient(Text),
    /// A sentence with names in it.
    Sentence(String),
}

impl Reason {
    /// The reason as upstream words it.
    ///
    /// ```
    /// use podverdict::gang::filter::Reason;
    /// assert_eq!(Reason::Insufficient("cpu".into()).text(), "Insufficient cpu");
    /// ```
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Reason::Fixed(text) => Cow::Borrowed(text),
            Reason::Insufficient(resource) => Cow::Owned(format!("Insufficient {resource}")),
            Reason::Sentence(text) => Cow::Borrowed(text),
        }
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.text())
    }
}

/// Why a node, or a pod as a whole, is rejected: by the first plugin in the release's order that objects (upstream:
/// `framework.Status`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rejection {
    /// The plugin.
    pub plugin: Plugin,
    /// How final it is.
    pub code: Code,
    /// What the plugin says; one sentence mostly, one for each resource that lacks.
    pub reasons: Vec<Reason>,
}

impl Rejection {
    pub(crate) fn new(plugin: Plugin, code: Code, reason: Reason) -> Self {
        Rejection { plugin, code, reasons: alloc::vec![reason] }
    }

    /// A rejection for good, with a fixed sentence.
    pub(crate) fn unresolvable(plugin: Plugin, reason: &'static str) -> Self {
        Self::new(plugin, Code::UnschedulableAndUnresolvable, Reason::Fixed(reason))
    }

    /// A rejection for now, with a fixed sentence.
    pub(crate) fn for_now(plugin: Plugin, reason: &'static str) -> Self {
        Self::new(plugin, Code::Unschedulable, Reason::Fixed(reason))
    }

    /// The reasons, joined (upstream: `Status.Message`).
    ///
    /// ```
    /// use podverdict::gang::filter::{Code, Plugin, Reason, Rejection};
    /// let reasons = vec![Reason::Fixed("Too many pods"), Reason::Insufficient("cpu".into())];
    /// let rejection = Rejection { plugin: Plugin::NodeResourcesFit, code: Code::Unschedulable, reasons };
    /// assert_eq!(rejection.message(), "Too many pods, Insufficient cpu");
    /// ```
    #[must_use]
    pub fn message(&self) -> String {
        let texts: Vec<_> = self.reasons.iter().map(Reason::text).collect();
        texts.join(", ")
    }
}
