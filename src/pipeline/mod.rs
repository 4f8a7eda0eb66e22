//! The pipeline floor.
