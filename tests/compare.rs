//! Compares an answer with a recorded one: ours must contain every field of the recorded one with the same value. Field
//! errors are a multiset of type, field, detail and bad value; line offsets of diffs (`@@ … @@`) do not count.
//! `"error": true` wants any error.

use serde_json::Value;

/// Where `ours` lacks or contradicts something of `want`.
pub(crate) fn contains(ours: &Value, want: &Value, path: &str) -> Option<String> {
    match (ours, want) {
        (Value::Object(a), Value::Object(b)) => b.iter().find_map(|(key, value)| {
            let here = format!("{path}.{key}");
            match a.get(key) {
                None if value.is_null() => None,
                None => Some(format!("{here}: missing")),
                Some(Value::String(_)) if key == "error" && *value == Value::Bool(true) => None,
                Some(mine) if key == "errors" => {
                    let (mine, theirs) = (errors(mine), errors(value));
                    (mine != theirs).then(|| format!("{here}:\n  ours   {mine:?}\n  theirs {theirs:?}"))
                }
                Some(mine) => contains(mine, value, &here),
            }
        }),
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().find_map(|(i, (x, y))| contains(x, y, &format!("{path}[{i}]")))
        }
        (Value::String(a), Value::String(b)) if without_offsets(a) == without_offsets(b) => None,
        _ if ours == want => None,
        _ => Some(format!("{path}: ours {ours}, theirs {want}")),
    }
}

fn errors(list: &Value) -> Vec<String> {
    let key = |e: &Value| {
        let detail = without_offsets(e["detail"].as_str().unwrap_or_default());
        format!("{} {} {detail:?} {}", e["type"], e["field"], e["badValue"])
    };
    let mut out: Vec<String> = list.as_array().into_iter().flatten().map(key).collect();
    out.sort();
    out
}

fn without_offsets(text: &str) -> String {
    text.split('\n')
        .map(|line| if line.starts_with("@@ ") { "@@" } else { line })
        .collect::<Vec<_>>()
        .join("\n")
}
