//! Loads libatt3d at run time from Rust through the C interface, with `libloading`, as a plugin host does.
//!
//!     cargo build --release && cargo run --release --example load_dynamically -- target/release/libatt3d.so

use std::error::Error;
use std::ffi::{CStr, c_char};

use libloading::{Library, Symbol};

type Version = unsafe extern "C" fn() -> *const c_char;
type AbiVersion = unsafe extern "C" fn() -> u32;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("name the library: target/release/libatt3d.so")?;
    // SAFETY: libatt3d has no constructors that run when it is loaded.
    let library = unsafe { Library::new(path) }?;
    // SAFETY: the function types match the declarations in include/att3d.h.
    let (version, abi): (Symbol<'_, Version>, Symbol<'_, AbiVersion>) =
        unsafe { (library.get(b"att3d_version")?, library.get(b"att3d_abi_version")?) };
    // SAFETY: both functions take no arguments; the returned text is static.
    let (version, abi) = unsafe { (CStr::from_ptr(version()), abi()) };
    println!("libatt3d {}, ABI {}.{}", version.to_str()?, abi >> 16, abi & 0xffff);
    Ok(())
}
