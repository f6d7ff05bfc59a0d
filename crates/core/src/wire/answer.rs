//! Writes the answer object, field by field.

use alloc::string::String;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::error::InputError;

/// An answer under way.
pub(crate) struct Answer {
    out: String,
    id: Option<String>,
}

impl Answer {
    pub(crate) fn new() -> Self {
        Answer { out: String::from("{"), id: None }
    }

    /// Keeps the request's id, to give it back as it came.
    pub(crate) fn id(&mut self, id: Option<&RawValue>) {
        self.id = id.map(|raw| String::from(raw.get()));
    }

    /// Adds one field.
    pub(crate) fn put<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) {
        // Our own answers hold nothing that JSON cannot: only a map with non-text keys could fail.
        if let (Ok(name), Ok(value)) = (serde_json::to_string(name), serde_json::to_string(value)) {
            if self.out.len() > 1 {
                self.out.push(',');
            }
            self.out.push_str(&name);
            self.out.push(':');
            self.out.push_str(&value);
        }
    }

    /// Adds one field if there is a value.
    pub(crate) fn put_some<T: Serialize>(&mut self, name: &str, value: Option<&T>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }

    /// Adds every field of a struct that serialises to an object.
    pub(crate) fn put_all<T: Serialize>(&mut self, fields: &T) {
        if let Ok(object) = serde_json::to_string(fields) {
            let inner = object.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or_default();
            if !inner.is_empty() {
                if self.out.len() > 1 {
                    self.out.push(',');
                }
                self.out.push_str(inner);
            }
        }
    }

    pub(crate) fn finish(mut self) -> String {
        if let Some(id) = self.id.take() {
            if self.out.len() > 1 {
                self.out.push(',');
            }
            self.out.push_str("\"id\":");
            self.out.push_str(&id);
        }
        self.out.push('}');
        self.out
    }

    /// The answer for input that cannot be read; what was written before is dropped.
    pub(crate) fn finish_error(mut self, error: &InputError) -> String {
        self.out.truncate(1);
        self.put("error", &error.message);
        self.put("code", error.code.as_str());
        self.put("path", &error.path);
        self.finish()
    }
}
