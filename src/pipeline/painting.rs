//! Textures of a generated mesh: the mesh is unwrapped, and the textures are baked from the field.

use std::time::{Duration, Instant};

use crate::engine::{Engine, EngineResult, Reservation, reserve};
use crate::error::{ProgressCallback, part};
use crate::gltf::Textures;
use crate::math::sin_cos;
use crate::mesh::Mesh;
use crate::texture::{Answer, BakeSource, Baked, Landed, Places, UnwrapOptions, bake, unwrap};
use crate::vector::{Vector, add, cross, dot, normalized, scale};
use crate::weights::config::SurfaceConfig;

use super::{ObjectField, PipelineError};

/// Textures of a mesh that has texture coordinates, and measures of their quality.
#[derive(Clone, Debug, PartialEq)]
pub struct Painting {
    /// Images of the textures.
    pub baked: Baked,
    /// Number of charts into which the surface was cut. It is 0 if the mesh kept its texture coordinates.
    pub charts: u32,
    /// Texels per unit of object space; 0 if the mesh kept its texture coordinates.
    pub texels_per_unit: f32,
    /// Root mean square stretch over the surface: 1 for no stretch, 0 if the mesh kept its texture
    /// coordinates.
    pub stretch: f32,
    /// Time that unwrapping took.
    pub unwrap_time: Duration,
    /// Time that baking took.
    pub bake_time: Duration,
}

/// Progress when the mesh is unwrapped.
const UNWRAP_SHARE: f32 = 0.2;

/// Bytes per texel while textures are made. The measured values are 24.1 at 1024² and 19.1 at 4096².
const BYTES_PER_TEXEL: u64 = 32;

/// Reserves the memory that textures take while they are made. size: texels along a side. Errors: `Engine`.
pub(super) fn reserve_textures(engine: &dyn Engine, size: u32) -> EngineResult<Option<Reservation<'_>>> {
    reserve(engine, "texture", u64::from(size).pow(2) * BYTES_PER_TEXEL)
}

impl ObjectField {
    /// Makes the textures of a mesh of this field, in the current thread pool. Returns the mesh with its
    /// seams opened and with tangents. size: texels along a side. Errors: `Texture`, `Engine`,
    /// `BrokenTexture`, `Cancelled`.
    pub(super) fn painting(
        &self,
        mesh: &Mesh,
        size: u32,
        on_progress: ProgressCallback<'_>,
    ) -> Result<(Mesh, Painting), PipelineError> {
        let begun = Instant::now();
        on_progress(0.0)?;
        let _reserved = reserve_textures(self.engine().as_ref(), size)?;
        // The distance between two charts is twice the margin. So filtering reads no other chart, neither at
        // the full texture size nor at half of that size.
        let options = UnwrapOptions { texture_size: size, margin: (size / 256).clamp(2, 8) };
        let mut unwrapped = unwrap(mesh, &options, &part(on_progress, 0.0, UNWRAP_SHARE))?;
        let unwrap_time = begun.elapsed();
        let of_bake = part(on_progress, UNWRAP_SHARE, 1.0);
        let baked = bake(&mut unwrapped.mesh, size, options.margin, &FieldSurface { field: self }, &of_bake)?;
        let painting = Painting {
            baked,
            charts: unwrapped.charts,
            texels_per_unit: unwrapped.texels_per_unit,
            stretch: unwrapped.stretch,
            unwrap_time,
            bake_time: begun.elapsed() - unwrap_time,
        };
        Ok((unwrapped.mesh, painting))
    }
}

impl Painting {
    /// Returns the textures in the form that the GLB writer takes.
    pub fn textures(&self) -> Textures<'_> {
        let Baked { size, base_color, roughness_metallic, occlusion, normal, .. } = &self.baked;
        Textures { size: *size, base_color, roughness_metallic, occlusion, normal }
    }
}

/// The true surface of a field, which the texture stage evaluates near the mesh.
struct FieldSurface<'a> {
    field: &'a ObjectField,
}

/// Largest distance from the mesh at which the true surface is searched for, object space. A longer distance
/// reaches another part of the surface, or leaves the box [-1, 1]³, outside of which the field has no values.
const REACH: f32 = 0.06;
/// Distances from the surface at which ambient occlusion is sampled, object space.
const LIGHT_REACH: [f32; 2] = [0.08, 0.24];
/// Cosine of the angle between the normal and the slanted sample directions. One more direction is the normal
/// itself.
const LIGHT_SLANT: f32 = 0.6;
/// Number of slanted directions.
const SLANTED: usize = 4;

