//! A release with its feature gates.

use std::ffi::c_char;

use podverdict::release::Kubernetes;

use crate::border::{
    Failure, PODVERDICT_FEATURE_GATES, call, hand_out, podverdict_status, podverdict_string, slice,
    take_back, text,
};
use crate::eval::named;

/// A release of Kubernetes with its feature gates resolved. It never changes.
#[derive(Debug)]
pub struct podverdict_kubernetes(pub(crate) Kubernetes);

/// A feature gate that is turned on or off.
#[repr(C)]
#[derive(Debug)]
pub struct podverdict_gate {
    /// Its name.
    pub name: *const c_char,
    /// The length of the name.
    pub name_len: usize,
    /// Whether it is on.
    pub on: bool,
}

/// Makes a release ("1.35", "1.36", "1.37") with feature gates; `gates` may be NULL with length 0.
/// Gates are refused as the release itself would refuse them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_kubernetes_new(
    release: *const c_char,
    release_len: usize,
    gates: *const podverdict_gate,
    gates_len: usize,
    kubernetes: *mut *mut podverdict_kubernetes,
    message: *mut podverdict_string,
) -> podverdict_status {
    let work = || {
        // SAFETY: the caller gives strings and lists as the header says.
        let (release, gates) =
            unsafe { (text("release", release, release_len)?, slice("gates", gates, gates_len)?) };
        let read = |gate: &podverdict_gate| {
            // SAFETY: the caller gives strings as the header says.
            unsafe { text("a gate's name", gate.name, gate.name_len) }.map(|name| (name, gate.on))
        };
        let gates = gates.iter().map(read).collect::<Result<Vec<_>, Failure>>()?;
        let kubernetes = Kubernetes::with_gates(named(release)?, gates)
            .map_err(|e| Failure::new(PODVERDICT_FEATURE_GATES, e.to_string()))?;
        Ok(hand_out(podverdict_kubernetes(kubernetes)))
    };
    // SAFETY: the caller gives outputs as the header says.
    unsafe { call(kubernetes, message, work) }
}

/// Frees a release; NULL is allowed. Pods and clusters that were made with it do not need it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_kubernetes_free(kubernetes: *mut podverdict_kubernetes) {
    // SAFETY: the caller gives NULL or a handle of this kind, and does not use it any more.
    unsafe { take_back(kubernetes) }
}
