//! Materials on a mesh that is drawn: what the surface looks like at a sample.

use super::camera::{Camera, Framing, View, bounds};
use super::draw::{Scene as Drawing, draw};
use super::picture::Image;
use super::{RenderError, RenderOptions};
use crate::appearance::{Alpha, Material, Scene, Texture};
use crate::error::{Watch, unwatched};
use crate::mesh::{Mesh, MeshFault};
use crate::vector::{Frame, Vector, across, cross, dot, normalized, scale, subtract, triangle_normal};

/// The size of a scene that is drawn, in metres along its longest side. The bounds take in what rounding adds.
const SMALLEST: f32 = 0.99e-5;
const LARGEST: f32 = 1.01e5;

/// Draws a scene in its materials. Whatever its size is, it fills the frame.
///
/// # Errors
///
/// [`RenderError::Mesh`] for an empty or inconsistent scene, [`RenderError::Extent`] for one that is smaller than 10⁻⁵ m or larger than 10⁵ m,
/// [`RenderError::Size`], [`RenderError::Samples`].
pub fn render_scene(
    scene: &Scene,
    camera: &Camera,
    options: &RenderOptions<'_>,
) -> Result<Image, RenderError> {
    render_scene_watched(scene, camera, options, &unwatched)
}

/// As [`render_scene`], with progress. watch: hears of the rows that are drawn, and may stop the work.
///
/// # Errors
///
/// [`RenderError::Cancelled`], and those of [`render_scene`].
pub fn render_scene_watched(
    scene: &Scene,
    camera: &Camera,
    options: &RenderOptions<'_>,
    watch: Watch<'_>,
) -> Result<Image, RenderError> {
    options.check()?;
    check(scene)?;
    let (mesh, camera) = brought_to_size(&scene.mesh, camera)?;
    let options = RenderOptions { worn: None, ..*options };
    draw(&mesh, Some(Look { scene }), &camera, &options, watch)
}

/// Whether every triangle shows its back to the camera and no material is double-sided: the picture would be empty.
///
/// # Errors
///
/// As of [`render_scene`].
pub fn is_turned_away(scene: &Scene, camera: &Camera) -> Result<bool, RenderError> {
    check(scene)?;
    let (mesh, camera) = brought_to_size(&scene.mesh, camera)?;
    let Some((low, high)) = bounds(mesh.positions.iter().copied()) else { return Ok(true) };
    let view = View::new(&camera, &mesh, low, high, 1.0);
    let kinds = Kinds::of(&mesh, &Look { scene }, &view);
    let is_drawn = |triangle: &[u32; 3]| triangle[0] != triangle[1];
    Ok(!kinds.solid.iter().chain(&kinds.layered).any(is_drawn))
}

/// Refuses a scene whose lists do not fit each other.
fn check(scene: &Scene) -> Result<(), RenderError> {
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

/// The mesh within [-1, 1]³, and the camera that frames it as it was. Only vertices of triangles count.
fn brought_to_size(mesh: &Mesh, camera: &Camera) -> Result<(Mesh, Camera), RenderError> {
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
    // A vertex of no triangle lies in the middle, where it changes no bounds.
    let place = |(position, is_used): (&Vector, &bool)| if *is_used { moved(*position) } else { [0.0; 3] };
    let mesh = Mesh { positions: mesh.positions.iter().zip(&is_used).map(place).collect(), ..mesh.clone() };
    Ok((mesh, Camera { framing, ..*camera }))
}

/// The materials of a mesh that is drawn.
pub(super) struct Look<'a> {
    scene: &'a Scene,
}

/// What a surface looks like at a sample.
pub(super) struct Looks {
    pub(super) normal: Vector,
    /// Linear.
    pub(super) color: Vector,
    /// 1 for what is opaque, 0 for what is not there.
    pub(super) alpha: f32,
    pub(super) metallic_roughness: [f32; 2],
    pub(super) emissive: Vector,
    /// The share of the surroundings that reaches it, as its texture has it.
    pub(super) openness: f32,
    pub(super) is_unlit: bool,
}

