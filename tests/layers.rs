//! Tests of the imports of every crate. In `src/`, a module imports only the modules that `LAYERS` lists for
//! it; ARCHITECTURE.md shows the layers. In no crate do files form an import cycle.
//!
//! The tests read `use` trees and the paths in the code. Comments, doc comments and string literals are not
//! imports. A test module may import everything (`…/tests.rs`, `…/tests/…`, `mod tests`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test reports by panicking")]

#[path = "layers/circles.rs"]
mod circles;
#[path = "layers/imports.rs"]
mod imports;

use std::fs;
use std::path::{Path, PathBuf};

use circles::Crate;
use imports::imports;

/// The modules (folders or files directly in `src/`), and the modules that each may import. One line for each
/// module, lowest first.
const LAYERS: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("math", &[]),
    ("color", &["math"]),
    ("vector", &[]),
    ("files", &["error"]),
    ("mesh", &["error", "vector"]),
    // Materials and textures, which file readers produce and rendering uses.
    ("appearance", &["math", "color", "vector", "mesh"]),
    ("engine", &["error", "math", "vector"]),
    ("tensor", &["error", "vector", "engine"]),
    ("weights", &["error", "vector", "files", "engine", "tensor"]),
    ("nn", &["error", "vector", "engine", "tensor", "weights"]),
    ("text", &["error", "vector", "engine", "tensor", "weights", "nn"]),
    ("generator", &["error", "math", "vector", "engine", "tensor", "weights", "nn"]),
    // Conversion of other programs' models into packages, on the same layer as the pipeline.
    ("convert", &["error", "vector", "engine", "tensor", "weights", "nn", "text", "generator"]),
    // Modules without tensors, on the same layer as the generator. They take a closure from points to values.
    ("surface", &["error", "vector", "mesh"]),
    ("detail", &["error", "vector", "mesh"]),
    ("texture", &["error", "vector", "mesh"]),
    ("render", &["error", "math", "color", "vector", "files", "mesh", "appearance"]),
    ("gltf", &["error", "math", "color", "vector", "files", "mesh", "appearance"]),
    ("formats", &["error", "vector", "mesh"]),
    (
        "pipeline",
        &[
            "error",
            "math",
            "color",
            "vector",
            "files",
            "mesh",
            "appearance",
            "engine",
            "tensor",
            "weights",
            "nn",
            "text",
            "generator",
            "surface",
            "detail",
            "texture",
            "render",
            "gltf",
            "formats",
        ],
    ),
    ("capi", &["error", "vector", "mesh", "pipeline"]),
];

/// The folders with the root file of a crate: the library, the command, the other crates of the workspace,
/// the Godot extension and the fuzz targets.
const CRATES: &[&str] = &[
    "src",
    "src/bin/att3d",
    "toybox/src",
    "toybox/src/bin/toybox",
    "train/src",
    "engines/torch/src",
    "worker/src",
    "plugins/godot/src",
    "fuzz/src",
];

/// Name of the crate's root, `lib.rs`, which may import every module. Its module path is empty.
const ROOT: &str = "lib";

#[derive(Debug, PartialEq)]
struct Violation {
    line: usize,
    from: String,
    to: String,
}

fn allowed(from: &str, to: &str) -> bool {
    from == to
        || from == ROOT
        || LAYERS.iter().find(|(module, _)| *module == from).is_some_and(|(_, below)| below.contains(&to))
}

/// Returns the module path of a source file: `engine/cpu/mod.rs` is `[engine, cpu]`, `mesh.rs` is `[mesh]`,
/// `lib.rs` and `main.rs` are `[]`.
fn module_path(relative: &Path) -> Vec<String> {
    let mut parts: Vec<String> =
        relative.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if matches!(parts.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        parts.pop();
    }
    parts
}

