//! How much work a question may cost.

/// Steps that are left. A step is one small piece of work, such as looking at one node for one class; a step takes some
/// tens of nanoseconds, on any machine the same number of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    left: u64,
}

impl Budget {
    /// So many steps.
    ///
    /// ```
    /// use podverdict::gang::solver::budget::Budget;
    /// assert_eq!(Budget::new(10).left(), 10);
    /// ```
    #[must_use]
    pub const fn new(steps: u64) -> Self {
        Budget { left: steps }
    }

    /// The steps that are left.
    ///
    /// ```
    /// assert!(podverdict::gang::solver::budget::Budget::default().left() > 0);
    /// ```
    #[must_use]
    pub const fn left(&self) -> u64 {
        self.left
    }

    /// Takes steps; false when they are used up.
    pub(super) const fn spend(&mut self, steps: u64) -> bool {
        if self.left >= steps {
            self.left = self.left.saturating_sub(steps);
            true
        } else {
            self.left = 0;
            false
        }
    }

    /// Sets aside at most so many of the steps, for one part of the work.
    pub(super) fn part(&mut self, most: u64) -> Budget {
        let part = self.left.min(most);
        self.left = self.left.saturating_sub(part);
        Budget { left: part }
    }

    /// Gives back what a part did not use.
    pub(super) const fn give_back(&mut self, part: Budget) {
        self.left = self.left.saturating_add(part.left);
    }
}

impl Default for Budget {
    /// Twenty million steps: about a second.
    fn default() -> Self {
        Budget::new(20_000_000)
    }
}
