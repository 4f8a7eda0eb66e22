//! What the process has loaded, and the system's loader.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use libloading::Library;

use super::{LIBTORCH_VERSION, ModuleError, dotted};

/// The libraries of libtorch that a module binds to, in the order of their need.
const LIBTORCH_FILES: [&str; 2] = ["libc10.so", "libtorch_cpu.so"];

/// The folder that this library, or the program that it is part of, was loaded from.
#[cfg(unix)]
pub(in crate::engine) fn own_folder() -> Option<PathBuf> {
    use std::ffi::CStr;
    use std::os::unix::ffi::OsStrExt;

    let mut info = std::mem::MaybeUninit::<libc::Dl_info>::zeroed();
    let here = own_folder as *const () as *const libc::c_void;
    // SAFETY: any address may be asked for; `info` is written on success.
    if unsafe { libc::dladdr(here, info.as_mut_ptr()) } == 0 {
        return None;
    }
    // SAFETY: zeroed is a value of it, and it was written besides.
    let name = unsafe { info.assume_init() }.dli_fname;
    if name.is_null() {
        return None;
    }
    // SAFETY: the loader's text, NUL-terminated, kept while this library is loaded.
    let path = Path::new(OsStr::from_bytes(unsafe { CStr::from_ptr(name) }.to_bytes()));
    // What was opened by a relative path is known by it; the process may stand elsewhere by now.
    let path = if path.is_absolute() { path.to_owned() } else { mapped_at(here as usize)? };
    // Where links lead: a library in /usr/lib is often a link to one with a number.
    let path = path.canonicalize().ok()?;
    path.parent().map(Path::to_owned)
}

/// The file that is mapped at an address, as the system knows it.
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

/// The folder of the program: where the library is on systems that ship both together.
#[cfg(not(unix))]
pub(in crate::engine) fn own_folder() -> Option<PathBuf> {
    std::env::current_exe().ok()?.parent().map(Path::to_owned)
}

/// Opens a library for its own use alone: its names are seen by nobody else.
pub(super) fn open_local(path: &Path) -> Result<Library, ModuleError> {
    let refused = |error: libloading::Error| {
        let message = text_of(&error);
        let advice = advice(&message);
        ModuleError::Open { path: path.to_owned(), message, advice }
    };
    #[cfg(unix)]
    {
        use libloading::os::unix::{Library as Unix, RTLD_LOCAL, RTLD_NOW};
        // SAFETY: a module, or a part of libtorch, by an absolute path: its constructors are trusted as its code is.
        unsafe { Unix::open(Some(path), RTLD_NOW | RTLD_LOCAL) }.map(Library::from).map_err(refused)
    }
    #[cfg(not(unix))]
    {
        // SAFETY: as above.
        unsafe { Library::new(path) }.map_err(refused)
    }
}

/// The loader's words without this crate's around them.
fn text_of(error: &libloading::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => source.to_string(),
        None => error.to_string(),
    }
}

fn advice(message: &str) -> &'static str {
    let missing = |name| message.contains(name);
    if missing("libcudart") || missing("libcupti") || missing("libcublas") || missing("libnv") {
        "libtorch asks for NVIDIA's CUDA 13.0 runtime libraries: install the wheels that come with PyTorch 2.11.0 and put \
         their folders on the loader's path, or use the embedded engine"
    } else if missing("libtorch") || missing("libc10") {
        "libtorch 2.11.0 was not found: set LIBTORCH to its folder (of a PyTorch: …/site-packages/torch), or use the \
         embedded engine"
    } else {
        "take the file that came with this libatt3d, or use the embedded engine"
    }
}

/// Opens the libtorch of a folder (`LIBTORCH`), or the one beside the module, so that the module binds to it. Where
/// neither has one, the system's loader looks in its own places.
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
            // Never closed: the module binds to it.
            std::mem::forget(open_local(&path)?);
        }
    }
    check_libtorch().map(|_| ())
}

