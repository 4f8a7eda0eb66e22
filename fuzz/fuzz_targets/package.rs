//! Whatever the bytes, a package or an error. The input is read as an `.att3d` file; and, so that checksums don't hide
//! the rest, as a `weights.safetensors` and as a `model.json` inside an intact one.
//!
//! `cargo +nightly fuzz run package fuzz/corpus/package fuzz/seeds/package -- -max_total_time=60`
#![no_main]

use att3d::weights::{MODEL_FILE, Package, TOKENIZER_FILE, WEIGHTS_FILE};
use libfuzzer_sys::fuzz_target;

const MODEL: &[u8] = include_bytes!("../seeds/package/model.json");
const WEIGHTS: &[u8] = include_bytes!("../seeds/package/weights.safetensors");

fuzz_target!(|bytes: &[u8]| {
    ask(bytes.to_vec());
    ask(archive(MODEL, bytes));
    ask(archive(bytes, WEIGHTS));
});

fn ask(bytes: Vec<u8>) {
    let Ok(package) = Package::from_bytes(bytes) else { return };
    for tensor in package.tensors() {
        if let Ok(values) = package.tensor(tensor.name, tensor.shape) {
            assert_eq!(values.len(), tensor.shape.iter().product::<usize>());
            assert!(values.iter().all(|value| value.is_finite()));
        }
    }
    assert!(package.config().validate().is_ok());
    assert!(package.tensor("no such tensor", &[1]).is_err());
}

/// A stored zip with right checksums.
fn archive(model: &[u8], weights: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut directory = Vec::new();
    let entries = [(MODEL_FILE, model), (TOKENIZER_FILE, &b"{}"[..]), (WEIGHTS_FILE, weights)];
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
    file.extend(directory);
    file.extend([b"PK\x05\x06\0\0\0\0\x03\0\x03\0", &size[..], &start, &[0, 0]].concat());
    file
}
