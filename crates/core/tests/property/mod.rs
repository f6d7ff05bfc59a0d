//! How properties are tested: the same cases at each run, so that a red test always points at the last change.
//! `make property` looks at new ones.

use proptest::test_runner::{Config, RngSeed};

/// `cases` unless `PROPTEST_CASES` says otherwise, from one fixed seed unless `PROPTEST_RNG_SEED` names another.
pub(crate) fn config(cases: u32) -> Config {
    let mut config = Config { failure_persistence: None, ..Config::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = cases;
    }
    if std::env::var_os("PROPTEST_RNG_SEED").is_none() {
        config.rng_seed = RngSeed::Fixed(20_261_124);
    }
    config
}
