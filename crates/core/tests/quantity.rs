//! What upstream's quantities do, corner by corner, and properties that hold for all of them.

#![expect(clippy::arithmetic_side_effects, clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

mod property;

use podverdict::quantity::{Format, Quantity, QuantityError};
use proptest::prelude::*;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error as ValueError;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

fn quantity(text: &str) -> Quantity {
    Quantity::parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

fn printed(text: &str) -> String {
    quantity(text).to_string()
}

fn hash(quantity: &Quantity) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(quantity)
}

#[test]
fn is_three_words() {
    assert_eq!(size_of::<Quantity>(), 24);
    assert_eq!(size_of::<Option<Quantity>>(), 24);
}

#[test]
fn prints_canonically() {
    for (text, canonical) in [
        ("0", "0"),
        ("0Mi", "0"),
        ("0e7", "0"),
        ("-0", "0"),
        ("1000000", "1M"),
        ("0.5", "500m"),
        ("1.5", "1500m"),
        ("-1.5", "-1500m"),
        ("1.50", "1500m"),
        ("1.000", "1"),
        ("0.100", "100m"),
        ("1e2", "100"),
        ("100e1", "1e3"),
        ("1024Mi", "1Gi"),
        ("1000Ki", "1000Ki"),
        ("0.5Gi", "512Mi"),
        ("1.5Gi", "1536Mi"),
        ("0.1Gi", "107374182400m"),
        ("0.0001Ki", "102400u"),
        // No whole number of Ki: printed without a suffix, and what is printed is then read as a decimal amount.
        ("1937.5Ki", "1984000"),
        ("1984000", "1984k"),
        ("1Ei", "1Ei"),
        ("10E", "10E"),
        ("10000000000000000000", "10E"),
        ("9999999999999999999.1", "9999999999999999999100m"),
        ("1234567890123456789e3", "1234567890123456789e3"),
        // Upstream has no suffix above E and leaves it out.
        ("1000E", "1"),
        ("100000E", "100"),
        ("1000e18", "1e21"),
    ] {
        assert_eq!(printed(text), canonical, "{text}");
    }
}

#[test]
fn echoes_some_texts_as_they_are() {
    for text in [
        "+1",
        "01",
        "1.",
        "1.G",
        "1e+3",
        "1E3",
        "1.500",
        "10.001",
        "+100m",
        "0100m",
        "001Ki",
        "+1Gi",
        "1e0",
        "1e03",
        "100e0",
        "1e4294967299",
        "-2181400e2147483646",
    ] {
        assert_eq!(printed(text), text);
        let mut sum = quantity(text);
        sum.add(&Quantity::ZERO);
        assert_ne!(sum.to_string(), text, "arithmetic drops the text");
    }
    // A multiple of 8, of 1000, or a leading zero that counts.
    for (text, canonical) in
        [("+8Ki", "8Ki"), ("+1000", "1k"), ("+0.5", "500m"), ("+.001", "1m"), ("1e+2", "100")]
    {
        assert_eq!(printed(text), canonical, "{text}");
    }
}

#[test]
fn pads() {
    assert_eq!(
        format!("{:>6}|{:<6}|{:^5}", quantity("100m"), quantity("+1"), quantity("0")),
        "  100m|+1    |  0  "
    );
    assert_eq!(format!("{:>25}", quantity("123456789012345678901n")), "   123456789012345678901n");
}

#[test]
fn rounding_to_milli_keeps_exact_texts() {
    for (text, exact, rounded) in [
        ("1u", false, "1m"),
        ("-1u", false, "-1m"),
        ("1.0001", false, "1001m"),
        ("+1", true, "+1"),
        ("+1000u", true, "1m"),
        ("0.0000000001", false, "1m"),
        ("1.5Gi", true, "1536Mi"),
        ("0", true, "0"),
        ("99999999999999999999.9991", false, "100E"),
    ] {
        let mut quantity = quantity(text);
        assert_eq!(quantity.round_up_milli(), exact, "{text}");
        assert_eq!(quantity.to_string(), rounded, "{text}");
    }
}

