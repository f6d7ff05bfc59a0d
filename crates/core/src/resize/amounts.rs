//! Amounts as the scheduler and the kubelet count them: whole numbers.

use serde::Serialize;

use super::requests::Resources;
use super::resource_name::is_scalar;
use crate::model::{Map, ResourceList, resource};
use crate::quantity::Quantity;

/// Amounts of resources as whole numbers (upstream: `pkg/scheduler/framework.Resource`). A resource that is neither one of
/// the three fields nor a scalar (extended, huge pages, attachable volumes, or prefixed by Kubernetes) is not counted.
/// Sums wrap around, as Go's do.
///
/// ```
/// use podverdict::{model::ResourceList, quantity::Quantity, resize::amounts::Amounts};
/// let list: ResourceList = [("cpu", Quantity::parse("0.5")?)].into_iter().collect();
/// assert_eq!(Amounts::from(&list).milli_cpu, 500);
/// # Ok::<(), podverdict::quantity::QuantityError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Amounts {
    /// CPU in milli-CPU.
    pub milli_cpu: i64,
    /// Memory in bytes.
    pub memory: i64,
    /// Local ephemeral storage in bytes.
    pub ephemeral_storage: i64,
    /// All other resources that are counted, each in its own unit.
    pub scalars: Map<i64>,
}

impl Amounts {
    /// The amount of a resource; 0 if there is none.
    ///
    /// ```
    /// assert_eq!(podverdict::resize::amounts::Amounts::default().get("example.com/gpu"), 0);
    /// ```
    #[must_use]
    pub fn get(&self, name: &str) -> i64 {
        match name {
            resource::CPU => self.milli_cpu,
            resource::MEMORY => self.memory,
            resource::EPHEMERAL_STORAGE => self.ephemeral_storage,
            other => self.scalars.get(other).copied().unwrap_or_default(),
        }
    }

    fn read<'a>(list: impl Iterator<Item = (&'a str, &'a Quantity)>) -> Self {
        let mut out = Amounts::default();
        for (name, amount) in list {
            match name {
                resource::CPU => out.milli_cpu = amount.milli_value(),
                resource::MEMORY => out.memory = amount.value(),
                resource::EPHEMERAL_STORAGE => out.ephemeral_storage = amount.value(),
                other if is_scalar(other) => {
                    out.scalars.insert(other, amount.value());
                }
                _ => {}
            }
        }
        out
    }

    /// The same amounts with 0 for those below (upstream: `SetMaxResource` on an empty one).
    pub(super) fn at_least_zero(mut self) -> Self {
        self.milli_cpu = self.milli_cpu.max(0);
        self.memory = self.memory.max(0);
        self.ephemeral_storage = self.ephemeral_storage.max(0);
        self.scalars.iter_mut().for_each(|(_, amount)| *amount = (*amount).max(0));
        self
    }

    /// Whether nothing is asked for; a scalar of 0 is something.
    pub(super) fn is_nothing(&self) -> bool {
        self.milli_cpu == 0 && self.memory == 0 && self.ephemeral_storage == 0 && self.scalars.is_empty()
    }

    pub(super) fn add(&mut self, other: &Amounts) {
        self.combine(other, i64::wrapping_add);
    }

    pub(super) fn sub(&mut self, other: &Amounts) {
        self.combine(other, i64::wrapping_sub);
    }

    fn combine(&mut self, other: &Amounts, with: fn(i64, i64) -> i64) {
        self.milli_cpu = with(self.milli_cpu, other.milli_cpu);
        self.memory = with(self.memory, other.memory);
        self.ephemeral_storage = with(self.ephemeral_storage, other.ephemeral_storage);
        for (name, amount) in other.scalars.iter() {
            match self.scalars.get_mut(name) {
                Some(sum) => *sum = with(*sum, *amount),
                None => {
                    self.scalars.insert(name, with(0, *amount));
                }
            }
        }
    }
}

impl From<&ResourceList> for Amounts {
    fn from(list: &ResourceList) -> Self {
        Self::read(list.iter())
    }
}

impl From<&Resources> for Amounts {
    fn from(resources: &Resources) -> Self {
        Self::read(resources.iter())
    }
}
