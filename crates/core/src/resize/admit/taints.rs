//! Whether a pod may stay on a node with `NoExecute` taints.

use crate::model::{Node, Pod, Taint, Toleration};
use crate::release::{Gate, Kubernetes};

/// Whether the pod tolerates every `NoExecute` taint of the node; the kubelet looks at no other taints (upstream:
/// `component-helpers/scheduling/corev1.FindMatchingUntoleratedTaint`).
pub(super) fn tolerates_no_execute(k8s: &Kubernetes, pod: &Pod, node: &Node) -> bool {
    let compares = k8s.enabled(Gate::TaintTolerationComparisonOperators);
    let mut taints = node.spec.taints.iter().filter(|taint| taint.effect == "NoExecute");
    taints.all(|taint| pod.spec.tolerations.iter().any(|toleration| tolerates(toleration, taint, compares)))
}

/// Upstream: `v1.Toleration.ToleratesTaint`. An empty key matches all keys, with any operator.
fn tolerates(toleration: &Toleration, taint: &Taint, compares: bool) -> bool {
    if !toleration.effect.is_empty() && toleration.effect != taint.effect {
        return false;
    }
    if !toleration.key.is_empty() && toleration.key != taint.key {
        return false;
    }
    let numbers = || Some((decimal(&taint.value)?, decimal(&toleration.value)?));
    match toleration.operator.as_str() {
        "" | "Equal" => toleration.value == taint.value,
        "Exists" => true,
        "Lt" if compares => numbers().is_some_and(|(taint, toleration)| taint < toleration),
        "Gt" if compares => numbers().is_some_and(|(taint, toleration)| taint > toleration),
        _ => false,
    }
}

/// A decimal number without leading zeros or plus sign (upstream: `content.IsDecimalInteger`).
fn decimal(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let canonical = text == "0" || (digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0'));
    if canonical { text.parse().ok() } else { None }
}
