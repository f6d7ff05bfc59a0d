//! Bad values as upstream prints them: Go's JSON.

use alloc::string::String;

use serde::Serialize;

use crate::field::BadValue;

/// A value as JSON, with the characters escaped that Go escapes and serde_json does not.
pub(crate) fn go_json<T: Serialize + ?Sized>(value: &T) -> BadValue {
    // Our own values hold nothing that JSON cannot.
    let text = serde_json::to_string(value).unwrap_or_default();
    if !text.contains(['<', '>', '&', '\u{2028}', '\u{2029}']) {
        return BadValue::Json(text);
    }
    let mut out = String::with_capacity(text.len().saturating_add(16));
    for c in text.chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            c => out.push(c),
        }
    }
    BadValue::Json(out)
}
