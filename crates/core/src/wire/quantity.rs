//! Op `quantity`: parse, compare, add.

use alloc::string::{String, ToString};

use serde::{Deserialize, Serialize};

use super::request::missing;
use super::{Answer, Fields};
use crate::error::InputError;
use crate::quantity::Quantity;
use crate::release::Kubernetes;

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Opts {
    a: Option<String>,
    b: Option<String>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Parsed {
    #[serde(rename_all = "camelCase")]
    Quantity {
        string: String,
        format: &'static str,
        sign: i32,
        value: i64,
        milli_value: i64,
        round_up_milli: String,
    },
    Error {
        error: String,
    },
}

impl Parsed {
    fn of(parsed: &Result<Quantity, crate::quantity::QuantityError>) -> Self {
        match parsed {
            Err(error) => Parsed::Error { error: error.to_string() },
            Ok(quantity) => {
                let mut rounded = quantity.clone();
                rounded.round_up_milli();
                Parsed::Quantity {
                    string: quantity.to_string(),
                    format: quantity.format().as_str(),
                    sign: quantity.sign(),
                    value: quantity.value(),
                    milli_value: quantity.milli_value(),
                    round_up_milli: rounded.to_string(),
                }
            }
        }
    }
}

/// `opts` {`a`, `b?`}: each quantity's canonical text, format, sign, value and milli-value; with both, also `cmp`, `add`
/// and `sub`.
pub(super) fn quantity(
    _: &Kubernetes,
    fields: &mut Fields<'_>,
    answer: &mut Answer,
) -> Result<(), InputError> {
    let opts: Opts = fields.required("opts")?;
    if opts.a.is_none() && opts.b.is_none() {
        return Err(missing("opts.a"));
    }
    let a = opts.a.as_deref().map(Quantity::parse);
    let b = opts.b.as_deref().map(Quantity::parse);
    if let Some(parsed) = &a {
        answer.put("a", &Parsed::of(parsed));
    }
    if let Some(parsed) = &b {
        answer.put("b", &Parsed::of(parsed));
    }
    if let (Some(Ok(a)), Some(Ok(b))) = (a, b) {
        answer.put("cmp", &(a.cmp(&b) as i8));
        let (mut sum, mut difference) = (a.clone(), a);
        sum.add(&b);
        difference.sub(&b);
        answer.put("add", &sum);
        answer.put("sub", &difference);
    }
    Ok(())
}