/// Returns the imports in `source` that `LAYERS` does not allow. `module` is the module path of the file.
fn violations(source: &str, module: &[String]) -> Vec<Violation> {
    let from = module.first().map_or(ROOT, String::as_str);
    imports(source, module)
        .into_iter()
        .filter(|import| import.from_root)
        .filter_map(|import| Some((import.line, import.path.into_iter().next()?)))
        .filter(|(_, to)| LAYERS.iter().any(|(name, _)| name == to) && !allowed(from, to))
        .map(|(line, to)| Violation { line, from: from.to_owned(), to })
        .collect()
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn is_test_code(modules: &[String]) -> bool {
    modules.iter().any(|module| module == "tests")
}

#[test]
fn modules_import_only_lower_layers() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&source, &mut files);
    files.sort();
    assert!(files.len() > 10, "only {} source files found under {}", files.len(), source.display());
    let mut report = String::new();
    for file in &files {
        let relative = file.strip_prefix(&source).unwrap();
        let modules = module_path(relative);
        // The command is a separate crate that uses the library as `att3d::`. The library cannot import it.
        if relative.starts_with("bin") || is_test_code(&modules) {
            continue;
        }
        for Violation { line, from, to } in violations(&fs::read_to_string(file).unwrap(), &modules) {
            report += &format!("src/{}:{line}: `{from}` must not import `{to}`\n", relative.display());
        }
    }
    assert!(report.is_empty(), "imports of higher layers (ARCHITECTURE.md shows the layers):\n{report}");
}

#[test]
fn every_module_of_the_library_has_a_layer() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(&source).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let mut files = Vec::new();
            rust_files(&path, &mut files);
            // A folder without Rust files has resources, for example the icon for Windows, and is no module.
            if files.is_empty() {
                continue;
            }
        }
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let known = name == "lib" || name == "bin" || LAYERS.iter().any(|(module, _)| *module == name);
        assert!(known, "src/{name} has no layer; add a line for it to LAYERS in tests/layers.rs");
    }
}

#[test]
fn the_list_of_layers_names_only_lower_modules() {
    for (index, (module, below)) in LAYERS.iter().enumerate() {
        for other in *below {
            let position = LAYERS.iter().position(|(name, _)| name == other).unwrap();
            assert!(position < index, "`{module}` lists `{other}`, which is not below it");
        }
    }
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut report = String::new();
    for folder in CRATES {
        for circle in Crate::read(&root.join(folder)).circles() {
            report += "import cycle:\n";
            for step in circle {
                report += &format!(
                    "  {folder}/{}:{} imports `{}` of {folder}/{}\n",
                    step.file, step.line, step.path, step.to
                );
            }
        }
    }
    assert!(
        report.is_empty(),
        "files form an import cycle; move what they share into a file that imports none of them:\n{report}"
    );
}

fn names(modules: &[&str]) -> Vec<String> {
    modules.iter().map(|&module| module.to_owned()).collect()
}

#[test]
fn an_upward_import_is_reported_with_its_line() {
    let source = "//! use crate::pipeline;\n\nuse crate::error::Error;\nuse crate::tensor::Tensor;\n";
    let found = violations(source, &names(&["engine", "cpu"]));
    assert_eq!(found, [Violation { line: 4, from: "engine".into(), to: "tensor".into() }]);
}

#[test]
fn a_sideways_import_of_tensors_is_reported() {
    let source = "fn f() { let x: crate::generator::Field = todo!(); }";
    let found = violations(source, &names(&["surface"]));
    assert_eq!(found, [Violation { line: 1, from: "surface".into(), to: "generator".into() }]);
}

#[test]
fn a_tree_of_imports_is_read_branch_by_branch() {
    let source = "use crate::{error::{A, B}, mesh::Mesh,\n    nn::Linear, pipeline};";
    let found: Vec<String> =
        violations(source, &names(&["render"])).into_iter().map(|violation| violation.to).collect();
    assert_eq!(found, ["nn", "pipeline"]);
}

#[test]
fn a_chain_of_supers_is_reported_only_when_it_leaves_the_module() {
    let inside = "use super::super::tensor::Tensor;";
    assert_eq!(violations(inside, &names(&["engine", "cpu", "decode"])), []);
    assert_eq!(violations(inside, &names(&["engine", "cpu"])).len(), 1);
    assert_eq!(violations("use super::tensor::Tensor;", &names(&["engine"])).len(), 1);
}

#[test]
fn comments_strings_and_tests_are_not_imports() {
    let source = concat!(
        "// use crate::pipeline;\n/* crate::pipeline::x /* nested */ crate::nn */\n",
        "const A: &str = \"crate::pipeline::x\"; const B: &str = r#\"crate::nn \" x\"#; const C: char = '\"';\n",
        "fn lifetime<'a>(x: &'a str) -> &'a str { x }\n",
        "#[cfg(test)]\nmod tests {\n    use crate::pipeline::Generate;\n}\n",
    );
    assert_eq!(violations(source, &names(&["error"])), []);
}
