//! `att3d info`: prints what a model is and what it can do.

use att3d::error::one_line;
use att3d::weights::config::{GeneratorConfig, ModelConfig};
use clap::Args;
use serde_json::json;

use crate::failure::Failure;
use crate::options::ModelOptions;
use crate::output::print;

/// Arguments of `att3d info`.
#[derive(Args)]
pub struct Info {
    #[command(flatten)]
    model: ModelOptions,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// Returns the name of the family of a model's generator.
pub fn family(config: &ModelConfig) -> &'static str {
    match &config.generator {
        GeneratorConfig::VoxelGrid(_) => "att3d.voxel_grid",
        GeneratorConfig::Triplane(_) => "latte3d.triplane",
        GeneratorConfig::TriplaneTransformer(_) => "scaledreamer.triplane_transformer",
        GeneratorConfig::LatentDiffusion(_) => "triplaneturbo.latent_diffusion",
    }
}

impl Info {
    /// Runs the verb. Errors: those of the model, `Output`.
    pub fn run(&self) -> Result<(), Failure> {
        let model = self.model.load()?;
        let config = model.config();
        let family = family(config);
        let (has_material, has_shape) = (model.has_materials(), model.has_shape_input());
        let words = model.words().len();
        if self.json {
            let report = json!({
                "name": config.name, "digest": model.digest(), "license": config.license, "family": family,
                "known_words": words, "predicts_material": has_material, "takes_shape": has_shape,
                "config": config,
            });
            print(format_args!("{report:#}"))?;
            return Ok(());
        }
        let answer = |yes: bool| if yes { "yes" } else { "no" };
        print(format_args!("model              {} ({})", one_line(&config.name), model.digest()))?;
        print(format_args!("family             {family}"))?;
        print(format_args!("license            {}", one_line(&config.license)))?;
        print(format_args!("known words        {words} (`att3d words` lists them)"))?;
        print(format_args!("predicts material  {}", answer(has_material)))?;
        print(format_args!("takes a shape      {}", answer(has_shape)))?;
        print(format_args!("engine             {}", model.engine().name()))?;
        for (key, value) in &config.provenance {
            let value = value.as_str().map_or_else(|| value.to_string(), one_line);
            print(format_args!("{:<18} {value}", one_line(key)))?;
        }
        Ok(())
    }
}