#[test]
fn refuses_what_upstream_refuses() {
    use QuantityError::{Format, Numeric, Suffix};
    for (text, error) in [
        ("", Format),
        (" 1", Format),
        ("1 ", Format),
        ("1..", Format),
        ("1.5.5", Format),
        ("1,5", Format),
        ("NaN", Format),
        ("true", Format),
        ("\u{663}", Format),
        ("1%", Format),
        ("1e3.5", Format),
        ("1Gib", Format),
        ("1K", Suffix),
        ("1i", Suffix),
        ("1e", Suffix),
        ("1e+", Suffix),
        ("1+", Suffix),
        ("1-5", Suffix),
        ("--1", Suffix),
        ("1mi", Suffix),
        ("1m5", Suffix),
        ("1Ki5", Suffix),
        ("1eE5", Suffix),
        ("1e9223372036854775808", Suffix),
        ("Ei", Numeric),
        ("-.Pi", Numeric),
        ("e-10", Numeric),
    ] {
        assert_eq!(Quantity::parse(text), Err(error), "{text}");
    }
    assert_eq!(
        Format.to_string(),
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
    );
    assert_eq!(Suffix.to_string(), "unable to parse quantity's suffix");
    assert_eq!(Numeric.to_string(), "unable to parse numeric part of quantity");
}

/// A binary amount below 1024 is printed as a decimal one, be it kept in thousandths.
#[test]
fn thousandths_of_binary_amounts_print_from_1024_on() {
    for (milli, text) in [
        (1_023_000, "1023"),
        (1_024_000, "1Ki"),
        (2_048_000, "2Ki"),
        (1_500, "1500m"),
        (-1_023_000, "-1023"),
        (-1_024_000, "-1Ki"),
        (-2_048_000, "-2Ki"),
        (1_536_500, "1536500m"),
    ] {
        assert_eq!(Quantity::from_milli_value(milli, Format::BinarySI).to_string(), text, "{milli}");
    }
}

/// Whole numbers as they stand in the short form: nothing is divided, and the long form gives none.
#[test]
fn whole_numbers_of_the_short_form() {
    for (text, whole) in [
        ("0", Some(0)),
        ("-5", Some(-5)),
        ("1k", Some(1000)),
        ("1e3", Some(1000)),
        ("2Ki", Some(2048)),
        ("1000m", None),
        ("1500m", None),
        ("1.5Gi", None),
        ("10E", None),
    ] {
        assert_eq!(quantity(text).as_i64(), whole, "{text}");
    }
}

#[test]
fn other_ways_to_read_and_show() {
    assert_eq!("1.5".parse::<Quantity>(), Ok(quantity("1500m")));
    assert!("1.5x".parse::<Quantity>().is_err());
    assert!(format!("{:?}", quantity("1500m")).contains("1500m"));
    let formats = [Format::BinarySI, Format::DecimalSI, Format::DecimalExponent].map(|f| f.to_string());
    assert_eq!(formats, ["BinarySI", "DecimalSI", "DecimalExponent"]);
    assert_ne!(hash(&quantity("1")), hash(&quantity("2")));
    assert_ne!(hash(&quantity("10E")), hash(&quantity("20E")));
    assert_eq!(hash(&quantity("0.5Gi")), hash(&quantity("512Mi")));
    assert_eq!(["-1m", "0", "0.000", "1n", "-20E", "20E"].map(|t| quantity(t).sign()), [-1, 0, 0, 1, -1, 1]);
}

#[test]
fn no_digits_are_zero() {
    for text in
        ["+", "-", ".", "-.", "m", ".m", "E", "Ti", "-Mi", "e5", "e-9", "0e-10", "0Ei", ".0Ei", "00.000"]
    {
        assert!(quantity(text).is_zero(), "{text}");
        assert_eq!(printed(text), "0", "{text}");
    }
}

