//! The prompts whose pictures a prior learns.

use std::fmt::{Display, Formatter};
use std::fs;
use std::path::PathBuf;
use std::str::FromStr;

use toybox::Scene;

use super::error::PriorError;
use crate::TrainError;

/// The activities of ATT3D's pig prompts (B.1.12).
const ACTIVITIES: [&str; 8] = [
    "riding a bicycle",
    "sitting on a chair",
    "playing the guitar",
    "holding a shovel",
    "holding a blue balloon",
    "holding a book",
    "wielding a katana",
    "riding a bike",
];
/// The themes of ATT3D's pig prompts. The paper lists seven themes and counts 64 prompts, so the eighth theme
/// is none.
const THEMES: [&str; 8] = [
    " made out of gold",
    " carved out of wood",
    " wearing a leather jacket",
    " wearing a tophat",
    " wearing a party hat",
    " wearing a sombrero",
    " wearing medieval armor",
    "",
];

/// A set of prompts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PromptSet {
    /// ATT3D's 64 pig prompts.
    Pigs,
    /// The lines of a text file. Empty lines, and lines that begin with `#`, are skipped.
    File(PathBuf),
}

impl FromStr for PromptSet {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(if text == "pigs" { Self::Pigs } else { Self::File(text.into()) })
    }
}

impl Display for PromptSet {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Pigs => formatter.write_str("pigs"),
            Self::File(path) => write!(formatter, "{}", path.display()),
        }
    }
}

/// A prompt of the pig set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PigPrompt {
    /// Text of the prompt.
    pub text: String,
    /// Whether ATT3D trains its generator without this prompt: the i-th activity with the i-th theme.
    pub is_held_out: bool,
}

/// Returns ATT3D's pig prompts, activity by activity: 56 for training and 8 that are held out. The prior
/// learns all of them, as the paper's prior knows what its unseen prompts look like.
pub fn pig_prompts() -> Vec<PigPrompt> {
    let activities = ACTIVITIES.iter().enumerate();
    let pairs = activities.flat_map(|one| THEMES.iter().enumerate().map(move |two| (one, two)));
    pairs
        .map(|((row, activity), (column, theme))| PigPrompt {
            text: format!("a pig {activity}{theme}"),
            is_held_out: row == column,
        })
        .collect()
}

impl PromptSet {
    /// Reads the prompts, each with its place for messages. Errors: `Io`, `NoPrompts`.
    fn lines(&self) -> Result<Vec<(String, String)>, TrainError> {
        let path = match self {
            Self::Pigs => {
                return Ok(pig_prompts().into_iter().map(|pig| ("pigs".into(), pig.text)).collect());
            }
            Self::File(path) => path,
        };
        let text = fs::read_to_string(path).map_err(|source| TrainError::io(path, source))?;
        let lines = text.lines().map(str::trim).enumerate();
        let lines: Vec<_> = lines
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
            .map(|(index, line)| (format!("{}, line {}", path.display(), index + 1), line.to_owned()))
            .collect();
        if lines.is_empty() {
            return Err(PriorError::NoPrompts(path.clone()).into());
        }
        Ok(lines)
    }

    /// Returns the texts of the prompts with which a generator is trained: those of the file, or the pig
    /// prompts that are not held out. The toybox need not be able to draw them. Errors: `Io`, `NoPrompts`.
    pub fn read_for_training(&self) -> Result<Vec<String>, TrainError> {
        let lines = self.lines()?;
        let held_out: Vec<String> = match self {
            Self::Pigs => {
                pig_prompts().into_iter().filter(|pig| pig.is_held_out).map(|pig| pig.text).collect()
            }
            Self::File(_) => Vec::new(),
        };
        Ok(lines.into_iter().map(|(_, prompt)| prompt).filter(|prompt| !held_out.contains(prompt)).collect())
    }

    /// Returns the texts of the prompts. Errors: `Io`; `NoPrompts`; `Prompt` for a prompt that the toybox
    /// cannot draw.
    pub fn read(&self) -> Result<Vec<String>, TrainError> {
        let lines = self.lines()?;
        for (place, prompt) in &lines {
            scene_of(place, prompt)?;
        }
        Ok(lines.into_iter().map(|(_, prompt)| prompt).collect())
    }
}

/// Returns the scene of a prompt. place: origin of the prompt for the message. Errors: `Prompt`.
pub fn scene_of(place: &str, prompt: &str) -> Result<Scene, PriorError> {
    let error = |reason| PriorError::Prompt { place: place.to_owned(), prompt: prompt.to_owned(), reason };
    let parsed = toybox::parse(prompt).map_err(|source| error(source.to_string()))?;
    if !parsed.unknown_words.is_empty() {
        return Err(error(format!("unknown words: {}", parsed.unknown_words.join(", "))));
    }
    Ok(Scene::build(&parsed.spec))
}
