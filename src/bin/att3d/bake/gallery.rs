//! The gallery of a bake: a page that shows all assets, opened from the disk without a server.
//!
//! A page that was opened from the disk can load scripts and show images, but its code cannot read other
//! files. So the entries are written as a script. Each mesh is also written as a script, in Base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::folder::Place;
use super::manifest::Entry;
use crate::failure::Failure;

/// The page.
const PAGE: &str = include_str!("gallery/index.html");
/// The 3D viewer with three.js; scripts/build_viewer.sh makes it.
const VIEWER: &str = include_str!("gallery/viewer.min.js");
/// Folder of the scripts of meshes.
const SCRIPTS: &str = "viewer";

/// What a gallery contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Gallery {
    /// A page with thumbnails and, for GLB files, a 3D view of each mesh. For this view, each mesh is stored
    /// a second time.
    Full,
    /// A page with thumbnails.
    Pictures,
    /// No page.
    None,
}

/// Returns the path of the script of a mesh. path: path of the mesh without its extension.
pub fn script_path(path: &str) -> String {
    format!("{SCRIPTS}/{path}.js")
}

/// Returns the script of a mesh. path: path of the script, by which the page recognizes the mesh; bytes:
/// content of the mesh's GLB file.
pub fn script(path: &str, bytes: &[u8]) -> Vec<u8> {
    format!("att3dMesh({},\"{}\");\n", json!(path), STANDARD.encode(bytes)).into_bytes()
}

/// Writes the page, the list of assets and the viewer. The scripts of the meshes are written with the assets.
/// title: name of the catalog. Errors: `Write`.
pub fn write(place: &Place, gallery: Gallery, title: &str, entries: &[Entry]) -> Result<(), Failure> {
    if gallery == Gallery::None {
        return Ok(());
    }
    let assets: Vec<Value> = entries.iter().map(asset).collect();
    let catalog = format!("window.att3dCatalog = {};\n", json!({ "title": title, "assets": assets }));
    place.write("catalog", "catalog.js", catalog.as_bytes())?;
    if gallery == Gallery::Full {
        place.write("viewer", "viewer.js", VIEWER.as_bytes())?;
    }
    Ok(place.write("index", "index.html", PAGE.as_bytes())?)
}

/// Returns what the page shows of an entry, without empty values.
fn asset(entry: &Entry) -> Value {
    let report = |place: &str| entry.report.pointer(place).cloned().unwrap_or_default();
    let all = json!({
        "row": entry.row,
        "prompt": entry.prompt,
        "file": entry.file,
        "thumbnail": entry.thumbnail.as_deref().map(in_url),
        "mesh_script": entry.mesh_script,
        "understood": report("/understood/phrase"),
        "left_out": report("/left_out"),
        "replaced": report("/replaced"),
        "triangles": report("/triangles"),
        "bytes": report("/bytes"),
        "milliseconds": report("/milliseconds/whole"),
        "options": report("/options"),
        "notes": report("/notes"),
        "unmet": entry.unmet,
        "warnings": entry.warnings,
        "error": entry.error,
    });
    match all {
        Value::Object(fields) => {
            Value::Object(fields.into_iter().filter(|(_, value)| !is_empty(value)).collect::<Map<_, _>>())
        }
        other => other,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => object.is_empty(),
        _ => false,
    }
}

/// Returns a relative path with percent encoding, for a URL.
fn in_url(path: &str) -> String {
    path.split('/')
        .map(|part| {
            percent_encoding::utf8_percent_encode(part, percent_encoding::NON_ALPHANUMERIC).to_string()
        })
        .collect::<Vec<_>>()
        .join("/")
}