#[test]
fn formats() {
    for (text, format) in [
        ("1", Format::DecimalSI),
        ("1E", Format::DecimalSI),
        ("1E3", Format::DecimalExponent),
        ("1e3", Format::DecimalExponent),
        ("1Ki", Format::BinarySI),
        ("0Ki", Format::BinarySI),
        ("0.5Mi", Format::BinarySI),
        // Less than one.
        ("0.0001Ki", Format::DecimalSI),
    ] {
        assert_eq!(quantity(text).format(), format, "{text}");
    }
    assert_eq!(quantity("1e4294967299").to_string(), "1e4294967299");
    assert_eq!(quantity("1e4294967299"), quantity("1e3"), "upstream keeps 32 bits of the exponent");
}

#[test]
fn values_round_up_and_overflow_in_silence() {
    for (text, value, milli) in [
        ("0.5", 1, 500),
        ("1.1Ki", 1127, 1_126_400),
        ("1n", 1, 1),
        ("-1500m", -2, -1500),
        // The long form rounds negative numbers differently.
        ("-1.5000000000000000000", 0, -1500),
        ("1E", 1_000_000_000_000_000_000, 0),
        ("100E", 0, 0),
        ("9223372036854775807", i64::MAX, -1000),
        ("9223372036854775808", i64::MIN, 0),
        ("18446744073709551617", 1, 1000),
        ("9Ei", i64::MAX, -1000),
        // The short form wraps for some exponents.
        ("9223372036854776", 9_223_372_036_854_776, -9_223_372_036_854_775_616),
        ("1e2147483647", 0, 1),
    ] {
        assert_eq!(quantity(text).value(), value, "{text}");
        assert_eq!(quantity(text).milli_value(), milli, "{text}");
    }
}

#[test]
fn long_amounts_are_rounded_to_nano_and_binary_ones_capped() {
    for (text, same) in [
        ("1e-10", "1n"),
        ("-0.5n", "-1n"),
        ("0.0000000000000000000000000001E", "1n"),
        ("1.0000000001", "1000000001n"),
        ("16Ei", "9223372036854775807"),
        ("-16Ei", "-9223372036854775807"),
        ("7.99999999999999999999999999Ei", "9223372036854775807"),
        ("99999999999999999999999999999999999999999Ki", "9223372036854775807"),
    ] {
        assert_eq!(quantity(text), quantity(same), "{text}");
    }
}

#[test]
fn sums_take_the_format_of_the_first_that_is_not_zero() {
    let sum = |texts: &[&str]| {
        let mut sum = Quantity::ZERO;
        for text in texts {
            sum.add(&quantity(text));
        }
        sum.to_string()
    };
    assert_eq!(sum(&["1Gi", "1G"]), "2073741824");
    assert_eq!(sum(&["1G", "1Gi"]), "2073741824");
    assert_eq!(sum(&["1Mi", "1k", "24"]), "1025Ki");
    assert_eq!(sum(&["0", "1Mi"]), "1Mi");
    assert_eq!(sum(&["0Mi", "1000", "24"]), "1024");
    assert_eq!(sum(&["+1", "0"]), "1");
    assert_eq!(sum(&["1e3", "1"]), "1001");
    // Beyond i64 it is exact, and beyond Ei the suffix is lost.
    assert_eq!(sum(&["9E", "9E"]), "18E");
    assert_eq!(sum(&["4Ei"; 4]), "16Ei");
    assert_eq!(sum(&["4Ei"; 256]), "1");
}

#[test]
fn sums_go_back_and_forth_between_the_forms() {
    let mut amount = quantity("9223372036854775807");
    amount.add(&quantity("1n"));
    assert_eq!(amount.to_string(), "9223372036854775807000000001n");
    amount.sub(&quantity("9223372036854775808"));
    assert_eq!(amount.to_string(), "-999999999n");
    assert_eq!(amount, quantity("-999999999n"));
    amount.sub(&quantity("1n"));
    assert_eq!(amount, quantity("-1"));
    amount.add(&quantity("1"));
    assert!(amount.is_zero());
    assert_eq!(amount.sign(), 0);
    amount.neg();
    assert_eq!(amount.sign(), 0);
    assert_eq!(hash(&amount), hash(&Quantity::ZERO));
}

