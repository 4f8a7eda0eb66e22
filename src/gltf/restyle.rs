//! Assigns new materials to a document. It rewrites the materials, the primitives to which they are assigned,
//! the lists of extensions, and the description in `asset.extras`. It appends images, and the vertices of cut
//! primitives. All other contents are kept.
//!
//! The buffers are kept, and new data is in a further buffer. The JSON is edited in place and keeps
//! everything that this library does not know. Compressed data stays compressed, and sparse data stays
//! sparse, except for the vertices of cut primitives, which are written uncompressed.

use serde_json::{Map, Value, json};

use super::GltfError;
use super::document::Document;
use super::document::accessor::{Buffers, Gathered};
use super::document::list;
use super::error::invalid;
use super::provenance::Provenance;
use super::write::{IMAGES, PackedTextures};
use listed::Listed;

mod listed;

/// Textures, and the primitives to which they are assigned.
#[derive(Clone, Debug)]
pub struct MaterialReplacement {
    /// The base color, roughness and metallic textures are used. The material's own normal map and occlusion
    /// stay, unless primitives are cut.
    pub textures: PackedTextures,
    /// Index of the material that is replaced; `None` for primitives without a material.
    pub material: Option<usize>,
    /// The primitives.
    pub primitives: Vec<TexturedPrimitive>,
}

/// A primitive of the file.
#[derive(Clone, Debug)]
pub struct TexturedPrimitive {
    /// Index of the mesh that has the primitive.
    pub mesh: usize,
    /// Index of the primitive in the mesh.
    pub primitive: usize,
    /// The new vertices, if the primitive had no texture coordinates.
    pub cut: Option<Cut>,
}

/// New vertices for a primitive, with texture coordinates.
#[derive(Clone, Debug, Default)]
pub struct Cut {
    /// For each new vertex, the primitive's old vertex that it copies.
    pub sources: Vec<u32>,
    /// One pair per new vertex.
    pub uvs: Vec<[f32; 2]>,
    /// Triangles of new vertices.
    pub triangles: Vec<[u32; 3]>,
}

/// A GLB with new materials.
#[derive(Clone, Debug)]
pub struct ReplacedMaterials {
    /// The file.
    pub glb: Vec<u8>,
    /// For each replacement, the features that the old material had and the new one lacks, such as
    /// "transparency" or "its normal map".
    pub lost: Vec<Vec<&'static str>>,
}

impl Document {
    /// Assigns new materials to the document and describes the change in `asset.extras`. Removes what this
    /// library stated there before.
    ///
    /// prompt, extras: the description to store. Returns, for each replacement, the features that the old
    /// material had and the new one lacks. Errors: `Invalid`, `Unsupported`, `TooLargeToWrite`.
    pub fn replace_materials(
        self,
        replacements: &[MaterialReplacement],
        prompt: &str,
        extras: &Map<String, Value>,
    ) -> Result<(Self, Vec<Vec<&'static str>>), GltfError> {
        let before = Listed::of(self.json());
        let mut edited = Edited { json: self.json().clone(), added: Vec::new(), source: &self };
        let mut lost = Vec::with_capacity(replacements.len());
        let mut repainted = Vec::new();
        let buffers = self.accessors();
        for replacement in replacements {
            let (material, without) = edited.material(replacement, &mut repainted)?;
            lost.push(without);
            for primitive in &replacement.primitives {
                edited.assign(primitive, material, &buffers)?;
            }
        }
        edited.say(prompt, extras)?;
        let Edited { mut json, added, .. } = edited;
        before.unlist(&mut json);
        Ok((self.edited(json, added)?, lost))
    }
}

/// Restyles a file in memory as [`Document::replace_materials`] does. Errors: those of [`Document::parse`],
/// [`Document::replace_materials`] and [`Document::to_glb`].
pub fn restyle(
    bytes: &[u8],
    replacements: &[MaterialReplacement],
    prompt: &str,
    extras: &Map<String, Value>,
) -> Result<ReplacedMaterials, GltfError> {
    let (document, lost) = Document::parse(bytes)?.replace_materials(replacements, prompt, extras)?;
    Ok(ReplacedMaterials { glb: document.to_glb()?, lost })
}

