//! The core as a WebAssembly module without imports. JavaScript asks for memory, writes a request there, and reads the
//! answer from where it is told; `lib/wasm.cjs` of the Node.js package does that.
//!
//! Every pointer that JavaScript hands back is one that it got here, so no more of `unsafe` is needed than to turn a
//! pointer and a length into the vector that they came from.

use std::sync::Mutex;

use podverdict::wire;

/// The answer that was given last. A module has one thread.
static ANSWER: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Memory for a request of `len` bytes.
#[unsafe(no_mangle)]
pub extern "C" fn podverdict_request(len: usize) -> *mut u8 {
    let mut request = vec![0u8; len].into_boxed_slice();
    let start = request.as_mut_ptr();
    std::mem::forget(request);
    start
}

/// Answers the request at `start`, or one a line if `lines`, and frees it. Gives the length of the answer.
///
/// # Safety
///
/// `start` and `len` are those of a [`podverdict_request`] that was not answered yet.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_evaluate(start: *mut u8, len: usize, lines: bool) -> usize {
    // SAFETY: the caller gives back what `podverdict_request` gave, once.
    let request = unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(start, len)) };
    keep(if lines { wire::evaluate_lines(None, &request) } else { wire::evaluate(&request) })
}

/// The names of all ops, one a line. Gives the length of the answer.
#[unsafe(no_mangle)]
pub extern "C" fn podverdict_ops() -> usize {
    keep(wire::ops().collect::<Vec<_>>().join("\n"))
}

/// Where the last answer starts. It stays there until the next call.
#[unsafe(no_mangle)]
pub extern "C" fn podverdict_answer() -> *const u8 {
    ANSWER.lock().map_or(std::ptr::null(), |answer| answer.as_ptr())
}

fn keep(answer: String) -> usize {
    let len = answer.len();
    if let Ok(mut kept) = ANSWER.lock() {
        *kept = answer.into_bytes();
    }
    len
}
