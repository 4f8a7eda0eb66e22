//! Calls functions with arbitrary description structs. Each call must return a result or a status, and must
//! not write outside its outputs.
//!
//! Run `scripts/fuzz_corpus.sh unpack` first:
//!
//! `cargo +nightly fuzz run descs fuzz/found/descs fuzz/unpacked/descs fuzz/seeds/descs`
//!
//! An input is one byte that selects the function, and the bytes of its struct. The seeds have one valid
//! struct per function, a struct that is larger than its type (`newer`), and one that is smaller (`older`).
#![no_main]

use std::ffi::{CString, c_void};
use std::ptr::null_mut;
use std::sync::LazyLock;

use att3d_fuzz::abi::{self, ATT3D_INTERNAL, ATT3D_OK, Handle};
use att3d_fuzz::tiny_model;
use libfuzzer_sys::fuzz_target;

static MODEL: LazyLock<Handle> = LazyLock::new(|| {
    let package = tiny_model::package_bytes(&tiny_model::triplane());
    let context = abi::context();
    // SAFETY: the context was made above.
    let (status, model) = unsafe { abi::load(context.0, &package) };
    assert_eq!(status, ATT3D_OK);
    // SAFETY: the context is not used again; the model keeps the parts of the context that it needs.
    unsafe { abi::att3d_context_free(context.0) };
    Handle(model)
});

static MESH: LazyLock<Handle> = LazyLock::new(|| {
    let desc = abi::att3d_generate_desc::of(8);
    let mut mesh = null_mut();
    // SAFETY: the model is valid, the prompt is a C string, the description is complete, and `mesh` is
    // writable.
    assert_eq!(unsafe { abi::att3d_generate(MODEL.0, c"a pig".as_ptr(), &desc, &mut mesh) }, ATT3D_OK);
    Handle(mesh)
});

/// Memory for a struct: 4096 bytes, the largest struct size that the library accepts.
#[repr(C, align(8))]
struct Memory([u8; 4096]);

/// Returns memory for a description. The rest of the memory is zero.
fn memory(bytes: &[u8]) -> Memory {
    let mut memory = Memory([0; 4096]);
    let length = bytes.len().min(4096);
    memory.0[..length].copy_from_slice(&bytes[..length]);
    memory
}

fn put(memory: &mut Memory, offset: usize, value: u64) {
    memory.0[offset..offset + 8].copy_from_slice(&value.to_ne_bytes());
}

fuzz_target!(|bytes: &[u8]| {
    let Some((&kind, rest)) = bytes.split_first() else { return };
    let mut memory = memory(rest);
    let desc = (&raw mut memory).cast::<c_void>();
    let mut made = null_mut();
    // SAFETY: `memory` has the largest size that a struct may have. Each pointer inside it is set below to
    // null or to an address inside `values`.
    unsafe {
        let status = match kind % 7 {
            0 => {
                // The thread count is limited to 0, 1 or 2, because thousands of threads for each input would
                // only test the operating system.
                memory.0[12..16]
                    .copy_from_slice(&(u32::from(rest.first().copied().unwrap_or(0)) % 3).to_ne_bytes());
                let status = abi::att3d_context_create(desc, &mut made);
                abi::att3d_context_free(made);
                status
            }
            1 => {
                // The grid is small or invalid, because the default grid takes seconds under the sanitizer.
                memory.0[9] &= 0x80;
                memory.0[8] = memory.0[8] & 0x1f | 2;
                for offset in [56, 64, 72] {
                    put(&mut memory, offset, 0);
                }
                let prompt = CString::new(
                    rest.iter().rev().take(40).copied().filter(|&byte| byte != 0).collect::<Vec<_>>(),
                );
                let status =
                    abi::att3d_generate(MODEL.0, prompt.unwrap_or_default().as_ptr(), desc.cast(), &mut made);
                abi::att3d_mesh_free(made);
                status
            }
            2 => {
                let status = abi::att3d_mesh_encode(MESH.0, desc, &mut made);
                abi::att3d_buffer_free(made);
                status
            }
            3 => {
                let (mut values, points) = ([0f32; 64], rest.chunks_exact(4));
                let points: Vec<f32> =
                    points.map(|four| f32::from_ne_bytes([four[0], four[1], four[2], four[3]])).collect();
                let count = (points.len() / 3).min(16);
                for (index, offset) in [8, 16, 24, 32].into_iter().enumerate() {
                    let wanted = memory.0[offset] % 4;
                    // The address is null, the start of `values`, `index` elements after the start, or
                    // misaligned.
                    let address = values.as_mut_ptr() as u64;
                    let address = [0, address, address + 4 * index as u64, address + 1][usize::from(wanted)];
                    put(&mut memory, offset, address);
                }
                for offset in [40, 48, 56] {
                    put(&mut memory, offset, 0);
                }
                let (mut latent, mut field) = (null_mut(), null_mut());
                assert_eq!(
                    abi::att3d_latent_from_prompt(MODEL.0, c"a pig".as_ptr(), 0, &mut latent),
                    ATT3D_OK
                );
                assert_eq!(abi::att3d_field_from_latent(latent, null_mut(), &mut field), ATT3D_OK);
                let status = abi::att3d_field_sample(field, points.as_ptr(), count, desc);
                abi::att3d_field_free(field);
                abi::att3d_latent_free(latent);
                status
            }
            4 => abi::att3d_mesh_get_info(MESH.0, desc),
            5 => abi::att3d_model_get_info(MODEL.0, desc),
            _ => {
                // The array has exactly the size that the call is told, so that the sanitizer detects a write
                // beyond the end.
                let size = bytes.len() * 61;
                let mut vertices = vec![0u8; size];
                abi::att3d_mesh_copy_vertices(MESH.0, desc, vertices.as_mut_ptr().cast(), size)
            }
        };
        assert!(status != ATT3D_INTERNAL, "{}", abi::last_error());
    }
});
