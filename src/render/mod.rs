//! The render floor.