/// What the files beside a libtorch's folder of libraries say of its version, before any code of it runs: `build-version`
/// of a libtorch, `version.py` of a PyTorch.
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

/// Whether the process holds a libtorch, which is then ours. Errors: `OtherLibtorch` where the process holds a libtorch that is not ours.
pub(super) fn check_libtorch() -> Result<bool, ModuleError> {
    let is_libtorch = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.starts_with("libtorch_cpu.") || name.starts_with("libc10.")
    };
    let mut found: Vec<PathBuf> = objects().into_iter().filter(is_libtorch).collect();
    // The one that can tell its version first.
    found.sort_by_key(|path| !path.to_string_lossy().contains("libtorch_cpu."));
    let Some(path) = found.into_iter().next() else { return Ok(false) };
    match version_of(&path) {
        Some(version) if version == LIBTORCH_VERSION => Ok(true),
        Some(version) => Err(ModuleError::OtherLibtorch { path, found: dotted(version) }),
        None => Err(ModuleError::OtherLibtorch { path, found: "of an unknown version".into() }),
    }
}

/// What a loaded libtorch says of itself: a byte each of major, minor and patch, at the top of 64 bits. Since 2.9.
#[cfg(target_os = "linux")]
fn version_of(path: &Path) -> Option<[u8; 3]> {
    use libloading::os::unix::{Library as Unix, RTLD_LAZY};

    // SAFETY: RTLD_NOLOAD: it is loaded already, nothing runs.
    let library = unsafe { Unix::open(Some(path), RTLD_LAZY | libc::RTLD_NOLOAD) }.ok()?;
    // SAFETY: a C function of that type in every libtorch that has it (torch/csrc/inductor/aoti_torch/c/shim.h).
    let version = unsafe { library.get::<unsafe extern "C" fn() -> u64>(b"aoti_torch_abi_version") }.ok()?;
    // SAFETY: as above; it returns a constant.
    let [major, minor, patch, ..] = unsafe { version() }.to_be_bytes();
    Some([major, minor, patch])
}

#[cfg(not(target_os = "linux"))]
fn version_of(_path: &Path) -> Option<[u8; 3]> {
    None
}

/// The files of all that is loaded.
#[cfg(target_os = "linux")]
fn objects() -> Vec<PathBuf> {
    use std::ffi::CStr;
    use std::os::unix::ffi::OsStrExt;

    unsafe extern "C" fn visit(
        info: *mut libc::dl_phdr_info,
        _size: libc::size_t,
        paths: *mut libc::c_void,
    ) -> libc::c_int {
        // SAFETY: the loader's own struct, and the vector that was handed over below.
        let (info, paths) = unsafe { (&*info, &mut *paths.cast::<Vec<PathBuf>>()) };
        if !info.dlpi_name.is_null() {
            // SAFETY: NUL-terminated, for the time of the visit.
            let name = unsafe { CStr::from_ptr(info.dlpi_name) };
            paths.push(PathBuf::from(OsStr::from_bytes(name.to_bytes())));
        }
        0
    }

    let mut paths = Vec::new();
    // SAFETY: `visit` does not unwind (an allocation that fails aborts), and `paths` outlives the walk.
    unsafe { libc::dl_iterate_phdr(Some(visit), (&raw mut paths).cast()) };
    paths
}

/// Nowhere else do two versions of one library fall into one name so easily; there the loader's own error must do.
#[cfg(not(target_os = "linux"))]
fn objects() -> Vec<PathBuf> {
    Vec::new()
}

/// The driver's library opens where the driver is installed.
pub(super) fn has_cuda_driver() -> bool {
    let name = if cfg!(windows) { "nvcuda.dll" } else { "libcuda.so.1" };
    // SAFETY: the driver's own library: its constructors are trusted as the driver is.
    unsafe { Library::new(name) }.is_ok()
}
