//! `att3d read`: what is understood of prompts, without making anything.

use att3d::pipeline::{ErrorKind, PipelineError, Purpose, Reading};
use clap::Args;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::options::ModelOptions;
use crate::report::{replaced_json, understood_json};

/// Arguments of `att3d read`.
#[derive(Args)]
pub struct Read {
    /// The prompts.
    #[arg(required = true)]
    prompts: Vec<String>,
    /// Reads them as `stylize` does: a change alone ("made of gold") is enough.
    #[arg(long)]
    change: bool,
    #[command(flatten)]
    model: ModelOptions,
    /// Prints a line of JSON for each prompt.
    #[arg(long)]
    json: bool,
}

impl Read {
    /// Runs the verb. Every prompt is read; the first that cannot be used is the failure.
    pub fn run(&self) -> Result<(), Failure> {
        let model = self.model.load()?;
        let purpose = if self.change { Purpose::Change } else { Purpose::Thing };
        let mut failure = None;
        for prompt in &self.prompts {
            match model.read(prompt, purpose) {
                Ok(reading) => self.print(prompt, &reading),
                Err(error) if error.kind() == ErrorKind::Prompt => {
                    self.print_refusal(prompt, &error);
                    failure.get_or_insert(error);
                }
                Err(error) => return Err(error.into()),
            }
        }
        failure.map_or(Ok(()), |error| Err(error.into()))
    }

    fn print(&self, prompt: &str, reading: &Reading) {
        if self.json {
            let line = json!({
                "prompt": prompt,
                "understood": understood_json(reading),
                "left_out": reading.left_out,
                "replaced": replaced_json(reading),
            });
            println!("{line}");
        } else {
            println!("{}", reading.understood().unwrap_or_else(|| reading.phrase.clone()));
        }
    }

    fn print_refusal(&self, prompt: &str, error: &PipelineError) {
        if self.json {
            println!(
                "{}",
                json!({ "prompt": prompt, "understood": Value::Null, "error": error.to_string() })
            );
        } else {
            println!("-");
        }
    }
}
