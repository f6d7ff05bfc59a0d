//! Pods that fare alike, placed one after another without judging all nodes anew.
//!
//! Where a pod minds nothing but the state of the node itself, a placement changes the verdict and the score of one node only.
//! So the feasible nodes are kept in the order of their scores, and after each placement the one changed node is judged
//! again.

use alloc::collections::BTreeSet;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Reverse;

use super::sample;
use super::score;
use super::search::Choice;
use super::top::{self, Places};
use crate::gang::cluster::{Cluster, PodInfo};
use crate::gang::filter::PodFilters;

/// A pod's shape, priority and preemption policy, with what is known about the nodes for it.
#[derive(Debug)]
pub(super) struct Class {
    /// Set where the pods mind nothing but the node itself.
    independent: Option<Ranking>,
    /// Whether it has been looked at at all.
    opened: bool,
}

#[derive(Debug)]
struct Ranking {
    filters: PodFilters,
    /// The feasible nodes, best first.
    best: BTreeSet<(Reverse<i64>, usize)>,
    /// The same nodes in the order of the cluster.
    feasible: Places,
    /// The score under which each node is in `best`.
    scores: Vec<Option<i64>>,
    /// How many changes have been taken in.
    seen: usize,
}

impl Class {
    pub(super) const fn new() -> Self {
        Class { independent: None, opened: false }
    }

    /// What concerns the pods of the class and was not judged.
    pub(super) fn not_judged(&self) -> impl Iterator<Item = &'static str> {
        let sampled = |ranking: &Ranking| ranking.is_sampled().then_some(sample::SAMPLED);
        let ranking = self.independent.as_ref();
        let by_filters = ranking.into_iter().flat_map(|ranking| ranking.filters.not_judged()).copied();
        by_filters.chain(ranking.and_then(sampled))
    }

    /// The best node for a pod of the class, if the pods mind nothing but the node itself: `Some(None)` where no node is
    /// feasible. `changes` are the nodes changed so far, in order.
    pub(super) fn best(
        &mut self,
        cluster: &Cluster,
        pod: &Arc<PodInfo>,
        changes: &[usize],
    ) -> Option<Option<Choice>> {
        if cluster.has_required_anti_affinity() {
            return None;
        }
        if !self.opened {
            self.opened = true;
            if let Ok(filters) = PodFilters::new(cluster, pod)
                && filters.is_independent()
                && score::resources_decide(cluster, pod)
            {
                self.independent = Some(Ranking::new(cluster, filters, changes.len()));
            }
        }
        // A pod with preferences about others may have come to a node in the meantime.
        if cluster.has_affinity() {
            return None;
        }
        let ranking = self.independent.as_mut()?;
        ranking.catch_up(cluster, changes);
        Some(ranking.choose())
    }
}

impl Ranking {
    fn new(cluster: &Cluster, filters: PodFilters, seen: usize) -> Self {
        let scores = (0..cluster.len()).map(|at| rank(cluster, &filters, at)).collect::<Vec<_>>();
        let ranked = scores.iter().enumerate();
        let best = ranked.filter_map(|(at, score)| Some((Reverse((*score)?), at))).collect();
        let feasible = Places::new(scores.iter().map(Option::is_some));
        Ranking { filters, best, feasible, scores, seen }
    }

    /// Whether upstream may look at a part of the nodes.
    fn is_sampled(&self) -> bool {
        let nodes = self.filters.candidates().map_or(self.scores.len(), <[_]>::len);
        self.feasible.len() > sample::feasible_to_find(nodes)
    }

    fn choose(&self) -> Option<Choice> {
        let mut best = self.best.iter();
        let (score, first) = *best.next()?;
        if best.next().is_none_or(|(other, _)| *other != score) {
            return Some(Choice { node: first, tied: self.is_sampled() });
        }
        let place = |rank: usize| self.feasible.nth(rank);
        let any_best = |from: usize, to: usize| match (place(from), place(to)) {
            (Some(from), Some(to)) => self.best.range((score, from)..=(score, to)).next().is_some(),
            _ => false,
        };
        let rank = top::first_of_best(self.feasible.len(), any_best);
        Some(Choice { node: place(rank).unwrap_or(first), tied: true })
    }

    fn catch_up(&mut self, cluster: &Cluster, changes: &[usize]) {
        for at in changes.get(self.seen..).unwrap_or_default() {
            let score = rank(cluster, &self.filters, *at);
            let Some(known) = self.scores.get_mut(*at) else { continue };
            if *known != score {
                if let Some(old) = *known {
                    self.best.remove(&(Reverse(old), *at));
                }
                if let Some(new) = score {
                    self.best.insert((Reverse(new), *at));
                }
                if known.is_some() != score.is_some() {
                    self.feasible.toggle(*at, score.is_some());
                }
                *known = score;
            }
        }
        self.seen = changes.len();
    }
}

/// The node's score; `None` where the node is not feasible.
fn rank(cluster: &Cluster, filters: &PodFilters, at: usize) -> Option<i64> {
    let node = cluster.node(at)?;
    let candidate = filters.candidates().is_none_or(|c| c.binary_search(&node.record.name).is_ok());
    (candidate && filters.check(cluster, node).is_none())
        .then(|| score::by_resources(cluster, &filters.pod().shape, node))
}
