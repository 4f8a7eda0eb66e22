//! The command that reports quality against rendered frames (ATT3D, figure 6).

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;
use plotters::prelude::*;
use serde::Deserialize;

use super::error::JudgeError;
use super::pages;
use crate::TrainError;

/// Writes a report of quality against rendered frames for each prompt: tables and a chart, as Markdown, HTML
/// and SVG.
#[derive(Args)]
pub struct Budgets {
    /// Table of scores, as `train/reports/budgets.sh` writes it.
    table: PathBuf,
    /// Markdown file to write. An HTML file and the chart are written beside it, with the extensions html and
    /// svg.
    #[arg(short, long)]
    output: PathBuf,
}

/// A line of the table: the mean scores of a group of prompts.
#[derive(Clone, Debug, Deserialize)]
pub struct Line {
    /// How the model was trained, such as `amortized` or `single`.
    pub kind: String,
    /// Seed of the run.
    pub seed: u64,
    /// Rendered frames for each prompt.
    pub frames: u64,
    /// Group of the prompts, such as `seen prompts`.
    pub group: String,
    /// Number of prompts.
    pub prompts: usize,
    /// R-precision.
    pub precision: f64,
    /// R-probability.
    pub probability: f64,
    /// IoU.
    pub iou: f64,
}

/// Scores of one curve at one budget: the mean over the prompts, for each seed.
#[derive(Clone, Debug, Default)]
struct Point {
    /// For each seed, the number of prompts, and the sums of R-probability, R-precision and IoU over the
    /// prompts.
    seeds: BTreeMap<u64, [f64; 4]>,
}

impl Point {
    /// Returns the mean over the seeds and the largest distance of a seed from it. of: index of the sum.
    fn spread(&self, of: usize) -> (f64, f64) {
        let values: Vec<f64> = self.seeds.values().map(|sums| sums[of] / sums[0].max(1.0)).collect();
        let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
        (mean, values.iter().map(|value| (value - mean).abs()).fold(0.0, f64::max))
    }
}

/// The curves by their names. Each has its points by the number of frames.
type Curves = BTreeMap<String, BTreeMap<u64, Point>>;

/// Runs the command.
pub fn run(options: &Budgets) -> Result<(), TrainError> {
    let lines = read(options)?;
    let curves = curves(&lines);
    let chart = chart(&curves).map_err(|source| JudgeError::Chart(source.to_string()))?;
    let path = options.output.with_extension("svg");
    std::fs::write(&path, &chart).map_err(|source| TrainError::io(&path, source))?;
    let name = path.file_name().map(|name| name.display().to_string()).unwrap_or_default();
    let text = markdown(&curves, &name);
    pages::write(&options.output, &text)?;
    println!("{text}");
    Ok(())
}

/// Reads the table. Errors: `Judge` for a table that is empty or has other columns.
fn read(options: &Budgets) -> Result<Vec<Line>, TrainError> {
    let error = |found: String| JudgeError::Table { path: options.table.clone(), found };
    let text =
        std::fs::read_to_string(&options.table).map_err(|source| TrainError::io(&options.table, source))?;
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let lines: Vec<Line> =
        reader.deserialize().collect::<Result<_, _>>().map_err(|source| error(source.to_string()))?;
    if lines.is_empty() {
        return Err(error("no lines".into()).into());
    }
    Ok(lines)
}

/// Joins the lines to curves. Lines of the same curve, seed and budget are of different prompts, so their
/// scores are averaged by the number of prompts.
fn curves(lines: &[Line]) -> Curves {
    let mut curves = Curves::new();
    for Line { kind, seed, frames, group, prompts, precision, probability, iou } in lines {
        let point = curves.entry(format!("{kind}, {group}")).or_default().entry(*frames).or_default();
        let sums = point.seeds.entry(*seed).or_default();
        let count = *prompts as f64;
        for (sum, value) in sums.iter_mut().zip([1.0, *probability, *precision, *iou]) {
            *sum += count * value;
        }
    }
    curves
}

