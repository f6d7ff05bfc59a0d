//! Ops `validate_workload`, `validate_podgroup` and `validate_compositepodgroup`: `object`, `oldObject?` in, `errors` and `object`
//! out.

use alloc::string::ToString;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::request::missing;
use super::{Answer, Fields};
use crate::error::{InputError, parse};
use crate::gang::validate::{self, ObjectVerdict, Steps, foreign_fields};
use crate::release::Kubernetes;

/// A typed validation of one kind.
type Validate<T> = fn(&Kubernetes, &T, Option<&T>, Steps) -> Result<ObjectVerdict<T>, InputError>;

pub(super) fn validate_workload(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    answer_object(k8s, fields, answer, validate::validate_workload)
}

pub(super) fn validate_podgroup(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    answer_object(k8s, fields, answer, validate::validate_podgroup)
}

pub(super) fn validate_compositepodgroup(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    answer_object(k8s, fields, answer, validate::validate_compositepodgroup)
}

fn answer_object<T: DeserializeOwned + Serialize>(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
    validate: Validate<T>,
) -> Result<(), InputError> {
    let object = read(k8s, fields, "object")?.ok_or_else(|| missing("object"))?;
    let old = read(k8s, fields, "oldObject")?;
    let steps = Steps { defaults: fields.flag("defaults")?, prepare: fields.flag("prepare")? };
    let verdict = validate(k8s, &object, old.as_ref(), steps)?;
    answer.put("errors", &verdict.errors);
    answer.put("object", &verdict.object);
    Ok(())
}

/// Reads an object. One that cannot be read is read again without the fields that only other releases know.
fn read<T: DeserializeOwned>(
    k8s: &Kubernetes,
    fields: &mut Fields<'_>,
    name: &str,
) -> Result<Option<T>, InputError> {
    let Some(raw) = fields.raw(name) else { return Ok(None) };
    let first = match parse(name, raw) {
        Ok(object) => return Ok(Some(object)),
        Err(error) => error,
    };
    let Ok(mut value) = serde_json::from_str::<Value>(raw) else { return Err(first) };
    if let Some(spec) = value.get_mut("spec") {
        remove(spec, foreign_fields(k8s.release()));
    }
    parse(name, &value.to_string()).map(Some)
}

fn remove(value: &mut Value, names: &[&str]) {
    match value {
        Value::Object(map) => {
            map.retain(|name, _| !names.contains(&name.as_str()));
            map.values_mut().for_each(|value| remove(value, names));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| remove(value, names)),
        _ => {}
    }
}
