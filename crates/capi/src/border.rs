//! What crosses the border: status numbers, strings, and no panic.

use std::ffi::c_char;
use std::panic::{AssertUnwindSafe, catch_unwind};

use podverdict::error::{ErrorCode, InputError};

/// How a call went: one of PODVERDICT_OK and the numbers below it.
pub type podverdict_status = i32;

/// It went well.
pub const PODVERDICT_OK: podverdict_status = 0;
/// A pointer is NULL that may not be, a length is impossible, or a number is none of the constants it stands for.
pub const PODVERDICT_INVALID_ARGUMENT: podverdict_status = 1;
/// The text is not JSON, or not UTF-8.
pub const PODVERDICT_MALFORMED: podverdict_status = 2;
/// A value has the wrong type or form, such as a quantity that does not parse.
pub const PODVERDICT_INVALID_VALUE: podverdict_status = 3;
/// There is a field that is not known here.
pub const PODVERDICT_UNKNOWN_FIELD: podverdict_status = 4;
/// A field is missing.
pub const PODVERDICT_MISSING_FIELD: podverdict_status = 5;
/// There is no such op.
pub const PODVERDICT_UNKNOWN_OP: podverdict_status = 6;
/// There is no such release.
pub const PODVERDICT_UNKNOWN_RELEASE: podverdict_status = 7;
/// The feature gates are refused, as the release itself would refuse them.
pub const PODVERDICT_FEATURE_GATES: podverdict_status = 8;
/// The question does not exist on this release.
pub const PODVERDICT_NOT_ON_RELEASE: podverdict_status = 9;
/// The input is larger or deeper than this library reads.
pub const PODVERDICT_TOO_LARGE: podverdict_status = 10;
/// There is no such container, pod or node.
pub const PODVERDICT_NOT_FOUND: podverdict_status = 11;
/// A fault of this library; please report it.
pub const PODVERDICT_FAULT: podverdict_status = -1;

/// A text that the library gave: `len` bytes of UTF-8, and a NUL after them that does not count. `data` and `len` are
/// only read. A struct of zeros holds nothing and can be freed.
#[repr(C)]
#[derive(Debug)]
pub struct podverdict_string {
    /// The first byte.
    pub data: *mut c_char,
    /// How many bytes.
    pub len: usize,
}

/// Frees a text and leaves zeros in its place; NULL, and a struct of zeros, are allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_string_free(string: *mut podverdict_string) {
    // SAFETY: the caller gives NULL or a string that it may change.
    let Some(string) = (unsafe { string.as_mut() }) else { return };
    let data = std::mem::replace(&mut string.data, std::ptr::null_mut());
    let len = std::mem::take(&mut string.len).saturating_add(1);
    if !data.is_null() {
        // SAFETY: `export` made it of a boxed slice that was one byte longer.
        drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(data.cast::<u8>(), len)) });
    }
}

/// The name of a status, such as "PODVERDICT_OK"; it lives as long as the library.
#[unsafe(no_mangle)]
pub extern "C" fn podverdict_status_name(status: podverdict_status) -> *const c_char {
    let name = match status {
        PODVERDICT_OK => c"PODVERDICT_OK",
        PODVERDICT_INVALID_ARGUMENT => c"PODVERDICT_INVALID_ARGUMENT",
        PODVERDICT_MALFORMED => c"PODVERDICT_MALFORMED",
        PODVERDICT_INVALID_VALUE => c"PODVERDICT_INVALID_VALUE",
        PODVERDICT_UNKNOWN_FIELD => c"PODVERDICT_UNKNOWN_FIELD",
        PODVERDICT_MISSING_FIELD => c"PODVERDICT_MISSING_FIELD",
        PODVERDICT_UNKNOWN_OP => c"PODVERDICT_UNKNOWN_OP",
        PODVERDICT_UNKNOWN_RELEASE => c"PODVERDICT_UNKNOWN_RELEASE",
        PODVERDICT_FEATURE_GATES => c"PODVERDICT_FEATURE_GATES",
        PODVERDICT_NOT_ON_RELEASE => c"PODVERDICT_NOT_ON_RELEASE",
        PODVERDICT_TOO_LARGE => c"PODVERDICT_TOO_LARGE",
        PODVERDICT_NOT_FOUND => c"PODVERDICT_NOT_FOUND",
        PODVERDICT_FAULT => c"PODVERDICT_FAULT",
        _ => c"unknown status",
    };
    name.as_ptr()
}

