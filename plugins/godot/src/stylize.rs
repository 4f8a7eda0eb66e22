//! Prompts applied to a given mesh: new textures for it, or a new mesh of about its shape.

use std::collections::HashMap;

use godot::builtin::Vector2;

use crate::ffi;
use crate::handles::{Field, Mesh, Shape, desc};
use crate::library::Failure;
use crate::made::{Cut, Geometry, Made, PaintedSurface};
use crate::models::{Loaded, Read};
use crate::settings::Options;
use crate::surface::{Placement, Surface, array, info_of, textures_of, view_of};
use crate::tasks::ProgressPart;

/// One surface of a given mesh, in the library's conventions: counter-clockwise front faces.
#[derive(Clone, Default)]
pub struct SourceSurface {
    /// Index of the surface in the given mesh.
    pub index: i32,
    /// x, y and z per vertex.
    pub positions: Vec<f32>,
    /// x, y and z per vertex; empty for none.
    pub normals: Vec<f32>,
    /// sRGB per vertex; empty for none.
    pub colors: Vec<f32>,
    /// u and v per vertex; empty for none.
    pub uvs: Vec<f32>,
    /// Three indices per triangle.
    pub indices: Vec<u32>,
}

/// Triangles of a given mesh.
pub struct Source {
    /// Surfaces with at least one triangle.
    pub surfaces: Vec<SourceSurface>,
}

/// Half of the longest side of a shape in object space: the size of the things that models are trained on.
const FITTED: f64 = 0.85;
/// Texels along a side if the options have 0, since painted meshes need textures.
const TEXTURE_SIZE: u32 = 1024;

impl Source {
    /// Returns all surfaces as one.
    fn joined(&self) -> SourceSurface {
        let mut whole = SourceSurface::default();
        let every = |has: fn(&SourceSurface) -> bool| self.surfaces.iter().all(has);
        let has_normals = every(|surface| !surface.normals.is_empty());
        let has_colors = every(|surface| !surface.colors.is_empty());
        for surface in &self.surfaces {
            let first = (whole.positions.len() / 3) as u32;
            whole.positions.extend(&surface.positions);
            if has_normals {
                whole.normals.extend(&surface.normals);
            }
            if has_colors {
                whole.colors.extend(&surface.colors);
            }
            whole.indices.extend(surface.indices.iter().map(|index| index + first));
        }
        whole
    }

    /// Moves and scales all surfaces into object space. Positions then pass through the library unchanged, so
    /// that the vertices of a cut surface are found again.
    fn fitted(&self) -> Result<Self, Failure> {
        let axis = |axis: usize| {
            let coordinates =
                self.surfaces.iter().flat_map(|surface| surface.positions.iter().skip(axis).step_by(3));
            let coordinates = coordinates.map(|&coordinate| f64::from(coordinate));
            coordinates.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), c| (low.min(c), high.max(c)))
        };
        let bounds = [0, 1, 2].map(axis);
        let longest = bounds.iter().map(|(low, high)| high - low).fold(0.0, f64::max);
        if !(1e-30..1e30).contains(&longest) {
            return Err(Failure::invalid(format!(
                "the longest side of the mesh is {longest} m; expected a mesh with a finite size that is not 0"
            )));
        }
        let units = longest / 2.0 / FITTED;
        let mut surfaces = self.surfaces.clone();
        for surface in &mut surfaces {
            for (number, position) in surface.positions.iter_mut().enumerate() {
                let (low, high) = bounds[number % 3];
                *position = ((f64::from(*position) - (low + high) / 2.0) / units) as f32;
            }
        }
        Ok(Self { surfaces })
    }
}

