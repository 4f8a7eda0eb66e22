//! The embedded engine: pure Rust, always there.
