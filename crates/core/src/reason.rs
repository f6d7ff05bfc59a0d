//! Reasons: why an answer is what it is, as data.
//!
//! Every verdict names the [`Rule`] that decided it: a code that stays the same from version to version of this
//! library, and the place in Kubernetes' source where the rule lives.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

/// A rule of Kubernetes: its stable code and where upstream keeps it.
///
/// ```
/// use podverdict::reason::Rule;
/// const RULE: Rule = Rule::new("restart_rule_matched", "pkg/api/v1/pod.ContainerShouldRestart");
/// assert_eq!(RULE.code, "restart_rule_matched");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[non_exhaustive]
pub struct Rule {
    /// A stable identifier in snake_case; once published it keeps its meaning.
    pub code: &'static str,
    /// The upstream package and function, such as `pkg/api/v1/pod.ContainerShouldRestart`.
    pub source: &'static str,
}

impl Rule {
    /// Names a rule.
    ///
    /// ```
    /// let rule = podverdict::reason::Rule::new("quorum_missing", "pkg/scheduler/framework/plugins/gangscheduling.PreEnqueue");
    /// assert!(rule.source.ends_with("PreEnqueue"));
    /// ```
    #[must_use]
    pub const fn new(code: &'static str, source: &'static str) -> Self {
        Rule { code, source }
    }
}

/// One reason of an answer: the rule, what upstream would say, where, and the numbers behind it.
///
/// ```
/// use podverdict::reason::{Reason, Rule};
/// let rule = Rule::new("insufficient_cpu", "pkg/scheduler/framework/plugins/noderesources.fitsRequest");
/// let reason = Reason::new(rule, "Insufficient cpu").with_number("requestedMilliCpu", 1500);
/// assert_eq!(reason.numbers[0], ("requestedMilliCpu", 1500));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Reason {
    /// The rule that spoke.
    #[serde(flatten)]
    pub rule: Rule,
    /// The text upstream would show; where upstream shows none, a sentence of this library.
    pub message: String,
    /// The field of the object that the rule read, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The numbers the rule compared, each with its name; the name says the unit.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "numbers_as_map")]
    pub numbers: Vec<(&'static str, i64)>,
}

impl Reason {
    /// A reason with a message, without field or numbers.
    ///
    /// ```
    /// use podverdict::reason::{Reason, Rule};
    /// let reason = Reason::new(Rule::new("pod_deleted", "pkg/kubelet/container.ShouldContainerBeRestarted"), "the pod is being deleted");
    /// assert!(reason.field.is_none());
    /// ```
    #[must_use]
    pub fn new(rule: Rule, message: impl Into<String>) -> Self {
        Reason { rule, message: message.into(), field: None, numbers: Vec::new() }
    }

    /// The same reason, at a field.
    ///
    /// ```
    /// use podverdict::reason::{Reason, Rule};
    /// let reason = Reason::new(Rule::new("a", "b"), "c").at("spec.restartPolicy");
    /// assert_eq!(reason.field.as_deref(), Some("spec.restartPolicy"));
    /// ```
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// The same reason with one more number.
    ///
    /// ```
    /// use podverdict::reason::{Reason, Rule};
    /// let reason = Reason::new(Rule::new("a", "b"), "c").with_number("exitCode", 42);
    /// assert_eq!(reason.numbers.len(), 1);
    /// ```
    #[must_use]
    pub fn with_number(mut self, name: &'static str, value: i64) -> Self {
        self.numbers.push((name, value));
        self
    }
}

/// Writes what a value displays as text.
pub(crate) struct AsText<'a, T>(pub(crate) &'a T);

impl<T: core::fmt::Display> Serialize for AsText<'_, T> {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self.0)
    }
}

fn numbers_as_map<S: serde::Serializer>(numbers: &[(&'static str, i64)], s: S) -> Result<S::Ok, S::Error> {
    s.collect_map(numbers.iter().copied())
}
