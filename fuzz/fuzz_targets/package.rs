//! Reads arbitrary bytes as a package, which must give a package or an error. The input is read as an
//! `.att3d` file. It is also read as the `weights.safetensors` and as the `model.json` of an intact package,
//! because checksums would otherwise refuse most inputs.
//!
//! Run `scripts/fuzz_corpus.sh unpack` first:
//!
//! ```text
//! T=package
//! cargo +nightly fuzz run $T fuzz/found/$T fuzz/unpacked/$T fuzz/seeds/$T -- -max_total_time=60
//! ```
#![no_main]

use att3d::weights::Package;
use att3d_fuzz::archive;
use libfuzzer_sys::fuzz_target;

const MODEL: &[u8] = include_bytes!("../seeds/package/model.json");
const WEIGHTS: &[u8] = include_bytes!("../seeds/package/weights.safetensors");

fuzz_target!(|bytes: &[u8]| {
    ask(bytes.to_vec());
    ask(archive(MODEL, b"{}", bytes));
    ask(archive(bytes, b"{}", WEIGHTS));
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
