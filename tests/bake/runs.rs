//! Several runs of `att3d bake`: later runs, runs that were killed, runs at the same time, and the cache.

use super::*;

#[test]
fn a_second_run_makes_only_what_changed() {
    let bench = Bench::new("props.csv", THREE);
    assert_code(&bench.bake("props.csv", &[]), 0);
    let first = fs::read_to_string(bench.path("out/manifest.jsonl")).unwrap();
    let output = bench.bake("props.csv", &[]);
    assert!(printed(&output).starts_with("out: 0 made, 3 up to date, "), "{}", printed(&output));
    assert_eq!(fs::read_to_string(bench.path("out/manifest.jsonl")).unwrap(), first);

    fs::write(bench.path("props.csv"), "prompt,triangles,name\na pig,100,\na cat,,tom\n").unwrap();
    fs::remove_file(bench.path("out/tom.glb")).unwrap();
    let output = bench.bake("props.csv", &[]);
    assert!(printed(&output).starts_with("out: 2 made, in "), "{}", printed(&output));
    assert!(complaints(&output).contains("1 meshes of earlier bakes"), "{}", complaints(&output));
    assert!(bench.path("out/a-pig-2.glb").exists());
    assert_eq!(bench.manifest().len(), 2);
    let output = bench.bake("props.csv", &["--lods", "1"]);
    assert!(printed(&output).starts_with("out: 2 made, in "), "{}", printed(&output));
}

/// All threads of a bake with one row work on this row together, so one engine has all threads.
#[test]
fn more_jobs_than_rows_make_the_same_files() {
    let bench = Bench::new("props.csv", "prompt\na pig\n");
    assert_code(&bench.bake("props.csv", &["--jobs", "1"]), 0);
    let alone = fs::read(bench.path("out/a-pig.glb")).unwrap();
    fs::remove_dir_all(bench.path("out")).unwrap();
    assert_code(&bench.bake("props.csv", &["--jobs", "16"]), 0);
    assert_eq!(fs::read(bench.path("out/a-pig.glb")).unwrap(), alone);
}

#[test]
fn folders_of_others_and_folders_in_use_are_refused() {
    let bench = Bench::new("props.csv", "prompt\na pig\n");
    fs::create_dir(bench.path("out")).unwrap();
    fs::write(bench.path("out/a-pig.glb"), "mine").unwrap();
    let output = bench.bake("props.csv", &[]);
    assert_code(&output, 5);
    assert!(complaints(&output).contains("has no manifest.jsonl"), "{}", complaints(&output));
    assert_eq!(fs::read_to_string(bench.path("out/a-pig.glb")).unwrap(), "mine");

    fs::remove_file(bench.path("out/a-pig.glb")).unwrap();
    assert_code(&bench.bake("props.csv", &[]), 0);
    let lock = fs::File::open(bench.path("out/.att3d/lock")).unwrap();
    lock.lock().unwrap();
    let output = bench.bake("props.csv", &[]);
    assert_code(&output, 5);
    assert!(complaints(&output).contains("another att3d bake works in out"), "{}", complaints(&output));
    drop(lock);
    assert_code(&bench.bake("props.csv", &[]), 0);

    let bench = Bench::new("props.csv", "prompt\na pig\n");
    fs::write(bench.path("out"), "a file").unwrap();
    let output = bench.bake("props.csv", &[]);
    assert_code(&output, 5);
    assert!(complaints(&output).contains("cannot make or remove"), "{}", complaints(&output));
}

/// Each kill interrupts a run at another moment. The next run completes the folder.
#[test]
fn a_killed_run_leaves_only_whole_files_and_the_next_completes_it() {
    let rows: Vec<String> = (0..24).map(|row| format!("a pig,prop{row}\n")).collect();
    let bench = Bench::new("props.csv", format!("prompt,name\n{}", rows.concat()));
    let arguments = ["bake", "props.csv", "-o", "out", "--thumbnails", "16", "--gallery", "none", "--json"];
    for lines in [1, 3, 7] {
        let mut run = bench.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let stdout = std::io::BufReader::new(run.stdout.take().unwrap());
        // The run is killed as soon as it has reported this many assets.
        let _ = std::io::BufRead::lines(stdout).take(lines).count();
        run.kill().unwrap();
        run.wait().unwrap();
        for file in bench.files().iter().filter(|file| file.ends_with(".glb")) {
            read_glb(&bench.path("out").join(file)).unwrap();
        }
        assert!(bench.files().iter().all(|file| !file.contains(".tmp") && !file.contains("partial")));
    }
    // A loss of power can leave an unfinished line, and files with other contents of the same size: here the
    // mesh of one asset and the thumbnail of another.
    let manifest = bench.path("out/manifest.jsonl");
    let text = fs::read_to_string(&manifest).unwrap();
    for (line, what) in text.lines().zip(["file", "thumbnail"]) {
        let entry: Value = serde_json::from_str(line).unwrap();
        let damaged = bench.path("out").join(entry[what].as_str().unwrap());
        fs::write(&damaged, vec![0; fs::metadata(&damaged).unwrap().len() as usize]).unwrap();
    }
    fs::write(&manifest, format!("not json\n{text}{{\"row\": 3, \"pro")).unwrap();

    let output = bench.bake("props.csv", &[]);
    assert_code(&output, 0);
    assert!(complaints(&output).contains("line 1 cannot be read"), "{}", complaints(&output));
    assert!(printed(&output).contains("up to date"), "{}", printed(&output));
    let manifest = bench.manifest();
    assert_eq!(manifest.len(), 24);
    for entry in manifest {
        assert_eq!(entry["status"], "done");
        read_glb(&bench.path("out").join(entry["file"].as_str().unwrap())).unwrap();
        let thumbnail = fs::read(bench.path("out").join(entry["thumbnail"].as_str().unwrap())).unwrap();
        assert!(thumbnail.starts_with(b"\x89PNG"), "{entry}");
    }
    assert!(printed(&bench.bake("props.csv", &[])).contains("0 made, 24 up to date"));
}

