//! A run that is killed at random moments and resumed equals a run that was never stopped.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Number of times that a run is killed.
const KILLS: usize = 10;
/// Longest wait for the first checkpoint of a run, which must load its networks first.
const PATIENCE: Duration = Duration::from_secs(120);

/// Sizes of a denoiser that makes hundreds of steps in a second.
const SIZES: &str = r#"{"resolution": 8, "patch": 2, "channels": [8], "blocks": 1, "condition": 8, "heads": 1,
    "groups": 2, "views": 1}"#;
const RECIPE: &str = r#"{"seed": 1, "steps": 400, "warmup": 10, "learning_rate": 1e-3, "matrix_learning_rate": 2e-3,
    "weight_decay": 1e-2, "cooldown": 0.3, "clip_norm": 1.0, "average_decay": 0.99, "batch": 2, "dropped": 0.1}"#;

/// Starts the training of a prior, with a checkpoint after each step.
fn start(folder: &Path, run: &Path) -> Child {
    let arguments =
        ["--sizes", "sizes.json", "--recipe", "recipe.json", "--checkpoint-every", "0", "--threads", "1"];
    Command::new(env!("CARGO_BIN_EXE_att3d-train"))
        .current_dir(folder)
        .args(["prior", "--prompts", "prompts.txt", "-o"])
        .arg(run)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Returns the newest checkpoint; `None` if there is none.
fn newest(run: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(run).ok()?;
    let names = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    names
        .filter(|path| {
            path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"checkpoint-"))
        })
        .max()
}

/// Returns the lines of the log without the seconds, which differ from run to run.
fn curve(run: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(run.join("log.csv")).unwrap();
    let without_seconds = |line: &str| -> Vec<String> {
        line.split(',')
            .enumerate()
            .filter(|(column, _)| *column != 1)
            .map(|(_, cell)| cell.to_owned())
            .collect()
    };
    text.lines().map(without_seconds).collect()
}

/// Returns the shards of the newest checkpoint by their names.
fn shards(run: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(newest(run).unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let shards = entries.filter(|path| path.extension().is_some_and(|extension| extension == "safetensors"));
    shards.map(|path| (path.file_name().unwrap().display().to_string(), fs::read(&path).unwrap())).collect()
}

/// Waits until a run has another checkpoint than `before`.
fn wait_for_progress(run: &Path, before: Option<&Path>, child: &mut Child) {
    let begun = Instant::now();
    while newest(run).as_deref() == before {
        if let Some(status) = child.try_wait().unwrap() {
            panic!("the run ended before it wrote a checkpoint: {status}");
        }
        assert!(begun.elapsed() < PATIENCE, "no checkpoint after {PATIENCE:?}");
        sleep(Duration::from_millis(1));
    }
}

#[test]
fn killed_run_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in
        [("sizes.json", SIZES), ("recipe.json", RECIPE), ("prompts.txt", "a pig\na red ball\n")]
    {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let [whole, killed] = ["whole", "killed"].map(|name| folder.path().join(name));
    assert!(start(folder.path(), &whole).wait().unwrap().success());

    let mut random = toybox::Random::new(20_231);
    let mut last = None;
    for kill in 0..KILLS {
        let mut child = start(folder.path(), &killed);
        wait_for_progress(&killed, last.as_deref(), &mut child);
        sleep(Duration::from_micros((20_000.0 * random.uniform()) as u64));
        // On Unix, this is SIGKILL.
        child.kill().unwrap();
        assert!(
            !child.wait().unwrap().success(),
            "the run had ended before kill {kill}; it needs more steps"
        );
        let found = newest(&killed).unwrap();
        assert!(last.is_none_or(|last| last < found), "a checkpoint was lost");
        last = Some(found);
    }
    assert!(start(folder.path(), &killed).wait().unwrap().success());
    assert_eq!(curve(&whole).len(), 1 + 400 / 50);
    assert_eq!(curve(&killed), curve(&whole));
    assert!(shards(&killed) == shards(&whole), "the arrays differ");
    assert!(!killed.join("checkpoint.tmp").exists());
}
