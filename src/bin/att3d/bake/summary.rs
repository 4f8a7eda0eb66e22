//! Reports of a bake: progress, lines per asset, and the totals.

use std::io::IsTerminal;

use att3d::pipeline::{Model, Purpose};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::asset::{Asset, Refusal};
use super::manifest::{Entry, Status};
use super::rules::Rule;
use crate::failure::Failure;
use crate::output::{print, warn};

/// Counts of a bake's assets.
pub struct Summary {
    rules: Vec<Rule>,
    /// Number of assets that were made.
    pub made: usize,
    /// Number of assets whose files were up to date.
    pub up_to_date: usize,
    /// Number of assets that could not be made.
    pub failed: usize,
    /// Number of assets that do not meet a rule.
    pub unmet: usize,
}

impl Summary {
    /// Creates totals of zero. rules: rules that assets must meet.
    pub fn new(rules: Vec<Rule>) -> Self {
        Self { rules, made: 0, up_to_date: 0, failed: 0, unmet: 0 }
    }

    /// Counts an asset that was made, and returns its entry with the rules that it does not meet.
    pub fn made(&mut self, entry: Entry) -> Entry {
        self.made += 1;
        self.judged(entry)
    }

    /// Counts an asset whose files were up to date, and returns its entry with the rules that it does not
    /// meet.
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
            companions_sha256: None,
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

    /// Returns the totals as a sentence.
    pub fn sentence(&self, seconds: f64) -> String {
        let mut sentence = format!("{} made", self.made);
        for (count, what) in
            [(self.up_to_date, "up to date"), (self.failed, "failed"), (self.unmet, "do not meet a rule")]
        {
            if count > 0 {
                sentence += &format!(", {count} {what}");
            }
        }
        let rate = self.made as f64 / seconds.max(1e-3);
        sentence + &format!(", in {seconds:.1} s ({rate:.1} assets/s)")
    }
}

/// Prints the entry of an asset. With `is_json`, the whole entry is printed on standard output. Otherwise
/// only errors and rules that are not met are printed, on standard error. Errors: `Output`.
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

/// A line of the plan.
struct PlanLine<'a> {
    row: usize,
    prompt: &'a str,
    /// Path of the mesh; `None` if the row cannot become an asset.
    file: Option<String>,
    /// What is understood of the prompt, or the reason why nothing can be made.
    understood: Result<String, String>,
    /// The asset; `None` if the row cannot become one.
    asset: Option<&'a Asset>,
}

impl PlanLine<'_> {
    fn print(&self, is_json: bool) -> Result<(), Failure> {
        let Self { row, prompt, file, understood, asset } = self;
        if is_json {
            return print(json!({
                "row": row, "prompt": prompt, "file": file,
                "understood": understood.as_ref().ok(), "error": understood.as_ref().err(),
                "input": asset.and_then(|asset| asset.input.as_ref()),
                "options": asset.map(|asset| &asset.given), "notes": asset.map(|asset| &asset.notes),
            }));
        }
        match understood {
            Ok(understood) => {
                print(format_args!("row {row}: {}: {understood}", file.as_deref().unwrap_or_default()))
            }
            Err(reason) => {
                warn(format_args!("row {row}: {reason}"));
                Ok(())
            }
        }
    }
}

/// Prints how each row is understood. Errors: `Output`, `AssetsFailed`.
pub fn print_plan(
    model: &Model,
    assets: &[Asset],
    refusals: &[Refusal],
    extension: &str,
    is_json: bool,
) -> Result<(), Failure> {
    let mut lines: Vec<PlanLine<'_>> = refusals
        .iter()
        .map(|refusal| PlanLine {
            row: refusal.row,
            prompt: &refusal.prompt,
            file: None,
            understood: Err(refusal.reason.clone()),
            asset: None,
        })
        .collect();
    for asset in assets {
        let purpose = if asset.input.is_some() { Purpose::Change } else { Purpose::Thing };
        let reading = model.read(&asset.prompt, purpose);
        lines.push(PlanLine {
            row: asset.row,
            prompt: &asset.prompt,
            file: Some(format!("{}.{extension}", asset.path)),
            understood: reading
                .map(|reading| reading.understood().unwrap_or(reading.phrase))
                .map_err(|error| Failure::from(error).message()),
            asset: Some(asset),
        });
    }
    lines.sort_by_key(|line| line.row);
    lines.iter().try_for_each(|line| line.print(is_json))?;
    let failed = lines.iter().filter(|line| line.understood.is_err()).count();
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
    /// Starts the bar. count: number of assets; quiet: whether the bar is hidden.
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
