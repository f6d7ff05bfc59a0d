//! The `podverdict` command.
fn main() {}
