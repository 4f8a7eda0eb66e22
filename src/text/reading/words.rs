//! Words of a prompt, with the meaning of the punctuation around them.

/// A word of a prompt.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// Position of the word's first byte in the prompt.
    pub from: usize,
    /// Position after the word's last byte in the prompt.
    pub to: usize,
    /// Text in lower case, without a possessive ending.
    pub text: String,
    /// Whether a comma or another mark that ends a phrase precedes the word.
    pub begins: bool,
    /// Whether a hyphen joins the word to the previous one.
    pub joined: bool,
    /// Whether the word ends in `'s`.
    pub is_owner: bool,
    /// Words of which this word may be the plural.
    pub ones: Vec<String>,
}

/// Splits a prompt into its words. Case and quotation marks are ignored.
pub(super) fn split(prompt: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let (mut begins, mut hyphen) = (true, false);
    let mut letters = prompt.char_indices().peekable();
    while let Some((from, letter)) = letters.next() {
        if !is_part_of_word(letter) {
            hyphen = is_hyphen(letter) && words.last().is_some_and(|word| word.to == from);
            if letter == '&' {
                words.push(Word {
                    from,
                    to: from + 1,
                    text: "and".into(),
                    begins,
                    joined: false,
                    is_owner: false,
                    ones: Vec::new(),
                });
            }
            begins = begins && letter != '&' || is_break(letter);
            continue;
        }
        let mut to = from + letter.len_utf8();
        while let Some(&(at, letter)) = letters.peek() {
            let mut rest = letters.clone().skip(1).map(|(_, letter)| letter);
            let is_apostrophe = matches!(letter, '\'' | '’') && rest.next().is_some_and(char::is_alphabetic);
            if !is_part_of_word(letter) && !is_apostrophe {
                break;
            }
            to = at + letter.len_utf8();
            letters.next();
        }
        let lower = prompt.get(from..to).unwrap_or_default().to_lowercase().replace('’', "'");
        let is_owner = lower.ends_with("'s") && !matches!(lower.as_str(), "that's" | "it's");
        let text = if is_owner { lower.trim_end_matches("'s").to_owned() } else { lower };
        let ones = singulars(&text);
        words.push(Word { from, to, text, begins, joined: hyphen && !begins, is_owner, ones });
        (begins, hyphen) = (false, false);
    }
    words
}

fn is_part_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn is_hyphen(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}' | '\u{2011}')
}

/// Returns whether a mark ends a phrase. Quotes, apostrophes and hyphens do not.
fn is_break(letter: char) -> bool {
    matches!(
        letter,
        ',' | ';'
            | ':'
            | '.'
            | '('
            | ')'
            | '['
            | ']'
            | '/'
            | '|'
            | '!'
            | '?'
            | '\n'
            | '–'
            | '—'
            | '…'
            | '+'
            | '{'
            | '}'
    )
}

/// Returns the words of which a word may be a regular or a common irregular English plural. Irregular forms
/// come first.
pub(super) fn singulars(word: &str) -> Vec<String> {
    const IRREGULAR: [(&str, &str); 14] = [
        ("mice", "mouse"),
        ("geese", "goose"),
        ("feet", "foot"),
        ("teeth", "tooth"),
        ("men", "man"),
        ("cacti", "cactus"),
        ("wolves", "wolf"),
        ("leaves", "leaf"),
        ("shelves", "shelf"),
        ("knives", "knife"),
        ("calves", "calf"),
        ("octopi", "octopus"),
        ("oxen", "ox"),
        ("children", "child"),
    ];
    let mut found: Vec<String> =
        IRREGULAR.iter().filter(|(several, _)| *several == word).map(|(_, one)| (*one).to_owned()).collect();
    for (ending, instead) in [("s", ""), ("es", ""), ("ies", "y"), ("ves", "f"), ("men", "man")] {
        if let Some(stem) =
            word.strip_suffix(ending).filter(|stem| stem.len() > 1 && !stem.ends_with('s') | (ending == "es"))
        {
            found.push(format!("{stem}{instead}"));
        }
    }
    found
}

/// Returns whether two ASCII words differ by one edit: a letter added, removed or changed, or two neighboring
/// letters swapped.
pub(super) fn is_one_edit(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let start = left.iter().zip(right).take_while(|(one, other)| one == other).count();
    let rest = left.len().min(right.len()) - start;
    let end =
        left.iter().rev().zip(right.iter().rev()).take(rest).take_while(|(one, other)| one == other).count();
    let (left, right) = (
        left.get(start..left.len() - end).unwrap_or(&[]),
        right.get(start..right.len() - end).unwrap_or(&[]),
    );
    match (left, right) {
        ([_], [_]) | ([_], []) | ([], [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}
