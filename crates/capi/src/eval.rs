//! The door that all languages share: JSON in, JSON out.

use std::ffi::c_char;

use podverdict::release::Release;
use podverdict::wire;

use crate::border::{
    Failure, PODVERDICT_UNKNOWN_RELEASE, bytes, call, export, podverdict_status, podverdict_string, text,
};

/// Answers one request: a JSON object with "op", "release" and the op's inputs. The answer is a JSON object too.
/// `release` ("1.36") stands in where the request names none; it may be NULL.
///
/// A request that cannot be read is answered, too: the answer holds "error", "code" and "path".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_eval(
    request: *const c_char,
    request_len: usize,
    release: *const c_char,
    release_len: usize,
    answer: *mut podverdict_string,
    message: *mut podverdict_string,
) -> podverdict_status {
    let work = || {
        // SAFETY: the caller gives strings as the header says.
        let (request, release) =
            unsafe { (bytes("request", request, request_len)?, text("release", release, release_len)?) };
        let release = if release.is_empty() { None } else { Some(named(release)?) };
        Ok(export(wire::evaluate_for(release, request)))
    };
    // SAFETY: the caller gives outputs as the header says.
    unsafe { call(answer, message, work) }
}

/// The release that a text names.
pub(crate) fn named(name: &str) -> Result<Release, Failure> {
    name.parse::<Release>().map_err(|e| Failure::new(PODVERDICT_UNKNOWN_RELEASE, e.to_string()))
}

#[cfg(test)]
mod tests {
    use std::ptr::null_mut;

    use super::*;
    use crate::border::{PODVERDICT_OK, podverdict_string_free};

    #[test]
    fn a_request_and_its_answer() {
        let mut answer = podverdict_string { data: null_mut(), len: 0 };
        let mut ask = |request: &str, release: &str| {
            let (request, release) = (request.as_bytes(), release.as_bytes());
            let status = unsafe {
                podverdict_eval(
                    request.as_ptr().cast(),
                    request.len(),
                    release.as_ptr().cast(),
                    release.len(),
                    &raw mut answer,
                    null_mut(),
                )
            };
            let text = unsafe { text("", answer.data, answer.len) }.unwrap().to_owned();
            unsafe { podverdict_string_free(&raw mut answer) };
            (status, text)
        };
        let (status, text) = ask(r#"{"op": "quantity", "opts": {"a": "1Ki"}}"#, "1.36");
        assert_eq!(status, PODVERDICT_OK);
        assert!(text.contains(r#""value":1024"#));
        let (status, text) = ask("not json", "");
        assert_eq!(status, PODVERDICT_OK);
        assert!(text.contains(r#""code":"malformed""#));
        assert_eq!(ask("{}", "1.12").0, PODVERDICT_UNKNOWN_RELEASE);
    }
}
