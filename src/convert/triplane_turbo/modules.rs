//! The layers of the U-Net and of the VAE's decoder, in the order in which the adapter numbers them: the down
//! blocks, the up blocks, then the middle block. The decoder has no down blocks.

use crate::weights::config::LatentDiffusionConfig;

/// Width of the time embedding, as a multiple of the width of the finest level.
const TIME_WIDTH: usize = 4;
/// Width of the hidden layer of a transformer's feed-forward network, as a multiple of the width of its
/// tokens. The first layer of the network returns twice as many values, because half of them are a gate
/// (GEGLU).
const HIDDEN: usize = 4;

/// A layer with its name in diffusers.
#[derive(Debug)]
pub(super) struct Module {
    pub name: String,
    pub layer: Layer,
}

/// A kind of layer with its sizes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Layer {
    /// A group or layer normalization of this width.
    Norm(usize),
    Linear {
        inputs: usize,
        outputs: usize,
    },
    Convolution {
        inputs: usize,
        outputs: usize,
        kernel: usize,
        is_adapted: bool,
    },
    Attention {
        width: usize,
        /// Width of the tokens from which the keys and values are computed.
        context: usize,
        kind: Attention,
    },
}

/// A kind of attention.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Attention {
    /// Self-attention among the tokens of all planes. The adapter has separate factors of low rank for each
    /// plane.
    Planes,
    /// Cross-attention from the tokens of a plane to the tokens of the text.
    Text,
    /// Self-attention among the pixels of a plane, in the decoder.
    Pixels,
}

/// Returns the layers of the U-Net. text_width: width of the text encoder's result.
pub(super) fn u_net(sizes: &LatentDiffusionConfig, text_width: usize) -> Vec<Module> {
    let channels = &sizes.u_net_channels;
    let finest = channels.first().copied().unwrap_or(0);
    let time = TIME_WIDTH * finest;
    let mut list = List { time: Some(time), text_width, modules: Vec::new() };
    list.convolution("conv_in", sizes.latent_channels, finest, 3, false);
    list.linear("time_embedding.linear_1", finest, time);
    list.linear("time_embedding.linear_2", time, time);
    let kept = down(&mut list, sizes);
    up(&mut list, sizes, kept);
    let coarsest = channels.last().copied().unwrap_or(0);
    list.residual("mid_block.resnets.0", coarsest, coarsest);
    list.transformer("mid_block.attentions.0", coarsest);
    list.residual("mid_block.resnets.1", coarsest, coarsest);
    list.norm("conv_norm_out", finest);
    list.convolution("conv_out", finest, sizes.latent_channels, 3, false);
    list.modules
}

/// Adds the down blocks. Returns the channels of the skip connections to the up blocks, in the order of the
/// down blocks.
fn down(list: &mut List, sizes: &LatentDiffusionConfig) -> Vec<usize> {
    let mut width = sizes.u_net_channels.first().copied().unwrap_or(0);
    let mut kept = vec![width];
    for (index, &channels) in sizes.u_net_channels.iter().enumerate() {
        let is_last = index + 1 == sizes.u_net_channels.len();
        for block in 0..sizes.u_net_blocks {
            list.residual(&format!("down_blocks.{index}.resnets.{block}"), width, channels);
            if !is_last {
                list.transformer(&format!("down_blocks.{index}.attentions.{block}"), channels);
            }
            width = channels;
            kept.push(width);
        }
        if !is_last {
            let name = format!("down_blocks.{index}.downsamplers.0.conv");
            list.convolution(&name, width, width, 3, true);
            kept.push(width);
        }
    }
    kept
}

fn up(list: &mut List, sizes: &LatentDiffusionConfig, mut kept: Vec<usize>) {
    let mut width = sizes.u_net_channels.last().copied().unwrap_or(0);
    for (index, &channels) in sizes.u_net_channels.iter().rev().enumerate() {
        for block in 0..=sizes.u_net_blocks {
            let inputs = width + kept.pop().unwrap_or(0);
            list.residual(&format!("up_blocks.{index}.resnets.{block}"), inputs, channels);
            if index > 0 {
                list.transformer(&format!("up_blocks.{index}.attentions.{block}"), channels);
            }
            width = channels;
        }
        if index + 1 < sizes.u_net_channels.len() {
            list.convolution(&format!("up_blocks.{index}.upsamplers.0.conv"), width, width, 3, true);
        }
    }
}

