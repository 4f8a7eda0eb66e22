//! Makes new materials from a prompt for a given GLB and keeps the GLB's geometry. The verb `stylize` with
//! `--keep-geometry` uses this module.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::engine::{EngineResult, Reservation, reserve, run_on_threads_unless};
use crate::error::{ProgressCallback, part};
use crate::files::write_whole;
use crate::gltf::{Cut, Document, MaterialReplacement, ScenePart, TexturedPrimitive, Textures, Warning};
use crate::mesh::Mesh;
use crate::text::Purpose;
use crate::texture::{
    Answer, BakeSource, Baked, Landed, Places, TextureError, UnwrapOptions, Unwrapped, area_of, bake,
    check_size, laid, unwrap_welded,
};

use super::callback::patience;
use super::painting::reserve_textures;
use super::{
    Generated, Model, ObjectField, Origin, Painting, PipelineError, Shape, ShapeFrame, ShapeSurface,
};

/// Settings of a restyle.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RestyleOptions {
    /// Texels along a side of each texture, 64 to 4096.
    pub texture_size: u32,
    /// Whether to make new texture coordinates even if the mesh has some.
    pub unwrap: bool,
    /// Seed of the variant; 0 is the plain result.
    pub seed: u64,
}

impl Default for RestyleOptions {
    fn default() -> Self {
        Self { texture_size: 1024, unwrap: false, seed: 0 }
    }
}

/// A GLB with new materials.
#[derive(Clone, Debug)]
pub struct Restyled {
    /// Bytes of the GLB.
    pub glb: Vec<u8>,
    /// Document of the same GLB, for drawing.
    pub document: Document,
    /// Warnings about parts of the given file that were left out.
    pub warnings: Vec<Warning>,
    /// Origin of the GLB's colors.
    pub origin: Origin,
    /// Painted groups of primitives. Each has one set of textures.
    pub repainted: Vec<RepaintedMaterial>,
}

/// A group of primitives to which one set of textures is assigned.
#[derive(Clone, Debug, PartialEq)]
pub struct RepaintedMaterial {
    /// Index of the material in the given file; `None` for primitives without a material.
    pub material: Option<usize>,
    /// Number of triangles.
    pub triangles: usize,
    /// Whether texture coordinates were made for the group.
    pub is_unwrapped: bool,
    /// Share of the group's surface, 0 to 1, that shares its texels with another part of the surface because
    /// texture coordinates overlap. It is 0 if texture coordinates were made.
    pub shared: f32,
    /// Properties of the old material that the new one lacks: "transparency", "its normal map".
    pub lost: Vec<&'static str>,
    /// Reason why the model could not read the old colors; `None` if it read them.
    pub unread: Option<String>,
}

/// Largest number of texels of a file, counted once per set of textures. The limit allows 64 sets of 4096²
/// texels, or 1024 sets of 1024².
const MOST_TEXELS: u64 = 1 << 30;
/// Texels by which colors extend over the seams of given texture coordinates. With new texture
/// coordinates, it is half as many.
const MARGIN: u32 = 8;

/// Makes new base colors, metallic and roughness for a GLB from a prompt. The model gets the GLB's shape with
/// a keep share of 1. Positions, texture coordinates, skins, morph targets and animations stay the same byte
/// for byte, except in primitives that get new texture coordinates.
///
/// on_progress: progress callback, which may stop the work.
///
/// # Errors
/// `Gltf`, `NoShapeInput`, `NoSeeds`, `Prompt`, `Texture`, `Engine`, `BrokenTexture`, `InsideCallback`,
/// `Cancelled`, and those of [`Shape::of_parts`].
pub fn restyle(
    model: &Model,
    prompt: &str,
    glb: &[u8],
    options: &RestyleOptions,
    on_progress: ProgressCallback<'_>,
) -> Result<Restyled, PipelineError> {
    check_size(options.texture_size)?;
    on_progress(0.0)?;
    let _reserved = reserve_reading(model, glb.len() as u64)?;
    restyle_document(model, prompt, Document::parse(glb)?, options, on_progress)
}

