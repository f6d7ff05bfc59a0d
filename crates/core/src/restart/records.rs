//! The runtime's records of a pod, ready to be asked by container name.

use alloc::format;
use alloc::vec::Vec;

use crate::by_name::ByName;
use crate::error::{ErrorCode, InputError};
use crate::model::{PodSpec, RuntimeContainerStatus, RuntimePodStatus, RuntimeState};

/// The runtime's view of a pod, ready for look-ups.
///
/// The list is taken as it stands: the kubelet hands it over newest first, and every rule here reads "newest" as "first".
///
/// ```
/// use podverdict::model::{RuntimeContainerStatus, RuntimePodStatus};
/// use podverdict::restart::Records;
/// let record = RuntimeContainerStatus { id: "c1".into(), name: "app".into(), ..Default::default() };
/// let status = RuntimePodStatus { container_statuses: vec![record], ..Default::default() };
/// let records = Records::new(&status)?;
/// assert_eq!(records.newest("app").unwrap().id, "c1");
/// assert!(records.newest("other").is_none());
/// # Ok::<(), podverdict::error::InputError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Records<'a> {
    status: &'a RuntimePodStatus,
    all: ByName<'a, RuntimeContainerStatus>,
    /// The records of the active sandbox, sorted by name, equal names in list order; `None` if that is all of them.
    active: Option<Vec<&'a RuntimeContainerStatus>>,
}

impl<'a> Records<'a> {
    /// Reads the runtime's view of a pod.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InvalidValue`] if `active` names an id that no record has.
    ///
    /// ```
    /// use podverdict::{model::RuntimePodStatus, restart::Records};
    /// let status = RuntimePodStatus { active: Some(vec!["gone".into()]), ..Default::default() };
    /// assert_eq!(Records::new(&status).unwrap_err().path, "active[0]");
    /// ```
    pub fn new(status: &'a RuntimePodStatus) -> Result<Self, InputError> {
        let list = status.container_statuses.as_slice();
        let active = match &status.active {
            None => None,
            Some(ids) => {
                let mut by_id: Vec<&RuntimeContainerStatus> = list.iter().collect();
                by_id.sort_by(|a, b| a.id.cmp(&b.id));
                let mut active = Vec::with_capacity(ids.len());
                for (i, id) in ids.iter().enumerate() {
                    // Where an id comes twice, the last record counts.
                    let after = by_id.partition_point(|record| record.id <= *id);
                    let record = after.checked_sub(1).and_then(|at| by_id.get(at)).filter(|r| r.id == *id);
                    let Some(record) = record else {
                        return Err(InputError::new(
                            ErrorCode::InvalidValue,
                            format!("active[{i}]"),
                            format!("no container record has the id {id:?}"),
                        ));
                    };
                    active.push(*record);
                }
                active.sort_by(|a, b| a.name.cmp(&b.name));
                Some(active)
            }
        };
        Ok(Records { status, all: ByName::new([list, &[]]), active })
    }

    /// The view this was read from.
    ///
    /// ```
    /// use podverdict::{model::RuntimePodStatus, restart::Records};
    /// let status = RuntimePodStatus::default();
    /// assert!(Records::new(&status)?.status().sandbox_statuses.is_empty());
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    #[must_use]
    pub fn status(&self) -> &'a RuntimePodStatus {
        self.status
    }

    /// The newest record of a container in any sandbox (`PodStatus.FindContainerStatusByName`).
    ///
    /// ```
    /// use podverdict::{model::RuntimePodStatus, restart::Records};
    /// assert!(Records::new(&RuntimePodStatus::default())?.newest("app").is_none());
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    #[must_use]
    pub fn newest(&self, name: &str) -> Option<&'a RuntimeContainerStatus> {
        self.all.first(name)
    }

    /// The newest record of a container in the active sandbox (`PodStatus.FindActiveContainerStatusByName`).
    ///
    /// ```
    /// use podverdict::model::{RuntimeContainerStatus, RuntimePodStatus};
    /// use podverdict::restart::Records;
    /// let record = RuntimeContainerStatus { id: "c1".into(), name: "app".into(), ..Default::default() };
    /// let status = RuntimePodStatus { container_statuses: vec![record], active: Some(vec![]), ..Default::default() };
    /// let records = Records::new(&status)?;
    /// assert!(records.newest("app").is_some());
    /// assert!(records.newest_active("app").is_none());
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    #[must_use]
    pub fn newest_active(&self, name: &str) -> Option<&'a RuntimeContainerStatus> {
        match &self.active {
            None => self.newest(name),
            Some(active) => {
                let at = active.partition_point(|record| record.name.as_str() < name);
                active.get(at).copied().filter(|record| record.name == name)
            }
        }
    }

    /// All records of a container, newest first.
    ///
    /// ```
    /// use podverdict::{model::RuntimePodStatus, restart::Records};
    /// assert_eq!(Records::new(&RuntimePodStatus::default())?.of("app").count(), 0);
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    pub fn of<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'a RuntimeContainerStatus> + use<'a, 's> {
        self.all.all(name)
    }

    /// Whether a regular container has any record in the active sandbox, which means that the init containers are done
    /// (`pkg/kubelet/container.HasAnyActiveRegularContainerStarted`).
    ///
    /// ```
    /// use podverdict::{model::{PodSpec, RuntimePodStatus}, restart::Records};
    /// assert!(!Records::new(&RuntimePodStatus::default())?.any_regular_active(&PodSpec::default()));
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    #[must_use]
    pub fn any_regular_active(&self, spec: &PodSpec) -> bool {
        spec.containers.iter().any(|container| self.newest_active(&container.name).is_some())
    }

    /// Whether the newest record of a regular container in any sandbox is in a known state, which means that the init
    /// containers were done (`pkg/kubelet/kuberuntime.HasAnyRegularContainerCreated`).
    ///
    /// ```
    /// use podverdict::{model::{PodSpec, RuntimePodStatus}, restart::Records};
    /// assert!(!Records::new(&RuntimePodStatus::default())?.any_regular_created(&PodSpec::default()));
    /// # Ok::<(), podverdict::error::InputError>(())
    /// ```
    #[must_use]
    pub fn any_regular_created(&self, spec: &PodSpec) -> bool {
        spec.containers.iter().any(|container| {
            self.newest(&container.name).is_some_and(|record| record.state != RuntimeState::Unknown)
        })
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::Records;
    use crate::model::{RuntimeContainerStatus, RuntimePodStatus};

    fn record(id: &str, name: &str) -> RuntimeContainerStatus {
        RuntimeContainerStatus { id: id.into(), name: name.into(), ..Default::default() }
    }

    #[test]
    fn active_records_come_in_the_order_of_the_active_list() {
        let status = RuntimePodStatus {
            container_statuses: vec![record("1", "a"), record("2", "a"), record("3", "b")],
            active: Some(vec!["3".into(), "2".into(), "1".into()]),
            ..Default::default()
        };
        let records = Records::new(&status).unwrap();
        assert_eq!(records.newest("a").unwrap().id, "1");
        assert_eq!(records.newest_active("a").unwrap().id, "2");
        assert_eq!(records.newest_active("b").unwrap().id, "3");
    }

    #[test]
    fn of_an_id_that_comes_twice_the_last_record_is_active() {
        let status = RuntimePodStatus {
            container_statuses: vec![record("1", "a"), record("1", "b")],
            active: Some(vec!["1".into()]),
            ..Default::default()
        };
        let records = Records::new(&status).unwrap();
        assert!(records.newest_active("a").is_none());
        assert!(records.newest_active("b").is_some());
    }
}
