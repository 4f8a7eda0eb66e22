//! The result of a generator.

use godot::classes::{
    ArrayMesh, ConvexPolygonShape3D, GltfDocument, GltfState, Material, Mesh, MeshInstance3D, Node,
    ProjectSettings,
};
use godot::global::Error;
use godot::prelude::*;

use super::texts::packed;
use crate::config::report;
use crate::handles::{self, Buffer, desc};
use crate::library::{Failure, FailureKind};
use crate::made::{Geometry, Made};
use crate::models::Read;
use crate::surface::info_of;
use crate::{ffi, input, scene};

/// A finished mesh with its material, collision shapes and measures.
#[derive(GodotClass)]
#[class(tool, no_init, base = RefCounted)]
pub struct Att3DResult {
    mesh: Gd<ArrayMesh>,
    shapes: Array<Gd<ConvexPolygonShape3D>>,
    prompt: String,
    read: Read,
    warnings: Vec<String>,
    /// The library's mesh; `None` if only materials were made.
    made: Option<handles::Mesh>,
    export: ffi::att3d_export_desc,
    base: Base<RefCounted>,
}

#[godot_api]
impl Att3DResult {
    /// Returns the mesh with its material.
    #[func]
    fn get_mesh(&self) -> Gd<ArrayMesh> {
        self.mesh.clone()
    }

    /// Returns the material of the first surface.
    #[func]
    fn get_material(&self) -> Option<Gd<Material>> {
        if self.mesh.get_surface_count() == 0 { None } else { self.mesh.surface_get_material(0) }
    }

    /// Returns the collision shapes; empty without hulls.
    #[func]
    fn get_collision_shapes(&self) -> Array<Gd<ConvexPolygonShape3D>> {
        self.shapes.clone()
    }

    /// Returns the prompt, or the prompts of a mix with " / " between them.
    #[func]
    fn get_prompt(&self) -> GString {
        GString::from(&self.prompt)
    }

    /// Returns what was understood of the prompt.
    #[func]
    fn get_understood(&self) -> GString {
        GString::from(self.read.shown())
    }

    /// Returns what the user should know, such as words that were left out.
    #[func]
    fn get_warnings(&self) -> PackedStringArray {
        packed(&self.warnings)
    }

    /// Returns sizes, times and measures of the mesh.
    #[func]
    fn get_report(&self) -> VarDictionary {
        let made = self.made.as_ref().map_or_else(|| Ok(VarDictionary::new()), report_of);
        made.unwrap_or_else(|failure| {
            report(&failure);
            VarDictionary::new()
        })
    }

    /// Makes a node that shows the mesh, with a static body if there are collision shapes.
    #[func]
    fn create_node(&self) -> Gd<MeshInstance3D> {
        scene::node(&self.prompt, &self.mesh, &self.shapes)
    }

    /// Writes the mesh as a GLB. The file is written completely or not at all.
    #[func]
    fn save_glb(&self, path: GString) -> Error {
        let global = ProjectSettings::singleton().globalize_path(&path).to_string();
        match self.written(&global) {
            Ok(()) => Error::OK,
            Err(failure) if failure.kind == FailureKind::File => {
                report(&failure);
                Error::ERR_FILE_CANT_WRITE
            }
            Err(failure) => report(&failure),
        }
    }

    /// Returns the mesh as the contents of a GLB; empty on failure.
    #[func]
    fn get_glb(&self) -> PackedByteArray {
        self.glb().unwrap_or_else(|failure| {
            report(&failure);
            PackedByteArray::new()
        })
    }
}

impl Att3DResult {
    /// Makes the result of finished work. given: the mesh that was painted.
    pub fn of(made: Made, given: Option<&Gd<Mesh>>) -> Result<Gd<Self>, Failure> {
        let Made { mesh: of_library, prompt, read, warnings, geometry, export } = made;
        let (mesh, shapes) = match (&geometry, given) {
            (Geometry::New(surface), _) => {
                let mut mesh = scene::array_mesh(surface);
                mesh.surface_set_material(0, &scene::material(surface)?);
                mesh.set_name(&prompt);
                (mesh, scene::collision_shapes(surface))
            }
            (Geometry::Painted(painted), Some(given)) => (input::painted_mesh(given, painted)?, Array::new()),
            (Geometry::Painted(_), None) => {
                return Err(Failure::invalid("the mesh that was painted is gone"));
            }
        };
        Ok(Gd::from_init_fn(|base| Self {
            mesh,
            shapes,
            prompt,
            read,
            warnings,
            made: of_library,
            export,
            base,
        }))
    }