#[test]
fn assets_of_another_folder_come_from_the_cache() {
    let bench = Bench::new("props.csv", "prompt\na pig\na red tiger\n");
    let bake = |more: &[&str]| {
        let _ = fs::remove_dir_all(bench.path("out"));
        let output = bench.bake("props.csv", &[&["--cache", "cache"], more].concat());
        assert_code(&output, 0);
        assert_eq!(complaints(&output), "");
        let files: Vec<_> = bench.files().into_iter().filter(|file| file != "manifest.jsonl").collect();
        let bytes: Vec<_> =
            files.iter().map(|file| fs::read(bench.path("out").join(file)).unwrap()).collect();
        let cached = bench.manifest().iter().filter(|entry| entry["from_cache"] == true).count();
        (files, bytes, cached)
    };
    let entries = || {
        let paths = fs::read_dir(bench.path("cache")).unwrap().map(|entry| entry.unwrap().path());
        paths.collect::<Vec<_>>()
    };
    let (files, bytes, cached) = bake(&[]);
    assert_eq!((files.len(), cached, entries().len()), (4, 0, 2));
    assert_eq!(bake(&[]), (files.clone(), bytes.clone(), 2));
    // Another option is another asset.
    assert_eq!(bake(&["--triangles", "60"]).2, 0);
    assert_eq!(entries().len(), 4);

    // Entries that changed on the disk are made again and stored again.
    for (index, entry) in entries().into_iter().enumerate() {
        let mut bytes = fs::read(&entry).unwrap();
        // The last byte of the picture; or a byte of the JSON, which follows the digest of 64 characters.
        let changed = if index % 2 == 0 { bytes.len() - 1 } else { 70 };
        bytes[changed] ^= 1;
        fs::write(&entry, bytes).unwrap();
    }
    assert_eq!(bake(&[]), (files.clone(), bytes.clone(), 0));
    assert_eq!(bake(&[]), (files.clone(), bytes.clone(), 2));

    // Files of others stay, also those with a similar extension. The limit is below the size of one asset,
    // and it holds before the bake too.
    fs::write(bench.path("cache/unity.asset"), "mine").unwrap();
    assert_eq!(bake(&["--cache-limit", "0"]), (files, bytes, 0));
    assert_eq!(entries(), [bench.path("cache/unity.asset")]);
}

#[test]
fn a_cache_that_cannot_be_made_is_refused_before_work_begins() {
    let bench = Bench::new("props.csv", "prompt\na pig\n");
    let output = bench.bake("props.csv", &["--cache", "props.csv"]);
    assert_code(&output, 5);
    assert!(complaints(&output).contains("props.csv"), "{}", complaints(&output));
    assert!(!bench.path("out").exists());
    assert_code(&bench.bake("props.csv", &["--cache-limit", "1"]), 2);
}

/// The disk is a file system in memory, which only this test's process sees.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_stops_the_bake_and_the_next_run_completes_it() {
    let rows: Vec<String> = (0..24).map(|row| format!("a pig,prop{row}\n")).collect();
    let bench = Bench::new("props.csv", format!("prompt,name\n{}", rows.concat()));
    fs::create_dir(bench.path("disk")).unwrap();
    let bake =
        bench.command(&["bake", "props.csv", "-o", "disk/out", "--thumbnails", "0", "--gallery", "none"]);
    let words: Vec<_> = std::iter::once(bake.get_program()).chain(bake.get_args()).collect();
    let script = "mount -t tmpfs -o size=$SIZE,nr_inodes=200 none disk || exit 99\n\
        \"$@\" 2>first.txt && echo 0 >code.txt || echo $? >code.txt; find disk -type f >files.txt\n\
        mount -o remount,size=64m disk && \"$@\" && cp -r disk/out out";
    let mut shell = Command::new("unshare");
    shell.args(["--mount", "--map-root-user", "sh", "-ec", script, "sh"]).args(words);
    let output = shell.env("SIZE", "96k").current_dir(bench.folder.path()).output().unwrap();
    if output.status.code() == Some(99) || complaints(&output).contains("unshare failed") {
        // Some systems do not let a user mount. The checks of this project run as root, which may.
        // SAFETY: the function reads no memory.
        assert_ne!(unsafe { libc::getuid() }, 0, "{}", complaints(&output));
        println!("this system lets no user mount a file system: the test did not run");
        return;
    }
    assert_code(&output, 0);
    assert_eq!(fs::read_to_string(bench.path("code.txt")).unwrap(), "5\n");
    let first = fs::read_to_string(bench.path("first.txt")).unwrap();
    assert!(first.contains("No space left on device"), "{first}");
    let made = fs::read_to_string(bench.path("files.txt")).unwrap();
    assert!(made.contains(".glb") && made.lines().count() < 24, "{made}");
    assert_eq!(bench.manifest().len(), 24);
    for entry in bench.manifest() {
        read_glb(&bench.path("out").join(entry["file"].as_str().unwrap())).unwrap();
    }
}
