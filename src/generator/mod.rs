//! The generator floor.
