//! The `att3d` command.
fn main() {}
