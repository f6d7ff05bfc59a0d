//! Reads manifests: YAML or JSON, several documents a file, lists as `kubectl get -o yaml` prints them.

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};

use podverdict::error::InputError;
use podverdict::model::Pod;
use serde_json::Value;

use crate::Failure;

/// One API object and where it came from.
pub(crate) struct Document {
    /// Where it came from.
    pub(crate) origin: Origin,
    /// The object.
    pub(crate) object: Value,
}

/// The file, the document in it (from 1), and the item of a list.
#[derive(Clone)]
pub(crate) struct Origin {
    file: PathBuf,
    document: Option<usize>,
    item: Option<usize>,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.file.as_os_str() == "-" {
            f.write_str("standard input")?;
        } else {
            write!(f, "{}", self.file.display())?;
        }
        if let Some(document) = self.document {
            write!(f, ", document {document}")?;
        }
        if let Some(item) = self.item {
            write!(f, ", items[{item}]")?;
        }
        Ok(())
    }
}

impl Document {
    /// The object's kind; empty if it names none.
    pub(crate) fn kind(&self) -> &str {
        self.object.get("kind").and_then(Value::as_str).unwrap_or_default()
    }

    /// How many pods a workload makes; `None` for a pod itself.
    pub(crate) fn replicas(&self) -> Option<u64> {
        let field = match self.kind() {
            "Deployment" | "ReplicaSet" | "StatefulSet" | "ReplicationController" => "/spec/replicas",
            "Job" => "/spec/parallelism",
            "CronJob" => "/spec/jobTemplate/spec/parallelism",
            _ => return None,
        };
        Some(self.object.pointer(field).and_then(Value::as_u64).unwrap_or(1))
    }

    /// The object as JSON text.
    pub(crate) fn json(&self) -> String {
        self.object.to_string()
    }
}

/// Reads every object of a file; `-` is standard input.
pub(crate) fn read(path: &Path) -> Result<Vec<Document>, Failure> {
    let origin = Origin { file: path.to_owned(), document: None, item: None };
    let fail = |e: &dyn fmt::Display| Failure::new(format!("{origin}: {e}"));
    let mut text = String::new();
    if path.as_os_str() == "-" {
        std::io::stdin().lock().read_to_string(&mut text).map_err(|e| fail(&e))?;
    } else {
        text = std::fs::read_to_string(path).map_err(|e| fail(&e))?;
    }
    let mut objects = Vec::new();
    let json = text.trim_start().starts_with(['{', '[']);
    let documents = if json { from_json(&text) } else { from_yaml(&text) };
    let documents =
        documents.map_err(|(n, message)| Failure::new(format!("{origin}, document {n}: {message}")))?;
    let several = documents.len() > 1;
    for (n, object) in documents.into_iter().enumerate() {
        let origin = Origin { document: several.then(|| n.saturating_add(1)), ..origin.clone() };
        spread(object, origin, &mut objects)?;
    }
    if objects.is_empty() {
        return Err(fail(&"there is no object in it"));
    }
    Ok(objects)
}

/// Takes a list apart; everything else is one object.
fn spread(mut object: Value, origin: Origin, out: &mut Vec<Document>) -> Result<(), Failure> {
    if object.is_null() {
        return Ok(());
    }
    if !object.is_object() {
        return Err(Failure::new(format!("{origin}: a Kubernetes object is a map, this is not")));
    }
    let is_list = object.get("kind").and_then(Value::as_str).is_some_and(|kind| kind.ends_with("List"));
    match object.get_mut("items").map(Value::take) {
        Some(Value::Array(items)) if is_list => {
            for (n, item) in items.into_iter().enumerate() {
                spread(item, Origin { item: Some(n), ..origin.clone() }, out)?;
            }
        }
        _ => out.push(Document { origin, object }),
    }
    Ok(())
}

/// The number of the document that cannot be read, and why.
type Unreadable = (usize, String);

fn from_json(text: &str) -> Result<Vec<Value>, Unreadable> {
    let mut out = Vec::new();
    for document in serde_json::Deserializer::from_str(text).into_iter() {
        match document {
            Ok(value) => out.push(value),
            Err(e) => return Err((out.len().saturating_add(1), e.to_string())),
        }
    }
    Ok(out)
}

