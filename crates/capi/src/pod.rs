//! A pod that is read once and asked often.

use std::ffi::c_char;

use podverdict::model::{Container, Pod};
use podverdict::restart::decide::ContainerKind;
use podverdict::validate::set_defaults;

use crate::border::{
    Failure, PODVERDICT_NOT_FOUND, call, hand_out, handle, podverdict_status, podverdict_string, take_back,
    text,
};
use crate::kubernetes::podverdict_kubernetes;

/// A pod. It never changes.
#[derive(Debug)]
pub struct podverdict_pod(pub(crate) Pod);

/// Reads a pod from JSON. With `defaults` it gets the defaults that the API server gives, else it is taken as it is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_pod_parse(
    kubernetes: *const podverdict_kubernetes,
    json: *const c_char,
    json_len: usize,
    defaults: bool,
    pod: *mut *mut podverdict_pod,
    message: *mut podverdict_string,
) -> podverdict_status {
    let work = || {
        // SAFETY: the caller gives strings and handles as the header says.
        let (k8s, json) = unsafe { (handle("kubernetes", kubernetes)?, text("json", json, json_len)?) };
        let mut pod = Pod::from_json(json)?;
        if defaults {
            set_defaults(&k8s.0, &mut pod);
        }
        Ok(hand_out(podverdict_pod(pod)))
    };
    // SAFETY: the caller gives outputs as the header says.
    unsafe { call(pod, message, work) }
}

/// Frees a pod; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_pod_free(pod: *mut podverdict_pod) {
    // SAFETY: the caller gives NULL or a handle of this kind, and does not use it any more.
    unsafe { take_back(pod) }
}

/// The container of a name, in the list that a kind stands for.
pub(crate) fn container<'a>(pod: &'a Pod, kind: ContainerKind, name: &str) -> Result<&'a Container, Failure> {
    let list = match kind {
        ContainerKind::Init => &pod.spec.init_containers,
        ContainerKind::Regular => &pod.spec.containers,
        ContainerKind::Ephemeral => &pod.spec.ephemeral_containers,
    };
    let found = list.iter().find(|container| container.name == name);
    found
        .ok_or_else(|| Failure::new(PODVERDICT_NOT_FOUND, format!("the pod has no such container: {name:?}")))
}
