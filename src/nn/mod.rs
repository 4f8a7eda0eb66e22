//! The nn floor.
