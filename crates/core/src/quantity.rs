//! Exact resource quantities.
