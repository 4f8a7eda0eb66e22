//! Checks whether a model of a given configuration can be built.
//!
//! The limits keep products of sizes far from overflow. They also prevent a hostile `model.json` from
//! requesting terabytes before the first tensor is found to be missing. They are several times the sizes of
//! the largest published model of each family.

#![forbid(unsafe_code)]

mod latent_diffusion;
mod limits;

use std::collections::HashSet;
use std::ops::RangeInclusive;

use serde::Deserialize;

use super::config::{
    FORMAT_VERSION, GeneratorConfig, ModelConfig, SurfaceConfig, TextConfig, TriplaneConfig,
    TriplaneTransformerConfig, VoxelGridConfig, WordGroup, WordsConfig,
};
use super::error::{ConfigError, Problem};
use limits::{
    Checked, FEATURES, HIDDEN, U_NET_LEVELS, check_divides, check_number, check_product, check_size,
};

/// Allowed number of tokens in a vocabulary. CLIP has 49,408; multilingual vocabularies have 256,000.
const VOCABULARY: RangeInclusive<usize> = 3..=1 << 20;
/// Allowed number of tokens in a prompt. A prompt has at least a start token, a word and an end token. CLIP
/// allows 77 tokens.
const CONTEXT: RangeInclusive<usize> = 3..=4096;
/// Allowed width of a token, a prompt vector or an MLP's hidden layer. CLIP's widest token has 1,280.
const WIDTH: RangeInclusive<usize> = 1..=16_384;
/// Allowed number of layers of a transformer. CLIP has up to 32.
const LAYERS: RangeInclusive<usize> = 1..=128;
/// Allowed number of levels of a voxel grid. ATT3D has five levels, with up to 58 corners along an edge.
const GRID_LEVELS: RangeInclusive<usize> = 1..=16;
/// Allowed number of grid corners along an edge. Interpolation needs at least two corners.
const GRID_CELLS: RangeInclusive<usize> = 2..=512;
/// Allowed number of grid corners along an edge of a hashed level. A hashed level is converted to a grid for
/// sampling. A grid of 256³ corners with four features has 268 MB.
const HASHED_CORNERS: RangeInclusive<usize> = 2..=256;
const HASH_ENTRIES: RangeInclusive<usize> = 1..=1 << 22;
/// Largest number of groups of phrases, which are shown to people.
const GROUPS: usize = 64;
const PHRASES: RangeInclusive<usize> = 1..=1 << 20;
const ENVELOPE_KNOTS: RangeInclusive<usize> = 1..=64;
const PLANE_CELLS: RangeInclusive<usize> = 2..=2048;

/// Parses and checks `model.json`. The version is checked first, because a newer format may hold fields that
/// this version does not know. Errors: `Json`, `Config`.
pub(super) fn parse(json: &str) -> Result<ModelConfig, Problem> {
    #[derive(Deserialize)]
    struct Version {
        format_version: u64,
    }
    let Version { format_version } = serde_json::from_str(json).map_err(Problem::Json)?;
    check_version(format_version)?;
    let config: ModelConfig = serde_json::from_str(json).map_err(Problem::Json)?;
    config.validate()?;
    Ok(config)
}

impl ModelConfig {
    /// Checks whether a model of these sizes can be built. Errors: [`ConfigError`] for the first field that
    /// is out of range.
    pub fn validate(&self) -> Result<(), ConfigError> {
        check_version(u64::from(self.format_version))?;
        check_word("name", &self.name)?;
        check_word("license", &self.license)?;
        check_text(&self.text)?;
        match &self.generator {
            GeneratorConfig::VoxelGrid(grid) => check_grid(grid, &self.text)?,
            GeneratorConfig::Triplane(planes) => check_planes(planes)?,
            GeneratorConfig::TriplaneTransformer(planes) => check_transformer(planes)?,
            GeneratorConfig::LatentDiffusion(sizes) => latent_diffusion::check(sizes)?,
        }
        check_surface(&self.surface, &self.generator)?;
        check_words(&self.words)?;
        check_number("meters_per_unit", self.meters_per_unit, 1e-6, 1e6)
    }
}