impl SourceSurface {
    /// Returns the description, which is valid as long as this object is not changed.
    fn desc(&self, flags: u32, has_uvs: bool) -> ffi::att3d_surface_desc {
        let pointer =
            |numbers: &Vec<f32>| if numbers.is_empty() { std::ptr::null() } else { numbers.as_ptr() };
        let mut surface = desc!(att3d_surface_desc);
        surface.flags = flags;
        surface.positions = self.positions.as_ptr();
        surface.normals = pointer(&self.normals);
        surface.colors = pointer(&self.colors);
        surface.uvs = if has_uvs { pointer(&self.uvs) } else { std::ptr::null() };
        surface.indices = self.indices.as_ptr();
        surface.vertex_count = self.positions.len() / 3;
        surface.triangle_count = self.indices.len() / 3;
        surface
    }
}

fn shape_of(loaded: &Loaded, surface: &SourceSurface, flags: u32) -> Result<Shape, Failure> {
    let api = loaded.api();
    let of_shape = surface.desc(flags, false);
    // SAFETY: the arrays of the description live until the call returns.
    Shape::made(api, |out| unsafe { api.att3d_shape_from_surface(&of_shape, out) })
}

/// Makes new textures for each surface.
pub fn paint(
    loaded: &Loaded,
    source: &Source,
    prompt: &str,
    options: &Options,
    part: &ProgressPart<'_>,
) -> Result<Made, Failure> {
    let fitted = source.fitted()?;
    let shape = shape_of(loaded, &fitted.joined(), 0)?;
    let latent = loaded.latent(prompt, options.seed)?;
    let api = loaded.api();
    // SAFETY: the handles are valid.
    let field =
        Field::made(api, |out| unsafe { api.att3d_field_from_latent(latent.raw(), shape.raw(), out) })?;
    let count = fitted.surfaces.len() as f32;
    let mut painted = Vec::with_capacity(fitted.surfaces.len());
    for (number, surface) in fitted.surfaces.iter().enumerate() {
        let share = part.part(number as f32 / count, (number + 1) as f32 / count);
        painted.push(painted_surface(&field, surface, options, &share)?);
    }
    let read = Read::of_latent(&latent)?;
    let (geometry, export) = (Geometry::Painted(painted), desc!(att3d_export_desc));
    Ok(Made { mesh: None, prompt: prompt.to_owned(), read, warnings: Vec::new(), geometry, export })
}

fn painted_surface(
    field: &Field,
    surface: &SourceSurface,
    options: &Options,
    part: &ProgressPart<'_>,
) -> Result<PaintedSurface, Failure> {
    part.check()?;
    let api = field.api();
    let has_uvs = !surface.uvs.is_empty() && !options.unwrap;
    let of_surface = surface.desc(0, has_uvs);
    let mut of_paint = desc!(att3d_paint_desc);
    of_paint.texture_size = if options.texture_size == 0 { TEXTURE_SIZE } else { options.texture_size };
    of_paint.progress = part.callback();
    // SAFETY: the arrays of the descriptions live until the call returns.
    let mesh = Mesh::made(api, |out| unsafe { api.att3d_paint(field.raw(), &of_surface, &of_paint, out) })
        .map_err(|failure| Failure {
            message: format!("surface {}: {}", surface.index, failure.message),
            ..failure
        })?;
    let textures = textures_of(&mesh)?.ok_or_else(|| {
        Failure::invalid("the library made no textures; report this to the addon's authors")
    })?;
    let cut = if has_uvs { None } else { Some(cut_of(&mesh, surface)?) };
    Ok(PaintedSurface { index: surface.index, textures, cut })
}

