//! What the containers of a pod ask for together.

use alloc::collections::BTreeMap;

use crate::model::{PodSpec, ResourceList, ResourceRequirements};
use crate::quantity::Quantity;

/// An amount for each resource.
pub(super) type Total<'p> = BTreeMap<&'p str, Quantity>;

/// The requests of all containers as the scheduler counts them: regular containers and sidecars together, or, where
/// more, an init container on top of the sidecars before it (component-helpers/resource.AggregateContainerRequests).
pub(super) fn container_requests(spec: &PodSpec) -> Total<'_> {
    total(spec, |resources| &resources.requests)
}

/// The limits of all containers, counted in the same way (component-helpers/resource.AggregateContainerLimits).
pub(super) fn container_limits(spec: &PodSpec) -> Total<'_> {
    total(spec, |resources| &resources.limits)
}

fn total(spec: &PodSpec, list: fn(&ResourceRequirements) -> &ResourceList) -> Total<'_> {
    let mut sum = Total::new();
    for container in &spec.containers {
        for (name, amount) in list(&container.resources).iter() {
            add(&mut sum, name, amount);
        }
    }
    let mut sidecars = Total::new();
    let mut peak = Total::new();
    for container in &spec.init_containers {
        for (name, amount) in list(&container.resources).iter() {
            let during = if container.is_sidecar() {
                add(&mut sum, name, amount);
                add(&mut sidecars, name, amount).clone()
            } else {
                let mut during = amount.clone();
                if let Some(before) = sidecars.get(name) {
                    during.add(before);
                }
                during
            };
            raise(&mut peak, name, during);
        }
    }
    for (name, amount) in peak {
        raise(&mut sum, name, amount);
    }
    sum
}

fn add<'t, 'p>(total: &'t mut Total<'p>, name: &'p str, amount: &Quantity) -> &'t Quantity {
    use alloc::collections::btree_map::Entry;
    match total.entry(name) {
        Entry::Vacant(entry) => entry.insert(amount.clone()),
        Entry::Occupied(entry) => {
            let sum = entry.into_mut();
            sum.add(amount);
            sum
        }
    }
}

fn raise<'p>(total: &mut Total<'p>, name: &'p str, amount: Quantity) {
    match total.get_mut(name) {
        Some(most) if amount > *most => *most = amount,
        Some(_) => {}
        None => {
            total.insert(name, amount);
        }
    }
}
