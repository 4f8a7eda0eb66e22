//! Checks of a generator by latent diffusion.

use super::limits::{
    Checked, FEATURES, HIDDEN, U_NET_LEVELS, check_divides, check_number, check_product, check_size,
};
use crate::weights::config::LatentDiffusionConfig;
use crate::weights::error::ConfigError;

/// Allowed number of channels of a level. Stable Diffusion's widest level has 1,280.
const CHANNELS: std::ops::RangeInclusive<usize> = 1..=4096;
/// Allowed number of residual blocks of a level. Stable Diffusion's levels have up to three.
const BLOCKS: std::ops::RangeInclusive<usize> = 1..=8;
/// Allowed number of steps of the U-Net. Published models of this kind take at most 50 steps.
const STEPS: std::ops::RangeInclusive<usize> = 1..=1000;

pub(super) fn check(sizes: &LatentDiffusionConfig) -> Checked {
    check_size("generator.latent_channels", sizes.latent_channels, 1..=64)?;
    check_size("generator.latent_resolution", sizes.latent_resolution, 1..=128)?;
    check_levels("generator.u_net_channels", &sizes.u_net_channels, sizes.norm_groups)?;
    let levels = sizes.u_net_channels.len();
    let halvings = 1 << (levels - 1);
    if !sizes.latent_resolution.is_multiple_of(halvings) {
        let expected = format!("a multiple of {halvings}, because {levels} levels halve it");
        return Err(ConfigError::new("generator.latent_resolution", sizes.latent_resolution, expected));
    }
    for &channels in &sizes.u_net_channels {
        check_divides("generator.head_width", sizes.head_width, "generator.u_net_channels", channels)?;
    }
    check_size("generator.u_net_blocks", sizes.u_net_blocks, BLOCKS)?;
    check_size("generator.adapter_rank", sizes.adapter_rank, 1..=1024)?;
    check_levels("generator.decoder_channels", &sizes.decoder_channels, sizes.norm_groups)?;
    check_size("generator.decoder_blocks", sizes.decoder_blocks, BLOCKS)?;
    check_size("generator.plane_features", sizes.plane_features, FEATURES)?;
    check_size("generator.hidden_width", sizes.hidden_width, HIDDEN)?;
    check_size("generator.hidden_layers", sizes.hidden_layers, 1..=16)?;
    check_schedule(sizes)?;
    check_number("generator.sphere_radius", sizes.sphere_radius, 1e-3, 2.0)?;
    check_number("generator.deformation_unit", sizes.deformation_unit, 0.0, 1.0)?;

    let widest = |channels: &[usize]| channels.iter().copied().max().unwrap_or(1);
    let (planes, latent) = (LatentDiffusionConfig::PLANES, sizes.latent_resolution);
    let edge = sizes.plane_resolution();
    // The first convolution of a level on the way up takes the channels of two levels.
    let u_net = 2 * widest(&sizes.u_net_channels);
    check_product("the values of the generator's U-Net at one level", &[planes, latent, latent, u_net])?;
    let decoder = widest(&sizes.decoder_channels).max(2 * sizes.plane_features);
    check_product("the values of the generator's decoder for one plane", &[edge, edge, decoder])?;
    check_product("the values of the generator's planes", &[planes, edge + 2, edge + 2, sizes.plane_features])
}

fn check_levels(field: &str, channels: &[usize], groups: usize) -> Checked {
    check_size(&format!("the number of {field}"), channels.len(), U_NET_LEVELS)?;
    for &width in channels {
        check_size(field, width, CHANNELS)?;
        check_divides("generator.norm_groups", groups, field, width)?;
    }
    Ok(())
}

fn check_schedule(sizes: &LatentDiffusionConfig) -> Checked {
    check_number("generator.beta_start", sizes.beta_start, 1e-6, 0.5)?;
    check_number("generator.beta_end", sizes.beta_end, sizes.beta_start, 0.5)?;
    check_size("generator.training_steps", sizes.training_steps, 2..=100_000)?;
    check_size("the number of generator.timesteps", sizes.timesteps.len(), STEPS)?;
    let mut before = sizes.training_steps;
    for &step in &sizes.timesteps {
        if step >= before {
            let expected = format!("steps below {before}, from noisy to clean");
            return Err(ConfigError::new("generator.timesteps", step, expected));
        }
        before = step;
    }
    Ok(())
}
