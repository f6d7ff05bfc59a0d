//! Dynamic resource claims of pods.

use alloc::vec::Vec;

use super::text::{Text, Texts};
use crate::model::Pod;

/// The dynamic resource claims of a pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PodClaims {
    pub(crate) uses: Vec<ClaimUse>,
}

/// One entry of `spec.resourceClaims`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ClaimUse {
    /// The entry's name.
    pub(crate) entry: Text,
    /// The claim that is to be there already.
    pub(crate) claim: Option<Text>,
}

impl PodClaims {
    /// No claims.
    pub(crate) const NONE: PodClaims = PodClaims { uses: Vec::new() };

    pub(crate) fn read(texts: &mut Texts, pod: &Pod) -> Self {
        let uses = pod.spec.resource_claims.iter().map(|claim| ClaimUse {
            entry: texts.share(&claim.name),
            claim: claim.resource_claim_name.as_ref().map(|name| texts.share(name)),
        });
        PodClaims { uses: uses.collect() }
    }
}