impl BakeSource for FieldSurface<'_> {
    type Error = PipelineError;

    fn batch(&self) -> usize {
        self.field.batch_of_points()
    }

    fn seen(&self, points: &[Vector], on_progress: ProgressCallback<'_>) -> Result<Answer, PipelineError> {
        let (colors, materials) = self.field.appearance(points, on_progress)?;
        Ok(Answer { colors, materials })
    }

    fn knows_materials(&self) -> bool {
        self.field.has_materials()
    }

    fn grain(&self) -> f32 {
        self.field.cell()
    }

    fn knows_normals(&self) -> bool {
        true
    }

    /// Moves the points along the field's gradient onto the true surface. If the surface is not near, or
    /// faces away, the point and the mesh's normal stay unchanged.
    fn landed(&self, places: Places<'_>, _: ProgressCallback<'_>) -> Result<Landed, PipelineError> {
        let ways = self.field.ways_to_surface(places.points)?;
        let given = places.points.iter().zip(places.normals);
        let landed = given.zip(ways).map(|((&point, &normal), (step, found))| {
            let is_near = dot(step, step) < REACH * REACH && dot(found, normal) > 0.0;
            if is_near { (add(point, step), found) } else { (point, normal) }
        });
        let (points, normals) = landed.unzip();
        Ok(Landed { points, normals })
    }

    fn knows_light(&self) -> bool {
        true
    }

    fn open(&self, places: Places<'_>, on_progress: ProgressCallback<'_>) -> Result<Vec<f32>, PipelineError> {
        let rays: Vec<Ray> = rays();
        let shares: f32 = rays.iter().map(|ray| ray.share).sum();
        let mut open = Vec::with_capacity(places.points.len());
        let batch = (self.batch() / rays.len()).max(1);
        let (mut asked, mut values) = (Vec::new(), Vec::new());
        for (points, normals) in places.points.chunks(batch).zip(places.normals.chunks(batch)) {
            on_progress(0.0)?;
            asked.clear();
            for (&point, &normal) in points.iter().zip(normals) {
                let [right, up] = across(normal);
                asked.extend(rays.iter().map(|ray| {
                    let [x, y, z] = ray.step;
                    add(point, add(scale(right, x), add(scale(up, y), scale(normal, z))))
                }));
            }
            values.resize(asked.len(), 0.0);
            self.field.sample(&asked, &mut values)?;
            // The field is not defined outside the box: no sample there blocks light.
            let is_outside = |point: &Vector| point.iter().any(|part| part.abs() > 1.0);
            for (value, _) in values.iter_mut().zip(&asked).filter(|(_, point)| is_outside(point)) {
                *value = f32::NAN;
            }
            open.extend(values.chunks_exact(rays.len()).map(|values| {
                let light =
                    rays.iter().zip(values).map(|(ray, &value)| ray.share * self.passes(value, ray.step[2]));
                light.sum::<f32>() / shares
            }));
        }
        Ok(open)
    }
}

impl FieldSurface<'_> {
    /// Returns the share of light, in [0, 1], that passes a sample `height` above a surface. value: the field
    /// at the sample. For a signed distance, the share is 1 if no surface is nearer to the sample than
    /// `height`. It is also 1 if there is no field at the sample (NaN).
    fn passes(&self, value: f32, height: f32) -> f32 {
        if value.is_nan() {
            return 1.0;
        }
        match *self.field.surface() {
            SurfaceConfig::SignedDistance { iso_level, .. } => ((value - iso_level) / height).clamp(0.0, 1.0),
            SurfaceConfig::Density { threshold } => 1.0 - (value / threshold).clamp(0.0, 1.0),
        }
    }
}

/// One sample of the ambient light.
struct Ray {
    /// Offset of the sample from the surface point: two components across the normal, then one along it.
    step: Vector,
    /// Weight of the sample in the light from the sky.
    share: f32,
}

/// Returns the samples along the normal and around it, at the near and the far distance.
fn rays() -> Vec<Ray> {
    let slant = (1.0 - LIGHT_SLANT * LIGHT_SLANT).sqrt();
    let around = (0..SLANTED).map(|index| {
        let angle = (index as f32 + 0.5) * std::f32::consts::TAU / SLANTED as f32;
        let (sine, cosine) = sin_cos(angle);
        [slant * cosine, slant * sine, LIGHT_SLANT]
    });
    let directions: Vec<Vector> = std::iter::once([0.0, 0.0, 1.0]).chain(around).collect();
    let ray = |reach: f32| {
        directions.iter().map(move |&direction| Ray { step: scale(direction, reach), share: direction[2] })
    };
    LIGHT_REACH.into_iter().flat_map(ray).collect()
}

/// Returns two unit vectors perpendicular to a normal and to each other.
fn across(normal: Vector) -> [Vector; 2] {
    let aside = if normal[0].abs() < 0.8 { [1.0, 0.0, 0.0] } else { [0.0, 1.0, 0.0] };
    let right = normalized(cross(aside, normal));
    [right, cross(normal, right)]
}
