//! Writes quantity cases for the oracle, and compares its answers with the library's.
//!
//! ```text
//! gen_quantity cases 300000 1 > cases.jsonl      # count and seed
//! oracle < cases.jsonl > answers.jsonl
//! gen_quantity check cases.jsonl answers.jsonl
//! ```

#![expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "a test tool that computes with small numbers it drew itself"
)]

use podverdict::quantity::Quantity;
use serde_json::{Map, Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Error, Lines, Write};

/// SplitMix64: small, and the same cases for the same seed everywhere.
struct Rng(u64);

impl Rng {
    fn new(seed: u64) -> Rng {
        Rng(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.next().checked_rem(end).unwrap_or(0)
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        let index = self.below(choices.len() as u64);
        choices.iter().copied().zip(0..).find(|(_, at)| *at == index).map_or("", |(choice, _)| choice)
    }

    fn digits(&mut self, end: u64) -> String {
        let length = self.below(end);
        (0..length)
            .map(|_| char::from(b"0123456789".get(self.below(10) as usize).copied().unwrap_or(b'0')))
            .collect()
    }
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
    let mut text = match rng.below(12) {
        0 => String::new(),
        1..=3 => rng.below(2000).to_string(),
        4 => (rng.below(200) * 8).to_string(),
        5 => (1_u128 << rng.below(90)).to_string(),
        6 => 10_u128.pow(rng.below(25) as u32).to_string(),
        7 | 8 => {
            let edge = EDGES.get(rng.below(EDGES.len() as u64) as usize).copied().unwrap_or(0);
            // Also divided by what the suffix may multiply by.
            let edge = if rng.below(2) == 0 { edge } else { edge >> (10 * rng.below(7)) };
            edge.wrapping_add(u128::from(rng.below(5))).saturating_sub(2).to_string()
        }
        9 => rng.digits(45),
        _ => rng.digits(21),
    };
    match rng.below(12) {
        0 | 1 => text.push_str(rng.pick(&["0", "00", "000", "0000", "000000", "000000000"])),
        2 => text = rng.pick(&["0", "00", "000", "00000000000000000000"]).to_owned() + &text,
        3 => text.push('.'),
        4 => text = text + "." + &rng.digits(6),
        5 => text = text + "." + &rng.digits(6) + rng.pick(&["0", "00", "000", "0000"]),
        6 => text = text + "." + &rng.digits(40),
        7 => text += rng.pick(&[".0", ".00", ".000", ".0000000000", ".000000000000000000000"]),
        8 => text = text + rng.pick(&[".000", ".00000000", ".000000000", ".0000000000"]) + &rng.digits(4),
        9 => {
            // A point anywhere.
            let at = rng.below(text.len() as u64 + 1) as usize;
            text.insert(at, '.');
        }
        _ => {}
    }
    text
}

fn exponent(rng: &mut Rng) -> String {
    let small = rng.below(25).to_string();
    let large = rng.below(400).to_string();
    let digits = match rng.below(12) {
        0..=5 => small,
        6 => "0".to_owned() + &small,
        7 => "0".to_owned(),
        8 => rng.pick(&["9", "10", "18", "19", "21"]).to_owned(),
        9 => large,
        // Upstream keeps the low 32 bits.
        10 => ((1_u64 << 32) * (1 + rng.below(3)) + rng.below(20)).to_string(),
        _ => ((1_u64 << 32) - rng.below(20)).to_string(),
    };
    rng.pick(&["e", "E"]).to_owned() + rng.pick(&["", "", "+", "-"]) + &digits
}

/// A text that is a quantity or almost one, from every corner of the grammar. Exponents stay where upstream answers in
/// bounded time, whatever is then done with the amount.
fn quantity_text(rng: &mut Rng) -> String {
    let text = match rng.below(20) {
        0 | 1 => return rng.pick(&COMMON).to_owned(),
        2 => return rng.pick(&ODD).to_owned(),
        3 => number(rng) + rng.pick(&BROKEN_SUFFIXES),
        4..=8 => number(rng) + &exponent(rng),
        _ => number(rng) + rng.pick(&SUFFIXES),
    };
    let mut text = rng.pick(&["", "", "", "", "+", "-"]).to_owned() + &text;
    if rng.below(40) == 0 {
        // One wrong character.
        let at = rng.below(text.len() as u64 + 1) as usize;
        let wrong = rng.pick(&["0", "9", ".", "-", "+", "e", "E", "i", "K", "m", " ", "x", "\u{663}"]);
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
    let fraction = if rng.below(2) == 0 { String::new() } else { ".".to_owned() + &rng.digits(6) };
    let digits = (1 + rng.below(1_000_000)).to_string() + rng.pick(&["", "0", "000"]) + &fraction;
    let exponent = match rng.below(4) {
        0 => format!("e{}", 2_147_483_647 - rng.below(40)),
        1 => format!("e{}", rng.below(2_147_483_647)),
        // Wraps to an enormous scale with a fraction.
        2 if fraction.len() > 4 => format!("e-{}", 2_147_483_648_u64 - rng.below(3)),
        _ => format!("E+{}", 4_294_967_296_u64 + rng.below(2_147_483_647)),
    };
    rng.pick(&["", "-", "+"]).to_owned() + &digits + &exponent
}

fn case(rng: &mut Rng, id: u64) -> Value {
    let opts = if rng.below(50) == 0 {
        json!({ "a": lone_quantity_text(rng) })
    } else {
        let a = quantity_text(rng);
        // The same number written again, or its neighbour, now and then.
        let b = match rng.below(10) {
            0 => a.clone(),
            1 => a.clone() + "0",
            2 => "0".to_owned() + &a,
            3 => "-".to_owned() + &a,
            _ => quantity_text(rng),
        };
        let b = if is_bounded(&b) { b } else { a.clone() };
        json!({ "a": a, "b": b })
    };
    json!({ "id": id.to_string(), "op": "quantity", "opts": opts })
}

fn describe(text: &str) -> (Value, Option<Quantity>) {
    match Quantity::parse(text) {
        Err(error) => (json!({ "error": error.to_string() }), None),
        Ok(quantity) => {
            let mut rounded = quantity.clone();
            rounded.round_up_milli();
            let answer = json!({
                "string": quantity.to_string(), "format": quantity.format().as_str(), "sign": quantity.sign(),
                "value": quantity.value(), "milliValue": quantity.milli_value(), "roundUpMilli": rounded.to_string(),
            });
            (answer, Some(quantity))
        }
    }
}

/// The library's answer to the case, in the oracle's form.
fn answer(case: &Value) -> Value {
    let text = |name| case.pointer(name).and_then(Value::as_str);
    let mut answer = Map::new();
    answer.insert("id".to_owned(), case.get("id").cloned().unwrap_or_default());
    let mut parsed = Vec::new();
    for (name, pointer) in [("a", "/opts/a"), ("b", "/opts/b")] {
        if let Some(text) = text(pointer) {
            let (described, quantity) = describe(text);
            answer.insert(name.to_owned(), described);
            parsed.extend(quantity);
        }
    }
    if let [a, b] = parsed.as_slice() {
        let (mut sum, mut difference) = (a.clone(), a.clone());
        sum.add(b);
        difference.sub(b);
        answer.insert("cmp".to_owned(), json!(a.cmp(b) as i32));
        answer.insert("add".to_owned(), json!(sum.to_string()));
        answer.insert("sub".to_owned(), json!(difference.to_string()));
    }
    Value::Object(answer)
}

fn lines(path: &str) -> Result<Lines<BufReader<File>>, Error> {
    Ok(BufReader::new(File::open(path)?).lines())
}

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["cases", count, seed] => {
            let count = count.parse().map_err(Error::other)?;
            let mut rng = Rng::new(seed.parse().map_err(Error::other)?);
            let mut out = BufWriter::new(std::io::stdout().lock());
            for id in 0..count {
                writeln!(out, "{}", case(&mut rng, id))?;
            }
            out.flush()
        }
        ["check", cases, answers] => {
            let (mut same, mut different) = (0_u64, 0_u64);
            for (case, theirs) in lines(cases)?.zip(lines(answers)?) {
                let (case, theirs): (Value, Value) =
                    (serde_json::from_str(&case?)?, serde_json::from_str(&theirs?)?);
                let ours = answer(&case);
                if ours == theirs {
                    same += 1;
                } else {
                    different += 1;
                    println!("case  {case}\nours  {ours}\ntheirs {theirs}");
                }
            }
            println!("{same} equal, {different} different");
            if different == 0 { Ok(()) } else { Err(Error::other("answers differ")) }
        }
        _ => Err(Error::other("usage: cases COUNT SEED | check CASES ANSWERS")),
    }
}
