//! A pod with all of its spec, also the fields that no decision reads.
//!
//! The API server compares whole specs: an update may change hardly any field, and its refusal shows every changed one. So
//! validation of updates and resizes reads pods as [`PodDocument`]s: the [`Pod`] that decisions read, and beside it the whole
//! spec as a [`SpecTree`] by the schema of the release.
//!
//! Of a field that both hold, the tree has the value as it was given, with what [`SpecTree::take_changes`] brought over from
//! the pod.

mod defaults;
mod diff;
mod equal;
mod go_json;
mod image;
mod path;
mod read;
mod schema;
mod value;

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use serde::Serialize;
use smol_str::SmolStr;

use super::{Container, Map, Pod, PodSpec, ResourceRequirements};
use crate::error::{InputError, parse};
use crate::release::Kubernetes;
use path::{Step, Steps, steps};
use read::Reader;
use schema::{RESOURCE_CLAIM, RESOURCE_REQUIREMENTS};
use value::{Object, Value};

/// A pod as decisions read it, and its whole spec.
///
/// ```
/// use podverdict::{model::PodDocument, release::{Kubernetes, Release}};
/// let k8s = Kubernetes::new(Release::V1_36);
/// let json = r#"{"metadata": {"name": "a"}, "spec": {"hostname": "h", "containers": [{"name": "c", "image": "i"}]}}"#;
/// let document = PodDocument::read(&k8s, json, true)?;
/// assert_eq!(document.pod.metadata.name, "a");
/// assert!(document.spec.has("hostname"));
/// # Ok::<(), podverdict::error::InputError>(())
/// ```
#[derive(Clone, Debug)]
pub struct PodDocument {
    /// The fields that decisions read, as they were given.
    pub pod: Pod,
    /// All fields of the spec.
    pub spec: SpecTree,
}

impl PodDocument {
    /// Reads a pod from JSON. With `defaults`, the tree (not the pod) gets the API's defaults.
    ///
    /// # Errors
    ///
    /// What is no JSON, has a wrong type, or a quantity that does not parse; the error names the field.
    ///
    /// ```
    /// use podverdict::{model::PodDocument, release::{Kubernetes, Release}};
    /// let k8s = Kubernetes::new(Release::V1_36);
    /// let error = PodDocument::read(&k8s, r#"{"spec": {"volumes": [{"nfs": {"path": 1}}]}}"#, true).unwrap_err();
    /// assert_eq!(error.path, "spec.volumes[0].nfs.path");
    /// ```
    pub fn read(k8s: &Kubernetes, json: &str, defaults: bool) -> Result<Self, InputError> {
        Self::read_around(k8s, None, json, defaults)
    }

    /// As [`read`](Self::read); the modelled pod may have been read already.
    pub(crate) fn read_around(
        k8s: &Kubernetes,
        pod: Option<Pod>,
        json: &str,
        defaults: bool,
    ) -> Result<Self, InputError> {
        let spec = SpecTree::read(k8s, json, defaults)?;
        Ok(PodDocument { pod: pod.map_or_else(|| parse("", json), Ok)?, spec })
    }

    /// The document of a pod of which only the modelled fields are known.
    ///
    /// # Errors
    ///
    /// None for pods of this model; they could only come from a pod that does not serialise.
    ///
    /// ```
    /// use podverdict::{model::{Pod, PodDocument}, release::{Kubernetes, Release}};
    /// let k8s = Kubernetes::new(Release::V1_36);
    /// assert!(PodDocument::from_pod(&k8s, Pod::default(), false)?.pod.spec.containers.is_empty());
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    pub fn from_pod(k8s: &Kubernetes, pod: Pod, defaults: bool) -> Result<Self, InputError> {
        let json = serde_json::to_string(&pod).unwrap_or_default();
        let spec = SpecTree::read(k8s, &json, defaults)?;
        Ok(PodDocument { pod, spec })
    }
}

/// All fields of a pod's spec, by the schema of one release.
///
/// Parts of it are named by paths in the API's words: `hostname`, `affinity.nodeAffinity`, `volumes[2]` (one item),
/// `containers[].image` (of every item). Trees are compared as upstream's `equality.Semantic.DeepEqual` does: quantities by
/// value, absent lists and maps like empty ones, an absent object unlike an empty one where the API has a pointer.
///
/// Two trees that are compared or copied from must have been read for the same release.
#[derive(Clone, Debug)]
pub struct SpecTree {
    root: Object,
    k8s: Kubernetes,
    /// Whether any field was given that a gate may take away; one that was taken away since still counts.
    gated: bool,
}

