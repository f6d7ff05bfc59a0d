//! A cluster that is read once and follows the API's objects, a watch event each.

use std::ffi::c_char;
use std::sync::Arc;

use podverdict::gang::cluster::{Cluster, ClusterObject, PodInfo};
use podverdict::gang::explain::explain;
use podverdict::gang::feasible::{Upstream, feasible};
use podverdict::gang::filter::node_filters;
use podverdict::gang::schedule::schedule;
use podverdict::gang::solver::budget::Budget;
use podverdict::model::Node;
use serde_json::Value;

use crate::border::{
    Failure, PODVERDICT_FAULT, PODVERDICT_NOT_FOUND, call, change, export, hand_out, handle,
    podverdict_status, podverdict_string, slice, take_back, text,
};
use crate::gangs::Gangs;
use crate::kubernetes::podverdict_kubernetes;
use crate::pod::podverdict_pod;

/// Nodes and the pods on them.
#[derive(Clone, Debug)]
pub struct podverdict_cluster {
    cluster: Cluster,
    gangs: Arc<Gangs>,
}

/// Makes a cluster without nodes, for a release with its gates.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_cluster_new(
    kubernetes: *const podverdict_kubernetes,
    cluster: *mut *mut podverdict_cluster,
) -> podverdict_status {
    let work = || {
        // SAFETY: the caller gives handles as the header says.
        let k8s = unsafe { handle("kubernetes", kubernetes) }?;
        Ok(hand_out(podverdict_cluster { cluster: Cluster::new(&k8s.0), gangs: Arc::default() }))
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
        Ok(hand_out(cluster.clone()))
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
        unsafe { for_change(cluster) }?.cluster.set_node(&node);
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
        if cluster.cluster.remove_node(name) { Ok(()) } else { Err(not_found("node")) }
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
        cluster.cluster.set_pod(&pod.0);
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
        if cluster.cluster.remove_pod(namespace, name) { Ok(()) } else { Err(not_found("pod")) }
    };
    // SAFETY: there is no message.
    unsafe { change(std::ptr::null_mut(), work) }
}

/// Takes in, from its JSON, another object that decides where pods can go, or replaces the one of its kind and name.
/// "kind" must be there: Namespace, PersistentVolume, PersistentVolumeClaim, StorageClass, CSINode, CSIDriver,
/// VolumeAttachment, Workload, PodGroup or CompositePodGroup. With `defaults` it gets the API server's defaults.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_cluster_set_object(
    cluster: *mut podverdict_cluster,
    object_json: *const c_char,
    object_json_len: usize,
    defaults: bool,
    message: *mut podverdict_string,
) -> podverdict_status {
    let work = || {
        // SAFETY: the caller gives strings as the header says.
        let json = unsafe { text("object_json", object_json, object_json_len) }?;
        let mut object = ClusterObject::from_json(json)?;
        if defaults {
            object.set_defaults();
        }
        // SAFETY: the caller gives the handle to this call alone.
        let cluster = unsafe { for_change(cluster) }?;
        cluster.cluster.set_object(&object);
        Gangs::set(&mut cluster.gangs, object);
        Ok(())
    };
    // SAFETY: the caller gives outputs as the header says.
    unsafe { change(message, work) }
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
            Ok((cluster.cluster.len(), cluster.cluster.pods().count()))
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
        let cluster = &cluster.cluster;
        answer_of(cluster, &node_filters(cluster, &cluster.reader().read(&pod.0)))
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
        let cluster = &unsafe { handle("cluster", cluster) }?.cluster;
        // SAFETY: the same.
        let pending = unsafe { pending(cluster, pods, pods_len) }?;
        answer_of(cluster, &schedule(cluster, &pending))
    };
    // SAFETY: the caller gives outputs as the header says.
    unsafe { call(answer, std::ptr::null_mut(), work) }
}

/// Whether a gang can be placed, and the proof if it cannot: the JSON answer of the op gang_feasible, with what
/// kube-scheduler would do beside it if `upstream`.
///
/// `pods` are those without a node, in the order of the queue; pods that have a node count from where they are in the
/// cluster. `group` is "namespace/name" (on 1.35 "namespace/workload/name") and may be empty if there is one gang.
/// `budget` is how many steps of some tens of nanoseconds the search may take; 0 stands for about a second.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_cluster_gang_feasible(
    cluster: *const podverdict_cluster,
    pods: *const *const podverdict_pod,
    pods_len: usize,
    group: *const c_char,
    group_len: usize,
    budget: u64,
    upstream: bool,
    answer: *mut podverdict_string,
    message: *mut podverdict_string,
) -> podverdict_status {
    let work = || {
        // SAFETY: the caller gives handles, lists and strings as the header says.
        let gang = unsafe { Question::read(cluster, pods, pods_len, group, group_len, budget) }?;
        let Question { cluster, gangs, pending, group, budget } = &gang;
        let found = feasible(cluster, gangs.objects(), pending, *group, *budget)?;
        let mut answer = fields_of(cluster, &found)?;
        if let (Value::Object(fields), true) = (&mut answer, upstream) {
            let beside = Upstream::of(&found, &schedule(cluster, pending));
            fields.insert("upstream".into(), serde_json::to_value(&beside).map_err(fault)?);
        }
        Ok(export(answer.to_string()))
    };
    // SAFETY: the caller gives outputs as the header says.
    unsafe { call(answer, message, work) }
}

