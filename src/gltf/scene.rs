//! The contents of a document's default scene, for drawing, for taking a shape, and for painting.

mod materials;
mod morph;
mod names;
mod nodes;
mod parts;
mod skin;
mod warning;

use std::collections::HashMap;
use std::sync::Arc;

use super::GltfError;
use super::document::Document;
use super::document::sparse::{DRACO, DRACO_ADVICE};
use super::error::unsupported;
use crate::appearance::{self, Material};
use crate::mesh::Mesh;
use materials::Materials;
pub use parts::ScenePart;
pub use warning::{Named, Warning};

/// The contents of a scene, and what was left out of it.
#[derive(Clone, Debug, Default)]
pub struct SceneView {
    /// Every primitive with a surface, once for each of its instances in the scene. Objects that are never
    /// drawn, such as collision shapes, are omitted, unless there are no others.
    pub parts: Vec<ScenePart>,
    /// Contents of the file that were left out. Each is listed once.
    pub warnings: Vec<Warning>,
}

/// Extensions that are read.
const READ: [&str; 10] = [
    "KHR_mesh_quantization",
    "EXT_meshopt_compression",
    "KHR_meshopt_compression",
    "EXT_mesh_gpu_instancing",
    "KHR_node_visibility",
    "KHR_texture_transform",
    "KHR_materials_unlit",
    "KHR_materials_emissive_strength",
    "KHR_materials_pbrSpecularGlossiness",
    "EXT_texture_webp",
];
/// Extensions that are not read, and that change neither the position nor the appearance of a surface at
/// rest. Draco is one of them only where a file does not require it: such a file also stores the geometry
/// uncompressed.
const ASIDE: [&str; 4] =
    ["KHR_animation_pointer", "KHR_xmp_json_ld", "KHR_xmp", "KHR_draco_mesh_compression"];
/// Extensions that are not read. A picture without their effects is still acceptable. This also holds for the
/// extensions of materials, which [`is_dispensable`] recognizes by their prefixes.
const DISPENSABLE: [&str; 7] = [
    "KHR_lights_punctual",
    "EXT_lights_image_based",
    "EXT_lights_ies",
    "KHR_texture_basisu",
    "KHR_techniques_webgl",
    "EXT_texture_avif",
    "MSFT_texture_dds",
];

/// Returns whether a file that requires an extension can be used without reading the extension.
fn is_dispensable(extension: &str) -> bool {
    READ.contains(&extension)
        || extension != DRACO && ASIDE.contains(&extension)
        || DISPENSABLE.contains(&extension)
        || extension.starts_with("KHR_materials_")
        || extension.starts_with("EXT_materials_")
}

impl Document {
    /// Reads the contents of the default scene. Collision shapes, navigation meshes and similar nodes are
    /// recognized by their names and left out, unless there is nothing else.
    ///
    /// # Errors
    ///
    /// [`GltfError::Invalid`] for damaged geometry; [`GltfError::Unsupported`] for geometry compressed by
    /// Draco, for a buffer that was not found, and for a required extension without which the surfaces may be
    /// wrong.
    pub fn scene(&self) -> Result<SceneView, GltfError> {
        let root = self.root();
        if root.extensions_required.iter().any(|name| name == DRACO) {
            return Err(unsupported(DRACO_ADVICE));
        }
        if let Some(extension) = root.extensions_required.iter().find(|extension| !is_dispensable(extension))
        {
            return Err(unsupported(format!("the required extension {extension}: save the file without it")));
        }
        let mut warnings: Vec<Warning> = root
            .extensions_used
            .iter()
            .filter(|name| !READ.contains(&name.as_str()) && !ASIDE.contains(&name.as_str()))
            .map(|name| Warning::Extension { name: name.clone() })
            .collect();
        let buffers = self.accessors();
        let placed = nodes::placed(&buffers, &mut warnings)?;
        let materials = Materials::new(&buffers);
        let parts = parts::read(&buffers, &placed, &materials, &mut warnings)?;
        warnings.extend(materials.into_warnings());
        Ok(SceneView { parts, warnings })
    }
}

impl SceneView {
    /// Returns the parts that a viewer shows. Returns all parts if none is shown, as in a file that holds
    /// only a lower level of detail.
    pub fn seen(&self) -> Vec<&ScenePart> {
        let seen: Vec<&ScenePart> = self.parts.iter().filter(|part| part.is_seen).collect();
        if seen.is_empty() { self.parts.iter().collect() } else { seen }
    }

    /// Returns the parts that a viewer shows as one scene for the renderer.
    pub fn drawn(&self) -> appearance::Scene {
        let parts = self.seen();
        let mut scene = appearance::Scene::default();
        let mut numbers: HashMap<*const Material, u32> = HashMap::new();
        let has_tangents = parts.iter().any(|part| !part.surface.tangents.is_empty());
        for part in parts {
            let (vertices, first) = (part.surface.positions.len(), scene.mesh.positions.len());
            let whole = &mut scene.mesh;
            whole.positions.extend_from_slice(&part.surface.positions);
            whole.normals.extend(part.surface.unit_normals());
            if has_tangents {
                whole.tangents.extend_from_slice(&part.surface.tangents);
                whole.tangents.resize(first + vertices, [0.0; 4]);
            }
            for (all, own) in scene.uvs.iter_mut().zip(part.lookups()) {
                all.extend_from_slice(own);
                all.resize(first + vertices, [0.0; 2]);
            }
            scene.colors.extend_from_slice(&part.colors);
            scene.colors.resize(first + vertices, [1.0; 4]);
            let next = numbers.len() as u32;
            let number = *numbers.entry(Arc::as_ptr(&part.look)).or_insert(next);
            if number == next {
                scene.materials.push(Material::clone(&part.look));
            }
            let triangles = part.surface.triangles.iter();
            let first = first as u32;
            scene.mesh.triangles.extend(triangles.map(|triangle| triangle.map(|corner| corner + first)));
            scene.material_of.resize(scene.mesh.triangles.len(), number);
            scene.is_flat.resize(scene.mesh.triangles.len(), !part.has_normals);
        }
        scene
    }

    /// Joins the surfaces of the parts that a viewer shows into one mesh, with color (sRGB), metallic and
    /// roughness per vertex. The mesh has no colors if those of one part are unknown.
    pub fn joined(&self) -> Mesh {
        let mut whole = Mesh::default();
        for part in self.seen() {
            let first = whole.positions.len() as u32;
            whole.positions.extend_from_slice(&part.surface.positions);
            whole.normals.extend(part.surface.unit_normals());
            whole.colors.extend(part.vertex_colors());
            whole.metallic_roughness.extend(part.vertex_metallic_roughness());
            let triangles = part.surface.triangles.iter();
            whole.triangles.extend(triangles.map(|triangle| triangle.map(|corner| corner + first)));
        }
        if whole.colors.len() != whole.positions.len() {
            whole.colors.clear();
        }
        whole
    }
}