impl SpecTree {
    /// Reads the spec of a pod from the pod's JSON, with the API's defaults if `defaults` says so. Fields that the release
    /// does not have are dropped.
    ///
    /// Of the defaults, those of pod-level resources that are computed from the containers' are left out: they need
    /// decisions; see [`SpecTree::take_changes`].
    ///
    /// # Errors
    ///
    /// What is no JSON, has a wrong type, or a quantity that does not parse; the error names the field.
    ///
    /// ```
    /// use podverdict::{model::SpecTree, release::{Kubernetes, Release}};
    /// let k8s = Kubernetes::new(Release::V1_36);
    /// let spec = SpecTree::read(&k8s, r#"{"spec": {"dnsPolicy": "Default"}}"#, false)?;
    /// assert!(spec.has("dnsPolicy") && !spec.has("schedulerName"));
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    pub fn read(k8s: &Kubernetes, pod_json: &str, defaults: bool) -> Result<Self, InputError> {
        let reader = Reader::new(k8s, defaults);
        let root = reader.spec_of_pod(pod_json)?;
        Ok(SpecTree { root, k8s: *k8s, gated: reader.found_gated.get() })
    }

    /// Whether any field may be there that the API server takes away where its gate is off; `false` is certain.
    pub(crate) fn may_hold_gated(&self) -> bool {
        self.gated
    }

    /// Whether the specs are semantically equal.
    ///
    /// ```
    /// use podverdict::{model::SpecTree, release::{Kubernetes, Release}};
    /// let k8s = Kubernetes::new(Release::V1_36);
    /// let one = SpecTree::read(&k8s, r#"{"spec": {"tolerations": []}}"#, true)?;
    /// assert!(one.equals(&SpecTree::read(&k8s, "{}", true)?));
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    #[must_use]
    pub fn equals(&self, other: &SpecTree) -> bool {
        equal::objects(&self.root, &other.root, &[])
    }

