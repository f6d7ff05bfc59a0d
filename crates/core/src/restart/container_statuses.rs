//! The API's container statuses, ready to be asked by container name.

use crate::by_name::ByName;
use crate::model::{ContainerStatus, PodSpec, PodStatus};

/// API statuses of init and regular containers as one list. Of a name that comes twice the first one counts.
///
/// ```
/// use podverdict::model::{ContainerStatus, PodStatus};
/// use podverdict::restart::ContainerStatuses;
/// let status = ContainerStatus { name: "app".into(), restart_count: 3, ..Default::default() };
/// let pod_status = PodStatus { container_statuses: Some(vec![status]), ..Default::default() };
/// assert_eq!(ContainerStatuses::of(&pod_status).get("app").unwrap().restart_count, 3);
/// ```
#[derive(Clone, Debug)]
pub struct ContainerStatuses<'a>(ByName<'a, ContainerStatus>);

impl<'a> ContainerStatuses<'a> {
    /// The statuses of a pod: of init containers, then of regular ones.
    ///
    /// ```
    /// use podverdict::{model::PodStatus, restart::ContainerStatuses};
    /// assert!(ContainerStatuses::of(&PodStatus::default()).get("app").is_none());
    /// ```
    #[must_use]
    pub fn of(status: &'a PodStatus) -> Self {
        ContainerStatuses(ByName::new([status.init(), status.regular()]))
    }

    /// A list of statuses.
    ///
    /// ```
    /// use podverdict::{model::ContainerStatus, restart::ContainerStatuses};
    /// let list = [ContainerStatus { name: "app".into(), ..Default::default() }];
    /// assert!(ContainerStatuses::new(&list).get("app").is_some());
    /// ```
    #[must_use]
    pub fn new(list: &'a [ContainerStatus]) -> Self {
        ContainerStatuses(ByName::new([list, &[]]))
    }

    /// The status of a container (`pkg/api/v1/pod.GetContainerStatus`).
    ///
    /// ```
    /// use podverdict::restart::ContainerStatuses;
    /// assert!(ContainerStatuses::new(&[]).get("app").is_none());
    /// ```
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'a ContainerStatus> {
        self.0.first(name)
    }

    /// Whether a regular container runs or ran, which means that the init containers were done
    /// (`pkg/kubelet/container.HasAnyRegularContainerStarted`).
    ///
    /// ```
    /// use podverdict::{model::PodSpec, restart::ContainerStatuses};
    /// assert!(!ContainerStatuses::new(&[]).any_regular_started(&PodSpec::default()));
    /// ```
    #[must_use]
    pub fn any_regular_started(&self, spec: &PodSpec) -> bool {
        spec.containers.iter().any(|container| {
            self.0
                .all(&container.name)
                .any(|status| status.state.running.is_some() || status.state.terminated.is_some())
        })
    }
}
