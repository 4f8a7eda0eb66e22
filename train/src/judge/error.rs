//! Errors of judges.

use std::path::PathBuf;

/// The reason why a judge cannot be trained or used.
#[derive(Debug, thiserror::Error)]
pub enum JudgeError {
    /// A run folder has no checkpoint.
    #[error("{}: no checkpoint of a judge found; train one first with `att3d-train judge`", .0.display())]
    NoCheckpoint(PathBuf),
    /// The checkpoint has another version, or it belongs to another kind of run.
    #[error(
        "{}: the judge has format version {found}; expected {expected}; give the folder of a run of `att3d-train \
         judge`, or train the judge again", path.display()
    )]
    Version {
        /// Path of the checkpoint.
        path: PathBuf,
        /// Version in the file; "none" if the file does not state one.
        found: String,
        /// Version that this program reads.
        expected: u64,
    },
    /// A setting is out of range.
    #[error("{name} is {found}; expected {expected}")]
    Setting {
        /// Name of the setting.
        name: &'static str,
        /// Value that was found.
        found: String,
        /// Values that are accepted.
        expected: &'static str,
    },
    /// All prompts show the same scene.
    #[error("{prompts} prompts with {scenes} different scenes found; expected 2 scenes or more; add prompts")]
    FewScenes {
        /// Number of prompts.
        prompts: usize,
        /// Number of different scenes.
        scenes: usize,
    },
    /// A judge did not learn the scene of a prompt.
    #[error(
        "the judge has not learned the scene of the prompt \"{prompt}\"; expected a scene of its {known} prompts; \
         train a judge with all prompts that are scored"
    )]
    Unlearned {
        /// Text of the prompt.
        prompt: String,
        /// Number of prompts that the judge has learned.
        known: usize,
    },
    /// A prompt that should be scored is not in the set.
    #[error(
        "the prompt \"{prompt}\" is not among the {count} prompts of the set; give the exact text of one"
    )]
    NotInSet {
        /// Text of the prompt.
        prompt: String,
        /// Number of prompts of the set.
        count: usize,
    },
    /// A table of scores cannot be read.
    #[error(
        "{}: found {found}; expected the columns kind, seed, frames, group, prompts, precision, probability and iou, \
         as train/reports/budgets.sh writes them", path.display()
    )]
    Table {
        /// Path of the table.
        path: PathBuf,
        /// What was found.
        found: String,
    },
    /// A chart could not be drawn.
    #[error("the chart could not be drawn: {0}")]
    Chart(String),
    /// A picture has values that are not finite.
    #[error(
        "a picture of the prompt \"{prompt}\" has values that are not finite; check the weights of the package"
    )]
    NotFinite {
        /// Text of the prompt.
        prompt: String,
    },
}
