//! Products of bf16 numbers with AMX, the matrix unit of newer Intel processors. A tile register holds 16
//! rows of 64 bytes, and one instruction adds the product of 16 rows of 32 numbers and 32 rows of 16
//! numbers.
//!
//! Such products take so little time that the kernels here differ from the other ones: they only round and
//! copy their operands, in the order in which the instruction reads them.

mod attention;
mod conv;
mod linear;
mod permission;
mod rounding;
mod storage;
mod tiles;
mod weight;

pub(super) use attention::run as attention;
pub(super) use conv::{conv2d, scratch as conv2d_scratch};
pub(super) use linear::{linear, scratch as linear_scratch};
pub(super) use permission::{is_present, request};
pub(super) use weight::{Held, Layout, Weight, is_in_tiles};
