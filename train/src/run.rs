//! What all training commands share: the loop over steps, the log, and files of settings.

use std::fs;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use att3d::engine::Precision;
use clap::Args;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::TrainError;

/// Options of the loop over steps.
#[derive(Args, Clone, Debug)]
pub struct Pace {
    /// Time limit in minutes; the run then stops with a checkpoint.
    #[arg(long)]
    pub time_limit: Option<f64>,
    /// Minutes between checkpoints.
    #[arg(long, default_value_t = 5.0)]
    pub checkpoint_every: f64,
}

impl Pace {
    /// Returns whether the time limit is reached.
    pub fn is_over(&self, begun: Instant) -> bool {
        self.time_limit.is_some_and(|limit| begun.elapsed().as_secs_f64() >= limit * 60.0)
    }
}

/// The number type of matrix products. The variables and the losses are always f32.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Products {
    F32,
    Bf16,
}

impl From<Products> for Precision {
    fn from(products: Products) -> Self {
        match products {
            Products::F32 => Self::F32,
            Products::Bf16 => Self::Bf16,
        }
    }
}

/// A run that [`drive`] trains.
pub trait Run {
    /// Returns the number of completed steps.
    fn completed(&self) -> u64;

    /// Returns the number of steps of the whole schedule.
    fn total(&self) -> u64;

    /// Returns the seconds of training so far, which are part of the run's state.
    fn seconds(&mut self) -> &mut f64;

    /// Writes a checkpoint into the folder of the run.
    fn save(&self, folder: &Path) -> Result<(), TrainError>;
}

/// Trains a run to its end or to the time limit, and writes checkpoints. advance: makes a step and returns a
/// message for the user in some steps, or `None` if no step is left. Errors: those of `advance`. Before it
/// returns `Diverged`, the state before that step is saved.
pub fn drive<R: Run>(
    run: &mut R,
    folder: &Path,
    pace: &Pace,
    mut advance: impl FnMut(&mut R) -> Result<Option<Advance>, TrainError>,
) -> Result<(), TrainError> {
    let bar = progress_bar(run.completed(), run.total());
    let (begun, seconds_before) = (Instant::now(), *run.seconds());
    let mut saved = Instant::now();
    loop {
        let advanced = match advance(run) {
            Ok(Some(advanced)) => advanced,
            Ok(None) => break,
            Err(error) => {
                if matches!(error, TrainError::Diverged { .. }) {
                    run.save(folder)?;
                }
                return Err(error);
            }
        };
        *run.seconds() = seconds_before + begun.elapsed().as_secs_f64();
        bar.set_position(run.completed());
        if let Advance(Some(message)) = advanced {
            if !std::io::stderr().is_terminal() {
                eprintln!("step {} of {}: {message}", run.completed(), run.total());
            }
            bar.set_message(message);
        }
        if pace.is_over(begun) {
            break;
        }
        if saved.elapsed() >= Duration::from_secs_f64(pace.checkpoint_every * 60.0) {
            run.save(folder)?;
            saved = Instant::now();
        }
    }
    run.save(folder)?;
    bar.finish();
    Ok(())
}

/// What a step has to tell the user, if anything.
pub struct Advance(pub Option<String>);

fn progress_bar(step: u64, steps: u64) -> indicatif::ProgressBar {
    let bar = indicatif::ProgressBar::new(steps).with_position(step);
    bar.set_style(
        indicatif::ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} (left {eta}) {msg}")
            .unwrap_or_else(|_| indicatif::ProgressStyle::default_bar()),
    );
    bar
}

/// The log of a run, a CSV file.
pub struct Log {
    path: PathBuf,
    file: fs::File,
}

impl Log {
    /// Opens `log.csv` in the folder of a run and truncates it to the steps of the checkpoint, so that a
    /// killed run leaves no duplicate lines. A log with other columns, from an older trainer, is kept under
    /// another name. columns: first line of the log, of which the first column is the step. Errors: `Io`.
    pub fn open(folder: &Path, columns: &str, step: u64) -> Result<Self, TrainError> {
        let path = folder.join("log.csv");
        let error = |source| TrainError::io(&path, source);
        let old = fs::read_to_string(&path).unwrap_or_default();
        let is_ours = old.lines().next() == Some(columns);
        if !old.is_empty() && !is_ours {
            fs::rename(&path, path.with_extension("old.csv")).map_err(error)?;
        }
        let kept = old.lines().skip(1).filter(|line| {
            let logged = line.split(',').next().and_then(|first| first.parse::<u64>().ok());
            is_ours && logged.is_some_and(|logged| logged <= step)
        });
        let lines: Vec<&str> = std::iter::once(columns).chain(kept).collect();
        // The new text replaces the old file at once, so a run that is killed here keeps its log.
        let beside = path.with_extension("tmp");
        fs::write(&beside, lines.join("\n") + "\n").map_err(error)?;
        fs::rename(&beside, &path).map_err(error)?;
        let file = fs::OpenOptions::new().append(true).open(&path).map_err(error)?;
        Ok(Self { path, file })
    }

    /// Appends a line. Errors: `Io`.
    pub fn write(&mut self, line: &str) -> Result<(), TrainError> {
        // One write is one system call, so a killed run leaves a whole line or none.
        self.file
            .write_all(format!("{line}\n").as_bytes())
            .map_err(|source| TrainError::io(&self.path, source))
    }
}

/// The means of the values since the last line of a log. They are part of a run's state, so that a resumed
/// run writes the same lines as one that was not stopped.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Means {
    sums: Vec<f64>,
    counts: Vec<f64>,
}

impl Means {
    /// Adds a value to a column.
    pub fn add(&mut self, column: usize, value: f64) {
        let length = self.sums.len().max(column + 1);
        self.sums.resize(length, 0.0);
        self.counts.resize(length, 0.0);
        self.sums[column] += value;
        self.counts[column] += 1.0;
    }

    /// Adds a value to each of the first columns.
    pub fn add_all(&mut self, values: &[f64]) {
        values.iter().enumerate().for_each(|(column, &value)| self.add(column, value));
    }

    /// Returns the means of the first columns, 0 for a column without values, and begins anew.
    pub fn take<const COLUMNS: usize>(&mut self) -> [f64; COLUMNS] {
        let Self { sums, counts } = std::mem::take(self);
        let of = |values: &[f64], column: usize| values.get(column).copied().unwrap_or(0.0);
        std::array::from_fn(|column| of(&sums, column) / of(&counts, column).max(1.0))
    }
}

/// Reads a JSON file of settings. Errors: `Io`; `Settings` for another content.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, TrainError> {
    let text = fs::read(path).map_err(|source| TrainError::io(path, source))?;
    serde_json::from_slice(&text).map_err(|source| TrainError::Settings { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests;
