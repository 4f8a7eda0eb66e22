//! The package's tensors, and how each is made from the tensors of the base model and of the adapter.

use std::collections::BTreeSet;
use std::path::Path;

use super::adapter::{Factors, Numbers, PROJECTIONS};
use super::base::Base;
use super::error::TriplaneTurboError;
use super::modules::{self, Attention, Layer, Module};
use super::recipe::{File, Recipe, TensorSource};
use crate::convert::error::ConvertError;
use crate::engine::Precision;
use crate::weights::TensorSpec;
use crate::weights::config::{LatentDiffusionConfig, TextConfig};
use crate::weights::tensors::TensorFiles;

/// Names that older versions of diffusers gave to the projections of the VAE's attention.
const OLD_PROJECTIONS: [&str; 4] = ["query", "key", "value", "proj_attn"];

/// All tensors of a package.
pub(super) struct Plan<'a> {
    pub specs: Vec<TensorSpec>,
    pub recipes: Vec<Recipe>,
    base: &'a Base,
    adapter: &'a TensorFiles,
    adapter_path: &'a Path,
    precision: Precision,
    used: BTreeSet<(File, String)>,
}

impl<'a> Plan<'a> {
    /// Plans the package and checks each tensor's name and shape. Errors: `TriplaneTurbo`; `MissingTensor`,
    /// `WrongShape` and `WrongType` for the text encoder.
    pub(super) fn new(
        base: &'a Base,
        (adapter, adapter_path): (&'a TensorFiles, &'a Path),
        prefix: &str,
        sizes: &LatentDiffusionConfig,
        precision: Precision,
    ) -> Result<Self, ConvertError> {
        let u_net = modules::u_net(sizes, base.settings.text_width);
        let decoder = modules::decoder(sizes);
        let numbers = Numbers::of(prefix, u_net.iter().chain(&decoder));
        if !numbers.has_convolutions(adapter) {
            return Err(TriplaneTurboError::NoConvolutions { path: adapter_path.to_owned() }.into());
        }
        let (specs, recipes, used) = Default::default();
        let mut plan = Self { specs, recipes, base, adapter, adapter_path, precision, used };
        plan.text(&base.text.config)?;
        for module in &u_net {
            plan.module(File::UNet, module, &numbers, sizes)?;
        }
        for module in &decoder {
            plan.module(File::Vae, module, &numbers, sizes)?;
        }
        plan.field(&numbers, sizes)?;
        Ok(plan)
    }

    /// Returns the values of a tensor. Errors: those of [`Plan::new`].
    pub(super) fn values(&self, index: usize) -> Result<Vec<f32>, ConvertError> {
        match self.recipes.get(index) {
            Some(recipe) => recipe.values(&|part| self.read(part)),
            None => Ok(Vec::new()),
        }
    }

    fn files(&self, file: File) -> (&'a TensorFiles, &'a Path) {
        match file {
            File::Text => (&self.base.text.source.files, Path::new("text_encoder")),
            File::UNet => (&self.base.u_net, &self.base.u_net_path),
            File::Vae => (&self.base.vae, &self.base.vae_path),
            File::Adapter => (self.adapter, self.adapter_path),
        }
    }

    fn read(&self, part: &TensorSource) -> Result<Vec<f32>, ConvertError> {
        let (files, path) = self.files(part.file);
        let wrong = || TriplaneTurboError::WrongType { path: path.to_owned(), name: part.name.clone() };
        Ok(files.to_f32(&part.name).ok_or_else(wrong)?)
    }

    /// Checks that a tensor exists and has a shape. target: name of the package's tensor, for messages.
    fn part(
        &mut self,
        file: File,
        name: String,
        shape: &[usize],
        target: &str,
    ) -> Result<TensorSource, TriplaneTurboError> {
        let (files, path) = self.files(file);
        let (path, target) = (path.to_owned(), target.to_owned());
        let Some(found) = files.shape(&name) else {
            return Err(TriplaneTurboError::MissingTensor { path, name, target });
        };
        // Some copies of the VAE have 1×1 convolutions in place of its attention's linear layers.
        let is_convolution = file == File::Vae && found.strip_suffix(&[1, 1]) == Some(shape);
        if found != shape && !is_convolution {
            let (found, expected) = (found.to_vec(), shape.to_vec());
            return Err(TriplaneTurboError::WrongShape { path, name, found, expected, target });
        }
        self.used.insert((file, name.clone()));
        Ok(TensorSource { file, name })
    }

