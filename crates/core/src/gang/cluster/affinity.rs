//! Affinity and anti-affinity between pods.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::labels::{Labels, Selector, Unparsable};
use super::text::{Text, Texts, same};
use crate::model::{Pod, PodAffinityTerm};

/// A pod's terms about other pods.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PodAffinities {
    pub(crate) required: Box<[AffinityTerm]>,
    pub(crate) required_anti: Box<[AffinityTerm]>,
    /// Preferences with their weights.
    pub(crate) preferred: Box<[(i64, AffinityTerm)]>,
    pub(crate) preferred_anti: Box<[(i64, AffinityTerm)]>,
    /// Whether a term cannot be parsed; an incoming pod is refused then, and a pod on a node goes without terms of that
    /// kind.
    pub(crate) unparsable: bool,
}

impl PodAffinities {
    /// The terms of a pod; `None` if it says nothing about other pods.
    pub(crate) fn read(texts: &mut Texts, pod: &Pod) -> Option<Self> {
        let affinity = pod.spec.affinity.as_deref()?;
        if affinity.pod_affinity.is_none() && affinity.pod_anti_affinity.is_none() {
            return None;
        }
        let mut unparsable = false;
        let namespace = texts.share(&pod.metadata.namespace);
        let mut read = |term: &PodAffinityTerm| AffinityTerm::read(texts, term, &namespace);
        let mut required = |terms: Option<&Vec<PodAffinityTerm>>| {
            let parsed = terms.into_iter().flatten().map(&mut read).collect::<Result<Box<[_]>, Unparsable>>();
            parsed.unwrap_or_else(|_| {
                unparsable = true;
                Box::default()
            })
        };
        let near = affinity.pod_affinity.as_ref();
        let far = affinity.pod_anti_affinity.as_ref();
        let (required, required_anti) = (
            required(near.map(|a| &a.required_during_scheduling_ignored_during_execution)),
            required(far.map(|a| &a.required_during_scheduling_ignored_during_execution)),
        );
        let mut preferred = |affinity: Option<&crate::model::PodAffinity>| {
            let terms = affinity.map(|a| &a.preferred_during_scheduling_ignored_during_execution);
            let parsed = terms.into_iter().flatten().map(|weighted| {
                let term = AffinityTerm::read(texts, &weighted.pod_affinity_term, &namespace)?;
                Ok((i64::from(weighted.weight), term))
            });
            parsed.collect::<Result<Box<[_]>, Unparsable>>().unwrap_or_else(|_| {
                unparsable = true;
                Box::default()
            })
        };
        let (preferred, preferred_anti) = (preferred(near), preferred(far));
        Some(PodAffinities { required, required_anti, preferred, preferred_anti, unparsable })
    }
}

/// One term (upstream: `framework.AffinityTerm`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct AffinityTerm {
    /// Namespaces by name, sorted.
    pub(crate) namespaces: Box<[Text]>,
    pub(crate) namespace_selector: Selector,
    pub(crate) selector: Selector,
    pub(crate) topology_key: Text,
}

impl AffinityTerm {
    /// `matchLabelKeys` and `mismatchLabelKeys` are not read here: the API server merges them into the selector when
    /// the pod is created.
    fn read(texts: &mut Texts, term: &PodAffinityTerm, own: &Text) -> Result<Self, Unparsable> {
        let mut namespaces: Vec<Text> = term.namespaces.iter().map(|n| texts.share(n)).collect();
        if namespaces.is_empty() && term.namespace_selector.is_none() {
            namespaces.push(Text::clone(own));
        }
        namespaces.sort();
        namespaces.dedup();
        Ok(AffinityTerm {
            namespaces: namespaces.into(),
            namespace_selector: Selector::read(texts, term.namespace_selector.as_ref())?,
            selector: Selector::read(texts, term.label_selector.as_ref())?,
            topology_key: texts.share(&term.topology_key),
        })
    }

    /// Whether the term is about a pod of this namespace and these labels; `namespace_labels` are those of the
    /// namespace (upstream: `AffinityTerm.Matches`).
    pub(crate) fn matches(&self, namespace: &Text, labels: &Labels, namespace_labels: &Labels) -> bool {
        (self.namespaces.iter().any(|n| same(n, namespace))
            || self.namespace_selector.matches(namespace_labels))
            && self.selector.matches(labels)
    }
}
