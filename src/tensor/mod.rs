//! The tensor floor.