    fn add(&mut self, name: String, shape: &[usize], recipe: Recipe) {
        self.specs.push(TensorSpec { name, shape: shape.to_vec(), precision: self.precision });
        self.recipes.push(recipe);
    }

    fn copy(
        &mut self,
        file: File,
        from: String,
        to: String,
        shape: &[usize],
    ) -> Result<(), TriplaneTurboError> {
        let part = self.part(file, from, shape, &to)?;
        self.add(to, shape, Recipe::Copy(part));
        Ok(())
    }

    fn text(&mut self, config: &TextConfig) -> Result<(), ConvertError> {
        let width = config.width;
        let mut tensors = vec![
            ("embeddings.token_embedding.weight".to_owned(), vec![config.vocabulary_size, width]),
            ("embeddings.position_embedding.weight".to_owned(), vec![config.context_length, width]),
        ];
        let mut layer = |name: String, inputs: Option<usize>, outputs: usize| {
            tensors.push((format!("{name}.weight"), std::iter::once(outputs).chain(inputs).collect()));
            tensors.push((format!("{name}.bias"), vec![outputs]));
        };
        for index in 0..config.layers {
            let name = |rest: &str| format!("encoder.layers.{index}.{rest}");
            layer(name("layer_norm1"), None, width);
            layer(name("layer_norm2"), None, width);
            for projection in ["q_proj", "k_proj", "v_proj", "out_proj"] {
                layer(name(&format!("self_attn.{projection}")), Some(width), width);
            }
            layer(name("mlp.fc1"), Some(width), config.mlp_width);
            layer(name("mlp.fc2"), Some(config.mlp_width), width);
        }
        layer("final_layer_norm".to_owned(), None, width);
        for (name, shape) in tensors {
            let name = format!("text_model.{name}");
            let (original, _) = self.base.text.source.find(&name, &shape)?;
            self.copy(File::Text, original, name, &shape)?;
        }
        Ok(())
    }

    fn module(
        &mut self,
        file: File,
        module: &Module,
        numbers: &Numbers,
        sizes: &LatentDiffusionConfig,
    ) -> Result<(), TriplaneTurboError> {
        let rank = sizes.adapter_rank;
        let name = &module.name;
        let folder = if file == File::UNet { "unet" } else { "vae" };
        let plain = |part: &str| (format!("{name}.{part}"), format!("generator.{folder}.{name}.{part}"));
        let (weight, to_weight) = plain("weight");
        let (bias, to_bias) = plain("bias");
        match module.layer {
            Layer::Norm(width) => {
                self.copy(file, weight, to_weight, &[width])?;
                self.copy(file, bias, to_bias, &[width])
            }
            Layer::Linear { inputs, outputs } => {
                self.copy(file, weight, to_weight, &[outputs, inputs])?;
                self.copy(file, bias, to_bias, &[outputs])
            }
            Layer::Convolution { inputs, outputs, kernel, .. } => {
                let shape = [outputs, inputs, kernel, kernel];
                match numbers.convolution(name) {
                    Some(factors) => {
                        let (down, up) = ([rank, inputs, kernel, kernel], [outputs, rank, 1, 1]);
                        self.merge(file, weight, to_weight, &shape, &factors, [&down, &up])?;
                    }
                    None => self.copy(file, weight, to_weight, &shape)?,
                }
                self.copy(file, bias, to_bias, &[outputs])
            }
            Layer::Attention { width, context, kind } => {
                let attention = AttentionModule { name, width, context, kind, rank };
                PROJECTIONS
                    .iter()
                    .zip(OLD_PROJECTIONS)
                    .try_for_each(|(new, old)| self.projection(file, &attention, (new, old), numbers))
            }
        }
    }

    /// Plans a weight to which the product of two factors is added.
    fn merge(
        &mut self,
        file: File,
        from: String,
        to: String,
        shape: &[usize],
        factors: &Factors,
        [down, up]: [&[usize]; 2],
    ) -> Result<(), TriplaneTurboError> {
        let weight = self.part(file, from, shape, &to)?;
        let down = self.part(File::Adapter, factors.down.clone(), down, &to)?;
        let up = self.part(File::Adapter, factors.up.clone(), up, &to)?;
        let outputs = shape.first().copied().unwrap_or(0);
        self.add(to, shape, Recipe::Merge { weight, down, up, outputs });
        Ok(())
    }

