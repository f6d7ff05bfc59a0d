//! Shrinks a differing case: takes parts of its JSON away as long as it still differs.

use std::error::Error;

use serde_json::Value;

/// Parts that make the case a case.
const KEPT: &[&str] = &["id", "op"];

/// Tells whether a case still differs.
type Differs<'d> = dyn FnMut(&Value) -> Result<bool, Box<dyn Error>> + 'd;

/// The smallest case found for which `differs` still holds.
pub(crate) fn shrink(mut case: Value, differs: &mut Differs<'_>) -> Result<Value, Box<dyn Error>> {
    loop {
        let mut smaller = false;
        let mut paths = Vec::new();
        collect(&case, &mut Vec::new(), &mut paths);
        // Large parts first: the outermost paths come first.
        paths.sort_by_key(Vec::len);
        for path in paths {
            let mut candidate = case.clone();
            if !remove(&mut candidate, &path) {
                continue;
            }
            if differs(&candidate)? {
                case = candidate;
                smaller = true;
            }
        }
        if !smaller {
            return Ok(case);
        }
    }
}

#[derive(Clone)]
enum Step {
    Key(String),
    Index(usize),
}

fn collect(value: &Value, at: &mut Vec<Step>, out: &mut Vec<Vec<Step>>) {
    let steps: Vec<Step> = match value {
        Value::Object(map) => map.keys().map(|k| Step::Key(k.clone())).collect(),
        Value::Array(list) => (0..list.len()).rev().map(Step::Index).collect(),
        _ => return,
    };
    for step in steps {
        let child = match &step {
            Step::Key(key) => &value[key.as_str()],
            Step::Index(index) => &value[*index],
        };
        let kept = at.is_empty() && matches!(&step, Step::Key(key) if KEPT.contains(&key.as_str()));
        at.push(step);
        if !kept {
            out.push(at.clone());
        }
        collect(child, at, out);
        at.pop();
    }
}

fn remove(value: &mut Value, path: &[Step]) -> bool {
    let Some((last, parents)) = path.split_last() else { return false };
    let mut at = value;
    for step in parents {
        let next = match step {
            Step::Key(key) => at.get_mut(key.as_str()),
            Step::Index(index) => at.get_mut(*index),
        };
        match next {
            Some(next) => at = next,
            None => return false,
        }
    }
    match (last, at) {
        (Step::Key(key), Value::Object(map)) => map.shift_remove(key).is_some(),
        (Step::Index(index), Value::Array(list)) if *index < list.len() => {
            list.remove(*index);
            true
        }
        _ => false,
    }
}
