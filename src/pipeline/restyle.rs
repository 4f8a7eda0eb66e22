//! An artist's GLB in a prompt's colours: what stylize does where the geometry is to be kept.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::engine::{EngineResult, Reservation, reserve, run_on_threads_unless};
use crate::error::{Watch, part, unwatched};
use crate::files::write_whole;
use crate::gltf::{Cut, Document, Dress, Part, Textures, Warning, Wearer};
use crate::mesh::Mesh;
use crate::text::Purpose;
use crate::texture::{
    Answer, Baked, Places, Surface, TextureError, UnwrapOptions, Unwrapped, area_of, bake, check_size, laid,
    unwrap_welded,
};

use super::generate::patience;
use super::painting::reserve_textures;
use super::{Frame, Generated, Model, ObjectField, Origin, Painting, PipelineError, Shape, ShapeSurface};

/// How new colours are made.
#[derive(Clone, Copy)]
pub struct RestyleOptions<'a> {
    /// Texels along a side of each texture, 64 to 4096.
    pub texture_size: u32,
    /// Makes new texture coordinates though the mesh has some.
    pub unwrap: bool,
    /// Which variant of the prompt; 0 is the plain one.
    pub seed: u64,
    /// Hears of progress, may stop the work.
    pub watch: Watch<'a>,
}

impl Default for RestyleOptions<'_> {
    fn default() -> Self {
        Self { texture_size: 1024, unwrap: false, seed: 0, watch: &unwatched }
    }
}

/// A GLB in new dress.
#[derive(Clone, Debug)]
pub struct Restyled {
    /// The file.
    pub glb: Vec<u8>,
    /// The same, read: what is to be drawn of it is drawn of this.
    pub document: Document,
    /// What of the given file was left out.
    pub warnings: Vec<Warning>,
    /// Where its colours came from.
    pub origin: Origin,
    /// What was painted: one set of textures each.
    pub dressed: Vec<Dressed>,
}

/// What wears one set of textures.
#[derive(Clone, Debug, PartialEq)]
pub struct Dressed {
    /// The material's number in the file that was given; `None` for primitives without one.
    pub material: Option<usize>,
    /// Triangles.
    pub triangles: usize,
    /// Were texture coordinates made for it?
    pub is_unwrapped: bool,
    /// Share of its surface that has its texels in common with other surface: texture coordinates that lie on each other.
    pub shared: f32,
    /// What the old material had and the new one has not: "transparency", "its normal map".
    pub lost: Vec<&'static str>,
    /// Why its old colours did not go into the model, where they could not be read.
    pub unread: Option<String>,
}

/// Texels of all textures of a file together: sixty-four of 4096², a thousand of 1024².
const MOST_TEXELS: u64 = 1 << 30;
/// Texels that colours grow over the seams.
const MARGIN: u32 = 8;

/// Paints a GLB's own geometry with a prompt's colours: all of its shape is kept, and given to the model. Positions, texture coordinates,
/// skins, morph targets and animations stay byte for byte; materials get new base colours, metallic and roughness. Errors: `Gltf`,
/// `NoShapeInput`, `Prompt`, `Texture`, `Engine`, `Cancelled`.
pub fn restyle(
    model: &Model,
    prompt: &str,
    glb: &[u8],
    options: &RestyleOptions<'_>,
) -> Result<Restyled, PipelineError> {
    check_size(options.texture_size)?;
    (options.watch)(0.0)?;
    let _reserved = reserve_reading(model, glb.len() as u64)?;
    restyle_document(model, prompt, Document::parse(glb)?, options)
}

/// As [`restyle`], of a document that was read. The file that comes of it needs no other: buffers and images that lay beside it are in it.
pub fn restyle_document(
    model: &Model,
    prompt: &str,
    document: Document,
    options: &RestyleOptions<'_>,
) -> Result<Restyled, PipelineError> {
    check_size(options.texture_size)?;
    (options.watch)(0.0)?;
    let scene = document.scene()?;
    let parts = scene.parts;
    let shape = Shape::of_parts(&parts)?.keeping(1.0)?;
    let frame = shape.frame().ok_or(PipelineError::NoShapeInput)?;
    (options.watch)(0.0)?;
    let embedding = model.embed_variant(prompt, options.seed, Purpose::Change)?;
    let groups = groups(&parts, options.unwrap);
    let texels = groups.len() as u64 * u64::from(options.texture_size).pow(2);
    if texels > MOST_TEXELS {
        let (materials, size) = (groups.len(), options.texture_size);
        return Err(TextureError::TooMany { materials, size }.into());
    }
    let _reserved = reserve_textures(model.engine().as_ref(), options.texture_size)?;
    let work = || -> Result<(Vec<Painted>, Origin), PipelineError> {
        let field = model.fields(&embedding.latent, Some(&shape))?.into_iter().next();
        let field = field.ok_or(PipelineError::NoPrompt)?;
        let count = groups.len() as f32;
        let mut painted = Vec::with_capacity(groups.len());
        for (index, group) in groups.iter().enumerate() {
            let watch = part(options.watch, 0.95 * index as f32 / count, 0.95 * (index + 1) as f32 / count);
            painted.push(group.painted(&field, frame, options.texture_size, &watch)?);
        }
        Ok((painted, field.origin().clone()))
    };
    let (painted, origin) =
        run_on_threads_unless(model.engine().as_ref(), || patience(options.watch), work)???;
    let mut origin = Origin {
        prompt: prompt.to_owned(),
        reading: embedding.readings.into_iter().next().unwrap_or_default(),
        ..origin
    };
    origin.say_seed(options.seed);
    let mut extras = origin.asset_info(origin.placement()).extras;
    // There was no grid.
    extras.remove("resolution");
    let (dresses, mut dressed): (Vec<Dress>, Vec<Dressed>) =
        painted.into_iter().map(|painted| (painted.dress, painted.dressed)).unzip();
    let (document, lost) = document.dress(&dresses, prompt, &extras)?;
    dressed.iter_mut().zip(lost).for_each(|(dressed, lost)| dressed.lost = lost);
    let glb = document.to_glb()?;
    (options.watch)(1.0)?;
    Ok(Restyled { glb, document, warnings: scene.warnings, origin, dressed })
}

