//! `att3d info`: prints what a model is and what it can do.

use att3d::error::one_line;
use att3d::text::reading::holds_things;
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

/// What the models of a configuration can do.
pub struct Abilities {
    /// Family of the generator.
    pub family: &'static str,
    /// Number of known things; `None` for a package without word groups.
    pub things: Option<usize>,
    /// Whether metallic and roughness are predicted.
    pub has_material: bool,
    /// Whether a shape can be given beside the prompt.
    pub takes_shape: bool,
}

impl Abilities {
    /// Returns the abilities of a configuration.
    pub fn of(config: &ModelConfig) -> Self {
        let (family, has_material, takes_shape) = match &config.generator {
            GeneratorConfig::VoxelGrid(_) => ("att3d.voxel_grid", false, false),
            GeneratorConfig::Triplane(sizes) => ("latte3d.triplane", true, sizes.shape_input),
            GeneratorConfig::TriplaneTransformer(_) => ("scaledreamer.triplane_transformer", false, false),
            GeneratorConfig::LatentDiffusion(_) => ("triplaneturbo.latent_diffusion", false, false),
        };
        let groups = config.words.groups.iter().filter(|group| holds_things(&group.name));
        let things = (!config.words.groups.is_empty()).then(|| groups.map(|group| group.phrases.len()).sum());
        Self { family, things, has_material, takes_shape }
    }
}

impl Info {
    /// Runs the verb. Errors: those of the model, `Output`.
    pub fn run(&self) -> Result<(), Failure> {
        let model = self.model.load()?;
        let config = model.config();
        let Abilities { family, has_material, takes_shape: has_shape, .. } = Abilities::of(config);
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