/// Returns the text of the report. chart: name of the chart's file.
fn markdown(curves: &Curves, chart: &str) -> String {
    let mut text = "# Quality against rendered frames for each prompt\n\n".to_owned();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "![R-probability against rendered frames for each prompt]({chart})");
    let budgets: Vec<u64> = {
        let all: std::collections::BTreeSet<u64> =
            curves.values().flat_map(BTreeMap::keys).copied().collect();
        all.into_iter().collect()
    };
    for (title, of) in [("R-probability", 1), ("R-precision", 2), ("IoU", 3)] {
        let _ = writeln!(text, "\n{title}: mean over the seeds ± largest distance of a seed.\n");
        let _ = write!(text, "| frames for each prompt | seeds |");
        for frames in &budgets {
            let _ = write!(text, " {frames} |");
        }
        let _ = writeln!(text, "\n|---|---|{}", "---|".repeat(budgets.len()));
        for (name, points) in curves {
            let seeds = points.values().map(|point| point.seeds.len()).max().unwrap_or(0);
            let _ = write!(text, "| {name} | {seeds} |");
            for frames in &budgets {
                let _ = match points.get(frames).map(|point| point.spread(of)) {
                    Some((mean, distance)) => write!(text, " {mean:.3} ± {distance:.3} |"),
                    None => write!(text, " |"),
                };
            }
            text.push('\n');
        }
    }
    text
}

/// Draws R-probability against frames on a logarithmic axis. Returns an SVG document.
fn chart(curves: &Curves) -> Result<String, Box<dyn std::error::Error>> {
    let frames = || curves.values().flat_map(BTreeMap::keys).copied();
    let (first, last) = (frames().min().unwrap_or(1).max(1), frames().max().unwrap_or(2));
    let mut document = String::new();
    {
        let area = SVGBackend::with_string(&mut document, (800, 480)).into_drawing_area();
        area.fill(&WHITE)?;
        let mut plot = ChartBuilder::on(&area)
            .margin(16)
            .x_label_area_size(44)
            .y_label_area_size(52)
            .build_cartesian_2d((first as f64..(last.max(first + 1)) as f64).log_scale(), 0.0..1.0)?;
        plot.configure_mesh()
            .x_desc("rendered frames for each prompt")
            .y_desc("R-probability")
            .x_label_formatter(&|frames| format!("{frames:.0}"))
            .draw()?;
        for (index, (name, points)) in curves.iter().enumerate() {
            let color = Palette99::pick(index).to_rgba();
            let line = points.iter().map(|(&frames, point)| (frames as f64, point.spread(1).0));
            plot.draw_series(LineSeries::new(line.clone(), color.stroke_width(2)))?
                .label(name.as_str())
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], color.stroke_width(2)));
            plot.draw_series(line.map(|place| Circle::new(place, 3, color.filled())))?;
        }
        plot.configure_series_labels()
            .position(SeriesLabelPosition::LowerRight)
            .background_style(WHITE.mix(0.8))
            .draw()?;
        area.present()?;
    }
    Ok(document)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

    use super::*;

    const TABLE: &str = "kind,seed,frames,group,prompts,precision,probability,iou\n\
        amortized,1,8,seen prompts,56,0.3,0.2,0.4\n\
        amortized,2,8,seen prompts,56,0.3,0.4,0.6\n\
        amortized,1,16,seen prompts,56,0.6,0.8,0.7\n\
        single,1,8,seen prompts,1,0.0,0.1,0.2\n\
        single,1,8,seen prompts,1,1.0,0.5,0.4\n";

    fn report(table: &str) -> Result<(String, String, String), TrainError> {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("budgets.csv"), table).unwrap();
        run(&Budgets { table: at("budgets.csv"), output: at("report.md") })?;
        let read = |name: &str| std::fs::read_to_string(at(name)).unwrap();
        Ok((read("report.md"), read("report.html"), read("report.svg")))
    }

    #[test]
    fn report_has_means_over_seeds_and_prompts() {
        let (markdown, html, svg) = report(TABLE).unwrap();
        assert!(
            markdown.contains("| amortized, seen prompts | 2 | 0.300 ± 0.100 | 0.800 ± 0.000 |"),
            "{markdown}"
        );
        assert!(markdown.contains("| single, seen prompts | 1 | 0.300 ± 0.000 | |"), "{markdown}");
        assert!(markdown.contains("(report.svg)"));
        assert!(html.contains("<table>") && html.contains("<img src=\"report.svg\""), "{html}");
        assert!(svg.starts_with("<svg") && svg.contains("amortized, seen prompts"));
    }

    #[test]
    fn unusable_tables_are_refused() {
        let message = |table: &str| report(table).err().unwrap().to_string();
        let columns = TABLE.lines().next().unwrap();
        assert!(message(&format!("{columns}\n")).contains("found no lines"));
        assert!(message("kind,seed\namortized,1\n").contains("frames"));
        assert!(
            message(&TABLE.replace("0.8", "much")).contains("much") || message("a\nb\n").contains("expected")
        );
    }
}