/// Why a call fails.
#[derive(Debug)]
pub(crate) struct Failure {
    status: podverdict_status,
    message: String,
}

impl Failure {
    pub(crate) fn new(status: podverdict_status, message: impl Into<String>) -> Self {
        Failure { status, message: message.into() }
    }

    pub(crate) fn argument(message: impl Into<String>) -> Self {
        Failure::new(PODVERDICT_INVALID_ARGUMENT, message)
    }
}

impl From<InputError> for Failure {
    fn from(error: InputError) -> Self {
        let status = match error.code {
            ErrorCode::Malformed => PODVERDICT_MALFORMED,
            ErrorCode::UnknownField => PODVERDICT_UNKNOWN_FIELD,
            ErrorCode::MissingField => PODVERDICT_MISSING_FIELD,
            ErrorCode::UnknownOp => PODVERDICT_UNKNOWN_OP,
            ErrorCode::UnknownRelease => PODVERDICT_UNKNOWN_RELEASE,
            ErrorCode::FeatureGates => PODVERDICT_FEATURE_GATES,
            ErrorCode::NotOnRelease => PODVERDICT_NOT_ON_RELEASE,
            ErrorCode::TooLarge => PODVERDICT_TOO_LARGE,
            _ => PODVERDICT_INVALID_VALUE,
        };
        Failure::new(status, error.to_string())
    }
}

/// Runs a call: writes its value to `out` or its failure to `message`, and keeps a panic from crossing the border.
///
/// # Safety
///
/// `out` and `message` are NULL or may be written.
pub(crate) unsafe fn call<T>(
    out: *mut T,
    message: *mut podverdict_string,
    work: impl FnOnce() -> Result<T, Failure>,
) -> podverdict_status {
    let work = || if out.is_null() { Err(Failure::argument("the output is NULL")) } else { work() };
    let result = catch_unwind(AssertUnwindSafe(work));
    let failure = match result {
        Ok(Ok(value)) => {
            // SAFETY: it is not NULL, or `work` had failed; the caller lets it be written.
            unsafe { out.write(value) };
            return PODVERDICT_OK;
        }
        Ok(Err(failure)) => failure,
        Err(_) => Failure::new(PODVERDICT_FAULT, "this is a fault of podverdict; please report it"),
    };
    if !message.is_null() {
        // SAFETY: it is not NULL; the caller lets it be written.
        unsafe { message.write(export(failure.message)) };
    }
    failure.status
}

/// What a handle points to.
///
/// # Safety
///
/// `handle` is NULL or came from this library, and no one changes or frees it meanwhile.
pub(crate) unsafe fn handle<'a, T>(name: &str, handle: *const T) -> Result<&'a T, Failure> {
    // SAFETY: the caller's promise.
    unsafe { handle.as_ref() }.ok_or_else(|| Failure::argument(format!("{name} is NULL")))
}

/// A [`call`] without an output.
///
/// # Safety
///
/// `message` is NULL or may be written.
pub(crate) unsafe fn change(
    message: *mut podverdict_string,
    work: impl FnOnce() -> Result<(), Failure>,
) -> podverdict_status {
    let mut nothing = ();
    // SAFETY: the output is our own.
    unsafe { call(&raw mut nothing, message, work) }
}

/// Gives a handle to the caller.
pub(crate) fn hand_out<T>(value: T) -> *mut T {
    Box::into_raw(Box::new(value))
}

/// Takes a handle back and drops what it holds.
///
/// # Safety
///
/// `handle` is NULL or came from [`hand_out`], and no one uses it any more.
pub(crate) unsafe fn take_back<T>(handle: *mut T) {
    if !handle.is_null() {
        // SAFETY: the caller's promise.
        drop(unsafe { Box::from_raw(handle) });
    }
}

/// Gives a text to the caller.
pub(crate) fn export(text: String) -> podverdict_string {
    let len = text.len();
    let mut bytes = text.into_bytes();
    bytes.push(0);
    podverdict_string { data: Box::into_raw(bytes.into_boxed_slice()).cast(), len }
}