/// Triangles by how they are drawn; one that is not of a kind has no area there, so that numbers stay.
pub(super) struct Kinds {
    /// They hide what lies behind.
    pub(super) solid: Vec<[u32; 3]>,
    /// They may not.
    pub(super) layered: Vec<[u32; 3]>,
    /// They throw a shadow.
    pub(super) casting: Vec<[u32; 3]>,
}

impl Kinds {
    /// Sorts triangles, and leaves out those whose back alone could be seen and is not.
    pub(super) fn of(mesh: &Mesh, look: &Look<'_>, view: &View) -> Self {
        const NONE: [u32; 3] = [0; 3];
        let count = mesh.triangles.len();
        let mut kinds =
            Self { solid: vec![NONE; count], layered: vec![NONE; count], casting: vec![NONE; count] };
        for (index, &triangle) in mesh.triangles.iter().enumerate() {
            let material = look.material(index);
            if material.alpha != Alpha::Blend {
                kinds.casting[index] = triangle;
            }
            let corners = triangle.map(|corner| mesh.positions[corner as usize]);
            let is_turned_away = dot(triangle_normal(corners), subtract(view.eye, corners[0])) <= 0.0;
            if is_turned_away && !material.is_double_sided {
                continue;
            }
            match material.alpha {
                Alpha::Opaque => kinds.solid[index] = triangle,
                Alpha::Mask(_) | Alpha::Blend => kinds.layered[index] = triangle,
            }
        }
        kinds
    }
}

