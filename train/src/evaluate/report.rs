//! The tables and the confusion matrix.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use toybox::{Noun, SceneSpec};

use super::finish;
use super::measure::Score;
use super::nouns::{self, Recognised};
use super::scenes::{ATTRIBUTES, Question};
use crate::TrainError;

/// All scores, by the kind of their prompts.
pub struct Report {
    pub pairs: Vec<Score>,
    pub triples: Vec<Score>,
    pub papers: Vec<Score>,
    pub seen: Vec<Score>,
    /// Scores of the seen scenes in unseen phrasings.
    pub rephrased: Vec<Score>,
    /// Index in `seen` of each scene of `rephrased`.
    pub said_again: Vec<usize>,
    /// Floating-point operations of a prompt.
    pub operations: u64,
    /// Number of plane cells along an axis that the upsampler makes of one cell.
    pub upsample: usize,
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn worst_decile(scores: &[Score]) -> f64 {
    let mut values: Vec<f64> = scores.iter().map(|score| score.iou).collect();
    values.sort_by(f64::total_cmp);
    mean(values.iter().copied().take((values.len() / 10).max(1)))
}

type Edits = Vec<(&'static str, f64)>;

fn edit_of(scores: &[Score], name: &str, pick: fn(&Score) -> &Edits) -> f64 {
    mean(scores.iter().flat_map(|score| pick(score).iter()).filter(|edit| edit.0 == name).map(|edit| edit.1))
}

fn edit_mean(scores: &[Score], pick: fn(&Score) -> &Edits) -> f64 {
    mean(ATTRIBUTES.iter().map(|name| edit_of(scores, name, pick)))
}

impl Report {
    /// Prints the tables. `specs` are the specs of the pairs, followed by those of the seen scenes.
    pub fn print(&self, specs: &[SceneSpec]) {
        println!("Exported package, embedded engine, 128³\n");
        println!(
            "| prompts | count | mean IoU | worst decile | color error, sRGB | on parts under 0.1 in radius | metallic and roughness error | normal error at our vertices |"
        );
        println!("|---|---|---|---|---|---|---|---|");
        for (name, scores) in [
            ("held-out pairs", &self.pairs),
            ("held-out triples", &self.triples),
            ("the ATT3D paper's, held out", &self.papers),
            ("seen", &self.seen),
            ("the seen ones in unseen phrasings", &self.rephrased),
        ] {
            let of = |pick: fn(&Score) -> f64| mean(scores.iter().map(pick));
            println!(
                "| {name} | {} | {:.3} | {:.3} | {:.4} | {:.4} | {:.4} | {:.1}° |",
                scores.len(),
                of(|score| score.iou),
                worst_decile(scores),
                of(|score| score.color),
                of(|score| score.small_color),
                of(|score| score.material),
                of(|score| score.normal)
            );
        }
        self.print_pairs(specs);
    }

    fn print_pairs(&self, specs: &[SceneSpec]) {
        let pairs = &self.pairs;
        let of = |pick: fn(&Score) -> f64| mean(pairs.iter().map(pick));
        let iou = |scores: &[Score]| mean(scores.iter().map(|score| score.iou));
        println!("\n| held-out pairs | value | bar |\n|---|---|---|");
        println!("| mean IoU | {:.3} | ≥ 0.82 |", iou(pairs));
        println!("| mean IoU of the worst decile | {:.3} | ≥ 0.55 |", worst_decile(pairs));
        println!("| color error near the surface, sRGB | {:.4} | ≤ 0.05 |", of(|score| score.color));
        let index = self.checkerboard().into_iter().fold(f64::NAN, f64::max);
        println!("| checkerboard index at its worst multiple, seen prompts | {index:.2} | ≤ 1.3 |");
        println!(
            "| edit IoU, mean over attributes | {:.3} | ≥ 0.6 |",
            edit_mean(pairs, |score| &score.edits)
        );
        println!("| edit IoU on triples | {:.3} | |", edit_mean(&self.triples, |score| &score.edits));
        for name in ATTRIBUTES {
            println!("| edit IoU, {name} | {:.3} | |", edit_of(pairs, name, |score| &score.edits));
        }
        let new_shape = pairs.iter().zip(specs).filter(|(_, spec)| toybox::has_new_shape(spec));
        println!(
            "| mean IoU where the new pair changes the shape | {:.3} | |",
            mean(new_shape.map(|(score, _)| score.iou))
        );
        let known = |by: fn(&Score) -> Option<Noun>| {
            let right = pairs.iter().zip(specs).filter(|(score, spec)| by(score) == Some(spec.noun));
            right.count() as f64 / pairs.len().max(1) as f64
        };
        println!(
            "| noun recognized, by shape and color | {:.3} | ≥ 0.97 |",
            known(|score| score.recognised.seen)
        );
        println!("| noun recognized, by shape alone | {:.3} | |", known(|score| score.recognised.by_shape));
        println!(
            "| noun recognized at a glance: in cells of a fortieth of the box | {:.3} | |",
            known(|score| score.recognised.at_a_glance)
        );
        let said =
            mean(self.said_again.iter().filter_map(|&index| self.seen.get(index)).map(|score| score.iou));
        let phrasing = said - iou(&self.rephrased);
        println!("| seen phrasings minus unseen, IoU | {phrasing:.3} | within 0.02 |");
        println!("| true surface with ours within 0.02 | {:.3} | |", of(|score| score.recall));
        println!("| our surface with the true one within 0.02 | {:.3} | |", of(|score| score.precision));
        println!(
            "| true surface of thin parts with ours within 0.02 | {:.3} | |",
            of(|score| score.thin_recall)
        );
        println!("| stray components a mesh, beyond the true mesh's | {:.2} | |", of(|score| score.strays));
        println!("| components of the true mesh | {:.2} | |", of(|score| score.true_components));
        println!("| baseline, mean shape of the noun: IoU | {:.3} | beaten |", of(|score| score.mean_iou));
        println!(
            "| baseline, nearest training prompt, where its shape differs: IoU | {:.3} | beaten |",
            of(|score| score.nearest_iou)
        );
        println!(
            "| baseline, nearest training prompt, where its shape is the same: color error | {:.4} | beaten |",
            of(|score| score.nearest_color)
        );
        let nearest = edit_mean(pairs, |score| &score.nearest_edits);
        println!("| baseline, nearest training prompt: edit IoU | {nearest:.3} | beaten |");
        println!(
            "| GFLOP a prompt, text encoder and generator | {:.2} | ≤ 6 |",
            self.operations as f64 / 1e9
        );
        let (median, alike) = nouns::pairwise();
        println!("| median IoU of two nouns | {median:.3} | ≤ 0.5 |");
        println!("| scenes with a part thinner than 0.06 | {:.3} | ≥ 0.25 |", nouns::thin_share(specs));
        let alike = alike
            .iter()
            .map(|(one, two, iou)| format!("{} and {} {iou:.2}", one.entry().name, two.entry().name));
        println!("\nMost alike: {}.", alike.collect::<Vec<_>>().join(", "));
        let mut mistaken: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (score, spec) in
            pairs.iter().zip(specs).filter(|(score, spec)| score.recognised.seen != Some(spec.noun))
        {
            *mistaken
                .entry((
                    spec.noun.entry().name,
                    score.recognised.seen.map_or("nothing", |noun| noun.entry().name),
                ))
                .or_default() += 1;
        }
        let mistaken: Vec<_> =
            mistaken.iter().map(|((is, seems), count)| format!("{is} for {seems} {count}")).collect();
        println!("Mistaken: {}.", if mistaken.is_empty() { "none".into() } else { mistaken.join(", ") });
    }

    /// Returns the result of [`finish::checkerboard`] for the mean spectrum of the seen prompts.
    fn checkerboard(&self) -> Vec<f64> {
        let bins = self.seen.first().map_or(0, |score| score.spectrum.len());
        let mean = |bin: usize| mean(self.seen.iter().filter_map(|score| score.spectrum.get(bin)).copied());
        finish::checkerboard(&(0..bins).map(mean).collect::<Vec<_>>(), self.upsample.max(1))
    }

    /// Writes the confusion matrix: a row for each noun of the pairs' prompts, and a column for each
    /// recognized noun.
    pub fn write_confusion(&self, pairs: &[Question], path: &Path) -> Result<(), TrainError> {
        let mut text = String::from("noun");
        for noun in Noun::all() {
            let _ = write!(text, ",{}", noun.entry().name);
        }
        for noun in Noun::all() {
            let of_noun = pairs.iter().zip(&self.pairs).filter(|(question, _)| question.spec.noun == noun);
            let seems: Vec<Option<Noun>> = of_noun.map(|(_, score)| score.recognised.seen).collect();
            let _ = write!(text, "\n{}", noun.entry().name);
            for other in Noun::all() {
                let _ = write!(text, ",{}", seems.iter().filter(|seems| **seems == Some(other)).count());
            }
        }
        text.push('\n');
        std::fs::write(path, text).map_err(|source| TrainError::io(path, source))
    }

    /// Writes a row for each prompt of the pairs: the prompt, its scores, and the recognized nouns.
    pub fn write_scores(&self, pairs: &[Question], path: &Path) -> Result<(), TrainError> {
        let mut text =
            String::from("prompt,noun,recognized,by shape,at a glance,iou,color error,material error\n");
        let name = |noun: Option<Noun>| noun.map_or("", |noun| noun.entry().name);
        for (question, score) in pairs.iter().zip(&self.pairs) {
            let Recognised { seen, by_shape, at_a_glance } = score.recognised;
            let [seen, by_shape, glance] = [seen, by_shape, at_a_glance].map(name);
            let noun = question.spec.noun.entry().name;
            let (iou, color, material) = (score.iou, score.color, score.material);
            let _ = writeln!(
                text,
                "\"{}\",{noun},{seen},{by_shape},{glance},{iou:.4},{color:.4},{material:.4}",
                question.prompt
            );
        }
        std::fs::write(path, text).map_err(|source| TrainError::io(path, source))
    }
}