/// Does the same as [`restyle`] for a document that was read. The resulting file is self-contained: it
/// includes the buffers and images that were beside the original. Errors: those of [`restyle`].
pub fn restyle_document(
    model: &Model,
    prompt: &str,
    document: Document,
    options: &RestyleOptions,
    on_progress: ProgressCallback<'_>,
) -> Result<Restyled, PipelineError> {
    check_size(options.texture_size)?;
    on_progress(0.0)?;
    let scene = document.scene()?;
    let parts = scene.parts;
    let shape = Shape::of_parts(&parts)?.keeping(1.0)?;
    let frame = shape.frame().ok_or(PipelineError::NoShapeInput)?;
    on_progress(0.0)?;
    let embedding = model.embed_variant(prompt, options.seed, Purpose::Change)?;
    let groups = groups(&parts, options.unwrap);
    let texels = groups.len() as u64 * u64::from(options.texture_size).pow(2);
    if texels > MOST_TEXELS {
        let (materials, size) = (groups.len(), options.texture_size);
        return Err(TextureError::TooMany { materials, size }.into());
    }
    let work = || -> Result<(Vec<PaintedGroup>, Origin), PipelineError> {
        let _reserved = reserve_textures(model.engine().as_ref(), options.texture_size)?;
        let field = model.fields(&embedding.latent, Some(&shape))?.into_iter().next();
        let field = field.ok_or(PipelineError::NoPrompt)?;
        let count = groups.len() as f32;
        let mut painted = Vec::with_capacity(groups.len());
        for (index, group) in groups.iter().enumerate() {
            let on_progress =
                part(on_progress, 0.95 * index as f32 / count, 0.95 * (index + 1) as f32 / count);
            painted.push(group.painted(&field, frame, options.texture_size, &on_progress)?);
        }
        Ok((painted, field.origin().clone()))
    };
    let (painted, origin) = run_on_threads_unless(model.engine().as_ref(), || patience(on_progress), work)???;
    let mut origin = Origin {
        prompt: prompt.to_owned(),
        reading: embedding.readings.into_iter().next().unwrap_or_default(),
        ..origin
    };
    origin.say_seed(options.seed);
    let mut extras = origin.asset_info(origin.placement()).extras;
    // No surface was extracted, so there is no resolution.
    extras.remove("resolution");
    let (replacements, mut repainted): (Vec<MaterialReplacement>, Vec<RepaintedMaterial>) =
        painted.into_iter().map(|painted| (painted.replacement, painted.repainted)).unzip();
    let (document, lost) = document.replace_materials(&replacements, prompt, &extras)?;
    repainted.iter_mut().zip(lost).for_each(|(repainted, lost)| repainted.lost = lost);
    let glb = document.to_glb()?;
    on_progress(1.0)?;
    Ok(Restyled { glb, document, warnings: scene.warnings, origin, repainted })
}

/// Reserves the memory for reading a file: 8 times its size, which was measured for a file of 19 MB. Errors:
/// `Engine`.
fn reserve_reading(model: &Model, bytes: u64) -> EngineResult<Option<Reservation<'_>>> {
    reserve(model.engine().as_ref(), "file", bytes.saturating_mul(8))
}

/// Does the same as [`restyle`] for a file, and writes the result to a file, completely or not at all.
/// Errors: those of [`restyle`], `Write`.
pub fn restyle_file(
    model: &Model,
    prompt: &str,
    from: &Path,
    to: &Path,
    options: &RestyleOptions,
    on_progress: ProgressCallback<'_>,
) -> Result<Restyled, PipelineError> {
    // `Document::open` reports a file that cannot be found.
    let bytes = std::fs::metadata(from).map_or(0, |metadata| metadata.len());
    let _reserved = reserve_reading(model, bytes)?;
    let restyled = restyle_document(model, prompt, Document::open(from)?, options, on_progress)?;
    write_whole(to, &restyled.glb)?;
    Ok(restyled)
}

/// Primitives that one set of textures is assigned to.
struct Group<'a> {
    material: Option<usize>,
    parts: Vec<&'a ScenePart>,
    /// Whether new texture coordinates are made.
    is_cut: bool,
}

/// Groups primitives by material, and separates those that need new texture coordinates. If the scene
/// contains a mesh several times, only its first instance is used.
fn groups(parts: &[ScenePart], unwrap: bool) -> Vec<Group<'_>> {
    let mut seen = BTreeSet::new();
    let mut groups: BTreeMap<(Option<usize>, bool), Vec<&ScenePart>> = BTreeMap::new();
    for part in parts.iter().filter(|part| seen.insert((part.mesh, part.primitive))) {
        let is_cut = unwrap || part.uvs.is_empty() || area_of(&part.surface.triangles, &part.uvs) <= 0.0;
        groups.entry((part.material, is_cut)).or_default().push(part);
    }
    let group = |((material, is_cut), parts)| Group { material, parts, is_cut };
    groups.into_iter().map(group).collect()
}

/// A group with its textures. The textures are compressed, because a file may have many textures.
struct PaintedGroup {
    replacement: MaterialReplacement,
    repainted: RepaintedMaterial,
}

