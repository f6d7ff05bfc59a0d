//! Gangs: pods that run together or not at all.

mod board;
pub mod budget;
pub mod check;
pub mod explain;
mod knapsack;
mod packing;
mod place;
pub mod problem;
mod prove;
mod scope;
mod search;
pub mod solve;
pub mod validate;