fn from_yaml(text: &str) -> Result<Vec<Value>, Unreadable> {
    // The limits guard against aliases that blow up; a dump of a large cluster must still pass.
    let most = text.len().max(1024);
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: most,
            max_nodes: most,
            max_documents: most,
            max_total_scalar_bytes: most,
            max_reader_input_bytes: None,
        },
    };
    serde_saphyr::from_multiple_with_options(text, options).map_err(|e| {
        let before = e.location().map_or(text, |at| {
            let end =
                text.split_inclusive('\n').take(usize::try_from(at.line()).unwrap_or(0)).map(str::len).sum();
            text.get(..end).unwrap_or(text)
        });
        let document = before.lines().filter(|line| line.trim_end() == "---").count();
        (document.max(1), e.to_string())
    })
}

/// A pod and where it came from.
pub(crate) struct PodFile {
    /// Where it came from.
    pub(crate) origin: Origin,
    /// The pod.
    pub(crate) pod: Pod,
}

/// Reads the pods of some files; a Deployment, Job or the like counts as the pod it makes. Objects of other kinds are an
/// error if there is no pod at all.
pub(crate) fn pods(paths: &[PathBuf]) -> Result<Vec<PodFile>, Failure> {
    let mut pods = Vec::new();
    let mut others = Vec::new();
    for path in paths {
        for document in read(path)? {
            match pod_of(&document)? {
                Some(pod) => pods.push(PodFile { origin: document.origin, pod }),
                None => others.push(format!("{} is a {}", document.origin, document.kind())),
            }
        }
    }
    if pods.is_empty() {
        return Err(Failure::new(format!("there is no pod: {}", others.join("; "))));
    }
    Ok(pods)
}

/// Reads the objects of one kind of some files, which must hold no other.
pub(crate) fn of_kind<T>(
    paths: &[PathBuf],
    kind: &str,
    parse: impl Fn(&str) -> Result<T, InputError>,
) -> Result<Vec<T>, Failure> {
    let mut out = Vec::new();
    for document in paths.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?.into_iter().flatten()
    {
        if document.kind() != kind {
            let found = if document.kind().is_empty() { "an object without kind" } else { document.kind() };
            return Err(Failure::new(format!("{}: a {kind} is wanted here, not {found}", document.origin)));
        }
        let parsed = parse(&document.json());
        out.push(parsed.map_err(|e| Failure::new(format!("{}: {e}", document.origin)))?);
    }
    Ok(out)
}

/// The pod of a document: a Pod, or the template of a workload.
pub(crate) fn pod_of(document: &Document) -> Result<Option<Pod>, Failure> {
    let object = &document.object;
    let (json, at) = match document.kind() {
        "Pod" => (document.json(), ""),
        "" if object.pointer("/spec/containers").is_some() => (document.json(), ""),
        "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet" | "Job" | "ReplicationController" => {
            (template(object.pointer("/spec/template"), object), "spec.template.")
        }
        "CronJob" => (
            template(object.pointer("/spec/jobTemplate/spec/template"), object),
            "spec.jobTemplate.spec.template.",
        ),
        "PodTemplate" => (template(object.get("template"), object), "template."),
        _ => return Ok(None),
    };
    match Pod::from_json(&json) {
        Ok(pod) => Ok(Some(pod)),
        Err(e) => Err(Failure::new(format!("{}: {at}{e}", document.origin))),
    }
}

/// The pod a template makes, with the workload's name and namespace.
fn template(template: Option<&Value>, owner: &Value) -> String {
    let mut pod = template.cloned().unwrap_or_default();
    if let (Some(pod), Some(meta)) = (pod.as_object_mut(), owner.get("metadata")) {
        let entry = pod.entry("metadata").or_insert_with(|| Value::Object(serde_json::Map::new()));
        if let Some(entry) = entry.as_object_mut() {
            for key in ["name", "namespace"] {
                if let Some(value) = meta.get(key) {
                    entry.entry(key).or_insert_with(|| value.clone());
                }
            }
        }
    }
    pod.to_string()
}

/// `namespace/name`.
pub(crate) fn pod_name(pod: &Pod) -> String {
    let meta = &pod.metadata;
    let name = if meta.name.is_empty() { &meta.generate_name } else { &meta.name };
    if meta.namespace.is_empty() { name.to_string() } else { format!("{}/{name}", meta.namespace) }
}

/// Whether a pod is the one of this name, `name` or `namespace/name`.
pub(crate) fn is_called(pod: &Pod, name: &str) -> bool {
    pod.metadata.name == name || pod_name(pod) == name
}
