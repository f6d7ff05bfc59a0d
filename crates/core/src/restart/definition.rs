//! Whether a running container still is what the pod asks for.

use alloc::string::String;
use core::fmt::Write;

use crate::by_name::ByName;
use crate::model::{Container, DefinitionHash, PodSpec, RuntimeContainerStatus};

/// Upstream's hash of a container's definition, which is its name and image and nothing else
/// (`pkg/kubelet/container.HashContainer`).
///
/// ```
/// use podverdict::{model::Container, restart::definition::container_hash};
/// let container = Container { name: "test_container".into(), image: "foo/image:v1".into(), ..Container::default() };
/// assert_eq!(container_hash(&container), 0x8e45cbd0);
/// ```
#[must_use]
pub fn container_hash(container: &Container) -> u64 {
    // FNV-1a, 32 bits wide, over the bytes of a JSON object, each printed as a decimal number.
    let mut hash = Fnv(0x811c_9dc5);
    let mut json = String::new();
    json.push_str("{\"image\":");
    push_json(&mut json, &container.image);
    json.push_str(",\"name\":");
    push_json(&mut json, &container.name);
    json.push('}');
    let _ = hash.write_str("([]uint8)[");
    for (i, byte) in json.bytes().enumerate() {
        let _ = write!(hash, "{}{byte}", if i == 0 { "" } else { " " });
    }
    let _ = hash.write_str("]");
    u64::from(hash.0)
}

struct Fnv(u32);

impl Write for Fnv {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
        Ok(())
    }
}

/// A JSON text as Go's encoder writes it, which escapes what HTML and JavaScript read in their own way.
fn push_json(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            '\0'..='\x1f' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

/// The pod's containers by name, as a record's definition is looked up: regular before init ones.
pub(super) struct Definitions<'a>(ByName<'a, Container>);

impl<'a> Definitions<'a> {
    pub(super) fn of(spec: &'a PodSpec) -> Self {
        Definitions(ByName::new([&spec.containers, &spec.init_containers]))
    }

    /// Whether the record was made from another definition than the container's
    /// (`pkg/kubelet/kuberuntime.containerChanged`).
    pub(super) fn changed(&self, container: &Container, record: &RuntimeContainerStatus) -> bool {
        match record.hash {
            DefinitionHash::Match => {
                self.0.first(&record.name).is_some_and(|defined| defined.image != container.image)
            }
            DefinitionHash::Changed => true,
            DefinitionHash::Value(hash) => hash != container_hash(container),
        }
    }
}
