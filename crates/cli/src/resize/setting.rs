//! What `--set` says: whose amount, which, and how much.

use std::fmt;
use std::str::FromStr;

use podverdict::model::{Pod, ResourceRequirements};
use podverdict::quantity::Quantity;

use crate::Failure;
use crate::restart::all;

/// The name that stands for the pod as a whole, unless a container has it.
const POD: &str = "pod";

/// One `--set`.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    /// The container, `pod`, or nothing for the pod as a whole.
    owner: String,
    list: List,
    /// `cpu` or `memory`.
    resource: &'static str,
    amount: Quantity,
    /// As it was written.
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum List {
    Requests,
    Limits,
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "--set {}", self.text)
    }
}

impl FromStr for Setting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (target, amount) = text
            .split_once('=')
            .ok_or("write CONTAINER.RESOURCE=AMOUNT, such as app.cpu=2 or app.limits.memory=4Gi")?;
        // Names of containers have no dots, so that what follows the first one is the amount's place.
        let (owner, place) = target
            .split_once('.')
            .ok_or_else(|| format!("{target:?} names no resource: write {target}.cpu or {target}.memory"))?;
        let (list, resource) = match place.split_once('.') {
            Some(("requests", resource)) => (List::Requests, resource),
            Some(("limits", resource)) => (List::Limits, resource),
            _ => (List::Requests, place),
        };
        let resource = match resource {
            "cpu" => "cpu",
            "memory" => "memory",
            other => {
                return Err(format!(
                    "{other:?} cannot be resized: only cpu and memory can, as requests or limits"
                ));
            }
        };
        if amount.is_empty() {
            return Err("the amount is missing; what is set once cannot be taken away by a resize".to_owned());
        }
        let amount = Quantity::parse(amount).map_err(|e| format!("{amount:?} is no quantity: {e}"))?;
        if amount.sign() < 0 {
            return Err(format!("{amount} is negative"));
        }
        Ok(Setting { owner: owner.to_owned(), list, resource, amount, text: text.to_owned() })
    }
}

/// Sets the amounts in a pod.
pub(crate) fn apply(settings: &[Setting], pod: &mut Pod) -> Result<(), Failure> {
    for (n, setting) in settings.iter().enumerate() {
        let same = |other: &&Setting| {
            other.owner == setting.owner && other.list == setting.list && other.resource == setting.resource
        };
        if let Some(first) = settings.iter().take(n).find(same) {
            return Err(Failure::new(format!("{first} and {setting} are about the same amount")));
        }
        let resources = owner(pod, setting)?;
        let list = match setting.list {
            List::Requests => &mut resources.requests,
            List::Limits => &mut resources.limits,
        };
        list.insert(setting.resource, setting.amount.clone());
    }
    Ok(())
}

/// Whose resources they are.
fn owner<'p>(pod: &'p mut Pod, setting: &Setting) -> Result<&'p mut ResourceRequirements, Failure> {
    let names: Vec<String> = all(pod).map(|(container, _)| container.name.to_string()).collect();
    let named = |name: &str| names.iter().any(|known| known == name);
    if setting.owner.is_empty() || (setting.owner == POD && !named(POD)) {
        return Ok(pod.spec.resources.get_or_insert_default());
    }
    let spec = &mut pod.spec;
    let mut containers = spec.init_containers.iter_mut().chain(&mut spec.containers);
    if let Some(container) = containers.find(|container| container.name == setting.owner) {
        return Ok(&mut container.resources);
    }
    Err(Failure::new(match named(&setting.owner) {
        true => format!("{setting}: {:?} is an ephemeral container, which has no resources", setting.owner),
        false => {
            format!("{setting}: the pod has no container {:?}; it has {}", setting.owner, names.join(", "))
        }
    }))
}