/// Finds the given vertex of each vertex of a cut surface: it has the same position, and the nearest normal.
fn cut_of(mesh: &Mesh, surface: &SourceSurface) -> Result<Cut, Failure> {
    let view = view_of(mesh)?;
    let count = view.vertex_count as usize;
    // SAFETY: the arrays have these lengths, and live as long as the handle.
    let (positions, normals, uvs, indices) = unsafe {
        (
            array(view.positions, 3 * count),
            array(view.normals, 3 * count),
            array(view.uvs, 2 * count),
            array(view.indices, 3 * view.triangle_count as usize),
        )
    };
    // Adding 0 makes -0 and 0 equal.
    let key = |position: &[f32]| [0, 1, 2].map(|axis| (position[axis] + 0.0).to_bits());
    let mut given: HashMap<[u32; 3], Vec<usize>> = HashMap::new();
    for (vertex, position) in surface.positions.chunks_exact(3).enumerate() {
        given.entry(key(position)).or_default().push(vertex);
    }
    let alike = |vertex: usize, normal: &[f32]| -> f32 {
        surface
            .normals
            .get(3 * vertex..3 * vertex + 3)
            .map_or(0.0, |of_vertex| of_vertex.iter().zip(normal).map(|(a, b)| a * b).sum())
    };
    let mut sources = Vec::with_capacity(count);
    for vertex in 0..count {
        let normal = normals.get(3 * vertex..3 * vertex + 3).unwrap_or(&[0.0; 3]);
        let candidates = given.get(&key(&positions[3 * vertex..3 * vertex + 3]));
        let best = candidates.into_iter().flatten().copied().max_by(|&a, &b| {
            // The first of equal vertices wins.
            alike(a, normal).total_cmp(&alike(b, normal)).then(b.cmp(&a))
        });
        let best = best.ok_or_else(|| {
            Failure::invalid(
                "a vertex of the painted mesh is not in the given mesh; report this to the addon's authors",
            )
        })?;
        sources.push(best as i32);
    }
    let clockwise = indices.chunks_exact(3).flat_map(|t| [t[0] as i32, t[2] as i32, t[1] as i32]);
    Ok(Cut {
        sources,
        uvs: uvs.chunks_exact(2).map(|uv| Vector2::new(uv[0], uv[1])).collect(),
        indices: clockwise.collect(),
    })
}

/// Generates a new mesh of about the shape of the given mesh, at its position and scale.
pub fn reshape(
    loaded: &Loaded,
    source: &Source,
    prompt: &str,
    keep: f32,
    options: &Options,
    part: &ProgressPart<'_>,
) -> Result<Made, Failure> {
    let api = loaded.api();
    let whole = shape_of(loaded, &source.joined(), ffi::ATT3D_SURFACE_FIT)?;
    // SAFETY: the handle is valid.
    let shape = Shape::made(api, |out| unsafe { api.att3d_shape_with_keep(whole.raw(), keep, out) })?;
    let latent = loaded.latent(prompt, options.seed)?;
    // SAFETY: the handles are valid.
    let field =
        Field::made(api, |out| unsafe { api.att3d_field_from_latent(latent.raw(), shape.raw(), out) })?;
    let of_mesh = options.generate_desc(part);
    // SAFETY: the handle and the description are valid until the call returns.
    let mesh = Mesh::made(api, |out| unsafe { api.att3d_generate_from_field(field.raw(), &of_mesh, out) })?;
    let mut info = desc!(att3d_shape_info);
    // SAFETY: the handle is valid, and the struct states its size.
    api.check(unsafe { api.att3d_shape_get_info(shape.raw(), &mut info) })?;
    let of_mesh = info_of(&mesh)?;
    let longest = (0..3).map(|axis| of_mesh.maximum[axis] - of_mesh.minimum[axis]).fold(0.0, f32::max);
    let factor = if options.size > 0.0 { options.size / longest } else { info.units };
    let placement = Placement { pivot: info.center.map(|middle| -middle / factor), factor };
    let surface = Surface::of(&mesh, placement)?;
    let mut export = desc!(att3d_export_desc);
    (export.pivot, export.size) = (ffi::ATT3D_PIVOT_SHAPE, options.size);
    export.hull_names = ffi::ATT3D_HULL_NAMES_GODOT;
    let read = Read::of_latent(&latent)?;
    let geometry = Geometry::New(Box::new(surface));
    Ok(Made { mesh: Some(mesh), prompt: prompt.to_owned(), read, warnings: Vec::new(), geometry, export })
}
