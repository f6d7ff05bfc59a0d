//! Two texts as quantities: printing, order and arithmetic agree with each other.
#![no_main]

use std::cmp::Ordering;

use libfuzzer_sys::fuzz_target;
use podverdict::quantity::Quantity;

fuzz_target!(|texts: (&str, &str)| {
    let (Ok(a), Ok(b)) = (Quantity::parse(texts.0), Quantity::parse(texts.1)) else { return };
    assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
    assert_eq!(a == b, a.cmp(&b) == Ordering::Equal);
    assert_eq!(a.cmp(&Quantity::ZERO), a.sign().cmp(&0));
    for quantity in [&a, &b] {
        // What is printed can be read, and settles at the second time.
        let printed = quantity.to_string();
        let again = Quantity::parse(&printed).expect("what is printed can be read").to_string();
        let settled = Quantity::parse(&again).expect("what is printed can be read").to_string();
        assert_eq!(again, settled, "{printed}");
        let _ = (quantity.value(), quantity.milli_value());
    }
    let mut sum = a.clone();
    if sum.add(&b) {
        let mut other = b.clone();
        assert!(other.add(&a));
        assert_eq!(sum, other);
        if sum.sub(&b) {
            assert_eq!(sum, a);
        }
    }
});
