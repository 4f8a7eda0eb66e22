//! The surface floor.
