//! Reads a request: its fields stay JSON text until the op asks for them, so that an error can name its field.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{Deserialize, Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::split;
pub(crate) use crate::error::parse;
use crate::error::{ErrorCode, InputError};
use crate::model::{Key, Pod, PodDocument, RuntimePodStatus};
use crate::release::Kubernetes;
use crate::validate;

/// The fields of a request that no one has taken yet.
pub(crate) struct Fields<'a> {
    entries: Vec<(Cow<'a, str>, &'a str)>,
    early: Early,
}

/// Values that every op which has them reads by the same type. They are read while the request is split, where that goes well;
/// where it does not, reading their text once more finds the error.
#[derive(Default)]
struct Early {
    pod: Option<Box<Pod>>,
    old_pod: Option<Box<Pod>>,
    pod_status: Option<Box<RuntimePodStatus>>,
}

impl Early {
    /// Reads the value that starts here, if its name says its type; gives its length. Of a name that comes twice the last value
    /// counts.
    fn read(&mut self, name: &str, text: &str) -> Option<usize> {
        match name {
            "pod" => object(&mut self.pod, text),
            "oldPod" => object(&mut self.old_pod, text),
            "podStatus" => object(&mut self.pod_status, text),
            _ => None,
        }
    }
}

/// Reads the object at the start of a text; gives its length.
fn object<'a, T: Deserialize<'a>>(slot: &mut Option<Box<T>>, text: &'a str) -> Option<usize> {
    *slot = None;
    if !text.starts_with('{') {
        return None;
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<T>();
    *slot = Some(Box::new(values.next()?.ok()?));
    Some(values.byte_offset())
}

/// The fields of a JSON object, read by serde_json from the first byte to the last.
pub(super) fn read_whole(text: &str) -> Result<Vec<(Cow<'_, str>, &str)>, serde_json::Error> {
    struct Entries;
    impl<'de> Visitor<'de> for Entries {
        type Value = Vec<(Cow<'de, str>, &'de str)>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a request object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut entries = Vec::with_capacity(8);
            while let Some((Key(key), value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
                entries.push((key, value.get()));
            }
            Ok(entries)
        }
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let entries = deserializer.deserialize_map(Entries)?;
    deserializer.end()?;
    Ok(entries)
}

impl<'a> Fields<'a> {
    /// Splits a request into its fields.
    pub(crate) fn read(text: &'a str) -> Result<Self, InputError> {
        let mut early = Early::default();
        if let Some(entries) = split::fields(text, |name, value| early.read(name, value)) {
            return Ok(Fields { entries, early });
        }
        let entries = read_whole(text).map_err(|e| {
            let message = format!("the request is not a JSON object: {e}");
            InputError::new(ErrorCode::Malformed, "", message)
        })?;
        Ok(Fields { entries, early: Early::default() })
    }

    /// Takes inputs that are apart already, each one JSON value.
    pub(crate) fn apart(inputs: &[(&'a str, &'a str)]) -> Self {
        const SPACE: [char; 4] = [' ', '\n', '\r', '\t'];
        let entry = |(name, text): &(&'a str, &'a str)| (Cow::Borrowed(*name), text.trim_matches(SPACE));
        Fields { entries: inputs.iter().map(entry).collect(), early: Early::default() }
    }

    /// Takes a field as JSON text; `null` counts as absent. Where a key comes twice the last one counts.
    pub(crate) fn raw(&mut self, name: &str) -> Option<&'a str> {
        let mut found = None;
        self.entries.retain(|(key, value)| {
            let hit = key == name;
            if hit {
                found = Some(*value);
            }
            !hit
        });
        found.filter(|text| *text != "null")
    }

    /// Takes a field that says `null`, and gives whether it did; for the ops where that is not the same as absent.
    pub(crate) fn null(&mut self, name: &str) -> bool {
        let null =
            self.entries.iter().rev().find(|(key, _)| key == name).is_some_and(|(_, text)| *text == "null");
        if null {
            self.raw(name);
        }
        null
    }

    /// Takes a field, if it is there and not `null`.
    pub(crate) fn optional<T: Deserialize<'a>>(&mut self, name: &str) -> Result<Option<T>, InputError> {
        self.raw(name).map(|text| parse(name, text)).transpose()
    }

    /// Takes a field that must be there.
    pub(crate) fn required<T: Deserialize<'a>>(&mut self, name: &str) -> Result<T, InputError> {
        self.optional(name)?.ok_or_else(|| missing(name))
    }

    /// Takes a field, or its default if it is absent.
    pub(crate) fn or_default<T: Deserialize<'a> + Default>(&mut self, name: &str) -> Result<T, InputError> {
        Ok(self.optional(name)?.unwrap_or_default())
    }

    /// Takes `pod` or `oldPod`, if it is there and not `null`.
    pub(crate) fn optional_pod(&mut self, name: &str) -> Result<Option<Pod>, InputError> {
        let early = self.early_pod(name);
        self.read_early(name, early)
    }

    fn early_pod(&mut self, name: &str) -> Option<Box<Pod>> {
        match name {
            "pod" => self.early.pod.take(),
            "oldPod" => self.early.old_pod.take(),
            _ => None,
        }
    }

    /// Takes `pod` or `oldPod`, which must be there.
    pub(crate) fn pod(&mut self, name: &str) -> Result<Pod, InputError> {
        self.optional_pod(name)?.ok_or_else(|| missing(name))
    }

    /// Takes `pod` or `oldPod`, which must be there, with all of its spec.
    pub(crate) fn pod_document(
        &mut self,
        k8s: &Kubernetes,
        name: &str,
        defaults: bool,
    ) -> Result<PodDocument, InputError> {
        let early = self.early_pod(name);
        let text = self.raw(name).ok_or_else(|| missing(name))?;
        validate::read_document_around(k8s, early.map(|pod| *pod), text, defaults)
            .map_err(|error| error.below(name))
    }

    /// Takes `podStatus`; the empty one if it is absent.
    pub(crate) fn pod_status(&mut self) -> Result<RuntimePodStatus, InputError> {
        let early = self.early.pod_status.take();
        Ok(self.read_early("podStatus", early)?.unwrap_or_default())
    }

    /// Takes a field that may have been read already.
    fn read_early<T: Deserialize<'a>>(
        &mut self,
        name: &str,
        early: Option<Box<T>>,
    ) -> Result<Option<T>, InputError> {
        match (self.raw(name), early) {
            (Some(_), Some(value)) => Ok(Some(*value)),
            (text, _) => text.map(|text| parse(name, text)).transpose(),
        }
    }

    /// Takes a flag that is on unless it says `false`.
    pub(crate) fn flag(&mut self, name: &str) -> Result<bool, InputError> {
        Ok(self.optional(name)?.unwrap_or(true))
    }

    /// Ends the reading: a field that no one took is an error.
    pub(crate) fn finish(mut self, op: &str) -> Result<(), InputError> {
        // Every op takes these, also where they change nothing.
        for common in ["defaults", "prepare"] {
            self.optional::<bool>(common)?;
        }
        match self.entries.first() {
            None => Ok(()),
            Some((key, _)) => Err(InputError::new(
                ErrorCode::UnknownField,
                key.as_ref(),
                format!("{op} has no field {key:?}"),
            )),
        }
    }
}