/// Returns the layers of the VAE's decoder, with `post_quant_conv` before them. The adapter replaces the
/// decoder's last convolution, so this convolution is left out.
pub(super) fn decoder(sizes: &LatentDiffusionConfig) -> Vec<Module> {
    let channels = &sizes.decoder_channels;
    let coarsest = channels.last().copied().unwrap_or(0);
    let finest = channels.first().copied().unwrap_or(0);
    let latent = sizes.latent_channels;
    let mut list = List { time: None, text_width: 0, modules: Vec::new() };
    list.convolution("post_quant_conv", latent, latent, 1, false);
    list.convolution("decoder.conv_in", latent, coarsest, 3, false);
    let mut width = coarsest;
    for (index, &channels) in channels.iter().rev().enumerate() {
        for block in 0..sizes.decoder_blocks {
            list.residual(&format!("decoder.up_blocks.{index}.resnets.{block}"), width, channels);
            width = channels;
        }
        if index + 1 < sizes.decoder_channels.len() {
            let name = format!("decoder.up_blocks.{index}.upsamplers.0.conv");
            list.convolution(&name, width, width, 3, true);
        }
    }
    list.residual("decoder.mid_block.resnets.0", coarsest, coarsest);
    list.norm("decoder.mid_block.attentions.0.group_norm", coarsest);
    list.attention("decoder.mid_block.attentions.0", coarsest, coarsest, Attention::Pixels);
    list.residual("decoder.mid_block.resnets.1", coarsest, coarsest);
    list.norm("decoder.conv_norm_out", finest);
    list.modules
}

/// A list of layers while it is made.
struct List {
    /// Width of the embedding of a time step; `None` if the residual blocks take no time step.
    time: Option<usize>,
    text_width: usize,
    modules: Vec<Module>,
}

impl List {
    fn add(&mut self, name: &str, layer: Layer) {
        self.modules.push(Module { name: name.to_owned(), layer });
    }

    fn norm(&mut self, name: &str, width: usize) {
        self.add(name, Layer::Norm(width));
    }

    fn linear(&mut self, name: &str, inputs: usize, outputs: usize) {
        self.add(name, Layer::Linear { inputs, outputs });
    }

    fn convolution(&mut self, name: &str, inputs: usize, outputs: usize, kernel: usize, is_adapted: bool) {
        self.add(name, Layer::Convolution { inputs, outputs, kernel, is_adapted });
    }

    fn attention(&mut self, name: &str, width: usize, context: usize, kind: Attention) {
        self.add(name, Layer::Attention { width, context, kind });
    }

    fn residual(&mut self, name: &str, inputs: usize, outputs: usize) {
        self.norm(&format!("{name}.norm1"), inputs);
        self.convolution(&format!("{name}.conv1"), inputs, outputs, 3, true);
        if let Some(time) = self.time {
            self.linear(&format!("{name}.time_emb_proj"), time, outputs);
        }
        self.norm(&format!("{name}.norm2"), outputs);
        self.convolution(&format!("{name}.conv2"), outputs, outputs, 3, true);
        if inputs != outputs {
            self.convolution(&format!("{name}.conv_shortcut"), inputs, outputs, 1, true);
        }
    }

    fn transformer(&mut self, name: &str, width: usize) {
        self.norm(&format!("{name}.norm"), width);
        self.linear(&format!("{name}.proj_in"), width, width);
        let block = format!("{name}.transformer_blocks.0");
        for norm in ["norm1", "norm2", "norm3"] {
            self.norm(&format!("{block}.{norm}"), width);
        }
        self.attention(&format!("{block}.attn1"), width, width, Attention::Planes);
        self.attention(&format!("{block}.attn2"), width, self.text_width, Attention::Text);
        self.linear(&format!("{block}.ff.net.0.proj"), width, 2 * HIDDEN * width);
        self.linear(&format!("{block}.ff.net.2"), HIDDEN * width, width);
        self.linear(&format!("{name}.proj_out"), width, width);
    }
}

#[cfg(test)]
mod tests;
