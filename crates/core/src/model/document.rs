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
use alloc::vec::Vec;

use serde::Serialize;
use smol_str::SmolStr;

use super::{Container, Pod, PodSpec, ResourceRequirements};
use crate::error::{InputError, parse};
use crate::release::Kubernetes;
use path::{Step, steps};
use read::Reader;
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
        let spec = SpecTree::read(k8s, json, defaults)?;
        Ok(PodDocument { pod: parse("", json)?, spec })
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
        Ok(SpecTree { root: Reader::new(k8s, defaults).spec_of_pod(pod_json)?, k8s: *k8s })
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
        path::any_holder(&self.root, &steps(path), &mut |object, name| match object.get(name) {
            None => false,
            Some(Value::List(items)) => !items.is_empty(),
            Some(Value::Map(map)) => !map.is_empty(),
            Some(_) => true,
        })
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
        path::each_holder(&mut self.root, &steps(path), &mut |object, name| {
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
        take(&reader, spec, "resources", &before.resources, &after.resources);
        take(&reader, spec, "resourceClaims", &before.resource_claims, &after.resource_claims);
        take(&reader, spec, "workloadRef", &before.workload_ref, &after.workload_ref);
        take(&reader, spec, "schedulingGroup", &before.scheduling_group, &after.scheduling_group);
        for (list, before, after) in [
            ("initContainers", &before.init_containers, &after.init_containers),
            ("containers", &before.containers, &after.containers),
            ("ephemeralContainers", &before.ephemeral_containers, &after.ephemeral_containers),
        ] {
            let objects = spec.list_mut(list).iter_mut().filter_map(Value::as_object_mut);
            for (object, (before, after)) in objects.zip(before.iter().zip(after)) {
                take_container(&reader, object, before, after);
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

    /// Brings over the pod-level resources if defaulting has changed them.
    pub(crate) fn take_pod_resources(
        &mut self,
        before: Option<&ResourceRequirements>,
        after: Option<&ResourceRequirements>,
    ) {
        take(&Reader::new(&self.k8s, false), &mut self.root, "resources", &before, &after);
    }

    /// Whether any of the texts that are there passes a test.
    pub(crate) fn any_text(&self, path: &str, test: impl Fn(&str) -> bool) -> bool {
        path::any_holder(&self.root, &steps(path), &mut |object, name| {
            object.get(name).and_then(Value::as_text).is_some_and(&test)
        })
    }

    /// Sets the texts that are there.
    pub(crate) fn replace_texts(&mut self, path: &str, text: &'static str) {
        path::each_holder(&mut self.root, &steps(path), &mut |object, name| {
            if let Some(value) = object.get_mut(name) {
                *value = Value::Text(SmolStr::new_static(text));
            }
        });
    }

    /// Keeps the items of a list, or of several lists, that pass a test. A list of which none is left becomes nil.
    pub(crate) fn retain_items(&mut self, path: &str, keep: &mut dyn FnMut(Item<'_>) -> bool) {
        path::each_holder(&mut self.root, &steps(path), &mut |object, name| {
            let Some(Value::List(items)) = object.get_mut(name) else { return };
            items.retain(|item| item.as_object().is_none_or(|item| keep(Item(item))));
            if items.is_empty() {
                object.remove(name);
            }
        });
    }

    /// Removes a field of the objects; an object that held only this field goes with it.
    pub(crate) fn remove_last_field(&mut self, path: &str, field: &str) {
        path::each_holder(&mut self.root, &steps(path), &mut |object, name| {
            let Some(Value::Object(holder)) = object.get_mut(name) else { return };
            if holder.remove(field).is_some() && holder.rows().is_empty() {
                object.remove(name);
            }
        });
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

fn take_container(reader: &Reader<'_>, object: &mut Object, before: &Container, after: &Container) {
    take(reader, object, "resources", &before.resources, &after.resources);
    take(reader, object, "resizePolicy", &before.resize_policy, &after.resize_policy);
    take(reader, object, "restartPolicy", &before.restart_policy, &after.restart_policy);
    take(reader, object, "restartPolicyRules", &before.restart_policy_rules, &after.restart_policy_rules);
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