fn check_version(found: u64) -> Checked {
    if (1..=u64::from(FORMAT_VERSION)).contains(&found) {
        return Ok(());
    }
    let expected = if found > u64::from(FORMAT_VERSION) {
        format!("at most {FORMAT_VERSION}: update this library to read a newer package")
    } else {
        "at least 1, the first version".to_owned()
    };
    Err(ConfigError::new("format_version", found, expected))
}

fn check_text(text: &TextConfig) -> Checked {
    check_size("text.vocabulary_size", text.vocabulary_size, VOCABULARY)?;
    check_size("text.context_length", text.context_length, CONTEXT)?;
    check_size("text.width", text.width, WIDTH)?;
    check_size("text.layers", text.layers, LAYERS)?;
    check_divides("text.heads", text.heads, "text.width", text.width)?;
    check_size("text.mlp_width", text.mlp_width, WIDTH)?;
    check_product("text.vocabulary_size × text.width", &[text.vocabulary_size, text.width])?;
    check_word("text.start_token", &text.start_token)?;
    check_word("text.end_token", &text.end_token)?;
    if text.start_token == text.end_token {
        return Err(ConfigError::new(
            "text.end_token",
            &text.end_token,
            "a token that differs from text.start_token",
        ));
    }
    if let Some(id) = text.padding_id {
        check_size("text.padding_id", id as usize, 0..=text.vocabulary_size.saturating_sub(1))?;
    }
    text.unknown_token.as_ref().map_or(Ok(()), |token| check_word("text.unknown_token", token))?;
    text.function_words.iter().try_for_each(|word| check_word("text.function_words", word))
}

/// Checks that groups have different names and that each group has phrases.
fn check_groups(field: &str, groups: &[WordGroup]) -> Checked {
    check_size(&format!("the number of {field}"), groups.len(), 0..=GROUPS)?;
    let mut names = HashSet::new();
    for group in groups {
        check_line(&format!("{field}.name"), &group.name)?;
        if !names.insert(&group.name) {
            return Err(ConfigError::new(
                &format!("{field}.name"),
                &group.name,
                "a name that no previous group has",
            ));
        }
        check_size(&format!("the number of {field}.phrases"), group.phrases.len(), PHRASES)?;
        group.phrases.iter().try_for_each(|phrase| check_line(&format!("{field}.phrases"), phrase))?;
    }
    Ok(())
}

fn check_words(words: &WordsConfig) -> Checked {
    check_groups("words.groups", &words.groups)?;
    check_groups("words.varied", &words.varied)?;
    words.lexicon.iter().try_for_each(|(word, known)| {
        check_line("words.lexicon", word)?;
        check_line("words.lexicon", known)?;
        if *word == word.to_lowercase() {
            return Ok(());
        }
        Err(ConfigError::new("words.lexicon", word, "words in lower case"))
    })
}

fn check_grid(grid: &VoxelGridConfig, text: &TextConfig) -> Checked {
    check_size("the number of generator.resolutions", grid.resolutions.len(), GRID_LEVELS)?;
    for &cells in &grid.resolutions {
        check_size("generator.resolutions", cells, GRID_CELLS)?;
    }
    check_size("generator.features", grid.features, FEATURES)?;
    check_size("generator.vector_width", grid.vector_width, WIDTH)?;
    check_size("generator.hidden_width", grid.hidden_width, HIDDEN)?;
    check_size("generator.environment_octaves", grid.environment_octaves, 0..=16)?;
    check_size("the number of generator.hash_resolutions", grid.hash_resolutions.len(), 0..=8)?;
    for &corners in &grid.hash_resolutions {
        check_size("generator.hash_resolutions", corners, HASHED_CORNERS)?;
    }
    let entries = if grid.hash_resolutions.is_empty() { 0..=0 } else { HASH_ENTRIES };
    check_size("generator.hash_entries", grid.hash_entries, entries)?;
    // The sum is at most 16 · 512³ · 256, so it can't overflow.
    let dense: usize = grid.resolutions.iter().map(|cells| cells * cells * cells * grid.features).sum();
    let values = dense + grid.hash_resolutions.len() * grid.hash_entries * grid.features;
    check_product("the generator's grid values × generator.vector_width", &[values, grid.vector_width])?;
    check_product(
        "text.context_length × text.width × generator.vector_width",
        &[text.context_length, text.width, grid.vector_width],
    )
}