pub(super) fn missing(name: &str) -> InputError {
    InputError::new(ErrorCode::MissingField, name, format!("this op needs {name:?}"))
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use crate::release::{Kubernetes, Release};
    use crate::wire::{evaluate_for, evaluate_op};

    /// Inputs that come apart are not read early.
    #[test]
    fn what_is_read_early_answers_as_what_is_read_late() {
        const POD: &str = r#"{"spec": {"containers": [{"name": "c", "restartPolicy": "Never"}]}}"#;
        const OTHER: &str = r#"{"spec": {"containers": [{"name": "d"}]}, "status": {"phase": "Failed"}}"#;
        let texts = [POD, OTHER, "{}", "null", "7", "[]", r#"{"spec": 7}"#, r#"{"spec": {}, "spec" {}}"#];
        let k8s = Kubernetes::new(Release::V1_37);
        for op in
            ["restart_decision", "pod_phase", "resize_feasible", "validate_pod_update", "qos", "quantity"]
        {
            for name in ["pod", "oldPod", "podStatus"] {
                for first in texts {
                    for second in texts {
                        let request = format!(
                            r#"{{"op": "{op}", "{name}": {first}, "exitCode": 1, "{name}": {second}, "oldPod": {POD}}}"#
                        );
                        let apart = [(name, first), ("exitCode", "1"), (name, second), ("oldPod", POD)];
                        let answer = evaluate_for(Some(Release::V1_37), request.as_bytes());
                        assert_eq!(answer, evaluate_op(&k8s, op, &apart), "{request}");
                    }
                }
            }
        }
    }
}
