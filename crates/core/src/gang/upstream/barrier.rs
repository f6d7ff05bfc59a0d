//! 1.35: the pods of a gang are scheduled one by one, and wait on their nodes until enough of them have one.
//!
//! How long upstream lets them wait (five minutes) is not part of it: those that still wait at the end are shown so.

use alloc::sync::Arc;

use super::PodState;
use super::scheduler::{Item, Scheduler};
use super::search::{Choice, Failed, Nominating};
use crate::gang::cluster::PodInfo;
use crate::gang::filter::Plugin;

impl Scheduler {
    /// The pod takes its node, or waits there (upstream: `GangScheduling.Permit`).
    pub(super) fn permit(&mut self, gang: usize, at: usize, choice: Choice) {
        let Some(group) = self.gangs.get(gang) else { return };
        let reserved = group.scheduled.len().saturating_add(group.waiting.len()).saturating_add(1);
        let enough = |min: i64| i64::try_from(reserved).unwrap_or(i64::MAX) >= min;
        if group.min_count().is_none_or(enough) {
            self.admit_waiting(gang);
            self.bind(at, choice);
        } else {
            self.wait(gang, at, choice);
        }
    }

    fn admit_waiting(&mut self, gang: usize) {
        let waiting = self.gangs.get_mut(gang).map(|group| core::mem::take(&mut group.waiting));
        for at in waiting.into_iter().flatten() {
            let Some((node, tied, pod)) = self.waiting_pod(at) else { continue };
            // It counts as open until it is bound.
            if let Some(group) = self.gangs.get_mut(gang) {
                group.open = group.open.saturating_add(1);
            }
            self.bind_assumed(at, Choice { node, tied }, &pod);
        }
    }

    /// A waiting pod as it is accounted for on its node.
    fn waiting_pod(&self, at: usize) -> Option<(usize, bool, Arc<PodInfo>)> {
        let entry = self.entries.get(at)?;
        let node = entry.node?;
        let on = self.cluster.node(node)?;
        let pod = on.pods.iter().find(|pod| pod.key() == entry.pod.key())?;
        Some((node, entry.tied, Arc::clone(pod)))
    }

    fn wait(&mut self, gang: usize, at: usize, choice: Choice) {
        let Some(pod) = self.assume(at, choice.node) else { return };
        self.nominated.remove(&pod);
        self.version = self.version.saturating_add(1);
        if let Some(entry) = self.entries.get_mut(at) {
            entry.state = PodState::Waiting;
            entry.node = Some(choice.node);
            entry.tied = choice.tied;
        }
        let Some(group) = self.gangs.get_mut(gang) else { return };
        group.waiting.push(at);
        group.open = group.open.saturating_sub(1);
        // Its siblings are tried again. One that preempts the others of its own gang would go round in circles.
        let siblings = group.members.clone();
        for sibling in siblings {
            if self.has_attempts_left(sibling) && self.take_out(sibling) {
                self.activate(Item::Pod(sibling));
            }
        }
    }

    /// A waiting pod is preempted; it is told so, and goes back to wait.
    pub(super) fn reject_waiting(&mut self, at: usize) {
        let Some(entry) = self.entries.get_mut(at) else { return };
        entry.node = None;
        entry.tied = false;
        if let Some(group) = entry.gang.and_then(|gang| self.gangs.get_mut(gang)) {
            group.waiting.retain(|waiting| *waiting != at);
            group.open = group.open.saturating_add(1);
        }
        let failed = Failed {
            reason: "Unschedulable",
            message: "0/1 nodes are available: 1 preempted.".into(),
            rejectors: [Plugin::DefaultPreemption].into(),
            nominating: Nominating::Clear,
        };
        self.record(at, failed, self.version);
        self.put_back(at);
    }
}
