//! `att3d words`: lists the words that a model knows, group by group.

use clap::Args;
use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::options::ModelOptions;
use crate::output::print;

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
    /// Runs the verb. Errors: those of the model, `Output`.
    pub fn run(&self) -> Result<(), Failure> {
        let model = self.model.load()?;
        let (words, groups) = (model.words(), model.word_groups());
        if self.json {
            let groups: Map<String, Value> =
                groups.iter().map(|group| (group.name.clone(), json!(group.phrases))).collect();
            print(format_args!("{}", json!({ "words": words, "groups": groups })))?;
        } else if groups.is_empty() {
            print(words.join("\n"))?;
        } else {
            let line = |group: &att3d::pipeline::WordGroup| {
                format!("{}: {}\n", group.name, group.phrases.join(", "))
            };
            print(groups.iter().map(line).collect::<Vec<_>>().join("\n"))?;
        }
        Ok(())
    }
}
