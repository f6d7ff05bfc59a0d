//! Reads JSON text straight into the model.
//!
//! A pod in a request is mostly fields that no decision reads. Reading one should cost little more than skipping it, and
//! serde's general way costs several times that. This reader does what the model needs and no more: objects whose fields
//! come in any order, absent and `null` fields, texts that mostly have no escapes. Like Go's decoder it lets the last of
//! two equal keys win, and reads a lone surrogate as U+FFFD.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use smol_str::SmolStr;

/// How deep objects and arrays may nest.
const MAX_DEPTH: u8 = 128;

/// Why a text cannot be read, and where.
#[derive(Debug)]
pub(crate) struct Error {
    /// Offset of the byte that could not be read, or at which the wrong value begins.
    pub(crate) at: usize,
    /// Whether the text is not JSON at all; otherwise a value has the wrong form.
    pub(crate) malformed: bool,
    /// A sentence.
    pub(crate) message: Cow<'static, str>,
}

/// A place in a JSON text.
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: u8,
}

/// What can be read from JSON text.
pub(crate) trait Read: Sized {
    /// Reads one value, which is not `null`.
    fn read(reader: &mut Reader<'_>) -> Result<Self, Error>;

    /// Reads one value over `self`; `null` is the default.
    fn read_into(&mut self, reader: &mut Reader<'_>) -> Result<(), Error>
    where
        Self: Default,
    {
        *self = if reader.null()? { Self::default() } else { Self::read(reader)? };
        Ok(())
    }
}

/// Reads a whole text as one value.
pub(crate) fn from_str<T: Read + Default>(text: &str) -> Result<T, Error> {
    let mut reader = Reader::new(text);
    let mut value = T::default();
    value.read_into(&mut reader)?;
    reader.end()?;
    Ok(value)
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Reader { text, at: 0, depth: 0 }
    }

    /// Offset of the next byte.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    fn malformed<T>(&self, message: &'static str) -> Result<T, Error> {
        Err(Error { at: self.at, malformed: true, message: Cow::Borrowed(message) })
    }

    /// The error of a value that begins at `at` and is not what it should be.
    pub(crate) fn wrong<T>(at: usize, message: impl Into<Cow<'static, str>>) -> Result<T, Error> {
        Err(Error { at, malformed: false, message: message.into() })
    }

