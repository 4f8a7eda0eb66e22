//! The report of a distilled model, in Markdown.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;

use super::score::{Score, mean};

/// Scores of one prompt.
pub struct Row {
    /// Text of the prompt.
    pub prompt: String,
    /// Whether the model was trained without the prompt.
    pub is_held_out: bool,
    /// Whether a seen prompt has the same scene.
    pub has_seen_scene: bool,
    /// Score of renders of the model.
    pub ours: Score,
    /// Score of renders of the exact scene.
    pub truth: Score,
    /// R-precision and R-probability of a random choice among the prompts.
    pub chance: f64,
    /// IoU of the model's field with the exact scene.
    pub iou: f64,
}

/// All that a report states.
pub struct Report {
    /// Scores of the prompts.
    pub rows: Vec<Row>,
    /// Number of prompts among which the judge selects.
    pub queries: usize,
    /// Number of different scenes of these prompts.
    pub scenes: usize,
    /// Prompts of the contact sheet, from the top.
    pub shown: Vec<String>,
    /// Number of steps of the judge.
    pub judge_step: u64,
    /// Inverse temperature of the judge.
    pub scale: f64,
    /// Training provenance of the package.
    pub provenance: BTreeMap<String, Value>,
    /// Path of the package.
    pub package: String,
    /// Name of the contact sheet's file.
    pub sheet: String,
}

/// A group of prompts in the table.
type Group = (&'static str, fn(&Row) -> bool);

const GROUPS: [Group; 3] = [
    ("seen prompts", |row| !row.is_held_out),
    ("held-out prompts", |row| row.is_held_out),
    ("held-out prompts without a seen scene", |row| row.is_held_out && !row.has_seen_scene),
];

impl Report {
    /// Returns the text of the report.
    pub fn markdown(&self) -> String {
        let mut text = format!("# Scores of {}\n\n", self.package);
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "Four views of each prompt, scored among {} prompts with {} different scenes. Prompts with the same scene \
             count as correct for each other.\nThe judge has {} steps and the inverse temperature {:.1}. IoU is that \
             of the field with the exact scene, on 64³ cells.\n",
            self.queries, self.scenes, self.judge_step, self.scale
        );
        text.push_str("| renders | prompts | R-precision | R-probability | IoU |\n|---|---|---|---|---|\n");
        for (name, belongs) in GROUPS {
            self.write_group(&mut text, &format!("model, {name}"), belongs, |row| row.ours, |row| row.iou);
        }
        for (name, belongs) in &GROUPS[..2] {
            let name = format!("exact scenes, {name}");
            self.write_group(&mut text, &name, *belongs, |row| row.truth, |_| 1.0);
        }
        let chance = |row: &Row| Score { precision: row.chance, probability: row.chance };
        self.write_group(&mut text, "random choice", |_| true, chance, |_| f64::NAN);
        self.write_budget(&mut text);
        self.write_prompts(&mut text);
        if !self.shown.is_empty() {
            let _ = writeln!(
                text,
                "\n![Contact sheet]({})\n\nContact sheet: four views of the model, then four of the exact scene. \
                 Rows:\n",
                self.sheet
            );
            for prompt in &self.shown {
                let _ = writeln!(text, "1. {prompt}");
            }
        }
        text
    }

    fn write_group(
        &self,
        text: &mut String,
        name: &str,
        belongs: fn(&Row) -> bool,
        score: fn(&Row) -> Score,
        iou: fn(&Row) -> f64,
    ) {
        let rows: Vec<&Row> = self.rows.iter().filter(|row| belongs(row)).collect();
        if rows.is_empty() {
            return;
        }
        let scores: Vec<Score> = rows.iter().map(|row| score(row)).collect();
        let Score { precision, probability } = mean(scores.iter());
        let iou = number(rows.iter().map(|row| iou(row)).sum::<f64>() / rows.len() as f64);
        let _ = writeln!(text, "| {name} | {} | {precision:.3} | {probability:.3} | {iou} |", rows.len());
    }

    /// Writes what the training of the model cost, as far as the package states it.
    fn write_budget(&self, text: &mut String) {
        text.push_str("\n| training | value |\n|---|---|\n");
        let stated = |key: &str| self.provenance.get(key).map_or("not stated".into(), plain);
        for key in ["trained on", "steps", "minutes", "rendered frames"] {
            let _ = writeln!(text, "| {key} | {} |", stated(key));
        }
        let frames = self.frames_per_prompt().map_or("not stated".into(), |frames| format!("{frames:.0}"));
        let _ = writeln!(text, "| rendered frames per prompt | {frames} |");
    }

    /// Returns the number of rendered frames per trained prompt, if the package states both numbers.
    fn frames_per_prompt(&self) -> Option<f64> {
        let frames = self.provenance.get("rendered frames")?.as_f64()?;
        let trained = self.provenance.get("trained on")?.as_str()?;
        let prompts: f64 = trained.split_once(" prompts")?.0.parse().ok()?;
        (prompts > 0.0).then_some(frames / prompts)
    }

    fn write_prompts(&self, text: &mut String) {
        text.push_str(
            "\n| prompt | set | R-precision | R-probability | IoU | R-probability, exact scene |\n",
        );
        text.push_str("|---|---|---|---|---|---|\n");
        for Row { prompt, is_held_out, ours, truth, iou, .. } in &self.rows {
            let set = if *is_held_out { "held out" } else { "seen" };
            let Score { precision, probability } = ours;
            let (iou, exact) = (number(*iou), truth.probability);
            let _ = writeln!(
                text,
                "| {prompt} | {set} | {precision:.2} | {probability:.3} | {iou} | {exact:.3} |"
            );
        }
    }
}

/// Returns a number for the table; nothing for NaN.
fn number(value: f64) -> String {
    if value.is_nan() { String::new() } else { format!("{value:.3}") }
}

/// Returns a value of the provenance without quotation marks.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
