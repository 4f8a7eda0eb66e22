//! New materials for existing meshes.

use std::ffi::{c_char, c_void};
use std::path::Path;
use std::sync::Arc;

use super::buffer::att3d_buffer;
use super::field::att3d_field;
use super::handle::{body, give};
use super::log::ATT3D_LOG_WARNING;
use super::mesh::att3d_mesh;
use super::model::{ModelBody, att3d_model};
use super::pointers::{not_null, output, text, values, write};
use super::progress::{Callback, att3d_progress};
use super::shape::{Given, att3d_surface_desc};
use super::status::{Failure, att3d_status, guard};
use super::structs::{Versioned, read_known};
use super::work::{Product, ProductKind, Work, make_meshes};
use crate::pipeline::{RestyleOptions, Restyled, ShapeSurface, restyle, restyle_file};

/// Makes new texture coordinates for all primitives, even if the file has texture coordinates.
pub const ATT3D_RESTYLE_UNWRAP: u32 = 1;

/// Width and height of the textures in texels if the description has none.
const DEFAULT_TEXTURE_SIZE: u32 = 1024;

/// Options of att3d_paint. NULL, or zero in every field after struct_size, selects the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_paint_desc {
    /// sizeof(att3d_paint_desc).
    pub struct_size: u32,
    /// Width and height of the textures in texels, 64 to 4096; 0 for 1024.
    pub texture_size: u32,
    /// Progress callback.
    pub progress: att3d_progress,
}

// SAFETY: `repr(C)`, `struct_size` first, integers and pointers without padding; a zero pointer is null.
unsafe impl Versioned for att3d_paint_desc {
    const NAME: &'static str = "att3d_paint_desc";
    const FIRST_SIZE: usize = 8 + 3 * size_of::<usize>();
}

/// Options of att3d_restyle. NULL, or zero in every field after struct_size, selects the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct att3d_restyle_desc {
    /// sizeof(att3d_restyle_desc).
    pub struct_size: u32,
    /// ATT3D_RESTYLE_... flags, combined with |.
    pub flags: u32,
    /// Width and height of each texture in texels, 64 to 4096; 0 for 1024.
    pub texture_size: u32,
    /// Must be 0.
    pub reserved: u32,
    /// Variant of the prompt, as in att3d_generate_desc; 0 for the plain result.
    pub seed: u64,
    /// Progress callback.
    pub progress: att3d_progress,
}

// SAFETY: `repr(C)`, `struct_size` first, integers and pointers without padding; a zero pointer is null.
unsafe impl Versioned for att3d_restyle_desc {
    const NAME: &'static str = "att3d_restyle_desc";
    const FIRST_SIZE: usize = 24 + 3 * size_of::<usize>();
}

/// Prepares the painting of the mesh of the caller, which is copied.
///
/// # Safety
/// `field` is a handle or null; `surface` and `desc` are null or readable structs.
pub(super) unsafe fn prepare_paint(
    field: *const att3d_field,
    surface: *const att3d_surface_desc,
    desc: *const att3d_paint_desc,
) -> Result<Work, Failure> {
    // The description is read first, so that the caller's callback data is released even if the call fails.
    // SAFETY: the caller guarantees what the `# Safety` section requires.
    let (desc, refusal) = unsafe { read_known(desc) }?;
    let callback = Callback::of(desc.progress);
    refusal.map_or(Ok(()), Err)?;
    // SAFETY: the caller guarantees what the `# Safety` section requires.
    let (field, given) = unsafe { (body(field)?, Given::read(surface)?) };
    if given.is_fitted {
        let message = "att3d_surface_desc.flags has ATT3D_SURFACE_FIT: the field's shape determines the frame of the surface, so leave the flag out";
        return Err(Failure::invalid(message));
    }
    let ShapeSurface { positions, normals, colors, triangles } = given.surface;
    let (positions, normals) = (positions.to_vec(), normals.to_vec());
    let (colors, triangles) = (colors.to_vec(), triangles.to_vec());
    let uvs = given.uvs.map(<[_]>::to_vec);
    let texture_size = size_of_textures(desc.texture_size);
    let model = field.model.clone();
    let field = Arc::clone(field);
    Ok(Work::new(model, ProductKind::Meshes, callback, move |on_progress| {
        let surface =
            ShapeSurface { positions: &positions, normals: &normals, colors: &colors, triangles: &triangles };
        let painted = field.field.paint(surface, uvs.as_deref(), texture_size, on_progress)?;
        Ok(Product::Meshes(vec![field.named(painted)]))
    }))
}

fn size_of_textures(given: u32) -> u32 {
    if given == 0 { DEFAULT_TEXTURE_SIZE } else { given }
}

