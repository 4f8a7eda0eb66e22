//! `att3d words`: what a model knows, group by group.

use clap::Args;
use serde_json::{Map, Value, json};

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
        let (words, groups) = (model.words(), model.word_groups());
        if self.json {
            let groups: Map<String, Value> =
                groups.iter().map(|group| (group.name.clone(), json!(group.phrases))).collect();
            println!("{}", json!({ "words": words, "groups": groups }));
        } else if groups.is_empty() {
            words.iter().for_each(|word| println!("{word}"));
        } else {
            groups.iter().for_each(|group| println!("{}: {}\n", group.name, group.phrases.join(", ")));
        }
        Ok(())
    }
}
