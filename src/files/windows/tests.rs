#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use std::os::windows::fs::OpenOptionsExt;
use std::path::PathBuf;

use crate::files::write_whole;

/// Checks that a path cannot be written, that the message names the path and the reason, and that the folder
/// stays as it is.
fn assert_refused(folder: &std::path::Path, path: &std::path::Path, reason: &str) {
    let count = || std::fs::read_dir(folder).unwrap().count();
    let before = count();
    let error = write_whole(path, b"new").unwrap_err().to_string();
    assert!(error.contains(&path.display().to_string()) && error.contains(reason), "{error}");
    assert_eq!(count(), before, "{}", path.display());
}

#[test]
fn names_that_windows_would_change_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let names = [
        ("CON", "device"),
        ("nul.glb", "device"),
        ("Com1.png", "device"),
        ("lpt9", "device"),
        ("aux .glb", "device"),
        ("pig.glb.", "period or a space"),
        ("pig.glb ", "period or a space"),
        ("pig.glb:stream", "contains :"),
        ("what?.glb", "contains ?"),
    ];
    for (name, reason) in names {
        assert_refused(folder.path(), &folder.path().join(name), reason);
    }
    for name in ["console.glb", "com.glb", "com10.glb", "nulls", "a.con", ".glb"] {
        write_whole(&folder.path().join(name), b"bytes").unwrap();
    }
}

#[test]
fn a_device_path_is_refused() {
    let error = write_whole(std::path::Path::new(r"\\.\NUL"), b"bytes").unwrap_err();
    assert!(error.to_string().contains("device"), "{error}");
}

#[test]
fn a_file_that_is_open_elsewhere_stays_and_the_message_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.glb");
    std::fs::write(&path, b"old").unwrap();
    // Without a share mode, the file cannot be deleted or replaced while it is open.
    let open = std::fs::File::options().read(true).share_mode(0).open(&path).unwrap();
    assert_refused(folder.path(), &path, "open in another program");
    drop(open);
    assert_eq!(std::fs::read(&path).unwrap(), b"old");
    write_whole(&path, b"new").unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"new");
}

#[test]
fn a_file_that_is_closed_in_time_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.glb");
    std::fs::write(&path, b"old").unwrap();
    let open = std::fs::File::options().read(true).share_mode(0).open(&path).unwrap();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| write_whole(&path, b"new"));
        // The writer may begin before or after the file is closed; both must work.
        drop(open);
        writer.join().unwrap().unwrap();
    });
    assert_eq!(std::fs::read(&path).unwrap(), b"new");
}

#[test]
fn a_read_only_file_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.glb");
    std::fs::write(&path, b"old").unwrap();
    let set = |readonly| {
        let mut permissions = std::fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(readonly);
        std::fs::set_permissions(&path, permissions).unwrap();
    };
    set(true);
    assert_refused(folder.path(), &path, "read-only");
    assert_eq!(std::fs::read(&path).unwrap(), b"old");
    set(false);
}

#[test]
fn long_and_verbatim_paths_work() {
    let folder = tempfile::tempdir().unwrap();
    let deep: PathBuf = (0..5).fold(folder.path().to_owned(), |path, _| path.join("d".repeat(80)));
    std::fs::create_dir_all(&deep).unwrap();
    let path = deep.join("a.glb");
    assert!(path.as_os_str().len() > 400);
    for bytes in [b"old", b"new"] {
        write_whole(&path, bytes).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
    }
    let verbatim = folder.path().canonicalize().unwrap().join("b.glb");
    assert!(verbatim.to_string_lossy().starts_with(r"\\?\"));
    write_whole(&verbatim, b"bytes").unwrap();
    assert_eq!(std::fs::read(folder.path().join("b.glb")).unwrap(), b"bytes");
}
