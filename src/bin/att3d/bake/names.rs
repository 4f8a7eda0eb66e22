//! File names of assets, which are valid on Linux, macOS and Windows.

use std::collections::HashMap;

/// Largest number of characters of a name.
const LONGEST: usize = 100;
/// Characters that Windows does not allow in a file name.
const RESERVED: &[char] = &['<', '>', ':', '"', '/', '\\', '|', '?', '*'];
/// Names of devices on Windows. With an extension, such as con.txt, they are not allowed either. `is_device`
/// also checks com0 to com9 and lpt0 to lpt9.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Checks a file name from the catalog or from the path pattern. Errors: the reason, as text.
pub fn check(name: &str) -> Result<(), String> {
    if let Some(found) = name.chars().find(|found| RESERVED.contains(found) || found.is_control()) {
        return Err(format!(
            "the name \"{}\" contains {found:?}; expected a plain file name",
            name.escape_debug()
        ));
    }
    if name.starts_with('.') || name.ends_with(['.', ' ']) {
        return Err(format!("the name \"{name}\" begins with a dot, or ends with a dot or a space"));
    }
    if is_device(name) {
        return Err(format!("\"{name}\" is the name of a device on Windows; choose another name"));
    }
    let length = name.chars().count();
    if length > LONGEST {
        return Err(format!("the name has {length} characters; expected at most {LONGEST}"));
    }
    Ok(())
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let port = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    DEVICES.contains(&stem.as_str())
        || port.is_some_and(|port| port.len() == 1 && port.as_bytes()[0].is_ascii_digit())
}

/// Returns a name for a prompt: its letters and digits in lowercase, with one `-` for each run of other
/// characters, and at most 60 characters.
pub fn of_prompt(prompt: &str) -> String {
    let mut name = String::new();
    for letter in prompt.chars().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() {
            name.push(letter);
        } else if !name.ends_with('-') && !name.is_empty() {
            name.push('-');
        }
    }
    let name: String = name.chars().take(60).collect();
    let name = name.trim_end_matches('-');
    if name.is_empty() || is_device(name) {
        format!("asset-{name}").trim_end_matches('-').into()
    } else {
        name.into()
    }
}

/// Paths that are in use. Lowercase and uppercase letters are not distinguished, as on Windows and macOS.
#[derive(Default)]
pub struct Taken {
    /// Row that uses each path.
    rows: HashMap<String, usize>,
    /// For each path that got a number because it was taken: the number to try next.
    numbers: HashMap<String, usize>,
}

impl Taken {
    /// Reserves a path for a row. Errors: the number of the row that uses the path already.
    pub fn take(&mut self, path: &str, row: usize) -> Result<(), usize> {
        match self.rows.entry(path.to_lowercase()) {
            std::collections::hash_map::Entry::Occupied(used) => Err(*used.get()),
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(row);
                Ok(())
            }
        }
    }

    /// Reserves a path for a row, with a number at its end if it is in use: `pig-2`. Returns the path.
    pub fn take_numbered(&mut self, path: &str, row: usize) -> String {
        if self.take(path, row).is_ok() {
            return path.to_owned();
        }
        // Without `numbers`, the time would be quadratic in the number of rows with the same prompt.
        let mut number = self.numbers.get(path).copied().unwrap_or(2);
        let mut numbered = format!("{path}-{number}");
        while self.take(&numbered, row).is_err() {
            number += 1;
            numbered = format!("{path}-{number}");
        }
        self.numbers.insert(path.to_owned(), number + 1);
        numbered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_prompts_are_plain() {
        assert_eq!(of_prompt("A pig, wearing a *party* hat!"), "a-pig-wearing-a-party-hat");
        assert_eq!(of_prompt("../../etc"), "etc");
        assert_eq!(of_prompt("con"), "asset-con");
        assert_eq!(of_prompt("???"), "asset");
        assert_eq!(of_prompt("Żółw"), "żółw");
        assert!(of_prompt(&"a pig ".repeat(90)).chars().count() <= 60);
        for prompt in ["A pig, wearing a *party* hat!", "con", "???", "Żółw"] {
            assert_eq!(check(&of_prompt(prompt)), Ok(()));
        }
    }

    #[test]
    fn names_that_some_system_refuses_are_refused() {
        let long = "a".repeat(300);
        for name in
            ["../pig", "a/b", "a\\b", "NUL", "com1.glb", "pig.", "pig ", ".hidden", "a:b", "a\nb", &long]
        {
            assert!(check(name).is_err(), "{name}");
        }
        for name in ["pig", "Big pig 2", "company", "comb", "żółw"] {
            assert_eq!(check(name), Ok(()));
        }
    }

    #[test]
    fn paths_are_used_once_whatever_their_case() {
        let mut taken = Taken::default();
        assert_eq!(taken.take("Pig", 2), Ok(()));
        assert_eq!(taken.take("pig", 3), Err(2));
        assert_eq!(taken.take_numbered("pig", 3), "pig-2");
        assert_eq!(taken.take_numbered("pig", 4), "pig-3");
    }
}
