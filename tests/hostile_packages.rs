//! The promise of the package reader: whatever the bytes, a package or one clear error; and what was saved is read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{Cursor, Write};
use std::path::Path;

use att3d::weights::config::{
    GeneratorConfig, ModelConfig, SurfaceConfig, TextActivation, TextConfig, VoxelGridConfig,
};
use att3d::weights::{
    ALIGNMENT, ArchiveError, HeaderError, MODEL_FILE, Package, PackageError, Precision, Problem,
    TOKENIZER_FILE, TensorData, WEIGHTS_FILE,
};
use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const TOKENIZER: &str = "{\"model\": \"the package reader does not look inside\"}";

fn config() -> ModelConfig {
    ModelConfig {
        format_version: 1,
        name: "tiny".into(),
        license: "MIT".into(),
        text: TextConfig {
            vocabulary_size: 5,
            context_length: 4,
            width: 4,
            layers: 1,
            heads: 2,
            mlp_width: 8,
            activation: TextActivation::QuickGelu,
            start_token: "<start>".into(),
            end_token: "<end>".into(),
            unknown_token: None,
        },
        generator: GeneratorConfig::VoxelGrid(VoxelGridConfig {
            resolutions: vec![2],
            features: 1,
            vector_width: 2,
            hidden_width: 2,
            environment_octaves: 0,
        }),
        surface: SurfaceConfig::Density { threshold: 1.0 },
        metres_per_unit: 1.0,
        provenance: [("steps".to_owned(), serde_json::json!(3))].into(),
    }
}

const MATRIX: [f32; 32] = {
    let mut values = [0.0; 32];
    let mut index = 0;
    while index < 32 {
        values[index] = index as f32 * 0.25 - 4.0;
        index += 1;
    }
    values
};

fn tensors() -> [TensorData<'static>; 4] {
    let tensor = |name, shape, values, precision| TensorData { name, shape, values, precision };
    [
        tensor("a.bias", &[3], &[1.0, -2.0, 0.5], Precision::F16),
        tensor("a.weight", &[4, 8], &MATRIX, Precision::F16),
        tensor("b.weight", &[2, 16], &MATRIX, Precision::Bf16),
        tensor("c.weight", &[32], &MATRIX, Precision::F32),
    ]
}

fn small() -> Vec<u8> {
    Package::to_bytes(&config(), TOKENIZER, &tensors()).unwrap()
}

/// Asks a package for all that it has.
fn ask(bytes: Vec<u8>) -> Result<usize, PackageError> {
    let package = Package::from_bytes(bytes)?;
    let mut count = package.tokenizer_json().len() + package.digest().len();
    for tensor in package.tensors() {
        count += package.tensor(tensor.name, tensor.shape)?.len();
    }
    Ok(count)
}

fn problem(result: Result<impl std::fmt::Debug, PackageError>) -> Problem {
    let error = result.expect_err("hostile bytes were accepted");
    let message = error.to_string();
    assert!(message.len() < 600 && !message.is_empty(), "{message}");
    *error.problem
}

/// An archive of these files.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn model_json() -> Vec<u8> {
    serde_json::to_vec(&config()).unwrap()
}

fn with_weights(weights: &[u8]) -> Vec<u8> {
    archive(&[(MODEL_FILE, &model_json()), (TOKENIZER_FILE, TOKENIZER.as_bytes()), (WEIGHTS_FILE, weights)])
}

/// A safetensors file of this header and these data.
fn safetensors(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()
}

fn position(bytes: &[u8], needle: &[u8]) -> usize {
    bytes.windows(needle.len()).position(|window| window == needle).unwrap()
}

#[test]
fn file_and_folder_give_back_what_was_saved_and_the_same_digest() {
    let folder = tempfile::tempdir().unwrap();
    let (file, directory) = (folder.path().join("tiny.att3d"), folder.path().join("tiny"));
    Package::save_file(&file, &config(), TOKENIZER, &tensors()).unwrap();
    Package::save_folder(&directory, &config(), TOKENIZER, &tensors()).unwrap();
    let opened = [Package::open(&file).unwrap(), Package::open(&directory).unwrap()];
    for package in &opened {
        assert_eq!(package.config(), &config());
        assert_eq!(package.tokenizer_json(), TOKENIZER);
        assert_eq!(
            package.tensor_names().collect::<Vec<_>>(),
            ["a.bias", "a.weight", "b.weight", "c.weight"]
        );
        assert_eq!(package.parameter_count(), 99);
        for tensor in tensors() {
            assert_eq!(package.tensor(tensor.name, tensor.shape).unwrap(), tensor.values, "{}", tensor.name);
        }
        assert_eq!(package.digest(), opened[0].digest());
    }
    assert_eq!(std::fs::read(&file).unwrap(), small(), "the same model is the same bytes");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left beside");
}

