//! Quantities: texts from every corner of the grammar, and cases of op `quantity`.

use fastrand::Rng;
use podverdict::release::Release;
use serde_json::{Value, json};

use super::pick;

fn below(rng: &mut Rng, end: u64) -> u64 {
    rng.u64(..end)
}

fn digits(rng: &mut Rng, end: u64) -> String {
    let length = below(rng, end);
    (0..length).map(|_| char::from(b'0' + rng.u8(..10))).collect()
}

const SUFFIXES: [&str; 16] =
    ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/// What people write.
const COMMON: [&str; 20] = [
    "0", "1", "2", "100m", "250m", "0.5", "1.5", "1500m", "64Mi", "128Mi", "500Mi", "512Mi", "1Gi", "1.5Gi",
    "1024Mi", "1e3", "1E3", "100k", "10G", "0.1",
];

/// Texts that are refused, or look as if they should be.
const ODD: [&str; 40] = [
    "", " ", "+", "-", ".", "-.", "+.", "..", "1..", "e", "E", "i", "Ki", "Ei", "Pi", "-Ei", ".Ei", "e-10",
    ".e-10", "1e", "1e+", "1e-", "1+", "1-", "1 ", " 1", "\t1", "1\n", "٣", "１", "½", "1,5", "0x10", "NaN",
    "inf", "1_000", "--1", "+-1", "1\u{a0}", "\u{0}",
];

const BROKEN_SUFFIXES: [&str; 24] = [
    "K",
    "mi",
    "ki",
    "KI",
    "Kib",
    "i",
    "KiKi",
    "mm",
    "Eii",
    "e3e3",
    "e3.5",
    "E+",
    "Ki5",
    "m5",
    "m-5",
    "n+",
    "b",
    "B",
    "%",
    " Gi",
    "e9223372036854775808",
    "e-9223372036854775809",
    "e99999999999999999999",
    "eE5",
];

/// Where the forms, the caps and the integer types end.
const EDGES: [u128; 21] = [
    1023,
    1024,
    1025,
    1 << 20,
    8_191,
    8_192,
    999,
    1_000,
    (1 << 63) - 1,
    1 << 63,
    (1 << 63) + 1,
    (1 << 64) - 1,
    1 << 64,
    1_000_000_000_000_000_000,
    999_999_999_999_999_999,
    9_223_372_036_854_775,
    9_223_372_036_854_775_807_000,
    99_999_999_999,
    99_999_999,
    99_999,
    1_000_000_000_000_000_000_000,
];

/// The digits of a number, with or without a point, not always any.
fn number(rng: &mut Rng) -> String {
    let mut text = match below(rng, 12) {
        0 => String::new(),
        1..=3 => below(rng, 2000).to_string(),
        4 => (below(rng, 200) * 8).to_string(),
        5 => (1_u128 << below(rng, 90)).to_string(),
        6 => 10_u128.pow(below(rng, 25) as u32).to_string(),
        7 | 8 => {
            let edge = EDGES.get(rng.usize(..EDGES.len())).copied().unwrap_or(0);
            // Also divided by what the suffix may multiply by.
            let edge = if below(rng, 2) == 0 { edge } else { edge >> (10 * below(rng, 7)) };
            edge.wrapping_add(u128::from(below(rng, 5))).saturating_sub(2).to_string()
        }
        9 => digits(rng, 45),
        _ => digits(rng, 21),
    };
    match below(rng, 12) {
        0 | 1 => text.push_str(pick(rng, &["0", "00", "000", "0000", "000000", "000000000"])),
        2 => text = pick(rng, &["0", "00", "000", "00000000000000000000"]).to_owned() + &text,
        3 => text.push('.'),
        4 => text = text + "." + &digits(rng, 6),
        5 => text = text + "." + &digits(rng, 6) + pick(rng, &["0", "00", "000", "0000"]),
        6 => text = text + "." + &digits(rng, 40),
        7 => text += pick(rng, &[".0", ".00", ".000", ".0000000000", ".000000000000000000000"]),
        8 => text = text + pick(rng, &[".000", ".00000000", ".000000000", ".0000000000"]) + &digits(rng, 4),
        9 => {
            // A point anywhere.
            let at = below(rng, text.len() as u64 + 1) as usize;
            text.insert(at, '.');
        }
        _ => {}
    }
    text
}

