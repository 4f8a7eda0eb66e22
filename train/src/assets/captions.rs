//! Captions of assets: a CSV file with the columns `file` and `caption`.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use super::error::AssetError;

/// A row of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Line of the file on which the row begins, from 1.
    pub line: u64,
    /// Path of the asset, relative to the folder of the assets.
    pub file: String,
    /// What the asset is, in English.
    pub caption: String,
}

/// The columns of a row.
#[derive(Deserialize)]
struct Columns {
    file: String,
    caption: String,
}

/// Reads the captions: the columns `file` and `caption`. An asset may have several rows. Errors: `Captions`
/// for a file that is not a CSV with these two columns or has no row, and for a row without a file or without
/// words.
pub fn read(path: &Path) -> Result<Vec<Row>, AssetError> {
    let refused = |reason: String| AssetError::Captions { path: path.to_owned(), reason };
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_path(path)
        .map_err(|error| refused(format!("it cannot be read: {error}")))?;
    let wrong = |error: csv::Error| refused(format!("{error}; expected the columns file and caption"));
    let names = reader.headers().map_err(wrong)?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(wrong)?;
        let line = record.position().map_or(0, csv::Position::line);
        let Columns { file, caption } = record.deserialize(Some(&names)).map_err(wrong)?;
        if file.is_empty() {
            return Err(refused(format!(
                "line {line}: the row has no file; expected the name of a GLB file"
            )));
        }
        if words_of(&caption).next().is_none() {
            return Err(refused(format!(
                "line {line}: the caption {caption:?} has no words; expected at least one"
            )));
        }
        rows.push(Row { line, file, caption });
    }
    if rows.is_empty() {
        return Err(refused(
            "it has no captions; expected the columns file and caption, and a row for each caption".into(),
        ));
    }
    Ok(rows)
}

/// Returns the words of a caption in lower case, as the word-level tokenizer splits it.
fn words_of(caption: &str) -> impl Iterator<Item = String> {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let lower = caption.to_lowercase();
    let words: Vec<String> =
        lower.split(|letter| !is_part(letter)).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    words.into_iter()
}

/// Returns all words of the captions, in alphabetical order.
pub fn vocabulary(rows: &[Row]) -> Vec<String> {
    let words: BTreeSet<String> = rows.iter().flat_map(|row| words_of(&row.caption)).collect();
    words.into_iter().collect()
}

/// Returns for each row whether it is held out of the training: `share` of the captions, chosen by a hash of
/// their words, so that the choice does not depend on the order. Rows with the same words stay together.
pub fn held_out(rows: &[Row], share: f32) -> Vec<bool> {
    let key = |row: &Row| words_of(&row.caption).collect::<Vec<_>>().join(" ");
    let different: BTreeSet<String> = rows.iter().map(key).collect();
    let mut ordered: Vec<String> = different.into_iter().collect();
    ordered.sort_by_key(|caption| hash(caption));
    let count = (ordered.len() as f32 * share.clamp(0.0, 1.0)).round() as usize;
    let chosen: BTreeSet<String> = ordered.into_iter().take(count).collect();
    rows.iter().map(|row| chosen.contains(&key(row))).collect()
}

/// Returns the FNV-1a hash of a text.
fn hash(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
