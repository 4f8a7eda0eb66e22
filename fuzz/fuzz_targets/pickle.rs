//! Reads arbitrary bytes as a file of PyTorch's `torch.save`, which must give tensors or an error. The input
//! is read as a whole file, and as the pickle of a file with a few arrays.
//!
//! `cargo +nightly fuzz run pickle fuzz/found/pickle fuzz/seeds/pickle`
#![no_main]

use att3d::weights::torch_file::read;
use att3d_fuzz::zip;
use libfuzzer_sys::fuzz_target;

/// The arrays of the seeds, in bytes.
const ARRAYS: [(&str, &[u8]); 5] = [
    ("archive/data/0", &[0; 24]),
    ("archive/data/1", &[0; 8]),
    ("archive/data/2", &[0; 8]),
    ("archive/data/3", &[0; 4]),
    ("archive/data/4", &[0; 4]),
];

fuzz_target!(|bytes: &[u8]| {
    ask(bytes);
    let mut entries = vec![("archive/data.pkl", bytes)];
    entries.extend(ARRAYS);
    ask(&zip(&entries));
});

fn ask(file: &[u8]) {
    let Ok(tensors) = read(file) else { return };
    assert!(!tensors.is_empty());
    for tensor in tensors.values() {
        let count: usize = tensor.shape.iter().product();
        // No tensor is larger than the file, so the numbers of all of them are bounded.
        assert!(count * tensor.precision.size() <= file.len());
        assert_eq!(tensor.to_f32(file).unwrap().len(), count);
    }
}
