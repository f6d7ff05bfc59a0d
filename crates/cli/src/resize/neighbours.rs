//! The other pods of the node.

use podverdict::model::{Node, Pod};
use podverdict::release::Kubernetes;
use podverdict::resize::allocation::allocated_by_status;
use podverdict::resize::node_use::NodeUse;
use podverdict::validate::set_defaults;

use crate::files;

/// A node with the pods that count beside the one that is asked about.
pub(super) struct Neighbours<'n> {
    k8s: Kubernetes,
    node: &'n Node,
    /// As allocated.
    pods: Vec<Pod>,
    elsewhere: usize,
    given: bool,
}

impl<'n> Neighbours<'n> {
    pub(super) fn new(k8s: &Kubernetes, node: &'n Node, asked: &Pod, pods: Vec<Pod>) -> Self {
        let given = !pods.is_empty();
        // A manifest that names no node is taken to be meant for this one; a pod of a cluster that names none is on none.
        let here = |pod: &Pod| match pod.spec.node_name.as_str() {
            "" => pod.status.phase.is_absent(),
            name => name == node.metadata.name,
        };
        let others = pods.into_iter().filter(|pod| !is_same(pod, asked) && !pod.status.phase.is_terminal());
        let (here, elsewhere): (Vec<Pod>, Vec<Pod>) = others.partition(here);
        let allocated = here.into_iter().map(|mut pod| {
            set_defaults(k8s, &mut pod);
            allocated_by_status(&pod).into_owned()
        });
        Neighbours { k8s: *k8s, node, pods: allocated.collect(), elsewhere: elsewhere.len(), given }
    }

    pub(super) fn node(&self) -> &'n Node {
        self.node
    }

    /// The node with all of them.
    pub(super) fn all(&self) -> NodeUse<'n> {
        let mut all = NodeUse::new(&self.k8s, self.node);
        self.pods.iter().for_each(|pod| all.add_pod(pod));
        all
    }

    /// Those without which it fits, each alone; the first few.
    pub(super) fn whose_leaving(&self, fits: impl Fn(&NodeUse<'n>) -> bool) -> Vec<String> {
        const FEW: usize = 5;
        let mut node = self.all();
        let makes_room = |pod: &&Pod| {
            node.remove_pod(pod);
            let fits = fits(&node);
            node.add_pod(pod);
            fits
        };
        self.pods.iter().filter(makes_room).map(files::pod_name).take(FEW).collect()
    }

    /// What the answer rests on.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.given {
            notes.push("taken to be alone on the node: give its other pods with --pods".to_owned());
        }
        if self.elsewhere > 0 {
            notes.push(format!("{} of the given pods are not on this node and do not count", self.elsewhere));
        }
        notes
    }
}

fn is_same(a: &Pod, b: &Pod) -> bool {
    let (a, b) = (&a.metadata, &b.metadata);
    if a.uid.is_empty() || b.uid.is_empty() {
        return a.name == b.name && a.namespace == b.namespace;
    }
    a.uid == b.uid
}
