//! Writes the marching-cubes table that `src/surface/table.rs` includes, and sets the linker arguments of the
//! library.

use std::{env, error::Error, fmt::Write as _, fs, path::Path, process::Command};

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
    // Hosts unload plugins, and a thread of the library that still runs would then return into unmapped code.
    // ELF has a flag that keeps the library loaded. On Windows, `src/capi/process.rs` keeps it loaded. macOS
    // has no such means: a host there must not unload the library (ARCHITECTURE.md).
    if matches!(env::var("CARGO_CFG_TARGET_OS").as_deref(), Ok("linux" | "android" | "freebsd")) {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
    let target = |part: &str| env::var(format!("CARGO_CFG_TARGET_{part}")).unwrap_or_default();
    // On Linux, only our library and command are linked with the static libstdc++. Code that is linked with
    // libtorch needs the libstdc++ of libtorch. On Windows nothing is linked with libtorch, so the tests are
    // linked like the command.
    match (target("OS").as_str(), target("ENV").as_str()) {
        ("linux", _) => link_cpp_statically(Path::new(&folder), &["-cdylib", "-bins"])?,
        // Programs search for the library in their own search path, and not in the folder where it was built.
        ("macos", _) => println!("cargo::rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libatt3d.dylib"),
        ("windows", "gnu") => {
            link_cpp_statically(Path::new(&folder), &[""])?;
            add_resources(Path::new(&folder))?;
        }
        _ => {}
    }
    Ok(())
}

/// Links libstdc++ statically, because meshoptimizer is C++ and hosts have another libstdc++ or none. The
/// linker uses the first library that it finds, so the search path begins with a folder that has only the
/// static library. Where the compiler has no static library, the shared one is linked. kinds: the suffixes of
/// Cargo's `rustc-link-arg` that name the kinds of files to link this way, such as "-bins"; "" names all
/// kinds.
fn link_cpp_statically(folder: &Path, kinds: &[&str]) -> Result<(), Box<dyn Error>> {
    // This is the compiler that builds meshoptimizer.
    let Ok(compiler) = cc::Build::new().cpp(true).try_get_compiler() else { return Ok(()) };
    let Ok(said) = compiler.to_command().arg("-print-file-name=libstdc++.a").output() else { return Ok(()) };
    let found = String::from_utf8(said.stdout)?;
    let found = Path::new(found.trim());
    // A compiler without this file prints the bare name.
    if found.is_absolute() && found.exists() {
        fs::copy(found, folder.join("libstdc++.a"))?;
        for kind in kinds {
            println!("cargo::rustc-link-arg{kind}=-L{}", folder.display());
        }
    }
    Ok(())
}

/// Adds the version, the icon and, to the command, the manifest that Windows reads from programs and
/// libraries.
fn add_resources(folder: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=src/windows");
    let parts = |version: &str| version.split(['.', '-', '+']).take(3).collect::<Vec<_>>().join(",") + ",0";
    let version = env::var("CARGO_PKG_VERSION")?;
    // A compiler for Windows on another system has a prefix, and so does its resource compiler.
    let is_cross = env::var("HOST")? != env::var("TARGET")?;
    let program = if is_cross {
        format!("{}-w64-mingw32-windres", env::var("CARGO_CFG_TARGET_ARCH")?)
    } else {
        "windres".into()
    };
    for (kind, file, number, rest) in
        [("bins", "att3d.exe", 1, "1 24 \"att3d.manifest\"\n"), ("cdylib", "att3d.dll", 2, "")]
    {
        let text = fs::read_to_string("src/windows/att3d.rc")?;
        let text = text.replace("@NUMBERS@", &parts(&version)).replace("@VERSION@", &version);
        let text = text.replace("@FILE@", file).replace("@KIND@", &number.to_string()) + rest;
        let (source, object) = (folder.join(format!("{file}.rc")), folder.join(format!("{file}.res.o")));
        fs::write(&source, text)?;
        let status =
            Command::new(&program).arg("--include-dir=src/windows").arg(&source).arg(&object).status();
        if status.is_ok_and(|status| status.success()) {
            println!("cargo::rustc-link-arg-{kind}={}", object.display());
        } else {
            println!("cargo::warning={program} is missing or failed: {file} has no version and no icon");
        }
    }
    Ok(())
}
