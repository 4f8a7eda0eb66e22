#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::*;
use crate::convert::tests::{Recorded, Tensors, folder, write};
use crate::convert::{ConvertOptions, Converted, TextFolder, convert, convert_with_progress};
use crate::error::Cancelled;
use crate::generator::Generator;
use crate::nn::Scope;
use crate::pipeline::Model;

const RANK: usize = 3;

/// The adapter's layers for the tiny sizes below, in the order of their numbers.
const ATTENTIONS: [&str; 5] = [
    "down_blocks.0.attentions.0",
    "up_blocks.1.attentions.0",
    "up_blocks.1.attentions.1",
    "mid_block.attentions.0",
    "decoder.mid_block.attentions.0",
];
const CONVOLUTIONS: [&str; 37] = [
    "down_blocks.0.resnets.0.conv1",
    "down_blocks.0.resnets.0.conv2",
    "down_blocks.0.downsamplers.0.conv",
    "down_blocks.1.resnets.0.conv1",
    "down_blocks.1.resnets.0.conv2",
    "down_blocks.1.resnets.0.conv_shortcut",
    "up_blocks.0.resnets.0.conv1",
    "up_blocks.0.resnets.0.conv2",
    "up_blocks.0.resnets.0.conv_shortcut",
    "up_blocks.0.resnets.1.conv1",
    "up_blocks.0.resnets.1.conv2",
    "up_blocks.0.resnets.1.conv_shortcut",
    "up_blocks.0.upsamplers.0.conv",
    "up_blocks.1.resnets.0.conv1",
    "up_blocks.1.resnets.0.conv2",
    "up_blocks.1.resnets.0.conv_shortcut",
    "up_blocks.1.resnets.1.conv1",
    "up_blocks.1.resnets.1.conv2",
    "up_blocks.1.resnets.1.conv_shortcut",
    "mid_block.resnets.0.conv1",
    "mid_block.resnets.0.conv2",
    "mid_block.resnets.1.conv1",
    "mid_block.resnets.1.conv2",
    "decoder.up_blocks.0.resnets.0.conv1",
    "decoder.up_blocks.0.resnets.0.conv2",
    "decoder.up_blocks.0.resnets.1.conv1",
    "decoder.up_blocks.0.resnets.1.conv2",
    "decoder.up_blocks.0.upsamplers.0.conv",
    "decoder.up_blocks.1.resnets.0.conv1",
    "decoder.up_blocks.1.resnets.0.conv2",
    "decoder.up_blocks.1.resnets.0.conv_shortcut",
    "decoder.up_blocks.1.resnets.1.conv1",
    "decoder.up_blocks.1.resnets.1.conv2",
    "decoder.mid_block.resnets.0.conv1",
    "decoder.mid_block.resnets.0.conv2",
    "decoder.mid_block.resnets.1.conv1",
    "decoder.mid_block.resnets.1.conv2",
];

fn sizes() -> LatentDiffusionConfig {
    LatentDiffusionConfig {
        latent_resolution: 4,
        u_net_channels: vec![4, 8],
        u_net_blocks: 1,
        head_width: 2,
        norm_groups: 2,
        adapter_rank: RANK,
        decoder_channels: vec![4, 8],
        decoder_blocks: 2,
        plane_features: 2,
        hidden_width: 6,
        ..LatentDiffusionConfig::published()
    }
}

fn u_net_config() -> Value {
    json!({
        "_class_name": "UNet2DConditionModel", "in_channels": 4, "out_channels": 4, "sample_size": 8,
        "block_out_channels": [4, 8], "attention_head_dim": [2, 4], "layers_per_block": 1,
        "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"],
        "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"],
        "cross_attention_dim": 8, "norm_num_groups": 2, "use_linear_projection": true
    })
}

fn scheduler_config() -> Value {
    json!({
        "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "num_train_timesteps": 1000,
        "prediction_type": "epsilon"
    })
}