/// Makes textures for the mesh of the caller by evaluating the field at the mesh's surface. Thread-safe.
/// If the mesh has texture coordinates, the result has the same vertices and triangles in the same order.
/// Otherwise texture coordinates are made, and vertices at their seams are duplicated.
/// @param field The field; not NULL. The field should be made with a shape of the same mesh. The shape should
/// have a keep share of 1, which is the default.
/// @param surface The mesh, which is copied; not NULL; struct_size must be set; flags must be 0. If the
/// field's shape has a frame (att3d_shape_info.has_frame), the mesh is in the shape's own space. Otherwise it
/// is in object space.
/// @param desc Options; NULL for the defaults; struct_size must be set.
/// @param out_mesh Receives the mesh, in object space; not NULL; free it with att3d_mesh_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_paint(
    field: *const att3d_field,
    surface: *const att3d_surface_desc,
    desc: *const att3d_paint_desc,
    out_mesh: *mut *mut att3d_mesh,
) -> att3d_status {
    // SAFETY: the C caller guarantees the handles and pointers that the header requires.
    unsafe { make_meshes(out_mesh, "out_mesh", || prepare_paint(field, surface, desc)) }
}

/// Model, prompt and checked options of a restyle.
struct Request {
    body: Arc<ModelBody>,
    callback: Option<Callback>,
    prompt: String,
    texture_size: u32,
    unwrap: bool,
    seed: u64,
}

impl Request {
    /// Reads and checks the arguments that all restyles have.
    ///
    /// # Safety
    /// `model` is a handle or null, `prompt` is a NUL-terminated text or null, and `desc` is null or a
    /// readable struct.
    unsafe fn read(
        model: *const att3d_model,
        prompt: *const c_char,
        desc: *const att3d_restyle_desc,
    ) -> Result<Self, Failure> {
        // The description is read first, so that the caller's callback data is released even if the call
        // fails.
        // SAFETY: the caller guarantees what the `# Safety` section requires.
        let (desc, refusal) = unsafe { read_known(desc) }?;
        let callback = Callback::of(desc.progress);
        refusal.map_or(Ok(()), Err)?;
        let unknown = desc.flags & !ATT3D_RESTYLE_UNWRAP;
        if unknown != 0 {
            return Err(Failure::invalid(format!("att3d_restyle_desc.flags has unknown bits {unknown:#x}")));
        }
        if desc.reserved != 0 {
            let found = desc.reserved;
            return Err(Failure::invalid(format!("att3d_restyle_desc.reserved is {found}: leave it 0")));
        }
        // SAFETY: the caller guarantees what the `# Safety` section requires.
        let (body, prompt) = unsafe { (body(model)?.clone(), text(prompt, "prompt")?.to_owned()) };
        let texture_size = size_of_textures(desc.texture_size);
        let unwrap = desc.flags & ATT3D_RESTYLE_UNWRAP != 0;
        Ok(Self { body, callback, prompt, texture_size, unwrap, seed: desc.seed })
    }
}

/// Logs what the materials of a file lost. name: the file's name, followed by a colon and a space, or empty.
fn log_losses(body: &ModelBody, name: &str, made: &Restyled) {
    for repainted in made.repainted.iter().filter(|repainted| !repainted.lost.is_empty()) {
        let lost = repainted.lost.join("; ");
        let material =
            repainted.material.map_or("the default material".to_owned(), |index| format!("material {index}"));
        let message = format!("{name}{material} lost properties of the old material: {lost}");
        body.context.log.say(ATT3D_LOG_WARNING, &message);
    }
}

/// Prepares a restyle from memory to memory.
///
/// # Safety
/// The requirements are those of `Request::read`; `bytes` has `size` readable bytes or is null.
pub(super) unsafe fn prepare_restyle(
    model: *const att3d_model,
    bytes: *const c_void,
    size: usize,
    prompt: *const c_char,
    desc: *const att3d_restyle_desc,
) -> Result<Work, Failure> {
    // SAFETY: the caller guarantees what the `# Safety` section requires.
    let Request { body, callback, prompt, texture_size, unwrap, seed } =
        unsafe { Request::read(model, prompt, desc) }?;
    // SAFETY: the caller guarantees what the `# Safety` section requires.
    let glb = unsafe { values(not_null(bytes.cast::<u8>(), "bytes")?, size, "bytes") }?.to_vec();
    let (of_work, model) = (body.clone(), body.model()?);
    Ok(Work::new(body, ProductKind::Buffer, callback, move |on_progress| {
        let options = RestyleOptions { texture_size, unwrap, seed };
        let made = restyle(&model, &prompt, &glb, &options, on_progress)?;
        log_losses(&of_work, "", &made);
        Ok(Product::Buffer(made.glb))
    }))
}

