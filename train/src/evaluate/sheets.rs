//! Contact sheets of a model's results.

use std::path::Path;

use att3d::engine::run_on_threads;
use att3d::pipeline::{GenerateOptions, Model, PipelineError, generate};
use att3d::render::{Camera, Image, RenderOptions, contact_sheet, render};

use super::scenes::Question;
use crate::TrainError;

/// Writes a contact sheet of the results for the prompts. A prompt without a surface gets an empty picture.
pub fn write(
    model: &Model,
    questions: &[Question],
    columns: usize,
    size: u32,
    path: &Path,
) -> Result<(), TrainError> {
    let mut pictures = Vec::with_capacity(questions.len());
    for question in questions {
        let mesh = match generate(model, &question.prompt, &GenerateOptions::default()) {
            Ok(generated) => generated.mesh,
            Err(PipelineError::Surface(_)) => {
                pictures.push(Image::filled(size, size, [255; 4]));
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let options = RenderOptions { width: size, height: size, ..RenderOptions::default() };
        let draw = || render(&mesh, &Camera::default(), &options);
        pictures.push(run_on_threads(model.engine().as_ref(), draw)?.map_err(TrainError::picture)?);
    }
    let captions: Vec<&str> = questions.iter().map(|question| question.prompt.as_str()).collect();
    let sheet = contact_sheet(&pictures, &captions, columns).map_err(TrainError::picture)?;
    sheet.write_small_png(path).map_err(TrainError::picture)
}
