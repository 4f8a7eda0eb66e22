//! Captions of assets: a CSV file with the columns `file` and `caption`.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use super::AssetError;

/// Largest number of words of a caption. The context of the text encoder has two more tokens.
pub const LONGEST: usize = toybox::LONGEST_PROMPT;

/// A row of the file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Captioned {
    /// Path of the asset, relative to the folder of the assets.
    pub file: String,
    /// What the asset is, in English.
    pub caption: String,
}

/// Reads the captions. An asset may have several rows. Errors: `Captions` for a file that is not such a CSV,
/// that has no row, or that has a caption without words or with too many.
pub fn read(path: &Path) -> Result<Vec<Captioned>, AssetError> {
    let refused = |reason: String| AssetError::Captions { path: path.to_owned(), reason };
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_path(path)
        .map_err(|error| refused(format!("it cannot be read: {error}")))?;
    let mut rows = Vec::new();
    for (index, row) in reader.deserialize().enumerate() {
        // The first line has the names of the columns.
        let line = index + 2;
        let row: Captioned = row.map_err(|error| {
            refused(format!("line {line}: {error}; expected the columns file and caption"))
        })?;
        let count = words_of(&row.caption).count();
        if count == 0 || count > LONGEST {
            return Err(refused(format!(
                "line {line}: the caption has {count} words; expected 1 to {LONGEST}"
            )));
        }
        rows.push(row);
    }
    if rows.is_empty() {
        return Err(refused(
            "it has no captions; expected the columns file and caption, and a row per asset".into(),
        ));
    }
    Ok(rows)
}

/// Returns the words of a caption in lower case, as the word-level tokenizer splits it.
fn words_of(caption: &str) -> impl Iterator<Item = String> {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    caption
        .to_lowercase()
        .split(move |letter| !is_part(letter))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect::<Vec<_>>()
        .into_iter()
}

/// Returns all words of the captions, in alphabetical order.
pub fn vocabulary(rows: &[Captioned]) -> Vec<String> {
    let words: BTreeSet<String> = rows.iter().flat_map(|row| words_of(&row.caption)).collect();
    words.into_iter().collect()
}

/// Returns for each row whether it is held out of the training: `share` of the captions, chosen by a hash of
/// their text, so that the choice does not depend on the order. Rows with the same caption stay together.
pub fn held_out(rows: &[Captioned], share: f32) -> Vec<bool> {
    let different: BTreeSet<&str> = rows.iter().map(|row| row.caption.as_str()).collect();
    let mut ordered: Vec<&str> = different.into_iter().collect();
    ordered.sort_by_key(|caption| hash(caption));
    let count = (ordered.len() as f32 * share.clamp(0.0, 1.0)).round() as usize;
    let chosen: BTreeSet<&str> = ordered.into_iter().take(count).collect();
    rows.iter().map(|row| chosen.contains(row.caption.as_str())).collect()
}

/// Returns the FNV-1a hash of a text.
fn hash(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
