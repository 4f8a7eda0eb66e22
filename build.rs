//! Writes the marching-cubes table that `src/surface/table.rs` includes, and says how the library is linked.

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

#[path = "src/surface/cases.rs"]
mod cases;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/surface/cases.rs");
    let folder = env::var_os("OUT_DIR").ok_or("cargo did not set OUT_DIR")?;
    let mut text = String::from("[\n");
    for signs in 0..=u8::MAX {
        writeln!(text, "    &{:?},", cases::triangles(signs))?;
    }
    text.push_str("]\n");
    fs::write(Path::new(&folder).join("marching_cubes_triangles.rs"), text)?;
    // Hosts unload plugins; a thread that still runs would return into nothing. ELF has a flag for that. Windows and macOS
    // have none: hosts there must keep the library until they end (ARCHITECTURE.md).
    if matches!(env::var("CARGO_CFG_TARGET_OS").as_deref(), Ok("linux" | "android" | "freebsd")) {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
    Ok(())
}
