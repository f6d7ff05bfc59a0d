//! A cluster that is read once and follows the API's objects, a watch event each.

use std::ffi::c_char;
use std::sync::Arc;

use podverdict::gang::cluster::{Cluster, PodInfo};
use podverdict::gang::filter::node_filters;
use podverdict::gang::schedule::schedule;
use podverdict::model::Node;
use serde_json::Value;

use crate::border::{
    Failure, PODVERDICT_FAULT, PODVERDICT_NOT_FOUND, call, change, export, hand_out, handle,
    podverdict_status, podverdict_string, slice, take_back, text,
};
use crate::kubernetes::podverdict_kubernetes;
use crate::pod::podverdict_pod;

/// Nodes and the pods on them.
#[derive(Debug)]
pub struct podverdict_cluster(Cluster);

/// Makes a cluster without nodes, for a release with its gates.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_cluster_new(
    kubernetes: *const podverdict_kubernetes,
    cluster: *mut *mut podverdict_cluster,
) -> podverdict_status {
    let work = || {
        // SAFETY: the caller gives handles as the header says.
        let k8s = unsafe { handle("kubernetes", kubernetes) }?;
        Ok(hand_out(podverdict_cluster(Cluster::new(&k8s.0))))
    };
    // SAFETY: the caller gives outputs as the header says.
    unsafe { call(cluster, std::ptr::null_mut(), work) }
}

/// Copies a cluster, for a "what if". That costs one pointer a node; what either changes it changes for itself alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_cluster_copy(
    cluster: *const podverdict_cluster,
    copy: *mut *mut podverdict_cluster,
) -> podverdict_status {
    let work = || {
        // SAFETY: the caller gives handles as the header says.
        let cluster = unsafe { handle("cluster", cluster) }?;
        Ok(hand_out(podverdict_cluster(cluster.0.clone())))
    };
    // SAFETY: the caller gives outputs as the header says.
    unsafe { call(copy, std::ptr::null_mut(), work) }
}

/// Frees a cluster; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_cluster_free(cluster: *mut podverdict_cluster) {
    // SAFETY: the caller gives NULL or a handle of this kind, and does not use it any more.
    unsafe { take_back(cluster) }
}

/// Adds a node from its JSON, or replaces what is known of it; the pods on it stay.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_cluster_set_node(
    cluster: *mut podverdict_cluster,
    node_json: *const c_char,
    node_json_len: usize,
    message: *mut podverdict_string,
) -> podverdict_status {
    let work = || {
        // SAFETY: the caller gives strings as the header says.
        let node = Node::from_json(unsafe { text("node_json", node_json, node_json_len) }?)?;
        // SAFETY: the caller gives the handle to this call alone.
        unsafe { for_change(cluster) }?.set_node(&node);
        Ok(())
    };
    // SAFETY: the caller gives outputs as the header says.
    unsafe { change(message, work) }
}

/// Removes a node; its pods take nothing from then on. PODVERDICT_NOT_FOUND if it is not there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_cluster_remove_node(
    cluster: *mut podverdict_cluster,
    name: *const c_char,
    name_len: usize,
) -> podverdict_status {
    let work = || {
        // SAFETY: the caller gives strings as the header says, and the handle to this call alone.
        let (cluster, name) = unsafe { (for_change(cluster)?, text("name", name, name_len)?) };
        if cluster.remove_node(name) { Ok(()) } else { Err(not_found("node")) }
    };
    // SAFETY: there is no message.
    unsafe { change(std::ptr::null_mut(), work) }
}

/// Takes in a pod as it is now: one that has a node and has not ended takes its place there, any other is removed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_cluster_set_pod(
    cluster: *mut podverdict_cluster,
    pod: *const podverdict_pod,
) -> podverdict_status {
    let work = || {
        // SAFETY: the caller gives handles as the header says, the cluster to this call alone.
        let (cluster, pod) = unsafe { (for_change(cluster)?, handle("pod", pod)?) };
        cluster.set_pod(&pod.0);
        Ok(())
    };
    // SAFETY: there is no message.
    unsafe { change(std::ptr::null_mut(), work) }
}

