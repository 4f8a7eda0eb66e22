//! Compiles the C++ functions that tch does not provide, and limits the module's exports to its one function.

use std::env;
use std::path::PathBuf;

fn main() {
    println!("cargo:rerun-if-changed=src/bridge.rs");
    println!("cargo:rerun-if-changed=src/bridge.cc");
    println!("cargo:rerun-if-changed=src/bridge.h");
    println!("cargo:rerun-if-env-changed=LIBTORCH");
    let Some(libtorch) = env::var_os("LIBTORCH").map(PathBuf::from) else {
        println!(
            "cargo:error=LIBTORCH is not set: run this through scripts/with_libtorch.sh, which fetches libtorch 2.11.0"
        );
        return;
    };
    let include = libtorch.join("include");
    cxx_build::bridge("src/bridge.rs")
        .file("src/bridge.cc")
        .include(&include)
        .include(include.join("torch/csrc/api/include"))
        .flag_if_supported("-std=c++20")
        // The warnings come from libtorch's own headers.
        .flag_if_supported("-Wno-unused-parameter")
        .compile("att3d_torch_bridge");
    // The symbols of static archives (libatt3d's own C functions, the bridge) are not exported, since the
    // contract has only one function.
    if env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,--exclude-libs,ALL");
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
