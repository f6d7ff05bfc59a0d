//! In which order a kubelet tries the pending resizes of its node, and what becomes of each.
//!
//! The kubelet keeps its pending resizes in a list, sorts it whenever one is added, and tries them one after the other:
//! what one is given is gone for those after it, and what one gives back is there for them (upstream:
//! `pkg/kubelet/allocation.sortPendingResizes`, `retryPendingResizes`).

use alloc::vec::Vec;
use core::cmp::{Ordering, Reverse};

use serde::Serialize;

use super::allocation::Allocation;
use super::feasible::{NodeConfig, ResizeOutcome, ResizeVerdict, resize_feasible};
use super::node_use::NodeUse;
use super::qos::pod_qos;
use super::requests::{POD_RESIZE_PENDING, PodResourcesOptions, pod_requests};
use crate::model::{Pod, QosClass, Time};
use crate::quantity::Quantity;
use crate::release::{Gate, Kubernetes};

/// A resize that the kubelet has to decide.
#[derive(Clone, Copy, Debug)]
pub struct PendingResize<'a> {
    /// The pod as the API server has it now. Since when its resize is pending stands in its status.
    pub desired: &'a Pod,
    /// The pod whose specification says what the node has allocated.
    pub allocated: &'a Pod,
}

/// What decides the place in the queue, most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct QueueKey {
    /// Whether the pod's CPU or memory requests grow. Resizes that do not ask for more come first.
    pub increasing: bool,
    /// The pod's priority. Higher ones come first.
    pub priority: i32,
    /// Whether the pod is Guaranteed. Such pods come first.
    pub guaranteed: bool,
    /// Since when the resize is pending. Older ones come first, those that were never tried last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pending_since: Option<Time>,
}

/// One resize of the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QueuedResize {
    /// Which of the pending resizes it is, by its place in the input.
    pub index: usize,
    /// Why it has this place.
    pub key: QueueKey,
    /// What becomes of it, after those before it.
    pub verdict: ResizeVerdict,
}

impl QueuedResize {
    /// Whether the kubelet keeps it in the queue.
    ///
    /// ```
    /// # use podverdict::model::{Node, Pod};
    /// # use podverdict::release::{Kubernetes, Release};
    /// # use podverdict::resize::{feasible::NodeConfig, node_use::NodeUse};
    /// use podverdict::resize::queue::{PendingResize, resize_queue};
    /// # let (k8s, node, pod) = (Kubernetes::new(Release::V1_36), Node::default(), Pod::default());
    /// let pending = [PendingResize { desired: &pod, allocated: &pod }];
    /// let queue = resize_queue(&k8s, NodeUse::new(&k8s, &node), &NodeConfig::default(), &pending);
    /// assert!(!queue[0].stays_queued());
    /// ```
    #[must_use]
    pub fn stays_queued(&self) -> bool {
        self.verdict.outcome == ResizeOutcome::Deferred
    }
}

/// The order in which the kubelet tries pending resizes, and what becomes of each in that order.
///
/// `others` counts the node's pods without a pending resize. `pending` is in the order in which the kubelet learned of
/// the resizes; it matters only between resizes that nothing else tells apart.
///
/// Upstream's comparison is not a proper order: of two resizes that do not ask for more, and of two that are pending since the
/// same moment, each "comes before" the other, so that their order depends on the sorting algorithm. Up to 12 resizes the
/// order is the very one that Go's sort makes of that, with one sort for each resize added. Beyond, Go's sort is another,
/// and such pairs are in the order of the input here.
///
/// ```
/// use podverdict::model::{Node, Pod};
/// use podverdict::release::{Kubernetes, Release};
/// use podverdict::resize::feasible::{NodeConfig, ResizeOutcome};
/// use podverdict::resize::node_use::NodeUse;
/// use podverdict::resize::queue::{PendingResize, resize_queue};
///
/// let node: Node = serde_json::from_str(r#"{"status": {"allocatable": {"cpu": "4", "pods": "10"}}}"#)?;
/// let pod = |cpu: &str| -> Result<Pod, serde_json::Error> {
///     serde_json::from_str(&format!(
///         r#"{{"spec": {{"containers": [{{"name": "app", "resources": {{"requests": {{"cpu": "{cpu}"}}}}}}]}}}}"#
///     ))
/// };
/// let (grows, before, shrinks) = (pod("3")?, pod("2")?, pod("1")?);
/// let pending = [
///     PendingResize { desired: &grows, allocated: &before },
///     PendingResize { desired: &shrinks, allocated: &before },
/// ];
/// let k8s = Kubernetes::new(Release::V1_36);
/// let queue = resize_queue(&k8s, NodeUse::new(&k8s, &node), &NodeConfig::default(), &pending);
/// // The second one goes first, and makes room for the other.
/// assert_eq!(queue.iter().map(|resize| resize.index).collect::<Vec<_>>(), [1, 0]);
/// assert!(queue.iter().all(|resize| resize.verdict.outcome == ResizeOutcome::Allocated));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn resize_queue(
    k8s: &Kubernetes,
    others: NodeUse<'_>,
    config: &NodeConfig,
    pending: &[PendingResize<'_>],
) -> Vec<QueuedResize> {
    let mut node = others;
    let allocated: Vec<_> = pending
        .iter()
        .map(|resize| {
            let now = Allocation::of(k8s, resize.allocated).apply(resize.desired);
            node.add_pod(&now);
            now
        })
        .collect();
    let keys = pending.iter().zip(&allocated).map(|(resize, now)| key(k8s, resize.desired, now));
    let mut queue = Vec::with_capacity(pending.len());
    for (index, key) in sorted(keys.enumerate().collect()) {
        let (Some(resize), Some(now)) = (pending.get(index), allocated.get(index)) else { continue };
        node.remove_pod(now);
        let verdict = resize_feasible(k8s, &node, config, resize.desired, resize.allocated);
        node.add_pod(if verdict.outcome == ResizeOutcome::Allocated { resize.desired } else { now });
        queue.push(QueuedResize { index, key, verdict });
    }
    queue
}

