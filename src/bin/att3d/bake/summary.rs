//! Reports of a bake: progress, lines per asset, and the sum.

use std::io::IsTerminal;

use att3d::pipeline::{Model, Purpose};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::asset::{Asset, Refusal};
use super::manifest::{Entry, Status};
use super::rules::Rule;
use crate::failure::Failure;
use crate::output::{print, warn};

/// Numbers of a bake.
pub struct Summary {
    rules: Vec<Rule>,
    /// Assets that were made.
    pub made: usize,
    /// Assets whose files were there.
    pub up_to_date: usize,
    /// Assets that could not be made.
    pub failed: usize,
    /// Assets that do not meet a rule.
    pub unmet: usize,
}

impl Summary {
    /// Creates an empty sum. rules: rules that assets must meet.
    pub fn new(rules: Vec<Rule>) -> Self {
        Self { rules, made: 0, up_to_date: 0, failed: 0, unmet: 0 }
    }

    /// Counts an asset that was made, and returns its entry with the rules that it does not meet.
    pub fn made(&mut self, entry: Entry) -> Entry {
        self.made += 1;
        self.judged(entry)
    }

    /// Counts an asset whose files were there, and returns its entry with the rules that it does not meet.
    pub fn keep(&mut self, entry: Entry) -> Entry {
        self.up_to_date += 1;
        self.judged(entry)
    }

    /// Counts an asset that could not be made, and returns its entry.
    pub fn fail(&mut self, row: usize, prompt: &str, reason: String) -> Entry {
        self.failed += 1;
        Entry {
            row,
            prompt: prompt.to_owned(),
            status: Status::Failed,
            file: None,
            thumbnail: None,
            mesh_script: None,
            key: String::new(),
            sha256: None,
            unmet: Vec::new(),
            warnings: Vec::new(),
            error: Some(reason),
            report: json!({}),
        }
    }

    fn judged(&mut self, entry: Entry) -> Entry {
        let unmet = self.rules.iter().filter(|rule| !rule.is_met(&entry.report));
        let unmet: Vec<String> = unmet.map(|rule| rule.text.clone()).collect();
        self.unmet += usize::from(!unmet.is_empty());
        Entry { unmet, ..entry }
    }

    /// Returns the sum as a sentence.
    pub fn sentence(&self, seconds: f64) -> String {
        let mut sentence = format!("{} made", self.made);
        for (count, what) in
            [(self.up_to_date, "up to date"), (self.failed, "failed"), (self.unmet, "need a look")]
        {
            if count > 0 {
                sentence += &format!(", {count} {what}");
            }
        }
        let rate = self.made as f64 / seconds.max(1e-3);
        sentence + &format!(", in {seconds:.1} s ({rate:.1} assets/s)")
    }
}

/// Prints the entry of an asset: as JSON, or on standard error if it needs attention. Errors: `Output`.
pub fn print_entry(entry: &Entry, is_json: bool) -> Result<(), Failure> {
    if is_json {
        return print(json!(entry));
    }
    let file = entry.file.as_deref().unwrap_or_default();
    if let Some(error) = &entry.error {
        warn(format_args!("row {}: {error}", entry.row));
    }
    if !entry.unmet.is_empty() {
        warn(format_args!("row {}: {file} does not meet {}", entry.row, entry.unmet.join(", ")));
    }
    Ok(())
}

/// Prints how each row is understood. Errors: `Output`, `AssetsFailed`.
pub fn print_plan(
    model: &Model,
    assets: &[Asset],
    refusals: &[Refusal],
    extension: &str,
    is_json: bool,
) -> Result<(), Failure> {
    let mut failed = 0;
    let mut lines: Vec<(usize, &str, Result<(String, String), String>)> = refusals
        .iter()
        .map(|refusal| (refusal.row, refusal.prompt.as_str(), Err(refusal.reason.clone())))
        .collect();
    for asset in assets {
        let purpose = if asset.input.is_some() { Purpose::Change } else { Purpose::Thing };
        let understood = model
            .read(&asset.prompt, purpose)
            .map(|reading| {
                let file = format!("{}.{extension}", asset.path);
                (file, reading.understood().unwrap_or_else(|| reading.phrase.clone()))
            })
            .map_err(|error| error.to_string());
        lines.push((asset.row, &asset.prompt, understood));
    }
    lines.sort_by_key(|(row, ..)| *row);
    for (row, prompt, outcome) in lines {
        failed += usize::from(outcome.is_err());
        if is_json {
            let (file, understood) = match &outcome {
                Ok((file, understood)) => (json!(file), json!(understood)),
                Err(_) => (Value::Null, Value::Null),
            };
            print(json!({
                "row": row, "prompt": prompt, "file": file, "understood": understood, "error": outcome.err(),
            }))?;
            continue;
        }
        match outcome {
            Ok((file, understood)) => print(format_args!("row {row}: {file}: {understood}"))?,
            Err(reason) => warn(format_args!("row {row}: {reason}")),
        }
    }
    match failed {
        0 => Ok(()),
        failed => Err(Failure::AssetsFailed { failed, all: assets.len() + refusals.len() }),
    }
}

/// A progress bar with the rate and the time that is left. It is hidden if standard error is not a terminal.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Starts the bar. quiet: hides it.
    pub fn new(count: usize, quiet: bool) -> Self {
        let bar = if quiet || count == 0 || !std::io::stderr().is_terminal() {
            ProgressBar::hidden()
        } else {
            ProgressBar::new(count as u64)
        };
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len}, {per_sec}, {eta} left") {
            bar.set_style(style);
        }
        Self { bar }
    }

    /// Counts one asset.
    pub fn add(&self) {
        self.bar.inc(1);
    }

    /// Hides the bar while lines are printed.
    pub fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }

    /// Removes the bar.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
