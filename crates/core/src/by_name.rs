//! Containers, their statuses and volumes by name, in linear time.

use alloc::vec::Vec;

use crate::model::{Container, ContainerStatus, RuntimeContainerStatus, Volume};

/// Things that are looked up by their name.
pub(crate) trait Named {
    /// The name.
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

impl Named for Volume {
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
        if self.sorted.is_empty() {
            let [first, second] = self.lists;
            let named = |item: &&T| item.name() == name;
            return first.iter().find(named).or_else(|| second.iter().find(named));
        }
        self.all(name).next()
    }

    /// The last of a name.
    pub(crate) fn last(&self, name: &str) -> Option<&'a T> {
        self.all(name).next_back()
    }
}

/// Which of two items of one name is meant.
#[derive(Clone, Copy)]
pub(crate) enum Wins {
    /// The first one: upstream walks the lists.
    First,
    /// The last one: upstream puts the lists into a Go map.
    Last,
}

/// Lists of which always the same one of several items of a name is meant.
pub(crate) struct OneByName<'a, T> {
    all: ByName<'a, T>,
    wins: Wins,
}

impl<'a, T: Named> OneByName<'a, T> {
    pub(crate) fn new(first: &'a [T], second: &'a [T], wins: Wins) -> Self {
        OneByName { all: ByName::new([first, second]), wins }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'a T> {
        match self.wins {
            Wins::First => self.all.first(name),
            Wins::Last => self.all.last(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::vec::Vec;

    use super::{ByName, OneByName, WALK, Wins};
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
            for (wins, image) in [(Wins::First, "1"), (Wins::Last, "3")] {
                let one = OneByName::new(&first, &second, wins);
                assert_eq!(one.get("a").unwrap().image, image);
                assert_eq!(one.get("b").unwrap().image, "only");
                assert!(one.get("c").is_none());
            }
        }
    }
}