/// The values that a pointer and a length stand for.
///
/// # Safety
///
/// Where `data` is not NULL and `len` is possible, so many values can be read there, and no one writes them meanwhile.
pub(crate) unsafe fn slice<'a, T>(name: &str, data: *const T, len: usize) -> Result<&'a [T], Failure> {
    if len == 0 {
        return Ok(&[]);
    }
    if data.is_null() {
        return Err(Failure::argument(format!("{name} is NULL")));
    }
    if len.checked_mul(size_of::<T>()).is_none_or(|size| size > isize::MAX.unsigned_abs()) {
        return Err(Failure::argument(format!("the length of {name} is impossible")));
    }
    // SAFETY: not NULL, not longer than memory; the rest is the caller's promise.
    Ok(unsafe { std::slice::from_raw_parts(data, len) })
}

/// The bytes of a string.
///
/// # Safety
///
/// As [`slice`].
pub(crate) unsafe fn bytes<'a>(name: &str, data: *const c_char, len: usize) -> Result<&'a [u8], Failure> {
    // SAFETY: the caller's promise.
    unsafe { slice(name, data.cast::<u8>(), len) }
}

/// A string that must be UTF-8.
///
/// # Safety
///
/// As [`slice`].
pub(crate) unsafe fn text<'a>(name: &str, data: *const c_char, len: usize) -> Result<&'a str, Failure> {
    // SAFETY: the caller's promise.
    let bytes = unsafe { bytes(name, data, len) }?;
    std::str::from_utf8(bytes).map_err(|_| Failure::new(PODVERDICT_MALFORMED, format!("{name} is not UTF-8")))
}

#[cfg(test)]
mod tests {
    use std::ptr::null_mut;

    use super::*;

    pub(crate) const EMPTY: podverdict_string = podverdict_string { data: null_mut(), len: 0 };

    fn read(string: &podverdict_string) -> &str {
        std::str::from_utf8(unsafe { bytes("", string.data, string.len) }.unwrap()).unwrap()
    }

    #[test]
    fn a_panic_becomes_a_status() {
        let (mut out, mut message) = (7u32, EMPTY);
        let status = unsafe { call(&raw mut out, &raw mut message, || panic!("on purpose")) };
        assert_eq!((status, out), (PODVERDICT_FAULT, 7));
        assert_eq!(read(&message), "this is a fault of podverdict; please report it");
        unsafe { podverdict_string_free(&raw mut message) };
        unsafe { podverdict_string_free(&raw mut message) };
        assert!(message.data.is_null());
    }

    #[test]
    fn outputs_are_written_on_success_only() {
        let (mut out, mut message) = (7u32, EMPTY);
        let fail = || Err::<u32, _>(Failure::argument("no"));
        assert_eq!(unsafe { call(&raw mut out, null_mut(), fail) }, PODVERDICT_INVALID_ARGUMENT);
        assert_eq!(out, 7);
        assert_eq!(unsafe { call(&raw mut out, &raw mut message, || Ok(8)) }, PODVERDICT_OK);
        assert_eq!((out, message.data.is_null()), (8, true));
        assert_eq!(unsafe { call::<u32>(null_mut(), null_mut(), || Ok(8)) }, PODVERDICT_INVALID_ARGUMENT);
    }

    #[test]
    fn strings_that_cannot_be() {
        assert_eq!(unsafe { bytes("a", std::ptr::null(), 0) }.unwrap(), b"");
        let refused = |data, len| unsafe { bytes("a", data, len) }.unwrap_err().status;
        assert_eq!(refused(std::ptr::null(), 1), PODVERDICT_INVALID_ARGUMENT);
        assert_eq!(refused(c"x".as_ptr(), usize::MAX), PODVERDICT_INVALID_ARGUMENT);
        assert_eq!(
            unsafe { text("a", b"\xff".as_ptr().cast(), 1) }.unwrap_err().status,
            PODVERDICT_MALFORMED
        );
    }

    #[test]
    fn an_exported_text_ends_with_a_nul() {
        let mut string = export("ab".into());
        assert_eq!(unsafe { std::ffi::CStr::from_ptr(string.data) }, c"ab");
        unsafe { podverdict_string_free(&raw mut string) };
        unsafe { podverdict_string_free(null_mut()) };
    }
}
