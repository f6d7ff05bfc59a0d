//! Which version this is.

use std::ffi::{CStr, c_char};

/// The major version of this header.
pub const PODVERDICT_VERSION_MAJOR: u32 = 0;
/// The minor version of this header.
pub const PODVERDICT_VERSION_MINOR: u32 = 1;
/// The patch version of this header.
pub const PODVERDICT_VERSION_PATCH: u32 = 0;
/// The version of this header as one number: major * 1000000 + minor * 1000 + patch.
pub const PODVERDICT_VERSION: u32 = 1000;

const TEXT: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(text) => text,
    Err(_) => c"",
};

/// The version of the library that runs, as one number like PODVERDICT_VERSION.
#[unsafe(no_mangle)]
pub extern "C" fn podverdict_version() -> u32 {
    PODVERDICT_VERSION
}

/// The version of the library that runs, as text; it lives as long as the library.
#[unsafe(no_mangle)]
pub extern "C" fn podverdict_version_text() -> *const c_char {
    TEXT.as_ptr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_package() {
        let (major, minor, patch) =
            (PODVERDICT_VERSION_MAJOR, PODVERDICT_VERSION_MINOR, PODVERDICT_VERSION_PATCH);
        assert_eq!(format!("{major}.{minor}.{patch}"), env!("CARGO_PKG_VERSION"));
        assert_eq!(podverdict_version(), major * 1_000_000 + minor * 1000 + patch);
        let text = unsafe { CStr::from_ptr(podverdict_version_text()) };
        assert_eq!(text.to_str(), Ok(env!("CARGO_PKG_VERSION")));
    }
}