/// Returns a value as a JSON object. This check is needed although the document was parsed: typed readers
/// accept lists for objects.
fn object<'a>(value: Option<&'a mut Value>, what: &str) -> Result<&'a mut Map<String, Value>, GltfError> {
    value.and_then(Value::as_object_mut).ok_or_else(|| invalid(format!("{what} is not an object")))
}

/// The extension with alternative materials of a primitive.
const VARIANTS: &str = "KHR_materials_variants";
/// Largest size of the binary chunk in bytes: a larger one cannot be read back. The limit is needed since a
/// few bytes of JSON can require copies of much data.
const LARGEST: usize = 1 << 30;
/// Largest number of buffer views. The limit is needed since a few bytes of JSON can require many views.
const MOST_VIEWS: usize = 1 << 16;
/// A document that is being edited.
struct Edited<'a> {
    json: Map<String, Value>,
    /// The bytes of a further buffer.
    added: Vec<u8>,
    source: &'a Document,
}

impl Edited<'_> {
    fn push(&mut self, name: &str, value: Value) -> Result<usize, GltfError> {
        let list = list(&mut self.json, name)?;
        list.push(value);
        Ok(list.len() - 1)
    }

    /// Appends bytes as a buffer view, aligned to four bytes.
    fn view(&mut self, bytes: &[u8], more: &[(&str, usize)]) -> Result<usize, GltfError> {
        self.added.resize(self.added.len().next_multiple_of(4), 0);
        let whole = self.source.size() + self.added.len() + bytes.len();
        if whole > LARGEST {
            return Err(GltfError::TooLargeToWrite { bytes: whole, most: LARGEST });
        }
        let buffer = self.source.next_buffer();
        let mut view = json!({ "buffer": buffer, "byteOffset": self.added.len(), "byteLength": bytes.len() });
        for &(key, value) in more {
            view[key] = json!(value);
        }
        self.added.extend_from_slice(bytes);
        let index = self.push("bufferViews", view)?;
        if index > MOST_VIEWS {
            let what =
                format!("more than {MOST_VIEWS} attributes, images and morph targets: join primitives");
            return Err(GltfError::Unsupported { what });
        }
        Ok(index)
    }

    /// Writes a replacement as a material. Returns the material's index, and the features that were lost.
    /// Replaces the old material if no other primitive uses it. Otherwise adds a new material.
    fn material(
        &mut self,
        replacement: &MaterialReplacement,
        repainted: &mut Vec<usize>,
    ) -> Result<(usize, Vec<&'static str>), GltfError> {
        const REPEAT: u32 = 10_497;
        const LINEAR: u32 = 9_729;
        const LINEAR_MIPMAP_LINEAR: u32 = 9_987;
        let sampler = json!({
            "wrapS": REPEAT, "wrapT": REPEAT, "magFilter": LINEAR, "minFilter": LINEAR_MIPMAP_LINEAR,
        });
        let sampler = self.push("samplers", sampler)?;
        let mut surface = json!({ "baseColorFactor": [1.0, 1.0, 1.0, 1.0] });
        let keys = ["baseColorTexture", "metallicRoughnessTexture"];
        for ((name, key), bytes) in IMAGES.into_iter().zip(keys).zip(&replacement.textures.images) {
            let Some(bytes) = bytes else { continue };
            let view = self.view(bytes, &[])?;
            let image = json!({ "bufferView": view, "mimeType": "image/png", "name": name });
            let source = self.push("images", image)?;
            let texture =
                self.push("textures", json!({ "sampler": sampler, "source": source, "name": name }))?;
            surface[key] = json!({ "index": texture });
        }
        if !replacement.textures.has_surface {
            (surface["metallicFactor"], surface["roughnessFactor"]) = (json!(0.0), json!(0.6));
        }
        let mut held = match replacement.material {
            Some(index) => {
                let held = list(&mut self.json, "materials")?.get(index).cloned();
                held.ok_or_else(|| invalid(format!("material {index} is named but does not exist")))?
            }
            None => json!({}),
        };
        let material = object(Some(&mut held), "a material")?;
        let lost = remove_appearance(
            material,
            replacement.primitives.iter().any(|primitive| primitive.cut.is_some()),
        );
        material.insert("pbrMetallicRoughness".into(), surface);
        if let Some(index) = replacement.material.filter(|index| !repainted.contains(index))
            && self.is_used_only_by(index, &replacement.primitives)?
        {
            repainted.push(index);
            if let Some(place) = list(&mut self.json, "materials")?.get_mut(index) {
                *place = held;
            }
            return Ok((index, lost));
        }
        Ok((self.push("materials", held)?, lost))
    }

    /// Returns whether only these primitives use a material.
    fn is_used_only_by(
        &mut self,
        material: usize,
        primitives: &[TexturedPrimitive],
    ) -> Result<bool, GltfError> {
        let users = list(&mut self.json, "meshes")?.iter().enumerate().flat_map(|(mesh, value)| {
            let primitives = value.get("primitives").and_then(Value::as_array).into_iter().flatten();
            let uses = move |value: &Value| {
                // A variant may use the material instead of the primitive's own material.
                let names =
                    value.get("extensions").is_some_and(|extensions| extensions.get(VARIANTS).is_some());
                names || value.get("material").and_then(Value::as_u64) == Some(material as u64)
            };
            primitives.enumerate().filter(move |(_, value)| uses(value)).map(move |(index, _)| (mesh, index))
        });
        let is_wearer = |user: (usize, usize)| {
            primitives.iter().any(|primitive| (primitive.mesh, primitive.primitive) == user)
        };
        Ok(users.into_iter().all(is_wearer))
    }

    /// Returns a primitive's object.
    fn primitive(&mut self, mesh: usize, primitive: usize) -> Result<&mut Map<String, Value>, GltfError> {
        let held = list(&mut self.json, "meshes")?.get_mut(mesh).and_then(|mesh| mesh.get_mut("primitives"));
        let held = held.and_then(Value::as_array_mut).and_then(|list| list.get_mut(primitive));
        object(held, &format!("primitive {primitive} of mesh {mesh}"))
    }

    /// Assigns a material to a primitive, and replaces its vertices if it is cut. Errors: `Invalid`,
    /// `Unsupported`.
    fn assign(
        &mut self,
        primitive: &TexturedPrimitive,
        material: usize,
        source: &Buffers<'_>,
    ) -> Result<(), GltfError> {
        let &TexturedPrimitive { mesh, primitive, ref cut } = primitive;
        let mut held = self.primitive(mesh, primitive)?.clone();
        held.insert("material".into(), json!(material));
        let attributes = object(held.get_mut("attributes"), "a primitive's attributes")?;
        // glTF would multiply the vertex colors with the texture.
        attributes.remove("COLOR_0");
        if let Some(extensions) = held.get_mut("extensions").and_then(Value::as_object_mut) {
            // The Draco extension stores the geometry a second time, with the old attributes. The variants
            // name other materials.
            extensions.retain(|name, _| name != "KHR_draco_mesh_compression" && name != VARIANTS);
            if extensions.is_empty() {
                held.remove("extensions");
            }
        }
        if let Some(cut) = cut {
            self.cut(&mut held, cut, source)?;
        }
        *self.primitive(mesh, primitive)? = held;
        Ok(())
    }

    /// Replaces a primitive's vertices. Each new vertex copies the attributes and targets of its source.
    fn cut(
        &mut self,
        primitive: &mut Map<String, Value>,
        cut: &Cut,
        source: &Buffers<'_>,
    ) -> Result<(), GltfError> {
        const FLOAT: u32 = 5_126;
        const UNSIGNED_INT: u32 = 5_125;
        const ARRAY: usize = 34_962;
        const ELEMENTS: usize = 34_963;
        let empty = Map::new();
        let held = primitive.get("attributes").and_then(Value::as_object).unwrap_or(&empty).clone();
        // Tangents depend on the texture coordinates, which are replaced.
        let kept = held.iter().filter(|(name, _)| !name.starts_with("TEXCOORD_") && *name != "TANGENT");
        let mut attributes = Map::new();
        for (name, accessor) in kept {
            attributes.insert(name.clone(), self.gathered(accessor, name, cut, source)?);
        }
        let bytes: Vec<u8> = cut.uvs.iter().flatten().flat_map(|part| part.to_le_bytes()).collect();
        let view = self.view(&bytes, &[("target", ARRAY), ("byteStride", 8)])?;
        let uvs =
            json!({ "bufferView": view, "componentType": FLOAT, "count": cut.uvs.len(), "type": "VEC2" });
        attributes.insert("TEXCOORD_0".into(), json!(self.push("accessors", uvs)?));
        primitive.insert("attributes".into(), Value::Object(attributes));
        if let Some(targets) = primitive.get("targets").and_then(Value::as_array).cloned() {
            let mut moved = Vec::with_capacity(targets.len());
            for target in &targets {
                let mut of_target = Map::new();
                let kept = target.as_object().unwrap_or(&empty).iter().filter(|(name, _)| *name != "TANGENT");
                for (name, accessor) in kept {
                    of_target.insert(name.clone(), self.gathered(accessor, name, cut, source)?);
                }
                moved.push(Value::Object(of_target));
            }
            primitive.insert("targets".into(), Value::Array(moved));
        }
        let bytes: Vec<u8> = cut.triangles.iter().flatten().flat_map(|index| index.to_le_bytes()).collect();
        let view = self.view(&bytes, &[("target", ELEMENTS)])?;
        let count = cut.triangles.len() * 3;
        let indices =
            json!({ "bufferView": view, "componentType": UNSIGNED_INT, "count": count, "type": "SCALAR" });
        primitive.insert("indices".into(), json!(self.push("accessors", indices)?));
        // The primitive becomes a list of triangles.
        primitive.remove("mode");
        Ok(())
    }

    /// Adds an accessor with an old accessor's elements in the order of the new vertices.
    fn gathered(
        &mut self,
        accessor: &Value,
        name: &str,
        cut: &Cut,
        source: &Buffers<'_>,
    ) -> Result<Value, GltfError> {
        const ARRAY: usize = 34_962;
        let index = accessor.as_u64().and_then(|index| usize::try_from(index).ok());
        let index = index.ok_or_else(|| invalid(format!("{name} does not name an accessor")))?;
        let Gathered { bytes, stride, low, high } = source.gathered(index, &cut.sources)?;
        let view = self.view(&bytes, &[("target", ARRAY), ("byteStride", stride)])?;
        let mut held = list(&mut self.json, "accessors")?.get(index).cloned();
        let accessor = object(held.as_mut(), &format!("accessor {index}"))?;
        accessor.insert("bufferView".into(), json!(view));
        accessor.insert("count".into(), json!(cut.sources.len()));
        if accessor.contains_key("min") || name == "POSITION" {
            accessor.insert("min".into(), json!(low));
            accessor.insert("max".into(), json!(high));
        }
        accessor.remove("byteOffset");
        accessor.remove("sparse");
        Ok(json!(self.push("accessors", json!(accessor))?))
    }

    /// Describes the change in `asset.extras`, in place of this library's earlier statements.
    fn say(&mut self, prompt: &str, extras: &Map<String, Value>) -> Result<(), GltfError> {
        let asset = object(self.json.get_mut("asset"), "its asset")?;
        let held = asset.entry("extras").or_insert_with(|| json!({}));
        if !held.is_object() {
            *held = json!({});
        }
        let held = object(Some(held), "its extras")?;
        Provenance::remove(held);
        held.extend(extras.clone());
        held.insert("prompt".into(), json!(prompt));
        Ok(())
    }
}

