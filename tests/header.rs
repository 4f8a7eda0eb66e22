//! Tests that `include/att3d.h` matches `src/capi`, and that the list of symbols matches the header.
//!
//! `ATT3D_BLESS=1 cargo test --test header` writes the header and the list again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The modules of the C interface with the titles of their sections, in the order of the header. Modules with
/// an equal title form one section.
const SECTIONS: [(&str, &str); 23] = [
    ("status", "Statuses and errors"),
    ("version", "Version"),
    ("log", "Callbacks"),
    ("progress", "Callbacks"),
    ("context", "Devices and contexts"),
    ("model", "Models"),
    ("reading", "Readings of prompts"),
    ("latent", "Latents"),
    ("shape", "Shapes"),
    ("field", "Fields"),
    ("generate", "Generation of meshes"),
    ("morph", "Morphs"),
    ("buffer", "Buffers"),
    ("stylize", "New materials for existing meshes"),
    ("mesh", "Meshes"),
    ("texture", "Textures of a mesh"),
    ("detail", "Levels of detail, hulls and measures of a mesh"),
    ("layout", "Copies of a mesh in the layout of the caller"),
    ("picture", "Pictures of a mesh"),
    ("export", "Export of meshes"),
    ("job", "Jobs"),
    ("live", "Live sessions"),
    ("worker", "The program of workers"),
];

/// Modules without a function, a type or a constant of the header.
const INNER: [&str; 8] = ["mod", "handle", "pointers", "process", "structs", "hooks", "tests", "work"];

fn source_of(module: &str) -> PathBuf {
    root().join("src/capi").join(module).with_extension("rs")
}

fn header() -> String {
    let config = cbindgen::Config::from_file(root().join("cbindgen.toml")).expect("cbindgen.toml reads");
    let mut builder = cbindgen::Builder::new().with_config(config);
    for (module, _) in SECTIONS {
        builder = builder.with_src(source_of(module));
    }
    let mut text = Vec::new();
    builder.generate().expect("cbindgen makes a header").write(&mut text);
    let text = String::from_utf8(text).expect("the header is UTF-8");
    in_sections(&text.trim_start().lines().map(str::trim_end).collect::<Vec<_>>().join("\n"))
}

/// Returns the name that an item of the header declares.
fn name_of(item: &str) -> &str {
    let code = item.split_once(" */\n").expect("every item has a comment").1;
    let word =
        |text: &'static str| code.strip_prefix(text).and_then(|rest| rest.split([' ', ';', '\n']).next());
    if let Some(name) = word("#define ").or_else(|| word("typedef struct ")) {
        return name;
    }
    if let Some((_, callback)) = code.split_once("(*").filter(|_| code.starts_with("typedef")) {
        return callback.split(')').next().unwrap();
    }
    // The name of a function ends at the first parenthesis. The name of another type ends at the semicolon.
    let declaration = code.split(['(', ';']).next().unwrap();
    declaration.rsplit([' ', '*', '\n']).next().unwrap()
}

/// Sorts the items of cbindgen's header into sections: first the handles, then one section for each object,
/// in the order of the source. cbindgen sorts items by their kind, which separates the items of one object.
fn in_sections(text: &str) -> String {
    let (start, rest) = text.split_once("#define ATT3D_PUBLIC\n#endif\n").expect("the start of the header");
    let (open, close) =
        ("#ifdef __cplusplus\nextern \"C\" {\n#endif // __cplusplus\n", "#ifdef __cplusplus\n}");
    let (before, after) = rest.split_once(open).expect("the C++ guard opens");
    let (functions, end) = after.split_once(close).expect("the C++ guard closes");
    let sources: Vec<String> =
        SECTIONS.iter().map(|(module, _)| fs::read_to_string(source_of(module)).unwrap()).collect();
    let place_of = |item: &str| {
        let name = name_of(item);
        let declared = ["const", "struct", "type", "fn"];
        let find = |source: &String| {
            declared.iter().find_map(|kind| {
                [":", " ", "("].iter().find_map(|end| source.find(&format!("{kind} {name}{end}")))
            })
        };
        let found = sources.iter().enumerate().find_map(|(index, source)| Some((index, find(source)?)));
        found.unwrap_or_else(|| panic!("{name} is in no module of SECTIONS"))
    };
    let mut items: Vec<(Option<(usize, usize)>, String)> = Vec::new();
    for item in format!("{before}\n{functions}").split("\n/**\n").skip(1) {
        let item = format!("/**\n{}\n", item.trim_matches('\n'));
        let code = item.split_once(" */\n").unwrap().1;
        let is_handle = code.starts_with("typedef struct") && !code.contains('{');
        items.push(((!is_handle).then(|| place_of(&item)), item));
    }
    items.sort_by_key(|(place, item)| (*place, place.is_none().then(|| place_of(item))));
    let mut sorted = format!("{start}#define ATT3D_PUBLIC\n#endif\n\n{open}");
    let mut title = "";
    for (place, item) in items {
        let next = place.map_or("Handles", |(module, _)| SECTIONS[module].1);
        if next != title {
            sorted += &format!("\n/* ---- {next} {} */\n", "-".repeat(90 - next.len()));
            title = next;
        }
        sorted += &format!("\n{item}");
    }
    // A negative number needs parentheses in C.
    format!("{sorted}\n{close}{end}\n").replace("_COMPONENTS -1.0", "_COMPONENTS (-1.0f)")
}

/// Returns every `att3d_…` function that the header declares, sorted.
fn functions(header: &str) -> Vec<String> {
    // The name of a function precedes its first parenthesis.
    let name =
        |declaration: &str| declaration.split('(').next()?.rsplit([' ', '*', '\n']).next().map(str::to_owned);
    let mut found: Vec<String> = header.split("\nATT3D_PUBLIC").skip(1).filter_map(name).collect();
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
fn every_module_of_the_c_interface_is_in_the_header() {
    for entry in fs::read_dir(root().join("src/capi")).unwrap() {
        let name = entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
        let is_listed = SECTIONS.iter().any(|(module, _)| *module == name);
        assert!(
            is_listed != INNER.contains(&name.as_str()),
            "src/capi/{name}.rs: list it in SECTIONS or INNER"
        );
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
    let mut paths = vec![root().join("include/att3d.h"), root().join("bindings/cpp/att3d.hpp")];
    let parts = fs::read_dir(root().join("bindings/cpp/att3d")).unwrap();
    paths.extend(parts.map(|entry| entry.unwrap().path()));
    assert!(paths.len() > 5, "{paths:?}");
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let odd: Vec<&str> = text.lines().filter(|line| !line.is_ascii()).collect();
        assert!(odd.is_empty(), "{}: {odd:?}", path.display());
    }
}
