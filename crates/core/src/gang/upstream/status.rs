//! How a group fares.

use alloc::string::String;
use alloc::vec::Vec;

/// What every group that fails says of itself.
pub(super) const UNSCHEDULABLE: &str = "pod group is unschedulable";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    Success,
    Wait,
    Unschedulable,
    UnschedulableAndUnresolvable,
    Error,
}

/// How a group, or a step on its way, fares (upstream: `framework.Status`): a code, an error that may be behind it, and
/// reasons.
#[derive(Clone, Debug)]
pub(super) struct Status {
    pub(super) code: Code,
    error: Option<String>,
    reasons: Vec<String>,
}

impl Status {
    pub(super) const SUCCESS: Status = Status { code: Code::Success, error: None, reasons: Vec::new() };

    pub(super) fn wait(reason: String) -> Self {
        Status { code: Code::Wait, error: None, reasons: alloc::vec![reason] }
    }

    pub(super) fn unschedulable(reason: impl Into<String>) -> Self {
        Status { code: Code::Unschedulable, error: None, reasons: alloc::vec![reason.into()] }
    }

    /// Nothing that goes would help.
    pub(super) fn unresolvable(reason: impl Into<String>) -> Self {
        Status { code: Code::UnschedulableAndUnresolvable, ..Self::unschedulable(reason) }
    }

    /// The group does not fit; the reasons come after the sentence that says so.
    pub(super) fn group_unschedulable(reasons: Vec<String>) -> Self {
        Status { code: Code::Unschedulable, error: Some(UNSCHEDULABLE.into()), reasons }
    }

    pub(super) fn error(text: impl Into<String>) -> Self {
        Status { code: Code::Error, error: Some(text.into()), reasons: Vec::new() }
    }

    /// Success, with something to say.
    pub(super) fn success_with(reason: String) -> Self {
        Status { code: Code::Success, error: None, reasons: alloc::vec![reason] }
    }

    /// The same, with all that it says behind a prefix.
    pub(super) fn prefix(&mut self, prefix: &str, message: String) {
        self.error = None;
        self.reasons = alloc::vec![alloc::format!("{prefix}{message}")];
    }

    pub(super) fn is_success(&self) -> bool {
        self.code == Code::Success
    }

    pub(super) fn is_rejected(&self) -> bool {
        matches!(self.code, Code::Unschedulable | Code::UnschedulableAndUnresolvable)
    }

    pub(super) fn is_error(&self) -> bool {
        self.code == Code::Error
    }

    pub(super) fn append(&mut self, reason: String) {
        self.reasons.push(reason);
    }

    pub(super) fn prepend(&mut self, reason: String) {
        self.reasons.insert(0, reason);
    }

    /// The reasons without the error behind them.
    pub(super) fn into_reasons(self) -> Vec<String> {
        self.reasons
    }

    /// Upstream: `Status.Message`.
    pub(super) fn message(&self) -> String {
        let parts: Vec<&str> = self.error.iter().chain(&self.reasons).map(String::as_str).collect();
        parts.join(", ")
    }

    /// Upstream: `Status.AsError`: the error behind it hides the reasons.
    pub(super) fn as_error(&self) -> String {
        self.error.clone().unwrap_or_else(|| self.message())
    }
}
