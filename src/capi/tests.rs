//! Tests of the C interface's own helpers, small enough for Miri: `cargo +nightly miri test --lib
//! capi::tests`. Tests from C, in `tests/c`, cover what callers see.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use std::ptr::{null, null_mut};

use super::handle::{Opaque, body, free, give};
use super::pointers::{optional_room, output, text, values, write};
use super::status::{ATT3D_INTERNAL, ATT3D_OK, Failure, guard};
use super::structs::{Versioned, place, read, read_known};

/// A struct with a field that an older caller does not have.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
struct Grown {
    struct_size: u32,
    first: u32,
    later: u64,
}

// SAFETY: `repr(C)`, `struct_size` first, integers without padding.
unsafe impl Versioned for Grown {
    const NAME: &'static str = "Grown";
    const FIRST_SIZE: usize = 8;
}

struct Apple;
struct Pear;

impl Opaque for Apple {
    type Body = String;
    const TAG: u32 = 1;
    const NAME: &'static str = "apple";
}

impl Opaque for Pear {
    type Body = Vec<u8>;
    const TAG: u32 = 2;
    const NAME: &'static str = "pear";
}

/// Memory for a struct of a newer ABI, which has 8 bytes more than [`Grown`].
#[repr(C, align(8))]
struct Newer([u8; 24]);

fn newer(beyond: u8) -> Newer {
    let mut bytes = [0; 24];
    bytes[0] = 24;
    bytes[4] = 7;
    bytes[20] = beyond;
    Newer(bytes)
}

#[test]
fn structs_of_every_age_are_read() {
    // The first 8 bytes of the struct, with the struct's alignment, as an older caller has them.
    let older = 8u64 | 7 << 32;
    let today = Grown { struct_size: 16, first: 7, later: 3 };
    // SAFETY: each pointer is null or has as many bytes as its size states.
    unsafe {
        assert_eq!(read::<Grown>(null()).unwrap(), Grown { struct_size: 0, first: 0, later: 0 });
        assert_eq!(
            read((&raw const older).cast::<Grown>()).unwrap(),
            Grown { struct_size: 8, first: 7, later: 0 }
        );
        assert_eq!(read(&today).unwrap(), today);
        for wrong in [0, 7, 4097, u32::MAX] {
            assert!(read(&Grown { struct_size: wrong, ..today }).is_err());
        }
    }
}

#[test]
fn structs_of_every_age_are_written() {
    let value = Grown { struct_size: 0, first: 1, later: 2 };
    let mut today = Grown { struct_size: 16, first: 9, later: 9 };
    let mut later = newer(5);
    // SAFETY: each place has as many bytes as its size states.
    unsafe {
        place(&mut today).unwrap().write(value);
        place((&raw mut later).cast::<Grown>()).unwrap().write(value);
    }
    assert_eq!(today, Grown { struct_size: 16, first: 1, later: 2 });
    assert_eq!((later.0[0], later.0[4], later.0[8], later.0[20]), (24, 1, 2, 0));
}

#[test]
fn what_a_newer_caller_set_is_refused_and_the_rest_is_known() {
    let (mut plain, mut set) = (newer(0), newer(1));
    // SAFETY: each pointer has as many bytes as its size states.
    unsafe {
        assert_eq!(read((&raw mut plain).cast::<Grown>()).unwrap().first, 7);
        assert!(read((&raw mut set).cast::<Grown>()).is_err());
        let (known, refusal) = read_known((&raw mut set).cast::<Grown>()).unwrap();
        assert!(known.first == 7 && refusal.is_some());
    }
}

#[test]
fn handles_are_told_apart_and_freed_once() {
    let apple: *mut Apple = give("red".to_owned());
    // SAFETY: the pointers are handles of this library or null, and are not used after they are freed.
    unsafe {
        assert_eq!(body(apple).unwrap(), "red");
        assert!(body(apple.cast::<Pear>()).is_err());
        assert!(body(null::<Apple>()).is_err());
        free(apple.cast::<Pear>());
        free(null_mut::<Apple>());
        assert_eq!(body(apple).unwrap(), "red");
        free(apple);
    }
}

#[test]
fn pointers_are_checked_and_rooms_begin_at_zero() {
    let mut floats = [std::mem::MaybeUninit::<f32>::uninit(); 4];
    let mut number = 0u64;
    let odd = (&raw mut number).cast::<u8>().wrapping_add(1).cast::<u64>();
    // SAFETY: pointers that are null, misaligned or too short are refused before they are dereferenced.
    unsafe {
        let room = optional_room(floats.as_mut_ptr().cast(), 4, "floats").unwrap().unwrap();
        assert_eq!(room.zeroed(), &[0.0; 4]);
        assert!(optional_room(null_mut(), 4, "floats").unwrap().is_none());
        assert!(optional_room(floats.as_mut_ptr().cast(), usize::MAX, "floats").is_err());
        assert!(values(odd, 1, "numbers").is_err());
        assert!(values::<u64>(null(), 1, "numbers").is_err());
        assert!(values::<u64>(null(), 0, "numbers").unwrap().is_empty());
        assert!(output(odd, "number").is_err());
        write(output(&raw mut number, "number").unwrap(), 5);
        assert_eq!(text(c"a pig".as_ptr(), "text").unwrap(), "a pig");
        assert!(text(c"\xff".as_ptr(), "text").is_err());
    }
    assert_eq!(number, 5);
}

#[test]
fn panics_and_failures_end_at_the_guard() {
    assert_eq!(guard(|| Ok(())), ATT3D_OK);
    assert_eq!(guard(|| panic!("caught")), ATT3D_INTERNAL);
    assert_ne!(guard(|| Err(Failure::invalid("no"))), ATT3D_OK);
}
