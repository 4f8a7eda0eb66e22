//! Conversion of a Triplane-Transformer's state dict (ScaleDreamer, Ma et al. 2024). The network's sizes are
//! derived from the shapes of its tensors.

use std::path::Path;

use super::{ConvertError, Manifest};
use crate::weights::config::{GeneratorConfig, SurfaceConfig, TriplaneTransformerConfig};
use crate::weights::tensors::TensorFiles;

const POSITIONS: &str = "space_generator.pos_embed";

/// Sizes that the state dict does not contain; the values are those of the published configuration.
const HEADS: usize = 16;
const BOX_HALF_SIDE: f32 = 2.0;
const SPHERE_RADIUS: f32 = 0.8;

/// Slope of the envelope. The field's real slope was never measured, so this value is so large that no block
/// is skipped.
const UNKNOWN_SLOPE: f32 = 1e3;

/// Returns the manifest for a file or folder of tensors. Errors: `Tensors`, `NotATransformer`.
pub(super) fn manifest(path: &Path) -> Result<Manifest, ConvertError> {
    let files = TensorFiles::open(path)?;
    let wrong = |what: String| ConvertError::NotATransformer { path: path.to_owned(), what };
    // The names in a training checkpoint have the module's name as a prefix: `geometry.`.
    let prefix = files.names().find_map(|name| name.strip_suffix(POSITIONS).map(str::to_owned));
    let prefix = prefix.ok_or_else(|| wrong(format!("there is no tensor {POSITIONS}")))?;
    let shape = |name: &str| {
        let found = files.shape(&format!("{prefix}{name}"));
        found.ok_or_else(|| wrong(format!("there is no tensor {prefix}{name}")))
    };
    let count = |pattern: fn(usize) -> String| {
        (0..).take_while(|&index| files.shape(&format!("{prefix}{}", pattern(index))).is_some()).count()
    };
    let unusual = |name: &str, found: &[usize]| wrong(format!("the shape of {name} is {found:?}"));

    let positions = shape(POSITIONS)?;
    let &[1, tokens, width] = positions else { return Err(unusual(POSITIONS, positions)) };
    let resolution = (tokens / 3).isqrt();
    if 3 * resolution * resolution != tokens {
        return Err(unusual(POSITIONS, positions));
    }
    let deconvolution = shape("space_generator.deconv.weight")?;
    let &[_, plane_features, 2, 2] = deconvolution else {
        return Err(unusual("space_generator.deconv.weight", deconvolution));
    };
    let (widen, hidden) =
        (shape("space_generator.layers.0.mlp.0.weight")?, shape("sdf_network.layers.0.weight")?);
    let (&[mlp_width, _], &[hidden_width, _]) = (widen, hidden) else {
        return Err(unusual("sdf_network.layers.0.weight", hidden));
    };
    let generator = GeneratorConfig::TriplaneTransformer(TriplaneTransformerConfig {
        resolution,
        width,
        layers: count(|index| format!("space_generator.layers.{index}.norm1.weight")),
        heads: HEADS,
        mlp_width,
        plane_features,
        hidden_width,
        hidden_layers: count(|index| format!("sdf_network.layers.{}.weight", 2 * index)).saturating_sub(1),
        box_half_side: BOX_HALF_SIDE,
        sphere_radius: SPHERE_RADIUS,
    });
    let surface = SurfaceConfig::SignedDistance { iso_level: 0.0, envelope: vec![[1.0, UNKNOWN_SLOPE]] };
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let license = "LicenseRef-unknown".to_owned();
    Ok(Manifest {
        config: Manifest::config(name, license, generator, surface, 1.0),
        text: None,
        tensors: path.to_owned(),
        names: vec![("generator.".into(), prefix)],
    })
}
