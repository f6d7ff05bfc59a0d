//! Texts that many objects share: label keys and values, namespaces, resource names.

use alloc::collections::BTreeSet;
use alloc::sync::Arc;

/// A shared text.
pub(crate) type Text = Arc<str>;

/// Gives one allocation to equal texts.
///
/// A cluster of thousands of nodes has the same few hundred label keys and values, over and over. The pool itself keeps
/// no text alive for long: once it has doubled, the texts that only the pool holds are dropped.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts {
    known: BTreeSet<Text>,
    /// A pool that is asked first and never changed.
    base: Option<Arc<Texts>>,
    /// How many texts there were after the last sweep.
    swept: usize,
}

impl Texts {
    /// A pool that shares the texts of another one and keeps new ones to itself.
    pub(crate) fn above(base: &Arc<Texts>) -> Self {
        Texts { base: Some(Arc::clone(base)), ..Texts::default() }
    }

    /// The shared text that equals `text`.
    pub(crate) fn share(&mut self, text: &str) -> Text {
        let below = self.base.as_ref().and_then(|base| base.known.get(text));
        if let Some(known) = below.or_else(|| self.known.get(text)) {
            return Arc::clone(known);
        }
        if self.known.len() >= self.swept.saturating_mul(2).max(1024) {
            self.known.retain(|text| Arc::strong_count(text) > 1);
            self.swept = self.known.len();
        }
        let text: Text = Arc::from(text);
        self.known.insert(Arc::clone(&text));
        text
    }
}

/// Whether two shared texts are equal; the same allocation is so at a glance.
pub(crate) fn same(a: &Text, b: &Text) -> bool {
    Arc::ptr_eq(a, b) || a == b
}
