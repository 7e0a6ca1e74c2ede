//! The search for bytes that break the target `cart`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::feed("cart", bytes));
