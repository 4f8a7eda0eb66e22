//! `att3d info`: what a model is and can do.

use att3d::weights::config::GeneratorConfig;
use clap::Args;
use serde_json::json;

use crate::failure::Failure;
use crate::options::ModelOptions;

/// Arguments of `att3d info`.
#[derive(Args)]
pub struct Info {
    #[command(flatten)]
    model: ModelOptions,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

impl Info {
    /// Runs the verb.
    pub fn run(&self) -> Result<(), Failure> {
        let model = self.model.load()?;
        let config = model.config();
        let (family, has_material, has_shape) = match &config.generator {
            GeneratorConfig::VoxelGrid(_) => ("att3d.voxel_grid", false, false),
            GeneratorConfig::Triplane(sizes) => ("latte3d.triplane", true, sizes.shape_input),
            GeneratorConfig::TriplaneTransformer(_) => ("scaledreamer.triplane_transformer", false, false),
        };
        let words = model.words().len();
        if self.json {
            let report = json!({
                "name": config.name, "digest": model.digest(), "license": config.license, "family": family,
                "known_words": words, "predicts_material": has_material, "takes_shape": has_shape,
                "config": config,
            });
            println!("{report:#}");
            return Ok(());
        }
        let answer = |yes: bool| if yes { "yes" } else { "no" };
        println!("model              {} ({})", config.name, model.digest());
        println!("family             {family}");
        println!("licence            {}", config.license);
        println!("known words        {words} (`att3d words` lists them)");
        println!("predicts material  {}", answer(has_material));
        println!("takes a shape      {}", answer(has_shape));
        println!("engine             {}", model.engine().name());
        for (key, value) in &config.provenance {
            println!("{key:<18} {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        }
        Ok(())
    }
}