fn check_planes(planes: &TriplaneConfig) -> Checked {
    // No tensor has the number of points in its shape, so only this limit bounds what a forward pass
    // allocates.
    check_size("generator.point_count", planes.point_count, 1..=1 << 16)?;
    check_size("generator.point_width", planes.point_width, 1..=2048)?;
    check_size("generator.point_hidden", planes.point_hidden, 0..=2048)?;
    check_size("generator.base_resolution", planes.base_resolution, PLANE_CELLS)?;
    let levels = planes.encoder_channels.len();
    check_size("the number of generator.encoder_channels", levels, U_NET_LEVELS)?;
    let halvings = 1 << (levels - 1);
    if !planes.base_resolution.is_multiple_of(halvings) {
        let expected = format!("a multiple of {halvings}, because {levels} levels halve it");
        return Err(ConfigError::new("generator.base_resolution", planes.base_resolution, expected));
    }
    check_size("generator.seeded_levels", planes.seeded_levels, 0..=levels)?;
    check_channels("generator.encoder_channels", &planes.encoder_channels, planes)?;
    check_channels("generator.geometry_channels", &planes.geometry_channels, planes)?;
    check_channels("generator.texture_channels", &planes.texture_channels, planes)?;
    check_size("generator.upsample", planes.upsample, 1..=16)?;
    if planes.blended_patches && !planes.upsample.is_multiple_of(2) {
        let expected = "an even number, because patches of planes overlap by half";
        return Err(ConfigError::new("generator.upsample", planes.upsample, expected));
    }
    if planes.blended_patches {
        // The matrices of the interpolation have no tensor in the package, so only this limit bounds them.
        check_size("generator.base_resolution", planes.base_resolution, 2..=256)?;
    }
    check_size("generator.geometry_features", planes.geometry_features, FEATURES)?;
    check_size("generator.texture_features", planes.texture_features, FEATURES)?;
    check_size("generator.geometry_hidden", planes.geometry_hidden, HIDDEN)?;
    check_size("generator.texture_hidden", planes.texture_hidden, HIDDEN)?;
    let edge = planes.base_resolution * planes.upsample;
    let widest = planes.geometry_features.max(planes.texture_features);
    check_product("the values of the generator's planes", &[3, edge, edge, widest])?;
    check_number("generator.sphere_radius", planes.sphere_radius, 1e-3, 2.0)
}

fn check_transformer(planes: &TriplaneTransformerConfig) -> Checked {
    check_size("generator.resolution", planes.resolution, 1..=512)?;
    check_size("generator.width", planes.width, WIDTH)?;
    check_size("generator.layers", planes.layers, LAYERS)?;
    check_divides("generator.heads", planes.heads, "generator.width", planes.width)?;
    check_size("generator.mlp_width", planes.mlp_width, WIDTH)?;
    check_size("generator.plane_features", planes.plane_features, FEATURES)?;
    check_size("generator.hidden_width", planes.hidden_width, HIDDEN)?;
    check_size("generator.hidden_layers", planes.hidden_layers, 1..=16)?;
    let (tokens, edge) = (3 * planes.resolution * planes.resolution, 2 * planes.resolution + 2);
    check_product("the values of the generator's tokens", &[tokens, planes.width])?;
    // The composed (not fused) attention holds a score for each pair of tokens.
    check_product("the pairs of the generator's tokens × generator.heads", &[tokens, tokens, planes.heads])?;
    check_product("the values of the generator's planes", &[3, edge, edge, planes.plane_features])?;
    check_number("generator.box_half_side", planes.box_half_side, 1e-3, 1e3)?;
    check_number("generator.sphere_radius", planes.sphere_radius, 1e-3, 1e3)
}

