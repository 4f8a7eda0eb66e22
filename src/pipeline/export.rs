//! Export of a generated mesh to file formats that other programs read.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::files::write_whole;
use crate::formats::{encode_obj, encode_ply, encode_stl};
use crate::gltf::{
    self, AnimationFrame, AssetInfo, Beside, Host, Provenance, encode_asset, encode_asset_compressed,
};
use crate::mesh::{Pivot, Placement, Scale};

use super::{Generated, Origin, Painting, PipelineError};

/// A mesh format to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeshFormat {
    /// Binary glTF. It is the only format that keeps everything.
    Glb,
    /// Wavefront OBJ with vertex colors.
    Obj,
    /// Stanford PLY, binary.
    Ply,
    /// STL, binary. It keeps only the geometry.
    Stl,
}

impl MeshFormat {
    /// Returns the format for a file name's extension; GLB if there is no extension. Errors:
    /// `UnknownFormat`.
    pub fn of(path: &Path) -> Result<Self, PipelineError> {
        let Some(extension) = path.extension() else { return Ok(Self::Glb) };
        match extension.to_string_lossy().to_ascii_lowercase().as_str() {
            "glb" => Ok(Self::Glb),
            "obj" => Ok(Self::Obj),
            "ply" => Ok(Self::Ply),
            "stl" => Ok(Self::Stl),
            _ => Err(PipelineError::UnknownFormat { name: path.display().to_string() }),
        }
    }
}

/// Settings of an export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExportOptions {
    /// Scale, pivot and up axis of the mesh.
    pub placement: Placement,
    /// Program whose naming convention the collision hulls follow.
    pub host: Host,
    /// Seconds from one keyframe to the next, if there are several; 0 means 1.
    pub seconds: f32,
    /// Whether to compress a GLB with `KHR_mesh_quantization` and `EXT_meshopt_compression`. The program that
    /// reads the file must support both.
    pub is_compressed: bool,
}

/// Encodes a mesh in a format, with as much of its textures and origin as the format can hold. Errors:
/// `Gltf`, `Format`.
pub fn encode_mesh(
    generated: &Generated,
    format: MeshFormat,
    options: ExportOptions,
) -> Result<Vec<u8>, PipelineError> {
    let Generated { mesh, painting, levels, hulls, morph, origin, .. } = generated;
    let ExportOptions { placement, host, seconds, is_compressed } = options;
    let name = &origin.prompt;
    Ok(match format {
        MeshFormat::Glb => {
            let textures = painting.as_ref().map(Painting::textures);
            let targets = morph.as_ref().map_or(&[][..], |morph| &morph.targets);
            let beside = Beside { textures, levels, hulls, host, targets, seconds };
            let encode = if is_compressed { encode_asset_compressed } else { encode_asset };
            encode(mesh, &beside, &origin.asset_info(placement))?
        }
        MeshFormat::Obj => encode_obj(mesh, name, placement)?,
        MeshFormat::Ply => encode_ply(mesh, name, placement)?,
        MeshFormat::Stl => encode_stl(mesh, name, placement)?,
    })
}

/// Encodes meshes as one GLB whose animation shows one after another, each for `options.seconds` (0 means 1).
/// The GLB states the origin of the first mesh. Colors are vertex colors. Errors: `NoPrompt` for an empty
/// list, `Gltf`.
pub fn encode_frames(frames: &[&Generated], options: ExportOptions) -> Result<Vec<u8>, PipelineError> {
    let first = frames.first().ok_or(PipelineError::NoPrompt)?;
    let names: Vec<String> = frames
        .iter()
        .enumerate()
        .map(|(index, frame)| format!("{index:03} {}", frame.origin.prompt))
        .collect();
    let shown: Vec<AnimationFrame<'_>> =
        frames.iter().zip(&names).map(|(frame, name)| AnimationFrame { mesh: &frame.mesh, name }).collect();
    let seconds = if options.seconds == 0.0 { 1.0 } else { options.seconds };
    let encode = if options.is_compressed { gltf::encode_frames_compressed } else { gltf::encode_frames };
    Ok(encode(&shown, seconds, &first.origin.asset_info(options.placement))?)
}

/// Writes the GLB of [`encode_frames`] to a file, completely or not at all. Errors: those of
/// [`encode_frames`], `Write`.
pub fn write_frames(path: &Path, frames: &[&Generated], options: ExportOptions) -> Result<(), PipelineError> {
    Ok(write_whole(path, &encode_frames(frames, options)?)?)
}

/// Writes the bytes of [`encode_mesh`] to a file, completely or not at all. Errors: those of [`encode_mesh`],
/// `Write`.
pub fn write_mesh(
    path: &Path,
    generated: &Generated,
    format: MeshFormat,
    options: ExportOptions,
) -> Result<(), PipelineError> {
    Ok(write_whole(path, &encode_mesh(generated, format, options)?)?)
}

impl Generated {
    /// Returns the placement of the shape from which the mesh was made; `None` without a shape. size: length
    /// of the mesh's longest side in meters, to which the mesh is scaled about the shape's center; 0 keeps
    /// the shape's own scale.
    pub fn place_of_shape(&self, size: f32) -> Option<Placement> {
        let frame = self.origin.frame?;
        let [low, high] = self.mesh.bounds();
        let longest = (0..3).map(|axis| high[axis] - low[axis]).fold(0.0, f32::max);
        let units = if size > 0.0 { size / longest } else { frame.units };
        // The origin of object space is the shape's center.
        let pivot = Pivot::At(frame.center.map(|middle| -middle / units));
        Some(Placement { scale: Scale::MetersPerUnit(units), pivot, ..Placement::default() })
    }
}

impl Origin {
    /// Returns the default placement of a mesh of this model.
    pub fn placement(&self) -> Placement {
        Placement { scale: Scale::MetersPerUnit(self.meters_per_unit), ..Placement::default() }
    }

    /// Returns the information about the mesh that a GLB stores.
    pub fn asset_info(&self, placement: Placement) -> AssetInfo {
        let replaced = &self.reading.replaced;
        let provenance = Provenance {
            prompt: self.prompt.clone(),
            model: Some(self.model.clone()),
            model_digest: Some(self.model_digest.clone()),
            resolution: Some(self.resolution),
            library_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            left_out: Some(self.reading.left_out.clone()),
            replaced: replaced.iter().map(|word| (word.typed.clone(), word.known.clone())).collect(),
            ..Provenance::default()
        };
        let mut extras = self.extras.clone();
        // The provenance consists of strings and numbers, which can always be encoded.
        extras.extend(provenance.extras().unwrap_or_default());
        AssetInfo { prompt: self.prompt.clone(), extras, placement }
    }
}
