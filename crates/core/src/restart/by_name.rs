//! Look-up by container name.

use alloc::vec::Vec;

use crate::model::{Container, ContainerStatus, RuntimeContainerStatus};

/// Things that carry a container's name.
pub(crate) trait Named {
    /// The container's name.
    fn name(&self) -> &str;
}

impl Named for Container {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for ContainerStatus {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for RuntimeContainerStatus {
    fn name(&self) -> &str {
        &self.name
    }
}

/// Up to here a walk over the list is as fast as a search, and needs no memory.
const WALK: usize = 24;

/// A list, or two one after the other, to be asked by name. A name may come several times; the order is kept.
#[derive(Clone, Debug)]
pub(crate) struct ByName<'a, T> {
    lists: [&'a [T]; 2],
    /// By name, equal names in list order; only filled where the lists are long.
    sorted: Vec<&'a T>,
}

impl<'a, T: Named> ByName<'a, T> {
    pub(crate) fn new(lists: [&'a [T]; 2]) -> Self {
        let [first, second] = lists;
        let mut sorted = Vec::new();
        if first.len().saturating_add(second.len()) > WALK {
            sorted = first.iter().chain(second).collect();
            sorted.sort_by(|a, b| a.name().cmp(b.name()));
        }
        ByName { lists, sorted }
    }

    /// All of a name, in list order.
    pub(crate) fn all<'s>(
        &'s self,
        name: &'s str,
    ) -> impl DoubleEndedIterator<Item = &'a T> + Clone + use<'a, 's, T> {
        let (found, [first, second]): (&'s [&'a T], [&'a [T]; 2]) = if self.sorted.is_empty() {
            (&[], self.lists)
        } else {
            let from = self.sorted.partition_point(|item| item.name() < name);
            let to = self.sorted.partition_point(|item| item.name() <= name);
            (self.sorted.get(from..to).unwrap_or_default(), [&[]; 2])
        };
        found.iter().copied().chain(first.iter().chain(second).filter(move |item| item.name() == name))
    }

    /// The first of a name.
    pub(crate) fn first(&self, name: &str) -> Option<&'a T> {
        self.all(name).next()
    }

    /// The last of a name.
    pub(crate) fn last(&self, name: &str) -> Option<&'a T> {
        self.all(name).next_back()
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::vec::Vec;

    use super::{ByName, WALK};
    use crate::model::Container;

    fn named(name: &str, image: &str) -> Container {
        Container { name: name.into(), image: image.into(), ..Container::default() }
    }

    #[test]
    fn short_and_long_lists_answer_alike() {
        for extra in [0, WALK] {
            let mut first: Vec<Container> = (0..extra).map(|i| named(&format!("x{i}"), "x")).collect();
            first.insert(extra / 2, named("a", "1"));
            first.push(named("a", "2"));
            let second = [named("b", "only"), named("a", "3")];
            let lists = ByName::new([&first, &second]);
            let images: Vec<&str> = lists.all("a").map(|container| container.image.as_str()).collect();
            assert_eq!(images, ["1", "2", "3"]);
            assert_eq!(lists.first("a").unwrap().image, "1");
            assert_eq!(lists.last("a").unwrap().image, "3");
            assert_eq!(lists.last("b").unwrap().image, "only");
            assert!(lists.first("c").is_none());
        }
    }
}
