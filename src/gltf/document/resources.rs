//! Files and data that a document names by URIs.
//!
//! A document and its URIs are not trusted. A URI can name only files in the document's own folder or below
//! it. Symbolic links are followed, even to files outside the folder. Absolute paths, `..` and schemes other
//! than `data` are refused. Source: glTF 2.0, section 2.8 ("URIs").

use std::io::Read;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use percent_encoding::percent_decode_str;

/// The place in which the files of a document are looked up.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place<'a> {
    /// This folder and the folders below it.
    Folder(&'a Path),
    /// No place: the document was given as bytes.
    Nowhere,
}

/// Reads the data that a URI names. `most`: number of bytes that the document can still have. The limit is
/// exact for files. A data URI is refused if three quarters of the length of its text exceed the limit, which
/// is the size of base64 data. Other data can be as long as its text, so it can exceed the limit by a third.
/// Errors: the reason, as a sentence.
pub(super) fn fetch(uri: &str, place: Place<'_>, most: u64) -> Result<Vec<u8>, String> {
    if let Some(data) = strip_scheme(uri, "data:") {
        return decode_data(data, most);
    }
    let relative = relative_path(uri)?;
    let Place::Folder(folder) = place else {
        return Err(format!(
            "{} is a separate file, but the document was given as bytes: open the document by its path, or save it as one file (GLB)",
            shown(uri)
        ));
    };
    let path = folder.join(&relative);
    let unread =
        |error: std::io::Error| format!("cannot read {} in the document's folder: {error}", shown(uri));
    let metadata = std::fs::metadata(&path).map_err(unread)?;
    if !metadata.is_file() {
        return Err(format!(
            "{} in the document's folder is not a regular file; expected a file",
            shown(uri)
        ));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(&path)
        .and_then(|file| file.take(most.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(unread)?;
    if bytes.len() as u64 > most {
        return Err(format!("{} makes the document larger than a gibibyte", shown(uri)));
    }
    Ok(bytes)
}

/// Returns the path of a file that a URI names, relative to the document's folder; `None` for data and for
/// URIs that are refused.
pub(super) fn path_of(uri: &str) -> Option<PathBuf> {
    if strip_scheme(uri, "data:").is_some() { None } else { relative_path(uri).ok() }
}

/// Converts a URI to a path in the document's folder or below it. Errors: the reason, as a sentence.
fn relative_path(uri: &str) -> Result<PathBuf, String> {
    let refused = |why: &str| {
        Err(format!(
            "the URI {} is refused ({why}): expected a relative path in the document's folder",
            shown(uri)
        ))
    };
    let end = uri.find(['?', '#']).unwrap_or(uri.len());
    let Ok(decoded) = percent_decode_str(uri.get(..end).unwrap_or(uri)).decode_utf8() else {
        return refused("it is not UTF-8");
    };
    if decoded.is_empty() {
        return refused("it is empty");
    }
    if decoded.contains(':') {
        return refused("it has a scheme or a drive");
    }
    if decoded.starts_with(['/', '\\']) {
        return refused("it is an absolute path");
    }
    if decoded.contains('\0') {
        return refused("it holds a zero byte");
    }
    let mut path = PathBuf::new();
    for part in decoded.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => return refused("it contains `..`"),
            part => path.push(part),
        }
    }
    Ok(path)
}

/// Returns the part of a URI after `scheme`, whose case is ignored; `None` for another scheme.
fn strip_scheme<'a>(uri: &'a str, scheme: &str) -> Option<&'a str> {
    let start = uri.get(..scheme.len())?;
    start.eq_ignore_ascii_case(scheme).then(|| uri.get(scheme.len()..)).flatten()
}

/// Decodes a data URI that is given without its scheme.
fn decode_data(data: &str, most: u64) -> Result<Vec<u8>, String> {
    let (kind, text) = data.split_once(',').ok_or("a data URI has no comma before its data")?;
    let too_much = || "a data URI makes the document larger than a gibibyte".to_owned();
    // A text that is too long is refused before it is decoded. Four base64 characters encode three bytes, and
    // percent-decoding never makes a text longer.
    if text.len() as u64 / 4 * 3 > most.saturating_add(3) {
        return Err(too_much());
    }
    if !kind.to_ascii_lowercase().ends_with(";base64") {
        return Ok(percent_decode_str(text).collect());
    }
    let text: Vec<u8> = percent_decode_str(text).filter(|byte| !byte.is_ascii_whitespace()).collect();
    let decoded = STANDARD.decode(&text).or_else(|_| STANDARD_NO_PAD.decode(&text));
    decoded.map_err(|error| format!("a data URI is not valid base64: {error}"))
}

/// Formats a URI for a message: quoted, and shortened if it is long.
fn shown(uri: &str) -> String {
    const LONGEST: usize = 60;
    let mut characters = uri.chars();
    let start: String = characters.by_ref().take(LONGEST).collect();
    if characters.next().is_some() { format!("{start:?}…") } else { format!("{start:?}") }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

    use super::*;

    #[test]
    fn names_are_decoded_and_what_leaves_the_folder_is_refused() {
        assert_eq!(relative_path("a%20b/c%C3%A9.bin").unwrap(), Path::new("a b").join("cé.bin"));
        for uri in [
            "/etc/passwd",
            "%2Fetc/passwd",
            "../a.bin",
            "a/../../b",
            "a/%2E%2E/b",
            "..%5Cb",
            "\\\\host\\a",
            "C:\\a",
            "C%3A/a",
            "file:///etc/passwd",
            "http://example.org/a.bin",
            "",
            "#a",
            "a%00b",
            "%ff",
        ] {
            let refusal = relative_path(uri).unwrap_err();
            assert!(refusal.contains("refused"), "{uri}: {refusal}");
        }
    }

    #[test]
    fn data_uris_are_decoded() {
        let fetched = |uri: &str| fetch(uri, Place::Nowhere, 100);
        assert_eq!(fetched("data:application/octet-stream;base64,AAEC/w==").unwrap(), [0, 1, 2, 255]);
        assert_eq!(fetched("DATA:;base64,AAEC/w").unwrap(), [0, 1, 2, 255]);
        assert_eq!(fetched("data:,a%20b").unwrap(), b"a b");
        assert!(fetched("data:;base64,****").unwrap_err().contains("base64"));
        assert!(fetched("data:;base64").unwrap_err().contains("comma"));
        assert!(fetched(&format!("data:;base64,{}", "A".repeat(400))).unwrap_err().contains("gibibyte"));
        assert!(fetched("a.bin").unwrap_err().contains("separate file"));
    }

    #[test]
    fn a_missing_file_and_a_folder_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let fetched = |uri: &str, most| fetch(uri, Place::Folder(folder.path()), most);
        assert!(fetched("no.bin", 9).unwrap_err().contains("\"no.bin\""));
        assert!(fetched(".", 9).unwrap_err().contains("regular file"));
        std::fs::write(folder.path().join("a b.bin"), [7; 10]).unwrap();
        assert_eq!(fetched("./a%20b.bin", 10).unwrap(), [7; 10]);
        assert!(fetched("a b.bin", 9).unwrap_err().contains("gibibyte"));
    }
}
