//! What the API server, the kubelet and kube-scheduler of Kubernetes 1.35, 1.36 and 1.37 would answer about a pod.
#![forbid(unsafe_code)]
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod by_name;
pub mod error;
pub mod field;
pub mod gang;
pub mod model;
pub mod quantity;
mod quote;
pub mod reason;
pub mod release;
pub mod resize;
pub mod restart;
pub mod validate;
pub mod wire;
