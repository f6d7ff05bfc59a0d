//! The sentences that kube-scheduler leaves on a pod.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::filter::{Reason, Rejection};

/// What upstream says where there is no node at all (upstream: `ErrNoNodesAvailable`).
pub(crate) const NO_NODES: &str = "no nodes available to schedule pods";

/// Why a pod fits on no node, summed up: `0/5 nodes are available: 3 Insufficient cpu, 2 node(s) were unschedulable.`
/// (upstream: `framework.FitError`).
///
/// ```
/// use podverdict::gang::message::FitError;
/// let mut error = FitError::new(2);
/// error.pre_filter("pod affinity terms conflict");
/// error.post_filter("preemption: not eligible due to preemptionPolicy=Never.");
/// assert_eq!(
///     error.to_string(),
///     "0/2 nodes are available: pod affinity terms conflict. preemption: not eligible due to preemptionPolicy=Never."
/// );
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FitError {
    nodes: usize,
    pre_filter: String,
    reasons: BTreeMap<Reason, usize>,
    post_filter: String,
}

impl FitError {
    /// No reason yet, over so many nodes.
    ///
    /// ```
    /// use podverdict::gang::message::FitError;
    /// assert_eq!(FitError::new(3).to_string(), "0/3 nodes are available:");
    /// ```
    #[must_use]
    pub fn new(nodes: usize) -> Self {
        FitError { nodes, ..FitError::default() }
    }

    /// The pod was rejected as a whole, before any node was looked at.
    ///
    /// ```
    /// let mut error = podverdict::gang::message::FitError::new(1);
    /// error.pre_filter("no");
    /// assert_eq!(error.to_string(), "0/1 nodes are available: no.");
    /// ```
    pub fn pre_filter(&mut self, message: impl Into<String>) {
        self.pre_filter = message.into();
    }

    /// Counts the rejection of one node; each of its reasons counts.
    ///
    /// ```
    /// use podverdict::gang::filter::{Code, Plugin, Reason, Rejection};
    /// let reasons = vec![Reason::Fixed("Too many pods"), Reason::Insufficient("cpu".into())];
    /// let mut error = podverdict::gang::message::FitError::new(1);
    /// error.count(&Rejection { plugin: Plugin::NodeResourcesFit, code: Code::Unschedulable, reasons });
    /// assert_eq!(error.to_string(), "0/1 nodes are available: 1 Insufficient cpu, 1 Too many pods.");
    /// ```
    pub fn count(&mut self, rejection: &Rejection) {
        self.count_many(rejection, 1);
    }

    /// Counts the same rejection of many nodes.
    pub(crate) fn count_many(&mut self, rejection: &Rejection, nodes: usize) {
        if nodes == 0 {
            return;
        }
        for reason in &rejection.reasons {
            match self.reasons.get_mut(reason) {
                Some(count) => *count = count.saturating_add(nodes),
                None => {
                    self.reasons.insert(reason.clone(), nodes);
                }
            }
        }
    }

    /// What preemption said.
    ///
    /// ```
    /// let mut error = podverdict::gang::message::FitError::new(1);
    /// error.post_filter("preemption: no");
    /// assert_eq!(error.to_string(), "0/1 nodes are available: preemption: no");
    /// ```
    pub fn post_filter(&mut self, message: impl Into<String>) {
        self.post_filter = message.into();
    }
}

impl fmt::Display for FitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0/{} nodes are available:", self.nodes)?;
        if self.pre_filter.is_empty() {
            // Reasons that read alike count together, and the parts sort as texts: "10 …" before "2 …".
            let mut counts: BTreeMap<Cow<'_, str>, usize> = BTreeMap::new();
            for (reason, nodes) in &self.reasons {
                let count = counts.entry(reason.text()).or_default();
                *count = count.saturating_add(*nodes);
            }
            let mut parts: Vec<String> =
                counts.iter().map(|(reason, nodes)| format!("{nodes} {reason}")).collect();
            parts.sort();
            if !parts.is_empty() {
                write!(f, " {}.", parts.join(", "))?;
            }
        } else {
            write!(f, " {}.", self.pre_filter)?;
        }
        if !self.post_filter.is_empty() {
            write!(f, " {}", self.post_filter)?;
        }
        Ok(())
    }
}
