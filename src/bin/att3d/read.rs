//! `att3d read`: prints how prompts are understood, without making meshes.

use att3d::pipeline::{ErrorKind, Purpose, Reading};
use clap::Args;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::options::ModelOptions;
use crate::output::print;
use crate::report::{replaced_json, understood_json};

/// Arguments of `att3d read`.
#[derive(Args)]
pub struct Read {
    /// The prompts.
    #[arg(required = true)]
    prompts: Vec<String>,
    /// Reads the prompts as `stylize` does: a change alone ("made of gold") is enough.
    #[arg(long)]
    change: bool,
    #[command(flatten)]
    model: ModelOptions,
    /// Prints one line of JSON per prompt.
    #[arg(long)]
    json: bool,
}

impl Read {
    /// Runs the verb. Every prompt is read. The error of the first prompt that cannot be used is returned at
    /// the end. Errors: those of the model; `Pipeline` for a prompt; `Output`.
    pub fn run(&self) -> Result<(), Failure> {
        let model = self.model.load()?;
        let purpose = if self.change { Purpose::Change } else { Purpose::Thing };
        let mut failure = None;
        for prompt in &self.prompts {
            match model.read(prompt, purpose) {
                Ok(reading) => self.print(prompt, &reading)?,
                Err(error) if error.kind() == ErrorKind::Prompt => {
                    let error = Failure::from(error);
                    self.print_refusal(prompt, &error)?;
                    failure.get_or_insert(error);
                }
                Err(error) => return Err(error.into()),
            }
        }
        failure.map_or(Ok(()), Err)
    }

    fn print(&self, prompt: &str, reading: &Reading) -> Result<(), Failure> {
        if self.json {
            let line = json!({
                "prompt": prompt,
                "understood": understood_json(reading),
                "left_out": reading.left_out,
                "replaced": replaced_json(reading),
            });
            print(line)
        } else {
            print(reading.understood().unwrap_or_else(|| reading.phrase.clone()))
        }
    }

    fn print_refusal(&self, prompt: &str, error: &Failure) -> Result<(), Failure> {
        if self.json {
            print(json!({ "prompt": prompt, "understood": Value::Null, "error": error.message() }))
        } else {
            print("-")
        }
    }
}
