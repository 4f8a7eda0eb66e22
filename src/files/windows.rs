//! What Windows needs to replace files: repeated attempts while a file is in use, and a check of names.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{Error, ErrorKind, Result};
use std::path::{Component, Path, Prefix};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_DELETE_PENDING, ERROR_LOCK_VIOLATION, ERROR_SHARING_VIOLATION,
    ERROR_USER_MAPPED_FILE,
};

/// Time for which a rename is tried again. Virus scanners and indexers open each new file for a moment, and
/// so do other processes that write the same file.
const PATIENCE: Duration = Duration::from_secs(2);
/// Longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_millis(64);

/// Returns a lock that only one thread of the process holds at a time. A thread takes it before it opens or
/// replaces a file, so that threads that write the same file need not try again.
pub(super) fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    // The lock protects no data that a panic could leave incomplete.
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn rename(from: &Path, to: &Path) -> Result<()> {
    check_name(to)?;
    if is_read_only(to) {
        let message = "the file is read-only: remove its read-only attribute, or choose another name";
        return Err(Error::new(ErrorKind::PermissionDenied, message));
    }
    let begun = Instant::now();
    let mut wait = Duration::from_millis(1);
    loop {
        // The standard library's rename accepts long paths. Where the system supports it, the rename also
        // replaces a file that other programs have open for reading.
        let renamed = {
            let _turn = turn();
            std::fs::rename(from, to)
        };
        let Err(error) = renamed else { return Ok(()) };
        if !is_in_use(&error) {
            return Err(error);
        }
        if begun.elapsed() > PATIENCE {
            let message =
                format!("it is open in another program: close it there, or choose another name ({error})");
            return Err(Error::new(error.kind(), message));
        }
        std::thread::sleep(jittered(wait));
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

fn is_read_only(path: &Path) -> bool {
    let _turn = turn();
    std::fs::metadata(path).is_ok_and(|found| found.is_file() && found.permissions().readonly())
}

/// Returns whether an error can mean that a file is open. Windows reports a refused access in this case too.
fn is_in_use(error: &Error) -> bool {
    let in_use = [
        ERROR_ACCESS_DENIED,
        ERROR_DELETE_PENDING,
        ERROR_LOCK_VIOLATION,
        ERROR_SHARING_VIOLATION,
        ERROR_USER_MAPPED_FILE,
    ];
    error.raw_os_error().is_some_and(|code| in_use.contains(&code.cast_unsigned()))
}

/// Returns a random time from half to all of `wait`, so that threads do not try again in step.
fn jittered(wait: Duration) -> Duration {
    // A new `RandomState` has random keys, so that the hash of nothing is a random number.
    let share = RandomState::new().build_hasher().finish() % 512;
    wait / 2 + wait * (share as u32) / 1024
}

/// Characters that Windows does not allow in names. A colon would name a second stream of the file's bytes.
const FORBIDDEN: &[char] = &['<', '>', ':', '"', '|', '?', '*'];

pub(super) fn check_name(path: &Path) -> Result<()> {
    let mut components = path.components().peekable();
    if let Some(Component::Prefix(prefix)) = components.peek() {
        match prefix.kind() {
            // The system takes these paths as they are.
            Prefix::Verbatim(_) | Prefix::VerbatimUNC(..) | Prefix::VerbatimDisk(_) => return Ok(()),
            Prefix::DeviceNS(_) => return Err(refused("the path names a device of Windows")),
            Prefix::UNC(..) | Prefix::Disk(_) => {}
        }
    }
    for component in components {
        let Component::Normal(name) = component else { continue };
        let name = name.to_string_lossy();
        if let Some(found) = name.chars().find(|letter| FORBIDDEN.contains(letter)) {
            return Err(refused(&format!(
                "`{name}` contains {found}, which Windows does not allow in names"
            )));
        }
        if name.ends_with(['.', ' ']) {
            return Err(refused(&format!("`{name}` ends with a period or a space, which Windows removes")));
        }
        if is_device(&name) {
            return Err(refused(&format!("`{name}` is the name of a device of Windows")));
        }
    }
    Ok(())
}

fn refused(found: &str) -> Error {
    Error::new(ErrorKind::InvalidInput, format!("{found}; choose another name"))
}

/// Returns whether Windows takes a name for a device, with any extension.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end_matches(' ').to_ascii_uppercase();
    let numbered = |device: &str| {
        let number = stem.strip_prefix(device).map(str::chars);
        number.is_some_and(|mut rest| {
            matches!((rest.next(), rest.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
        })
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
        || numbered("COM")
        || numbered("LPT")
}

#[cfg(test)]
mod tests;
