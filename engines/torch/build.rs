//! Compiles the C++ that tch lacks, and keeps the module's exports to its one function.

use std::env;
use std::path::PathBuf;

fn main() {
    println!("cargo:rerun-if-changed=src/bridge.rs");
    println!("cargo:rerun-if-changed=src/bridge.cc");
    println!("cargo:rerun-if-changed=src/bridge.h");
    println!("cargo:rerun-if-env-changed=LIBTORCH");
    let Some(libtorch) = env::var_os("LIBTORCH").map(PathBuf::from) else {
        println!(
            "cargo:error=LIBTORCH is not set: run this by scripts/with_libtorch.sh, which fetches libtorch 2.11.0"
        );
        return;
    };
    let include = libtorch.join("include");
    cxx_build::bridge("src/bridge.rs")
        .file("src/bridge.cc")
        .include(&include)
        .include(include.join("torch/csrc/api/include"))
        .flag_if_supported("-std=c++20")
        // libtorch's own headers.
        .flag_if_supported("-Wno-unused-parameter")
        .compile("att3d_torch_bridge");
    // What was linked in as archives (libatt3d's own C functions, the bridge) stays inside: one function is the contract.
    if env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,--exclude-libs,ALL");
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