    fn written(&self, path: &str) -> Result<(), Failure> {
        let Some(made) = &self.made else {
            let bytes = self.glb()?;
            return write_whole(path, bytes.as_slice());
        };
        let text = crate::models::c_text(path)?;
        let export = ffi::att3d_export_desc { format: ffi::ATT3D_MESH_GLB, ..self.export };
        // SAFETY: the handle, the text and the description are valid.
        made.api().check(unsafe { made.api().att3d_mesh_write_file(made.raw(), text.as_ptr(), &export) })
    }

    fn glb(&self) -> Result<PackedByteArray, Failure> {
        let Some(made) = &self.made else {
            return self.glb_of_engine();
        };
        let api = made.api();
        // SAFETY: the handle and the description are valid.
        let buffer =
            Buffer::made(api, |out| unsafe { api.att3d_mesh_encode(made.raw(), &self.export, out) })?;
        let (mut bytes, mut size) = (std::ptr::null(), 0);
        // SAFETY: the handle is valid, and the bytes live as long as the handle.
        unsafe {
            api.check(api.att3d_buffer_get_bytes(buffer.raw(), &mut bytes, &mut size))?;
            Ok(PackedByteArray::from(crate::surface::array(bytes.cast::<u8>(), size)))
        }
    }

    /// Encodes a painted mesh with Godot, because the library has no mesh with all of its surfaces.
    fn glb_of_engine(&self) -> Result<PackedByteArray, Failure> {
        let failure = |what: &str| Failure {
            kind: FailureKind::Other,
            message: format!("Godot cannot {what} the mesh as a GLB"),
        };
        let node = self.create_node();
        let (mut document, state) = (GltfDocument::new_gd(), GltfState::new_gd());
        let code = document.append_from_scene(&node.clone().upcast::<Node>(), &state);
        node.free();
        if code != Error::OK {
            return Err(failure("convert"));
        }
        let bytes = document.generate_buffer(&state);
        if bytes.is_empty() { Err(failure("encode")) } else { Ok(bytes) }
    }
}

/// Writes a file under a temporary name in the same folder, and renames it.
fn write_whole(path: &str, bytes: &[u8]) -> Result<(), Failure> {
    let temporary = format!("{path}.{}.tmp", std::process::id());
    let written = std::fs::write(&temporary, bytes).and_then(|()| std::fs::rename(&temporary, path));
    written.map_err(|error| {
        // The temporary file may not exist.
        let _ = std::fs::remove_file(&temporary);
        Failure { kind: FailureKind::File, message: format!("cannot write {path}: {error}") }
    })
}

fn report_of(mesh: &handles::Mesh) -> Result<VarDictionary, Failure> {
    let info = info_of(mesh)?;
    let view = crate::surface::view_of(mesh)?;
    let mut measures = desc!(att3d_mesh_report);
    // SAFETY: the handle is valid, and the struct states its size.
    mesh.api().check(unsafe { mesh.api().att3d_mesh_get_report(mesh.raw(), &mut measures) })?;
    Ok(vdict! {
        "resolution" => info.resolution,
        "vertex_count" => view.vertex_count,
        "triangle_count" => view.triangle_count,
        "level_count" => info.level_count,
        "hull_count" => info.hull_count,
        "target_count" => info.target_count,
        "texture_size" => info.texture_size,
        "chart_count" => info.chart_count,
        "text_milliseconds" => info.text_milliseconds,
        "generator_milliseconds" => info.generator_milliseconds,
        "surface_milliseconds" => info.surface_milliseconds,
        "texture_milliseconds" => info.texture_milliseconds,
        "unwrap_milliseconds" => info.unwrap_milliseconds,
        "bake_milliseconds" => info.bake_milliseconds,
        "detail_milliseconds" => info.detail_milliseconds,
        "boundary_edge_count" => measures.boundary_edge_count,
        "non_manifold_edge_count" => measures.non_manifold_edge_count,
        "component_count" => measures.component_count,
        "removed_component_count" => measures.removed_component_count,
        "lost_component_count" => measures.lost_component_count,
        "volume" => measures.volume,
        "area" => measures.area,
        "hausdorff" => measures.hausdorff,
    })
}
