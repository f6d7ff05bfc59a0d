//! What the container runtime reports of a pod: the kubelet's own view, before it becomes API status.
//!
//! The form is this project's, one JSON object a pod; upstream's is `pkg/kubelet/container.PodStatus`.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Deserializer};
use smol_str::SmolStr;

use super::{Time, absent, api_enum, api_object, null_as_default};
use crate::quantity::Quantity;

/// Reads a type from a JSON string with its `from_text`.
macro_rules! read_from_text {
    ($name:ident) => {
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                $name::from_text(&SmolStr::deserialize(d)?).map_err(serde::de::Error::custom)
            }
        }

        impl crate::json::Read for $name {
            fn read(reader: &mut crate::json::Reader<'_>) -> Result<Self, crate::json::Error> {
                reader.peek();
                let at = reader.at();
                let text = reader.text()?;
                $name::from_text(&text).or_else(|message| crate::json::Reader::wrong(at, message))
            }
        }
    };
}

api_object! {
    /// The runtime's view of one pod.
    pub struct RuntimePodStatus {
        /// The pod's uid; absent means the pod's own.
        pub id: SmolStr,
        /// The pod's addresses.
        pub ips: Vec<SmolStr>,
        /// Sandboxes, newest first.
        pub sandbox_statuses: Vec<SandboxStatus>,
        /// Records of containers in all sandboxes, newest first.
        pub container_statuses: Vec<RuntimeContainerStatus>,
        /// Ids of the records in the active sandbox; absent means all.
        pub active: Option<Vec<SmolStr>>,
    }
}

api_object! {
    /// One sandbox.
    pub struct SandboxStatus {
        /// Identity in the runtime.
        pub id: SmolStr,
        /// State; absent means ready.
        pub state: SandboxState,
        /// How many sandboxes the pod had before this one.
        pub attempt: u32,
        /// Uid of the pod it was made for.
        pub uid: SmolStr,
        /// Address.
        pub ip: SmolStr,
        /// When it was made, in nanoseconds since 1970.
        pub created_at: i64,
        /// Network namespace: `POD` or `NODE`; absent if the runtime does not say.
        pub netns: SmolStr,
        /// Whether the runtime reports no network at all.
        pub no_network: bool,
    }
}

/// State of a sandbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub enum SandboxState {
    /// Ready.
    #[default]
    #[serde(rename = "READY")]
    Ready,
    /// Not ready.
    #[serde(rename = "NOTREADY")]
    NotReady,
}

impl SandboxState {
    fn from_text(text: &str) -> Result<Self, String> {
        match text {
            "" => Ok(SandboxState::Ready),
            text if text.eq_ignore_ascii_case("ready") => Ok(SandboxState::Ready),
            text if text.eq_ignore_ascii_case("notready") => Ok(SandboxState::NotReady),
            _ => Err(format!("unknown state {text:?}, expected \"READY\" or \"NOTREADY\"")),
        }
    }
}
read_from_text!(SandboxState);

/// One container record of the runtime. Its state must be given.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RuntimeContainerStatus {
    /// Identity in the runtime, `type://id` or `id`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub id: SmolStr,
    /// Name of the container.
    #[serde(default, deserialize_with = "null_as_default")]
    pub name: SmolStr,
    /// State.
    pub state: RuntimeState,
    /// Exit code, if exited.
    #[serde(default, deserialize_with = "null_as_default", skip_serializing_if = "absent")]
    pub exit_code: i32,
    /// The runtime's word for the exit, such as `OOMKilled`.
    #[serde(default, deserialize_with = "null_as_default", skip_serializing_if = "absent")]
    pub reason: SmolStr,
    /// The runtime's sentence for the exit.
    #[serde(default, deserialize_with = "null_as_default", skip_serializing_if = "absent")]
    pub message: String,
    /// When it was created.
    #[serde(default, skip_serializing_if = "absent")]
    pub created_at: Option<Time>,
    /// When it was started.
    #[serde(default, skip_serializing_if = "absent")]
    pub started_at: Option<Time>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "absent")]
    pub finished_at: Option<Time>,
    /// How often the container had been restarted before this record.
    #[serde(default, deserialize_with = "null_as_default", skip_serializing_if = "absent")]
    pub restart_count: i32,
    /// Image it runs.
    #[serde(default, deserialize_with = "null_as_default", skip_serializing_if = "absent")]
    pub image: SmolStr,
    /// The definition it was made from.
    #[serde(default, deserialize_with = "null_as_default", skip_serializing_if = "absent")]
    pub hash: DefinitionHash,
    /// Resources as the runtime reports them.
    #[serde(default, skip_serializing_if = "absent")]
    pub resources: Option<RuntimeResources>,
}

