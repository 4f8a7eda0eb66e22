//! Draws a scene with its materials.

use super::camera::{Camera, Framing, View, bounds};
use super::draw::draw;
use super::image::Image;
use super::look::{Kinds, Look};
use super::{RenderError, RenderOptions};
use crate::appearance::Scene;
use crate::error::{ProgressCallback, no_progress};
use crate::mesh::{Mesh, MeshFault};
use crate::vector::Vector;

/// The range of a scene's longest side, in meters. The bounds include a tolerance for rounding.
pub(crate) const SMALLEST: f32 = 0.99e-5;

pub(crate) const LARGEST: f32 = 1.01e5;

/// Draws a scene with its materials. With [`Framing::Fit`], a scene of any allowed size fills the frame.
///
/// # Errors
///
/// [`RenderError::Mesh`] for an empty or inconsistent mesh, [`RenderError::Scene`] for lists that do not
/// match, [`RenderError::Extent`] for a scene smaller than 10⁻⁵ m or larger than 10⁵ m,
/// [`RenderError::Size`], [`RenderError::Samples`].
pub fn render_scene(
    scene: &Scene,
    camera: &Camera,
    options: &RenderOptions<'_>,
) -> Result<Image, RenderError> {
    render_scene_with_progress(scene, camera, options, &no_progress)
}

/// Draws a scene like [`render_scene`], with progress. on_progress: the progress callback for the rows; it
/// may stop the work.
///
/// # Errors
///
/// [`RenderError::Cancelled`], and those of [`render_scene`].
pub fn render_scene_with_progress(
    scene: &Scene,
    camera: &Camera,
    options: &RenderOptions<'_>,
    on_progress: ProgressCallback<'_>,
) -> Result<Image, RenderError> {
    options.check()?;
    check(scene)?;
    let (mesh, camera) = brought_to_size(&scene.mesh, camera)?;
    let options = RenderOptions { textures: None, ..*options };
    draw(&mesh, Some(Look { scene }), &camera, &options, on_progress)
}

/// Returns whether the picture would be empty, since every triangle faces away from the camera and none has a
/// double-sided material.
///
/// # Errors
///
/// Those of [`render_scene`], except for `Size` and `Samples`.
pub fn is_turned_away(scene: &Scene, camera: &Camera) -> Result<bool, RenderError> {
    check(scene)?;
    let (mesh, camera) = brought_to_size(&scene.mesh, camera)?;
    let Some((low, high)) = bounds(mesh.positions.iter().copied()) else { return Ok(true) };
    let view = View::new(&camera, &mesh, low, high, 1.0);
    let kinds = Kinds::of(&mesh, &Look { scene }, &view);
    let is_drawn = |triangle: &[u32; 3]| triangle[0] != triangle[1];
    Ok(!kinds.solid.iter().chain(&kinds.layered).any(is_drawn))
}

/// Checks that the lists of a scene match. Errors: `Mesh`, `Scene`.
pub(crate) fn check(scene: &Scene) -> Result<(), RenderError> {
    scene.mesh.check()?;
    let vertices = scene.mesh.positions.len();
    let one_a_vertex = [scene.colors.len(), scene.uvs[0].len(), scene.uvs[1].len()];
    let triangles = scene.mesh.triangles.len();
    let is_whole = one_a_vertex.iter().all(|found| *found == vertices)
        && scene.material_of.len() == triangles
        && scene.is_flat.len() == triangles
        && scene.material_of.iter().all(|material| (*material as usize) < scene.materials.len());
    if is_whole { Ok(()) } else { Err(RenderError::Scene { vertices, triangles }) }
}

/// Moves and scales the mesh so that it just fits into [-1, 1]³, and adapts the camera's framing. Vertices
/// without a triangle do not count. Errors: `Mesh`, `Extent`.
pub(crate) fn brought_to_size(mesh: &Mesh, camera: &Camera) -> Result<(Mesh, Camera), RenderError> {
    let used = mesh.triangles.iter().flatten().map(|&corner| mesh.positions[corner as usize]);
    let empty = MeshFault::Empty { vertices: mesh.positions.len(), triangles: mesh.triangles.len() };
    let (low, high) = bounds(used).ok_or(empty)?;
    let longest = (0..3).map(|axis| high[axis] - low[axis]).fold(0.0, f32::max);
    if !(SMALLEST..=LARGEST).contains(&longest) {
        return Err(RenderError::Extent { found: longest });
    }
    let half = f64::from(longest) / 2.0;
    let moved = |point: Vector| -> Vector {
        std::array::from_fn(|axis| {
            let middle = (f64::from(low[axis]) + f64::from(high[axis])) / 2.0;
            ((f64::from(point[axis]) - middle) / half) as f32
        })
    };
    let framing = match camera.framing {
        Framing::Fit => Framing::Fit,
        Framing::Bounds { low, high } => Framing::Bounds { low: moved(low), high: moved(high) },
    };
    let mut is_used = vec![false; mesh.positions.len()];
    mesh.triangles.iter().flatten().for_each(|corner| is_used[*corner as usize] = true);
    // A vertex without a triangle is moved to the center, where it does not change the bounds.
    let place = |(position, is_used): (&Vector, &bool)| if *is_used { moved(*position) } else { [0.0; 3] };
    let mesh = Mesh { positions: mesh.positions.iter().zip(&is_used).map(place).collect(), ..mesh.clone() };
    Ok((mesh, Camera { framing, ..*camera }))
}