#[test]
fn integer_corners_are_upstreams() {
    let mut least = Quantity::from_value(i64::MIN, Format::BinarySI);
    assert_eq!(least.to_string(), "-9223372036854775808");
    least.neg();
    assert_eq!(least.value(), i64::MIN);
    let mut zero = Quantity::ZERO;
    zero.sub(&least);
    assert_eq!(zero.value(), i64::MIN);
    let mut product = quantity("1.5");
    assert!(product.mul(3));
    assert_eq!(product.to_string(), "4500m");
    assert!(!product.mul(i64::MAX));
    assert_eq!(product.to_string(), "41505174165846491131500m");
}

#[test]
fn equality_is_numeric_and_representation_is_strict() {
    for (left, right) in [
        ("1", "1000m"),
        ("1Gi", "1024Mi"),
        ("1Gi", "1073741824"),
        ("+1", "1"),
        ("1", "01"),
        ("0", "0.000"),
        ("0", "00"),
        ("1e3", "1k"),
        ("1", "1.0000000000000000000"),
    ] {
        let (left, right) = (quantity(left), quantity(right));
        assert_eq!(left, right);
        assert_eq!(hash(&left), hash(&right));
        assert!(!left.same_representation(&right), "{left:?} {right:?}");
    }
    for text in ["0", "1", "+1", "1Gi", "1.5Gi", "100E", "1e-10"] {
        assert!(quantity(text).same_representation(&quantity(text)), "{text}");
    }
    // Where no text is kept, spelling does not count.
    assert!(quantity("1500000000n").same_representation(&quantity("1.500000000")));
    assert!(!Quantity::ZERO.same_representation(&quantity("0")));
}

#[test]
fn huge_exponents_cost_nothing() {
    let huge = quantity("1e1000000000");
    assert_eq!(huge.to_string(), "10e999999999");
    assert!(huge > quantity("99999999999999999999999999999"));
    assert!(huge < quantity("1e1000000001"));
    assert!(quantity("-1e1000000000") < quantity("-1"));
    assert_eq!(quantity("10e999999999"), huge);
    assert_eq!(hash(&quantity("10e999999999")), hash(&huge));
    assert_eq!(huge.value(), 0);
    assert_eq!(quantity("1e-1000000000"), quantity("1n"));
    assert_eq!(quantity("1e-2147483648"), quantity("1n"));
    let long = quantity("1234567890123456789012e2000000000");
    assert_eq!(long.to_string(), "123456789012345678901200e1999999998");
    assert_eq!(long.value(), 0);

    let mut sum = huge.clone();
    assert!(sum.add(&huge));
    assert_eq!(sum.to_string(), "20e999999999");
    // Too far apart to write out: the smaller one is dropped, whichever side it is on.
    assert!(!sum.add(&quantity("1")));
    assert_eq!(sum.to_string(), "20e999999999");
    let mut sum = quantity("1Ki");
    assert!(!sum.sub(&huge));
    assert_eq!(sum, quantity("-1e1000000000"));
    assert_eq!(sum.to_string(), "-10e999999999", "a binary suffix would need all digits");
    assert!(!sum.mul(i64::MAX));
    assert!(sum.round_up_milli());

    let mut sum = quantity("1e10000");
    assert!(sum.add(&quantity("1")));
    assert_eq!(sum.to_string(), format!("1{}1", "0".repeat(9999)));
    assert!(sum.sub(&quantity("2")));
    assert_eq!(sum.to_string(), "9".repeat(10_000));
}

#[test]
fn long_texts_are_linear() {
    let digits = "7".repeat(3_000_001);
    let long = quantity(&digits);
    assert_eq!(long.to_string(), digits);
    assert_eq!(quantity(&format!("0.{digits}")), quantity("777777778n"));
    assert_eq!(quantity(&format!("1.{digits}Ei")).format(), Format::BinarySI);
    assert_eq!(quantity(&format!("{digits}Ki")).value(), i64::MAX);
    assert_eq!(quantity(&format!("{}1", "0".repeat(3_000_000))), quantity("1"));
    assert_eq!(quantity(&format!("0.{}1", "0".repeat(3_000_000))), quantity("1n"));
    assert_eq!(quantity(&format!("1e{}3", "0".repeat(3_000_000))), quantity("1k"));
    let mut sum = long.clone();
    for _ in 0..1000 {
        assert!(sum.add(&quantity("1m")));
    }
    assert_eq!(sum.to_string(), format!("{}8", "7".repeat(3_000_000)));
    assert!(sum > long);
}

