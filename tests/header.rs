//! Tests that `include/att3d.h` matches `src/capi`, and that the list of symbols matches the header.
//!
//! `ATT3D_BLESS=1 cargo test --test header` writes both again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The modules of the C interface, in the order of their sections in the header.
const ROOMS: [&str; 19] = [
    "status", "version", "log", "progress", "context", "model", "reading", "latent", "shape", "field",
    "mesh", "texture", "detail", "picture", "export", "generate", "morph", "stylize", "job",
];

fn header() -> String {
    let config = cbindgen::Config::from_file(root().join("cbindgen.toml")).expect("cbindgen.toml reads");
    let mut builder = cbindgen::Builder::new().with_config(config);
    for room in ROOMS.into_iter().chain(["live"]) {
        builder = builder.with_src(root().join("src/capi").join(room).with_extension("rs"));
    }
    let mut text = Vec::new();
    builder.generate().expect("cbindgen makes a header").write(&mut text);
    let text = String::from_utf8(text).expect("the header is UTF-8");
    text.trim_start().lines().map(str::trim_end).collect::<Vec<_>>().join("\n") + "\n"
}

/// Returns every `att3d_…` function that the header declares, sorted.
fn functions(header: &str) -> Vec<String> {
    // The name of a function precedes its first parenthesis. The definition of the macro itself yields no
    // such name.
    let name =
        |declaration: &str| declaration.split('(').next()?.rsplit([' ', '*', '\n']).next().map(str::to_owned);
    let mut found: Vec<String> = header.split("ATT3D_PUBLIC").skip(1).filter_map(name).collect();
    found.retain(|name| name.starts_with("att3d_"));
    found.sort();
    found
}

fn holds(path: &Path, expected: &str, what: &str) {
    if std::env::var_os("ATT3D_BLESS").is_some() {
        fs::write(path, expected).unwrap();
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    assert!(found == expected, "{} {what}: run `ATT3D_BLESS=1 cargo test --test header`", path.display());
}

#[test]
fn the_committed_header_is_what_the_code_says() {
    holds(&root().join("include/att3d.h"), &header(), "is not what cbindgen makes of src/capi");
}

#[test]
fn every_room_of_the_c_line_is_in_the_header() {
    for entry in fs::read_dir(root().join("src/capi")).unwrap() {
        let name = entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
        let inner = ["mod", "handle", "pointers", "process", "structs", "hooks", "live", "tests"]
            .contains(&name.as_str());
        assert!(inner || ROOMS.contains(&name.as_str()), "src/capi/{name}.rs is missing from ROOMS");
    }
}

#[test]
fn the_committed_list_of_symbols_is_what_the_header_declares() {
    let list = functions(&header()).join("\n") + "\n";
    assert!(list.lines().count() > 40, "{list}");
    holds(&root().join("tests/abi/symbols.txt"), &list, "is not the header's list of functions");
}

#[test]
fn no_function_is_declared_without_its_comment() {
    let header = header();
    let lines: Vec<&str> = header.lines().collect();
    for (index, line) in lines.iter().enumerate().filter(|(_, line)| line.starts_with("ATT3D_PUBLIC")) {
        assert!(lines[index - 1].trim() == "*/", "no comment above: {line}");
    }
}

#[test]
fn the_packages_say_the_same_version_as_the_library() {
    let read = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let cmake = read("bindings/cmake/att3dConfigVersion.cmake");
    assert!(cmake.contains(concat!("set(PACKAGE_VERSION \"", env!("CARGO_PKG_VERSION"), "\")")), "{cmake}");
    let number = |name: &str| {
        let header = read("include/att3d.h");
        let line =
            header.lines().find_map(|line| line.strip_prefix(&format!("#define {name} ")).map(str::to_owned));
        line.expect("the header has the ABI's number")
    };
    let library = format!("version = \"{}.{}.0\"\n", number("ATT3D_ABI_MAJOR"), number("ATT3D_ABI_MINOR"));
    assert!(read("Cargo.toml").contains(&library), "[package.metadata.capi.library] needs {library}");
}

#[test]
fn the_headers_are_plain_ascii_for_compilers_of_any_code_page() {
    for path in ["include/att3d.h", "bindings/cpp/att3d.hpp"] {
        let text = fs::read_to_string(root().join(path)).unwrap();
        let odd: Vec<&str> = text.lines().filter(|line| !line.is_ascii()).collect();
        assert!(odd.is_empty(), "{path}: {odd:?}");
    }
}