    /// Whether the specs are semantically equal apart from the parts that are named.
    ///
    /// ```
    /// use podverdict::{model::SpecTree, release::{Kubernetes, Release}};
    /// let k8s = Kubernetes::new(Release::V1_36);
    /// let one = SpecTree::read(&k8s, r#"{"spec": {"containers": [{"name": "c", "image": "a"}]}}"#, true)?;
    /// let two = SpecTree::read(&k8s, r#"{"spec": {"containers": [{"name": "c", "image": "b"}]}}"#, true)?;
    /// assert!(one.equals_except(&two, &["containers[].image", "containers[].imagePullPolicy"]));
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    #[must_use]
    pub fn equals_except(&self, other: &SpecTree, ignored: &[&str]) -> bool {
        let paths: Vec<Vec<Step<'_>>> = ignored.iter().map(|path| steps(path)).collect();
        let paths: Vec<&[Step<'_>]> = paths.iter().map(Vec::as_slice).collect();
        equal::objects(&self.root, &other.root, &paths)
    }

    /// Whether one part is semantically equal in both specs, apart from what `ignored` names below it. The path leads to one
    /// part: it has no `[]`. A part that neither spec has is equal.
    ///
    /// ```
    /// use podverdict::{model::SpecTree, release::{Kubernetes, Release}};
    /// let k8s = Kubernetes::new(Release::V1_36);
    /// let one = SpecTree::read(&k8s, r#"{"spec": {"volumes": [{"name": "v", "emptyDir": {"sizeLimit": "1Gi"}}]}}"#, true)?;
    /// let two = SpecTree::read(&k8s, r#"{"spec": {"volumes": [{"name": "v", "emptyDir": {"sizeLimit": "2Gi"}}]}}"#, true)?;
    /// assert!(!one.part_equals(&two, "volumes[0]", &[]));
    /// assert!(one.part_equals(&two, "volumes[0]", &["emptyDir.sizeLimit"]));
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    #[must_use]
    pub fn part_equals(&self, other: &SpecTree, path: &str, ignored: &[&str]) -> bool {
        let paths: Vec<Vec<Step<'_>>> = ignored.iter().map(|path| steps(path)).collect();
        let paths: Vec<&[Step<'_>]> = paths.iter().map(Vec::as_slice).collect();
        let path = steps(path);
        match (path::part(&self.root, &path), path::part(&other.root, &path)) {
            (Some((kind, a)), Some((_, b))) => equal::fields(kind, a, b, &paths),
            (None, None) => true,
            // A field of an object that only one side has.
            (Some((_, part)), None) | (None, Some((_, part))) => part.is_none(),
        }
    }

    /// Whether any of the parts is there: set, and no empty list or map.
    ///
    /// ```
    /// use podverdict::{model::SpecTree, release::{Kubernetes, Release}};
    /// let k8s = Kubernetes::new(Release::V1_36);
    /// let spec = SpecTree::read(&k8s, r#"{"spec": {"volumes": [{}, {"image": {"reference": "a"}}]}}"#, true)?;
    /// assert!(spec.has("volumes[].image"));
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.has_in(Of::Spec, path)
    }

    /// As [`has`](Self::has), of the spec or of its containers.
    pub(crate) fn has_in(&self, of: Of, path: &str) -> bool {
        self.any_in(of, path, &mut is_there)
    }

    fn any_in<'p>(&self, of: Of, path: &'p str, visit: &mut impl FnMut(&Object, &'p str) -> bool) -> bool {
        let mut any = |object: &Object| path::any_holder(object, Steps(path), visit);
        match of {
            Of::Spec => any(&self.root),
            Of::Containers => {
                let lists = CONTAINER_LISTS.iter().flat_map(|list| self.root.list(list));
                lists.filter_map(Value::as_object).any(any)
            }
        }
    }

    /// Whether any of the parts is set, be it an empty list or map.
    pub(crate) fn holds_in(&self, of: Of, path: &str) -> bool {
        self.any_in(of, path, &mut |object, name| object.get(name).is_some())
    }

    /// Calls `visit` with every object that may hold the path's last field, if any of them does: what is not changed stays shared
    /// with other trees.
    fn each_in<'p>(&mut self, of: Of, path: &'p str, visit: &mut impl FnMut(&mut Object, &'p str)) {
        if !self.holds_in(of, path) {
            return;
        }
        let mut each = |object: &mut Object| path::each_holder(object, Steps(path), visit);
        match of {
            Of::Spec => each(&mut self.root),
            Of::Containers => {
                for list in CONTAINER_LISTS {
                    self.root.list_mut(list).iter_mut().filter_map(Value::as_object_mut).for_each(&mut each);
                }
            }
        }
    }

    /// Makes the parts nil, or zero.
    ///
    /// ```
    /// use podverdict::{model::SpecTree, release::{Kubernetes, Release}};
    /// let k8s = Kubernetes::new(Release::V1_36);
    /// let mut spec = SpecTree::read(&k8s, r#"{"spec": {"hostname": "a"}}"#, true)?;
    /// spec.remove("hostname");
    /// assert!(!spec.has("hostname"));
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    pub fn remove(&mut self, path: &str) {
        self.remove_in(Of::Spec, path);
    }

    /// As [`remove`](Self::remove), from the spec or from its containers.
    pub(crate) fn remove_in(&mut self, of: Of, path: &str) {
        self.each_in(of, path, &mut |object, name| {
            object.remove(name);
        });
    }

    /// Takes over parts of another spec as they are. The objects that hold the parts must be in both specs: `containers[].image`
    /// sets the images of the containers that are in both lists, by their place.
    ///
    /// ```
    /// use podverdict::{model::SpecTree, release::{Kubernetes, Release}};
    /// let k8s = Kubernetes::new(Release::V1_36);
    /// let old = SpecTree::read(&k8s, r#"{"spec": {"containers": [{"name": "c", "image": "a:1"}]}}"#, true)?;
    /// let mut new = SpecTree::read(&k8s, r#"{"spec": {"containers": [{"name": "c", "image": "a:2"}]}}"#, true)?;
    /// new.copy(&old, "containers[].image");
    /// assert!(new.equals(&old));
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    pub fn copy(&mut self, from: &SpecTree, path: &str) {
        self.gated |= from.gated;
        path::copy(&mut self.root, &from.root, &steps(path));
    }

    /// Brings over what was changed in the modelled spec: `before` as it was when the tree was last in step with it, `after` as
    /// it is now. Looks at the fields that preparations of the API server change: resources (of containers and of the pod),
    /// resize and restart policies, restart rules, resource claims, and the reference to a workload or pod group.
    ///
    /// ```
    /// use podverdict::{model::PodDocument, release::{Kubernetes, Release}};
    /// let k8s = Kubernetes::new(Release::V1_36);
    /// let json = r#"{"spec": {"containers": [{"name": "c", "restartPolicy": "Never"}]}}"#;
    /// let mut document = PodDocument::read(&k8s, json, true)?;
    /// let before = document.pod.spec.clone();
    /// document.pod.spec.containers[0].restart_policy = None;
    /// document.spec.take_changes(&before, &document.pod.spec);
    /// assert!(!document.spec.has("containers[].restartPolicy"));
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    pub fn take_changes(&mut self, before: &PodSpec, after: &PodSpec) {
        let reader = Reader::new(&self.k8s, false);
        let spec = &mut self.root;
        if before.resources != after.resources {
            match &after.resources {
                Some(after) => spec.set(self.k8s.release(), "resources", resources_of(&reader, after)),
                None => {
                    spec.remove("resources");
                }
            }
        }
        take(&reader, spec, "resourceClaims", &before.resource_claims, &after.resource_claims);
        take(&reader, spec, "workloadRef", &before.workload_ref, &after.workload_ref);
        take(&reader, spec, "schedulingGroup", &before.scheduling_group, &after.scheduling_group);
        for (list, before, after) in [
            ("initContainers", &before.init_containers, &after.init_containers),
            ("containers", &before.containers, &after.containers),
            ("ephemeralContainers", &before.ephemeral_containers, &after.ephemeral_containers),
        ] {
            for (value, (before, after)) in spec.list_mut(list).iter_mut().zip(before.iter().zip(after)) {
                take_container(&reader, value, before, after);
            }
        }
    }

    /// The spec as Go prints upstream's internal type as JSON, with an indentation of one space.
    ///
    /// ```
    /// use podverdict::{model::SpecTree, release::{Kubernetes, Release}};
    /// let k8s = Kubernetes::new(Release::V1_36);
    /// let spec = SpecTree::read(&k8s, r#"{"spec": {"hostname": "<h>"}}"#, true)?;
    /// assert!(spec.to_go_json().contains("\n \"Hostname\": \"\\u003ch\\u003e\",\n"));
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    #[must_use]
    pub fn to_go_json(&self) -> String {
        go_json::print(&self.root, self.k8s.release())
    }

    /// One part as Go prints upstream's internal type as JSON, on one line; `null` for nil and for what is not there. The path
    /// leads to one part: it has no `[]`.
    ///
    /// ```
    /// use podverdict::{model::SpecTree, release::{Kubernetes, Release}};
    /// let k8s = Kubernetes::new(Release::V1_36);
    /// let spec = SpecTree::read(&k8s, r#"{"spec": {"tolerations": [{"key": "a"}]}}"#, true)?;
    /// assert_eq!(
    ///     spec.part_to_go_json("tolerations[0]"),
    ///     r#"{"Key":"a","Operator":"","Value":"","Effect":"","TolerationSeconds":null}"#,
    /// );
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    #[must_use]
    pub fn part_to_go_json(&self, path: &str) -> String {
        match path::part(&self.root, &steps(path)) {
            Some((kind, part)) => go_json::print_part(kind, part, &self.root, self.k8s.release()),
            None => String::from("null"),
        }
    }

    /// A unified diff, with three lines of context, from the one spec's [`SpecTree::to_go_json`] to the other's.
    ///
    /// It is line by line what upstream's `k8s.io/apimachinery/pkg/util/diff.Diff` gives. Its effort is bounded: where specs of
    /// many tens of thousands of lines differ all over, the rest of them counts as replaced.
    ///
    /// ```
    /// use podverdict::{model::SpecTree, release::{Kubernetes, Release}};
    /// let k8s = Kubernetes::new(Release::V1_36);
    /// let old = SpecTree::read(&k8s, r#"{"spec": {"hostname": "a"}}"#, true)?;
    /// let new = SpecTree::read(&k8s, r#"{"spec": {"hostname": "b"}}"#, true)?;
    /// assert!(old.diff_to(&new).contains("\n- \"Hostname\": \"a\",\n+ \"Hostname\": \"b\",\n"));
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    #[must_use]
    pub fn diff_to(&self, new: &SpecTree) -> String {
        diff::unified(&self.to_go_json(), &new.to_go_json())
    }

    /// Brings over the amounts of pod-level resources that defaulting has added.
    pub(crate) fn take_pod_resources(&mut self, resources: &ResourceRequirements) {
        let release = self.k8s.release();
        let Some(object) = self.root.get_mut("resources").and_then(Value::as_object_mut) else { return };
        for (field, amounts) in [("limits", &resources.limits), ("requests", &resources.requests)] {
            let known =
                |name: &str| matches!(object.get(field), Some(Value::Map(map)) if map.contains_key(name));
            if amounts.keys().all(known) {
                continue;
            }
            let mut map = match object.remove(field) {
                Some(Value::Map(map)) => map,
                _ => Map::new(),
            };
            for (name, amount) in amounts.iter() {
                if !map.contains_key(name) {
                    map.insert(name, Value::Quantity(amount.clone()));
                }
            }
            object.set(release, field, Value::Map(map));
        }
    }

    /// Whether any of the texts that are there passes a test.
    pub(crate) fn any_text(&self, of: Of, path: &str, test: impl Fn(&str) -> bool) -> bool {
        self.any_in(of, path, &mut |object, name| {
            object.get(name).and_then(Value::as_text).is_some_and(&test)
        })
    }

    /// Sets the texts that are there.
    pub(crate) fn replace_texts(&mut self, of: Of, path: &str, text: &'static str) {
        self.each_in(of, path, &mut |object, name| {
            if let Some(value) = object.get_mut(name) {
                *value = Value::Text(SmolStr::new_static(text));
            }
        });
    }

    /// Keeps the items of a list, or of several lists, that pass a test. A list of which none is left becomes nil.
    pub(crate) fn retain_items(&mut self, of: Of, path: &str, keep: &mut dyn FnMut(Item<'_>) -> bool) {
        self.each_in(of, path, &mut |object, name| {
            let Some(Value::List(items)) = object.get_mut(name) else { return };
            items.retain(|item| item.as_object().is_none_or(|item| keep(Item(item))));
            if items.is_empty() {
                object.remove(name);
            }
        });
    }

    /// Removes a field of the objects; an object that held only this field goes with it.
    pub(crate) fn remove_last_field(&mut self, of: Of, path: &str, field: &str) {
        self.each_in(of, path, &mut |object, name| {
            let Some(holder) = object.get_mut(name).and_then(Value::as_object_mut) else { return };
            if holder.remove(field).is_some() && holder.rows().is_empty() {
                object.remove(name);
            }
        });
    }
}

/// What holds fields.
#[derive(Clone, Copy)]
pub(crate) enum Of {
    Spec,
    /// All containers: init, regular and ephemeral ones.
    Containers,
}

const CONTAINER_LISTS: [&str; 3] = ["initContainers", "containers", "ephemeralContainers"];

/// Whether a field is set, and no empty list or map.
fn is_there(object: &Object, name: &str) -> bool {
    match object.get(name) {
        None => false,
        Some(Value::List(items)) => !items.is_empty(),
        Some(Value::Map(map)) => !map.is_empty(),
        Some(_) => true,
    }
}

/// An object in a list.
pub(crate) struct Item<'t>(&'t Object);

impl Item<'_> {
    /// Whether a field is set.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.0.get(field).is_some()
    }

    /// A text field; empty if it is absent.
    pub(crate) fn text(&self, field: &str) -> &str {
        self.0.text(field)
    }
}

