//! When a pod that did not fit is tried again: the queueing hints of the default plugins, for the events that happen here.

use alloc::collections::BTreeSet;

use crate::gang::cluster::{AffinityTerm, Labels, PodInfo, WhenUnsatisfiable, same};
use crate::gang::filter::Plugin;
use crate::release::{Kubernetes, Release};

/// A pod came to a node, or went from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    AssignedPodAdd,
    AssignedPodDelete,
}

/// Whether the event may make the pod schedulable, as the plugins that rejected it see it (upstream:
/// `PriorityQueue.isPodWorthRequeuing`).
pub(super) fn worth_a_retry(
    k8s: &Kubernetes,
    pod: &PodInfo,
    rejectors: &BTreeSet<Plugin>,
    event: Event,
    other: &PodInfo,
) -> bool {
    rejectors.iter().any(|plugin| match (plugin, event) {
        // Upstream: Fit.isSchedulableAfterAssignedPodDelete.
        (Plugin::NodeResourcesFit, Event::AssignedPodDelete) => true,
        // Upstream: NodePorts.isSchedulableAfterAssignedPodDeleted.
        (Plugin::NodePorts, Event::AssignedPodDelete) => {
            let taken = other.shape.ports();
            pod.shape.ports().iter().any(|port| taken.iter().any(|t| t.conflicts(port)))
        }
        // Upstream: CSILimits.isSchedulableAfterAssignedPodDeleted.
        (Plugin::NodeVolumeLimits, Event::AssignedPodDelete) => {
            let volumes = other.shape.volumes();
            !volumes.claims.is_empty() || volumes.migratable
        }
        // Upstream: VolumeRestrictions.isSchedulableAfterAssignedPodDeleted.
        (Plugin::VolumeRestrictions, Event::AssignedPodDelete) => {
            let named = |p: &'_ PodInfo, name: &str| {
                p.shape.volumes().claims.iter().any(|c| c.made_for.is_none() && *c.name == *name)
            };
            same(&pod.shape.namespace, &other.shape.namespace)
                && (crate::gang::filter::disks_shared(pod, other)
                    || pod
                        .shape
                        .volumes()
                        .claims
                        .iter()
                        .any(|c| c.made_for.is_none() && named(other, &c.name)))
        }
        // Upstream: PodTopologySpread.isSchedulableAfterAssignedPodChange.
        (Plugin::PodTopologySpread, _) => {
            same(&pod.shape.namespace, &other.shape.namespace)
                && pod.shape.placement().spread.iter().any(|c| {
                    c.when_unsatisfiable == WhenUnsatisfiable::DoNotSchedule
                        && c.selector.as_ref().is_some_and(|s| s.matches(&other.shape.labels))
                })
        }
        // Upstream: InterPodAffinity.isSchedulableAfterAssignedPodChange.
        (Plugin::InterPodAffinity, Event::AssignedPodAdd) => {
            let terms = pod.shape.affinities().map_or(&[][..], |a| &*a.required);
            !terms.is_empty() && terms.iter().all(|term| about(term, other))
        }
        (Plugin::InterPodAffinity, Event::AssignedPodDelete) => {
            // 1.35 and 1.36 want all terms to be about the other pod, 1.37 any; 1.35 asks for the pod's own terms alone.
            let anti = |p: &'_ PodInfo, about_pod: &PodInfo| {
                let terms = p.shape.affinities().map_or(&[][..], |a| &*a.required_anti);
                if k8s.at_least(Release::V1_37) {
                    terms.iter().any(|t| about(t, about_pod))
                } else {
                    !terms.is_empty() && terms.iter().all(|t| about(t, about_pod))
                }
            };
            anti(pod, other) || (k8s.at_least(Release::V1_36) && anti(other, pod))
        }
        _ => false,
    })
}

fn about(term: &AffinityTerm, pod: &PodInfo) -> bool {
    term.matches(&pod.shape.namespace, &pod.shape.labels, &Labels::default())
}
