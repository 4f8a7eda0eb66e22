//! Offsets of latents, which refine the result for one prompt.

use std::path::Path;

use crate::nn::Latent;
use crate::tensor::Tensor;
use crate::text::Purpose;
use crate::weights::{Offset, OffsetError, OffsetProblem};

use super::{Model, PipelineError};

/// Name of an offset in messages if its path is not known.
const UNNAMED: &str = "the offset";

impl Model {
    /// Reads an offset and checks that it is for this model. Errors: `Offset`.
    pub fn read_offset(&self, path: &Path) -> Result<Offset, PipelineError> {
        let offset = Offset::read(path)?;
        self.check_offset(&offset).map_err(|problem| OffsetError::new(path.display(), problem))?;
        Ok(offset)
    }

    /// Adds an offset to each latent of a batch. Errors: `Offset` for an offset of another model; `Tensor`.
    pub fn add_offset(&self, latent: &Latent, offset: &Offset) -> Result<Latent, PipelineError> {
        self.check_offset(offset).map_err(|problem| OffsetError::new(UNNAMED, problem))?;
        let text = &self.config().text;
        let whole = |numbers: &[f32], shape: &[usize]| {
            let mut whole = numbers.to_vec();
            whole.resize(shape.iter().product(), 0.0);
            Tensor::from_slice(self.engine(), &whole, shape)
        };
        let added = Latent {
            tokens: whole(offset.tokens(), &[1, text.context_length, text.width])?,
            pooled: whole(offset.pooled(), &[1, text.width])?,
        };
        Ok(latent.add(&added)?)
    }

    /// Returns whether an offset was made for a prompt that this model reads as the given one.
    pub fn is_offset_for(&self, offset: &Offset, prompt: &str) -> bool {
        let phrase = |prompt: &str| self.read(prompt, Purpose::Change).ok().map(|reading| reading.phrase);
        let made_for = offset.prompt();
        made_for == prompt || phrase(made_for).is_some_and(|made_for| Some(made_for) == phrase(prompt))
    }

    /// Checks that an offset is for latents of this model. Errors: `OtherModel`, `OtherSizes`.
    fn check_offset(&self, offset: &Offset) -> Result<(), OffsetProblem> {
        if !offset.model().eq_ignore_ascii_case(self.digest()) {
            let (found, expected) = (offset.model().to_owned(), self.digest().to_owned());
            return Err(OffsetProblem::OtherModel { found, expected });
        }
        let text = &self.config().text;
        let (width, rows) = (offset.width(), offset.tokens().len() / offset.width().max(1));
        if width == text.width && rows <= text.context_length {
            return Ok(());
        }
        // Only a crafted file has the digest of this model and other sizes.
        let (most_rows, expected_width) = (text.context_length, text.width);
        Err(OffsetProblem::OtherSizes { rows, width, most_rows, expected_width })
    }
}
