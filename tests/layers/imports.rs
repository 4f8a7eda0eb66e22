//! Reading of the imports of a Rust source file: `use` trees and the paths in the code.

/// A path in a source file. `crate`, `self` and `super` at its start are resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    pub line: usize,
    /// Segments of the path. If `from_root` is true, the path begins at the crate root. Otherwise it begins
    /// at a name in the file's scope.
    pub path: Vec<String>,
    pub from_root: bool,
    /// Name that a `use` brings into scope; `*` for a glob; `None` for a path in the code.
    pub name: Option<String>,
    /// Whether the `use` is public, so that others can import the name from here.
    pub public: bool,
}

/// Returns the imports of a source file, in order. `module` is the module path of the file. Comments and
/// literals are not read. Reading stops at `mod tests {`.
pub fn imports(source: &str, module: &[String]) -> Vec<Import> {
    let text = without_comments_and_literals(source);
    let text = &text[..text.find("mod tests {").unwrap_or(text.len())];
    let tokens = tokens(text);
    let mut found = Vec::new();
    // The module path at the current token. Between the braces of an inline module, the path includes the
    // name of this module.
    let mut module = module.to_vec();
    let (mut depth, mut inner) = (0usize, Vec::new());
    let mut at = 0;
    while at < tokens.len() {
        let (line, word) = tokens[at];
        let before = at.checked_sub(1).map_or("", |previous| tokens[previous].1);
        at += 1;
        match word {
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                if inner.last() == Some(&depth) {
                    inner.pop();
                    module.pop();
                }
            }
            "mod" if follows(&tokens, at + 1, "{") => {
                inner.push(depth);
                module.push(tokens[at].1.to_owned());
            }
            _ => {}
        }
        if word == "use" && !matches!(before, "<" | "+" | ",") {
            let public = matches!(before, "pub" | ")");
            let mut tree = UseTree { tokens: &tokens, at, found: Vec::new() };
            tree.read(&[]);
            at = tree.at;
            for (line, path, name) in tree.found {
                found.push(import(line, path, Some(name), public, &module));
            }
        } else if word == "in" && before == "(" {
            // The path of a visibility, `pub(in crate::module)`.
            while at < tokens.len() && tokens[at].1 != ")" {
                at += 1;
            }
        } else if is_word(word) && !matches!(before, "::" | "$") && follows(&tokens, at, "::") {
            let mut path = vec![word.to_owned()];
            while follows(&tokens, at, "::") && tokens.get(at + 1).is_some_and(|(_, next)| is_word(next)) {
                path.push(tokens[at + 1].1.to_owned());
                at += 2;
            }
            found.push(import(line, path, None, false, &module));
        }
    }
    found
}

/// Returns the words of the code, without `use` declarations and declarations of modules.
pub fn words_of_code(source: &str) -> std::collections::HashSet<String> {
    let text = without_comments_and_literals(source);
    let text = &text[..text.find("mod tests {").unwrap_or(text.len())];
    let mut inside = false;
    let mut words = std::collections::HashSet::new();
    for (_, word) in tokens(text) {
        inside = (inside || matches!(word, "use" | "mod")) && word != ";";
        if !inside && is_word(word) {
            words.insert(word.to_owned());
        }
    }
    words
}

fn import(line: usize, path: Vec<String>, name: Option<String>, public: bool, module: &[String]) -> Import {
    let mut base = match path[0].as_str() {
        "crate" => Vec::new(),
        "self" | "super" => module.to_vec(),
        _ => return Import { line, path, from_root: false, name, public },
    };
    for segment in path {
        match segment.as_str() {
            "crate" | "self" => {}
            "super" => drop(base.pop()),
            _ => base.push(segment),
        }
    }
    Import { line, path: base, from_root: true, name, public }
}

/// Reader of the tree after `use`.
struct UseTree<'a> {
    tokens: &'a [(usize, &'a str)],
    at: usize,
    /// Line, path and name in scope, for each leaf.
    found: Vec<(usize, Vec<String>, String)>,
}

impl UseTree<'_> {
    /// Reads one branch, up to the `,`, `}` or `;` that ends the branch. `prefix` is the path before the
    /// branch.
    fn read(&mut self, prefix: &[String]) {
        let mut path = prefix.to_vec();
        let mut name = None;
        let line = self.tokens.get(self.at).map_or(0, |(line, _)| *line);
        while let Some(&(_, word)) = self.tokens.get(self.at) {
            match word {
                "," | "}" | ";" => break,
                "{" => {
                    while self.tokens.get(self.at).is_some_and(|(_, word)| matches!(*word, "{" | ",")) {
                        self.at += 1;
                        self.read(&path);
                    }
                    self.at += 1;
                    return;
                }
                "as" => {
                    name = self.tokens.get(self.at + 1).map(|(_, alias)| (*alias).to_owned());
                    self.at += 1;
                }
                "*" => name = Some("*".to_owned()),
                "self" if !prefix.is_empty() => {}
                "::" => {}
                word => path.push(word.to_owned()),
            }
            self.at += 1;
        }
        if path.len() > prefix.len()
            || name.is_some()
            || (!prefix.is_empty() && self.tokens[self.at - 1].1 == "self")
        {
            let name = name.or_else(|| path.last().cloned()).unwrap_or_default();
            self.found.push((line, path, name));
        }
    }
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

fn follows(tokens: &[(usize, &str)], at: usize, expected: &str) -> bool {
    tokens.get(at).is_some_and(|(_, token)| *token == expected)
}

/// Returns the words, the `::` and the other characters of a text, each with its line.
fn tokens(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut line = 1;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if first.is_alphanumeric() || first == '_' {
            rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        if first == '\n' {
            line += 1;
        }
        if !first.is_whitespace() {
            found.push((line, &rest[..length]));
        }
        rest = &rest[length..];
    }
    found
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
            // The next two arms match literals such as '\'' and '"'. A lifetime has no closing quote.
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