    /// Plans one of an attention's four layers. names: the layer's name in diffusers now, and its name in
    /// older versions.
    fn projection(
        &mut self,
        file: File,
        attention: &AttentionModule<'_>,
        (new, old): (&str, &str),
        numbers: &Numbers,
    ) -> Result<(), TriplaneTurboError> {
        let &AttentionModule { name, width, context, kind, rank } = attention;
        let inputs = if matches!(new, "to_k" | "to_v") { context } else { width };
        let is_output = new == "to_out";
        let layer = if is_output { "to_out.0" } else { new };
        let folder = if file == File::UNet { "unet" } else { "vae" };
        let is_old = self.files(file).0.shape(&format!("{name}.{old}.weight")).is_some();
        let source = if is_old { old } else { layer };
        let from = |part: &str| format!("{name}.{source}.{part}");
        let to = |part: &str| format!("generator.{folder}.{name}.{layer}.{part}");
        let factors = numbers.projection(name, kind, new);
        match (kind, factors.as_slice()) {
            (Attention::Text | Attention::Pixels, [factors]) => {
                let shapes: [&[usize]; 2] = [&[rank, inputs], &[width, rank]];
                self.merge(file, from("weight"), to("weight"), &[width, inputs], factors, shapes)?;
            }
            _ => {
                self.copy(file, from("weight"), to("weight"), &[width, inputs])?;
                self.stack(&format!("generator.adapter.{name}.{new}"), &factors, [rank, width])?;
            }
        }
        if is_output || kind == Attention::Pixels {
            self.copy(file, from("bias"), to("bias"), &[width])?;
        }
        Ok(())
    }

    /// Plans the factors of all planes as two tensors.
    fn stack(
        &mut self,
        to: &str,
        factors: &[Factors],
        [rank, width]: [usize; 2],
    ) -> Result<(), TriplaneTurboError> {
        let down = factors.iter().map(|factors| &factors.down).collect::<Vec<_>>();
        let up = factors.iter().map(|factors| &factors.up).collect::<Vec<_>>();
        for (which, names, [rows, columns]) in [("down", down, [rank, width]), ("up", up, [width, rank])] {
            let to = format!("{to}.{which}");
            let parts =
                names.into_iter().map(|name| self.part(File::Adapter, name.clone(), &[rows, columns], &to));
            let parts = parts.collect::<Result<Vec<_>, _>>()?;
            self.add(to, &[parts.len(), rows, columns], Recipe::Stack(parts));
        }
        Ok(())
    }

    /// Plans the decoder's last convolution and the networks of the field, which only the adapter has.
    fn field(&mut self, numbers: &Numbers, sizes: &LatentDiffusionConfig) -> Result<(), TriplaneTurboError> {
        let finest = sizes.decoder_channels.first().copied().unwrap_or(0);
        let outputs = 2 * sizes.plane_features;
        for (part, shape) in [("weight", vec![outputs, finest, 3, 3]), ("bias", vec![outputs])] {
            let to = format!("generator.vae.decoder.conv_out.{part}");
            self.copy(File::Adapter, numbers.output(part), to, &shape)?;
        }
        let features = sizes.plane_features;
        for (network, inputs, results) in
            [("sdf", features, 1), ("deformation", features, 3), ("feature", 3 * features, 3)]
        {
            for layer in 0..=sizes.hidden_layers {
                let inputs = if layer == 0 { inputs } else { sizes.hidden_width };
                let outputs = if layer == sizes.hidden_layers { results } else { sizes.hidden_width };
                let name = format!("{network}_network.layers.{}.weight", 2 * layer);
                let from = numbers.beside(&name);
                self.copy(File::Adapter, from, format!("generator.{name}"), &[outputs, inputs])?;
            }
        }
        Ok(())
    }

    /// Returns the tensors that no layer takes, in groups by the first part of their names.
    pub(super) fn left_out(&self) -> Vec<String> {
        let mut groups: Vec<(String, usize)> = Vec::new();
        for (file, label) in File::ALL {
            for name in self.files(file).0.names() {
                if self.used.contains(&(file, name.to_owned())) {
                    continue;
                }
                let first = name.split_once('.').map_or(name, |(first, _)| first);
                let group = format!("{label}: {first}");
                match groups.last_mut() {
                    Some((last, count)) if *last == group => *count += 1,
                    _ => groups.push((group, 1)),
                }
            }
        }
        let plural = |count| if count == 1 { "" } else { "s" };
        groups
            .into_iter()
            .map(|(group, count)| format!("{group} ({count} tensor{})", plural(count)))
            .collect()
    }
}

/// Sizes of an attention.
struct AttentionModule<'a> {
    name: &'a str,
    width: usize,
    context: usize,
    kind: Attention,
    rank: usize,
}
