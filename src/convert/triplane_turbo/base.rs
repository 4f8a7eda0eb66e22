//! The folder of the base model, Stable Diffusion 2.1-base, as diffusers saves it.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::error::TriplaneTurboError;
use crate::convert::error::ConvertError;
use crate::convert::hugging_face::TextFolder;
use crate::convert::json::json;
use crate::weights::tensors::TensorFiles;

/// The base model: its tensors and its settings.
pub(super) struct Base {
    pub text: TextFolder,
    pub u_net: TensorFiles,
    pub vae: TensorFiles,
    pub settings: Settings,
    pub u_net_path: PathBuf,
    pub vae_path: PathBuf,
}

/// Sizes of the networks, and the noise schedule.
#[derive(Debug)]
pub(super) struct Settings {
    pub latent_channels: usize,
    /// Cells along the edge of the latents on which the adapter was trained.
    pub latent_resolution: usize,
    pub u_net_channels: Vec<usize>,
    pub u_net_blocks: usize,
    pub head_width: usize,
    pub norm_groups: usize,
    pub text_width: usize,
    pub decoder_channels: Vec<usize>,
    pub decoder_blocks: usize,
    pub beta_start: f32,
    pub beta_end: f32,
    pub training_steps: usize,
}

#[derive(Deserialize)]
struct UNet {
    in_channels: usize,
    sample_size: usize,
    block_out_channels: Vec<usize>,
    down_block_types: Vec<String>,
    up_block_types: Vec<String>,
    layers_per_block: usize,
    /// Despite its name, the number of heads.
    attention_head_dim: Heads,
    cross_attention_dim: usize,
    norm_num_groups: usize,
    #[serde(default)]
    use_linear_projection: bool,
}

/// A number for all levels, or one for each.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Heads {
    Same(usize),
    Each(Vec<usize>),
}

#[derive(Deserialize)]
struct Vae {
    latent_channels: usize,
    block_out_channels: Vec<usize>,
    layers_per_block: usize,
    norm_num_groups: usize,
}

#[derive(Deserialize)]
struct Scheduler {
    beta_start: f32,
    beta_end: f32,
    beta_schedule: String,
    num_train_timesteps: usize,
    #[serde(default = "epsilon")]
    prediction_type: String,
}

fn epsilon() -> String {
    "epsilon".into()
}

const U_NET_CONFIG: &str = "unet/config.json";
const VAE_CONFIG: &str = "vae/config.json";
const SCHEDULER_CONFIG: &str = "scheduler/scheduler_config.json";
const TEXT_CONFIG: &str = "text_encoder/config.json";

/// Folder that a Stable Diffusion XL model has and this base model does not have.
const SECOND_ENCODER: &str = "text_encoder_2";
const XL: &str = "Stable Diffusion XL";

impl Base {
    /// Opens the folder. text and tokenizer: folders to use instead of the base model's. Errors:
    /// `TriplaneTurbo` for another model or a missing part; those of [`TextFolder::open`]; `Tensors`.
    pub(super) fn open(
        folder: &Path,
        text: Option<&Path>,
        tokenizer: Option<&Path>,
    ) -> Result<Self, ConvertError> {
        let wrong = |found| TriplaneTurboError::WrongBase { folder: folder.to_owned(), found };
        if folder.join(SECOND_ENCODER).exists() {
            return Err(wrong(XL).into());
        }
        for part in [U_NET_CONFIG, VAE_CONFIG, SCHEDULER_CONFIG, TEXT_CONFIG] {
            if !folder.join(part).is_file() && (part != TEXT_CONFIG || text.is_none()) {
                return Err(TriplaneTurboError::MissingPart { folder: folder.to_owned(), part }.into());
            }
        }
        let settings = Settings::read(folder)?;
        let encoder = folder.join("text_encoder");
        let text = TextFolder::open(text.unwrap_or(&encoder), tokenizer)?;
        if text.config.width != settings.text_width {
            let path = folder.join(U_NET_CONFIG);
            let expected = format!("{}, the width of the text encoder", text.config.width);
            return Err(setting(path, "cross_attention_dim", settings.text_width, expected).into());
        }
        let (u_net_path, vae_path) = (folder.join("unet"), folder.join("vae"));
        let (u_net, vae) = (TensorFiles::open(&u_net_path)?, TensorFiles::open(&vae_path)?);
        Ok(Self { text, u_net, vae, settings, u_net_path, vae_path })
    }
}

