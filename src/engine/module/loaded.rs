//! The libraries that the process has loaded, and the system's loader.

#[cfg(unix)]
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use libloading::Library;

use super::error::{LIBTORCH_VERSION, ModuleError, dotted};

/// The files of libtorch that a module binds to. Each file comes before the files that depend on it.
const LIBTORCH_FILES: [&str; 2] = ["libc10.so", "libtorch_cpu.so"];

/// Returns the folder from which this library, or the program that contains it, was loaded.
#[cfg(unix)]
pub(in crate::engine) fn own_folder() -> Option<PathBuf> {
    use std::ffi::CStr;
    use std::os::unix::ffi::OsStrExt;

    let mut info = std::mem::MaybeUninit::<libc::Dl_info>::zeroed();
    let here = own_folder as *const () as *const libc::c_void;
    // SAFETY: `dladdr` accepts any address, and `info` is valid for a write.
    if unsafe { libc::dladdr(here, info.as_mut_ptr()) } == 0 {
        return None;
    }
    // SAFETY: all zeros is a valid `Dl_info`, and `dladdr` has written it.
    let name = unsafe { info.assume_init() }.dli_fname;
    if name.is_null() {
        return None;
    }
    // SAFETY: the loader's text is NUL-terminated and lives as long as this library is loaded.
    let path = Path::new(OsStr::from_bytes(unsafe { CStr::from_ptr(name) }.to_bytes()));
    // The loader reports the path by which the library was opened. A relative path may be wrong by now, since
    // the process may have changed its current folder.
    let path = if path.is_absolute() { path.to_owned() } else { mapped_at(here as usize)? };
    // Links are resolved: a library in /usr/lib is often a link to a file with a version number.
    let path = path.canonicalize().ok()?;
    path.parent().map(Path::to_owned)
}

/// Returns the file that is mapped at an address; outside Linux, the program's file.
#[cfg(unix)]
fn mapped_at(address: usize) -> Option<PathBuf> {
    if cfg!(not(target_os = "linux")) {
        return std::env::current_exe().ok();
    }
    let maps = std::fs::read_to_string("/proc/self/maps").ok()?;
    maps.lines().find_map(|line| {
        let (from, to) = line.split_whitespace().next()?.split_once('-')?;
        let number = |text| usize::from_str_radix(text, 16).ok();
        let path = line.get(line.find('/')?..)?;
        (number(from)?..number(to)?).contains(&address).then(|| PathBuf::from(path))
    })
}

/// Returns the folder from which this library, or the program that contains it, was loaded.
#[cfg(windows)]
pub(in crate::engine) fn own_folder() -> Option<PathBuf> {
    use std::ffi::OsString;
    use std::os::windows::ffi::OsStringExt;
    use windows_sys::Win32::System::LibraryLoader::{
        GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
        GetModuleFileNameW, GetModuleHandleExW,
    };

    /// Largest number of UTF-16 units in a path of Windows.
    const LONGEST: usize = 32_768;
    let flags = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
    let here = own_folder as *const () as *const u16;
    let mut module = std::ptr::null_mut();
    // SAFETY: with this flag the function accepts any address, and `module` is valid for a write.
    if unsafe { GetModuleHandleExW(flags, here, &raw mut module) } == 0 {
        return None;
    }
    let mut name = vec![0u16; LONGEST];
    // SAFETY: the module contains this code, so it stays loaded during the call. `name` has LONGEST units.
    let length = unsafe { GetModuleFileNameW(module, name.as_mut_ptr(), LONGEST as u32) } as usize;
    // A length of LONGEST means that the name was cut off.
    let name = name.get(..length).filter(|_| length > 0 && length < LONGEST)?;
    PathBuf::from(OsString::from_wide(name)).parent().map(Path::to_owned)
}

/// Returns the folder of the program. On systems other than Unix and Windows, the library is beside the
/// program.
#[cfg(not(any(unix, windows)))]
pub(in crate::engine) fn own_folder() -> Option<PathBuf> {
    std::env::current_exe().ok()?.parent().map(Path::to_owned)
}

