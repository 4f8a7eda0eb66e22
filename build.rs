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
    if env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        link_cpp_statically(Path::new(&folder))?;
    }
    Ok(())
}

/// meshoptimizer is C++ and asks for libstdc++; hosts bring another one, or none. The linker takes what it finds first: a folder
/// of ours with the static library alone. Where the compiler has none, the shared one serves.
fn link_cpp_statically(folder: &Path) -> Result<(), Box<dyn Error>> {
    // The compiler that builds meshoptimizer.
    let Ok(compiler) = cc::Build::new().cpp(true).try_get_compiler() else { return Ok(()) };
    let Ok(said) = compiler.to_command().arg("-print-file-name=libstdc++.a").output() else { return Ok(()) };
    let found = String::from_utf8(said.stdout)?;
    let found = Path::new(found.trim());
    // A compiler that knows no such file says the bare name again.
    if found.is_absolute() && found.exists() {
        fs::copy(found, folder.join("libstdc++.a"))?;
        // Of our library and command alone: what is linked with libtorch must have the libstdc++ that libtorch has.
        for kind in ["cdylib", "bins"] {
            println!("cargo::rustc-link-arg-{kind}=-L{}", folder.display());
        }
    }
    Ok(())
}