impl Settings {
    fn read(folder: &Path) -> Result<Self, ConvertError> {
        let (u_net_path, vae_path) = (folder.join(U_NET_CONFIG), folder.join(VAE_CONFIG));
        let scheduler_path = folder.join(SCHEDULER_CONFIG);
        let u_net: UNet = json(&u_net_path)?;
        let vae: Vae = json(&vae_path)?;
        let scheduler: Scheduler = json(&scheduler_path)?;
        if let Some(found) = known_model(&u_net, &scheduler) {
            return Err(TriplaneTurboError::WrongBase { folder: folder.to_owned(), found }.into());
        }
        check_u_net(&u_net, &u_net_path)?;
        if scheduler.beta_schedule != "scaled_linear" {
            let found = scheduler.beta_schedule;
            return Err(setting(scheduler_path, "beta_schedule", found, "scaled_linear").into());
        }
        if scheduler.prediction_type != epsilon() {
            let found = scheduler.prediction_type;
            return Err(setting(scheduler_path, "prediction_type", found, epsilon()).into());
        }
        for (field, found, expected) in [
            ("latent_channels", vae.latent_channels, u_net.in_channels),
            ("norm_num_groups", vae.norm_num_groups, u_net.norm_num_groups),
        ] {
            if found != expected {
                return Err(setting(vae_path, field, found, format!("{expected}, as in the U-Net")).into());
            }
        }
        Ok(Self {
            latent_channels: u_net.in_channels,
            // The edge of the latents on which the adapter was trained is half of the base model's: 32
            // instead of 64.
            latent_resolution: u_net.sample_size / 2,
            head_width: head_width(&u_net, &u_net_path)?,
            u_net_channels: u_net.block_out_channels,
            u_net_blocks: u_net.layers_per_block,
            norm_groups: u_net.norm_num_groups,
            text_width: u_net.cross_attention_dim,
            decoder_channels: vae.block_out_channels,
            // The file states the number of the encoder's blocks at each level. The decoder has one block
            // more.
            decoder_blocks: vae.layers_per_block.saturating_add(1),
            beta_start: scheduler.beta_start,
            beta_end: scheduler.beta_end,
            training_steps: scheduler.num_train_timesteps,
        })
    }
}

/// Returns the name of the model if it is a known model other than the base model; otherwise `None`.
fn known_model(u_net: &UNet, scheduler: &Scheduler) -> Option<&'static str> {
    match (u_net.cross_attention_dim, u_net.in_channels) {
        (768, _) => Some("Stable Diffusion 1"),
        (2048, _) => Some(XL),
        (_, 9) => Some("a model for inpainting, such as stable-diffusion-2-inpainting"),
        (_, 5) => Some("stable-diffusion-2-depth"),
        _ if scheduler.prediction_type == "v_prediction" => Some("stable-diffusion-2-1 (768)"),
        _ => None,
    }
}

fn setting(
    path: PathBuf,
    field: &'static str,
    found: impl ToString,
    expected: impl ToString,
) -> TriplaneTurboError {
    TriplaneTurboError::Setting { path, field, found: found.to_string(), expected: expected.to_string() }
}

/// Checks that the levels have the layers of Stable Diffusion 2.
fn check_u_net(u_net: &UNet, path: &Path) -> Result<(), TriplaneTurboError> {
    let levels = u_net.block_out_channels.len();
    let is_like = |types: &[String], plain: usize, [with, without]: [&str; 2]| {
        let matches = |(index, kind): (usize, &String)| kind == if index == plain { without } else { with };
        types.len() == levels && types.iter().enumerate().all(matches)
    };
    let wrong = |field, found, expected: &str| Err(setting(path.to_owned(), field, found, expected));
    if !is_like(&u_net.down_block_types, levels.saturating_sub(1), ["CrossAttnDownBlock2D", "DownBlock2D"]) {
        let found = u_net.down_block_types.join(", ");
        return wrong(
            "down_block_types",
            found,
            "CrossAttnDownBlock2D for each level and DownBlock2D for the last",
        );
    }
    if !is_like(&u_net.up_block_types, 0, ["CrossAttnUpBlock2D", "UpBlock2D"]) {
        let found = u_net.up_block_types.join(", ");
        return wrong(
            "up_block_types",
            found,
            "UpBlock2D for the first level and CrossAttnUpBlock2D for the others",
        );
    }
    if !u_net.use_linear_projection {
        return wrong("use_linear_projection", "false".into(), "true");
    }
    Ok(())
}

/// Returns the channels of a head, which are the same at each level.
fn head_width(u_net: &UNet, path: &Path) -> Result<usize, TriplaneTurboError> {
    let channels = &u_net.block_out_channels;
    let heads = match &u_net.attention_head_dim {
        Heads::Same(heads) => vec![*heads; channels.len()],
        Heads::Each(heads) => heads.clone(),
    };
    let mut widths =
        channels.iter().zip(&heads).map(|(channels, heads)| match channels.checked_rem(*heads) {
            Some(0) => Some(channels / heads),
            _ => None,
        });
    match widths.next().flatten() {
        Some(width) if widths.all(|other| other == Some(width)) && heads.len() == channels.len() => Ok(width),
        _ => {
            let expected = format!("numbers that divide {channels:?} to the same width");
            Err(setting(path.to_owned(), "attention_head_dim", format!("{heads:?}"), expected))
        }
    }
}
