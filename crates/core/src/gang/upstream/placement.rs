//! Groups whose pods must share the value of a node label (gate `TopologyAwareWorkloadScheduling`).

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec::Vec;

use super::cycle::GroupResult;
use super::scheduler::Scheduler;
use super::search::Scope;
use super::status::Status;
use crate::gang::cluster::Text;

/// The nodes that the pods of a group may take together, by place, sorted; all that its parent may where absent.
pub(super) type Placement = Option<Vec<usize>>;

/// What became of a group of pods that was tried in each of its placements.
pub(super) enum Attempt {
    /// The attempt in the best placement.
    Best(GroupResult),
    /// No placement does: how many there are, and the first attempt that failed.
    NoneGood { count: usize, first: GroupResult },
    /// An error ends it.
    Failed(GroupResult),
}

impl Scheduler {
    /// Tries a group of pods in each of its placements within those of the scope (upstream:
    /// `podGroupSchedulingPlacementAlgorithm`). Afterwards no pod is accounted for on a node.
    pub(super) fn try_placements(
        &mut self,
        gang: usize,
        scope: Scope<'_>,
        mut attempt: impl FnMut(&mut Self, Scope<'_>) -> GroupResult,
    ) -> Attempt {
        let placements = match self.placements(gang, scope.nodes) {
            Ok(placements) => placements,
            Err(status) => return Attempt::Failed(GroupResult::failed(status)),
        };
        let count = placements.len();
        let mut first: Option<GroupResult> = None;
        let mut good: Vec<(Placement, GroupResult)> = Vec::new();
        for placement in placements {
            let mut result = attempt(self, Scope { nodes: placement.as_deref(), ..scope });
            self.take_back(&mut result);
            if result.status.is_error() {
                return Attempt::Failed(result);
            }
            // An attempt that preempts will do, once its victims have gone.
            if result.status.is_success() || result.preempting {
                good.push((placement, result));
            } else if first.is_none() && good.is_empty() {
                first = Some(result);
            }
        }
        if good.is_empty() {
            let first = first.unwrap_or_else(|| GroupResult::failed(Status::SUCCESS));
            return Attempt::NoneGood { count, first };
        }
        Attempt::Best(self.best_placement(gang, good))
    }

    /// Where a group may be (upstream: `TopologyPlacement.GeneratePlacements`), within `parent`. Upstream's order is random;
    /// here it is that of the first nodes.
    pub(super) fn placements(&self, gang: usize, parent: Option<&[usize]>) -> Result<Vec<Placement>, Status> {
        let Some(group) = self.gangs.get(gang) else { return Ok(Vec::new()) };
        let Some(key) = group.topology_key() else {
            return Ok(alloc::vec![parent.map(<[usize]>::to_vec)]);
        };
        let wanted = self.domain_of_scheduled(gang, key)?;
        let mut order: Vec<&Text> = Vec::new();
        let mut domains: BTreeMap<&Text, Vec<usize>> = BTreeMap::new();
        for (at, node) in self.cluster.nodes().enumerate() {
            if parent.is_some_and(|parent| parent.binary_search(&at).is_err()) {
                continue;
            }
            let Some(domain) = node.record.labels.get(key) else { continue };
            if wanted.as_ref().is_some_and(|wanted| wanted != domain) {
                continue;
            }
            let nodes = domains.entry(domain).or_default();
            if nodes.is_empty() {
                order.push(domain);
            }
            nodes.push(at);
        }
        if order.is_empty() {
            return Err(Status::unschedulable("no feasible placements found"));
        }
        Ok(order.into_iter().map(|domain| domains.remove(domain)).collect())
    }

    /// The domain of the pods that are scheduled already.
    fn domain_of_scheduled(&self, gang: usize, key: &Text) -> Result<Option<Text>, Status> {
        let mut found: Option<Text> = None;
        let error = |text: alloc::string::String| {
            Err(Status::error(format!("cannot determine domain for already scheduled pods: {text}")))
        };
        let leaves = self.gangs.leaves(gang);
        for pod in leaves.iter().filter_map(|leaf| self.gangs.get(*leaf)).flat_map(|leaf| &leaf.scheduled) {
            let name = pod.node_name.as_deref().unwrap_or_default();
            let Some(node) = self.cluster.position(name).and_then(|at| self.cluster.node(at)) else {
                let key = pod.key();
                return error(format!(
                    "getting node for pod {key}: nodeinfo not found for node name {name:?}"
                ));
            };
            let Some(domain) = node.record.labels.get(key) else {
                return error(format!("no topology domain found for pod {}", pod.key()));
            };
            match &found {
                Some(found) if !found.is_empty() && found != domain => {
                    return error(format!("more than 1 domain found for pod group: {found}, {domain}"));
                }
                _ => found = Some(Text::clone(domain)),
            }
        }
        Ok(found)
    }

    /// The attempt in the best placement (upstream: `findBestPlacement`): the fullest one, and the one with most pods of the
    /// group, count alike. Of equal ones upstream takes any, this the first.
    pub(super) fn best_placement(&self, gang: usize, good: Vec<(Placement, GroupResult)>) -> GroupResult {
        self.choose_placement(gang, good).1
    }

    /// Which one that is, and the attempt.
    pub(super) fn choose_placement(
        &self,
        gang: usize,
        good: Vec<(Placement, GroupResult)>,
    ) -> (usize, GroupResult) {
        let totals = self.placement_scores(gang, &good.iter().map(|(p, r)| (p, r)).collect::<Vec<_>>());
        let most = totals.iter().copied().max().unwrap_or(0);
        let tied = totals.iter().filter(|total| **total == most).count() > 1;
        let best = good.into_iter().zip(totals).enumerate().find(|(_, (_, total))| *total == most);
        let Some((at, ((_, mut result), _))) = best else { return (0, GroupResult::failed(Status::SUCCESS)) };
        if tied {
            result.mark_tied();
        }
        (at, result)
    }

    /// Upstream: `RunPlacementScorePlugins`: NodeResourcesFit (most allocated) and PodGroupPodsCount.
    fn placement_scores(&self, gang: usize, good: &[(&Placement, &GroupResult)]) -> Vec<i64> {
        let scheduled: usize = self
            .gangs
            .leaves(gang)
            .iter()
            .filter_map(|leaf| self.gangs.get(*leaf))
            .map(|leaf| leaf.scheduled.len())
            .sum();
        let counts: Vec<i64> = good
            .iter()
            .map(|(_, result)| {
                let proposed = result.pods.iter().filter(|tried| tried.choice.is_some()).count();
                i64::try_from(scheduled.saturating_add(proposed)).unwrap_or(i64::MAX)
            })
            .collect();
        let most = counts.iter().copied().max().unwrap_or(0);
        let count = |count: &i64| count.saturating_mul(100).checked_div(most).unwrap_or(0);
        good.iter()
            .zip(&counts)
            .map(|((placement, result), pods)| {
                self.allocation(placement.as_deref(), result).saturating_add(count(pods))
            })
            .collect()
    }

    /// How full the nodes of a placement are with the pods on them, in percent.
    fn allocation(&self, placement: Option<&[usize]>, result: &GroupResult) -> i64 {
        let add =
            |sum: (i64, i64), more: (i64, i64)| (sum.0.wrapping_add(more.0), sum.1.wrapping_add(more.1));
        let chosen = result.pods.iter().filter_map(|tried| tried.choice.as_ref());
        let mut requested = chosen.fold((0, 0), |sum, (_, pod)| add(sum, pod.shape.scored()));
        let mut allocatable = (0, 0);
        for (at, node) in self.cluster.nodes().enumerate() {
            if placement.is_none_or(|nodes| nodes.binary_search(&at).is_ok()) {
                requested = add(requested, node.non_zero);
                allocatable =
                    add(allocatable, (node.record.allocatable.milli_cpu, node.record.allocatable.memory));
            }
        }
        let one = |requested: i64, allocatable: i64| {
            requested.min(allocatable).wrapping_mul(100).checked_div(allocatable)
        };
        let scores = [one(requested.0, allocatable.0), one(requested.1, allocatable.1)];
        let (sum, count) = scores
            .into_iter()
            .flatten()
            .fold((0i64, 0i64), |(sum, count), score| (sum.saturating_add(score), count.saturating_add(1)));
        sum.checked_div(count).unwrap_or(0)
    }
}

impl GroupResult {
    /// Another outcome was as good.
    fn mark_tied(&mut self) {
        for (choice, _) in self.pods.iter_mut().filter_map(|tried| tried.choice.as_mut()) {
            choice.tied = true;
        }
    }
}
