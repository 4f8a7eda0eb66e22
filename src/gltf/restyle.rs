//! A document with new materials: what its artist made stays, byte for byte; materials are rewritten, and images appended.
//!
//! The buffers are carried over, and what is new lies in one of its own; the JSON is edited as it is, with all that this library does not know. What was
//! compressed or sparse stays so, except for vertices that are cut: those are written plainly.

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

/// Textures, and who wears them.
#[derive(Clone, Debug)]
pub struct Dress {
    /// Of them base colour, and roughness and metallic are worn. An artist's normal map and occlusion stay, unless the wearers are cut.
    pub textures: PackedTextures,
    /// The material that they replace, by its number in the file; `None` for primitives without one.
    pub material: Option<usize>,
    /// The primitives.
    pub wearers: Vec<Wearer>,
}

/// A primitive of the file.
#[derive(Clone, Debug)]
pub struct Wearer {
    /// Its mesh's number.
    pub mesh: usize,
    /// Its own in the mesh.
    pub primitive: usize,
    /// How it is cut open, where it had no texture coordinates.
    pub cut: Option<Cut>,
}

/// New vertices for a primitive, with texture coordinates.
#[derive(Clone, Debug, Default)]
pub struct Cut {
    /// The vertex of the primitive that each new one was.
    pub sources: Vec<u32>,
    /// One a new vertex.
    pub uvs: Vec<[f32; 2]>,
    /// Of new vertices.
    pub triangles: Vec<[u32; 3]>,
}

/// A GLB in new dress.
#[derive(Clone, Debug)]
pub struct Redressed {
    /// The file.
    pub glb: Vec<u8>,
    /// Of each dress, what the old material had and the new one has not: "transparency", "a normal map".
    pub lost: Vec<Vec<&'static str>>,
}

impl Document {
    /// Puts dresses on the document, and says in `asset.extras` what was done. What this library said there of the file before goes. prompt, extras:
    /// what is said, beside what is there. Returns of each dress what the old material had and the new one has not. Errors: `Invalid`,
    /// `Unsupported`, `TooLargeToWrite`.
    pub fn dress(
        self,
        dresses: &[Dress],
        prompt: &str,
        extras: &Map<String, Value>,
    ) -> Result<(Self, Vec<Vec<&'static str>>), GltfError> {
        let before = Listed::of(self.json());
        let mut edited = Edited { json: self.json().clone(), added: Vec::new(), source: &self };
        let mut lost = Vec::with_capacity(dresses.len());
        let mut dressed = Vec::new();
        let buffers = self.accessors();
        for dress in dresses {
            let (material, without) = edited.material(dress, &mut dressed)?;
            lost.push(without);
            for wearer in &dress.wearers {
                edited.wear(wearer, material, &buffers)?;
            }
        }
        edited.say(prompt, extras)?;
        let Edited { mut json, added, .. } = edited;
        before.unlist(&mut json);
        Ok((self.edited(json, added)?, lost))
    }
}

/// As [`Document::dress`], from bytes to bytes.
pub fn restyle(
    bytes: &[u8],
    dresses: &[Dress],
    prompt: &str,
    extras: &Map<String, Value>,
) -> Result<Redressed, GltfError> {
    let (document, lost) = Document::parse(bytes)?.dress(dresses, prompt, extras)?;
    Ok(Redressed { glb: document.to_glb()?, lost })
}

/// A JSON object. Typed readers take lists for objects too, and so what was read before says nothing.
fn object<'a>(value: Option<&'a mut Value>, what: &str) -> Result<&'a mut Map<String, Value>, GltfError> {
    value.and_then(Value::as_object_mut).ok_or_else(|| invalid(format!("{what} is no object")))
}

