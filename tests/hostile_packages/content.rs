//! Hostile contents: false headers, unexpected tensors, and invalid text.

use super::*;

#[test]
fn header_that_claims_more_than_the_file_is_refused() {
    for claim in [1, 7, 1 << 20, u64::from(u32::MAX), u64::MAX / 2, u64::MAX] {
        let weights = [&claim.to_le_bytes()[..], b"{}"].concat();
        let found = problem(ask(with_weights(&weights)));
        assert!(
            matches!(found, Problem::Header(HeaderError::TooLong { .. } | HeaderError::Json(_))),
            "{claim}: {found}"
        );
    }
    for length in 0..8 {
        let found = problem(ask(with_weights(&vec![0; length])));
        assert!(matches!(found, Problem::Header(HeaderError::Truncated { .. })), "{found}");
    }
}

#[test]
fn sizes_and_offsets_that_do_not_fit_are_refused() {
    let tensor = |shape: &str, begin: u64, end: u64| {
        format!(r#""x{begin}":{{"dtype":"F32","shape":{shape},"data_offsets":[{begin},{end}]}}"#)
    };
    let huge = u64::MAX - 15;
    let headers = [
        format!("{{{}}}", tensor("[2]", 0, 4)),
        format!("{{{}}}", tensor("[2]", 8, 0)),
        format!("{{{}}}", tensor("[1]", 4, 8)),
        format!("{{{},{}}}", tensor("[1]", 0, 4), tensor("[1]", 3, 7)),
        format!("{{{}}}", tensor("[1]", 0, 4)),
        format!("{{{}}}", tensor("[4611686018427387900]", 0, huge)),
        format!("{{{}}}", tensor("[18446744073709551615,18446744073709551615]", 0, 8)),
        "{}".to_owned(),
    ];
    for header in headers {
        let found = problem(ask(with_weights(&safetensors(&header, &[0; 8]))));
        assert!(matches!(found, Problem::Header(_)), "{header}: {found}");
    }
    // Eight tensors whose sizes add up to almost 2⁶⁴. Each size is possible, but an unchecked sum overflows.
    let step = 1u64 << 61;
    let entry = |index: u64| {
        let end = if index == 7 { u64::MAX - 9 } else { step * (index + 1) };
        let begin = step * index;
        format!(r#""x{index}":{{"dtype":"U8","shape":[{}],"data_offsets":[{begin},{end}]}}"#, end - begin)
    };
    let header = format!("{{{}}}", (0..8).map(entry).collect::<Vec<_>>().join(","));
    assert!(matches!(problem(ask(with_weights(&safetensors(&header, &[0; 8])))), Problem::Header(_)));
}

#[test]
fn deeply_nested_json_is_refused_without_recursing() {
    let deep = "[".repeat(500_000);
    let model = archive(&[(MODEL_FILE, deep.as_bytes()), (TOKENIZER_FILE, b"{}"), (WEIGHTS_FILE, b"")]);
    assert!(matches!(problem(ask(model)), Problem::Json(_)));
    let header = format!("{{\"x\":{deep}");
    let found = problem(ask(with_weights(&safetensors(&header, &[]))));
    assert!(matches!(found, Problem::Header(HeaderError::Json(_))), "{found}");
}

#[test]
fn oversized_text_files_are_refused() {
    let spaces = vec![b' '; (1 << 20) + 1];
    let bytes = archive(&[(MODEL_FILE, &spaces), (TOKENIZER_FILE, b"{}"), (WEIGHTS_FILE, b"")]);
    assert!(matches!(problem(ask(bytes)), Problem::TooLarge { entry: MODEL_FILE, .. }));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(MODEL_FILE), &spaces).unwrap();
    assert!(matches!(problem(Package::open(folder.path())), Problem::TooLarge { entry: MODEL_FILE, .. }));
}

#[test]
fn text_that_is_not_utf8_is_refused_with_its_position() {
    let bytes = archive(&[(MODEL_FILE, &model_json()), (TOKENIZER_FILE, b"{\"\xff\"}"), (WEIGHTS_FILE, b"")]);
    let found = problem(ask(bytes));
    assert!(matches!(found, Problem::NotUtf8 { entry: TOKENIZER_FILE, position: 2 }), "{found}");
}

#[test]
fn missing_tensor_suggests_the_nearest_names() {
    let package = Package::from_bytes(small()).unwrap();
    let found = problem(package.tensor("a.wieght", &[4, 8]));
    assert!(
        matches!(&found, Problem::MissingTensor { nearest, .. } if nearest.first().is_some_and(|name| name == "a.weight")),
        "{found}"
    );
}

#[test]
fn wrong_shape_states_found_and_expected() {
    let package = Package::from_bytes(small()).unwrap();
    let message = package.tensor("a.weight", &[8, 4]).unwrap_err().to_string();
    let expected =
        "the package in memory: tensor a.weight has shape [4, 8]; the sizes in model.json imply [8, 4]";
    assert_eq!(message, expected);
}

#[test]
fn wrong_type_is_named() {
    for (kind, bytes) in [("I8", 4), ("I64", 32), ("F64", 32), ("BOOL", 4), ("F8_E4M3", 4)] {
        let header = format!(r#"{{"x":{{"dtype":"{kind}","shape":[4],"data_offsets":[0,{bytes}]}}}}"#);
        let package = Package::from_bytes(with_weights(&safetensors(&header, &vec![0; bytes]))).unwrap();
        let found = problem(package.tensor("x", &[4]));
        assert!(matches!(&found, Problem::WrongType { found, .. } if found == kind), "{found}");
    }
}

#[test]
fn weights_that_are_not_finite_are_refused_with_their_place() {
    for (kind, width, infinity) in [("F16", 2, 0x7c00u32), ("BF16", 2, 0x7f80), ("F32", 4, 0x7f80_0000)] {
        for bits in [infinity, infinity | 1 | infinity << 1 >> 2] {
            let count = 5000;
            let mut data = vec![0u8; count * width];
            data[4500 * width..4501 * width].copy_from_slice(&bits.to_le_bytes()[..width]);
            let end = data.len();
            let header =
                format!(r#"{{"x":{{"dtype":"{kind}","shape":[{count}],"data_offsets":[0,{end}]}}}}"#);
            let package = Package::from_bytes(with_weights(&safetensors(&header, &data))).unwrap();
            let found = problem(package.tensor("x", &[count]));
            assert!(matches!(found, Problem::NotFinite { index: 4500, .. }), "{kind} {bits:x}: {found}");
        }
    }
}
