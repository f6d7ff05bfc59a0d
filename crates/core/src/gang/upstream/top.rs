//! Which of several equally good nodes is taken.
//!
//! Upstream makes a heap of the feasible nodes and their scores (`newSortedNodeScores`); its tie-breaking number is only drawn where there
//! are extenders. So of equal ones the heap's own order decides: on its way up a node gives way only to a better one, and of two
//! equal ones below it the left one comes. What ends on top is the first of the best nodes as one walks the tree from its root, left
//! before right, with the nodes in the order in which they passed the filters.

use alloc::vec::Vec;

/// The rank of the node that ends on top, by the scores in order, and whether another one was as good.
pub(super) fn of(scores: &[i64]) -> Option<(usize, bool)> {
    let most = scores.iter().copied().max()?;
    let mut best = Vec::with_capacity(scores.len().saturating_add(1));
    best.push(0usize);
    for score in scores {
        let before = best.last().copied().unwrap_or(0);
        best.push(before.saturating_add(usize::from(*score == most)));
    }
    let count = |end: usize| best.get(end).copied().unwrap_or(0);
    let rank = first_of_best(scores.len(), |from, to| count(to.saturating_add(1)) > count(from));
    Some((rank, count(scores.len()) > 1))
}

/// The rank of the first of the best nodes, of which `any_best` says whether one is among the ranks from one to another. There is one.
pub(super) fn first_of_best(len: usize, any_best: impl Fn(usize, usize) -> bool) -> usize {
    // What lies below a rank is a run of ranks on every level.
    let below = |rank: usize| {
        let (mut from, mut width) = (rank, 1usize);
        while from < len {
            let to = from.saturating_add(width).min(len).saturating_sub(1);
            if any_best(from, to) {
                return true;
            }
            from = left_of(from);
            width = width.saturating_mul(2);
        }
        false
    };
    let mut rank = 0;
    while rank < len && !any_best(rank, rank) {
        let left = left_of(rank);
        rank = if below(left) { left } else { left.saturating_add(1) };
    }
    rank
}

const fn left_of(rank: usize) -> usize {
    rank.saturating_mul(2).saturating_add(1)
}

/// A set of places that gives its members by their rank (a Fenwick tree of counts); it does not know of a single place whether it is in.
#[derive(Debug)]
pub(super) struct Places {
    counts: Vec<usize>,
    len: usize,
}

impl Places {
    /// Of all places, in order, whether each is in the set.
    pub(super) fn new(all: impl Iterator<Item = bool>) -> Self {
        let all: Vec<bool> = all.collect();
        let mut places = Places { counts: alloc::vec![0; all.len()], len: 0 };
        for (at, _) in all.into_iter().enumerate().filter(|(_, member)| *member) {
            places.toggle(at, true);
        }
        places
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Puts a place in that was out, or takes one out that was in.
    pub(super) fn toggle(&mut self, at: usize, member: bool) {
        let changed = |count: usize| if member { count.saturating_add(1) } else { count.saturating_sub(1) };
        self.len = changed(self.len);
        let mut at = at;
        while let Some(count) = self.counts.get_mut(at) {
            *count = changed(*count);
            at |= at.saturating_add(1);
        }
    }

    /// The member with this rank, from 0.
    pub(super) fn nth(&self, rank: usize) -> Option<usize> {
        if rank >= self.len {
            return None;
        }
        // `before` places come first; they hold `rank - left` members.
        let (mut before, mut left) = (0usize, rank);
        let mut step = self.counts.len().checked_ilog2().map_or(0, |bits| 1usize << bits);
        while step > 0 {
            let next = before.saturating_add(step);
            if let Some(count) = next.checked_sub(1).and_then(|last| self.counts.get(last))
                && *count <= left
            {
                left = left.saturating_sub(*count);
                before = next;
            }
            step >>= 1;
        }
        Some(before)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::{Places, first_of_best, of};

    #[test]
    fn the_root_then_left_then_right() {
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[1]), Some((0, false)));
        assert_eq!(of(&[1, 1, 1, 1, 1]), Some((0, true)));
        assert_eq!(of(&[0, 1, 1, 1, 1]), Some((1, true)));
        assert_eq!(of(&[0, 0, 1, 1, 1]), Some((3, true)));
        assert_eq!(of(&[0, 0, 1, 0, 1]), Some((4, true)));
        assert_eq!(of(&[0, 0, 1, 0, 0]), Some((2, false)));
        assert_eq!(first_of_best(9, |from, to| (from..=to).any(|rank| rank % 3 == 2)), 8);
    }

    /// Go's `heap.Init` (`container/heap`), with what is less than what by score.
    #[expect(clippy::arithmetic_side_effects, reason = "small numbers")]
    fn heap(scores: &[i64]) -> usize {
        let mut items: Vec<usize> = (0..scores.len()).collect();
        for start in (0..items.len() / 2).rev() {
            let mut at = start;
            loop {
                let mut child = 2 * at + 1;
                if child >= items.len() {
                    break;
                }
                if child + 1 < items.len() && scores[items[child + 1]] > scores[items[child]] {
                    child += 1;
                }
                if scores[items[child]] <= scores[items[at]] {
                    break;
                }
                items.swap(at, child);
                at = child;
            }
        }
        items[0]
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(1), ..ProptestConfig::default() })]

        #[test]
        fn it_is_what_ends_on_top_of_the_heap(scores in prop::collection::vec(0i64..3, 1..70)) {
            prop_assert_eq!(of(&scores).map(|(rank, _)| rank), Some(heap(&scores)));
        }

        #[test]
        fn places_are_found_by_rank(all in prop::collection::vec(any::<bool>(), 0..70), flips in prop::collection::vec(0usize..80, 0..20)) {
            let mut wanted = all.clone();
            let mut places = Places::new(all.into_iter());
            for at in flips {
                if let Some(member) = wanted.get_mut(at) {
                    *member = !*member;
                    places.toggle(at, *member);
                }
            }
            let members: Vec<usize> = (0..wanted.len()).filter(|at| wanted[*at]).collect();
            prop_assert_eq!(places.len(), members.len());
            for (rank, at) in members.iter().enumerate() {
                prop_assert_eq!(places.nth(rank), Some(*at));
            }
            prop_assert_eq!(places.nth(members.len()), None);
        }
    }
}