/// Opens a library so that its symbols are not visible to other libraries.
pub(super) fn open_local(path: &Path) -> Result<Library, ModuleError> {
    let refused = |error: libloading::Error| {
        let message = text_of(&error);
        let advice = advice(&message);
        ModuleError::Open { path: path.to_owned(), message, advice }
    };
    #[cfg(unix)]
    {
        use libloading::os::unix::{Library as Unix, RTLD_LOCAL, RTLD_NOW};
        // SAFETY: the library is a module or a part of libtorch, given by an absolute path. Its constructors
        // are trusted as its code is.
        unsafe { Unix::open(Some(path), RTLD_NOW | RTLD_LOCAL) }.map(Library::from).map_err(refused)
    }
    #[cfg(windows)]
    {
        use libloading::os::windows::{
            LOAD_LIBRARY_SEARCH_DEFAULT_DIRS, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR, Library as Windows,
        };
        // The libraries that the module needs are searched beside it, and not in the current folder.
        let flags = LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_DEFAULT_DIRS;
        // SAFETY: as on Unix, the library and its constructors are trusted.
        unsafe { Windows::load_with_flags(path, flags) }.map(Library::from).map_err(refused)
    }
    #[cfg(not(any(unix, windows)))]
    {
        // SAFETY: as on Unix, the library and its constructors are trusted.
        unsafe { Library::new(path) }.map_err(refused)
    }
}

/// Returns the loader's message without the text that `libloading` adds.
fn text_of(error: &libloading::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => source.to_string(),
        None => error.to_string(),
    }
}

fn advice(message: &str) -> &'static str {
    let missing = |name| message.contains(name);
    if missing("libcudart") || missing("libcupti") || missing("libcublas") || missing("libnv") {
        "libtorch needs NVIDIA's CUDA 13.0 runtime libraries: install the wheels that come with PyTorch 2.11.0 and put \
         their folders on the loader's path, or use the embedded engine"
    } else if missing("libtorch") || missing("libc10") {
        "libtorch 2.11.0 was not found: set LIBTORCH to its folder (of a PyTorch: …/site-packages/torch), or use the \
         embedded engine"
    } else {
        "take the file that came with this libatt3d, or use the embedded engine"
    }
}

/// Opens the libtorch in a folder (`LIBTORCH`) or else the one beside the module, so that the module binds to
/// it. If neither exists, the system's loader searches its own folders. Outside Linux the function does
/// nothing. Errors: `WrongLibtorch`, `Open`, `OtherLibtorch`.
pub(super) fn open_libtorch(folder: Option<PathBuf>, module: &Path) -> Result<(), ModuleError> {
    if cfg!(not(target_os = "linux")) {
        return Ok(());
    }
    let beside = module.parent().map(Path::to_owned).into_iter();
    let libraries = folder.map(|folder| folder.join("lib")).into_iter().chain(beside);
    let Some(libraries) = libraries.into_iter().find(|folder| folder.join("libtorch_cpu.so").is_file())
    else {
        return Ok(());
    };
    if let Some(found) = version_on_disk(&libraries).filter(|found| *found != dotted(LIBTORCH_VERSION)) {
        return Err(ModuleError::WrongLibtorch { folder: libraries, found });
    }
    for file in LIBTORCH_FILES {
        let path = libraries.join(file);
        if path.is_file() {
            // The library is never closed, since the module binds to it.
            std::mem::forget(open_local(&path)?);
        }
    }
    check_libtorch().map(|_| ())
}

/// Reads the version of a libtorch from the files beside its folder of libraries, before any of its code
/// runs. The file is `build-version` in a libtorch and `version.py` in a PyTorch.
fn version_on_disk(libraries: &Path) -> Option<String> {
    let folder = libraries.parent()?;
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).ok();
    let python = || {
        let text = read("version.py")?;
        let line = text.lines().find_map(|line| line.strip_prefix("__version__ = "))?;
        Some(line.trim_matches(|letter| letter == '\'' || letter == '"').to_owned())
    };
    let found = read("build-version").or_else(python)?;
    found.trim().split('+').next().map(str::to_owned)
}

