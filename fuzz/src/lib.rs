//! Common code of the fuzz targets.

use att3d::weights::{MODEL_FILE, TOKENIZER_FILE, WEIGHTS_FILE};

pub mod abi;
pub mod glb_container;
pub mod gltf_grammar;
pub mod gltf_layout;
pub mod gltf_mutation;
pub mod gltf_repair;
pub mod json_mutation;
pub mod mutator;
pub mod text_mutation;
pub mod tokenizer_grammar;
pub mod tokenizer_mutation;

#[path = "../../tests/support/tiny_model.rs"]
pub mod tiny_model;

/// Returns a package: a zip file without compression and with correct checksums.
pub fn archive(model: &[u8], tokenizer: &[u8], weights: &[u8]) -> Vec<u8> {
    zip(&[(MODEL_FILE, model), (TOKENIZER_FILE, tokenizer), (WEIGHTS_FILE, weights)])
}

/// Returns a zip file without compression and with correct checksums. entries: names and contents.
pub fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut directory = Vec::new();
    for (name, content) in entries {
        let offset = file.len() as u32;
        let size = (content.len() as u32).to_le_bytes();
        let name_length = (name.len() as u16).to_le_bytes();
        // Version, flags, method, time, date; checksum; sizes; name and extra lengths.
        let sum = crc32fast::hash(content).to_le_bytes();
        let shared =
            [&[10, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &sum, &size, &size, &name_length, &[0, 0]].concat();
        file.extend([b"PK\x03\x04", &shared[..], name.as_bytes(), content].concat());
        let tail = [&[0; 10][..], &offset.to_le_bytes(), name.as_bytes()].concat();
        directory.extend([b"PK\x01\x02\x0a\0", &shared[..], &tail].concat());
    }
    let (start, size) = ((file.len() as u32).to_le_bytes(), (directory.len() as u32).to_le_bytes());
    let count = (entries.len() as u16).to_le_bytes();
    file.extend(directory);
    file.extend([b"PK\x05\x06\0\0\0\0", &count[..], &count, &size, &start, &[0, 0]].concat());
    file
}

/// Returns the name and content of each entry of an uncompressed zip that [`archive`] or the library made.
pub fn entries(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    let number = |at: usize, bytes: usize| {
        archive[at..at + bytes].iter().rev().fold(0, |number, &byte| number << 8 | usize::from(byte))
    };
    let mut found = Vec::new();
    let mut at = 0;
    while archive[at..].starts_with(b"PK\x03\x04") {
        let (size, name, extra) = (number(at + 18, 4), number(at + 26, 2), number(at + 28, 2));
        let start = at + 30 + name + extra;
        let text = String::from_utf8_lossy(&archive[at + 30..at + 30 + name]).into_owned();
        found.push((text, archive[start..start + size].to_vec()));
        at = start + size;
    }
    found
}
