//! The procedural world.