/// Returns whether the process has loaded libtorch in the version that the module needs. Errors:
/// `OtherLibtorch` if the process has loaded another version.
pub(super) fn check_libtorch() -> Result<bool, ModuleError> {
    let is_libtorch = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.starts_with("libtorch_cpu.") || name.starts_with("libc10.")
    };
    let mut found: Vec<PathBuf> = objects().into_iter().filter(is_libtorch).collect();
    // `libtorch_cpu` comes first, since it has the function that returns the version.
    found.sort_by_key(|path| !path.to_string_lossy().contains("libtorch_cpu."));
    let Some(path) = found.into_iter().next() else { return Ok(false) };
    match version_of(&path) {
        Some(version) if version == LIBTORCH_VERSION => Ok(true),
        Some(version) => Err(ModuleError::OtherLibtorch { path, found: dotted(version) }),
        None => Err(ModuleError::OtherLibtorch { path, found: "of an unknown version".into() }),
    }
}

/// Returns the version that a loaded libtorch reports: one byte each for major, minor and patch, at the top
/// of 64 bits. libtorch has this function since 2.9.
#[cfg(target_os = "linux")]
fn version_of(path: &Path) -> Option<[u8; 3]> {
    use libloading::os::unix::{Library as Unix, RTLD_LAZY};

    // SAFETY: with RTLD_NOLOAD the library is loaded already, so no constructor runs.
    let library = unsafe { Unix::open(Some(path), RTLD_LAZY | libc::RTLD_NOLOAD) }.ok()?;
    // SAFETY: the C function has this type in every libtorch that has it
    // (torch/csrc/inductor/aoti_torch/c/shim.h).
    let version = unsafe { library.get::<unsafe extern "C" fn() -> u64>(b"aoti_torch_abi_version") }.ok()?;
    // SAFETY: the type is the function's own, and the function only returns a constant.
    let [major, minor, patch, ..] = unsafe { version() }.to_be_bytes();
    Some([major, minor, patch])
}

#[cfg(not(target_os = "linux"))]
fn version_of(_path: &Path) -> Option<[u8; 3]> {
    None
}

/// Returns the paths of all loaded libraries.
#[cfg(target_os = "linux")]
fn objects() -> Vec<PathBuf> {
    use std::ffi::CStr;
    use std::os::unix::ffi::OsStrExt;

    unsafe extern "C" fn visit(
        info: *mut libc::dl_phdr_info,
        _size: libc::size_t,
        paths: *mut libc::c_void,
    ) -> libc::c_int {
        // SAFETY: `info` is the loader's own struct, and `paths` is the vector that is passed below.
        let (info, paths) = unsafe { (&*info, &mut *paths.cast::<Vec<PathBuf>>()) };
        if !info.dlpi_name.is_null() {
            // SAFETY: the name is NUL-terminated and lives until this function returns.
            let name = unsafe { CStr::from_ptr(info.dlpi_name) };
            paths.push(PathBuf::from(OsStr::from_bytes(name.to_bytes())));
        }
        0
    }

    let mut paths = Vec::new();
    // SAFETY: `visit` does not unwind (a failed allocation aborts), and `paths` outlives the iteration.
    unsafe { libc::dl_iterate_phdr(Some(visit), (&raw mut paths).cast()) };
    paths
}

/// Returns an empty list. Only on Linux do two versions of a library easily share one name; elsewhere the
/// loader's own error suffices.
#[cfg(not(target_os = "linux"))]
fn objects() -> Vec<PathBuf> {
    Vec::new()
}

/// Returns whether the driver's library can be opened, which means that the driver is installed.
pub(super) fn has_cuda_driver() -> bool {
    let name = if cfg!(windows) { "nvcuda.dll" } else { "libcuda.so.1" };
    // SAFETY: the library is the driver's own; its constructors are trusted as the driver is.
    unsafe { Library::new(name) }.is_ok()
}
