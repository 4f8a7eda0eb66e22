//! Makes one asset of a catalog: its file, its picture and its report.

use std::path::Path;
use std::time::Instant;

use att3d::error::no_progress;
use att3d::gltf::Document;
use att3d::pipeline::{
    MeshFormat, Model, Shape, encode_mesh, generate_with_progress, restyle_document, stylize,
};
use serde_json::{Value, json};

use super::asset::Asset;
use crate::failure::Failure;
use crate::report::{detail_warnings, generated_json, replaced_json, understood_json};
use crate::stylize::{about_input, repaint_warnings};

/// An asset that was made.
pub struct Made {
    /// Contents of the mesh's file.
    pub bytes: Vec<u8>,
    /// Contents of the picture's file, if a picture was requested.
    pub picture: Option<Vec<u8>>,
    /// Report: the reading, the measures and the times.
    pub report: Value,
    /// Warnings.
    pub warnings: Vec<String>,
}

/// Makes an asset. thumbnail: width and height of the picture in pixels; 0 for none. Errors: all of
/// [`Failure`] that apply to the prompt, the options and the given mesh.
pub fn make(model: &Model, asset: &Asset, format: MeshFormat, thumbnail: u32) -> Result<Made, Failure> {
    let begun = Instant::now();
    let mut made = match &asset.input {
        Some(input) if asset.options.keep_geometry => restyled(model, asset, input, thumbnail),
        _ => generated(model, asset, format, thumbnail),
    }?;
    made.report["bytes"] = json!(made.bytes.len());
    made.report["milliseconds"]["whole"] = json!(begun.elapsed().as_millis() as u64);
    if let Some(report) = made.report.as_object_mut() {
        report.remove("output");
    }
    Ok(made)
}

/// Makes a mesh of the prompt, or of the prompt and the given mesh.
fn generated(model: &Model, asset: &Asset, format: MeshFormat, thumbnail: u32) -> Result<Made, Failure> {
    let options = asset.generate_options();
    let mut warnings = Vec::new();
    let generated = match &asset.input {
        None => generate_with_progress(model, &asset.prompt, &options, &no_progress)?,
        Some(input) => {
            let scene = open(input)?.scene().map_err(|error| about_input(input, error.into()))?;
            warnings.extend(scene.warnings.iter().map(ToString::to_string));
            let shape = Shape::of_parts(&scene.parts).map_err(|error| about_input(input, error))?;
            stylize(model, &asset.prompt, &shape.keeping(asset.options.keep_shape)?, &options, &no_progress)?
        }
    };
    warnings.extend(detail_warnings(&generated, asset.options.surface.levels()));
    let placement = &asset.options.placement;
    let placement = match &asset.input {
        None => placement.apply(generated.origin.placement()),
        Some(_) => placement.apply_to_stylized(&generated),
    };
    let bytes = encode_mesh(&generated, format, asset.options.surface.export_options(placement))?;
    let picture = match thumbnail {
        0 => None,
        size => Some(crate::render::picture(model, &generated, Some(size))?.encode_png()?),
    };
    Ok(Made { bytes, picture, report: generated_json(&generated, ""), warnings })
}

/// Makes new materials on the given mesh.
fn restyled(model: &Model, asset: &Asset, input: &Path, thumbnail: u32) -> Result<Made, Failure> {
    let made = restyle_document(model, &asset.prompt, open(input)?, &asset.restyle_options(), &no_progress)
        .map_err(|error| about_input(input, error))?;
    let mut warnings: Vec<String> = made.warnings.iter().map(ToString::to_string).collect();
    warnings.extend(made.repainted.iter().flat_map(repaint_warnings));
    let picture = match thumbnail {
        0 => None,
        size => Some(crate::render::picture_of(model, &made.document, Some(size))?.encode_png()?),
    };
    let reading = &made.origin.reading;
    let report = json!({
        "triangles": made.repainted.iter().map(|repainted| repainted.triangles).sum::<usize>(),
        "understood": understood_json(reading),
        "left_out": reading.left_out,
        "replaced": replaced_json(reading),
        "milliseconds": {},
    });
    Ok(Made { bytes: made.glb, picture, report, warnings })
}

/// Opens a given mesh. Errors: `Input`.
fn open(input: &Path) -> Result<Document, Failure> {
    Document::open(input).map_err(|error| about_input(input, error.into()))
}