    /// The error of a value of the wrong type, here.
    pub(crate) fn expected<T>(&mut self, what: &str) -> Result<T, Error> {
        let found = match self.peek() {
            Some(b'"') => "a string",
            Some(b'{') => "an object",
            Some(b'[') => "an array",
            Some(b't' | b'f') => "a boolean",
            Some(b'n') => "null",
            Some(b'-' | b'0'..=b'9') => "a number",
            Some(_) => return self.malformed("expected a value"),
            None => return self.malformed("the text ends early"),
        };
        Self::wrong(self.at, alloc::format!("invalid type: {found}, expected {what}"))
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    /// The next byte that is not white space.
    #[inline]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        loop {
            match self.byte() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.step(),
                byte => return byte,
            }
        }
    }

    /// Takes one byte, which must come next.
    #[inline]
    fn take(&mut self, byte: u8, message: &'static str) -> Result<(), Error> {
        if self.peek() == Some(byte) {
            self.step();
            return Ok(());
        }
        if self.at >= self.text.len() {
            self.malformed("the text ends early")
        } else {
            self.malformed(message)
        }
    }

    /// Makes sure that nothing follows.
    pub(crate) fn end(&mut self) -> Result<(), Error> {
        match self.peek() {
            None => Ok(()),
            Some(_) => self.malformed("something follows the value"),
        }
    }

    fn word(&mut self, word: &'static str) -> Result<(), Error> {
        let end = self.at.saturating_add(word.len());
        if self.text.get(self.at..end) == Some(word) {
            self.at = end;
            return Ok(());
        }
        self.malformed("expected a value")
    }

    /// Takes a `null`, if one comes next.
    #[inline]
    pub(crate) fn null(&mut self) -> Result<bool, Error> {
        if self.peek() != Some(b'n') {
            return Ok(false);
        }
        self.word("null")?;
        Ok(true)
    }

    /// Reads an object; `field` reads (or skips) the value of each key.
    #[inline]
    pub(crate) fn object(
        &mut self,
        what: &str,
        mut field: impl FnMut(&mut Self, &str) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if self.peek() != Some(b'{') {
            return self.expected(what);
        }
        self.enter()?;
        if self.peek() == Some(b'}') {
            self.step();
        } else {
            loop {
                if self.peek() != Some(b'"') {
                    return self.malformed("expected a key");
                }
                let key = self.text()?;
                self.take(b':', "expected a colon")?;
                field(self, &key)?;
                match self.peek() {
                    Some(b',') => self.step(),
                    Some(b'}') => {
                        self.step();
                        break;
                    }
                    Some(_) => return self.malformed("expected a comma or the end of the object"),
                    None => return self.malformed("the text ends early"),
                }
            }
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    /// Reads an array; `item` reads each value.
    #[inline]
    pub(crate) fn array(
        &mut self,
        what: &str,
        mut item: impl FnMut(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if self.peek() != Some(b'[') {
            return self.expected(what);
        }
        self.enter()?;
        if self.peek() == Some(b']') {
            self.step();
        } else {
            loop {
                item(self)?;
                match self.peek() {
                    Some(b',') => self.step(),
                    Some(b']') => {
                        self.step();
                        break;
                    }
                    Some(_) => return self.malformed("expected a comma or the end of the array"),
                    None => return self.malformed("the text ends early"),
                }
            }
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    fn enter(&mut self) -> Result<(), Error> {
        self.step();
        self.depth = self.depth.saturating_add(1);
        if self.depth > MAX_DEPTH { self.malformed("the text nests too deep") } else { Ok(()) }
    }

    /// Reads a string.
    #[inline]
    pub(crate) fn text(&mut self) -> Result<Cow<'a, str>, Error> {
        if self.peek() != Some(b'"') {
            return self.expected("a string");
        }
        self.step();
        let start = self.at;
        self.plain();
        if self.byte() == Some(b'"') {
            let text = self.text.get(start..self.at).unwrap_or_default();
            self.step();
            return Ok(Cow::Borrowed(text));
        }
        self.escaped(start).map(Cow::Owned)
    }

    /// Goes on to the next quote, backslash or control character.
    #[inline]
    fn plain(&mut self) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let length =
            rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)).unwrap_or(rest.len());
        self.at = self.at.saturating_add(length);
    }

    /// Reads on in a string that has escapes.
    #[cold]
    fn escaped(&mut self, start: usize) -> Result<String, Error> {
        let mut out = String::from(self.text.get(start..self.at).unwrap_or_default());
        loop {
            match self.byte() {
                None => return self.malformed("the text ends early"),
                Some(b'"') => {
                    self.step();
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.step();
                    out.push(self.escape()?);
                }
                Some(0..=0x1f) => return self.malformed("a control character in a string"),
                Some(_) => {
                    let start = self.at;
                    self.plain();
                    out.push_str(self.text.get(start..self.at).unwrap_or_default());
                }
            }
        }
    }

    /// Reads what follows a backslash.
    fn escape(&mut self) -> Result<char, Error> {
        let byte = self.byte();
        self.step();
        Ok(match byte {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let first = self.hex()?;
                // A high surrogate counts only with a low one behind it.
                if (0xd800..0xdc00).contains(&first) {
                    let back = self.at;
                    if self.text.get(back..back.saturating_add(2)) == Some("\\u") {
                        self.at = back.saturating_add(2);
                        let second = self.hex()?;
                        if (0xdc00..0xe000).contains(&second) {
                            let pair = char::decode_utf16([first, second]).next();
                            return Ok(pair.and_then(Result::ok).unwrap_or(char::REPLACEMENT_CHARACTER));
                        }
                        self.at = back;
                    }
                }
                char::from_u32(u32::from(first)).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            _ => return self.malformed("an unknown escape in a string"),
        })
    }

    fn hex(&mut self) -> Result<u16, Error> {
        let end = self.at.saturating_add(4);
        let digits =
            self.text.get(self.at..end).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(value) = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok()) else {
            return self.malformed("an escape needs four hexadecimal digits");
        };
        self.at = end;
        Ok(value)
    }

    /// Reads a number as its text.
    pub(crate) fn number(&mut self) -> Result<&'a str, Error> {
        if !matches!(self.peek(), Some(b'-' | b'0'..=b'9')) {
            return self.expected("a number");
        }
        let start = self.at;
        if self.byte() == Some(b'-') {
            self.step();
        }
        match self.byte() {
            Some(b'0') => self.step(),
            Some(b'1'..=b'9') => self.digits(),
            _ => return self.malformed("a number needs digits"),
        }
        if self.byte() == Some(b'.') {
            self.step();
            self.some_digits()?;
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.step();
            if matches!(self.byte(), Some(b'+' | b'-')) {
                self.step();
            }
            self.some_digits()?;
        }
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    fn digits(&mut self) {
        while matches!(self.byte(), Some(b'0'..=b'9')) {
            self.step();
        }
    }

    fn some_digits(&mut self) -> Result<(), Error> {
        if !matches!(self.byte(), Some(b'0'..=b'9')) {
            return self.malformed("a number needs digits");
        }
        self.digits();
        Ok(())
    }

    /// Skips one value and gives its text. The value is checked as any other.
    pub(crate) fn skip(&mut self) -> Result<&'a str, Error> {
        self.peek();
        let start = self.at;
        self.skip_value()?;
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    fn skip_value(&mut self) -> Result<(), Error> {
        match self.peek() {
            Some(b'"') => self.skip_text(),
            Some(b'{') => self.object("an object", |reader, _| reader.skip_value()),
            Some(b'[') => self.array("an array", Self::skip_value),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            _ => self.number().map(|_| ()),
        }
    }

    #[inline]
    fn skip_text(&mut self) -> Result<(), Error> {
        self.step();
        loop {
            self.plain();
            match self.byte() {
                Some(b'"') => {
                    self.step();
                    return Ok(());
                }
                Some(b'\\') => {
                    self.step();
                    self.escape()?;
                }
                Some(_) => return self.malformed("a control character in a string"),
                None => return self.malformed("the text ends early"),
            }
        }
    }
}

