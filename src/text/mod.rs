//! The text floor.