impl crate::json::Read for RuntimeContainerStatus {
    fn read(reader: &mut crate::json::Reader<'_>) -> Result<Self, crate::json::Error> {
        let mut record = RuntimeContainerStatus::default();
        let mut with_state = false;
        reader.peek();
        let at = reader.at();
        reader.object("a container record", |reader, key| match key {
            "id" => record.id.read_into(reader),
            "name" => record.name.read_into(reader),
            "state" => {
                with_state = true;
                record.state = RuntimeState::read(reader)?;
                Ok(())
            }
            "exitCode" => record.exit_code.read_into(reader),
            "reason" => record.reason.read_into(reader),
            "message" => record.message.read_into(reader),
            "createdAt" => record.created_at.read_into(reader),
            "startedAt" => record.started_at.read_into(reader),
            "finishedAt" => record.finished_at.read_into(reader),
            "restartCount" => record.restart_count.read_into(reader),
            "image" => record.image.read_into(reader),
            "hash" => record.hash.read_into(reader),
            "resources" => record.resources.read_into(reader),
            _ => reader.skip().map(|_| ()),
        })?;
        if with_state { Ok(record) } else { crate::json::Reader::wrong(at, "the record has no state") }
    }
}

/// The definition that a container record was made from, compared with the container of that name in the pod.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DefinitionHash {
    /// Today's; written `match` or left out.
    #[default]
    Match,
    /// Another one; written `changed`.
    Changed,
    /// The one with upstream's hash (`pkg/kubelet/container.HashContainer`); written as a decimal number.
    Value(u64),
}

impl serde::Serialize for DefinitionHash {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            DefinitionHash::Match => s.serialize_str("match"),
            DefinitionHash::Changed => s.serialize_str("changed"),
            DefinitionHash::Value(hash) => s.collect_str(hash),
        }
    }
}

impl DefinitionHash {
    fn from_text(text: &str) -> Result<Self, String> {
        match text {
            "" | "match" => Ok(DefinitionHash::Match),
            "changed" => Ok(DefinitionHash::Changed),
            number if number.bytes().all(|b| b.is_ascii_digit()) => number
                .parse()
                .map(DefinitionHash::Value)
                .map_err(|_| String::from("the hash is larger than 64 bits")),
            _ => Err(format!("unknown hash {text:?}, expected \"match\", \"changed\" or a decimal number")),
        }
    }
}
read_from_text!(DefinitionHash);

/// State of a container record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RuntimeState {
    /// Made, not started.
    Created,
    /// Running.
    Running,
    /// Ended.
    Exited,
    /// The runtime does not know.
    #[default]
    Unknown,
}

impl RuntimeState {
    fn from_text(text: &str) -> Result<Self, String> {
        const STATES: [(&str, RuntimeState); 4] = [
            ("running", RuntimeState::Running),
            ("exited", RuntimeState::Exited),
            ("created", RuntimeState::Created),
            ("unknown", RuntimeState::Unknown),
        ];
        STATES.iter().find(|(name, _)| text.eq_ignore_ascii_case(name)).map(|(_, state)| *state).ok_or_else(
            || {
                format!(
                    "unknown state {text:?}, expected \"running\", \"exited\", \"created\" or \"unknown\""
                )
            },
        )
    }
}
read_from_text!(RuntimeState);

api_object! {
    /// Resources of a running container as the runtime reports them.
    pub struct RuntimeResources {
        /// CPU request.
        pub cpu_request: Option<Quantity>,
        /// CPU limit.
        pub cpu_limit: Option<Quantity>,
        /// Memory request, in bytes.
        pub memory_request: Option<Quantity>,
        /// Memory limit, in bytes.
        pub memory_limit: Option<Quantity>,
    }
}

api_enum! {
    /// Result of a probe, as the kubelet's result cache holds it.
    pub enum ProbeResult {
        /// The probe succeeded.
        Success = "success",
        /// The probe failed.
        Failure = "failure",
        /// The probe has not said yet.
        Unknown = "unknown",
    }
}
