//! Names of the adapter's tensors. The adapter's layers are numbered in the order in which TriplaneTurbo's
//! program made them: all attentions, then the convolutions that the adapter changes, then the decoder's last
//! convolution.

use super::modules::{Attention, Layer, Module};
use crate::weights::tensors::TensorFiles;

const LAYERS: &str = "space_generator.peft_layers.layers.";

/// Planes in the package's order. Each has the two parts of its tensors' names, such as `xy` and `geo` in
/// `to_q_xy_lora_geo`.
const PLANES: [(&str, &str); 6] =
    [("xy", "geo"), ("xz", "geo"), ("yz", "geo"), ("xy", "tex"), ("xz", "tex"), ("yz", "tex")];

/// The projections of an attention, in the package's and the adapter's names.
pub(super) const PROJECTIONS: [&str; 4] = ["to_q", "to_k", "to_v", "to_out"];

/// Names of the two factors of a low-rank change. `down` maps the inputs to a few numbers, and `up` maps
/// these numbers to the outputs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Factors {
    pub down: String,
    pub up: String,
}

/// Numbers of the adapter's layers.
pub(super) struct Numbers {
    prefix: String,
    attentions: Vec<String>,
    convolutions: Vec<String>,
}

/// Returns the prefix of the adapter's names, such as `geometry.`; `None` if the tensors are no adapter.
pub(super) fn prefix(files: &TensorFiles) -> Option<&str> {
    files.names().find_map(|name| name.split_once(LAYERS)).map(|(prefix, _)| prefix)
}

impl Numbers {
    /// Numbers the layers. modules: those of the U-Net, then those of the decoder.
    pub(super) fn of<'a>(prefix: &str, modules: impl Iterator<Item = &'a Module>) -> Self {
        let mut numbers =
            Self { prefix: prefix.to_owned(), attentions: Vec::new(), convolutions: Vec::new() };
        for module in modules {
            match module.layer {
                Layer::Attention { .. } => numbers.attentions.push(module.name.clone()),
                Layer::Convolution { is_adapted: true, .. } => numbers.convolutions.push(module.name.clone()),
                _ => {}
            }
        }
        numbers
    }

    /// Returns whether the files have a layer that changes a convolution.
    pub(super) fn has_convolutions(&self, files: &TensorFiles) -> bool {
        files.names().filter_map(|name| name.split_once(LAYERS)).any(|(_, rest)| {
            // The name of an attention's factor has one part more: `0.to_q_lora.down.weight`.
            rest.split('.').skip(1).eq(["down", "weight"])
        })
    }

    fn layer(&self, index: usize, rest: &str) -> String {
        format!("{}{LAYERS}{index}.{rest}", self.prefix)
    }

    fn factors(&self, index: usize, name: &str) -> Factors {
        let factor = |which: &str| self.layer(index, &format!("{name}{which}.weight"));
        Factors { down: factor("down"), up: factor("up") }
    }

    /// Returns the factors of an adapted convolution; `None` if the adapter does not change it.
    pub(super) fn convolution(&self, name: &str) -> Option<Factors> {
        let index = self.convolutions.iter().position(|other| other == name)?;
        Some(self.factors(self.attentions.len() + index, ""))
    }

    /// Returns the factors of an attention's projection: one pair for each plane if the kind is `Planes`,
    /// otherwise one pair.
    pub(super) fn projection(&self, name: &str, kind: Attention, projection: &str) -> Vec<Factors> {
        let Some(index) = self.attentions.iter().position(|other| other == name) else { return Vec::new() };
        match kind {
            Attention::Planes => PLANES
                .iter()
                .map(|(plane, part)| self.factors(index, &format!("{projection}_{plane}_lora_{part}.")))
                .collect(),
            _ => vec![self.factors(index, &format!("{projection}_lora."))],
        }
    }

    /// Returns the name of a tensor of the decoder's last convolution. part: `weight` or `bias`.
    pub(super) fn output(&self, part: &str) -> String {
        self.layer(self.attentions.len() + self.convolutions.len(), part)
    }

    /// Returns the name of a tensor that belongs to no numbered layer, such as `sdf_network.layers.0.weight`.
    pub(super) fn beside(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}
