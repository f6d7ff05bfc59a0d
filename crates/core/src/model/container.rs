//! Containers: regular, init and ephemeral ones.

use alloc::boxed::Box;
use alloc::vec::Vec;

use smol_str::SmolStr;

use super::{ContainerResizePolicy, ResizeRestartPolicy, ResourceRequirements, api_enum, api_object};

api_object! {
    /// `v1.Container`, and the part of `v1.EphemeralContainer` that decisions read.
    pub struct Container {
        /// Name, unique in the pod.
        pub name: SmolStr,
        /// Image reference.
        pub image: SmolStr,
        /// Desired resources.
        pub resources: ResourceRequirements,
        /// What a resize means, a resource each. Absent and empty differ for ephemeral containers.
        pub resize_policy: Option<Vec<ContainerResizePolicy>>,
        /// The container's own restart policy. On an init container `Always` makes it a sidecar.
        pub restart_policy: Option<RestartPolicy>,
        /// Rules tried in order against the exit code, before `restart_policy`.
        pub restart_policy_rules: Option<Vec<ContainerRestartRule>>,
        /// Ports; decisions read the host's.
        pub ports: Option<Vec<ContainerPort>>,
        /// Mounts of volumes.
        pub volume_mounts: Vec<VolumeMount>,
        /// Liveness probe.
        pub liveness_probe: Option<Box<Probe>>,
        /// Readiness probe.
        pub readiness_probe: Option<Box<Probe>>,
        /// Startup probe.
        pub startup_probe: Option<Box<Probe>>,
        /// Lifecycle hooks.
        pub lifecycle: Option<Box<Lifecycle>>,
    }
}

impl Container {
    /// Whether this container, taken as an init container, is a sidecar (upstream: restartable init container).
    ///
    /// ```
    /// use podverdict::model::{Container, RestartPolicy};
    /// let sidecar = Container { restart_policy: Some(RestartPolicy::Always), ..Container::default() };
    /// assert!(sidecar.is_sidecar());
    /// ```
    #[must_use]
    pub fn is_sidecar(&self) -> bool {
        self.restart_policy == Some(RestartPolicy::Always)
    }

    /// The restart rules, none if absent.
    ///
    /// ```
    /// assert!(podverdict::model::Container::default().rules().is_empty());
    /// ```
    #[must_use]
    pub fn rules(&self) -> &[ContainerRestartRule] {
        self.restart_policy_rules.as_deref().unwrap_or_default()
    }

    /// The resize policies, none if absent.
    ///
    /// ```
    /// assert!(podverdict::model::Container::default().resize_policies().is_empty());
    /// ```
    #[must_use]
    pub fn resize_policies(&self) -> &[ContainerResizePolicy] {
        self.resize_policy.as_deref().unwrap_or_default()
    }

    /// Whether the container restarts when its CPU or memory changes. Only the first policy for a resource counts; without one the
    /// resource changes in place (upstream: `pkg/kubelet/kuberuntime.computePodResizeAction`).
    ///
    /// ```
    /// let container: podverdict::model::Container = serde_json::from_str(
    ///     r#"{"resizePolicy": [{"resourceName": "memory", "restartPolicy": "RestartContainer"}]}"#,
    /// )?;
    /// assert!(container.restarts_on_resize("memory") && !container.restarts_on_resize("cpu"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn restarts_on_resize(&self, resource: &str) -> bool {
        let policy = self.resize_policies().iter().find(|policy| policy.resource_name == resource);
        policy.is_some_and(|policy| policy.restart_policy == ResizeRestartPolicy::RestartContainer)
    }
}

api_enum! {
    /// `v1.RestartPolicy` and `v1.ContainerRestartPolicy`.
    pub enum RestartPolicy {
        /// Restart on every exit.
        Always = "Always",
        /// Restart on a non-zero exit.
        OnFailure = "OnFailure",
        /// Do not restart.
        Never = "Never",
    }
}

api_object! {
    /// `v1.ContainerRestartRule`.
    pub struct ContainerRestartRule {
        /// What happens when the rule matches.
        pub action: ContainerRestartRuleAction,
        /// Which exit codes match.
        pub exit_codes: Option<ContainerRestartRuleOnExitCodes>,
    }
}

api_enum! {
    /// `v1.ContainerRestartRuleAction`.
    pub enum ContainerRestartRuleAction {
        /// Restart this container.
        Restart = "Restart",
        /// Restart all containers of the pod in place.
        RestartAllContainers = "RestartAllContainers",
    }
}

api_object! {
    /// `v1.ContainerRestartRuleOnExitCodes`.
    pub struct ContainerRestartRuleOnExitCodes {
        /// How the values are used.
        pub operator: ContainerRestartRuleOnExitCodesOperator,
        /// Exit codes.
        pub values: Vec<i32>,
    }
}

api_enum! {
    /// `v1.ContainerRestartRuleOnExitCodesOperator`.
    pub enum ContainerRestartRuleOnExitCodesOperator {
        /// The code is one of the values.
        In = "In",
        /// The code is none of the values.
        NotIn = "NotIn",
    }
}

api_object! {
    /// `v1.ContainerPort`.
    pub struct ContainerPort {
        /// Name.
        pub name: SmolStr,
        /// Port on the host; 0 for none.
        pub host_port: i32,
        /// Port in the container.
        pub container_port: i32,
        /// Protocol; absent means TCP.
        pub protocol: SmolStr,
        /// Host address; empty means all.
        #[serde(rename = "hostIP")]
        pub host_ip: SmolStr,
    }
}

api_object! {
    /// `v1.VolumeMount`, as far as scheduling reads it.
    pub struct VolumeMount {
        /// Options that the runtime must support (1.37).
        pub bind_mount_options: Vec<SmolStr>,
    }
}

api_object! {
    /// `v1.Probe`, as far as restart decisions read it.
    pub struct Probe {
        /// Seconds before the first probe.
        pub initial_delay_seconds: i32,
        /// Seconds until a probe times out.
        pub timeout_seconds: i32,
        /// Seconds between probes.
        pub period_seconds: i32,
        /// Successes in a row that count as success.
        pub success_threshold: i32,
        /// Failures in a row that count as failure.
        pub failure_threshold: i32,
        /// Seconds granted to a container that this probe gets killed.
        pub termination_grace_period_seconds: Option<i64>,
    }
}

api_object! {
    /// `v1.Lifecycle`, as far as decisions read it: which hooks there are.
    pub struct Lifecycle {
        /// Runs after start.
        pub post_start: Option<Handler>,
        /// Runs before a graceful stop.
        pub pre_stop: Option<Handler>,
        /// The stop signal.
        pub stop_signal: Option<SmolStr>,
    }
}

api_object! {
    /// `v1.LifecycleHandler`; only its presence is read.
    pub struct Handler {
    }
}
