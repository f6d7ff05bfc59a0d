//! How much memory a parsed cluster takes, and what a copy costs: `cargo run --profile tool --example cluster_size`.
//!
//! 10,000 nodes with 20 labels each, and 100,000 pods of 500 workloads on them.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a measurement"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use podverdict::gang::cluster::Cluster;
use podverdict::model::{Node, Pod};
use podverdict::release::{Kubernetes, Release};
use serde_json::json;

struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed on to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: as for this function.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as for this function.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const NODES: usize = 10_000;
const PODS: usize = 100_000;

fn node(n: usize) -> Node {
    let mut labels = serde_json::Map::new();
    labels.insert("kubernetes.io/hostname".into(), json!(format!("node-{n:05}")));
    labels.insert("topology.kubernetes.io/zone".into(), json!(format!("zone-{}", n % 3)));
    labels.insert("example.com/rack".into(), json!(format!("rack-{}", n / 40)));
    for i in 0..17 {
        labels.insert(format!("example.com/label-{i}"), json!(format!("value-{}", n % 5)));
    }
    serde_json::from_value(json!({
        "metadata": {"name": format!("node-{n:05}"), "labels": labels},
        "spec": {"taints": [{"key": "example.com/pool", "value": "a", "effect": "NoSchedule"}]},
        "status": {"allocatable": {
            "cpu": "64", "memory": "256Gi", "ephemeral-storage": "1Ti", "pods": "110", "example.com/gpu": "8",
        }},
    }))
    .unwrap_or_default()
}

fn pod(n: usize) -> Pod {
    let workload = n % 500;
    serde_json::from_value(json!({
        "metadata": {
            "name": format!("workload-{workload}-{n:06}"), "namespace": format!("team-{}", workload % 40),
            "uid": format!("0f4b7a52-1111-4222-8333-{n:012}"),
            "labels": {"app": format!("workload-{workload}"), "pod-template-hash": format!("{workload:x}")},
        },
        "spec": {
            "nodeName": format!("node-{:05}", n % NODES),
            "containers": [{"name": "a", "image": "x", "resources": {"requests": {
                "cpu": format!("{}m", 100 + workload), "memory": "1Gi",
            }}}],
        },
        "status": {"phase": "Running", "startTime": "2026-01-02T03:04:05Z"},
    }))
    .unwrap_or_default()
}

fn main() {
    let live = || LIVE.load(Ordering::Relaxed);
    let mut cluster = Cluster::new(&Kubernetes::new(Release::V1_37));
    let start = live();
    for n in 0..NODES {
        cluster.set_node(&node(n));
    }
    let nodes = live();
    println!("{} bytes a node", (nodes - start) / NODES);
    for n in 0..PODS {
        cluster.set_pod(&pod(n));
    }
    let pods = live();
    println!("{} bytes a pod on a node", (pods - nodes) / PODS);
    let time = Instant::now();
    let mut copy = cluster.clone();
    println!("a copy: {} bytes a node, {:?}", (live() - pods) / NODES, time.elapsed());
    let time = Instant::now();
    copy.remove_pod("team-0", "workload-0-000000");
    println!("the first change of a copy: {} bytes in all, {:?}", live() - pods, time.elapsed());
}
