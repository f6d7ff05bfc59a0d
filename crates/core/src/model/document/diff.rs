//! A unified diff of two texts, line by line, as go-difflib makes it.
//!
//! Upstream: `k8s.io/apimachinery/pkg/util/diff.Diff`, which uses `github.com/pmezard/go-difflib` with three lines of context. Its
//! matcher takes the longest run of equal lines, then goes on left and right of it; lines that occur in more than one percent
//! of a long text do not start a run.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Lines of context around a change.
const CONTEXT: usize = 3;
/// From this many lines on, frequent lines do not start a run.
const LONG: usize = 200;
/// How many lines, and pairs of equal lines, are looked at in all. Only texts of many tens of thousands of lines that differ
/// all over reach it; what is not compared by then counts as replaced.
const MAX_STEPS: usize = 50_000_000;

/// The diff that turns `a` into `b`; empty if they are equal. Memory is linear in the texts.
pub(super) fn unified(a: &str, b: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split('\n').collect(), b.split('\n').collect());
    let mut matcher = Matcher::new(&a, &b);
    let blocks = matcher.matching_blocks();
    let mut out = String::new();
    for group in groups(changes(&blocks)) {
        write_group(&mut out, &group, &a, &b);
    }
    out
}

/// A run of equal lines: `size` lines from `a` on and from `b` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Block {
    a: usize,
    b: usize,
    size: usize,
}

/// Lines of both texts in which to look for runs.
#[derive(Clone, Copy)]
struct Region {
    a: (usize, usize),
    b: (usize, usize),
}

struct Matcher {
    /// Lines as numbers; equal lines have equal numbers.
    a: Vec<usize>,
    b: Vec<usize>,
    /// For each number, where it occurs in `b`; empty for frequent ones.
    places: Vec<Vec<usize>>,
    /// The lines of `a` that may start a run: those that have places in `b`.
    starts: Vec<usize>,
    /// For each place in `b`, the length of the run of equal lines that ends there and at the line of `a` under way, and
    /// the line of `a` before it.
    runs: [Vec<usize>; 2],
    steps: usize,
}

impl Matcher {
    fn new(a: &[&str], b: &[&str]) -> Self {
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        let mut number = |line| {
            let next = numbers.len();
            *numbers.entry(line).or_insert(next)
        };
        let b: Vec<usize> = b.iter().map(|line| number(*line)).collect();
        let a: Vec<usize> = a.iter().map(|line| number(*line)).collect();
        let mut places: Vec<Vec<usize>> = Vec::new();
        places.resize_with(numbers.len(), Vec::new);
        for (at, line) in b.iter().enumerate() {
            if let Some(places) = places.get_mut(*line) {
                places.push(at);
            }
        }
        if b.len() >= LONG {
            let most = b.len().div_euclid(100).saturating_add(1);
            places.iter_mut().filter(|places| places.len() > most).for_each(Vec::clear);
        }
        let has_places = |line: &usize| places.get(*line).is_some_and(|places| !places.is_empty());
        let starts = a.iter().enumerate().filter(|(_, line)| has_places(line)).map(|(i, _)| i).collect();
        let runs = [alloc::vec![0; b.len()], alloc::vec![0; b.len()]];
        Matcher { a, b, places, starts, runs, steps: 0 }
    }

    fn equal(&self, a: usize, b: usize) -> bool {
        matches!((self.a.get(a), self.b.get(b)), (Some(x), Some(y)) if x == y)
    }

    /// The longest run in a region, the first one in `a`, and in `b`, of several.
    fn longest(&mut self, region: Region) -> Block {
        let ((a_from, a_to), (b_from, b_to)) = (region.a, region.b);
        let mut best = Block { a: a_from, b: b_from, size: 0 };
        let [earlier, now] = &mut self.runs;
        let mut last: &[usize] = &[];
        let first = self.starts.partition_point(|i| *i < a_from);
        let mut next = a_from;
        for &i in self.starts.iter().skip(first).take_while(|i| **i < a_to) {
            if self.steps >= MAX_STEPS {
                break;
            }
            if i != next {
                forget(earlier, last);
                last = &[];
            }
            next = i.saturating_add(1);
            let Some(line) = self.a.get(i) else { break };
            let places = self.places.get(*line).map(Vec::as_slice).unwrap_or_default();
            let from = places.partition_point(|j| *j < b_from);
            let to = places.partition_point(|j| *j < b_to);
            let places = places.get(from..to).unwrap_or_default();
            self.steps = self.steps.saturating_add(places.len()).saturating_add(1);
            for &j in places {
                let before = j.checked_sub(1).and_then(|j| earlier.get(j)).copied().unwrap_or(0);
                let size = before.saturating_add(1);
                if let Some(run) = now.get_mut(j) {
                    *run = size;
                }
                if size > best.size {
                    let back = size.saturating_sub(1);
                    best = Block { a: i.saturating_sub(back), b: j.saturating_sub(back), size };
                }
            }
            forget(earlier, last);
            last = places;
            core::mem::swap(earlier, now);
        }
        forget(earlier, last);
        // Frequent lines may be part of a run, though they do not start one.
        while best.a > a_from
            && best.b > b_from
            && self.equal(best.a.saturating_sub(1), best.b.saturating_sub(1))
        {
            best = Block {
                a: best.a.saturating_sub(1),
                b: best.b.saturating_sub(1),
                size: best.size.saturating_add(1),
            };
        }
        loop {
            let (a, b) = (best.a.saturating_add(best.size), best.b.saturating_add(best.size));
            if a >= a_to || b >= b_to || !self.equal(a, b) {
                return best;
            }
            best.size = best.size.saturating_add(1);
        }
    }

