//! The log of a run, a CSV file.

use std::fs;
use std::io::Write;
use std::path::Path;

use crate::TrainError;

/// Opens the log and truncates it to the steps of the checkpoint, so that a killed run leaves no duplicate
/// lines. A log with other columns, from an older trainer, is kept under another name. columns: first line of
/// the log, of which the first column is the step.
pub fn open_log(path: &Path, columns: &str, step: u64) -> Result<fs::File, TrainError> {
    let error = |source| TrainError::io(path, source);
    let old = fs::read_to_string(path).unwrap_or_default();
    let is_ours = old.lines().next() == Some(columns);
    if !old.is_empty() && !is_ours {
        fs::rename(path, path.with_extension("old.csv")).map_err(error)?;
    }
    let kept = old.lines().skip(1).filter(|line| {
        let logged = line.split(',').next().and_then(|first| first.parse::<u64>().ok());
        is_ours && logged.is_some_and(|logged| logged <= step)
    });
    let lines: Vec<&str> = std::iter::once(columns).chain(kept).collect();
    let mut file = fs::File::create(path).map_err(error)?;
    file.write_all((lines.join("\n") + "\n").as_bytes()).map_err(error)?;
    Ok(file)
}
