//! The release and its gates, and the questions asked of it.

use std::borrow::Cow;

use podverdict::error::ErrorCode;
use podverdict::release;
use podverdict::wire;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping, PyString};

use crate::door::{ask, named};
use crate::error::{Failure, Step, exception};
use crate::input::Input;
use crate::schema::Shape;

/// A release with its feature gates resolved.
#[pyclass(frozen, subclass, module = "podverdict._native")]
pub(crate) struct Kubernetes {
    kubernetes: release::Kubernetes,
    gates: Vec<(String, bool)>,
}

#[pymethods]
impl Kubernetes {
    #[new]
    #[pyo3(signature = (release, gates=None))]
    fn new(py: Python<'_>, release: &Bound<'_, PyAny>, gates: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let invalid = |message: &str, step: Step| Failure::invalid(message).within(step).into_exception(py);
        let name = release.cast::<PyString>().ok().and_then(|name| name.to_str().ok());
        let name = name
            .ok_or_else(|| invalid("a release is text, such as \"1.36\"", Step::Field("release".into())))?;
        let release = named(py, Some(name))?.unwrap_or(release::Release::V1_37);
        let mut overrides = Vec::new();
        if let Some(given) = gates {
            let field = || Step::Field("gates".into());
            let given = given
                .cast::<PyMapping>()
                .map_err(|_| invalid("gates are a mapping from names to booleans", field()))?;
            for pair in given.items()?.iter() {
                let (gate, on): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract()?;
                let gate: String = gate.extract().map_err(|_| invalid("a gate's name is text", field()))?;
                let on: bool = on.extract().map_err(|_| {
                    Failure::invalid("a gate is True or False")
                        .within(Step::Key(gate.clone()))
                        .within(field())
                        .into_exception(py)
                })?;
                overrides.push((gate, on));
            }
        }
        let pairs = overrides.iter().map(|(gate, on)| (gate.as_str(), *on));
        let kubernetes = release::Kubernetes::with_gates(release, pairs)
            .map_err(|e| exception(py, ErrorCode::FeatureGates.as_str(), "gates", &e.to_string()))?;
        Ok(Kubernetes { kubernetes, gates: overrides })
    }

    /// The release, such as `1.36`.
    #[getter]
    fn release(&self) -> &'static str {
        self.kubernetes.release().as_str()
    }

    /// The gates that were given, by name.
    #[getter]
    fn gates<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (gate, on) in &self.gates {
            dict.set_item(gate, on)?;
        }
        Ok(dict)
    }

    /// Asks one op. The answer is JSON text.
    fn _ask(&self, py: Python<'_>, op: &str, inputs: &Bound<'_, PyDict>) -> PyResult<String> {
        let mut read: Vec<(Cow<'_, str>, Input<'_>)> = Vec::with_capacity(inputs.len());
        for (name, value) in inputs.iter() {
            let (name, shape) = named_input(name.extract()?);
            if read.iter().any(|(other, _)| *other == name) {
                return Err(Failure::twice(&name).within(Step::Field(name.into())).into_exception(py));
            }
            let input = Input::read(&name, shape, &value)?;
            read.push((name, input));
        }
        let inputs: Vec<(&str, &str)> = read
            .iter()
            .map(|(name, input)| Ok((name.as_ref(), input.as_str(py, name)?)))
            .collect::<PyResult<_>>()?;
        let size = inputs.iter().map(|(_, text)| text.len()).sum();
        ask(py, size, || wire::evaluate_op(&self.kubernetes, op, &inputs))
    }
}

/// The name of an input in JSON, and its shape.
fn named_input(name: String) -> (Cow<'static, str>, Shape) {
    match Shape::named("Request").known().and_then(|request| request.field(&name)) {
        Some(field) => (field.json.into(), field.shape),
        None => (name.into(), Shape::ANY),
    }
}
