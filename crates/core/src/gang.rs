//! Gangs: pods that run together or not at all.

pub mod validate;
