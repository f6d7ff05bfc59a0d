//! Can a gang be placed: yes with the steps, no with a proof, or not decided within a budget.
//!
//! [`problem::Problem`] is the question as plain numbers, and says what it means for members to be placed. [`solve::solve`] answers
//! it, [`check`] verifies an answer from the problem alone, and [`explain::explain`] says what is in the way and which is
//! the smallest change that helps.
//!
//! How the answer comes about, from cheap to dear:
//!
//! 1. Decisions that make the question easier: which groups of a composite group, which domain (`solve`, `scope`).
//! 2. What is left is a packing: classes of members on kinds of nodes (`packing`). For one class it is answered by counting.
//! 3. Packings by simple orders, as lower bounds (`place`).
//! 4. Prices for members that the nodes cannot pay, as upper bounds and proofs (`prove`, `knapsack`).
//! 5. Exact search, node after node (`search`).
//! 6. Rules across nodes that a packing does not express: step after step (`board`).

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