/// Reserves what reading a file takes: 8 times its bytes were measured for a mesh of 19 MB. Errors: `Engine`.
fn reserve_reading(model: &Model, bytes: u64) -> EngineResult<Option<Reservation<'_>>> {
    reserve(model.engine().as_ref(), "file", bytes.saturating_mul(8))
}

/// As [`restyle`], from file to file, whole or not at all. Errors: `Write` besides.
pub fn restyle_file(
    model: &Model,
    prompt: &str,
    from: &Path,
    to: &Path,
    options: &RestyleOptions<'_>,
) -> Result<Restyled, PipelineError> {
    // A file that cannot be found is reported where it is opened.
    let bytes = std::fs::metadata(from).map_or(0, |metadata| metadata.len());
    let _reserved = reserve_reading(model, bytes)?;
    let restyled = restyle_document(model, prompt, Document::open(from)?, options)?;
    write_whole(to, &restyled.glb)?;
    Ok(restyled)
}

/// Primitives that wear one set of textures.
struct Group<'a> {
    material: Option<usize>,
    parts: Vec<&'a Part>,
    /// Are new texture coordinates to be made?
    is_cut: bool,
}

/// Primitives of one material, those without texture coordinates apart; of a mesh that the scene places several times the first.
fn groups(parts: &[Part], unwrap: bool) -> Vec<Group<'_>> {
    let mut seen = BTreeSet::new();
    let mut groups: BTreeMap<(Option<usize>, bool), Vec<&Part>> = BTreeMap::new();
    for part in parts.iter().filter(|part| seen.insert((part.mesh, part.primitive))) {
        let is_cut = unwrap || part.uvs.is_empty() || area_of(&part.surface.triangles, &part.uvs) <= 0.0;
        groups.entry((part.material, is_cut)).or_default().push(part);
    }
    let group = |((material, is_cut), parts)| Group { material, parts, is_cut };
    groups.into_iter().map(group).collect()
}

/// A group with its textures, packed: a file may have many.
struct Painted {
    dress: Dress,
    dressed: Dressed,
}

impl Group<'_> {
    fn painted(
        &self,
        field: &ObjectField,
        frame: Frame,
        size: u32,
        watch: Watch<'_>,
    ) -> Result<Painted, PipelineError> {
        let whole = self.joined(frame);
        let uvs: Vec<[f32; 2]> = self.parts.iter().flat_map(|part| part.uvs.iter().copied()).collect();
        let worn = Worn::of(field, &whole, (!self.is_cut).then_some(&uvs[..]), size, watch)?;
        let mut cuts = worn.unwrapped.iter().flat_map(|cut| self.cuts(&cut.sources, &cut.mesh));
        let wearer = |part: &&Part| Wearer { mesh: part.mesh, primitive: part.primitive, cut: cuts.next() };
        let wearers = self.parts.iter().map(wearer).collect();
        // Lower levels of detail share what they like.
        let seen = self.parts.iter().filter(|part| part.is_seen);
        let area: f64 = seen.map(|part| area_of(&part.surface.triangles, &part.uvs)).sum();
        let Baked { size, base_color, roughness_metallic, covered, .. } = &worn.baked;
        let asked = area * f64::from(*size) * f64::from(*size);
        let shared = (1.0 - f64::from(*covered) / asked.max(1.0)).max(0.0) as f32;
        let textures = Textures { size: *size, base_color, roughness_metallic, occlusion: &[], normal: &[] };
        let dressed = Dressed {
            material: self.material,
            triangles: whole.triangles.len(),
            is_unwrapped: self.is_cut,
            shared: if self.is_cut { 0.0 } else { shared },
            lost: Vec::new(),
            unread: self.parts.iter().find_map(|part| part.unread.clone()),
        };
        let dress = Dress { textures: textures.packed()?, material: self.material, wearers };
        Ok(Painted { dress, dressed })
    }

    /// All parts as one mesh in object space, one after another.
    fn joined(&self, frame: Frame) -> Mesh {
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

    /// Each part's own of an unwrapped whole. sources: the vertex of the whole that each new one was.
    fn cuts(&self, sources: &[u32], unwrapped: &Mesh) -> Vec<Cut> {
        let mut ends = Vec::with_capacity(self.parts.len());
        let mut end = 0;
        for part in &self.parts {
            end += part.surface.positions.len() as u32;
            ends.push(end);
        }
        let owner = |source: u32| ends.partition_point(|&end| end <= source);
        let mut cuts = vec![Cut::default(); self.parts.len()];
        // The number of each new vertex in its own part.
        let mut numbers = Vec::with_capacity(sources.len());
        for (&source, &uv) in sources.iter().zip(&unwrapped.uvs) {
            let index = owner(source);
            let first = index.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
            let Some(cut) = cuts.get_mut(index) else { continue };
            numbers.push(cut.sources.len() as u32);
            cut.sources.push(source - first);
            cut.uvs.push(uv);
        }
        for triangle in &unwrapped.triangles {
            let index = sources.get(triangle[0] as usize).map_or(0, |&source| owner(source));
            if let (Some(cut), Some(part)) = (cuts.get_mut(index), self.parts.get(index)) {
                let [a, b, c] = triangle.map(|corner| numbers.get(corner as usize).copied().unwrap_or(0));
                // As the file has it, whose node mirrors it.
                cut.triangles.push(if part.is_mirrored { [a, c, b] } else { [a, b, c] });
            }
        }
        cuts
    }
}

