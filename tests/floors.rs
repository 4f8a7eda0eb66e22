//! Tests that imports in `src/` point only downward. A path fails if it points to a higher floor, or to a
//! module of the same floor that must stay independent. ARCHITECTURE.md shows the floors.
//!
//! The test reads every `crate::…` path, `use crate::{…}` trees, and `super::` chains that leave their
//! module. Comments, doc comments and string literals are not imports. A test module may import everything
//! (`…/tests.rs`, `…/tests/…`, `mod tests`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

/// The modules (folders or files directly in `src/`), and the modules that each may import. One line for each
/// module, lowest first.
const ROOMS: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("color", &[]),
    ("vector", &[]),
    ("files", &["error"]),
    ("mesh", &["error"]),
    // Materials and textures, which file readers produce and rendering uses.
    ("appearance", &["color", "mesh"]),
    ("engine", &["error"]),
    ("tensor", &["error", "engine"]),
    ("weights", &["error", "engine", "tensor"]),
    ("nn", &["error", "engine", "tensor", "weights"]),
    ("text", &["error", "engine", "tensor", "weights", "nn"]),
    ("generator", &["error", "engine", "tensor", "weights", "nn"]),
    // Conversion of other programs' models into packages, on the same floor as the pipeline.
    ("convert", &["error", "engine", "tensor", "weights", "nn", "text", "generator"]),
    // Modules without tensors, on the same floor as the generator. They take a closure from points to values.
    ("surface", &["error", "mesh"]),
    ("detail", &["error", "vector", "mesh"]),
    ("texture", &["error", "vector", "mesh"]),
    ("render", &["error", "color", "vector", "files", "mesh", "appearance"]),
    ("gltf", &["error", "color", "files", "mesh", "appearance"]),
    ("formats", &["error", "mesh"]),
    (
        "pipeline",
        &[
            "error",
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
    ("capi", &["error", "mesh", "pipeline"]),
];

/// The module path of `lib.rs`, which declares every module.
const ROOT: &str = "lib";

#[derive(Debug, PartialEq)]
struct Climb {
    line: usize,
    from: String,
    to: String,
}

fn allowed(from: &str, to: &str) -> bool {
    from == to
        || from == ROOT
        || ROOMS.iter().find(|(room, _)| *room == from).is_some_and(|(_, below)| below.contains(&to))
}

/// Returns the module path of a source file: `engine/cpu/mod.rs` is `[engine, cpu]`, `mesh.rs` is `[mesh]`,
/// `lib.rs` is `[]`.
fn module_path(relative: &Path) -> Vec<String> {
    let mut parts: Vec<String> =
        relative.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if matches!(parts.last().map(String::as_str), Some("mod" | "lib")) {
        parts.pop();
    }
    parts
}

/// Returns the text with comments and literals replaced by blanks. Line numbers stay the same.
fn without_comments_and_literals(source: &str) -> String {
    let bytes: Vec<char> = source.chars().collect();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    let blank = |out: &mut String, skipped: &[char]| {
        out.extend(skipped.iter().map(|c| if *c == '\n' { '\n' } else { ' ' }))
    };
    while at < bytes.len() {
        let start = at;
        match (bytes[at], bytes.get(at + 1)) {
            ('/', Some('/')) => {
                at += bytes[at..].iter().take_while(|c| **c != '\n').count();
                blank(&mut out, &bytes[start..at]);
            }
            ('/', Some('*')) => {
                let mut depth = 0;
                while at < bytes.len() {
                    match (bytes[at], bytes.get(at + 1)) {
                        ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
                        ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
                        _ => at += 1,
                    }
                    if depth == 0 {
                        break;
                    }
                }
                at = at.min(bytes.len());
                blank(&mut out, &bytes[start..at]);
            }
            ('r', Some('"' | '#')) if raw_string(&bytes[at..]).is_some() && !ends_in_word(&out) => {
                at += raw_string(&bytes[at..]).unwrap_or(1);
                blank(&mut out, &bytes[start..at]);
            }
            ('"', _) => {
                at += 1;
                while at < bytes.len() && bytes[at] != '"' {
                    at += if bytes[at] == '\\' { 2 } else { 1 };
                }
                at = (at + 1).min(bytes.len());
                blank(&mut out, &bytes[start..at]);
            }
            // This matches a character literal such as '"' or '\''; a lifetime has no closing quote here.
            ('\'', Some('\\')) => {
                at = (at + 3).min(bytes.len());
                at += bytes[at..].iter().take_while(|c| **c != '\'').count() + 1;
                at = at.min(bytes.len());
                blank(&mut out, &bytes[start..at]);
            }
            ('\'', Some(_)) if bytes.get(at + 2) == Some(&'\'') => {
                at += 3;
                blank(&mut out, &bytes[start..at]);
            }
            (character, _) => {
                out.push(character);
                at += 1;
            }
        }
    }
    out
}

fn ends_in_word(text: &str) -> bool {
    text.ends_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// Returns the length of the raw string literal that begins here, if there is one.
fn raw_string(text: &[char]) -> Option<usize> {
    let hashes = text[1..].iter().take_while(|c| **c == '#').count();
    if text.get(1 + hashes) != Some(&'"') {
        return None;
    }
    let body = 2 + hashes;
    (body..text.len())
        .find(|&at| {
            text[at] == '"' && text[at + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes
        })
        .map(|at| at + 1 + hashes)
}

/// Returns the first segments of the path after `crate::` or a chain of `super::`. A tree in braces has
/// several.
fn first_segments(rest: &str) -> Vec<String> {
    let rest = rest.trim_start();
    let Some(tree) = rest.strip_prefix('{') else {
        let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        return if word.is_empty() { Vec::new() } else { vec![word] };
    };
    let mut depth = 0;
    let mut branches = vec![String::new()];
    for character in tree.chars() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => branches.push(String::new()),
            _ => {}
        }
        if depth == 0 && character != ',' {
            branches.last_mut().expect("starts with one branch").push(character);
        }
    }
    branches.iter().flat_map(|branch| first_segments(branch)).collect()
}

/// Returns the position of `mod tests {`. The text after it is test code.
fn tests_begin(source: &str) -> usize {
    source.find("mod tests {").unwrap_or(source.len())
}

/// Returns every import in `source` that its module must not have. `modules` is the module path of the file.
fn climbs(source: &str, modules: &[String]) -> Vec<Climb> {
    let from = modules.first().map_or(ROOT, String::as_str);
    let text = without_comments_and_literals(source);
    let text = &text[..tests_begin(&text)];
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(step) = next_path(text, at) {
        let (start, mut rest, mut depth) = step;
        // Each `super` goes up one module. Only a chain that reaches the crate root can name another
        // top-level module.
        if let Some(supers) = depth.as_mut() {
            while let Some(further) = rest.trim_start().strip_prefix("super::") {
                *supers += 1;
                rest = further;
            }
        }
        at = text.len() - rest.len();
        if depth.is_some_and(|supers| supers < modules.len()) {
            continue;
        }
        let line = text[..start].matches('\n').count() + 1;
        for to in first_segments(rest) {
            let is_room = ROOMS.iter().any(|(room, _)| *room == to);
            if is_room && !allowed(from, &to) {
                found.push(Climb { line, from: from.to_owned(), to });
            }
        }
    }
    found
}

/// Returns the next `crate::` (no depth) or `super::` (depth 1) at or after `at`: its position and the text
/// after it.
fn next_path(text: &str, at: usize) -> Option<(usize, &str, Option<usize>)> {
    ["crate::", "super::"]
        .iter()
        .filter_map(|word| {
            let mut from = at;
            while let Some(hit) = text[from..].find(word).map(|hit| hit + from) {
                if !ends_in_word(&text[..hit]) && !text[..hit].ends_with('$') {
                    return Some((hit, &text[hit + word.len()..], (*word == "super::").then_some(1)));
                }
                from = hit + word.len();
            }
            None
        })
        .min_by_key(|(start, _, _)| *start)
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
fn imports_point_only_downwards() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&source, &mut files);
    files.sort();
    assert!(files.len() > 10, "only {} source files found under {}", files.len(), source.display());
    let mut report = String::new();
    for file in &files {
        let relative = file.strip_prefix(&source).unwrap();
        let modules = module_path(relative);
        // The command is another crate on top of the library. The library cannot import it, and it imports
        // the library by `att3d::`.
        if relative.starts_with("bin") || is_test_code(&modules) {
            continue;
        }
        for Climb { line, from, to } in climbs(&fs::read_to_string(file).unwrap(), &modules) {
            report += &format!("src/{}:{line}: `{from}` must not import `{to}`\n", relative.display());
        }
    }
    assert!(report.is_empty(), "imports of higher floors (ARCHITECTURE.md shows the floors):\n{report}");
}

