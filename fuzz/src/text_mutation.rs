//! Mutations of text: the leaves of JSON documents, and prompts.

use fastrand::Rng;
use libfuzzer_sys::fuzzer_mutate;

/// Characters that text processing often handles wrongly: white space of several kinds, combining marks,
/// characters that change their length when their case changes or when they are normalized, emoji, and the
/// limits of Unicode.
const CHARACTERS: [&str; 36] = [
    "\0",
    " ",
    "\t",
    "\n",
    "\u{1b}",
    "\u{7f}",
    "\u{a0}",
    "\u{ad}",
    "\u{3000}",
    "\u{200b}",
    "\u{200d}",
    "\u{202e}",
    "\u{feff}",
    "\u{2581}",
    "\u{120}",
    "é",
    "e\u{301}",
    "\u{301}",
    "\u{345}",
    "ß",
    "İ",
    "ı",
    "ſ",
    "ﬁ",
    "ΐ",
    "\u{fdfa}",
    "\u{1d15f}",
    "中",
    "ひ",
    "한",
    "\u{1100}\u{1161}",
    "🐷",
    "👨\u{200d}👩\u{200d}👧",
    "\u{e000}",
    "\u{fffd}",
    "\u{10ffff}",
];

/// Changes a text in one of several ways. `words` are texts that may replace the text or be inserted into it.
pub fn mutate_text(text: &mut String, words: &[&str], random: &mut Rng) {
    match random.u8(..9) {
        0 => text.clear(),
        1 => *text = choose(words, random).to_owned(),
        2 => repeat(text, random),
        3 | 4 => text.insert_str(boundary(text, random), choose(&CHARACTERS, random)),
        5 => text.insert_str(boundary(text, random), choose(words, random)),
        6 => text.truncate(boundary(text, random)),
        _ => mutate_bytes_of(text, random),
    }
}

/// Returns one of the texts, or an empty text if there are no texts.
fn choose<'a>(texts: &[&'a str], random: &mut Rng) -> &'a str {
    random.choice(texts).copied().unwrap_or_default()
}

/// Repeats a text at least twice. A short text is repeated until it is up to 4096 bytes long.
fn repeat(text: &mut String, random: &mut Rng) {
    let longest = 1 << random.u32(4..13);
    let piece = if text.is_empty() { "a".to_owned() } else { text.clone() };
    *text = piece.repeat((longest / piece.len()).clamp(2, 4096));
}

/// Returns a random index at which a character of the text begins, or its length.
fn boundary(text: &str, random: &mut Rng) -> usize {
    let mut index = random.usize(..=text.len());
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}

/// Applies libFuzzer's own mutations to the bytes of a text. Invalid UTF-8 is replaced by U+FFFD.
fn mutate_bytes_of(text: &mut String, random: &mut Rng) {
    let mut bytes = std::mem::take(text).into_bytes();
    let size = bytes.len();
    bytes.resize(size + random.usize(1..32), 0);
    let longest = bytes.len();
    let size = fuzzer_mutate(&mut bytes, size, longest);
    bytes.truncate(size);
    *text = String::from_utf8_lossy(&bytes).into_owned();
}
