//! The C library: finding it beside the extension, opening it at run time, and its error messages.

use std::ffi::{CStr, c_char};
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::ffi::{self, att3d_status};

/// The functions of an opened library whose ABI this extension can use.
pub struct Api {
    functions: ffi::Library,
    /// Path of the library.
    pub path: PathBuf,
}

impl Deref for Api {
    type Target = ffi::Library;

    fn deref(&self) -> &ffi::Library {
        &self.functions
    }
}

/// A message for the user: what was found, what was expected and what to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// Why the work failed.
    pub kind: FailureKind,
    /// The message.
    pub message: String,
}

/// Kind of a failure, from which Godot's error code follows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FailureKind {
    /// The library or the engine cannot be used here.
    Unavailable,
    /// A file cannot be read or written.
    File,
    /// A package or a mesh is damaged.
    Corrupt,
    /// An argument, a prompt or an option is not valid.
    Invalid,
    /// There is too little memory.
    Memory,
    /// The work was canceled.
    Canceled,
    /// Anything else.
    Other,
}

impl Failure {
    /// Makes a failure of an argument.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self { kind: FailureKind::Invalid, message: message.into() }
    }

    /// Makes the failure of canceled work.
    pub fn canceled() -> Self {
        Self { kind: FailureKind::Canceled, message: "the work was canceled".into() }
    }

    fn unavailable(message: String) -> Self {
        Self { kind: FailureKind::Unavailable, message }
    }
}

impl Api {
    /// Turns a status into a result with the library's message. It must be called on the thread that called
    /// the library, directly after that call.
    pub fn check(&self, status: att3d_status) -> Result<(), Failure> {
        if status == ffi::ATT3D_OK as i32 {
            return Ok(());
        }
        // SAFETY: the text is never null, and is valid until this thread's next call.
        let message = unsafe { text(self.att3d_last_error()) };
        Err(Failure { kind: kind_of(status as u32), message })
    }
}

/// Returns the kind of a status that is not ATT3D_OK.
pub fn kind_of(status: u32) -> FailureKind {
    match status {
        ffi::ATT3D_IO => FailureKind::File,
        ffi::ATT3D_FORMAT => FailureKind::Corrupt,
        ffi::ATT3D_PROMPT | ffi::ATT3D_INVALID_ARGUMENT => FailureKind::Invalid,
        ffi::ATT3D_UNSUPPORTED | ffi::ATT3D_ENGINE => FailureKind::Unavailable,
        ffi::ATT3D_OUT_OF_MEMORY => FailureKind::Memory,
        ffi::ATT3D_CANCELLED => FailureKind::Canceled,
        _ => FailureKind::Other,
    }
}

/// Copies a text of the library; empty for null.
///
/// # Safety
/// `pointer` is null or a NUL-terminated text.
pub unsafe fn text(pointer: *const c_char) -> String {
    if pointer.is_null() {
        return String::new();
    }
    // SAFETY: the caller guarantees it.
    unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned()
}

