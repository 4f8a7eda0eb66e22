//! Files with the data from which another implementation can make the same mesh: one safetensors file for
//! each prompt.
//!
//! Tensors:
//!
//! - `geometry.planes` and `texture.planes` [3, r, r, c]: XY, XZ, YZ; the row is the second coordinate;
//!   samples are at cell centers
//! - `geometry.layers.0.weight` [out, in], `geometry.layers.0.bias` [out], and so on for each layer of both
//!   networks
//! - for each resolution, `mesh.128.positions` [n, 3], `mesh.128.colors` [n, 3] (sRGB) and
//!   `mesh.128.triangles` [m, 3] (i32)
//!
//! Metadata, all text:
//!
//! - `prompt` and `iso_level`
//! - for each field, `activation`, `residual` (one flag for each layer), `heads` (one for each channel) and
//!   `radial_bias` (constant and slope)
//! - for each resolution, `times.128` (prepare, surface, texture, in ms)

use std::collections::HashMap;
use std::error::Error;
use std::path::Path;

use att3d::generator::PromptFields;
use att3d::mesh::Mesh;
use att3d::tensor::{Field, FieldParts, Tensor};
use att3d::weights::config::SurfaceConfig;
use safetensors::tensor::{Dtype, TensorView};

use super::Run;

/// A tensor to write.
struct Stored {
    name: String,
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

/// Writes the file of one prompt.
pub fn write(
    path: &Path,
    prompt: &str,
    fields: &PromptFields,
    surface: &SurfaceConfig,
    runs: &[Run],
) -> Result<(), Box<dyn Error>> {
    let &SurfaceConfig::SignedDistance { iso_level, .. } = surface else {
        return Err("the field has densities; only fields of signed distances are dumped".into());
    };
    let mut stored = Vec::new();
    let mut metadata = HashMap::from([
        ("prompt".to_owned(), prompt.to_owned()),
        ("iso_level".to_owned(), iso_level.to_string()),
    ]);
    for (name, field) in [("geometry", &fields.geometry), ("texture", &fields.texture)] {
        add_field(name, &field.item(0)?, &mut stored, &mut metadata)?;
    }
    for run in runs {
        let times = run.stages;
        metadata.insert(
            format!("times.{}", run.resolution),
            format!("{},{},{}", times.prepare, times.surface, times.texture),
        );
        add_mesh(&format!("mesh.{}", run.resolution), &run.mesh, &mut stored);
    }
    let views = stored
        .iter()
        .map(|tensor| {
            let view = TensorView::new(tensor.dtype, tensor.shape.clone(), &tensor.bytes)?;
            Ok((tensor.name.as_str(), view))
        })
        .collect::<Result<Vec<_>, safetensors::SafeTensorError>>()?;
    safetensors::serialize_to_file(views, Some(metadata), path)?;
    Ok(())
}

fn add_field(
    name: &str,
    field: &Field,
    stored: &mut Vec<Stored>,
    metadata: &mut HashMap<String, String>,
) -> Result<(), Box<dyn Error>> {
    let FieldParts::Triplane(planes) = &field.parts else {
        return Err("the field has voxel grids; only triplanes are dumped".into());
    };
    // The batch dimension is 1.
    let shape = planes.shape().get(1..).unwrap_or_default();
    stored.push(floats(format!("{name}.planes"), shape, planes)?);
    for (index, layer) in field.layers.iter().enumerate() {
        let prefix = format!("{name}.layers.{index}");
        stored.push(floats(format!("{prefix}.weight"), layer.weight.shape(), &layer.weight)?);
        if let Some(bias) = &layer.bias {
            stored.push(floats(format!("{prefix}.bias"), bias.shape(), bias)?);
        }
    }
    let residual: Vec<_> = field.layers.iter().map(|layer| u8::from(layer.residual).to_string()).collect();
    let heads: Vec<_> = field.heads.iter().map(|head| format!("{head:?}").to_lowercase()).collect();
    let (constant, slope) = field.radial_bias.map_or((0.0, 0.0), |bias| (bias.constant, bias.slope));
    metadata.insert(format!("{name}.activation"), format!("{:?}", field.activation).to_lowercase());
    metadata.insert(format!("{name}.residual"), residual.join(","));
    metadata.insert(format!("{name}.heads"), heads.join(","));
    metadata.insert(format!("{name}.radial_bias"), format!("{constant},{slope}"));
    Ok(())
}

fn add_mesh(name: &str, mesh: &Mesh, stored: &mut Vec<Stored>) {
    let rows = |part: &str, rows: &[[f32; 3]]| Stored {
        name: format!("{name}.{part}"),
        dtype: Dtype::F32,
        shape: vec![rows.len(), 3],
        bytes: rows.iter().flatten().flat_map(|value| value.to_le_bytes()).collect(),
    };
    stored.push(rows("positions", &mesh.positions));
    stored.push(rows("colors", &mesh.colors));
    stored.push(Stored {
        name: format!("{name}.triangles"),
        dtype: Dtype::I32,
        shape: vec![mesh.triangles.len(), 3],
        bytes: mesh.triangles.iter().flatten().flat_map(|index| index.to_le_bytes()).collect(),
    });
}

fn floats(name: String, shape: &[usize], tensor: &Tensor) -> Result<Stored, Box<dyn Error>> {
    let bytes = tensor.to_vec()?.iter().flat_map(|value| value.to_le_bytes()).collect();
    Ok(Stored { name, dtype: Dtype::F32, shape: shape.to_vec(), bytes })
}
