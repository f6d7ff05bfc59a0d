//! Amounts by resource name, without allocation for the usual resources.

use serde::{Serialize, Serializer};

use crate::model::{ResourceList, resource};
use crate::quantity::Quantity;

/// Amounts by resource name. CPU, memory and ephemeral storage have a place of their own, so that sums of them allocate
/// nothing; all other resources are in a map. An amount of zero differs from an absent one.
///
/// ```
/// use podverdict::{model::ResourceList, quantity::Quantity, resize::requests::Resources};
/// let list: ResourceList = [("cpu", Quantity::parse("100m")?)].into_iter().collect();
/// let mut sum = Resources::default();
/// sum.add_list(&list);
/// sum.add_list(&list);
/// assert_eq!(sum.cpu().map(Quantity::milli_value), Some(200));
/// # Ok::<(), podverdict::quantity::QuantityError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    cpu: Option<Quantity>,
    memory: Option<Quantity>,
    ephemeral_storage: Option<Quantity>,
    others: ResourceList,
}

impl Resources {
    /// The CPU amount, if there is one.
    ///
    /// ```
    /// assert!(podverdict::resize::requests::Resources::default().cpu().is_none());
    /// ```
    #[must_use]
    pub const fn cpu(&self) -> Option<&Quantity> {
        self.cpu.as_ref()
    }

    /// The memory amount, if there is one.
    ///
    /// ```
    /// assert!(podverdict::resize::requests::Resources::default().memory().is_none());
    /// ```
    #[must_use]
    pub const fn memory(&self) -> Option<&Quantity> {
        self.memory.as_ref()
    }

    /// The amount of local ephemeral storage, if there is one.
    ///
    /// ```
    /// assert!(podverdict::resize::requests::Resources::default().ephemeral_storage().is_none());
    /// ```
    #[must_use]
    pub const fn ephemeral_storage(&self) -> Option<&Quantity> {
        self.ephemeral_storage.as_ref()
    }

    /// The amounts of all resources but CPU, memory and ephemeral storage.
    ///
    /// ```
    /// assert!(podverdict::resize::requests::Resources::default().others().is_empty());
    /// ```
    #[must_use]
    pub const fn others(&self) -> &ResourceList {
        &self.others
    }

    /// The amount of a resource, if there is one.
    ///
    /// ```
    /// assert!(podverdict::resize::requests::Resources::default().get("example.com/gpu").is_none());
    /// ```
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Quantity> {
        match name {
            resource::CPU => self.cpu.as_ref(),
            resource::MEMORY => self.memory.as_ref(),
            resource::EPHEMERAL_STORAGE => self.ephemeral_storage.as_ref(),
            other => self.others.get(other),
        }
    }