/// Why a gang cannot be placed, and what would help: the JSON answer of the op gang_explain. The inputs are those of
/// podverdict_cluster_gang_feasible.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_cluster_gang_explain(
    cluster: *const podverdict_cluster,
    pods: *const *const podverdict_pod,
    pods_len: usize,
    group: *const c_char,
    group_len: usize,
    budget: u64,
    answer: *mut podverdict_string,
    message: *mut podverdict_string,
) -> podverdict_status {
    let work = || {
        // SAFETY: the caller gives handles, lists and strings as the header says.
        let gang = unsafe { Question::read(cluster, pods, pods_len, group, group_len, budget) }?;
        let Question { cluster, gangs, pending, group, budget } = &gang;
        answer_of(cluster, &explain(cluster, gangs.objects(), pending, *group, *budget)?)
    };
    // SAFETY: the caller gives outputs as the header says.
    unsafe { call(answer, message, work) }
}

/// A question about one gang.
struct Question<'a> {
    cluster: &'a Cluster,
    gangs: &'a Gangs,
    pending: Vec<Arc<PodInfo>>,
    group: Option<&'a str>,
    budget: Budget,
}

impl<'a> Question<'a> {
    /// # Safety
    ///
    /// The arguments are as the header says.
    unsafe fn read(
        cluster: *const podverdict_cluster,
        pods: *const *const podverdict_pod,
        pods_len: usize,
        group: *const c_char,
        group_len: usize,
        budget: u64,
    ) -> Result<Self, Failure> {
        // SAFETY: the caller's promise.
        let (from, group) = unsafe { (handle("cluster", cluster)?, text("group", group, group_len)?) };
        // SAFETY: the caller's promise.
        let pending = unsafe { pending(&from.cluster, pods, pods_len) }?;
        let group = if group.is_empty() { None } else { Some(group) };
        let budget = if budget == 0 { Budget::default() } else { Budget::new(budget) };
        Ok(Question { cluster: &from.cluster, gangs: &from.gangs, pending, group, budget })
    }
}

/// The pods of a list, read for a cluster.
///
/// # Safety
///
/// The list, and the handles in it, are as the header says.
unsafe fn pending(
    cluster: &Cluster,
    pods: *const *const podverdict_pod,
    pods_len: usize,
) -> Result<Vec<Arc<PodInfo>>, Failure> {
    // SAFETY: the caller's promise.
    let pods = unsafe { slice("pods", pods, pods_len) }?;
    let mut reader = cluster.reader();
    // SAFETY: the same for each pod of the list.
    pods.iter().map(|pod| Ok(reader.read(&unsafe { handle("a pod", *pod) }?.0))).collect()
}

/// The JSON answer of an op, with the cluster's notices.
fn answer_of(cluster: &Cluster, found: &impl serde::Serialize) -> Result<podverdict_string, Failure> {
    Ok(export(fields_of(cluster, found)?.to_string()))
}

fn fields_of(cluster: &Cluster, found: &impl serde::Serialize) -> Result<Value, Failure> {
    let mut answer = serde_json::to_value(found).map_err(fault)?;
    let notices = cluster.notices();
    if let (Value::Object(fields), false) = (&mut answer, notices.is_empty()) {
        fields.insert("notices".into(), serde_json::to_value(&notices).map_err(fault)?);
    }
    Ok(answer)
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn fault(e: serde_json::Error) -> Failure {
    Failure::new(PODVERDICT_FAULT, e.to_string())
}

/// # Safety
///
/// `cluster` is NULL or a handle that no one else uses meanwhile.
unsafe fn for_change<'a>(cluster: *mut podverdict_cluster) -> Result<&'a mut podverdict_cluster, Failure> {
    // SAFETY: the caller's promise.
    unsafe { cluster.as_mut() }.ok_or_else(|| Failure::argument("cluster is NULL"))
}

fn not_found(what: &str) -> Failure {
    Failure::new(PODVERDICT_NOT_FOUND, format!("there is no such {what}"))
}
