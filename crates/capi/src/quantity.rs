//! Exact quantities, without JSON.

use std::ffi::c_char;

use podverdict::quantity::Quantity;

use crate::border::{
    Failure, PODVERDICT_INVALID_VALUE, call, export, hand_out, handle, podverdict_status, podverdict_string,
    take_back, text,
};

/// An exact amount of a resource. It never changes.
#[derive(Debug)]
pub struct podverdict_quantity(Quantity);

/// Reads a quantity, such as "1500m" or "2Gi". Space around it is not accepted.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_quantity_parse(
    written: *const c_char,
    written_len: usize,
    quantity: *mut *mut podverdict_quantity,
    message: *mut podverdict_string,
) -> podverdict_status {
    // SAFETY: the caller gives strings as the header says.
    let work = || Ok(hand_out(podverdict_quantity(unsafe { read(written, written_len) }?)));
    // SAFETY: the caller gives outputs as the header says.
    unsafe { call(quantity, message, work) }
}

/// Frees a quantity; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_quantity_free(quantity: *mut podverdict_quantity) {
    // SAFETY: the caller gives NULL or a handle of this kind, and does not use it any more.
    unsafe { take_back(quantity) }
}

/// Compares two quantities as numbers: `order` is -1, 0 or 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_quantity_compare(
    a: *const podverdict_quantity,
    b: *const podverdict_quantity,
    order: *mut i32,
) -> podverdict_status {
    // SAFETY: the caller gives handles as the header says.
    let work = || Ok(unsafe { handle("a", a)?.0.cmp(&handle("b", b)?.0) } as i32);
    // SAFETY: the caller gives outputs as the header says.
    unsafe { call(order, std::ptr::null_mut(), work) }
}

/// Compares two quantities as they are written, without making handles: `order` is -1, 0 or 1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_quantity_compare_texts(
    a: *const c_char,
    a_len: usize,
    b: *const c_char,
    b_len: usize,
    order: *mut i32,
    message: *mut podverdict_string,
) -> podverdict_status {
    // SAFETY: the caller gives strings as the header says.
    let work = || Ok(unsafe { read(a, a_len)?.cmp(&read(b, b_len)?) } as i32);
    // SAFETY: the caller gives outputs as the header says.
    unsafe { call(order, message, work) }
}

/// The amount in whole units, rounded up. As upstream's Value().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_quantity_value(
    quantity: *const podverdict_quantity,
    value: *mut i64,
) -> podverdict_status {
    // SAFETY: the caller gives handles as the header says.
    let work = || Ok(unsafe { handle("quantity", quantity) }?.0.value());
    // SAFETY: the caller gives outputs as the header says.
    unsafe { call(value, std::ptr::null_mut(), work) }
}

/// The amount in thousandths, rounded up. As upstream's MilliValue().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_quantity_milli_value(
    quantity: *const podverdict_quantity,
    value: *mut i64,
) -> podverdict_status {
    // SAFETY: the caller gives handles as the header says.
    let work = || Ok(unsafe { handle("quantity", quantity) }?.0.milli_value());
    // SAFETY: the caller gives outputs as the header says.
    unsafe { call(value, std::ptr::null_mut(), work) }
}

/// The quantity as upstream prints it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podverdict_quantity_text(
    quantity: *const podverdict_quantity,
    written: *mut podverdict_string,
) -> podverdict_status {
    // SAFETY: the caller gives handles as the header says.
    let work = || Ok(export(unsafe { handle("quantity", quantity) }?.0.to_string()));
    // SAFETY: the caller gives outputs as the header says.
    unsafe { call(written, std::ptr::null_mut(), work) }
}

/// # Safety
///
/// As `border::slice`.
unsafe fn read(written: *const c_char, len: usize) -> Result<Quantity, Failure> {
    // SAFETY: the caller's promise.
    let written = unsafe { text("the quantity", written, len) }?;
    Quantity::parse(written).map_err(|e| Failure::new(PODVERDICT_INVALID_VALUE, e.to_string()))
}
