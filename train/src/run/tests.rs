#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::fs;
use std::path::{Path, PathBuf};

use super::{Advance, Log, Means, Pace, Run, drive, read_json};
use crate::TrainError;
use crate::distill::DistillRecipe;

/// A run that counts, and that diverges at a step.
struct Counter {
    step: u64,
    seconds: f64,
    diverges_at: Option<u64>,
    saved: std::cell::RefCell<Vec<(PathBuf, u64)>>,
}

impl Counter {
    fn new(diverges_at: Option<u64>) -> Self {
        Self { step: 0, seconds: 5.0, diverges_at, saved: Default::default() }
    }

    fn advance(&mut self) -> Result<Option<Advance>, TrainError> {
        if self.step == self.total() {
            return Ok(None);
        }
        if self.diverges_at == Some(self.step) {
            return Err(TrainError::Diverged { step: self.step });
        }
        self.step += 1;
        Ok(Some(Advance(None)))
    }
}

impl Run for Counter {
    fn completed(&self) -> u64 {
        self.step
    }

    fn total(&self) -> u64 {
        6
    }

    fn seconds(&mut self) -> &mut f64 {
        &mut self.seconds
    }

    fn save(&self, folder: &Path) -> Result<(), TrainError> {
        self.saved.borrow_mut().push((folder.to_owned(), self.step));
        Ok(())
    }
}

/// Drives a run with these options. Returns the steps at which it was saved, and the result.
fn saves(
    run: &mut Counter,
    time_limit: Option<f64>,
    checkpoint_every: f64,
) -> (Vec<u64>, Result<(), TrainError>) {
    let pace = Pace { time_limit, checkpoint_every };
    let result = drive(run, Path::new("run"), &pace, Counter::advance);
    let saved = run.saved.borrow();
    assert!(saved.iter().all(|(folder, _)| folder == Path::new("run")));
    (saved.iter().map(|(_, step)| *step).collect(), result)
}

#[test]
fn run_is_saved_at_its_end_at_the_limit_and_between() {
    let mut run = Counter::new(None);
    let (saved, result) = saves(&mut run, None, 60.0);
    assert_eq!((saved, result.is_ok()), (vec![6], true));
    assert!(run.seconds >= 5.0);
    let (saved, _) = saves(&mut Counter::new(None), Some(0.0), 60.0);
    assert_eq!(saved, [1]);
    let (saved, _) = saves(&mut Counter::new(None), None, 0.0);
    assert_eq!(saved, [1, 2, 3, 4, 5, 6, 6]);
}

#[test]
fn diverged_run_is_saved_before_the_error() {
    let (saved, result) = saves(&mut Counter::new(Some(3)), None, 60.0);
    assert_eq!(saved, [3]);
    assert!(matches!(result, Err(TrainError::Diverged { step: 3 })));
}

#[test]
fn log_keeps_the_lines_before_the_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    let mut log = Log::open(folder.path(), "step,loss", 0).unwrap();
    for step in [20, 40, 60] {
        log.write(&format!("{step},0.5")).unwrap();
    }
    drop(log);
    // A killed run may leave a line after its checkpoint.
    Log::open(folder.path(), "step,loss", 45).unwrap().write("60,0.4").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "step,loss\n20,0.5\n40,0.5\n60,0.4\n");
    Log::open(folder.path(), "step,loss,opacity", 60).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "step,loss,opacity\n");
    assert!(fs::read_to_string(folder.path().join("log.old.csv")).unwrap().contains("60,0.4"));
    assert!(!folder.path().join("log.tmp").exists());
}

#[test]
fn means_survive_a_checkpoint() {
    let mut means = Means::default();
    means.add_all(&[1.0, 2.0]);
    means.add(3, 0.1);
    let text = serde_json::to_string(&means).unwrap();
    let mut means: Means = serde_json::from_str(&text).unwrap();
    means.add_all(&[2.0, 4.0]);
    assert_eq!(means.take(), [1.5, 3.0, 0.0, 0.1]);
    assert_eq!(means.take(), [0.0; 2]);
}

#[test]
fn unreadable_settings_name_the_file_and_what_is_expected() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("recipe.json");
    let message = || read_json::<DistillRecipe>(&path).err().unwrap().to_string();
    assert!(message().starts_with(&path.display().to_string()));
    fs::write(&path, r#"{"guidances": 3}"#).unwrap();
    let found = message();
    assert!(found.contains("guidances") && found.contains("expected a JSON object"), "{found}");
}
