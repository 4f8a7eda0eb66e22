//! Classes of prompts: prompts that the toybox draws as the same scene have one class, such as "riding a
//! bike" and "riding a bicycle".

use toybox::{Scene, SceneSpec};

use crate::TrainError;
use crate::prior::scene_of;

/// Prompts with their classes.
pub struct Classes {
    /// Texts of the prompts.
    pub prompts: Vec<String>,
    /// Class of each prompt.
    pub of: Vec<usize>,
    /// Description of the scene of each class.
    pub specs: Vec<SceneSpec>,
    /// Scene of each class.
    pub scenes: Vec<Scene>,
}

impl Classes {
    /// Finds the classes of prompts by their parsed scenes. Errors: `Prior` for a prompt that the toybox
    /// cannot draw.
    pub fn new(prompts: Vec<String>) -> Result<Self, TrainError> {
        let mut classes = Self { prompts, of: Vec::new(), specs: Vec::new(), scenes: Vec::new() };
        for prompt in &classes.prompts {
            let (spec, scene) = parsed(prompt)?;
            let known = classes.specs.iter().position(|known| *known == spec);
            classes.of.push(known.unwrap_or(classes.specs.len()));
            if known.is_none() {
                classes.specs.push(spec);
                classes.scenes.push(scene);
            }
        }
        Ok(classes)
    }

    /// Returns the indices of the prompts of each class.
    pub fn members(&self) -> Vec<Vec<usize>> {
        let mut members = vec![Vec::new(); self.specs.len()];
        self.of.iter().enumerate().for_each(|(prompt, &class)| members[class].push(prompt));
        members
    }

    /// Returns the probability of a prompt's class if each prompt is equally probable.
    pub fn chance(&self, prompt: usize) -> f64 {
        let equal = self.of.iter().filter(|class| **class == self.of[prompt]).count();
        equal as f64 / self.of.len().max(1) as f64
    }
}

/// Returns the description and the scene of a prompt. Errors: `Prior`.
fn parsed(prompt: &str) -> Result<(SceneSpec, Scene), TrainError> {
    let scene = scene_of("prompt", prompt)?;
    // `scene_of` has parsed the same text, so the second error cannot occur.
    let reason = |source: toybox::ParseError| crate::prior::PriorError::Prompt {
        place: "prompt".into(),
        prompt: prompt.into(),
        reason: source.to_string(),
    };
    Ok((toybox::parse(prompt).map_err(reason)?.spec, scene))
}