#[test]
fn static_bytes_and_any_alignment_in_memory_are_read() {
    let bytes: &'static [u8] = small().leak();
    assert_eq!(Package::from_static(bytes).unwrap().tensor("a.weight", &[4, 8]).unwrap(), MATRIX);
    struct Shifted(Vec<u8>, usize);
    impl AsRef<[u8]> for Shifted {
        fn as_ref(&self) -> &[u8] {
            &self.0[self.1..]
        }
    }
    for shift in 0..4 {
        let shifted = Shifted([vec![0; shift], small()].concat(), shift);
        let package = Package::from_bytes(shifted).unwrap();
        for tensor in tensors() {
            assert_eq!(package.tensor(tensor.name, tensor.shape).unwrap(), tensor.values);
        }
    }
}

#[test]
fn tensors_lie_aligned_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tiny.att3d");
    // A tokenizer of another length must not move the weights off their lines.
    for length in 0..70 {
        Package::save_file(&file, &config(), &" ".repeat(length), &tensors()).unwrap();
        let package = Package::open(&file).unwrap();
        let spans: Vec<_> = package.tensors().collect();
        assert_eq!(spans.iter().filter(|tensor| tensor.span.len() % ALIGNMENT == 0).count(), 3);
        for tensor in &spans {
            let own = 1 << tensor.span.len().trailing_zeros();
            assert_eq!(tensor.span.start % ALIGNMENT.min(own), 0, "{tensor:?}");
        }
    }
}

#[test]
fn saved_files_are_ordinary_zip_and_safetensors_files() {
    let bytes = small();
    let mut zip = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    let mut weights = Vec::new();
    std::io::copy(&mut zip.by_name(WEIGHTS_FILE).unwrap(), &mut weights).unwrap();
    let tensors = safetensors::SafeTensors::deserialize(&weights).unwrap();
    assert_eq!(tensors.tensor("b.weight").unwrap().shape(), [2, 16]);
    assert_eq!(tensors.len(), 4);
}

#[test]
fn packages_of_other_writers_are_read() {
    let data: Vec<u8> = [1.0f32, 2.0].iter().flat_map(|value| value.to_le_bytes()).collect();
    let header = r#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"__metadata__":{"format":"pt"}}"#;
    let weights = safetensors(header, &data);
    let bytes = archive(&[
        ("LICENSE", b"free"),
        (WEIGHTS_FILE, &weights),
        (TOKENIZER_FILE, b"{}"),
        ("cards/", b""),
        (MODEL_FILE, &model_json()),
    ]);
    assert_eq!(Package::from_bytes(bytes).unwrap().tensor("x", &[2]).unwrap(), [1.0, 2.0]);
}

#[test]
fn every_truncation_is_an_error() {
    let bytes = small();
    for length in 0..bytes.len() {
        assert!(ask(bytes[..length].to_vec()).is_err(), "the first {length} bytes were accepted");
    }
    assert!(ask(bytes).is_ok());
}

#[test]
fn every_flipped_bit_is_noticed_or_harmless() {
    let bytes = small();
    let whole = ask(bytes.clone()).unwrap();
    let original = Package::from_bytes(bytes.clone()).unwrap();
    for index in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[index] ^= 1 << bit;
            if let Ok(count) = ask(flipped.clone()) {
                // Dates, permissions and padding: the content is untouched.
                assert_eq!(count, whole);
                assert_eq!(Package::from_bytes(flipped).unwrap().digest(), original.digest());
            }
        }
    }
}

