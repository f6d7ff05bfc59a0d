//! Amounts of resources as the scheduler counts them.

use alloc::vec::Vec;

use super::text::{Text, Texts, same};
use crate::model::{ResourceList, resource};
use crate::quantity::Quantity;
use crate::resize::requests::Resources;
use crate::resize::resource_name::is_huge_page;

/// Amounts of resources, as whole numbers (upstream: `framework.Resource`).
///
/// A resource that is none of CPU, memory and ephemeral storage is a scalar if it is extended (`example.com/gpu`), huge
/// pages, of Kubernetes itself with a prefix, or attachable volumes; every other name is not counted at all.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amounts {
    /// CPU, in thousandths of a core.
    pub milli_cpu: i64,
    /// Memory, in bytes.
    pub memory: i64,
    /// Local ephemeral storage, in bytes.
    pub ephemeral_storage: i64,
    /// The scalars, sorted by name. A scalar of zero differs from an absent one.
    pub(crate) scalars: Vec<(Text, i64)>,
}

impl Amounts {
    /// The amount of a scalar; 0 if there is none.
    ///
    /// ```
    /// assert_eq!(podverdict::gang::cluster::Amounts::default().scalar("example.com/gpu"), 0);
    /// ```
    #[must_use]
    pub fn scalar(&self, name: &str) -> i64 {
        self.scalars.iter().find(|(n, _)| &**n == name).map_or(0, |(_, amount)| *amount)
    }

    /// The scalars, sorted by name.
    ///
    /// ```
    /// assert_eq!(podverdict::gang::cluster::Amounts::default().scalars().count(), 0);
    /// ```
    pub fn scalars(&self) -> impl Iterator<Item = (&str, i64)> {
        self.scalars.iter().map(|(name, amount)| (&**name, *amount))
    }

    /// Whether the scheduler regards it as nothing at all: no CPU, memory, ephemeral storage, and no scalar, not even one of
    /// zero.
    pub(crate) fn is_nothing(&self) -> bool {
        self.milli_cpu == 0 && self.memory == 0 && self.ephemeral_storage == 0 && self.scalars.is_empty()
    }

    /// What a node offers (upstream: `framework.NewResource`), and how many pods it takes.
    pub(crate) fn read_allocatable(texts: &mut Texts, list: &ResourceList) -> (Self, i64) {
        let mut out = Amounts::default();
        let mut pods = 0;
        for (name, amount) in list.iter() {
            if name == resource::PODS {
                pods = amount.value();
            } else {
                out.add_one(texts, name, amount);
            }
        }
        (out, pods)
    }

    /// What a pod takes (upstream: `framework.Resource.Add` of the pod's requests).
    pub(crate) fn read(texts: &mut Texts, resources: &Resources) -> Self {
        let mut out = Amounts::default();
        for (name, amount) in resources.iter() {
            out.add_one(texts, name, amount);
        }
        out
    }

    /// What an incoming pod asks for (upstream: `framework.Resource.SetMaxResource` on an empty one): as
    /// [`read`](Self::read), but nothing negative.
    pub(crate) fn read_incoming(texts: &mut Texts, resources: &Resources) -> Self {
        let mut out = Self::read(texts, resources);
        out.milli_cpu = out.milli_cpu.max(0);
        out.memory = out.memory.max(0);
        out.ephemeral_storage = out.ephemeral_storage.max(0);
        for (_, amount) in &mut out.scalars {
            *amount = (*amount).max(0);
        }
        out
    }

    fn add_one(&mut self, texts: &mut Texts, name: &str, amount: &Quantity) {
        match name {
            resource::CPU => self.milli_cpu = self.milli_cpu.wrapping_add(amount.milli_value()),
            resource::MEMORY => self.memory = self.memory.wrapping_add(amount.value()),
            resource::EPHEMERAL_STORAGE => {
                self.ephemeral_storage = self.ephemeral_storage.wrapping_add(amount.value());
            }
            other if is_scalar(other) => self.change_scalar(&texts.share(other), |_| amount.value()),
            _ => {}
        }
    }

    fn change_scalar(&mut self, name: &Text, with: impl FnOnce(i64) -> i64) {
        match self.scalars.binary_search_by(|(n, _)| n.cmp(name)) {
            Ok(at) => {
                if let Some((_, amount)) = self.scalars.get_mut(at) {
                    *amount = with(*amount);
                }
            }
            Err(at) => self.scalars.insert(at, (Text::clone(name), with(0))),
        }
    }

    /// Adds the other amounts; sums wrap as Go's do.
    pub(crate) fn add(&mut self, other: &Amounts) {
        self.change(other, i64::wrapping_add);
    }

    /// Subtracts the other amounts.
    pub(crate) fn sub(&mut self, other: &Amounts) {
        self.change(other, i64::wrapping_sub);
    }

    fn change(&mut self, other: &Amounts, with: fn(i64, i64) -> i64) {
        self.milli_cpu = with(self.milli_cpu, other.milli_cpu);
        self.memory = with(self.memory, other.memory);
        self.ephemeral_storage = with(self.ephemeral_storage, other.ephemeral_storage);
        for (name, amount) in &other.scalars {
            self.change_scalar(name, |old| with(old, *amount));
        }
    }

    /// The amount of a scalar by its shared name; 0 if there is none.
    pub(crate) fn scalar_of(&self, name: &Text) -> i64 {
        self.scalars.iter().find(|(n, _)| same(n, name)).map_or(0, |(_, amount)| *amount)
    }
}

/// Whether the scheduler counts a resource of this name as a scalar (upstream: `util.IsScalarResourceName`).
fn is_scalar(name: &str) -> bool {
    is_extended(name)
        || is_huge_page(name)
        || name.contains("kubernetes.io/")
        || name.starts_with("attachable-volumes-")
}

/// Whether a resource is an extended one (upstream: `helper.IsExtendedResourceName`).
fn is_extended(name: &str) -> bool {
    if !name.contains('/') || name.contains("kubernetes.io/") || name.starts_with("requests.") {
        return false;
    }
    // It must also make a quota resource name.
    super::labels::is_qualified_name(&alloc::format!("requests.{name}"))
}
