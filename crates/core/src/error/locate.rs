//! Finds the field path at a position of a JSON text, for error messages.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Fields of the API that are maps: what follows them is a key, not a field name.
const MAPS: &[&str] = &[
    "allocatable",
    "allocatedResources",
    "annotations",
    "capacity",
    "gates",
    "labels",
    "limits",
    "liveness",
    "matchLabels",
    "nodeSelector",
    "overhead",
    "requests",
    "startup",
];

enum Frame<'a> {
    /// Inside an object: the key under way, and whether this object is a map.
    Object { key: Option<Cow<'a, str>>, is_map: bool },
    /// Inside an array: the index under way.
    Array(usize),
}

/// The path of the value that ends at, or holds, the given line and column (as serde_json counts them, from 1).
pub(crate) fn locate(text: &str, line: usize, column: usize) -> String {
    let mut stack: Vec<Frame<'_>> = Vec::new();
    let mut expects_key = false;
    let (mut at_line, mut at_column) = (1usize, 0usize);
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((start, byte)) = bytes.next() {
        at_column = at_column.saturating_add(1);
        if (at_line, at_column) > (line, column) {
            break;
        }
        match byte {
            b'\n' => {
                at_line = at_line.saturating_add(1);
                at_column = 0;
            }
            b'"' => {
                let mut escaped = false;
                let mut end = start;
                for (i, b) in bytes.by_ref() {
                    at_column = at_column.saturating_add(1);
                    end = i;
                    match b {
                        _ if escaped => escaped = false,
                        b'\\' => escaped = true,
                        b'"' => break,
                        _ => {}
                    }
                }
                if expects_key {
                    let token = text.get(start..end.saturating_add(1)).unwrap_or_default();
                    let name = serde_json::from_str::<String>(token).map_or(Cow::Borrowed(token), Cow::Owned);
                    if let Some(Frame::Object { key, .. }) = stack.last_mut() {
                        *key = Some(name);
                    }
                    expects_key = false;
                }
            }
            b'{' => {
                let is_map = matches!(stack.last(), Some(Frame::Object { key: Some(key), is_map: false }) if MAPS.contains(&key.as_ref()));
                stack.push(Frame::Object { key: None, is_map });
                expects_key = true;
            }
            // A list that is wrong as a whole is not entered.
            b'[' if (at_line, at_column) == (line, column) => break,
            b'[' => {
                stack.push(Frame::Array(0));
                expects_key = false;
            }
            b',' if (at_line, at_column) < (line, column) => match stack.last_mut() {
                Some(Frame::Object { key, .. }) => {
                    *key = None;
                    expects_key = true;
                }
                Some(Frame::Array(index)) => *index = index.saturating_add(1),
                None => {}
            },
            b'}' | b']' if (at_line, at_column) < (line, column) => {
                stack.pop();
                expects_key = false;
            }
            _ => {}
        }
    }
    let mut path = String::new();
    for frame in &stack {
        match frame {
            Frame::Object { key: Some(key), is_map: true } => path.push_str(&format!("[{key}]")),
            Frame::Object { key: Some(key), is_map: false } => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
            }
            Frame::Object { key: None, .. } => {}
            Frame::Array(index) => path.push_str(&format!("[{index}]")),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::locate;

    #[test]
    fn names_fields_keys_and_indexes() {
        let text = r#"{"spec": {"containers": [{"name": "a"}, {"resources": {"requests": {"cpu": 7x"#;
        assert_eq!(locate(text, 1, text.len()), "spec.containers[1].resources.requests[cpu]");
    }

    #[test]
    fn a_comma_after_the_value_still_belongs_to_it() {
        let text = r#"{"spec": {"a": [1, "b"], "c": true}}"#;
        let at = text.find("],").unwrap() + 1;
        assert_eq!(locate(text, 1, at), "spec.a[1]");
    }
}