/// Prepares a restyle from file to file.
///
/// # Safety
/// The requirements are those of `Request::read`; the paths are NUL-terminated texts or null.
pub(super) unsafe fn prepare_restyle_file(
    model: *const att3d_model,
    path: *const c_char,
    prompt: *const c_char,
    desc: *const att3d_restyle_desc,
    out_path: *const c_char,
) -> Result<Work, Failure> {
    // SAFETY: the caller guarantees what the `# Safety` section requires.
    let Request { body, callback, prompt, texture_size, unwrap, seed } =
        unsafe { Request::read(model, prompt, desc) }?;
    // SAFETY: the caller guarantees what the `# Safety` section requires.
    let (path, out_path) =
        unsafe { (text(path, "path")?.to_owned(), text(out_path, "out_path")?.to_owned()) };
    let (of_work, model) = (body.clone(), body.model()?);
    Ok(Work::new(body, ProductKind::File, callback, move |on_progress| {
        let options = RestyleOptions { texture_size, unwrap, seed };
        let made =
            restyle_file(&model, &prompt, Path::new(&path), Path::new(&out_path), &options, on_progress)?;
        log_losses(&of_work, &format!("{path}: "), &made);
        Ok(Product::File)
    }))
}

/// Makes a GLB with the geometry of a given GLB and materials from a prompt. Thread-safe.
/// Meshes, texture coordinates, skins, morph targets and animations stay the same byte for byte. Primitives
/// without texture coordinates, or with texture coordinates that cover no area, are an exception: they get
/// new texture coordinates, and their vertices at seams are duplicated. If desc has the flag
/// ATT3D_RESTYLE_UNWRAP, all primitives get new texture coordinates. Materials get new base colors, metallic
/// and roughness. The log states which other properties the materials lose, such as transparency or emission.
/// The function returns when the GLB is made. Returns ATT3D_PROMPT if the prompt cannot be understood,
/// ATT3D_UNLOADED after att3d_model_unload, and ATT3D_FORMAT if the GLB is damaged. Returns ATT3D_UNSUPPORTED
/// if the model does not have ATT3D_CAPABILITY_SHAPE, or if the GLB's buffers are in other files. It also
/// returns ATT3D_UNSUPPORTED if the seed is not 0 and the model does not have ATT3D_CAPABILITY_SEEDS.
/// @param model The model, with ATT3D_CAPABILITY_SHAPE; not NULL.
/// @param bytes Contents of the GLB, which are copied; not NULL.
/// @param size Number of bytes.
/// @param prompt Text in UTF-8, NUL-terminated; not NULL.
/// @param desc Options; NULL for the defaults; struct_size must be set.
/// @param out_buffer Receives the new GLB; not NULL; free it with att3d_buffer_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_restyle(
    model: *const att3d_model,
    bytes: *const c_void,
    size: usize,
    prompt: *const c_char,
    desc: *const att3d_restyle_desc,
    out_buffer: *mut *mut att3d_buffer,
) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let work = unsafe { prepare_restyle(model, bytes, size, prompt, desc) }?;
        let place = output(out_buffer, "out_buffer")?;
        let Product::Buffer(glb) = work.run()? else { return Ok(()) };
        // SAFETY: `output` checked null and alignment; the caller guarantees that it is writable.
        unsafe { write(place, give(glb)) };
        Ok(())
    })
}

/// Does the same as att3d_restyle from a file to a file. Thread-safe.
/// The file is written completely or not at all, and the function returns when it is written. The two paths
/// may be the same. Returns the statuses of att3d_restyle, and ATT3D_IO if a file cannot be read or written.
/// @param model The model, with ATT3D_CAPABILITY_SHAPE; not NULL.
/// @param path Path of the file to read: a .glb, or a .gltf with its other files beside it; UTF-8,
/// NUL-terminated; not NULL.
/// @param prompt Text in UTF-8, NUL-terminated; not NULL.
/// @param desc Options; NULL for the defaults; struct_size must be set.
/// @param out_path Path of the GLB to write; UTF-8, NUL-terminated; not NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn att3d_restyle_file(
    model: *const att3d_model,
    path: *const c_char,
    prompt: *const c_char,
    desc: *const att3d_restyle_desc,
    out_path: *const c_char,
) -> att3d_status {
    guard(|| {
        // SAFETY: the C caller guarantees the handles and pointers that the header requires.
        let work = unsafe { prepare_restyle_file(model, path, prompt, desc, out_path) }?;
        work.run().map(|_| ())
    })
}
