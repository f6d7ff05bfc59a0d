//! Containers, their statuses and volumes by name, in linear time.

use alloc::vec::Vec;

use crate::model::{Container, ContainerStatus, Volume};

/// Something that is looked up by its name.
pub(crate) trait Named {
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

impl Named for Volume {
    fn name(&self) -> &str {
        &self.name
    }
}

/// Up to this many items are looked through one by one, which is faster than any index.
const FEW: usize = 16;

/// Which of two items of one name is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wins {
    /// The first one: upstream walks the lists.
    First,
    /// The last one: upstream puts the lists into a Go map.
    Last,
}

/// Two lists, searched by name as if they were one.
pub(crate) struct ByName<'a, T> {
    lists: [&'a [T]; 2],
    wins: Wins,
    /// The items of both lists sorted by name, winners first; empty if they are few.
    sorted: Vec<&'a T>,
}

impl<'a, T: Named> ByName<'a, T> {
    pub(crate) fn new(first: &'a [T], second: &'a [T], wins: Wins) -> Self {
        let mut sorted: Vec<&'a T> = Vec::new();
        if first.len().saturating_add(second.len()) > FEW {
            sorted.extend(first.iter().chain(second));
            if wins == Wins::Last {
                sorted.reverse();
            }
            sorted.sort_by(|a, b| a.name().cmp(b.name()));
        }
        ByName { lists: [first, second], wins, sorted }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'a T> {
        if !self.sorted.is_empty() {
            let at = self.sorted.partition_point(|item| item.name() < name);
            return self.sorted.get(at).copied().filter(|item| item.name() == name);
        }
        let [first, second] = self.lists;
        let mut items = first.iter().chain(second);
        match self.wins {
            Wins::First => items.find(|item| item.name() == name),
            Wins::Last => items.rfind(|item| item.name() == name),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::vec::Vec;

    use super::{ByName, Wins};
    use crate::model::Container;

    fn named(name: &str, image: &str) -> Container {
        Container { name: name.into(), image: image.into(), ..Container::default() }
    }

    #[test]
    fn few_and_many_agree_on_which_one_wins() {
        for extra in [0, 40] {
            let mut first: Vec<Container> = (0..extra).map(|i| named(&format!("x{i}"), "x")).collect();
            first.insert(extra / 2, named("a", "first"));
            first.push(named("a", "second"));
            let second = [named("a", "third"), named("b", "only")];
            for (wins, image) in [(Wins::First, "first"), (Wins::Last, "third")] {
                let lists = ByName::new(&first, &second, wins);
                assert_eq!(lists.get("a").unwrap().image, image);
                assert_eq!(lists.get("b").unwrap().image, "only");
                assert!(lists.get("c").is_none());
            }
        }
    }
}