fn take_container(reader: &Reader<'_>, value: &mut Value, before: &Container, after: &Container) {
    let same = before.resources == after.resources
        && before.resize_policy == after.resize_policy
        && before.restart_policy == after.restart_policy
        && before.restart_policy_rules == after.restart_policy_rules;
    if same {
        return;
    }
    let Some(object) = value.as_object_mut() else { return };
    if before.resources != after.resources {
        object.set(reader.k8s.release(), "resources", resources_of(reader, &after.resources));
    }
    take(reader, object, "resizePolicy", &before.resize_policy, &after.resize_policy);
    take(reader, object, "restartPolicy", &before.restart_policy, &after.restart_policy);
    take(reader, object, "restartPolicyRules", &before.restart_policy_rules, &after.restart_policy_rules);
}

/// Resources as a value of the tree.
fn resources_of(reader: &Reader<'_>, resources: &ResourceRequirements) -> Value {
    let release = reader.k8s.release();
    let mut object = reader.finished(&RESOURCE_REQUIREMENTS);
    for (field, amounts) in [("limits", &resources.limits), ("requests", &resources.requests)] {
        if !amounts.is_empty() {
            let amounts =
                amounts.into_iter().map(|(name, amount)| (name.clone(), Value::Quantity(amount.clone())));
            object.set(release, field, Value::Map(amounts.collect()));
        }
    }
    if let Some(claims) = &resources.claims {
        let claims = claims.iter().map(|claim| {
            let mut object = reader.finished(&RESOURCE_CLAIM);
            object.set(release, "name", Value::Text(claim.name.clone()));
            object.set(release, "request", Value::Text(claim.request.clone()));
            Value::Object(Arc::new(object))
        });
        object.set(release, "claims", Value::List(claims.collect()));
    }
    Value::Object(Arc::new(object))
}