#[test]
fn flipped_weight_in_a_folder_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tiny");
    Package::save_folder(&path, &config(), TOKENIZER, &tensors()).unwrap();
    let weights = path.join(WEIGHTS_FILE);
    let mut bytes = std::fs::read(&weights).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&weights, bytes).unwrap();
    assert!(matches!(problem(Package::open(&path)), Problem::Checksum { entry: WEIGHTS_FILE, .. }));
}

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
    // Eight tensors whose ends add up to almost 2⁶⁴: each size is possible, the sum wraps where it is not checked.
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
fn missing_file_is_named() {
    let weights = safetensors("{}", &[]);
    let all = [(MODEL_FILE, &model_json()[..]), (TOKENIZER_FILE, b"{}"), (WEIGHTS_FILE, &weights)];
    let folder = tempfile::tempdir().unwrap();
    for (index, (left_out, _)) in all.iter().enumerate() {
        let mut files = all.to_vec();
        files.remove(index);
        let found = problem(ask(archive(&files)));
        assert!(matches!(found, Problem::MissingEntry { entry } if entry == *left_out), "{found}");
        let path = folder.path().join(index.to_string());
        std::fs::create_dir(&path).unwrap();
        for (name, content) in files {
            std::fs::write(path.join(name), content).unwrap();
        }
        let found = problem(Package::open(&path));
        assert!(matches!(found, Problem::MissingEntry { entry } if entry == *left_out), "{found}");
    }
    let error = Package::open("/nowhere/pig.att3d").unwrap_err().to_string();
    assert!(error.starts_with("/nowhere/pig.att3d: could not open"), "{error}");
    let empty = folder.path().join("empty.att3d");
    std::fs::write(&empty, b"").unwrap();
    let found = problem(Package::open(&empty));
    assert!(matches!(found, Problem::Archive(ArchiveError::NotAnArchive { found: 0 })), "{found}");
    #[cfg(unix)]
    assert!(matches!(problem(Package::open("/dev/null")), Problem::NeitherFolderNorFile));
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

#[test]
fn duplicates_are_refused() {
    let one = r#""x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#;
    let found = problem(ask(with_weights(&safetensors(&format!("{{{one},{one}}}"), &[0; 4]))));
    assert!(found.to_string().contains("x is listed twice"), "{found}");
    // The writer refuses two files of one name: rename one of the same length in both of its records.
    let mut bytes = archive(&[("model.jsoX", b"{}"), (MODEL_FILE, &model_json()), (TOKENIZER_FILE, b"{}")]);
    for _ in 0..2 {
        let place = position(&bytes, b"model.jsoX");
        bytes[place + 9] = b'n';
    }
    assert!(matches!(problem(ask(bytes)), Problem::Archive(ArchiveError::Duplicate { .. })));
    let twice = String::from_utf8(model_json())
        .unwrap()
        .replace("{\"format_version\"", "{\"name\":\"x\",\"format_version\"");
    let bytes = archive(&[(MODEL_FILE, twice.as_bytes()), (TOKENIZER_FILE, b"{}"), (WEIGHTS_FILE, b"")]);
    assert!(matches!(problem(ask(bytes)), Problem::Json(_)));
}

#[test]
fn compressed_encrypted_and_escaping_files_are_refused() {
    let local = |bytes: &[u8]| position(bytes, TOKENIZER_FILE.as_bytes()) - 30;
    let central = |bytes: &[u8]| {
        let end = bytes.len() - 22;
        let start = u32::from_le_bytes(bytes[end + 16..end + 20].try_into().unwrap()) as usize;
        start + position(&bytes[start..], TOKENIZER_FILE.as_bytes()) - 46
    };
    let good = with_weights(&safetensors("{}", &[]));
    let mut deflated = good.clone();
    deflated[local(&good) + 8] = 8;
    deflated[central(&good) + 10] = 8;
    let found = problem(ask(deflated));
    assert!(matches!(found, Problem::Archive(ArchiveError::Compressed { method: 8, .. })), "{found}");
    let mut encrypted = good.clone();
    encrypted[central(&good) + 8] |= 1;
    assert!(matches!(problem(ask(encrypted)), Problem::Archive(ArchiveError::Encrypted { .. })));
    for name in ["../../.profile", "/etc/passwd", "a\\b", "C:x", "a//b", "x\u{1b}"] {
        let found = problem(ask(archive(&[(MODEL_FILE, &model_json()), (name, b"x")])));
        assert!(matches!(found, Problem::Archive(ArchiveError::UnsafeName { .. })), "{name}: {found}");
    }
    let names: Vec<String> = (0..65).map(|index| index.to_string()).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let found = problem(ask(archive(&many)));
    assert!(matches!(found, Problem::Archive(ArchiveError::TooManyEntries { found: 65, .. })), "{found}");
}

#[test]
fn unwritable_paths_are_errors_and_leave_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("no/such/folder/tiny.att3d");
    let found = problem(Package::save_file(&missing, &config(), TOKENIZER, &tensors()));
    assert!(matches!(found, Problem::Io { action: "write", .. }), "{found}");
    let used = folder.path().join("used");
    std::fs::create_dir(&used).unwrap();
    std::fs::write(used.join("novel.txt"), "the only copy").unwrap();
    let found = problem(Package::save_folder(&used, &config(), TOKENIZER, &tensors()));
    assert!(matches!(found, Problem::FolderInUse { .. }), "{found}");
    assert!(
        problem(Package::save_file(&used, &config(), TOKENIZER, &tensors())).to_string().contains("write")
    );
    let found = problem(Package::save_folder(used.join("novel.txt"), &config(), TOKENIZER, &tensors()));
    assert!(matches!(found, Problem::Io { .. }), "{found}");
    assert_eq!(std::fs::read_to_string(used.join("novel.txt")).unwrap(), "the only copy");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn saving_again_replaces_the_older_package() {
    let folder = tempfile::tempdir().unwrap();
    let save = |path: &Path, tokenizer: &str| match path.extension() {
        Some(_) => Package::save_file(path, &config(), tokenizer, &tensors()).unwrap(),
        None => Package::save_folder(path, &config(), tokenizer, &tensors()).unwrap(),
    };
    for path in [folder.path().join("tiny.att3d"), folder.path().join("tiny")] {
        save(&path, "first");
        let mapped = Package::open(&path).unwrap();
        save(&path, "second");
        assert_eq!(Package::open(&path).unwrap().tokenizer_json(), "second");
        assert_eq!(
            mapped.tensor("a.weight", &[4, 8]).unwrap(),
            MATRIX,
            "an open package keeps what it opened"
        );
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn tensors_that_cannot_be_saved_are_refused_before_anything_is_written() {
    let tensor = TensorData { name: "x", shape: &[1], values: &[1.0], precision: Precision::F16 };
    let save = |tensors: &[TensorData<'_>]| problem(Package::to_bytes(&config(), TOKENIZER, tensors));
    assert!(matches!(save(&[tensor, tensor]), Problem::UnusableName { .. }));
    assert!(matches!(save(&[TensorData { name: "__metadata__", ..tensor }]), Problem::UnusableName { .. }));
    assert!(matches!(save(&[TensorData { shape: &[2], ..tensor }]), Problem::WrongCount { found: 1, .. }));
    assert!(matches!(save(&[TensorData { shape: &[0], values: &[], ..tensor }]), Problem::WrongCount { .. }));
    assert!(matches!(save(&[TensorData { values: &[f32::NAN], ..tensor }]), Problem::NotFinite { .. }));
    assert!(matches!(save(&[TensorData { values: &[1e5], ..tensor }]), Problem::OutOfRange { .. }));
    let mut bad = config();
    bad.text.heads = 3;
    assert!(matches!(problem(Package::to_bytes(&bad, TOKENIZER, &[tensor])), Problem::Config(_)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_packages_never_panic(
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<prop::sample::Index>(),
        cuts in prop::bool::weighted(0.2),
    ) {
        let mut bytes = small();
        for (index, value) in edits {
            let place = index.index(bytes.len());
            bytes[place] = value;
        }
        if cuts {
            bytes.drain(cut.index(bytes.len())..);
        }
        let _ = ask(bytes);
    }

    // The checksum hides what lies behind it: here the header itself is mutated, under a right checksum.
    #[test]
    fn mutated_tensor_lists_never_panic(
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let good = r#"{"x":{"dtype":"F16","shape":[2,2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[],"data_offsets":[8,12]}}"#;
        let mut weights = safetensors(good, &[0; 12]);
        for (index, value) in edits {
            let place = index.index(weights.len());
            weights[place] = value;
        }
        let _ = ask(with_weights(&weights));
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = ask(with_weights(&bytes));
        let _ = ask(bytes);
    }

    #[test]
    fn precisions_keep_what_they_can(values in prop::collection::vec(-60_000.0f32..60_000.0, 1..70)) {
        let shape = [values.len()];
        let save = |precision| {
            let tensor = TensorData { name: "x", shape: &shape, values: &values, precision };
            let bytes = Package::to_bytes(&config(), TOKENIZER, &[tensor]).unwrap();
            Package::from_bytes(bytes).unwrap().tensor("x", &shape).unwrap()
        };
        prop_assert_eq!(&save(Precision::F32), &values);
        for (precision, error) in [(Precision::F16, 1.0 / 2048.0), (Precision::Bf16, 1.0 / 256.0)] {
            for (read, value) in save(precision).iter().zip(&values) {
                prop_assert!((read - value).abs() <= value.abs() * error + 1e-7, "{} {} {}", precision, read, value);
            }
        }
    }
}