/// A folder with a base model and an adapter, and what was written to them.
struct Example {
    folder: tempfile::TempDir,
    /// The tensors of the base model's networks, by the names in the package.
    base: Tensors,
    /// The adapter's tensors, without `geometry.`.
    adapter: Tensors,
}

/// Returns the shape, and repeatable numbers in [-1, 1) that depend on a name.
fn numbers(name: &str, shape: &[usize]) -> (Vec<usize>, Vec<f32>) {
    let seed = name.bytes().fold(7u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
    let number = |index: usize| {
        let bits = (index as u32).wrapping_mul(2_654_435_761) ^ seed.wrapping_mul(40_503);
        (bits >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (shape.to_vec(), (0..shape.iter().product()).map(number).collect())
}

impl Example {
    fn new() -> Self {
        let folder = folder();
        let base = folder.path().join("base");
        for part in ["unet", "vae", "scheduler"] {
            fs::create_dir_all(base.join(part)).unwrap();
        }
        fs::rename(folder.path().join("text"), base.join("text_encoder")).unwrap();
        let write_json = |path: &str, value: Value| fs::write(base.join(path), value.to_string()).unwrap();
        write_json("unet/config.json", u_net_config());
        write_json("scheduler/scheduler_config.json", scheduler_config());
        write_json(
            "vae/config.json",
            json!({ "latent_channels": 4, "block_out_channels": [4, 8], "layers_per_block": 1, "norm_num_groups": 2 }),
        );
        let requested = requested(&base);
        let mut example = Self { folder, base: Tensors::new(), adapter: Tensors::new() };
        example.base = requested.into_iter().filter(|(name, _)| !name.contains(".adapter.")).collect();
        example.adapter = adapter(&example.base);
        example.write_networks();
        example.write_adapter(|_| true);
        example
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes the networks in diffusers' layout, with further tensors that the package does not have.
    fn write_networks(&self) {
        let part = |prefix: &str| -> Tensors {
            let tensors = self
                .base
                .iter()
                .filter_map(|(name, tensor)| Some((name.strip_prefix(prefix)?.to_owned(), tensor.clone())));
            tensors.collect()
        };
        let mut vae = part("generator.vae.");
        vae.insert("decoder.conv_out.weight".into(), numbers("unused", &[3, 4, 3, 3]));
        vae.insert("decoder.conv_out.bias".into(), numbers("unused", &[3]));
        vae.insert("encoder.conv_in.weight".into(), numbers("unused", &[4, 3, 3, 3]));
        vae.insert("encoder.conv_in.bias".into(), numbers("unused", &[4]));
        let name = "diffusion_pytorch_model.safetensors";
        write(&self.path("base/vae").join(name), &vae, |_| true);
        write(&self.path("base/unet").join(name), &part("generator.unet."), |_| true);
    }

    fn write_adapter(&self, keep: impl Fn(&str) -> bool) {
        let named = self.adapter.iter().map(|(name, tensor)| (format!("geometry.{name}"), tensor.clone()));
        write(&self.path("adapter.safetensors"), &named.collect(), keep);
    }

    fn change(&self, file: &str, field: &str, value: Value) {
        let path = self.path("base").join(file);
        let mut config: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        config[field] = value;
        fs::write(path, config.to_string()).unwrap();
    }

    fn options(&self) -> ConvertOptions {
        let precision = Some(Precision::F32);
        ConvertOptions { base: Some(self.path("base")), precision, ..ConvertOptions::default() }
    }

    fn convert(&self) -> Result<Converted, ConvertError> {
        convert(&self.path("adapter.safetensors"), &self.path("out.att3d"), &self.options())
    }

    fn refused(&self) -> String {
        let error = self.convert().unwrap_err().to_string();
        assert!(!self.path("out.att3d").exists());
        error
    }
}

/// Returns the tensors that the generator's networks request, with values.
fn requested(base: &Path) -> Tensors {
    let text = TextFolder::open(&base.join("text_encoder"), None).unwrap().config;
    let recorded = Recorded::default();
    let generator = GeneratorConfig::LatentDiffusion(sizes());
    Generator::load(&Scope::root(&recorded), &generator, text.width, text.context_length).unwrap();
    recorded
        .0
        .into_inner()
        .into_iter()
        .map(|(name, (shape, _))| (name.clone(), numbers(&name, &shape)))
        .collect()
}

fn in_package(name: &str) -> String {
    let is_decoder = name.starts_with("decoder.");
    format!("generator.{}.{name}", if is_decoder { "vae" } else { "unet" })
}

/// Returns the attentions in the order of their numbers: each transformer has two.
fn attentions() -> Vec<String> {
    let both = |name: &&str| match name.starts_with("decoder.") {
        true => vec![(*name).to_owned()],
        false => ["attn1", "attn2"].map(|part| format!("{name}.transformer_blocks.0.{part}")).to_vec(),
    };
    ATTENTIONS.iter().flat_map(both).collect()
}

/// Returns an adapter's tensors, with shapes that follow from those of the base model's tensors.
fn adapter(base: &Tensors) -> Tensors {
    let mut tensors = Tensors::new();
    let mut add = |name: String, shape: &[usize]| {
        let values = numbers(&name, shape);
        assert!(tensors.insert(name, values).is_none());
    };
    let layer = |index: usize, rest: &str| format!("space_generator.peft_layers.layers.{index}.{rest}");
    for (index, name) in attentions().iter().enumerate() {
        for (projection, weight) in
            [("to_q", "to_q"), ("to_k", "to_k"), ("to_v", "to_v"), ("to_out", "to_out.0")]
        {
            let shape = &base[&format!("{}.{weight}.weight", in_package(name))].0;
            let loras: Vec<String> = match name.ends_with("attn1") {
                true => {
                    ["xy_lora_geo", "xz_lora_geo", "yz_lora_geo", "xy_lora_tex", "xz_lora_tex", "yz_lora_tex"]
                        .map(String::from)
                        .to_vec()
                }
                false => vec!["lora".into()],
            };
            for lora in loras {
                add(layer(index, &format!("{projection}_{lora}.down.weight")), &[RANK, shape[1]]);
                add(layer(index, &format!("{projection}_{lora}.up.weight")), &[shape[0], RANK]);
            }
        }
    }
    for (index, name) in CONVOLUTIONS.iter().enumerate() {
        let shape = &base[&format!("{}.weight", in_package(name))].0;
        add(layer(9 + index, "down.weight"), &[RANK, shape[1], shape[2], shape[3]]);
        add(layer(9 + index, "up.weight"), &[shape[0], RANK, 1, 1]);
    }
    add(layer(9 + CONVOLUTIONS.len(), "weight"), &[4, 4, 3, 3]);
    add(layer(9 + CONVOLUTIONS.len(), "bias"), &[4]);
    for (network, inputs, outputs) in [("sdf", 2, 1), ("deformation", 2, 3), ("feature", 6, 3)] {
        for (index, shape) in [[6, inputs], [6, 6], [outputs, 6]].into_iter().enumerate() {
            add(format!("{network}_network.layers.{}.weight", 2 * index), &shape);
        }
    }
    add("bbox".into(), &[2, 3]);
    tensors
}

#[test]
fn an_adapter_becomes_a_package_with_exactly_the_requested_tensors() {
    let example = Example::new();
    let converted = example.convert().unwrap();
    let package = Package::open(example.path("out.att3d")).unwrap();
    assert_eq!(package.config().generator, GeneratorConfig::LatentDiffusion(sizes()));
    assert_eq!(package.parameter_count(), converted.parameters);
    let found: BTreeSet<_> = package.tensor_names().filter(|name| name.starts_with("generator.")).collect();
    let requested = requested(&example.path("base"));
    assert_eq!(found, requested.keys().map(String::as_str).collect());
    for tensor in package.tensors().filter(|tensor| tensor.name.starts_with("generator.")) {
        assert_eq!(tensor.shape, requested[tensor.name].0, "{}", tensor.name);
    }
    assert_eq!(
        converted.left_out,
        ["VAE: decoder (2 tensors)", "VAE: encoder (2 tensors)", "adapter: geometry (1 tensor)"]
    );
    let engine: std::sync::Arc<dyn crate::engine::Engine> =
        std::sync::Arc::new(crate::engine::cpu::CpuEngine::new(Some(1)).unwrap());
    Model::from_package(&package, &engine).unwrap();
    let notes = converted.notes.join("\n");
    for part in [
        "Apache-2.0 as tagged by its author",
        "CreativeML Open RAIL++-M",
        "bind whoever receives it",
        "LoRA merged",
    ] {
        assert!(notes.contains(part), "{notes}");
    }
    assert_eq!(package.config().provenance.len(), converted.notes.len());
    let archive = std::fs::File::open(example.path("out.att3d")).unwrap();
    let mut archive = zip::ZipArchive::new(archive).unwrap();
    let licenses = std::io::read_to_string(archive.by_name("LICENSE.txt").unwrap()).unwrap();
    assert!(licenses.contains("Apache License") && licenses.contains("Use Restrictions"));
}

#[test]
fn the_adapter_is_merged_or_stacked() {
    let example = Example::new();
    example.convert().unwrap();
    let package = Package::open(example.path("out.att3d")).unwrap();
    let (base, adapter) = (&example.base, &example.adapter);
    let of =
        |index: usize, rest: &str| &adapter[&format!("space_generator.peft_layers.layers.{index}.{rest}")].1;
    let found = |name: &str| {
        package.tensor(name, package.tensors().find(|tensor| tensor.name == name).unwrap().shape).unwrap()
    };
    let close = |name: &str, expected: &[f32]| {
        for (found, expected) in found(name).iter().zip(expected) {
            assert!((found - expected).abs() < 1e-5, "{name}: {found} {expected}");
        }
    };
    let mut changed = BTreeSet::new();
    // W[o, i, y, x] + sum over r of U[o, r] D[r, i, y, x]; a linear layer has neither y nor x.
    let mut check = |name: String, down: &[f32], up: &[f32]| {
        let (shape, weight) = &base[&name];
        let inputs: usize = shape[1..].iter().product();
        let expected: Vec<f32> = (0..weight.len())
            .map(|at| {
                let (output, input) = (at / inputs, at % inputs);
                (0..RANK).fold(weight[at], |sum, r| sum + up[output * RANK + r] * down[r * inputs + input])
            })
            .collect();
        close(&name, &expected);
        changed.insert(name);
    };
    for (index, name) in CONVOLUTIONS.iter().enumerate() {
        check(
            format!("{}.weight", in_package(name)),
            of(9 + index, "down.weight"),
            of(9 + index, "up.weight"),
        );
    }
    let projections = [("to_q", "to_q"), ("to_k", "to_k"), ("to_v", "to_v"), ("to_out", "to_out.0")];
    for (index, name) in attentions().iter().enumerate() {
        for (projection, weight) in projections {
            if !name.ends_with("attn1") {
                let factor = |which: &str| of(index, &format!("{projection}_lora.{which}.weight"));
                check(format!("{}.{weight}.weight", in_package(name)), factor("down"), factor("up"));
                continue;
            }
            for which in ["down", "up"] {
                let planes = [
                    "xy_lora_geo",
                    "xz_lora_geo",
                    "yz_lora_geo",
                    "xy_lora_tex",
                    "xz_lora_tex",
                    "yz_lora_tex",
                ];
                let all =
                    planes.map(|plane| of(index, &format!("{projection}_{plane}.{which}.weight")).clone());
                close(&format!("generator.adapter.{name}.{projection}.{which}"), &all.concat());
            }
        }
    }
    assert_eq!(found("generator.vae.decoder.conv_out.weight"), *of(46, "weight"));
    assert_eq!(
        found("generator.feature_network.layers.0.weight"),
        adapter["feature_network.layers.0.weight"].1
    );
    // All other tensors of the base model are unchanged.
    for (name, (_, values)) in base.iter().filter(|(name, _)| !changed.contains(*name)) {
        let is_network = name.contains("_network.") || name.contains("conv_out") && name.contains("vae");
        assert!(is_network || found(name) == *values, "{name}");
    }
}

#[test]
fn half_precision_is_the_default_and_a_folder_is_possible() {
    let example = Example::new();
    example.convert().unwrap();
    let options = ConvertOptions { precision: None, ..example.options() };
    convert(&example.path("adapter.safetensors"), &example.path("half"), &options).unwrap();
    let half = Package::open(example.path("half")).unwrap();
    assert!(half.tensors().all(|tensor| tensor.kind == "F16"));
    assert!(example.path("half/weights.safetensors").is_file());
    let whole = Package::open(example.path("out.att3d")).unwrap();
    let name = "generator.unet.mid_block.resnets.0.conv1.weight";
    let (half, whole) =
        (half.tensor(name, &[8, 8, 3, 3]).unwrap(), whole.tensor(name, &[8, 8, 3, 3]).unwrap());
    assert!(
        half.iter().zip(&whole).all(|(half, whole)| (half - whole).abs() <= 2e-3 * whole.abs().max(1e-3))
    );
}

#[test]
fn old_names_of_the_vae_give_the_same_package() {
    let mut example = Example::new();
    example.convert().unwrap();
    let bytes = fs::read(example.path("out.att3d")).unwrap();
    let attention = "generator.vae.decoder.mid_block.attentions.0";
    for (new, old) in [("to_q", "query"), ("to_k", "key"), ("to_v", "value"), ("to_out.0", "proj_attn")] {
        for part in ["weight", "bias"] {
            let (mut shape, values) = example.base.remove(&format!("{attention}.{new}.{part}")).unwrap();
            // In some copies, the weights are convolutions.
            if part == "weight" && old != "value" {
                shape.extend([1, 1]);
            }
            example.base.insert(format!("{attention}.{old}.{part}"), (shape, values));
        }
    }
    example.write_networks();
    example.convert().unwrap();
    assert!(fs::read(example.path("out.att3d")).unwrap() == bytes);
    // The names of an adapter's tensors may lack the prefix.
    write(&example.path("adapter.safetensors"), &example.adapter, |_| true);
    example.convert().unwrap();
    assert!(fs::read(example.path("out.att3d")).unwrap() == bytes);
}

#[test]
fn other_base_models_are_refused_by_name() {
    let refused = |file: &str, field: &str, value: Value| {
        let example = Example::new();
        example.change(file, field, value);
        example.refused()
    };
    let (u_net, scheduler) = ("unet/config.json", "scheduler/scheduler_config.json");
    let error = refused(scheduler, "prediction_type", json!("v_prediction"));
    assert!(error.contains("is stable-diffusion-2-1 (768); expected stable-diffusion-2-1-base"), "{error}");
    assert!(refused(u_net, "cross_attention_dim", json!(768)).contains("is Stable Diffusion 1;"));
    assert!(refused(u_net, "cross_attention_dim", json!(2048)).contains("is Stable Diffusion XL;"));
    assert!(refused(u_net, "in_channels", json!(9)).contains("inpainting"));
    assert!(refused(u_net, "in_channels", json!(5)).contains("stable-diffusion-2-depth"));
    let error = refused(u_net, "cross_attention_dim", json!(16));
    assert!(
        error.contains("cross_attention_dim is 16; expected 8, the width of the text encoder"),
        "{error}"
    );
    assert!(refused(u_net, "use_linear_projection", json!(false)).contains("use_linear_projection is false"));
    let types = json!(["DownBlock2D", "CrossAttnDownBlock2D"]);
    assert!(refused(u_net, "down_block_types", types).contains("down_block_types is DownBlock2D, CrossAttn"));
    assert!(refused(u_net, "attention_head_dim", json!([3, 4])).contains("attention_head_dim is [3, 4]"));
    assert!(refused(u_net, "attention_head_dim", json!(2)).contains("to the same width"));
    assert!(refused(scheduler, "beta_schedule", json!("linear")).contains("beta_schedule is linear"));
    assert!(refused(scheduler, "prediction_type", json!("sample")).contains("prediction_type is sample"));
    assert!(refused(scheduler, "num_train_timesteps", json!(0)).contains("training_steps"));
    assert!(refused("vae/config.json", "norm_num_groups", json!(4)).contains("norm_num_groups is 4"));
    let example = Example::new();
    fs::create_dir(example.path("base/text_encoder_2")).unwrap();
    assert!(example.refused().contains("is Stable Diffusion XL;"));
}

#[test]
fn what_is_missing_is_named() {
    for part in
        ["unet/config.json", "vae/config.json", "scheduler/scheduler_config.json", "text_encoder/config.json"]
    {
        let example = Example::new();
        fs::remove_file(example.path("base").join(part)).unwrap();
        assert!(example.refused().contains(&format!("has no {part}; expected stable-diffusion-2-1-base")));
    }
    let example = Example::new();
    example.write_adapter(|name| !name.ends_with("layers.9.up.weight"));
    let error = example.refused();
    assert!(
        error.contains("has no tensor geometry.space_generator.peft_layers.layers.9.up.weight"),
        "{error}"
    );
    assert!(error.contains("generator.unet.down_blocks.0.resnets.0.conv1.weight"), "{error}");
    // In an adapter without convolutions, the output's layer comes directly after the attentions.
    example.write_adapter(|name| {
        name.split('.').count() != 7 || !name.contains("layers.") || name.contains("_lora")
    });
    assert!(example.refused().contains("no layers that change convolutions"));

    let mut example = Example::new();
    let name = "space_generator.peft_layers.layers.12.down.weight";
    example.adapter.insert(name.into(), numbers(name, &[RANK, 5, 3, 3]));
    example.write_adapter(|_| true);
    let error = example.refused();
    assert!(error.contains("layers.12.down.weight is [3, 5, 3, 3]; expected [3, 4, 3, 3]"), "{error}");

    let mut example = Example::new();
    example.base.remove("generator.unet.mid_block.attentions.0.norm.bias");
    example.write_networks();
    let error = example.refused();
    assert!(error.contains("unet has no tensor mid_block.attentions.0.norm.bias"), "{error}");
}

#[test]
fn a_base_and_an_adapter_belong_together() {
    let example = Example::new();
    let output = example.path("out.att3d");
    let none = ConvertOptions { base: None, ..example.options() };
    let error = convert(&example.path("adapter.safetensors"), &output, &none).unwrap_err().to_string();
    assert!(error.contains("stable-diffusion-2-1-base"), "{error}");
    let error =
        convert(&example.path("state.safetensors"), &output, &example.options()).unwrap_err().to_string();
    assert!(error.contains("is no adapter of TriplaneTurbo"), "{error}");
}

#[test]
fn a_canceled_conversion_leaves_nothing() {
    let example = Example::new();
    let output = example.path("out.att3d");
    let before = fs::read_dir(example.folder.path()).unwrap().count();
    let canceled = |fraction: f32| if fraction > 0.5 { Err(Cancelled) } else { Ok(()) };
    let error =
        convert_with_progress(&example.path("adapter.safetensors"), &output, &example.options(), &canceled)
            .unwrap_err();
    assert!(matches!(error, ConvertError::Cancelled(_)), "{error}");
    assert_eq!(fs::read_dir(example.folder.path()).unwrap().count(), before);
}
