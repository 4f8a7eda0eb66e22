//! `att3d convert`: another program's model to a package.

use std::path::PathBuf;

use att3d::convert::{ConvertOptions, convert};
use clap::Args;

use crate::failure::Failure;
use crate::options::Number;
use crate::output::{print, warn};

/// Arguments of `att3d convert`.
#[derive(Args)]
pub struct Convert {
    /// A Triplane-Transformer's tensors (.safetensors, or a folder of them), or a manifest (.json) for anything else.
    source: PathBuf,
    /// The package to write.
    #[arg(short, long, value_name = "FILE.att3d")]
    output: PathBuf,
    /// The folder of the text encoder, as Hugging Face's libraries save it.
    #[arg(long, value_name = "FOLDER")]
    text: Option<PathBuf>,
    /// The folder of its tokenizer, where that is not in it, nor in `tokenizer` beside it.
    #[arg(long, value_name = "FOLDER")]
    tokenizer: Option<PathBuf>,
    /// How numbers are stored. Default: as the source has them.
    #[arg(long, value_enum)]
    precision: Option<Number>,
}

impl Convert {
    /// Runs the verb.
    pub fn run(&self) -> Result<(), Failure> {
        let options = ConvertOptions {
            text: self.text.clone(),
            tokenizer: self.tokenizer.clone(),
            precision: self.precision.map(Number::precision),
        };
        let converted = convert(&self.source, &self.output, &options)?;
        print(format_args!("{}: {} parameters", self.output.display(), converted.parameters))?;
        if !converted.left_out.is_empty() {
            warn(format_args!("left out, as no network asked for them: {}", converted.left_out.join(", ")));
        }
        Ok(())
    }
}