fn exponent(rng: &mut Rng) -> String {
    let small = below(rng, 25).to_string();
    let large = below(rng, 400).to_string();
    let digits = match below(rng, 12) {
        0..=5 => small,
        6 => "0".to_owned() + &small,
        7 => "0".to_owned(),
        8 => pick(rng, &["9", "10", "18", "19", "21"]).to_owned(),
        9 => large,
        // Upstream keeps the low 32 bits.
        10 => ((1_u64 << 32) * (1 + below(rng, 3)) + below(rng, 20)).to_string(),
        _ => ((1_u64 << 32) - below(rng, 20)).to_string(),
    };
    pick(rng, &["e", "E"]).to_owned() + pick(rng, &["", "", "+", "-"]) + &digits
}

/// A text that is a quantity or almost one, from every corner of the grammar. Exponents stay where upstream answers in
/// bounded time, whatever is then done with the amount.
pub(crate) fn quantity_text(rng: &mut Rng) -> String {
    let text = match below(rng, 20) {
        0 | 1 => return pick(rng, &COMMON).to_owned(),
        2 => return pick(rng, &ODD).to_owned(),
        3 => number(rng) + pick(rng, &BROKEN_SUFFIXES),
        4..=8 => number(rng) + &exponent(rng),
        _ => number(rng) + pick(rng, &SUFFIXES),
    };
    let mut text = pick(rng, &["", "", "", "", "+", "-"]).to_owned() + &text;
    if below(rng, 40) == 0 {
        // One wrong character.
        let at = below(rng, text.len() as u64 + 1) as usize;
        let wrong = pick(rng, &["0", "9", ".", "-", "+", "e", "E", "i", "K", "m", " ", "x", "\u{663}"]);
        let mut changed = text.clone();
        changed.insert_str(at, wrong);
        text = if is_bounded(&changed) { changed } else { text };
    }
    text
}

/// Whether the exponent, as upstream keeps it, lets upstream finish.
fn is_bounded(text: &str) -> bool {
    let exponent = text.rsplit_once(['e', 'E']).and_then(|(_, exponent)| exponent.parse::<i64>().ok());
    exponent.is_none_or(|exponent| (exponent as i32).unsigned_abs() < 5000)
}

/// A text with an enormous exponent, in the short form, where upstream still prints and rounds it, but can neither compare nor
/// add it.
fn lone_quantity_text(rng: &mut Rng) -> String {
    let fraction = if below(rng, 2) == 0 { String::new() } else { ".".to_owned() + &digits(rng, 6) };
    let digits = (1 + below(rng, 1_000_000)).to_string() + pick(rng, &["", "0", "000"]) + &fraction;
    let exponent = match below(rng, 4) {
        0 => format!("e{}", 2_147_483_647 - below(rng, 40)),
        1 => format!("e{}", below(rng, 2_147_483_647)),
        // Wraps to an enormous scale with a fraction.
        2 if fraction.len() > 4 => format!("e-{}", 2_147_483_648_u64 - below(rng, 3)),
        _ => format!("E+{}", 4_294_967_296_u64 + below(rng, 2_147_483_647)),
    };
    pick(rng, &["", "-", "+"]).to_owned() + &digits + &exponent
}

/// Pairs of quantities, often the same number spelled differently.
pub(super) fn quantity(rng: &mut Rng, _: Release) -> Value {
    if below(rng, 50) == 0 {
        return json!({"opts": {"a": lone_quantity_text(rng)}});
    }
    let a = quantity_text(rng);
    // The same number written again, or its neighbour, now and then.
    let b = match below(rng, 10) {
        0 => a.clone(),
        1 => a.clone() + "0",
        2 => "0".to_owned() + &a,
        3 => "-".to_owned() + &a,
        _ => quantity_text(rng),
    };
    let b = if is_bounded(&b) { b } else { a.clone() };
    json!({"opts": {"a": a, "b": b}})
}
