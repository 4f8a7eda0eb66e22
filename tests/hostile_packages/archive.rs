//! Hostile archives and folders: truncated, corrupted, packed in other ways, with missing or duplicate files.

use super::*;

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
                // The change affects dates, permissions or padding, and not the contents.
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
fn descriptions_have_the_digest_and_do_not_read_the_weights() {
    let folder = tempfile::tempdir().unwrap();
    let (file, directory) = (folder.path().join("tiny.att3d"), folder.path().join("tiny"));
    Package::save_file(&file, &config(), TOKENIZER, &tensors()).unwrap();
    Package::save_folder(&directory, &config(), TOKENIZER, &tensors()).unwrap();
    let digest = Package::open(&file).unwrap().digest().to_owned();
    let weights = [file.clone(), directory.join(WEIGHTS_FILE)];
    for (package, weights) in [&file, &directory].into_iter().zip(weights) {
        assert_eq!(Package::describe(package).unwrap().digest(), digest);
        let mut bytes = std::fs::read(&weights).unwrap();
        // The last tensor is at the end of the folder's file. In the archive, the list of files follows it.
        let value = 3.75f32.to_le_bytes();
        let place = bytes.windows(4).rposition(|window| window == value).unwrap();
        bytes[place] ^= 1;
        std::fs::write(&weights, bytes).unwrap();
        assert!(matches!(problem(Package::open(package)), Problem::Checksum { .. }));
        assert_eq!(Package::describe(package).unwrap().digest(), digest);
    }
    std::fs::write(directory.join(MODEL_FILE), "{}").unwrap();
    assert!(Package::describe(&directory).is_err());
}

#[test]
fn the_weights_of_a_folder_are_read_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tiny");
    Package::save_folder(&path, &config(), TOKENIZER, &tensors()).unwrap();
    let reported = std::sync::Mutex::new(Vec::new());
    let on_progress = |fraction: f32| {
        reported.lock().unwrap().push(fraction);
        Ok(())
    };
    Package::open_with_progress(&path, &on_progress).unwrap();
    let reported = reported.into_inner().unwrap();
    assert_eq!(reported, [0.0], "one report for each 16 MiB");
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
fn duplicates_are_refused() {
    let one = r#""x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#;
    let found = problem(ask(with_weights(&safetensors(&format!("{{{one},{one}}}"), &[0; 4]))));
    assert!(found.to_string().contains("x is listed twice"), "{found}");
    // The writer refuses duplicate names, so the test renames a file of the same length in both of its
    // records.
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