/// A surface that is not the field's own, with the field's colours.
struct Worn {
    baked: Baked,
    /// The surface with new texture coordinates, where it had none.
    unwrapped: Option<Unwrapped>,
    /// What making those took.
    unwrap_time: Duration,
    /// What asking the field took.
    bake_time: Duration,
}

impl Worn {
    /// Bakes, in the current thread pool. mesh: in object space, with normals. uvs: one a vertex, anywhere; `None` to make some.
    fn of(
        field: &ObjectField,
        mesh: &Mesh,
        uvs: Option<&[[f32; 2]]>,
        size: u32,
        watch: Watch<'_>,
    ) -> Result<Self, PipelineError> {
        let begun = Instant::now();
        let of_bake = part(watch, 0.3, 1.0);
        let surface = Kept { field };
        let (unwrapped, mut mesh, margin) = match uvs {
            None => {
                let options = UnwrapOptions { texture_size: size, margin: MARGIN / 2 };
                let mut unwrapped = unwrap_welded(mesh, &options, &part(watch, 0.0, 0.3))?;
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
    /// A mesh that is given, in this field's colours, on the engine's threads. surface: in the space of the shape that the field was made
    /// with, or in object space where it was made of none. uvs: one a vertex, anywhere in the plane, and they are kept; `None` to make
    /// some, which opens seams. size: texels along a side, 64 to 4096. Errors: `Texture`, `ShapeAttribute`, `NotFinite`, `ShapeTooSmall`,
    /// `ShapeIndex`, `Engine`, `Cancelled`.
    pub fn paint(
        &self,
        surface: ShapeSurface<'_>,
        uvs: Option<&[[f32; 2]]>,
        size: u32,
        watch: Watch<'_>,
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
            let worn = Worn::of(self, &mesh, uvs, size, &part(watch, 0.0, 0.95))?;
            let (charts, texels_per_unit, stretch) = worn
                .unwrapped
                .as_ref()
                .map_or((0, 0.0, 0.0), |cut| (cut.charts, cut.texels_per_unit, cut.stretch));
            let mut mesh = match worn.unwrapped {
                Some(unwrapped) => unwrapped.mesh,
                None => Mesh { uvs: uvs.unwrap_or_default().to_vec(), ..mesh.clone() },
            };
            (mesh.colors, mesh.metallic_roughness) =
                self.appearance(&mesh.positions, &part(watch, 0.95, 1.0))?;
            let painting = Painting {
                baked: worn.baked,
                charts,
                texels_per_unit,
                stretch,
                unwrap_time: worn.unwrap_time,
                bake_time: worn.bake_time,
            };
            watch(1.0)?;
            Ok(Generated::painted(mesh, painting, self.origin().clone()))
        };
        run_on_threads_unless(self.engine().as_ref(), || patience(watch), work)??
    }
}

/// A field's colours on a surface that is not its own: asked where that surface is.
struct Kept<'a> {
    field: &'a ObjectField,
}

impl Surface for Kept<'_> {
    type Error = PipelineError;

    fn batch(&self) -> usize {
        self.field.batch_of_points()
    }

    fn seen(&self, places: Places<'_>, watch: Watch<'_>) -> Result<Answer, PipelineError> {
        let (colors, materials) = self.field.appearance(places.points, watch)?;
        Ok(Answer { colors, materials, normals: Vec::new() })
    }

    fn grain(&self) -> f32 {
        0.0
    }

    fn knows_normals(&self) -> bool {
        false
    }

    fn knows_light(&self) -> bool {
        false
    }

    fn open(&self, _places: Places<'_>, _watch: Watch<'_>) -> Result<Vec<f32>, PipelineError> {
        Ok(Vec::new())
    }
}
