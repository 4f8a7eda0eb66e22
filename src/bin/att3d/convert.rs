//! `att3d convert`: converts another program's model to a package.

use std::path::{Path, PathBuf};

use att3d::convert::{ConvertOptions, convert_with_progress};
use clap::Args;

use crate::failure::Failure;
use crate::options::Number;
use crate::output::{print, progress_bar, warn};
use crate::published;

/// Arguments of `att3d convert`.
#[derive(Args)]
pub struct Convert {
    /// The tensors of a Triplane-Transformer or of an adapter of TriplaneTurbo (.safetensors, a folder of
    /// them, or .pth), or a manifest (.json) for any other model.
    source: PathBuf,
    /// The package to write. A name without an extension means a folder.
    #[arg(short, long, value_name = "FILE.att3d")]
    output: PathBuf,
    /// The folder of the text encoder, as Hugging Face's libraries save it.
    #[arg(long, value_name = "FOLDER")]
    text: Option<PathBuf>,
    /// The folder of its tokenizer. Default: the text encoder's folder, or `tokenizer` beside it.
    #[arg(long, value_name = "FOLDER")]
    tokenizer: Option<PathBuf>,
    /// The folder of the model that an adapter changes: stable-diffusion-2-1-base, as diffusers saves it.
    #[arg(long, value_name = "FOLDER")]
    base: Option<PathBuf>,
    /// Number format of the stored tensors. Default: the format of the source, and f16 for an adapter.
    #[arg(long, value_enum)]
    precision: Option<Number>,
}

impl Convert {
    /// Runs the verb. Errors: `Convert`, `Output`.
    pub fn run(&self) -> Result<(), Failure> {
        let options = ConvertOptions {
            text: self.text.clone(),
            tokenizer: self.tokenizer.clone(),
            base: self.base.clone(),
            precision: self.precision.map(Number::precision),
        };
        let bar = progress_bar(false);
        let on_progress = |fraction: f32| {
            bar.set_position((fraction * 100.0) as u64);
            Ok(())
        };
        let converted = convert_with_progress(&self.source, &self.output, &options, &on_progress)?;
        bar.finish_and_clear();
        print(format_args!("{}: {} parameters", self.output.display(), converted.parameters))?;
        for note in &converted.notes {
            print(note)?;
        }
        if let Some(base) = &self.base {
            compare(base)?;
        }
        if !converted.left_out.is_empty() {
            warn(format_args!("left out, because no network uses them: {}", converted.left_out.join(", ")));
        }
        Ok(())
    }
}

/// Prints whether the base model's files are the published ones. Only checksums distinguish models with the
/// same sizes. Errors: `Output`.
fn compare(base: &Path) -> Result<(), Failure> {
    let others = published::other_files(base);
    if others.is_empty() {
        return print("base files: they have the checksums of the published stable-diffusion-2-1-base");
    }
    warn(format_args!(
        "these files differ from the published stable-diffusion-2-1-base: {}; a copy in half precision is right, another model is not",
        others.join(", ")
    ));
    Ok(())
}