/// Removes a pod. PODVERDICT_NOT_FOUND if it is not there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_cluster_remove_pod(
    cluster: *mut podverdict_cluster,
    pod_namespace: *const c_char,
    pod_namespace_len: usize,
    name: *const c_char,
    name_len: usize,
) -> podverdict_status {
    let work = || {
        // SAFETY: the caller gives strings as the header says, and the handle to this call alone.
        let (cluster, namespace, name) = unsafe {
            (
                for_change(cluster)?,
                text("pod_namespace", pod_namespace, pod_namespace_len)?,
                text("name", name, name_len)?,
            )
        };
        if cluster.remove_pod(namespace, name) { Ok(()) } else { Err(not_found("pod")) }
    };
    // SAFETY: there is no message.
    unsafe { change(std::ptr::null_mut(), work) }
}

/// How many nodes and pods on nodes there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_cluster_size(
    cluster: *const podverdict_cluster,
    nodes: *mut usize,
    pods: *mut usize,
) -> podverdict_status {
    // SAFETY: the caller gives handles as the header says.
    let count = || unsafe { handle("cluster", cluster) };
    if nodes.is_null() || pods.is_null() {
        return crate::border::PODVERDICT_INVALID_ARGUMENT;
    }
    let mut both = (0, 0);
    // SAFETY: the output is our own.
    let status = unsafe {
        call(&raw mut both, std::ptr::null_mut(), || {
            let cluster = count()?;
            Ok((cluster.0.len(), cluster.0.pods().count()))
        })
    };
    if status == crate::border::PODVERDICT_OK {
        // SAFETY: neither is NULL; the caller lets them be written.
        unsafe {
            nodes.write(both.0);
            pods.write(both.1);
        }
    }
    status
}

/// Whether a pod may run on each node, and why not: the JSON answer of the op node_filters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_cluster_node_filters(
    cluster: *const podverdict_cluster,
    pod: *const podverdict_pod,
    answer: *mut podverdict_string,
) -> podverdict_status {
    let work = || {
        // SAFETY: the caller gives handles as the header says.
        let (cluster, pod) = unsafe { (handle("cluster", cluster)?, handle("pod", pod)?) };
        answer_of(&cluster.0, &node_filters(&cluster.0, &cluster.0.reader().read(&pod.0)))
    };
    // SAFETY: the caller gives outputs as the header says.
    unsafe { call(answer, std::ptr::null_mut(), work) }
}

/// What kube-scheduler would do with these pods, queued in this order: the JSON answer of the op schedule.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_cluster_schedule(
    cluster: *const podverdict_cluster,
    pods: *const *const podverdict_pod,
    pods_len: usize,
    answer: *mut podverdict_string,
) -> podverdict_status {
    let work = || {
        // SAFETY: the caller gives handles and lists as the header says.
        let (cluster, pods) = unsafe { (handle("cluster", cluster)?, slice("pods", pods, pods_len)?) };
        let mut reader = cluster.0.reader();
        // SAFETY: the same for each pod of the list.
        let mut read = |pod: &*const podverdict_pod| Ok(reader.read(&unsafe { handle("a pod", *pod) }?.0));
        let pending = pods.iter().map(&mut read).collect::<Result<Vec<Arc<PodInfo>>, Failure>>()?;
        answer_of(&cluster.0, &schedule(&cluster.0, &pending))
    };
    // SAFETY: the caller gives outputs as the header says.
    unsafe { call(answer, std::ptr::null_mut(), work) }
}

/// The JSON answer of an op, with the cluster's notices.
fn answer_of(cluster: &Cluster, found: &impl serde::Serialize) -> Result<podverdict_string, Failure> {
    let fault = |e: serde_json::Error| Failure::new(PODVERDICT_FAULT, e.to_string());
    let mut answer = serde_json::to_value(found).map_err(fault)?;
    let notices = cluster.notices();
    if let (Value::Object(fields), false) = (&mut answer, notices.is_empty()) {
        fields.insert("notices".into(), serde_json::to_value(&notices).map_err(fault)?);
    }
    Ok(export(answer.to_string()))
}

/// # Safety
///
/// `cluster` is NULL or a handle that no one else uses meanwhile.
unsafe fn for_change<'a>(cluster: *mut podverdict_cluster) -> Result<&'a mut Cluster, Failure> {
    // SAFETY: the caller's promise.
    let cluster = unsafe { cluster.as_mut() };
    cluster.map(|cluster| &mut cluster.0).ok_or_else(|| Failure::argument("cluster is NULL"))
}

fn not_found(what: &str) -> Failure {
    Failure::new(PODVERDICT_NOT_FOUND, format!("there is no such {what}"))
}
