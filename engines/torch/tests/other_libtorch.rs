//! Tests a process that has loaded another libtorch. A process cannot hold two libraries of one name, so the
//! module is not opened there.

#![cfg(target_os = "linux")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by a panic"
)]

use std::path::Path;
use std::process::Command;

use att3d::engine::module::{Module, ModuleError, file_name};
use libloading::Library;

/// Builds and loads a library that reports this version of libtorch, or reports no version.
fn load_other(folder: &Path, version: Option<u64>) -> Library {
    let source = folder.join("other.c");
    let code = match version {
        Some(version) => format!("unsigned long aoti_torch_abi_version(void) {{ return {version}ul; }}"),
        None => "int nothing;".to_owned(),
    };
    std::fs::write(&source, code).unwrap();
    let library = folder.join("libtorch_cpu.so");
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let built =
        Command::new(compiler).arg("-shared").arg("-fPIC").arg(&source).arg("-o").arg(&library).status();
    assert!(built.unwrap().success());
    // SAFETY: the library was built above and has no constructors.
    unsafe { Library::new(&library) }.unwrap()
}

/// There is one test, since loaded libraries affect the whole process.
#[test]
fn another_libtorch_in_the_process_is_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let module = std::env::current_exe().unwrap().parent().unwrap().join(file_name("torch"));
    let refused = || match Module::open(&module) {
        Err(error @ ModuleError::OtherLibtorch { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    };

    let old = load_other(folder.path(), None);
    assert!(refused().contains("of an unknown version"), "{}", refused());
    drop(old);

    let other = tempfile::tempdir().unwrap();
    let library = load_other(other.path(), Some(0x0209_0100_0000_0000));
    let text = refused();
    assert!(text.contains("2.9.1") && text.contains("2.11.0") && text.contains("use a worker"), "{text}");
    assert!(text.contains(&other.path().display().to_string()), "{text}");
    drop(library);

    // The other library is unloaded here, so the module opens.
    assert_eq!(Module::open(&module).unwrap().library(), "libtorch 2.11.0");
}