#[test]
fn reads_json_as_it_is_written() {
    let read = |json: &str| serde_json::from_str::<Quantity>(json);
    for (json, canonical) in [
        ("\"100m\"", "100m"),
        ("\" 1Gi \"", "1Gi"),
        ("\"\u{a0}1Gi\u{2003}\"", "1Gi"),
        ("100", "100"),
        ("0.5", "500m"),
        ("1.50", "1500m"),
        ("1.500", "1.500"),
        ("1e3", "1e3"),
        ("1E+3", "1E+3"),
        ("-2", "-2"),
        ("1E400", "10e399"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("0.1234567890123456789", "123456790n"),
        ("null", "0"),
    ] {
        assert_eq!(read(json).unwrap().to_string(), canonical, "{json}");
        #[cfg(feature = "std")]
        assert_eq!(
            serde_json::from_reader::<_, Quantity>(json.as_bytes()).unwrap().to_string(),
            canonical,
            "{json}"
        );
    }
    assert_eq!(read("1e3").unwrap().format(), Format::DecimalExponent);
    assert!(read("null").unwrap().same_representation(&Quantity::ZERO));
    for json in ["\"\"", "\"1\\u0030\"", "\"\\n1\"", "true", "{}", "[]", "\"null\""] {
        let error = read(json).unwrap_err().to_string();
        assert!(error.starts_with("quantities must match the regular expression"), "{json}: {error}");
    }
    assert!(read("\"1K\"").unwrap_err().to_string().starts_with("unable to parse quantity's suffix"));

    let list: BTreeMap<String, Quantity> =
        serde_json::from_str(r#"{"cpu": "1500m", "memory": 1.50, "pods": null}"#).unwrap();
    assert_eq!(serde_json::to_string(&list).unwrap(), r#"{"cpu":"1500m","memory":"1500m","pods":"0"}"#);
}

#[test]
fn reads_other_sources() {
    #[derive(Deserialize)]
    struct Outer {
        #[serde(flatten)]
        inner: BTreeMap<String, Quantity>,
    }
    let outer: Outer = serde_json::from_str(r#"{"a": "1Gi", "b": 0.5, "c": 3, "d": -3, "e": null}"#).unwrap();
    let inner: Vec<_> = outer.inner.values().map(ToString::to_string).collect();
    assert_eq!(inner, ["1Gi", "500m", "3", "-3", "0"]);

    let value = serde_json::json!({"a": "1Gi", "b": 0.5, "c": null});
    let list: BTreeMap<String, Quantity> = serde_json::from_value(value).unwrap();
    let list: Vec<_> = list.values().map(ToString::to_string).collect();
    assert_eq!(list, ["1Gi", "500m", "0"]);

    let float = |number: f64| {
        let deserializer: serde::de::value::F64Deserializer<ValueError> = number.into_deserializer();
        Quantity::deserialize(deserializer).map(|quantity| quantity.to_string())
    };
    assert_eq!(float(0.1).unwrap(), "100m");
    assert_eq!(float(1e20).unwrap(), "100E");
    assert_eq!(float(1e21).unwrap(), "1e+21");
    assert_eq!(float(1e-6).unwrap(), "1u");
    assert_eq!(float(1e-9).unwrap(), "1e-9");
    assert_eq!(float(-2.5e-7).unwrap(), "-250e-9");
    assert!(float(f64::NAN).is_err() && float(f64::INFINITY).is_err());
    let single: serde::de::value::F32Deserializer<ValueError> = 0.1_f32.into_deserializer();
    assert_eq!(Quantity::deserialize(single).unwrap().to_string(), "100m");
}

/// A text and the number of `10^-9` that it stands for, by integer arithmetic of its own.
#[derive(Clone, Debug)]
struct Exact {
    text: String,
    nanos: i128,
}

const NANOS: i128 = 1_000_000_000;

fn exact() -> impl Strategy<Value = Exact> {
    let suffixes = [
        ("n", 1, NANOS),
        ("u", 1, 1_000_000),
        ("m", 1, 1_000),
        ("", 1, 1),
        ("k", 1_000, 1),
        ("M", 1_000_000, 1),
        ("G", 1_000_000_000, 1),
        ("T", 1_000_000_000_000, 1),
        ("e-12", 1, 1_000_000_000_000),
        ("E+9", 1_000_000_000, 1),
        ("e0", 1, 1),
        ("Ki", 1 << 10, 1),
        ("Mi", 1 << 20, 1),
        ("Gi", 1 << 30, 1),
        ("Ti", 1 << 40, 1),
        ("Pi", 1 << 50, 1),
    ];
    let whole = prop_oneof![0..2000_u64, 0..10_000_000_000_u64, (0..60_u32).prop_map(|bits| 1 << bits >> 26)];
    let fraction = prop_oneof![Just(String::new()), "[0-9]{1,3}", "[0-9]{9}", "0{8,12}[0-9]?"];
    let spelling =
        (prop::sample::select(vec!["", "", "+", "-"]), prop::sample::select(vec!["", "", "0", "000"]));
    (spelling, whole, fraction, prop::sample::select(suffixes.to_vec())).prop_map(
        |((sign, zeros), whole, fraction, (suffix, times, over))| {
            let point = if fraction.is_empty() { "" } else { "." };
            let text = format!("{sign}{zeros}{whole}{point}{fraction}{suffix}");
            let digits: i128 = format!("{whole}{fraction}").parse().unwrap();
            let divisor = 10_i128.pow(u32::try_from(fraction.len()).unwrap()) * over;
            // digits · times · 10^9 / divisor, rounded up, without leaving i128.
            let (quotient, rest) = (digits / divisor, digits % divisor);
            let scaled_rest = rest * times;
            let whole = quotient * times + scaled_rest / divisor;
            let last = scaled_rest % divisor * NANOS;
            let mut nanos = whole * NANOS + last / divisor + i128::from(last % divisor != 0);
            if suffix.ends_with('i') {
                nanos = nanos.min(i128::from(i64::MAX) * NANOS);
            }
            Exact { text, nanos: if sign == "-" { -nanos } else { nanos } }
        },
    )
}

/// Anything that looks like a quantity, and now and then something that does not.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => r"[+-]?[0-9]{0,25}(\.[0-9]{0,25})?(|[numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,10})",
        1 => r"[-+0-9.eEinumkKMGTP]{0,12}",
        1 => any::<String>(),
    ]
}

fn of_nanos(nanos: i128) -> Quantity {
    quantity(&format!("{nanos}n"))
}

proptest! {
    #![proptest_config(property::config(2000))]

    #[test]
    fn parses_to_the_exact_number(a in exact()) {
        prop_assert_eq!(quantity(&a.text), of_nanos(a.nanos));
    }

    #[test]
    fn printing_and_parsing_again_keeps_the_number(a in exact()) {
        // From 10^21 on upstream loses the suffix of a round number.
        prop_assume!(a.nanos == 0 || a.nanos % 10_i128.pow(30) != 0);
        let text = printed(&a.text);
        prop_assert_eq!(quantity(&text), of_nanos(a.nanos));
        let again = printed(&text);
        // An amount in Ki that is no whole number of them loses its suffix, and is read again as a decimal one.
        if text.ends_with('i') || !a.text.ends_with('i') {
            prop_assert_eq!(&again, &text);
        }
        prop_assert_eq!(quantity(&again), of_nanos(a.nanos));
        prop_assert_eq!(printed(&again), again);
    }

    #[test]
    fn order_equality_and_hash_are_those_of_the_numbers(a in exact(), b in exact()) {
        let (left, right) = (quantity(&a.text), quantity(&b.text));
        prop_assert_eq!(left.cmp(&right), a.nanos.cmp(&b.nanos));
        prop_assert_eq!(left == right, a.nanos == b.nanos);
        prop_assert_eq!(i128::from(left.sign()), a.nanos.signum());
        let spelled = of_nanos(a.nanos);
        prop_assert_eq!(left.cmp(&spelled), Ordering::Equal);
        prop_assert_eq!(hash(&left), hash(&spelled));
    }

    #[test]
    fn sums_and_differences_are_exact(a in exact(), b in exact()) {
        let (left, right) = (quantity(&a.text), quantity(&b.text));
        let mut sum = left.clone();
        prop_assert!(sum.add(&right));
        prop_assert_eq!(&sum, &of_nanos(a.nanos + b.nanos));
        let mut swapped = right.clone();
        swapped.add(&left);
        prop_assert_eq!(&sum, &swapped);
        sum.sub(&right);
        prop_assert_eq!(&sum, &left);
        let mut difference = left.clone();
        prop_assert!(difference.sub(&right));
        prop_assert_eq!(&difference, &of_nanos(a.nanos - b.nanos));
        difference.neg();
        prop_assert_eq!(&difference, &of_nanos(b.nanos - a.nanos));
    }

    #[test]
    fn products_are_exact(a in exact(), factor in -1_000_000_i64..1_000_000) {
        let mut product = quantity(&a.text);
        product.mul(factor);
        // Piece by piece, as the product may leave i128.
        let mut expected = of_nanos(a.nanos / NANOS * i128::from(factor));
        expected.mul(1_000_000_000);
        expected.add(&of_nanos(a.nanos % NANOS * i128::from(factor)));
        prop_assert_eq!(product, expected);
    }

    #[test]
    fn rounding_up_is_minimal(a in exact()) {
        let mut rounded = quantity(&a.text);
        let exact = rounded.round_up_milli();
        let steps = a.nanos.abs() / 1_000_000 + i128::from(a.nanos % 1_000_000 != 0);
        prop_assert_eq!(&rounded, &of_nanos(steps * 1_000_000 * a.nanos.signum()));
        prop_assert_eq!(exact, a.nanos % 1_000_000 == 0);
        prop_assert!(rounded.round_up_milli());
    }

    #[test]
    fn values_are_the_ceiling_while_they_fit(a in exact()) {
        let quantity = quantity(&a.text);
        let whole = a.nanos / NANOS + i128::from(a.nanos % NANOS != 0);
        if let (false, Ok(whole)) = (a.nanos < 0, i64::try_from(whole)) {
            prop_assert_eq!(quantity.value(), whole);
        }
        let milli = a.nanos / 1_000_000 + i128::from(a.nanos % 1_000_000 != 0);
        if let (false, Ok(milli)) = (a.nanos < 0, i64::try_from(milli)) {
            prop_assert_eq!(quantity.milli_value(), milli);
        }
    }

    #[test]
    fn json_is_the_printed_text(a in exact()) {
        let quantity = quantity(&a.text);
        let json = serde_json::to_string(&quantity).unwrap();
        prop_assert_eq!(&json, &format!("\"{quantity}\""));
        let read: Quantity = serde_json::from_str(&format!("\"{}\"", a.text)).unwrap();
        prop_assert!(read.same_representation(&quantity));
    }

    #[test]
    fn nothing_panics(a in any_text(), b in any_text(), scale in any::<i32>(), factor in any::<i64>()) {
        let (Ok(mut a), Ok(b)) = (Quantity::parse(&a), Quantity::parse(&b)) else { return Ok(()) };
        let _ = (a.value(), a.milli_value(), a.scaled_value(scale), a.as_i64(), a.to_string(), hash(&a));
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        prop_assert_eq!(a == b, a.cmp(&b).is_eq());
        let before = a.clone();
        if a.add(&b) && a.sub(&b) {
            prop_assert_eq!(&a, &before);
        }
        a.mul(factor);
        a.sub(&b);
        a.round_up(scale);
        a.neg();
        let _ = (a.value(), a.milli_value(), a.scaled_value(scale), a.as_i64(), a.to_string(), hash(&a));
    }
}
