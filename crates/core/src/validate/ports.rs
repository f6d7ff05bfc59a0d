//! Ports of containers, and of the host.

use alloc::collections::BTreeSet;
use alloc::format;

use super::names;
use crate::field::{FieldError, FieldErrors, Path};
use crate::model::{Container, ContainerPort, PodSpec};
use crate::reason::Rule;

const NAME: Rule = Rule::new("port_name", "pkg/apis/core/validation.validateContainerPorts");
const NAME_REPEATED: Rule = Rule::new("port_name_unique", "pkg/apis/core/validation.validateContainerPorts");
const NUMBER: Rule = Rule::new("port_number", "pkg/apis/core/validation.validateContainerPorts");
const PROTOCOL: Rule =
    Rule::new("port_protocol_supported", "pkg/apis/core/validation.validateContainerPorts");
const HOST_PORT_REPEATED: Rule =
    Rule::new("host_port_unique", "pkg/apis/core/validation.AccumulateUniqueHostPorts");
const HOST_NETWORK: Rule =
    Rule::new("host_port_is_container_port", "pkg/apis/core/validation.validatePodHostNetworkDeps");

/// The ports of one container (validateContainerPorts).
pub(super) fn validate(ports: &[ContainerPort], path: &Path<'_>, errors: &mut FieldErrors) {
    let mut seen = BTreeSet::new();
    for (i, port) in ports.iter().enumerate() {
        let path = path.index(i);
        let name = port.name.as_str();
        if !name.is_empty() {
            let path = path.child("name");
            let faults = names::port_name(name);
            if !faults.is_empty() {
                errors.extend(faults.into_iter().map(|f| FieldError::invalid(&path, name, f).because(NAME)));
            } else if !seen.insert(name) {
                errors.push(FieldError::duplicate(&path, name).because(NAME_REPEATED));
            }
        }
        if port.container_port == 0 {
            errors.push(FieldError::required(&path.child("containerPort"), "").because(NUMBER));
        } else {
            validate_number(port.container_port, &path.child("containerPort"), errors);
        }
        if port.host_port != 0 {
            validate_number(port.host_port, &path.child("hostPort"), errors);
        }
        let path = path.child("protocol");
        match port.protocol.as_str() {
            "TCP" | "UDP" | "SCTP" => {}
            "" => errors.push(FieldError::required(&path, "").because(PROTOCOL)),
            other => errors
                .push(FieldError::not_supported(&path, other, &["SCTP", "TCP", "UDP"]).because(PROTOCOL)),
        }
    }
}

fn validate_number(port: i32, path: &Path<'_>, errors: &mut FieldErrors) {
    if !(1..=65535).contains(&port) {
        let detail = "must be between 1 and 65535, inclusive";
        errors.push(FieldError::invalid(path, port, detail).because(NUMBER));
    }
}

/// No two of the containers may take the same port of the host (checkHostPortConflicts).
pub(super) fn validate_host_ports(containers: &[Container], path: &Path<'_>, errors: &mut FieldErrors) {
    let mut taken = BTreeSet::new();
    for (i, container) in containers.iter().enumerate() {
        let path = path.index(i);
        let path = path.child("ports");
        for (j, port) in container.ports.iter().flatten().enumerate() {
            if port.host_port != 0
                && !taken.insert((port.protocol.as_str(), port.host_ip.as_str(), port.host_port))
            {
                let path = path.index(j);
                let path = path.child("hostPort");
                let text = format!("{}/{}/{}", port.protocol, port.host_ip, port.host_port);
                errors.push(FieldError::duplicate(&path, text).because(HOST_PORT_REPEATED));
            }
        }
    }
}

/// On the host's network a port of a regular container is the same port of the host (validatePodHostNetworkDeps).
pub(super) fn validate_host_network(spec: &PodSpec, path: &Path<'_>, errors: &mut FieldErrors) {
    if !spec.host_network {
        return;
    }
    let path = path.child("containers");
    for (i, container) in spec.containers.iter().enumerate() {
        let path = path.index(i);
        let path = path.child("ports");
        for (j, port) in container.ports.iter().flatten().enumerate() {
            if port.host_port != port.container_port {
                let path = path.index(j);
                let path = path.child("hostPort");
                let detail = "must match `containerPort` when `hostNetwork` is true";
                errors.push(FieldError::invalid(&path, port.host_port, detail).because(HOST_NETWORK));
            }
        }
    }
}
