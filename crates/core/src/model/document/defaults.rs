//! What the API server adds to a spec as it reads it: defaults, and the conversion to its internal form.
//!
//! Upstream: `pkg/apis/core/v1`: `SetObjectDefaults_Pod`, `Convert_v1_Pod_To_core_Pod`. Defaults of single fields stand in the
//! schema. Pod-level resources that are computed from those of the containers are not defaulted here, but on the typed pod.

use alloc::sync::Arc;

use smol_str::SmolStr;

use super::image::default_pull_policy;
use super::read::Reader;
use super::schema::{
    self, CONTAINER, Default, EMPTY_DIR_VOLUME_SOURCE, EPHEMERAL_CONTAINER, HTTP_GET_ACTION,
    IMAGE_VOLUME_SOURCE, Kind, POD_SECURITY_CONTEXT, POD_SPEC, Shape, VOLUME,
};
use super::value::{Object, Value};
use crate::model::Map;
use crate::release::{Gate, Release};

impl Reader<'_> {
    /// Completes an object whose given fields are all read.
    pub(super) fn finish(&self, object: &mut Object) {
        if self.defaults {
            self.default_fields(object);
            self.default_by_type(object);
        }
        self.convert(object);
    }

    /// A resource amount, rounded up to the next thousandth as the API stores it; other values as they are.
    pub(super) fn rounded(&self, mut value: Value) -> Value {
        // SetDefaults_ResourceList; every map of quantities in a spec is a ResourceList.
        if let (true, Value::Quantity(quantity)) = (self.defaults, &mut value) {
            quantity.round_up_milli();
        }
        value
    }

    fn set(&self, object: &mut Object, json: &str, value: Value) {
        object.set(self.k8s.release(), json, value);
    }

    fn default_fields(&self, object: &mut Object) {
        for (row, field) in object.shape.fields.iter().enumerate() {
            // A plain object is there also where it is not given, and has its defaults.
            let defaulted = field.default.is_some() || matches!(field.kind, Kind::Object(_));
            if !defaulted || !field.on.includes(self.k8s.release()) || object.at(row).is_some() {
                continue;
            }
            let value = match (&field.default, &field.kind) {
                (Some(Default::Int(value)), _) => Value::Int(*value),
                (Some(Default::Bool(value)), _) => Value::Bool(*value),
                (Some(Default::Text(text)), _) => Value::Text(SmolStr::new_static(text)),
                (Some(Default::Empty), Kind::Pointer(Kind::Object(shape))) => {
                    Value::Object(Arc::new(Object::new(shape)))
                }
                (None, Kind::Object(shape)) => {
                    let inner = self.finished(shape);
                    if inner.rows().is_empty() {
                        continue;
                    }
                    Value::Object(Arc::new(inner))
                }
                _ => continue,
            };
            object.put(row, value);
        }
    }

    /// Defaults that depend on several fields, or on a gate.
    fn default_by_type(&self, object: &mut Object) {
        let is = |shape: &'static Shape| core::ptr::eq(object.shape, shape);
        if is(&CONTAINER) {
            default_pull_policy_of(self, object, "image", "imagePullPolicy");
            self.default_requests(object);
        } else if is(&EPHEMERAL_CONTAINER) {
            default_pull_policy_of(self, object, "image", "imagePullPolicy");
        } else if is(&VOLUME) {
            // SetDefaults_Volume
            if object.rows().iter().all(|(row, _)| is_name(object.shape, *row)) {
                self.set(object, "emptyDir", Value::Object(Arc::new(Object::new(&EMPTY_DIR_VOLUME_SOURCE))));
            }
        } else if is(&IMAGE_VOLUME_SOURCE) {
            if self.k8s.enabled(Gate::ImageVolume) {
                default_pull_policy_of(self, object, "reference", "pullPolicy");
            }
        } else if is(&HTTP_GET_ACTION) {
            // defaultHTTPProbeProtocol
            if self.k8s.enabled(Gate::H2CContainerProbe) && object.get("protocol").is_none() {
                self.found_gated.set(true);
                self.set(object, "protocol", Value::Text(SmolStr::new_static("HTTP1")));
            }
        } else if is(&POD_SPEC) {
            self.default_spec(object);
        }
    }

    /// Requests that are not given are the limits (SetDefaults_Pod).
    fn default_requests(&self, container: &mut Object) {
        let Some(resources) = container.object_mut("resources") else { return };
        let Some(Value::Map(limits)) = resources.get("limits") else { return };
        let mut requests = match resources.get("requests") {
            Some(Value::Map(requests)) => requests.clone(),
            _ => Map::new(),
        };
        for (name, limit) in limits.iter() {
            if !requests.contains_key(name) {
                requests.insert(name, limit.clone());
            }
        }
        self.set(resources, "requests", Value::Map(requests));
    }

    fn default_spec(&self, spec: &mut Object) {
        // defaultHostNetworkPorts
        if spec.get("hostNetwork").is_some() {
            for list in ["containers", "initContainers"] {
                for container in spec.list_mut(list).iter_mut().filter_map(Value::as_object_mut) {
                    for port in container.list_mut("ports").iter_mut().filter_map(Value::as_object_mut) {
                        let same = port.get("containerPort").cloned();
                        if let (None, Some(same)) = (port.get("hostPort"), same) {
                            self.set(port, "hostPort", same);
                        }
                    }
                }
            }
        }
        if self.k8s.at_least(Release::V1_37) {
            alias_service_account(self, spec);
            default_grace(self, spec);
        }
    }

    /// The conversion to the internal form, where that is more than copying.
    fn convert(&self, object: &mut Object) {
        for (row, field) in object.shape.fields.iter().enumerate() {
            let zero = matches!(field.kind, Kind::FlatInt64) && object.at(row).is_some_and(Value::is_zero);
            if zero {
                object.take(row);
            }
        }
        if core::ptr::eq(object.shape, &POD_SPEC) && !self.k8s.at_least(Release::V1_37) {
            // Up to 1.36 these are part of the conversion, so that they happen without defaulting too.
            alias_service_account(self, object);
            object.remove("serviceAccount");
            default_grace(self, object);
            if object.get("securityContext").is_none() {
                self.set(
                    object,
                    "securityContext",
                    Value::Object(Arc::new(Object::new(&POD_SECURITY_CONTEXT))),
                );
            }
        }
    }
}

fn is_name(shape: &schema::Shape, row: usize) -> bool {
    shape.fields.get(row).is_some_and(|field| field.json == "name")
}

/// SetDefaults_Container and SetDefaults_Volume: the policy follows from the image's tag.
fn default_pull_policy_of(reader: &Reader<'_>, object: &mut Object, image: &str, policy: &str) {
    if object.get(policy).is_none() {
        let default = default_pull_policy(object.text(image));
        reader.set(object, policy, Value::Text(SmolStr::new_static(default)));
    }
}

/// `serviceAccount` is the old name of `serviceAccountName`; both hold the same.
fn alias_service_account(reader: &Reader<'_>, spec: &mut Object) {
    let name = spec.get("serviceAccountName").or_else(|| spec.get("serviceAccount")).cloned();
    if let Some(name) = name {
        reader.set(spec, "serviceAccountName", name.clone());
        reader.set(spec, "serviceAccount", name);
    }
}

/// A negative grace period becomes one second.
fn default_grace(reader: &Reader<'_>, spec: &mut Object) {
    if spec.get("terminationGracePeriodSeconds").and_then(Value::as_int).is_some_and(|seconds| seconds < 0) {
        reader.set(spec, "terminationGracePeriodSeconds", Value::Int(1));
    }
}
