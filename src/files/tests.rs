#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use super::*;

#[test]
fn written_file_holds_the_bytes_and_nothing_else_remains() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.bin");
    write_whole(&path, b"first").unwrap();
    write_whole(&path, b"second").unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"second");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn missing_folder_is_an_error_that_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("no-such-folder").join("a.bin");
    let error = write_whole(&path, b"bytes").unwrap_err();
    let name = Path::new("no-such-folder").join("a.bin");
    assert!(error.to_string().contains(&name.display().to_string()), "{error}");
}

#[test]
fn folder_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    assert!(write_whole(folder.path(), b"bytes").is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn threads_that_write_one_file_leave_one_of_their_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.bin");
    let contents = |thread: u8| vec![thread; 10_000];
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let path = &path;
            scope.spawn(move || (0..20).for_each(|_| write_whole(path, &contents(thread)).unwrap()));
        }
    });
    let found = std::fs::read(&path).unwrap();
    assert!((0..8).any(|thread| found == contents(thread)));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn link_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("target");
    let link = folder.path().join("link");
    std::fs::write(&target, b"old").unwrap();
    std::os::unix::fs::symlink(&target, &link).unwrap();
    write_whole(&link, b"new").unwrap();
    assert_eq!(std::fs::read(&target).unwrap(), b"new");
    assert!(link.is_symlink());
}

#[cfg(target_os = "linux")]
#[test]
fn full_device_is_an_error_and_the_device_stays() {
    use std::os::unix::fs::FileTypeExt;
    let error = write_whole(Path::new("/dev/full"), b"bytes").unwrap_err();
    assert!(error.to_string().contains("/dev/full"), "{error}");
    assert!(std::fs::metadata("/dev/full").unwrap().file_type().is_char_device());
}

#[cfg(unix)]
#[test]
fn replaced_file_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.bin");
    for mode in [0o600, 0o640, 0o755] {
        std::fs::write(&path, b"old").unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        write_whole(&path, b"new").unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, mode);
    }
}
