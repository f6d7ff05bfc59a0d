//! Volumes of a pod.

use smol_str::SmolStr;

use super::api_object;
use crate::quantity::Quantity;

api_object! {
    /// `v1.Volume`, as far as decisions read it.
    pub struct Volume {
        /// Name.
        pub name: SmolStr,
        /// A directory that lives as long as the pod.
        pub empty_dir: Option<EmptyDirVolumeSource>,
        /// A persistent volume claim.
        pub persistent_volume_claim: Option<PersistentVolumeClaimVolumeSource>,
    }
}

api_object! {
    /// `v1.EmptyDirVolumeSource`.
    pub struct EmptyDirVolumeSource {
        /// `Memory` for tmpfs, empty for the node's disk.
        pub medium: SmolStr,
        /// The most it may hold, in bytes.
        pub size_limit: Option<Quantity>,
    }
}

api_object! {
    /// `v1.PersistentVolumeClaimVolumeSource`.
    pub struct PersistentVolumeClaimVolumeSource {
        /// Name of the claim in the pod's namespace.
        pub claim_name: SmolStr,
        /// Whether it is mounted read-only.
        pub read_only: bool,
    }
}
