//! A generated mesh as a file of a format that other programs read.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;

use crate::files::write_whole;
use crate::formats::{encode_obj, encode_ply, encode_stl};
use crate::gltf::{AssetInfo, encode_glb, encode_textured_glb};
use crate::mesh::{Placement, Scale};

use super::{Generated, Origin, PipelineError};

/// A format to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeshFormat {
    /// Binary glTF: the only one that keeps everything.
    Glb,
    /// Wavefront OBJ with vertex colours.
    Obj,
    /// Stanford PLY, binary.
    Ply,
    /// STL, binary: the shape alone.
    Stl,
}

impl MeshFormat {
    /// The format that a file's name asks for; GLB where it has no ending. Errors: `UnknownFormat`.
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

/// A mesh in a format's bytes, with what it wears and where it came from as far as the format has a place for it.
pub fn encode_mesh(
    generated: &Generated,
    format: MeshFormat,
    placement: Placement,
) -> Result<Vec<u8>, PipelineError> {
    let Generated { mesh, painting, origin, .. } = generated;
    let name = &origin.prompt;
    Ok(match format {
        MeshFormat::Glb => {
            let info = origin.asset_info(placement);
            match painting {
                Some(painting) => encode_textured_glb(mesh, &painting.textures(), &info)?,
                None => encode_glb(mesh, &info)?,
            }
        }
        MeshFormat::Obj => encode_obj(mesh, name, placement)?,
        MeshFormat::Ply => encode_ply(mesh, name, placement)?,
        MeshFormat::Stl => encode_stl(mesh, name, placement)?,
    })
}

/// As [`encode_mesh`], to a file, whole or not at all.
pub fn write_mesh(
    path: &Path,
    generated: &Generated,
    format: MeshFormat,
    placement: Placement,
) -> Result<(), PipelineError> {
    Ok(write_whole(path, &encode_mesh(generated, format, placement)?)?)
}

impl Origin {
    /// Where a mesh of this model stands unless the caller says otherwise.
    pub fn placement(&self) -> Placement {
        Placement { scale: Scale::MetresPerUnit(self.metres_per_unit), ..Placement::default() }
    }

    /// What a GLB says of the mesh.
    pub fn asset_info(&self, placement: Placement) -> AssetInfo {
        let mut extras = self.extras.clone();
        extras.insert("model".into(), json!(self.model));
        extras.insert("model_digest".into(), json!(self.model_digest));
        extras.insert("resolution".into(), json!(self.resolution));
        extras.insert("library_version".into(), json!(env!("CARGO_PKG_VERSION")));
        extras.insert("unknown_words".into(), json!(self.reading.unknown_words));
        if !self.reading.replaced_words.is_empty() {
            let replaced = self.reading.replaced_words.iter().map(|word| (&word.typed, &word.known));
            extras.insert("replaced_words".into(), json!(replaced.collect::<BTreeMap<_, _>>()));
        }
        AssetInfo { prompt: self.prompt.clone(), extras, placement }
    }
}
