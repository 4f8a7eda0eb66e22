//! Search for import cycles: files of a crate that import each other, directly or through other files.
//!
//! A name counts as imported from the file that defines it. A `pub use` counts as an import only if the code
//! of the same file uses the name. The declaration of a child module is not an import.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::fs;
use std::path::Path;

use crate::imports::{Import, imports, words_of_code};
use crate::{is_test_code, module_path, rust_files};

/// A crate: for each module path, the file and its imports.
pub struct Crate {
    modules: HashMap<Vec<String>, Module>,
}

struct Module {
    file: String,
    imports: Vec<Import>,
    words: HashSet<String>,
}

/// One import of a cycle: the file, the line, the imported path, and the file that defines it.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub file: String,
    pub line: usize,
    pub path: String,
    pub to: String,
}

impl Crate {
    /// Reads the crate whose root file is directly in `folder`. Test modules and other crates in `bin` are
    /// left out.
    pub fn read(folder: &Path) -> Self {
        let mut files = Vec::new();
        rust_files(folder, &mut files);
        let read = files.iter().filter_map(|file| {
            let relative = file.strip_prefix(folder).unwrap();
            let module = module_path(relative);
            let other = relative.starts_with("bin") || is_test_code(&module);
            (!other).then(|| (relative.display().to_string(), module, fs::read_to_string(file).unwrap()))
        });
        Self::new(read)
    }

    fn new(files: impl IntoIterator<Item = (String, Vec<String>, String)>) -> Self {
        let modules = files
            .into_iter()
            .map(|(file, module, text)| {
                let read = Module { file, imports: imports(&text, &module), words: words_of_code(&text) };
                (module, read)
            })
            .collect();
        Self { modules }
    }

    /// Returns the shortest import cycle of each file that has one. A cycle that shares a file with an
    /// earlier cycle is left out.
    pub fn circles(&self) -> Vec<Vec<Step>> {
        let mut graph: BTreeMap<&str, Vec<Step>> = BTreeMap::new();
        for (path, module) in &self.modules {
            graph.insert(&module.file, self.steps(path, module));
        }
        let mut seen = HashSet::new();
        let mut found: Vec<Vec<Step>> = Vec::new();
        for file in graph.keys() {
            let circle = shortest_circle(&graph, file);
            if !circle.is_empty() && !circle.iter().any(|step| seen.contains(&step.file)) {
                seen.extend(circle.iter().map(|step| step.file.clone()));
                found.push(circle);
            }
        }
        found
    }

    /// Returns the imports of a module that lead to other files.
    fn steps(&self, path: &[String], module: &Module) -> Vec<Step> {
        let mut found: Vec<Step> = Vec::new();
        for import in &module.imports {
            if import.public && import.name.as_ref().is_some_and(|name| !module.words.contains(name)) {
                continue;
            }
            let Some((owner, item)) = self.resolve_import(path, import, 0) else { continue };
            // A `use` of a module is not a dependency on the module's file. A path to an item in the module
            // is a dependency.
            let to = &self.modules[&owner].file;
            if (import.name.is_some() && !item) || *to == module.file {
                continue;
            }
            let step = Step {
                file: module.file.clone(),
                line: import.line,
                path: import.path.join("::"),
                to: to.clone(),
            };
            found.push(step);
        }
        found
    }

    fn resolve_import(
        &self,
        module: &[String],
        import: &Import,
        depth: usize,
    ) -> Option<(Vec<String>, bool)> {
        if import.from_root {
            return self.resolve(&[], &import.path, depth);
        }
        // The path begins with a name in scope: a child module, or a name that a `use` imports.
        let first = &import.path[0];
        let child = [module, std::slice::from_ref(first)].concat();
        let mine = self.modules.get(module)?;
        let brought = mine.imports.iter().any(|other| other.name.as_ref() == Some(first) && other != import);
        (self.modules.contains_key(&child) || brought).then(|| self.resolve(module, &import.path, depth))?
    }

