//! CLIP's tokenizer: an existing `tokenizer.json`, or one that is made of `vocab.json` and `merges.txt`.

use std::path::Path;

use serde_json::{Value, json};

use super::ConvertError;
use super::json::{json as read_json, text};

/// Token at the start of a prompt.
pub(super) const START: &str = "<|startoftext|>";
/// Token at the end of a prompt.
pub(super) const END: &str = "<|endoftext|>";

/// Regular expression of the pieces of a prompt: contractions, words, single digits, and runs of other
/// characters (Radford et al. 2021, `simple_tokenizer.py`).
const PIECES: &str = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+";

/// Returns the tokenizer of a folder as one `tokenizer.json`. Errors: `NoTokenizer`, `Merges`, `Io`, `Json`.
pub(super) fn read(folder: &Path) -> Result<String, ConvertError> {
    let whole = folder.join("tokenizer.json");
    if whole.is_file() {
        return text(&whole);
    }
    let (vocabulary, merges) = (folder.join("vocab.json"), folder.join("merges.txt"));
    if !vocabulary.is_file() || !merges.is_file() {
        return Err(ConvertError::NoTokenizer { folder: folder.to_owned() });
    }
    let vocabulary: Value = read_json(&vocabulary)?;
    let content = text(&merges)?;
    let pairs = pairs(&content).map_err(|line| ConvertError::Merges { path: merges, line })?;
    let tokenizer = json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": [],
        "normalizer": { "type": "Sequence", "normalizers": [
            { "type": "NFC" },
            { "type": "Replace", "pattern": { "Regex": r"\s+" }, "content": " " },
            { "type": "Lowercase" },
        ] },
        "pre_tokenizer": { "type": "Sequence", "pretokenizers": [
            { "type": "Split", "pattern": { "Regex": PIECES }, "behavior": "Removed", "invert": true },
            { "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true },
        ] },
        "post_processor": null,
        "decoder": null,
        "model": {
            "type": "BPE",
            "dropout": null,
            "unk_token": END,
            "continuing_subword_prefix": "",
            "end_of_word_suffix": "</w>",
            "fuse_unk": false,
            "byte_fallback": false,
            "vocab": vocabulary,
            "merges": pairs,
        },
    });
    Ok(format!("{tokenizer}\n"))
}

/// Returns the pairs of `merges.txt`, whose first line may be a comment. Errors: the number of the first line
/// that is not a pair, counted from 1.
fn pairs(merges: &str) -> Result<Vec<[&str; 2]>, usize> {
    let lines = merges.lines().enumerate();
    let meant = lines
        .filter(|(index, line)| !(line.trim().is_empty() || *index == 0 && line.starts_with("#version")));
    meant
        .map(|(index, line)| match line.split_once(' ') {
            Some((left, right)) if !left.is_empty() && !right.is_empty() && !right.contains(' ') => {
                Ok([left, right])
            }
            _ => Err(index + 1),
        })
        .collect()
}

/// Returns the id of a token, which may be an added token; `None` if the tokenizer does not have it.
pub(super) fn id(tokenizer_json: &str, token: &str) -> Option<u32> {
    let tokenizer: Value = serde_json::from_str(tokenizer_json).ok()?;
    let added = tokenizer["added_tokens"].as_array().into_iter().flatten();
    let added = added.filter(|entry| entry["content"] == token).find_map(|entry| entry["id"].as_u64());
    added.or_else(|| tokenizer["model"]["vocab"][token].as_u64()).and_then(|id| u32::try_from(id).ok())
}