fn take<T: Serialize + PartialEq>(
    reader: &Reader<'_>,
    object: &mut Object,
    json: &str,
    before: &T,
    after: &T,
) {
    if before == after {
        return;
    }
    let Some((row, field)) = object.shape.row(json, reader.k8s.release()) else { return };
    match reader.value_of(field, after) {
        Some(value) => object.put(row, value),
        None => {
            object.take(row);
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::SpecTree;
    use crate::release::{Kubernetes, Release};

    fn spec(release: Release, spec: &str) -> SpecTree {
        SpecTree::read(&Kubernetes::new(release), &format!(r#"{{"spec": {spec}}}"#), true).unwrap()
    }

    #[test]
    fn host_namespaces_moved_in_1_37() {
        let host = r#"{"hostNetwork": true, "hostUsers": true}"#;
        let old = spec(Release::V1_36, host).to_go_json();
        assert!(old.contains("\n \"SecurityContext\": {\n  \"HostNetwork\": true,\n  \"HostPID\": false,\n"));
        assert!(old.contains("\n  \"HostUsers\": true,\n") && !old.contains("\n \"HostNetwork\""));
        let new = spec(Release::V1_37, host).to_go_json();
        assert!(new.contains("\n \"HostNetwork\": true,\n") && new.contains("\n \"HostUsers\": true,\n"));
        assert!(new.contains("\n \"SecurityContext\": {\n  \"SELinuxOptions\": null,\n"));
    }

    #[test]
    fn fields_of_other_releases_are_dropped() {
        let eviction =
            r#"{"evictionResponders": [{"name": "r"}], "workloadRef": {"name": "w"}, "future": 1}"#;
        assert!(spec(Release::V1_37, eviction).has("evictionResponders"));
        assert!(spec(Release::V1_35, eviction).has("workloadRef"));
        assert!(spec(Release::V1_36, eviction).equals(&spec(Release::V1_36, "{}")));
    }

    #[test]
    fn nil_and_empty_are_equal_but_printed_apart() {
        let nil = spec(Release::V1_36, r#"{"containers": [{"env": null, "resources": {"limits": null}}]}"#);
        let empty = spec(Release::V1_36, r#"{"containers": [{"env": [], "resources": {"limits": {}}}]}"#);
        assert!(nil.equals(&empty));
        let diff = nil.diff_to(&empty);
        assert!(diff.contains("\n-   \"Env\": null,\n+   \"Env\": [],\n"), "{diff}");
        // Requests that are not given are the limits, also if there are none.
        assert!(diff.contains("\n-    \"Limits\": null,\n-    \"Requests\": null,\n+    \"Limits\": {},\n+    \"Requests\": {},\n"));
    }

    #[test]
    fn a_nil_pointer_is_not_an_empty_object() {
        assert!(!spec(Release::V1_36, r#"{"affinity": {}}"#).equals(&spec(Release::V1_36, "{}")));
        assert!(spec(Release::V1_36, r#"{"securityContext": {}}"#).equals(&spec(Release::V1_36, "{}")));
    }

    #[test]
    fn quantities_are_equal_by_value() {
        let pod = |cpu: &str| {
            let json = format!(r#"{{"containers": [{{"resources": {{"requests": {{"cpu": "{cpu}"}}}}}}]}}"#);
            spec(Release::V1_36, &json)
        };
        assert!(pod("1").equals(&pod("1000m")));
        // Amounts are rounded up to thousandths.
        assert!(pod("1u").equals(&pod("1m")));
        assert!(!pod("1").equals(&pod("1001m")));
    }

    #[test]
    fn an_empty_port_name_is_not_the_port_0() {
        let pod = |port: &str| {
            let json =
                format!(r#"{{"containers": [{{"livenessProbe": {{"tcpSocket": {{"port": {port}}}}}}}]}}"#);
            spec(Release::V1_36, &json)
        };
        assert!(pod("0").equals(&pod("null")));
        assert!(!pod("0").equals(&pod("\"\"")));
    }

    #[test]
    fn volumes_have_a_source_by_default() {
        let volumes = spec(Release::V1_36, r#"{"volumes": [{"name": "a"}, {"name": "b", "nfs": {}}]}"#);
        assert_eq!(volumes.part_to_go_json("volumes[0].emptyDir"), r#"{"Medium":"","SizeLimit":null}"#);
        assert_eq!(volumes.part_to_go_json("volumes[1].emptyDir"), "null");
    }

    #[test]
    fn wrong_types_are_named() {
        let path = |json: &str| {
            let k8s = Kubernetes::new(Release::V1_36);
            SpecTree::read(&k8s, &format!(r#"{{"spec": {json}}}"#), true).map(|_| ()).unwrap_err().path
        };
        assert_eq!(path(r#"{"hostAliases": [{}, {"ip": 7}]}"#), "spec.hostAliases[1].ip");
        assert_eq!(path(r#"{"nodeSelector": {"a": []}}"#), "spec.nodeSelector[a]");
        assert_eq!(path(r#"{"priority": 2147483648}"#), "spec.priority");
        assert_eq!(path(r#"{"priority": 1.0}"#), "spec.priority");
        assert_eq!(path(r#"{"containers": {}}"#), "spec.containers");
        assert_eq!(
            path(r#"{"volumes": [{"emptyDir": {"sizeLimit": "1K"}}]}"#),
            "spec.volumes[0].emptyDir.sizeLimit"
        );
    }

    #[test]
    fn parts_are_copied_where_both_have_their_holder() {
        let old =
            spec(Release::V1_36, r#"{"affinity": {"nodeAffinity": {}}, "containers": [{"image": "a"}]}"#);
        let mut new = spec(Release::V1_36, r#"{"containers": [{"image": "b"}, {"image": "c"}]}"#);
        new.copy(&old, "affinity.nodeAffinity");
        assert!(!new.has("affinity"));
        new.copy(&old, "affinity");
        assert!(new.has("affinity.nodeAffinity"));
        new.copy(&old, "containers[].image");
        assert_eq!(new.part_to_go_json("containers[0].image"), "\"a\"");
        assert_eq!(new.part_to_go_json("containers[1].image"), "\"c\"");
    }

    #[test]
    fn a_diff_of_a_huge_pod_is_exact() {
        let pod = |image: &str| {
            let containers: alloc::vec::Vec<_> =
                (0..1000).map(|i| format!(r#"{{"name": "c{i}", "image": "{image}{}"}}"#, i % 7)).collect();
            spec(Release::V1_37, &format!(r#"{{"containers": [{}]}}"#, containers.join(",")))
        };
        let diff = pod("a").diff_to(&pod("b"));
        let is_change = |line: &&str| line.starts_with(['-', '+']);
        let changed: alloc::vec::Vec<_> =
            diff.lines().filter(is_change).filter_map(|line| line.split(':').next()).collect();
        let expected = ["-   \"Image\"", "+   \"Image\""];
        assert_eq!(changed.len(), 2000);
        assert!(changed.chunks(2).all(|pair| pair == expected));
    }
}