#[test]
fn every_room_of_the_library_has_a_floor() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(&source).unwrap() {
        let name = entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
        let known = name == "lib" || name == "bin" || ROOMS.iter().any(|(room, _)| *room == name);
        assert!(known, "src/{name} has no floor; add a line for it to ROOMS in tests/floors.rs");
    }
}

#[test]
fn the_floors_themselves_only_look_down() {
    for (index, (room, below)) in ROOMS.iter().enumerate() {
        for other in *below {
            let position = ROOMS.iter().position(|(name, _)| name == other).unwrap();
            assert!(position < index, "`{room}` lists `{other}`, which is not below it");
        }
    }
}

fn names(modules: &[&str]) -> Vec<String> {
    modules.iter().map(|&module| module.to_owned()).collect()
}

#[test]
fn an_upward_import_is_reported_with_its_line() {
    let source = "//! use crate::pipeline;\n\nuse crate::error::Error;\nuse crate::tensor::Tensor;\n";
    let found = climbs(source, &names(&["engine", "cpu"]));
    assert_eq!(found, [Climb { line: 4, from: "engine".into(), to: "tensor".into() }]);
}

#[test]
fn a_sideways_import_of_tensors_is_reported() {
    let source = "fn f() { let x: crate::generator::Field = todo!(); }";
    let found = climbs(source, &names(&["surface"]));
    assert_eq!(found, [Climb { line: 1, from: "surface".into(), to: "generator".into() }]);
}