    /// All runs in order, adjacent ones joined, and an empty one at the end.
    fn matching_blocks(&mut self) -> Vec<Block> {
        let whole = Region { a: (0, self.a.len()), b: (0, self.b.len()) };
        let mut found: Vec<Block> = Vec::new();
        // What is left to do, the next on top: a region to search, or a run to take.
        let mut todo: Vec<Result<Region, Block>> = alloc::vec![Ok(whole)];
        while let Some(next) = todo.pop() {
            let region = match next {
                Ok(region) => region,
                Err(block) => {
                    match found.last_mut() {
                        Some(last) if adjacent(last, &block) => {
                            last.size = last.size.saturating_add(block.size)
                        }
                        _ => found.push(block),
                    }
                    continue;
                }
            };
            let block = self.longest(region);
            if block.size == 0 {
                continue;
            }
            let (a_end, b_end) = (block.a.saturating_add(block.size), block.b.saturating_add(block.size));
            if a_end < region.a.1 && b_end < region.b.1 {
                todo.push(Ok(Region { a: (a_end, region.a.1), b: (b_end, region.b.1) }));
            }
            todo.push(Err(block));
            if region.a.0 < block.a && region.b.0 < block.b {
                todo.push(Ok(Region { a: (region.a.0, block.a), b: (region.b.0, block.b) }));
            }
        }
        found.push(Block { a: self.a.len(), b: self.b.len(), size: 0 });
        found
    }
}

/// Clears the runs of a line that is done with.
fn forget(runs: &mut [usize], places: &[usize]) {
    for &place in places {
        if let Some(run) = runs.get_mut(place) {
            *run = 0;
        }
    }
}

fn adjacent(one: &Block, next: &Block) -> bool {
    one.a.saturating_add(one.size) == next.a && one.b.saturating_add(one.size) == next.b
}

/// A stretch of both texts, equal or not.
#[derive(Clone, Copy, Debug)]
struct Change {
    equal: bool,
    a: (usize, usize),
    b: (usize, usize),
}

/// What turns one text into the other, in order.
fn changes(blocks: &[Block]) -> Vec<Change> {
    let mut changes = Vec::new();
    let (mut a, mut b) = (0, 0);
    for block in blocks {
        if a < block.a || b < block.b {
            changes.push(Change { equal: false, a: (a, block.a), b: (b, block.b) });
        }
        a = block.a.saturating_add(block.size);
        b = block.b.saturating_add(block.size);
        if block.size > 0 {
            changes.push(Change { equal: true, a: (block.a, a), b: (block.b, b) });
        }
    }
    changes
}

/// The changes in groups, each with up to [`CONTEXT`] equal lines around it.
fn groups(mut changes: Vec<Change>) -> Vec<Vec<Change>> {
    let tail = |c: Change| Change {
        a: (c.a.0.max(c.a.1.saturating_sub(CONTEXT)), c.a.1),
        b: (c.b.0.max(c.b.1.saturating_sub(CONTEXT)), c.b.1),
        ..c
    };
    let head = |c: Change| Change {
        a: (c.a.0, c.a.1.min(c.a.0.saturating_add(CONTEXT))),
        b: (c.b.0, c.b.1.min(c.b.0.saturating_add(CONTEXT))),
        ..c
    };
    if let Some(first) = changes.first_mut().filter(|change| change.equal) {
        *first = tail(*first);
    }
    if let Some(last) = changes.last_mut().filter(|change| change.equal) {
        *last = head(*last);
    }
    let mut groups = Vec::new();
    let mut group = Vec::new();
    for change in changes {
        if change.equal && change.a.1.saturating_sub(change.a.0) > CONTEXT.saturating_mul(2) {
            group.push(head(change));
            groups.push(core::mem::take(&mut group));
            group.push(tail(change));
        } else {
            group.push(change);
        }
    }
    if !matches!(group.as_slice(), [] | [Change { equal: true, .. }]) {
        groups.push(group);
    }
    groups
}

fn write_group(out: &mut String, group: &[Change], a: &[&str], b: &[&str]) {
    let (Some(first), Some(last)) = (group.first(), group.last()) else { return };
    let from = range(first.a.0, last.a.1);
    let to = range(first.b.0, last.b.1);
    out.push_str(&format!("@@ -{from} +{to} @@\n"));
    let mut lines = |sign: char, text: &[&str], (start, stop): (usize, usize)| {
        for line in text.get(start..stop).unwrap_or_default() {
            out.push(sign);
            out.push_str(line);
            out.push('\n');
        }
    };
    for change in group {
        if change.equal {
            lines(' ', a, change.a);
        } else {
            lines('-', a, change.a);
            lines('+', b, change.b);
        }
    }
}

/// Lines `start..stop` as a diff names them: first line, counted from 1, and number.
fn range(start: usize, stop: usize) -> String {
    match stop.saturating_sub(start) {
        1 => format!("{}", start.saturating_add(1)),
        0 => format!("{start},0"),
        length => format!("{},{length}", start.saturating_add(1)),
    }
}

#[cfg(test)]
mod tests {
    use super::unified;

    #[test]
    fn equal_texts_have_no_diff() {
        assert_eq!(unified("a\nb", "a\nb"), "");
    }

    #[test]
    fn a_change_in_the_middle() {
        assert_eq!(
            unified("1\n2\n3\n4\nx\n5\n6\n7\n8", "1\n2\n3\n4\ny\n5\n6\n7\n8"),
            "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-x\n+y\n 5\n 6\n 7\n"
        );
    }

    #[test]
    fn the_longest_run_counts_not_the_first() {
        assert_eq!(unified("a\nb", "a\nc\na\nb"), "@@ -1,2 +1,4 @@\n+a\n+c\n a\n b\n");
    }
}