fn key(k8s: &Kubernetes, desired: &Pod, allocated: &Pod) -> QueueKey {
    QueueKey {
        increasing: is_increasing(k8s, desired, allocated),
        priority: desired.spec.priority.unwrap_or_default(),
        guaranteed: pod_qos(k8s, desired) == QosClass::Guaranteed,
        pending_since: desired.status.condition(POD_RESIZE_PENDING).and_then(|c| c.last_transition_time),
    }
}

/// Whether the pod as a whole asks for more CPU or memory than it has (upstream: `isResizeIncreasingRequests`).
fn is_increasing(k8s: &Kubernetes, desired: &Pod, allocated: &Pod) -> bool {
    let options = PodResourcesOptions {
        skip_pod_level_resources: !k8s.enabled(Gate::PodLevelResources),
        ..PodResourcesOptions::default()
    };
    let (new, old) = (pod_requests(k8s, desired, &options), pod_requests(k8s, allocated, &options));
    let grows = |new: Option<&Quantity>, old: Option<&Quantity>| {
        new.unwrap_or(&Quantity::ZERO) > old.unwrap_or(&Quantity::ZERO)
    };
    grows(new.memory(), old.memory()) || grows(new.cpu(), old.cpu())
}

/// Up to this many, Go's `slices.SortFunc` is an insertion sort.
const INSERTION: usize = 12;

fn sorted(keys: Vec<(usize, QueueKey)>) -> Vec<(usize, QueueKey)> {
    if keys.len() > INSERTION {
        let mut keys = keys;
        keys.sort_by(|(_, a), (_, b)| {
            let by = |key: &QueueKey| (key.increasing, key.increasing.then_some(Reverse(key.priority)));
            let or_guaranteed = |key: &QueueKey| key.increasing && !key.guaranteed;
            // Absent is last.
            let or_time = |key: &QueueKey| (key.pending_since.is_none(), key.pending_since);
            let by_time = || if a.increasing { or_time(a).cmp(&or_time(b)) } else { Ordering::Equal };
            by(a).cmp(&by(b)).then_with(|| or_guaranteed(a).cmp(&or_guaranteed(b))).then_with(by_time)
        });
        return keys;
    }
    let mut queue: Vec<(usize, QueueKey)> = Vec::with_capacity(keys.len());
    for key in keys {
        queue.push(key);
        for end in 1..queue.len() {
            let mut at = end;
            while let Some([(_, before), (_, after)]) = queue.get(at.saturating_sub(1)..=at) {
                if !comes_before(after, before) {
                    break;
                }
                queue.swap(at.saturating_sub(1), at);
                at = at.saturating_sub(1);
            }
        }
    }
    queue
}

/// Upstream's comparison, as it is.
fn comes_before(a: &QueueKey, b: &QueueKey) -> bool {
    if !a.increasing || !b.increasing {
        return !a.increasing;
    }
    if a.priority != b.priority {
        return a.priority > b.priority;
    }
    if a.guaranteed != b.guaranteed {
        return a.guaranteed;
    }
    match (a.pending_since, b.pending_since) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(a), Some(b)) => a < b,
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    const GROWS: QueueKey =
        QueueKey { increasing: true, priority: 0, guaranteed: false, pending_since: None };

    fn order(keys: &[QueueKey]) -> Vec<usize> {
        sorted(keys.iter().copied().enumerate().collect()).into_iter().map(|(index, _)| index).collect()
    }

    fn since(second: u8) -> Option<Time> {
        Some(format!("2026-01-02T03:04:{second:02}Z").parse().unwrap())
    }

    #[test]
    fn the_keys_count_in_their_order() {
        let keys = [
            GROWS,
            QueueKey { pending_since: since(9), ..GROWS },
            QueueKey { pending_since: since(8), ..GROWS },
            QueueKey { guaranteed: true, ..GROWS },
            QueueKey { priority: 5, ..GROWS },
            QueueKey { increasing: false, priority: -5, ..GROWS },
        ];
        assert_eq!(order(&keys), [5, 4, 3, 2, 1, 0]);
        // The same beyond an insertion sort.
        let many: Vec<QueueKey> = keys.iter().flat_map(|key| [*key; 3]).collect();
        let of_kind: Vec<usize> = order(&many).iter().map(|index| index / 3).collect();
        assert_eq!(of_kind, [5, 5, 5, 4, 4, 4, 3, 3, 3, 2, 2, 2, 1, 1, 1, 0, 0, 0]);
    }

    #[test]
    fn resizes_that_give_back_turn_around_with_each_one_added() {
        let shrinks = QueueKey { increasing: false, ..GROWS };
        assert_eq!(order(&[shrinks; 2]), [1, 0]);
        assert_eq!(order(&[shrinks; 3]), [2, 0, 1]);
    }

    #[test]
    fn of_equal_times_the_first_stays_first() {
        assert_eq!(order(&[QueueKey { pending_since: since(1), ..GROWS }; 3]), [0, 1, 2]);
    }
}
