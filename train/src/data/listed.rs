//! Training on the scenes of a list of prompts instead of random scenes of the toybox.

use toybox::{Random, SceneSpec};

use super::shaped::Shaped;
use crate::TrainError;

/// The scenes of a list of prompts.
pub struct Listed {
    /// The prompts with their scenes.
    scenes: Vec<(String, SceneSpec)>,
}

impl Listed {
    /// Share of the prompts with a cloud whose cloud is of another scene of the list.
    const OTHER: f32 = 0.5;

    /// Reads the scenes of prompts. prompts: not empty. Errors: `Prompt` for a prompt that the toybox cannot
    /// draw.
    pub fn new(prompts: &[String]) -> Result<Self, TrainError> {
        let scene = |prompt: &String| {
            let scene = crate::prior::scene_of("prompts", prompt)?;
            Ok((prompt.clone(), *scene.spec()))
        };
        Ok(Self { scenes: prompts.iter().map(scene).collect::<Result<_, TrainError>>()? })
    }

    /// Draws a prompt; all have the same probability.
    pub fn draw(&self, random: &mut Random) -> &(String, SceneSpec) {
        &self.scenes[random.below(self.scenes.len())]
    }

    /// Draws a prompt with a shape: the scene of the prompt itself, or another one of the list.
    pub fn shaped(&self, random: &mut Random) -> Shaped {
        let (prompt, said) = self.draw(random);
        let given = if random.chance(Self::OTHER) { self.draw(random).1 } else { *said };
        Shaped::between(prompt.clone(), said, &given, 0.4, random)
    }
}
