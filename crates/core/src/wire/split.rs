//! Splits a JSON object into its fields without looking into them.
//!
//! Every value is read by its type later, and what is wrong in it is found then; to read it here as well would cost about a
//! fifth of an answer. Values whose type their name says are read on the way, so that nobody looks for their ends.

use alloc::borrow::Cow;
use alloc::vec::Vec;

/// The fields of a JSON object, each with its value's text, in order.
///
/// `None` where the text is no object, and where only a whole reader can tell: a name with escapes, for one. Of a text that
/// is JSON the fields are right; of one that is not, a field's text may be no JSON value.
///
/// `read` is given every field's name and the text from its value on. It may read that value, and then says how long it is.
pub(super) fn fields<'a>(
    text: &'a str,
    mut read: impl FnMut(&str, &'a str) -> Option<usize>,
) -> Option<Vec<(Cow<'a, str>, &'a str)>> {
    let bytes = text.as_bytes();
    let mut entries = Vec::with_capacity(8);
    let mut at = after(bytes, space(bytes, 0), b'{')?;
    if bytes.get(space(bytes, at)) == Some(&b'}') {
        at = space(bytes, at);
    } else {
        loop {
            let from = after(bytes, space(bytes, at), b'"')?;
            let to = string_end(bytes, from)?;
            let name = text.get(from..to.checked_sub(1)?)?;
            if name.bytes().any(|byte| byte == b'\\' || byte < b' ') {
                return None;
            }
            let start = space(bytes, after(bytes, space(bytes, to), b':')?);
            let end = match read(name, text.get(start..)?) {
                Some(length) => start.checked_add(length)?,
                None => value_end(bytes, start)?,
            };
            entries.push((Cow::Borrowed(name), text.get(start..end)?));
            at = space(bytes, end);
            match bytes.get(at)? {
                b',' => at = at.checked_add(1)?,
                b'}' => break,
                _ => return None,
            }
        }
    }
    let end = space(bytes, after(bytes, at, b'}')?);
    (end == bytes.len()).then_some(entries)
}

/// The place after `byte`, if it stands here.
fn after(bytes: &[u8], at: usize, byte: u8) -> Option<usize> {
    if bytes.get(at) == Some(&byte) { at.checked_add(1) } else { None }
}

/// The place after white space.
fn space(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let length = rest.iter().position(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t'));
    at.saturating_add(length.unwrap_or(rest.len()))
}

/// The place after the closing quote of a string whose text starts here.
fn string_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let length = memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        at = at.checked_add(length)?;
        if bytes.get(at) == Some(&b'"') {
            return at.checked_add(1);
        }
        // An escape, and what it escapes.
        at = at.checked_add(2)?;
    }
}

/// The place after a value that starts here.
fn value_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    let mut depth = 0usize;
    loop {
        match bytes.get(at)? {
            b'"' => {
                at = string_end(bytes, at.checked_add(1)?)?;
                if depth == 0 {
                    return Some(at);
                }
                continue;
            }
            b'{' | b'[' => depth = depth.checked_add(1)?,
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return at.checked_add(1);
                }
            }
            _ if depth > 0 => {}
            _ => {
                // A number, `true`, `false` or `null`.
                let rest = bytes.get(at..)?;
                let ends = |byte: &u8| matches!(byte, b',' | b'}' | b' ' | b'\n' | b'\r' | b'\t');
                let length = rest.iter().position(ends).filter(|length| *length > 0)?;
                return at.checked_add(length);
            }
        }
        at = at.checked_add(1)?;
    }
}

#[cfg(test)]
mod tests {
    use alloc::borrow::Cow;
    use alloc::format;
    use alloc::string::String;
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use crate::wire::request::read_whole;

    fn fields(text: &str) -> Option<Vec<(Cow<'_, str>, &str)>> {
        super::fields(text, |_, _| None)
    }

    #[test]
    fn values_are_taken_as_they_are_written() {
        let text = " { \"a\" : {\"b\": [1, \"}\\\"\"]} ,\n\"c\":-1.5e3,\"\": \"x\\\\\", \"d\": null } ";
        let wanted = [("a", "{\"b\": [1, \"}\\\"\"]}"), ("c", "-1.5e3"), ("", "\"x\\\\\""), ("d", "null")];
        assert_eq!(fields(text).unwrap(), wanted.map(|(name, value)| (Cow::Borrowed(name), value)));
        assert_eq!(fields("{ }").unwrap(), []);
    }

    #[test]
    fn strings_of_any_length_end_at_their_quote() {
        for length in 0..20 {
            let x = "x".repeat(length);
            for value in [format!("\"{x}\""), format!("\"{x}\\\"{x}\""), format!("\"{x}\\\\\"")] {
                assert_eq!(
                    fields(&format!("{{\"a\":{value}}}")).unwrap(),
                    [(Cow::Borrowed("a"), value.as_str())]
                );
                let padded = format!("{{\"a\":{value},\"{x}\":[{value}]}}        ");
                assert_eq!(
                    fields(&padded).unwrap()[1],
                    (Cow::Borrowed(x.as_str()), format!("[{value}]").as_str())
                );
                // Without its quote at the end.
                assert_eq!(fields(&format!("{{\"a\":{}", value.strip_suffix('"').unwrap())), None);
            }
        }
    }

    #[test]
    fn what_is_no_object_is_left_to_a_whole_reader() {
        for text in [
            "",
            "[]",
            "{",
            "{}}",
            "{} x",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{\"a\":1 2}",
            "{,}",
            "{\"a\":1",
            "{\"a\": \"b}",
            "{\"a\": ]}",
            "{\"a\\n\": 1}",
            "{\"a\": [1}",
            "{a: 1}",
            "{\"a\": \"\\",
        ] {
            assert_eq!(fields(text), None, "{text}");
        }
    }

    /// JSON values, and texts that are nearly so.
    fn json() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just(String::from("null")),
            any::<f32>().prop_map(|n| serde_json::to_string(&n).unwrap()),
            any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
            "[ -~]{0,6}",
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            let name = any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap());
            let list = prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[{}]", items.join(" , ")));
            let object = prop::collection::vec((name, inner), 0..4).prop_map(|entries| {
                let entries: Vec<String> =
                    entries.into_iter().map(|(name, value)| format!("{name}:\t{value}")).collect();
                format!("{{{}}}", entries.join(",\n"))
            });
            prop_oneof![list, object]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(1), ..ProptestConfig::default() })]

        #[test]
        fn of_an_object_the_fields_are_those_that_a_whole_reader_finds(text in json()) {
            if let (Ok(whole), Some(split)) = (read_whole(&text), fields(&text)) {
                prop_assert_eq!(split, whole);
            }
        }
    }
}
