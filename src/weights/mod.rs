//! The weights floor.
