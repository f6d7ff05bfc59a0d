//! Any text as any object of the model. What is read and written can be read again, and is written as the same; it need not
//! be the same object, for times are written to the second.
#![no_main]

use libfuzzer_sys::fuzz_target;
use podverdict::gang::cluster::ClusterObject;
use podverdict::model::{Node, Pod, PodDocument, PodStatus, RuntimePodStatus};
use podverdict::release::{Kubernetes, Release};
use podverdict_fuzz::{Meter, within};

#[global_allocator]
static METER: Meter = Meter;

macro_rules! round_trip {
    ($text:expr, $($kind:ident),*) => { $(
        if let Ok(object) = within($text.len(), 2048, || $kind::from_json($text)) {
            let written = serde_json::to_string(&object).expect("an object can be written");
            let again = $kind::from_json(&written).expect("what is written can be read");
            assert_eq!(serde_json::to_string(&again).expect("an object can be written"), written);
        }
    )* };
}

fuzz_target!(|text: &str| {
    round_trip!(text, Pod, PodStatus, Node, RuntimePodStatus);
    let _ = within(text.len(), 2048, || ClusterObject::from_json(text).map(drop));
    let k8s = Kubernetes::new(Release::V1_37);
    let _ = within(text.len(), 2048, || PodDocument::read(&k8s, text, true).map(drop));
});