fn check_channels(field: &str, channels: &[usize], planes: &TriplaneConfig) -> Checked {
    let levels = planes.encoder_channels.len();
    if channels.len() != levels {
        let expected = format!("{levels} numbers, like generator.encoder_channels");
        return Err(ConfigError::new(field, format!("{} numbers", channels.len()), expected));
    }
    for &width in channels {
        check_size(field, width, 1..=8192)?;
        check_divides("generator.norm_groups", planes.norm_groups, field, width)?;
        check_divides("generator.attention_heads", planes.attention_heads, field, width)?;
    }
    Ok(())
}

fn check_envelope(knots: &[[f32; 2]]) -> Checked {
    check_size("the number of surface.envelope", knots.len(), ENVELOPE_KNOTS)?;
    let (mut before, mut lower, mut slope) = (0.0, 0.0, f32::INFINITY);
    for &[distance, value] in knots {
        check_number("surface.envelope", distance, 1e-6, 4.0)?;
        check_number("surface.envelope", value, 1e-6, 1e5)?;
        let next = (value - lower) / (distance - before);
        // The knots were written with rounding, so the slope of a straight line may seem to increase a
        // little.
        if !(distance > before && value > lower && next <= slope * (1.0 + 1e-4)) {
            return Err(ConfigError::new(
                "surface.envelope",
                format!("[{distance}, {value}] after [{before}, {lower}]"),
                "knots [distance, value] that rise with a slope that never increases",
            ));
        }
        (before, lower, slope) = (distance, value, next);
    }
    Ok(())
}

fn check_surface(surface: &SurfaceConfig, generator: &GeneratorConfig) -> Checked {
    match (surface, generator) {
        (
            SurfaceConfig::SignedDistance { iso_level, envelope },
            GeneratorConfig::Triplane(_)
            | GeneratorConfig::TriplaneTransformer(_)
            | GeneratorConfig::LatentDiffusion(_),
        ) => {
            check_number("surface.iso_level", *iso_level, -2.0, 2.0)?;
            check_envelope(envelope)
        }
        (SurfaceConfig::Density { threshold }, GeneratorConfig::VoxelGrid(_)) => {
            check_number("surface.threshold", *threshold, 1e-6, 1e6)
        }
        (SurfaceConfig::Density { .. }, _) => Err(ConfigError::new(
            "surface.kind",
            "density",
            "signed_distance, which generators with planes make",
        )),
        (SurfaceConfig::SignedDistance { .. }, GeneratorConfig::VoxelGrid(_)) => {
            Err(ConfigError::new("surface.kind", "signed_distance", "density, which att3d.voxel_grid makes"))
        }
    }
}

fn check_word(field: &str, found: &str) -> Checked {
    if !found.trim().is_empty() && found.len() <= 256 {
        return Ok(());
    }
    Err(ConfigError::new(field, format_args!("{found:?}"), "1 to 256 bytes of text"))
}

/// Checks a word or phrase that is shown on one line of a list in a terminal.
fn check_line(field: &str, found: &str) -> Checked {
    check_word(field, found)?;
    if !found.chars().any(char::is_control) {
        return Ok(());
    }
    Err(ConfigError::new(
        field,
        format_args!("{found:?}"),
        "text without tabs, line ends and other control characters",
    ))
}

#[cfg(test)]
mod tests;