    /// Whether there is no amount at all.
    ///
    /// ```
    /// assert!(podverdict::resize::requests::Resources::default().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cpu.is_none()
            && self.memory.is_none()
            && self.ephemeral_storage.is_none()
            && self.others.is_empty()
    }

    /// Sets the amount of a resource.
    ///
    /// ```
    /// use podverdict::{quantity::Quantity, resize::requests::Resources};
    /// let mut resources = Resources::default();
    /// resources.set("memory", Quantity::parse("1Gi")?);
    /// assert!(!resources.is_empty());
    /// # Ok::<(), podverdict::quantity::QuantityError>(())
    /// ```
    pub fn set(&mut self, name: &str, amount: Quantity) {
        match name {
            resource::CPU => self.cpu = Some(amount),
            resource::MEMORY => self.memory = Some(amount),
            resource::EPHEMERAL_STORAGE => self.ephemeral_storage = Some(amount),
            other => {
                self.others.insert(other, amount);
            }
        }
    }

    /// The amounts: CPU, memory, ephemeral storage, then the others in the order of their names.
    ///
    /// ```
    /// use podverdict::{model::ResourceList, quantity::Quantity, resize::requests::Resources};
    /// let resources = Resources::from(&[("cpu", Quantity::ZERO)].into_iter().collect::<ResourceList>());
    /// assert_eq!(resources.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["cpu"]);
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Quantity)> {
        let usual = [
            (resource::CPU, &self.cpu),
            (resource::MEMORY, &self.memory),
            (resource::EPHEMERAL_STORAGE, &self.ephemeral_storage),
        ];
        let usual = usual.into_iter().filter_map(|(name, amount)| Some((name, amount.as_ref()?)));
        usual.chain(self.others.iter())
    }

    fn get_mut(&mut self, name: &str) -> Option<&mut Quantity> {
        match name {
            resource::CPU => self.cpu.as_mut(),
            resource::MEMORY => self.memory.as_mut(),
            resource::EPHEMERAL_STORAGE => self.ephemeral_storage.as_mut(),
            other => self.others.get_mut(other),
        }
    }

    /// Adds one amount; an amount that is the first one of its resource keeps its text
    /// (upstream: `component-helpers/resource.addResourceList`).
    pub(crate) fn add(&mut self, name: &str, amount: &Quantity) {
        match self.get_mut(name) {
            Some(sum) => {
                sum.add(amount);
            }
            None => self.set(name, amount.clone()),
        }
    }

    /// Replaces an amount that is absent or smaller; of equal ones the first stays
    /// (upstream: `component-helpers/resource.maxResourceList`).
    pub(crate) fn raise(&mut self, name: &str, amount: &Quantity) {
        match self.get_mut(name) {
            Some(most) if *amount <= *most => {}
            Some(most) => *most = amount.clone().after_comparing(most),
            None => self.set(name, amount.clone()),
        }
    }

    /// Adds every amount of a list.
    ///
    /// ```
    /// use podverdict::{model::ResourceList, resize::requests::Resources};
    /// let mut sum = Resources::default();
    /// sum.add_list(&ResourceList::new());
    /// assert!(sum.is_empty());
    /// ```
    pub fn add_list(&mut self, list: &ResourceList) {
        for (name, amount) in list.iter() {
            self.add(name, amount);
        }
    }

    /// Replaces every amount that is absent or smaller than the list's; of equal amounts the first stays.
    ///
    /// ```
    /// use podverdict::{model::ResourceList, quantity::Quantity, resize::requests::Resources};
    /// let list: ResourceList = [("cpu", Quantity::parse("1000m")?)].into_iter().collect();
    /// let mut most = Resources::default();
    /// most.set("cpu", Quantity::parse("1")?);
    /// most.raise_list(&list);
    /// assert_eq!(most.cpu().map(Quantity::to_string).as_deref(), Some("1"));
    /// # Ok::<(), podverdict::quantity::QuantityError>(())
    /// ```
    pub fn raise_list(&mut self, list: &ResourceList) {
        for (name, amount) in list.iter() {
            self.raise(name, amount);
        }
    }

    /// Adds all amounts of another sum.
    ///
    /// ```
    /// use podverdict::{quantity::Quantity, resize::requests::Resources};
    /// let mut one = Resources::default();
    /// one.set("cpu", Quantity::parse("1")?);
    /// let mut two = one.clone();
    /// two.add_all(&one);
    /// assert_eq!(two.cpu().map(Quantity::value), Some(2));
    /// # Ok::<(), podverdict::quantity::QuantityError>(())
    /// ```
    pub fn add_all(&mut self, other: &Resources) {
        for (name, amount) in other.iter() {
            self.add(name, amount);
        }
    }

    /// Replaces every amount that is absent or smaller than the other's; of equal amounts the first stays.
    ///
    /// ```
    /// use podverdict::{quantity::Quantity, resize::requests::Resources};
    /// let mut one = Resources::default();
    /// one.set("cpu", Quantity::parse("1")?);
    /// let mut most = Resources::default();
    /// most.raise_all(&one);
    /// assert_eq!(most, one);
    /// # Ok::<(), podverdict::quantity::QuantityError>(())
    /// ```
    pub fn raise_all(&mut self, other: &Resources) {
        for (name, amount) in other.iter() {
            self.raise(name, amount);
        }
    }
}

impl From<&ResourceList> for Resources {
    fn from(list: &ResourceList) -> Self {
        let mut resources = Resources::default();
        resources.add_list(list);
        resources
    }
}

impl From<Resources> for ResourceList {
    fn from(resources: Resources) -> Self {
        let mut list = resources.others;
        let usual = [
            (resource::CPU, resources.cpu),
            (resource::MEMORY, resources.memory),
            (resource::EPHEMERAL_STORAGE, resources.ephemeral_storage),
        ];
        for (name, amount) in usual {
            if let Some(amount) = amount {
                list.insert(name, amount);
            }
        }
        list
    }
}

/// As a map from name to quantity.
impl Serialize for Resources {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_map(self.iter())
    }
}
