//! The C library of podverdict: `include/podverdict.h` is made from this crate.
//!
//! It holds no rule of Kubernetes. Each function checks its pointers, calls the core, and writes the outputs.

#![deny(unsafe_op_in_unsafe_fn, improper_ctypes_definitions)]
// Tests call the functions as C does, each with pointers from the lines around it.
#![cfg_attr(not(test), deny(clippy::undocumented_unsafe_blocks))]
#![expect(non_camel_case_types, reason = "these are the names in C")]
#![expect(clippy::missing_safety_doc, reason = "the contract is at the top of the header")]

mod border;
mod cluster;
mod eval;
mod gangs;
mod kubernetes;
mod pod;
mod quantity;
mod restart;
mod version;

pub use border::*;
pub use cluster::*;
pub use eval::*;
pub use kubernetes::*;
pub use pod::*;
pub use quantity::*;
pub use restart::*;
pub use version::*;