impl Read for bool {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        match reader.peek() {
            Some(b't') => reader.word("true").map(|()| true),
            Some(b'f') => reader.word("false").map(|()| false),
            _ => reader.expected("a boolean"),
        }
    }
}

macro_rules! read_integer {
    ($($integer:ty),*) => { $(
        impl Read for $integer {
            fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
                if !matches!(reader.peek(), Some(b'-' | b'0'..=b'9')) {
                    return reader.expected("an integer");
                }
                let at = reader.at;
                let text = reader.number()?;
                text.parse().or_else(|_| Reader::wrong(at, alloc::format!("invalid value: {text}, expected {}", stringify!($integer))))
            }
        }
    )* };
}
read_integer!(i32, i64, u32);

impl Read for SmolStr {
    #[inline]
    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        reader.text().map(|text| SmolStr::new(&text))
    }
}

impl Read for String {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        reader.text().map(Cow::into_owned)
    }
}

impl<T: Read> Read for Option<T> {
    #[inline]
    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        T::read(reader).map(Some)
    }
}

impl<T: Read> Read for Box<T> {
    #[inline]
    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        T::read(reader).map(Box::new)
    }
}

impl<T: Read + Default> Read for Vec<T> {
    #[inline]
    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let mut out = Vec::new();
        reader.array("an array", |reader| {
            // Go's decoder reads `null` in a list as an empty item.
            let mut item = T::default();
            item.read_into(reader)?;
            out.push(item);
            Ok(())
        })?;
        Ok(out)
    }
}
