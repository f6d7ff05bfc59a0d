//! Writes the answer object, field by field.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::error::InputError;

/// An answer under way.
pub(crate) struct Answer {
    /// JSON without the closing brace.
    out: Vec<u8>,
    id: Option<String>,
}

impl Answer {
    pub(crate) fn new() -> Self {
        let mut out = Vec::with_capacity(1024);
        out.push(b'{');
        Answer { out, id: None }
    }

    /// Keeps the request's id, to give it back as it came.
    pub(crate) fn id(&mut self, id: Option<&RawValue>) {
        self.id = id.map(|id| String::from(id.get()));
    }

    /// Adds one field, whose name needs no escapes.
    pub(crate) fn put<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) {
        let before = self.out.len();
        self.name(name);
        // Our own answers hold nothing that JSON cannot: only a map with non-text keys could fail.
        if !write(&mut self.out, value) {
            self.out.truncate(before);
        }
    }

    fn name(&mut self, name: &'static str) {
        if self.out.len() > 1 {
            self.out.push(b',');
        }
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
    }

    /// Adds one field if there is a value.
    pub(crate) fn put_some<T: Serialize>(&mut self, name: &'static str, value: Option<&T>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }

    /// Adds every field of a struct that serialises to an object.
    pub(crate) fn put_all<T: Serialize>(&mut self, fields: &T) {
        let before = self.out.len();
        let written = write(&mut self.out, fields);
        match self.out.get_mut(before..) {
            // The object's own brace becomes the comma after the fields before it.
            Some([open @ b'{', .., b'}']) if written && before > 1 => {
                *open = b',';
                self.out.pop();
            }
            Some([b'{', .., b'}']) if written => {
                self.out.remove(before);
                self.out.pop();
            }
            _ => self.out.truncate(before),
        }
        // An object without fields.
        if self.out.get(before..) == Some(b",") {
            self.out.truncate(before);
        }
    }

    pub(crate) fn finish(mut self) -> String {
        if let Some(id) = self.id.take() {
            self.name("id");
            self.out.extend_from_slice(id.as_bytes());
        }
        self.out.push(b'}');
        // serde_json writes UTF-8.
        String::from_utf8(self.out).unwrap_or_default()
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

/// Appends a value; says whether JSON can hold it. What was written of one that it cannot hold stays behind.
#[cfg(feature = "std")]
fn write<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) -> bool {
    value.serialize(&mut serde_json::Serializer::new(out)).is_ok()
}

/// Appends a value; says whether JSON can hold it. Without `std` serde_json writes only into memory of its own.
#[cfg(not(feature = "std"))]
fn write<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) -> bool {
    let written = serde_json::to_vec(value);
    written.map(|text| out.extend_from_slice(&text)).is_ok()
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;

    use super::Answer;
    use crate::error::{ErrorCode, InputError};

    #[test]
    fn fields_of_objects_stand_among_the_others() {
        let empty: BTreeMap<&str, u8> = BTreeMap::new();
        let two = BTreeMap::from([("a", 1), ("b", 2)]);
        let mut answer = Answer::new();
        answer.put_all(&empty);
        answer.put_all(&two);
        answer.put_all(&empty);
        answer.put("c", "\"");
        answer.put_some("d", None::<&u8>);
        answer.put_all(&BTreeMap::from([("e", 5)]));
        // What is no object has no fields.
        answer.put_all(&7);
        assert_eq!(answer.finish(), r#"{"a":1,"b":2,"c":"\"","e":5}"#);
    }

    #[test]
    fn what_cannot_be_written_leaves_nothing_behind() {
        let mut answer = Answer::new();
        answer.put("a", &1);
        answer.put("b", &BTreeMap::from([((), 1)]));
        answer.put_all(&BTreeMap::from([((), 1)]));
        assert_eq!(answer.finish(), r#"{"a":1}"#);
    }

    #[test]
    fn an_error_drops_what_was_there() {
        let mut answer = Answer::new();
        answer.put("a", &1);
        let error = InputError::new(ErrorCode::UnknownOp, "op", "what?");
        assert_eq!(answer.finish_error(&error), r#"{"error":"what?","code":"unknown_op","path":"op"}"#);
    }
}
