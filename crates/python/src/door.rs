//! The functions that take whole requests.

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};

use podverdict::error::ErrorCode;
use podverdict::release::Release;
use podverdict::wire;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::exception;
use crate::input::{Request, Text, not_utf8};

/// From this size on other Python threads may run meanwhile; below it, letting them in costs more than it gives.
const LARGE: usize = 1 << 14;
/// How much of a batch is answered before signals are looked at.
const CHUNK: usize = 1 << 20;

/// The names of all ops.
#[pyfunction]
pub(crate) fn ops() -> Vec<&'static str> {
    wire::ops().collect()
}

/// Answers one request, JSON text in and out.
#[pyfunction]
#[pyo3(signature = (request, release=None))]
pub(crate) fn evaluate_json<'py>(
    py: Python<'py>,
    request: &Bound<'py, PyAny>,
    release: Option<&str>,
) -> PyResult<Bound<'py, PyBytes>> {
    let release = named(py, release)?;
    let text = text_of(request)?;
    let request = text.as_bytes().ok_or_else(|| not_utf8(py, ""))?;
    let answer = ask(py, request.len(), || wire::evaluate_for(release, request))?;
    Ok(PyBytes::new(py, answer.as_bytes()))
}

/// Answers one request, given as text or as objects, with JSON text.
#[pyfunction]
#[pyo3(signature = (request, release=None))]
pub(crate) fn evaluate(
    py: Python<'_>,
    request: &Bound<'_, PyAny>,
    release: Option<&str>,
) -> PyResult<String> {
    let release = named(py, release)?;
    let request = Request::read(request)?.map_err(|failure| failure.into_exception(py))?;
    let bytes = request.as_bytes();
    ask(py, bytes.len(), || wire::evaluate_for(release, bytes))
}

/// Answers JSON lines with JSON lines.
#[pyfunction]
#[pyo3(signature = (requests, release=None))]
pub(crate) fn evaluate_lines<'py>(
    py: Python<'py>,
    requests: &Bound<'py, PyAny>,
    release: Option<&str>,
) -> PyResult<Bound<'py, PyBytes>> {
    let release = named(py, release)?;
    let text = text_of(requests)?;
    let mut rest = text.as_bytes().ok_or_else(|| not_utf8(py, ""))?;
    let mut answers = String::new();
    while !rest.is_empty() {
        // A chunk ends where a line ends.
        let beyond = rest.get(CHUNK..).unwrap_or_default();
        let line = beyond.iter().position(|byte| *byte == b'\n').unwrap_or(beyond.len());
        let (chunk, after) = rest.split_at_checked(CHUNK.saturating_add(line)).unwrap_or((rest, &[]));
        answers
            .push_str(&py.detach(|| guard(|| wire::evaluate_lines(release, chunk))).map_err(|()| fault(py))?);
        rest = after;
        py.check_signals()?;
    }
    Ok(PyBytes::new(py, answers.as_bytes()))
}

/// Answers a list of requests with a list of JSON texts. One that cannot be read gets an answer with `error`.
#[pyfunction]
#[pyo3(signature = (requests, release=None))]
pub(crate) fn evaluate_many(
    py: Python<'_>,
    requests: &Bound<'_, PyAny>,
    release: Option<&str>,
) -> PyResult<Vec<String>> {
    let release = named(py, release)?;
    let mut answers = Vec::new();
    let mut requests = requests.try_iter()?;
    loop {
        let mut size = 0usize;
        let mut chunk = Vec::new();
        while size < CHUNK
            && let Some(request) = requests.next()
        {
            let request = match Request::read(&request?)? {
                Ok(request) => Ok(request),
                Err(failure) => Err(failure.into_answer(py)?),
            };
            size = size.saturating_add(request.as_ref().map_or(0, |request| request.as_bytes().len()));
            chunk.push(request);
        }
        if chunk.is_empty() {
            return Ok(answers);
        }
        let texts: Vec<Result<&[u8], &str>> = chunk
            .iter()
            .map(|request| request.as_ref().map(Request::as_bytes).map_err(String::as_str))
            .collect();
        let answer = |request: &Result<&[u8], &str>| match request {
            Ok(request) => wire::evaluate_for(release, request),
            Err(answer) => (*answer).to_owned(),
        };
        let part = py.detach(|| guard(|| texts.iter().map(answer).collect::<Vec<_>>()));
        answers.extend(part.map_err(|()| fault(py))?);
        py.check_signals()?;
    }
}

/// Runs the command line and gives its exit status.
#[pyfunction]
pub(crate) fn command(py: Python<'_>, arguments: Vec<OsString>) -> PyResult<u8> {
    py.detach(|| guard(|| podverdict_cli::run(arguments))).map_err(|()| fault(py))
}

/// The release that a name means.
pub(crate) fn named(py: Python<'_>, name: Option<&str>) -> PyResult<Option<Release>> {
    name.map(|name| {
        name.parse::<Release>()
            .map_err(|e| exception(py, ErrorCode::UnknownRelease.as_str(), "release", &e.to_string()))
    })
    .transpose()
}

fn text_of<'py>(value: &Bound<'py, PyAny>) -> PyResult<Text<'py>> {
    Text::of(value)?.ok_or_else(|| PyTypeError::new_err("this takes JSON text: bytes or str"))
}

/// The answer of the wire format for input that cannot be read.
#[derive(Default, serde::Deserialize)]
struct Refusal {
    error: String,
    code: String,
    path: String,
}

/// Asks the core; an answer that says the input cannot be read becomes an exception.
pub(crate) fn ask(py: Python<'_>, size: usize, question: impl FnOnce() -> String + Send) -> PyResult<String> {
    let answer = if size < LARGE { guard(question) } else { py.detach(|| guard(question)) };
    let answer = answer.map_err(|()| fault(py))?;
    // The door writes `error` first, and no answer of an op starts so.
    if answer.starts_with(r#"{"error":"#) {
        // Not as a `Value`: the request's id comes back as it was, and may be a number that fits nowhere.
        let refusal: Refusal = serde_json::from_str(&answer).unwrap_or_default();
        return Err(exception(py, &refusal.code, &refusal.path, &refusal.error));
    }
    Ok(answer)
}

/// Keeps a panic from crossing into Python. None is known: the core is written to have none.
fn guard<T>(work: impl FnOnce() -> T) -> Result<T, ()> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| ())
}

fn fault(py: Python<'_>) -> PyErr {
    exception(py, "internal", "", "this is a fault of podverdict; please report it")
}