    /// Returns the module that defines the item at `path`, seen from `module`, and whether the path names an
    /// item and not the module itself. None for items of other crates.
    fn resolve(&self, module: &[String], path: &[String], depth: usize) -> Option<(Vec<String>, bool)> {
        let Some(first) = path.first() else { return Some((module.to_vec(), false)) };
        // The limit ends the recursion for a cycle of re-exports, which does not compile.
        if depth > 20 {
            return None;
        }
        let here = self.modules.get(module)?;
        let child = [module, std::slice::from_ref(first)].concat();
        let brought = here.imports.iter().find(|import| import.name.as_ref() == Some(first));
        // A module and an item can have the same name. At the end of a path, the name means the item.
        if self.modules.contains_key(&child) && (path.len() > 1 || brought.is_none()) {
            return self.resolve(&child, &path[1..], depth);
        }
        if let Some(import) = brought {
            let whole = [import.path.as_slice(), &path[1..]].concat();
            return self.resolve_import(
                module,
                &Import { path: whole, name: None, ..import.clone() },
                depth + 1,
            );
        }
        let globs = here.imports.iter().filter(|import| import.public && import.name.as_deref() == Some("*"));
        for glob in globs {
            let owner = self.resolve_import(module, &Import { name: None, ..glob.clone() }, depth + 1);
            if let Some((owner, _)) = owner
                && !here.words.contains(first)
                && self.modules[&owner].words.contains(first)
            {
                return Some((owner, true));
            }
        }
        Some((module.to_vec(), true))
    }
}

/// Returns the shortest import cycle that contains a file, or an empty cycle if there is none.
fn shortest_circle(graph: &BTreeMap<&str, Vec<Step>>, start: &str) -> Vec<Step> {
    let mut reached = HashSet::new();
    let mut waiting = VecDeque::from([(start, Vec::new())]);
    while let Some((file, way)) = waiting.pop_front() {
        for step in &graph[file] {
            let way: Vec<Step> = way.iter().chain([step]).cloned().collect();
            if step.to == start {
                return way;
            }
            if reached.insert(step.to.as_str()) {
                waiting.push_back((&step.to, way));
            }
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circles_of(files: &[(&str, &str)]) -> Vec<String> {
        let files = files
            .iter()
            .map(|(file, text)| ((*file).to_owned(), module_path(Path::new(file)), (*text).to_owned()));
        let circles = Crate::new(files).circles();
        circles
            .iter()
            .map(|circle| circle.iter().map(|step| step.file.as_str()).collect::<Vec<_>>().join(" "))
            .collect()
    }

    #[test]
    fn a_circle_through_three_files_is_found() {
        let files = [
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", "use crate::b::B;"),
            ("b.rs", "fn f() { super::c::g() }"),
            ("c.rs", "use crate::{a::{self}, d}; fn g() { a::h() }"),
        ];
        assert_eq!(circles_of(&files), ["a.rs b.rs c.rs"]);
    }

    #[test]
    fn a_reexported_name_belongs_to_the_file_that_defines_it() {
        let parent = "mod shape; mod tree; pub use shape::Shape; pub use tree::*;";
        let tree = ("a/tree.rs", "use super::Shape; pub struct Tree(Shape);");
        let shape = ("a/shape.rs", "pub struct Shape;");
        let root = ("lib.rs", "mod a;");
        assert_eq!(circles_of(&[root, ("a/mod.rs", parent), tree, shape]), [""; 0]);
        // The parent defines what its child uses, and uses what the child defines.
        let parent = format!("{parent} pub struct Height; impl Shape {{ }}");
        let shape = ("a/shape.rs", "pub struct Shape(super::Height);");
        assert_eq!(circles_of(&[root, ("a/mod.rs", &parent), tree, shape]), ["a/mod.rs a/shape.rs"]);
    }
}