impl Group<'_> {
    fn painted(
        &self,
        field: &ObjectField,
        frame: ShapeFrame,
        size: u32,
        on_progress: ProgressCallback<'_>,
    ) -> Result<PaintedGroup, PipelineError> {
        let whole = self.joined(frame);
        let uvs: Vec<[f32; 2]> = self.parts.iter().flat_map(|part| part.uvs.iter().copied()).collect();
        let baked_colors =
            BakedColors::of(field, &whole, (!self.is_cut).then_some(&uvs[..]), size, on_progress)?;
        let mut cuts = baked_colors.unwrapped.iter().flat_map(|cut| self.cuts(&cut.sources, &cut.mesh));
        let primitive = |part: &&ScenePart| TexturedPrimitive {
            mesh: part.mesh,
            primitive: part.primitive,
            cut: cuts.next(),
        };
        let primitives = self.parts.iter().map(primitive).collect();
        // Lower levels of detail are not counted, because they may share texels with the highest level.
        let seen = self.parts.iter().filter(|part| part.is_seen);
        let area: f64 = seen.map(|part| area_of(&part.surface.triangles, &part.uvs)).sum();
        let Baked { size, base_color, roughness_metallic, covered, .. } = &baked_colors.baked;
        let asked = area * f64::from(*size) * f64::from(*size);
        let shared = (1.0 - f64::from(*covered) / asked.max(1.0)).max(0.0) as f32;
        let textures = Textures { size: *size, base_color, roughness_metallic, occlusion: &[], normal: &[] };
        let repainted = RepaintedMaterial {
            material: self.material,
            triangles: whole.triangles.len(),
            is_unwrapped: self.is_cut,
            shared: if self.is_cut { 0.0 } else { shared },
            lost: Vec::new(),
            unread: self.parts.iter().find_map(|part| part.unread.clone()),
        };
        let replacement =
            MaterialReplacement { textures: textures.packed()?, material: self.material, primitives };
        Ok(PaintedGroup { replacement, repainted })
    }

    /// Returns all parts as one mesh in object space, one part after another.
    fn joined(&self, frame: ShapeFrame) -> Mesh {
        let mut whole = Mesh::default();
        for part in &self.parts {
            let first = whole.positions.len() as u32;
            whole.positions.extend(part.surface.positions.iter().map(|&position| frame.to_object(position)));
            whole.normals.extend(part.surface.unit_normals());
            let triangles = part.surface.triangles.iter();
            whole.triangles.extend(triangles.map(|triangle| triangle.map(|corner| corner + first)));
        }
        whole
    }

    /// Splits the unwrapped mesh of all parts into the new vertices and triangles of each part. sources: for
    /// each new vertex, the index of its vertex in the joined mesh.
    fn cuts(&self, sources: &[u32], unwrapped: &Mesh) -> Vec<Cut> {
        let mut ends = Vec::with_capacity(self.parts.len());
        let mut end = 0;
        for part in &self.parts {
            end += part.surface.positions.len() as u32;
            ends.push(end);
        }
        let owner = |source: u32| ends.partition_point(|&end| end <= source);
        let mut cuts = vec![Cut::default(); self.parts.len()];
        // Index of each new vertex in its own part.
        let mut numbers = Vec::with_capacity(sources.len());
        for (&source, &uv) in sources.iter().zip(&unwrapped.uvs) {
            let index = owner(source);
            let first = index.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
            let Some(cut) = cuts.get_mut(index) else {
                debug_assert!(false, "vertex {source} lies beyond all parts");
                continue;
            };
            numbers.push(cut.sources.len() as u32);
            cut.sources.push(source - first);
            cut.uvs.push(uv);
        }
        for triangle in &unwrapped.triangles {
            debug_assert!(
                triangle.iter().all(|&corner| (corner as usize) < numbers.len()),
                "triangle {triangle:?} names a vertex beyond {}",
                numbers.len()
            );
            let index = sources.get(triangle[0] as usize).map_or(0, |&source| owner(source));
            if let (Some(cut), Some(part)) = (cuts.get_mut(index), self.parts.get(index)) {
                let [a, b, c] = triangle.map(|corner| numbers.get(corner as usize).copied().unwrap_or(0));
                // The file stores the corners in the order that they have before the node mirrors the
                // triangle.
                cut.triangles.push(if part.is_mirrored { [a, c, b] } else { [a, b, c] });
            }
        }
        cuts
    }
}

/// Baked colors of a field on a surface that was not extracted from the field.
struct BakedColors {
    baked: Baked,
    /// Surface with new texture coordinates; `None` if the given ones were kept.
    unwrapped: Option<Unwrapped>,
    /// Time that unwrapping took.
    unwrap_time: Duration,
    /// Time that baking took.
    bake_time: Duration,
}

