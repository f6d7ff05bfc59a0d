//! Quoting as Go's `%q` prints it, which is how upstream shows texts in its messages.

use core::fmt::{self, Write};

/// A text in double quotes, escaped as Go's `strconv.Quote` does.
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            match c {
                '"' | '\\' => write!(f, "\\{c}")?,
                ' '..='~' => f.write_char(c)?,
                '\x07' => f.write_str("\\a")?,
                '\x08' => f.write_str("\\b")?,
                '\x0c' => f.write_str("\\f")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                '\x0b' => f.write_str("\\v")?,
                '\0'..='\x1f' | '\x7f' => write!(f, "\\x{:02x}", u32::from(c))?,
                _ if is_printable(c) => f.write_char(c)?,
                '\u{80}'..='\u{ffff}' => write!(f, "\\u{:04x}", u32::from(c))?,
                _ => write!(f, "\\U{:08x}", u32::from(c))?,
            }
        }
        f.write_char('"')
    }
}

/// Whether a character is a letter, mark, number, punctuation, symbol or the ASCII space (Go: `strconv.IsPrint`); beyond
/// ASCII by what Rust's own escaping of texts knows. The letter before it is there because a mark that begins a text is
/// escaped.
///
/// Differs from upstream for characters that came after Unicode 15.0: upstream's Go escapes them.
pub(crate) fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return matches!(c, ' '..='~');
    }
    let mut buffer = [b'a'; 8];
    let Some((_, place)) = buffer.split_first_mut() else { return false };
    if place.len() < c.len_utf8() {
        return false;
    }
    let length = c.encode_utf8(place).len();
    let text = buffer.get(..length.saturating_add(1)).and_then(|bytes| core::str::from_utf8(bytes).ok());
    text.is_some_and(|text| text.escape_debug().eq(text.chars()))
}