/// Removes the replaced appearance from a material and returns the lost features. is_cut: whether maps in the
/// old texture coordinates no longer fit.
fn remove_appearance(material: &mut Map<String, Value>, is_cut: bool) -> Vec<&'static str> {
    let mut lost = Vec::new();
    let glows = |value: &Value| {
        value.as_array().is_some_and(|factor| factor.iter().any(|part| part != 0 && part != 0.0))
    };
    let is_transparent = material.get("alphaMode").is_some_and(|mode| mode != "OPAQUE");
    let is_glowing =
        material.contains_key("emissiveTexture") || material.get("emissiveFactor").is_some_and(glows);
    let has_extensions = material.contains_key("extensions");
    for (had, what) in [
        (is_transparent, "transparency"),
        (is_glowing, "its glow"),
        (has_extensions, "the properties of extensions (clear coat, sheen and the like)"),
        (is_cut && material.contains_key("normalTexture"), "its normal map"),
        (is_cut && material.contains_key("occlusionTexture"), "its occlusion map"),
    ] {
        lost.extend(had.then_some(what));
    }
    for key in ["emissiveTexture", "emissiveFactor", "alphaMode", "alphaCutoff", "extensions"] {
        material.remove(key);
    }
    if is_cut {
        material.remove("normalTexture");
        material.remove("occlusionTexture");
    }
    lost
}
