//! `att3d words`: the words that a model knows.

use clap::Args;
use serde_json::json;

use crate::failure::Failure;
use crate::options::ModelOptions;

/// Arguments of `att3d words`.
#[derive(Args)]
pub struct Words {
    #[command(flatten)]
    model: ModelOptions,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

impl Words {
    /// Runs the verb.
    pub fn run(&self) -> Result<(), Failure> {
        let model = self.model.load()?;
        let words = model.words();
        if self.json {
            println!("{}", json!(words));
        } else {
            for word in words {
                println!("{word}");
            }
        }
        Ok(())
    }
}
