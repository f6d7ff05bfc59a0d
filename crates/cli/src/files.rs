//! Reads manifests: YAML or JSON, several documents a file, lists as `kubectl get -o yaml` prints them.

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};

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