/// Other dresses of a primitive.
const VARIANTS: &str = "KHR_materials_variants";
/// Bytes that the binary chunk may grow to: more is not read back. A few bytes of JSON can ask for a copy of much.
const LARGEST: usize = 1 << 30;
/// Buffer views at most, for the same reason.
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

    /// Appends bytes as a view, at a multiple of four.
    fn view(&mut self, bytes: &[u8], more: &[(&str, usize)]) -> Result<usize, GltfError> {
        self.added.resize(self.added.len().next_multiple_of(4), 0);
        let whole = self.source.size() + self.added.len() + bytes.len();
        if whole > LARGEST {
            return Err(GltfError::TooLargeToWrite { bytes: whole });
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

    /// The number of the material that a dress is made into, and what it lost: the one that it replaces, where nobody else wears that; else one
    /// of its own.
    fn material(
        &mut self,
        dress: &Dress,
        dressed: &mut Vec<usize>,
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
        for ((name, key), bytes) in IMAGES.into_iter().zip(keys).zip(&dress.textures.images) {
            let Some(bytes) = bytes else { continue };
            let view = self.view(bytes, &[])?;
            let image = json!({ "bufferView": view, "mimeType": "image/png", "name": name });
            let source = self.push("images", image)?;
            let texture =
                self.push("textures", json!({ "sampler": sampler, "source": source, "name": name }))?;
            surface[key] = json!({ "index": texture });
        }
        if !dress.textures.has_surface {
            (surface["metallicFactor"], surface["roughnessFactor"]) = (json!(0.0), json!(0.6));
        }
        let mut held = match dress.material {
            Some(index) => {
                let held = list(&mut self.json, "materials")?.get(index).cloned();
                held.ok_or_else(|| invalid(format!("material {index} is named but does not exist")))?
            }
            None => json!({}),
        };
        let material = object(Some(&mut held), "a material")?;
        let lost = undress(material, dress.wearers.iter().any(|wearer| wearer.cut.is_some()));
        material.insert("pbrMetallicRoughness".into(), surface);
        if let Some(index) = dress.material.filter(|index| !dressed.contains(index))
            && self.is_worn_by_all(index, &dress.wearers)?
        {
            dressed.push(index);
            if let Some(place) = list(&mut self.json, "materials")?.get_mut(index) {
                *place = held;
            }
            return Ok((index, lost));
        }
        Ok((self.push("materials", held)?, lost))
    }

    /// Are these all that wear a material?
    fn is_worn_by_all(&mut self, material: usize, wearers: &[Wearer]) -> Result<bool, GltfError> {
        let users = list(&mut self.json, "meshes")?.iter().enumerate().flat_map(|(mesh, value)| {
            let primitives = value.get("primitives").and_then(Value::as_array).into_iter().flatten();
            let uses = move |value: &Value| {
                // A variant may wear it instead of the primitive's own.
                let names =
                    value.get("extensions").is_some_and(|extensions| extensions.get(VARIANTS).is_some());
                names || value.get("material").and_then(Value::as_u64) == Some(material as u64)
            };
            primitives.enumerate().filter(move |(_, value)| uses(value)).map(move |(index, _)| (mesh, index))
        });
        let is_wearer =
            |user: (usize, usize)| wearers.iter().any(|wearer| (wearer.mesh, wearer.primitive) == user);
        Ok(users.into_iter().all(is_wearer))
    }

    /// A primitive's object.
    fn primitive(&mut self, mesh: usize, primitive: usize) -> Result<&mut Map<String, Value>, GltfError> {
        let held = list(&mut self.json, "meshes")?.get_mut(mesh).and_then(|mesh| mesh.get_mut("primitives"));
        let held = held.and_then(Value::as_array_mut).and_then(|list| list.get_mut(primitive));
        object(held, &format!("primitive {primitive} of mesh {mesh}"))
    }

    fn wear(&mut self, wearer: &Wearer, material: usize, source: &Buffers<'_>) -> Result<(), GltfError> {
        let &Wearer { mesh, primitive, ref cut } = wearer;
        let mut held = self.primitive(mesh, primitive)?.clone();
        held.insert("material".into(), json!(material));
        let attributes = object(held.get_mut("attributes"), "a primitive's attributes")?;
        // glTF multiplies it with the texture.
        attributes.remove("COLOR_0");
        if let Some(extensions) = held.get_mut("extensions").and_then(Value::as_object_mut) {
            // The first holds the geometry again, with its old attributes; the second other dresses.
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

    /// Gives a primitive new vertices, each with all that the old one had.
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
        // Tangents belong to texture coordinates, and these are new.
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
        // A list of triangles, whatever it was.
        primitive.remove("mode");
        Ok(())
    }

    /// An accessor of an old one's elements, in the order of the new vertices.
    fn gathered(
        &mut self,
        accessor: &Value,
        name: &str,
        cut: &Cut,
        source: &Buffers<'_>,
    ) -> Result<Value, GltfError> {
        const ARRAY: usize = 34_962;
        let index = accessor.as_u64().and_then(|index| usize::try_from(index).ok());
        let index = index.ok_or_else(|| invalid(format!("{name} names no accessor")))?;
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

    /// Says in `asset.extras` what was done; what this library said of the file before goes.
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

/// Takes from a material what belongs to the old dress, and says what that was. is_cut: do old maps fit no more?
fn undress(material: &mut Map<String, Value>, is_cut: bool) -> Vec<&'static str> {
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
        (has_extensions, "what extensions say of it (clear coat, sheen and the like)"),
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
