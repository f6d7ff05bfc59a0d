//! The Python module `podverdict._native`: converts Python objects to JSON text, asks the core, gives its text back.
//!
//! It holds no rule of Kubernetes. The names that a user meets are in the Python files of the package.

mod convert;
mod document;
mod door;
mod error;
mod input;
mod kubernetes;
mod schema;

use pyo3::prelude::*;

#[pymodule(gil_used = false)]
mod _native {
    #[pymodule_export]
    use crate::document::Document;
    #[pymodule_export]
    use crate::door::{command, evaluate, evaluate_json, evaluate_lines, evaluate_many, ops};
    #[pymodule_export]
    use crate::kubernetes::Kubernetes;

    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "the name that Python expects")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
