//! `att3d convert`: converts another program's model to a package.

use std::path::PathBuf;

use att3d::convert::{ConvertOptions, convert};
use clap::Args;

use crate::failure::Failure;
use crate::options::Number;
use crate::output::{print, warn};

/// Arguments of `att3d convert`.
#[derive(Args)]
pub struct Convert {
    /// The tensors of a Triplane-Transformer (.safetensors, or a folder of them), or a manifest (.json) for
    /// any other model.
    source: PathBuf,
    /// The package to write.
    #[arg(short, long, value_name = "FILE.att3d")]
    output: PathBuf,
    /// The folder of the text encoder, as Hugging Face's libraries save it.
    #[arg(long, value_name = "FOLDER")]
    text: Option<PathBuf>,
    /// The folder of its tokenizer. Default: the text encoder's folder, or `tokenizer` beside it.
    #[arg(long, value_name = "FOLDER")]
    tokenizer: Option<PathBuf>,
    /// Number format of the stored tensors. Default: the format of the source.
    #[arg(long, value_enum)]
    precision: Option<Number>,
}

impl Convert {
    /// Runs the verb. Errors: `Convert`, `Output`.
    pub fn run(&self) -> Result<(), Failure> {
        let options = ConvertOptions {
            text: self.text.clone(),
            tokenizer: self.tokenizer.clone(),
            precision: self.precision.map(Number::precision),
        };
        let converted = convert(&self.source, &self.output, &options)?;
        print(format_args!("{}: {} parameters", self.output.display(), converted.parameters))?;
        if !converted.left_out.is_empty() {
            warn(format_args!("left out, because no network uses them: {}", converted.left_out.join(", ")));
        }
        Ok(())
    }
}
