#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

use super::*;

const DIGEST: &str = "0123456789abcdef01234567";
const PROMPT: &str = "a pig \"on\" a bicycle, with\na ü";

fn small() -> Offset {
    Offset::new(DIGEST, PROMPT, 2, vec![0.5, -0.25, 1e-9, 3.0], vec![-1.0, 2.0]).unwrap()
}

/// Returns a file with this header and these data.
fn file(header: &serde_json::Value, data: &[u8]) -> Vec<u8> {
    let header = header.to_string();
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), data].concat()
}

/// Returns the header of [`small`] as JSON, and its data.
fn parts() -> (serde_json::Value, Vec<u8>) {
    let bytes = small().to_bytes().unwrap();
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    (serde_json::from_slice(&bytes[8..8 + length]).unwrap(), bytes[8 + length..].to_vec())
}

#[test]
fn a_written_offset_reads_back_and_equal_offsets_have_equal_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pig.offset");
    small().write(&path).unwrap();
    assert_eq!(Offset::read(&path).unwrap(), small());
    assert_eq!(std::fs::read(&path).unwrap(), small().to_bytes().unwrap());
    for (tokens, pooled) in [(vec![1.0; 6], vec![]), (vec![], vec![1.0; 3])] {
        let one = Offset::new(DIGEST, "", 3, tokens, pooled).unwrap();
        assert_eq!(Offset::from_bytes(&one.to_bytes().unwrap()).unwrap(), one);
        assert_ne!(one.checksum(), small().checksum());
    }
    let read = safetensors::SafeTensors::deserialize(&std::fs::read(&path).unwrap()).map(|file| file.len());
    assert_eq!(read.unwrap(), 2);
}

#[test]
fn the_largest_offset_fits_into_the_largest_file() {
    let prompt = "\u{1}".repeat(LONGEST_OFFSET_PROMPT);
    let (digest, width) = ("f".repeat(LONGEST_DIGEST), 128);
    let largest =
        Offset::new(&digest, &prompt, width, vec![1.0; MOST_OFFSET_NUMBERS - width], vec![2.0; width]);
    let bytes = largest.unwrap().to_bytes().unwrap();
    assert!(bytes.len() <= LARGEST_FILE, "{}", bytes.len());
    assert!(Offset::from_bytes(&bytes).is_ok());
    let error = Offset::from_bytes(&vec![0; LARGEST_FILE + 1]).unwrap_err();
    assert!(matches!(error, OffsetProblem::TooLarge { .. }), "{error}");
}

#[test]
fn numbers_and_texts_out_of_range_are_refused() {
    let refused = |model: &str, prompt: &str, width: usize, tokens: Vec<f32>, pooled: Vec<f32>| {
        Offset::new(model, prompt, width, tokens, pooled).unwrap_err().to_string()
    };
    assert!(refused("", "", 1, vec![1.0], vec![]).contains("digest"));
    assert!(refused("xyz", "", 1, vec![1.0], vec![]).contains("digest"));
    assert!(refused(DIGEST, &"a".repeat(4_097), 1, vec![1.0], vec![]).contains("4097 bytes"));
    assert!(refused(DIGEST, "", 2, vec![], vec![]).contains("no numbers"));
    assert!(refused(DIGEST, "", 0, vec![1.0], vec![]).contains("shape [1]"));
    assert!(refused(DIGEST, "", 2, vec![1.0; 3], vec![]).contains("shape [3]"));
    assert!(refused(DIGEST, "", 2, vec![1.0; 4], vec![1.0; 4]).contains("`pooled`"));
    assert!(refused(DIGEST, "", 1, vec![1.0; MOST_OFFSET_NUMBERS + 1], vec![]).contains("16385 numbers"));
    assert!(
        refused(DIGEST, "", 1, vec![1.0, f32::NAN], vec![])
            .starts_with("number 1 of the tensor tokens is NaN")
    );
    assert!(refused(DIGEST, "", 1, vec![], vec![f32::INFINITY]).contains("pooled is inf"));
}

#[test]
fn files_of_other_kinds_and_versions_are_refused() {
    type Change = (fn(&mut serde_json::Value), &'static str);
    let changes: [Change; 11] = [
        (|header| drop(header.as_object_mut().unwrap().remove("__metadata__")), "its format is none"),
        (|header| header["__metadata__"]["format"] = "pt\u{7}".into(), "its format is pt\\u{7}"),
        (|header| header["__metadata__"]["version"] = "2".into(), "version of its format is 2"),
        (|header| header["__metadata__"]["model"] = "../..".into(), "the digest"),
        (|header| drop(header["__metadata__"].as_object_mut().unwrap().remove("prompt")), "have no prompt"),
        (|header| header["__metadata__"]["crc32"] = "00000000".into(), "00000000 was written"),
        (|header| header["tokens"]["dtype"] = "I32".into(), "tokens holds I32"),
        (|header| header["tokens"]["shape"] = serde_json::json!([4]), "tokens has shape [4]"),
        (|header| header["pooled"]["shape"] = serde_json::json!([1, 2]), "pooled has shape [1, 2]"),
        (
            |header| {
                let pooled = header["pooled"].clone();
                header["other"] = pooled;
                drop(header.as_object_mut().unwrap().remove("pooled"));
            },
            "a tensor other",
        ),
        (|header| header["tokens"]["shape"] = serde_json::json!([1u64 << 62, 1u64 << 62]), "can't occupy"),
    ];
    for (change, expected) in changes {
        let (mut header, data) = parts();
        change(&mut header);
        let message = Offset::from_bytes(&file(&header, &data)).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}: expected {expected}");
    }
    let (mut header, mut data) = parts();
    drop(header["__metadata__"].as_object_mut().unwrap().remove("crc32"));
    assert_eq!(Offset::from_bytes(&file(&header, &data)).unwrap(), small());
    data[0..4].copy_from_slice(&f32::NAN.to_le_bytes());
    header["__metadata__"]["crc32"] = format!("{:08x}", crc32fast::hash(&data)).into();
    let message = Offset::from_bytes(&file(&header, &data)).unwrap_err().to_string();
    assert!(message.contains("number 0 of the tensor tokens is NaN"), "{message}");

    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().to_owned(), folder.path().join("missing")] {
        let error = Offset::read(&path).unwrap_err();
        assert!(matches!(*error.problem, OffsetProblem::Io { action: "read", .. }), "{error}");
    }
    let error = small().write(folder.path().join("no/folder")).unwrap_err();
    assert!(matches!(*error.problem, OffsetProblem::Io { action: "write", .. }), "{error}");
}

#[test]
fn damaged_bytes_give_an_error_and_never_a_panic() {
    let bytes = small().to_bytes().unwrap();
    for length in 0..bytes.len() {
        assert!(Offset::from_bytes(&bytes[..length]).is_err(), "the first {length} bytes were accepted");
    }
    // A changed byte may be a space of the header or a character of the prompt.
    for (index, change) in (0..bytes.len()).flat_map(|index| [(index, 1), (index, 0x80), (index, 0xff)]) {
        let mut bytes = bytes.clone();
        bytes[index] ^= change;
        if let Ok(offset) = Offset::from_bytes(&bytes) {
            assert_eq!((offset.tokens(), offset.pooled()), (small().tokens(), small().pooled()));
        }
    }
}
