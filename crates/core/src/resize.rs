//! In-place pod resize: what a pod asks for, whether its node can give it, and what happens then.

pub mod actions;
mod by_name;
pub mod qos;
pub mod requests;
