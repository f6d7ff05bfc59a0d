//! The native half of the Node.js package: carries JSON text to the core and back.
//!
//! What JavaScript sees is made in `lib/api.cjs`, which the WebAssembly build shares. An error of the input comes back as
//! the answer that the wire format has for it; only a fault of this library throws from here.

use std::panic::{AssertUnwindSafe, catch_unwind};

use napi::bindgen_prelude::AsyncTask;
use napi::{Env, Task};
use napi_derive::napi;
use podverdict::wire;

/// The names of all ops.
#[napi]
pub fn ops() -> Vec<&'static str> {
    wire::ops().collect()
}

/// Answers one request, given as text.
#[napi]
pub fn evaluate_text(request: String) -> napi::Result<String> {
    guard(|| wire::evaluate(request.as_bytes()))
}

/// Answers one request, given as bytes. They are read where they are.
#[napi]
pub fn evaluate_bytes(request: &[u8]) -> napi::Result<String> {
    guard(|| wire::evaluate(request))
}

/// Answers one request a line.
#[napi]
pub fn evaluate_lines(requests: &[u8]) -> napi::Result<String> {
    guard(|| wire::evaluate_lines(None, requests))
}

/// Answers one request, or one a line, on a thread of Node's pool.
#[napi]
pub fn evaluate_later(requests: &[u8], lines: bool) -> AsyncTask<Later> {
    // A copy: JavaScript may change its bytes meanwhile.
    AsyncTask::new(Later { requests: requests.to_vec(), lines })
}

/// A question under way.
pub struct Later {
    requests: Vec<u8>,
    lines: bool,
}

#[napi]
impl Task for Later {
    type Output = String;
    type JsValue = String;

    fn compute(&mut self) -> napi::Result<String> {
        guard(|| match self.lines {
            true => wire::evaluate_lines(None, &self.requests),
            false => wire::evaluate(&self.requests),
        })
    }

    fn resolve(&mut self, _: Env, answer: String) -> napi::Result<String> {
        Ok(answer)
    }
}

/// Keeps a panic from crossing into Node.js. None is known: the core is written to have none.
fn guard(work: impl FnOnce() -> String) -> napi::Result<String> {
    catch_unwind(AssertUnwindSafe(work))
        .map_err(|_| napi::Error::from_reason("this is a fault of podverdict; please report it"))
}
