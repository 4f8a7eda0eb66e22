//! Every kernel of the embedded engine against a plain reference in f64, on the portable and on the detected
//! instruction set.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

mod composed;
mod elementwise;
mod layout;
mod products;
mod reference;
