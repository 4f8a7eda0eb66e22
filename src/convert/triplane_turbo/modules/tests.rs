#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by a panic")]

use super::*;
use crate::convert::triplane_turbo::adapter::Numbers;

#[test]
fn the_published_layers_have_their_numbers() {
    let sizes = LatentDiffusionConfig::published();
    let (u_net, decoder) = (u_net(&sizes, 1024), decoder(&sizes));
    let numbers = Numbers::of("geometry.", u_net.iter().chain(&decoder));
    let prefix = "geometry.space_generator.peft_layers.layers";
    let block = |name: &str, attention: &str| format!("{name}.transformer_blocks.0.{attention}");
    let projections = [
        (0, block("down_blocks.0.attentions.0", "attn1")),
        (11, block("down_blocks.2.attentions.1", "attn2")),
        (12, block("up_blocks.1.attentions.0", "attn1")),
        (29, block("up_blocks.3.attentions.2", "attn2")),
        (30, block("mid_block.attentions.0", "attn1")),
        (31, block("mid_block.attentions.0", "attn2")),
        (32, "decoder.mid_block.attentions.0".to_owned()),
    ];
    for (index, name) in projections {
        let factors = numbers.projection(&name, Attention::Text, "to_out");
        assert_eq!(factors[0].down, format!("{prefix}.{index}.to_out_lora.down.weight"));
    }
    let planes = numbers.projection(&block("mid_block.attentions.0", "attn1"), Attention::Planes, "to_k");
    assert_eq!(planes.len(), 6);
    assert_eq!(planes[1].up, format!("{prefix}.30.to_k_xz_lora_geo.up.weight"));
    assert_eq!(planes[5].down, format!("{prefix}.30.to_k_yz_lora_tex.down.weight"));
    let convolutions = [
        (33, "down_blocks.0.resnets.0.conv1"),
        (37, "down_blocks.0.downsamplers.0.conv"),
        (40, "down_blocks.1.resnets.0.conv_shortcut"),
        (49, "down_blocks.2.downsamplers.0.conv"),
        (53, "down_blocks.3.resnets.1.conv2"),
        (56, "up_blocks.0.resnets.0.conv_shortcut"),
        (63, "up_blocks.0.upsamplers.0.conv"),
        (70, "up_blocks.1.resnets.2.conv1"),
        (92, "up_blocks.3.resnets.2.conv_shortcut"),
        (93, "mid_block.resnets.0.conv1"),
        (96, "mid_block.resnets.1.conv2"),
        (97, "decoder.up_blocks.0.resnets.0.conv1"),
        (103, "decoder.up_blocks.0.upsamplers.0.conv"),
        (113, "decoder.up_blocks.2.resnets.0.conv_shortcut"),
        (125, "decoder.up_blocks.3.resnets.2.conv2"),
        (126, "decoder.mid_block.resnets.0.conv1"),
        (129, "decoder.mid_block.resnets.1.conv2"),
    ];
    for (index, name) in convolutions {
        assert_eq!(numbers.convolution(name).unwrap().up, format!("{prefix}.{index}.up.weight"), "{name}");
    }
    for name in ["conv_in", "conv_out", "decoder.conv_in", "post_quant_conv"] {
        assert_eq!(numbers.convolution(name), None);
    }
    assert_eq!(numbers.output("bias"), format!("{prefix}.130.bias"));
}

#[test]
fn the_published_layers_have_their_sizes() {
    let sizes = LatentDiffusionConfig::published();
    let inputs = |modules: &[Module], wanted: &str| {
        let module = modules.iter().find(|module| module.name == wanted).unwrap();
        match module.layer {
            Layer::Convolution { inputs, outputs, .. } => (inputs, outputs),
            _ => (0, 0),
        }
    };
    let u_net = u_net(&sizes, 1024);
    assert_eq!(inputs(&u_net, "down_blocks.2.resnets.0.conv1"), (640, 1280));
    assert_eq!(inputs(&u_net, "up_blocks.1.resnets.2.conv1"), (1920, 1280));
    assert_eq!(inputs(&u_net, "up_blocks.2.resnets.0.conv1"), (1920, 640));
    assert_eq!(inputs(&u_net, "up_blocks.3.resnets.0.conv1"), (960, 320));
    assert_eq!(inputs(&u_net, "up_blocks.3.resnets.2.conv1"), (640, 320));
    let decoder = decoder(&sizes);
    assert_eq!(inputs(&decoder, "decoder.up_blocks.2.resnets.0.conv1"), (512, 256));
    assert_eq!(inputs(&decoder, "decoder.up_blocks.3.resnets.2.conv2"), (128, 128));
}
