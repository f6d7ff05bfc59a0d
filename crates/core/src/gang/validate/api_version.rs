//! Which API versions a release has, and what an object of a version can hold.

use alloc::format;

use smol_str::SmolStr;

use crate::error::{ErrorCode, InputError};
use crate::model::{
    CompositePodGroup, CompositePodGroupTemplate, List, PodGroup, PodGroupDisruptionMode, PodGroupTemplate,
    Workload, group_version,
};
use crate::release::{Kubernetes, Release};

const GROUP: &str = "scheduling.k8s.io";

/// The API versions that a release has of a kind, the one first that it takes where an object names none.
const fn versions(release: Release, kind: Kind) -> &'static [&'static str] {
    match (release, kind) {
        (Release::V1_35, Kind::Workload) => &["v1alpha1"],
        (Release::V1_35, Kind::PodGroup | Kind::CompositePodGroup)
        | (Release::V1_36, Kind::CompositePodGroup) => &[],
        (Release::V1_36, Kind::Workload | Kind::PodGroup) => &["v1alpha2"],
        (Release::V1_37, Kind::Workload | Kind::PodGroup) => &["v1beta1", "v1alpha3"],
        (Release::V1_37, Kind::CompositePodGroup) => &["v1alpha3"],
    }
}

/// Names of fields that other releases have somewhere in the spec of these kinds; this one ignores whatever they hold.
pub(crate) const fn foreign_fields(release: Release) -> &'static [&'static str] {
    match release {
        Release::V1_35 => &["podGroupTemplates", "compositePodGroupTemplates"],
        Release::V1_36 => &[
            "podGroups",
            "compositePodGroupTemplates",
            "parentCompositePodGroupName",
            "workloadRef",
            "preemptionPolicy",
        ],
        Release::V1_37 => &["podGroups", "podGroupTemplateRef"],
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Workload,
    PodGroup,
    CompositePodGroup,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Kind::Workload => "Workload",
            Kind::PodGroup => "PodGroup",
            Kind::CompositePodGroup => "CompositePodGroup",
        }
    }
}

/// Fills in API version and kind where the object has none, as the API server's decoder does with the request's
/// (`k8s.io/apimachinery/pkg/runtime/serializer/json.gvkWithDefaults`).
fn name(
    k8s: &Kubernetes,
    kind: Kind,
    api_version: &mut SmolStr,
    kind_text: &mut SmolStr,
) -> Result<(), InputError> {
    let release = k8s.release();
    let versions = versions(release, kind);
    let Some(first) = versions.first() else {
        let message = format!("Kubernetes {release} has no {}", kind.as_str());
        return Err(InputError::new(ErrorCode::NotOnRelease, "", message));
    };
    if kind_text.is_empty() {
        *kind_text = SmolStr::new_static(kind.as_str());
    } else if kind_text != kind.as_str() {
        let message = format!("kind {kind_text:?}, wanted {:?}", kind.as_str());
        return Err(InputError::new(ErrorCode::InvalidValue, "kind", message));
    }
    let version = match group_version(api_version) {
        Some(("" | GROUP, "")) => Some(first),
        Some((GROUP, version)) => versions.iter().find(|known| **known == version),
        _ => None,
    };
    let Some(version) = version else {
        let message = format!("Kubernetes {release} has no {} in API version {api_version:?}", kind.as_str());
        return Err(InputError::new(ErrorCode::NotOnRelease, "apiVersion", message));
    };
    *api_version = smol_str::format_smolstr!("{GROUP}/{version}");
    Ok(())
}

/// An object of which a release knows certain API versions.
pub(super) trait Versioned: Clone {
    /// The object as the release reads it: with API version and kind, and without the fields that its version lacks.
    fn read(&self, k8s: &Kubernetes) -> Result<Self, InputError>;
}

impl Versioned for Workload {
    fn read(&self, k8s: &Kubernetes) -> Result<Self, InputError> {
        let mut workload = self.clone();
        name(k8s, Kind::Workload, &mut workload.api_version, &mut workload.kind)?;
        let spec = &mut workload.spec;
        if k8s.at_least(Release::V1_36) {
            spec.pod_groups = List::new();
        } else {
            spec.pod_group_templates = List::new();
        }
        if !k8s.at_least(Release::V1_37) {
            spec.composite_pod_group_templates = List::new();
        }
        templates(k8s, &mut spec.pod_group_templates, "spec")?;
        composite_templates(k8s, &mut spec.composite_pod_group_templates, "spec")?;
        Ok(workload)
    }
}

fn templates(k8s: &Kubernetes, templates: &mut [PodGroupTemplate], path: &str) -> Result<(), InputError> {
    for (i, template) in templates.iter_mut().enumerate() {
        if !k8s.at_least(Release::V1_37) {
            template.preemption_policy = None;
        }
        disruption_mode(k8s, template.disruption_mode.as_ref(), || format!("{path}.podGroupTemplates[{i}]"))?;
    }
    Ok(())
}

fn composite_templates(
    k8s: &Kubernetes,
    composites: &mut [CompositePodGroupTemplate],
    path: &str,
) -> Result<(), InputError> {
    for (i, composite) in composites.iter_mut().enumerate() {
        let path = format!("{path}.compositePodGroupTemplates[{i}]");
        templates(k8s, &mut composite.pod_group_templates, &path)?;
        composite_templates(k8s, &mut composite.composite_pod_group_templates, &path)?;
    }
    Ok(())
}

/// 1.36 reads a name, 1.37 an object.
fn disruption_mode(
    k8s: &Kubernetes,
    mode: Option<&PodGroupDisruptionMode>,
    path: impl FnOnce() -> alloc::string::String,
) -> Result<(), InputError> {
    let wanted = match (mode, k8s.at_least(Release::V1_37)) {
        (Some(PodGroupDisruptionMode::Named(_)), true) => "an object",
        (Some(PodGroupDisruptionMode::OneOf(_)), false) => "a string",
        _ => return Ok(()),
    };
    let path = format!("{}.disruptionMode", path());
    Err(InputError::new(ErrorCode::InvalidValue, path, format!("invalid type, expected {wanted}")))
}

impl Versioned for PodGroup {
    fn read(&self, k8s: &Kubernetes) -> Result<Self, InputError> {
        let mut group = self.clone();
        name(k8s, Kind::PodGroup, &mut group.api_version, &mut group.kind)?;
        let spec = &mut group.spec;
        if k8s.at_least(Release::V1_37) {
            spec.pod_group_template_ref = None;
        } else {
            spec.parent_composite_pod_group_name = None;
            spec.workload_ref = None;
            spec.preemption_policy = None;
        }
        disruption_mode(k8s, spec.disruption_mode.as_ref(), || "spec".into())?;
        Ok(group)
    }
}

impl Versioned for CompositePodGroup {
    fn read(&self, k8s: &Kubernetes) -> Result<Self, InputError> {
        let mut group = self.clone();
        name(k8s, Kind::CompositePodGroup, &mut group.api_version, &mut group.kind)?;
        Ok(group)
    }
}