impl BakedColors {
    /// Bakes the field's colors for a mesh, in the current thread pool. mesh: in object space, with normals.
    /// uvs: one per vertex, with any values; `None` makes new ones. size: texels along a side.
    fn of(
        field: &ObjectField,
        mesh: &Mesh,
        uvs: Option<&[[f32; 2]]>,
        size: u32,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Self, PipelineError> {
        let begun = Instant::now();
        let of_bake = part(on_progress, 0.3, 1.0);
        let surface = Kept { field };
        let (unwrapped, mut mesh, margin) = match uvs {
            None => {
                let options = UnwrapOptions { texture_size: size, margin: MARGIN / 2 };
                let mut unwrapped = unwrap_welded(mesh, &options, &part(on_progress, 0.0, 0.3))?;
                let mesh = std::mem::take(&mut unwrapped.mesh);
                (Some(unwrapped), mesh, options.margin)
            }
            Some(uvs) => (None, laid(mesh, uvs)?.mesh, MARGIN),
        };
        let unwrap_time = begun.elapsed();
        let baked = bake(&mut mesh, size, margin, &surface, &of_bake)?;
        let unwrapped = unwrapped.map(|unwrapped| Unwrapped { mesh, ..unwrapped });
        Ok(Self { baked, unwrapped, unwrap_time, bake_time: begun.elapsed() - unwrap_time })
    }
}

impl ObjectField {
    /// Makes textures of this field's colors for a given mesh, on the engine's threads.
    ///
    /// - `surface`: in the space of the fitted shape with which the field was made; in object space without a
    ///   fitted shape.
    /// - `uvs`: one per vertex, any finite values, which are kept. `None` makes new ones, and vertices at
    ///   seams are duplicated.
    /// - `size`: texels along a side, 64 to 4096.
    ///
    /// # Errors
    /// `Texture`, `ShapeAttribute`, `NotFinite`, `ShapeTooSmall`, `ShapeIndex`, `Engine`, `BrokenTexture`,
    /// `InsideCallback`, `Cancelled`.
    pub fn paint(
        &self,
        surface: ShapeSurface<'_>,
        uvs: Option<&[[f32; 2]]>,
        size: u32,
        on_progress: ProgressCallback<'_>,
    ) -> Result<Generated, PipelineError> {
        check_size(size)?;
        surface.check()?;
        let frame = self.origin().frame;
        let place = |&position: &[f32; 3]| frame.map_or(position, |frame| frame.to_object(position));
        let mut mesh = Mesh {
            positions: surface.positions.iter().map(place).collect(),
            normals: surface.normals.to_vec(),
            triangles: surface.triangles.to_vec(),
            ..Mesh::default()
        };
        mesh.check().map_err(TextureError::from)?;
        mesh.normals = if mesh.normals.is_empty() { mesh.mean_normals() } else { mesh.unit_normals() };
        let work = || -> Result<Generated, PipelineError> {
            let _reserved = reserve_textures(self.engine().as_ref(), size)?;
            let baked_colors = BakedColors::of(self, &mesh, uvs, size, &part(on_progress, 0.0, 0.95))?;
            let (charts, texels_per_unit, stretch) = baked_colors
                .unwrapped
                .as_ref()
                .map_or((0, 0.0, 0.0), |cut| (cut.charts, cut.texels_per_unit, cut.stretch));
            let mut mesh = match baked_colors.unwrapped {
                Some(unwrapped) => unwrapped.mesh,
                None => Mesh { uvs: uvs.unwrap_or_default().to_vec(), ..mesh.clone() },
            };
            (mesh.colors, mesh.metallic_roughness) =
                self.appearance(&mesh.positions, &part(on_progress, 0.95, 1.0))?;
            let painting = Painting {
                baked: baked_colors.baked,
                charts,
                texels_per_unit,
                stretch,
                unwrap_time: baked_colors.unwrap_time,
                bake_time: baked_colors.bake_time,
            };
            on_progress(1.0)?;
            Ok(Generated::painted(mesh, painting, self.origin().clone()))
        };
        run_on_threads_unless(self.engine().as_ref(), || patience(on_progress), work)??
    }
}

/// Colors of a field at the points of a surface that was not extracted from the field.
struct Kept<'a> {
    field: &'a ObjectField,
}

impl BakeSource for Kept<'_> {
    type Error = PipelineError;

    fn batch(&self) -> usize {
        self.field.batch_of_points()
    }

    fn seen(&self, points: &[[f32; 3]], on_progress: ProgressCallback<'_>) -> Result<Answer, PipelineError> {
        let (colors, materials) = self.field.appearance(points, on_progress)?;
        Ok(Answer { colors, materials })
    }

    fn knows_materials(&self) -> bool {
        self.field.has_materials()
    }

    fn grain(&self) -> f32 {
        0.0
    }

    fn knows_normals(&self) -> bool {
        false
    }

    fn landed(&self, _places: Places<'_>, _: ProgressCallback<'_>) -> Result<Landed, PipelineError> {
        Ok(Landed::default())
    }

    fn knows_light(&self) -> bool {
        false
    }

    fn open(
        &self,
        _places: Places<'_>,
        _on_progress: ProgressCallback<'_>,
    ) -> Result<Vec<f32>, PipelineError> {
        Ok(Vec::new())
    }
}