/// Copies a text in an array of a struct, up to its NUL.
pub fn text_of(array: &[c_char]) -> String {
    let bytes: Vec<u8> = array.iter().take_while(|&&byte| byte != 0).map(|&byte| byte as u8).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

static OPENED: Mutex<Option<Arc<Api>>> = Mutex::new(None);

/// Returns the library, which is opened on the first call. After a failure the next call tries again.
pub fn library() -> Result<Arc<Api>, Failure> {
    let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(api) = &*opened {
        return Ok(Arc::clone(api));
    }
    let api = Arc::new(open()?);
    *opened = Some(Arc::clone(&api));
    Ok(api)
}

/// Returns the version of the library as text, such as "0.1.0".
pub fn version() -> Result<String, Failure> {
    let api = library()?;
    // SAFETY: the function takes nothing and returns a static text.
    Ok(unsafe { text(api.att3d_version()) })
}

/// File name of the library on this platform.
const FILE_NAME: &str = if cfg!(windows) {
    "att3d.dll"
} else if cfg!(target_os = "macos") {
    "libatt3d.dylib"
} else {
    "libatt3d.so"
};

fn open() -> Result<Api, Failure> {
    let folder = own_folder().ok_or_else(|| {
        Failure::unavailable("the system does not state where this extension was loaded from".into())
    })?;
    let path = folder.join(FILE_NAME);
    if !path.exists() {
        return Err(Failure::unavailable(format!(
            "the library {} is missing: copy it there, or install the addon att3d again",
            path.display()
        )));
    }
    // SAFETY: opening runs the initializers of a file that belongs to the addon.
    let opened = unsafe { libloading::Library::new(&path) }.map_err(|error| {
        Failure::unavailable(format!(
            "{} cannot be opened: {error}; expected a library for this platform, so install the addon att3d again",
            path.display()
        ))
    })?;
    // SAFETY: the signature is that of the header, and every version of the library has this function.
    let found = unsafe {
        match opened.get::<unsafe extern "C" fn() -> u32>(b"att3d_abi_version\0") {
            Ok(abi_version) => abi_version(),
            Err(_) => {
                return Err(Failure::unavailable(format!(
                    "{} is not the library att3d: it has no function att3d_abi_version; install the addon att3d again",
                    path.display()
                )));
            }
        }
    };
    let (major, minor) = (found >> 16, found & 0xffff);
    #[allow(
        clippy::absurd_extreme_comparisons,
        reason = "if the header's minor version is 0, the comparison is a constant"
    )]
    let is_older = minor < ffi::ATT3D_ABI_MINOR;
    if major != ffi::ATT3D_ABI_MAJOR || is_older {
        return Err(Failure::unavailable(format!(
            "{} has the ABI version {major}.{minor}; expected {}.{} or a later minor version: install the library that belongs to this addon",
            path.display(),
            ffi::ATT3D_ABI_MAJOR,
            ffi::ATT3D_ABI_MINOR
        )));
    }
    // SAFETY: the ABI version guarantees the signatures.
    let functions = unsafe { ffi::Library::from_library(opened) }.map_err(|error| {
        Failure::unavailable(format!(
            "{} is incomplete: {error}; install the addon att3d again",
            path.display()
        ))
    })?;
    Ok(Api { functions, path })
}

/// Returns the folder of this extension's own file.
#[cfg(unix)]
fn own_folder() -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    // SAFETY: zero is a valid Dl_info, and dladdr only writes it.
    let mut info: libc::Dl_info = unsafe { std::mem::zeroed() };
    // SAFETY: the address is that of a function of this extension.
    let found = unsafe { libc::dladdr(own_folder as *const std::ffi::c_void, &mut info) };
    if found == 0 || info.dli_fname.is_null() {
        return None;
    }
    // SAFETY: dladdr wrote a NUL-terminated text that lives as long as this extension is loaded.
    let name = unsafe { CStr::from_ptr(info.dli_fname) };
    let path = PathBuf::from(std::ffi::OsStr::from_bytes(name.to_bytes()));
    let path = path.canonicalize().unwrap_or(path);
    Some(path.parent()?.to_path_buf())
}

/// Returns the folder of this extension's own file.
#[cfg(windows)]
fn own_folder() -> Option<PathBuf> {
    use std::os::windows::ffi::OsStringExt;
    use windows_sys::Win32::Foundation::HMODULE;
    use windows_sys::Win32::System::LibraryLoader::{
        GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
        GetModuleFileNameW, GetModuleHandleExW,
    };
    let flags = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
    let mut module: HMODULE = std::ptr::null_mut();
    // SAFETY: the address is that of a function of this extension, and the handle is only written.
    if unsafe { GetModuleHandleExW(flags, own_folder as *const () as *const u16, &mut module) } == 0 {
        return None;
    }
    let mut name = vec![0u16; 32768];
    // SAFETY: the buffer has the stated length.
    let length = unsafe { GetModuleFileNameW(module, name.as_mut_ptr(), name.len() as u32) } as usize;
    if length == 0 || length >= name.len() {
        return None;
    }
    let path = PathBuf::from(std::ffi::OsString::from_wide(&name[..length]));
    Some(path.parent()?.to_path_buf())
}