#[test]
fn a_tree_of_imports_is_read_branch_by_branch() {
    let source = "use crate::{error::{A, B}, mesh::Mesh,\n    nn::Linear, pipeline};";
    let found: Vec<String> = climbs(source, &names(&["render"])).into_iter().map(|climb| climb.to).collect();
    assert_eq!(found, ["nn", "pipeline"]);
}

#[test]
fn a_chain_of_supers_is_reported_only_when_it_leaves_the_room() {
    let inside = "use super::super::tensor::Tensor;";
    assert_eq!(climbs(inside, &names(&["engine", "cpu", "decode"])), []);
    assert_eq!(climbs(inside, &names(&["engine", "cpu"])).len(), 1);
    assert_eq!(climbs("use super::tensor::Tensor;", &names(&["engine"])).len(), 1);
}

#[test]
fn comments_strings_and_tests_are_not_imports() {
    let source = concat!(
        "// use crate::pipeline;\n/* crate::pipeline::x /* nested */ crate::nn */\n",
        "const A: &str = \"crate::pipeline::x\"; const B: &str = r#\"crate::nn \" x\"#; const C: char = '\"';\n",
        "fn lifetime<'a>(x: &'a str) -> &'a str { x }\n",
        "#[cfg(test)]\nmod tests {\n    use crate::pipeline::Generate;\n}\n",
    );
    assert_eq!(climbs(source, &names(&["error"])), []);
}