impl Look<'_> {
    fn material(&self, triangle: usize) -> &Material {
        &self.scene.materials[self.scene.material_of[triangle] as usize]
    }

    /// What a triangle looks like at a sample. weights: of its corners there.
    pub(super) fn at(
        &self,
        drawing: &Drawing<'_>,
        triangle: usize,
        weights: [f32; 3],
        [x, y]: [usize; 2],
        view: Vector,
    ) -> Looks {
        let material = self.material(triangle);
        let corners = drawing.mesh.triangles[triangle];
        let uvs = self.uvs(corners, weights);
        let footprint = match material.textures().next() {
            Some(_) => self.footprint(drawing, corners, uvs, [x, y]),
            None => [0.0; 2],
        };
        let vertex: [f32; 4] = std::array::from_fn(|channel| {
            (0..3).map(|corner| self.scene.colors[corners[corner] as usize][channel] * weights[corner]).sum()
        });
        let [red, green, blue, alpha] =
            material.base_color(uvs, vertex, footprint).map(|channel| channel.clamp(0.0, 1.0));
        let alpha = match material.alpha {
            Alpha::Opaque => 1.0,
            // Weights of corners that sum to nearly one must not cut away what lies at the cutoff itself.
            Alpha::Mask(cutoff) => f32::from(u8::from(alpha + 1e-4 >= cutoff)),
            Alpha::Blend => alpha,
        };
        let emissive = match &material.emissive_texture {
            None => material.emissive,
            Some(texture) => {
                let [red, green, blue, _] = texture.at(uvs, footprint);
                std::array::from_fn(|channel| material.emissive[channel] * [red, green, blue][channel])
            }
        };
        let occlusion =
            material.occlusion_texture.as_ref().map_or(1.0, |texture| texture.at(uvs, footprint)[0]);
        Looks {
            normal: self.normal(drawing, material, triangle, (weights, uvs, footprint), view),
            color: [red, green, blue],
            alpha,
            metallic_roughness: material
                .metallic_roughness(uvs, footprint)
                .map(|channel| channel.clamp(0.0, 1.0)),
            emissive,
            openness: 1.0 + material.occlusion_strength * (occlusion - 1.0),
            is_unlit: material.is_unlit,
        }
    }

    /// Both sets of texture coordinates at weights of a triangle's corners.
    fn uvs(&self, corners: [u32; 3], weights: [f32; 3]) -> [[f32; 2]; 2] {
        [0, 1].map(|set: usize| {
            [0, 1].map(|axis: usize| {
                (0..3)
                    .map(|corner| self.scene.uvs[set][corners[corner] as usize][axis] * weights[corner])
                    .sum()
            })
        })
    }

    /// The length of a sample along both texture coordinates: to its neighbors, of the set where it is longer.
    fn footprint(
        &self,
        drawing: &Drawing<'_>,
        corners: [u32; 3],
        here: [[f32; 2]; 2],
        [x, y]: [usize; 2],
    ) -> [f32; 2] {
        let beside = [[x + 1, y], [x, y + 1]].map(|[x, y]| self.uvs(corners, drawing.weights(corners, x, y)));
        [0, 1].map(|axis: usize| {
            let lengths = beside
                .iter()
                .flat_map(|uvs| [0, 1].map(|set: usize| (uvs[set][axis] - here[set][axis]).abs()));
            lengths.filter(|length| length.is_finite()).fold(0.0, f32::max)
        })
    }

    /// The normal towards the eye, with the normal map.
    fn normal(
        &self,
        drawing: &Drawing<'_>,
        material: &Material,
        triangle: usize,
        (weights, uvs, footprint): ([f32; 3], [[f32; 2]; 2], [f32; 2]),
        view: Vector,
    ) -> Vector {
        let corners = drawing.mesh.triangles[triangle];
        let face = triangle_normal(corners.map(|corner| drawing.mesh.positions[corner as usize]));
        let mut normal = if self.scene.is_flat[triangle] {
            normalized(face)
        } else {
            let blend = |axis: usize| {
                (0..3).map(|corner| drawing.normals[corners[corner] as usize][axis] * weights[corner]).sum()
            };
            normalized([blend(0), blend(1), blend(2)])
        };
        if let Some(texture) = &material.normal_texture
            && let Some(tangent) = self.tangent(drawing, corners, weights, normal, texture)
        {
            let [x, y, z, _] = texture.at(uvs, footprint).map(|channel| channel * 2.0 - 1.0);
            let local = [x * material.normal_scale, y * material.normal_scale, z];
            normal = normalized(Frame::of(normal, tangent).world(local));
        }
        if dot(face, view) < 0.0 { scale(normal, -1.0) } else { normal }
    }

    /// The tangent at weights of a triangle's corners: the file's, or the direction along which u grows on the triangle.
    fn tangent(
        &self,
        drawing: &Drawing<'_>,
        corners: [u32; 3],
        weights: [f32; 3],
        normal: Vector,
        texture: &Texture,
    ) -> Option<[f32; 4]> {
        let given = &drawing.mesh.tangents;
        if !given.is_empty() {
            let mixed: [f32; 4] = std::array::from_fn(|part| {
                (0..3).map(|corner| given[corners[corner] as usize][part] * weights[corner]).sum()
            });
            let along = across([mixed[0], mixed[1], mixed[2]], normal);
            if dot(along, along) > 1e-12 {
                return Some(mixed);
            }
        }
        let [a, b, c] = corners.map(|corner| drawing.mesh.positions[corner as usize]);
        let [first, second, third] =
            corners.map(|corner| self.scene.uvs[texture.set.min(1)][corner as usize]);
        let [one, two] = [second, third].map(|uv| [uv[0] - first[0], uv[1] - first[1]]);
        let area = one[0] * two[1] - two[0] * one[1];
        if area == 0.0 {
            return None;
        }
        let (to_b, to_c) = (subtract(b, a), subtract(c, a));
        let along_u = scale(subtract(scale(to_b, two[1]), scale(to_c, one[1])), area.signum());
        let along_v = scale(subtract(scale(to_c, one[0]), scale(to_b, two[0])), area.signum());
        let tangent = across(along_u, normal);
        if dot(tangent, tangent) <= 0.0 {
            return None;
        }
        // The image goes up where v falls.
        let sign = if dot(cross(normal, tangent), along_v) > 0.0 { -1.0 } else { 1.0 };
        let [x, y, z] = normalized(tangent);
        Some([x, y, z, sign])
    }
}
