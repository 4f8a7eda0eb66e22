//! Loads packages of arbitrary bytes from memory. `att3d_model_load` must return a model or a status, and
//! every model must be usable.
//!
//! The first byte selects the meaning of the rest: a whole file, one entry of an intact package, or changes
//! to the weights of an intact package.
//!
//! Run `scripts/fuzz_corpus.sh unpack` first:
//!
//! ```text
//! T=model_load_memory
//! cargo +nightly fuzz run $T fuzz/found/$T fuzz/unpacked/$T fuzz/seeds/$T
//! ```
#![no_main]

use std::ptr::{null, null_mut};
use std::sync::LazyLock;

use att3d_fuzz::abi::{self, ATT3D_INTERNAL, ATT3D_OK, Handle};
use att3d_fuzz::{archive, entries, tiny_model};
use libfuzzer_sys::fuzz_target;

/// The files model.json, tokenizer.json and weights.safetensors of two packages: one with a triplane, and one
/// with voxel grids.
static PARTS: LazyLock<[[Vec<u8>; 3]; 2]> = LazyLock::new(|| {
    [tiny_model::triplane(), tiny_model::voxel_grid()].map(|config| {
        let found = entries(&tiny_model::package_bytes(&config));
        let part = |name: &str| found.iter().find(|(found, _)| found == name).unwrap().1.clone();
        [part("model.json"), part("tokenizer.json"), part("weights.safetensors")]
    })
});

static CONTEXT: LazyLock<Handle> = LazyLock::new(abi::context);

fuzz_target!(|bytes: &[u8]| {
    let Some((&kind, rest)) = bytes.split_first() else { return };
    let [model, tokenizer, weights] = &PARTS[usize::from(kind >> 7)];
    let package = match kind & 3 {
        0 => rest.to_vec(),
        1 => archive(rest, tokenizer, weights),
        2 => archive(model, rest, weights),
        _ => archive(model, tokenizer, &changed(weights, rest)),
    };
    // SAFETY: the arguments satisfy the header's conditions. All pointers are valid; handles are null only
    // where a call made none.
    unsafe {
        let (status, made) = abi::load(CONTEXT.0, &package);
        assert!(status != ATT3D_INTERNAL, "{}", abi::last_error());
        assert_eq!(status == ATT3D_OK, !made.is_null());
        if made.is_null() {
            return;
        }
        let desc = abi::att3d_generate_desc::of(6);
        let mut mesh = null_mut();
        let status = abi::att3d_generate(made, c"a red pig".as_ptr(), &desc, &mut mesh);
        assert!(status != ATT3D_INTERNAL, "{}", abi::last_error());
        if !mesh.is_null() {
            let mut buffer = null_mut();
            let status = abi::att3d_mesh_encode(mesh, null(), &mut buffer);
            assert_eq!(status, ATT3D_OK, "{}", abi::last_error());
            abi::att3d_buffer_free(buffer);
        }
        abi::att3d_mesh_free(mesh);
        abi::att3d_model_free(made);
    }
});

/// Returns the weights with changes. Each change is three bytes: a position (two bytes) and the new value.
fn changed(weights: &[u8], changes: &[u8]) -> Vec<u8> {
    let mut found = weights.to_vec();
    for change in changes.chunks_exact(3) {
        let place = usize::from(change[0]) << 8 | usize::from(change[1]);
        let length = found.len();
        found[place % length] = change[2];
    }
    found
}
