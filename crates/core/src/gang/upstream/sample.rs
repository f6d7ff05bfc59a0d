//! How many nodes kube-scheduler looks at.
//!
//! In a large cluster it chooses among the first nodes that it finds to be feasible, and as its filters run side by side, these
//! may be any. Here all are looked at, and where upstream may have stopped before, the outcome says so.

/// What an outcome did not judge (`not_judged`) where upstream may look at a part of the nodes.
pub(super) const SAMPLED: &str = "which nodes of many kube-scheduler looks at";

/// After so many feasible ones of some nodes it looks no further (upstream: `Scheduler.numFeasibleNodesToFind`, where
/// `percentageOfNodesToScore` is not set).
pub(super) fn feasible_to_find(nodes: usize) -> usize {
    let percent = 50usize.saturating_sub(nodes / 125).max(5);
    at_least_100(nodes, percent)
}

/// After so many of some nodes on which a preemption helps it looks no further (upstream:
/// `DefaultPreemption.calculateNumCandidates` with the default arguments).
pub(super) fn candidates_to_find(nodes: usize) -> usize {
    at_least_100(nodes, 10)
}

fn at_least_100(nodes: usize, percent: usize) -> usize {
    (nodes.saturating_mul(percent) / 100).max(100).min(nodes)
}

#[cfg(test)]
mod tests {
    use super::{candidates_to_find, feasible_to_find};

    #[test]
    fn all_up_to_a_hundred_then_a_part() {
        let feasible = [0, 99, 100, 150, 250, 1000, 5000, 10_000].map(feasible_to_find);
        assert_eq!(feasible, [0, 99, 100, 100, 120, 420, 500, 500]);
        assert_eq!([0, 50, 100, 500, 1500].map(candidates_to_find), [0, 50, 100, 100, 150]);
    }
}
