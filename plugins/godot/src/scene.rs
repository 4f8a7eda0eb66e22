//! Engine objects made of plain arrays: meshes, materials and nodes. Only for the main thread.

use godot::classes::base_material_3d::{Feature, Flags, TextureFilter, TextureParam};
use godot::classes::image::Format;
use godot::classes::mesh::{ArrayType, BlendShapeMode, PrimitiveType};
use godot::classes::{
    ArrayMesh, BaseMaterial3D, CollisionShape3D, ConvexPolygonShape3D, Image, ImageTexture, MeshInstance3D,
    OrmMaterial3D, StandardMaterial3D, StaticBody3D,
};
use godot::obj::EngineEnum;
use godot::prelude::*;

use crate::library::Failure;
use crate::surface::{Surface, Textures};

/// Number of arrays of a surface.
const ARRAYS: usize = 13;

/// Returns the arrays of a surface without any content.
pub fn empty_arrays() -> VarArray {
    let mut arrays = VarArray::new();
    arrays.resize(ARRAYS, &Variant::nil());
    arrays
}

/// Sets one of a surface's arrays.
pub fn set_array(arrays: &mut VarArray, kind: ArrayType, content: &Variant) {
    arrays.set(kind.ord() as usize, content);
}

/// Makes the mesh of a surface, without its material.
pub fn array_mesh(surface: &Surface) -> Gd<ArrayMesh> {
    let mut arrays = empty_arrays();
    set_array(&mut arrays, ArrayType::VERTEX, &PackedVector3Array::from(&surface.positions[..]).to_variant());
    set_array(&mut arrays, ArrayType::NORMAL, &PackedVector3Array::from(&surface.normals[..]).to_variant());
    if !surface.tangents.is_empty() {
        set_array(
            &mut arrays,
            ArrayType::TANGENT,
            &PackedFloat32Array::from(&surface.tangents[..]).to_variant(),
        );
    }
    if surface.textures.is_none() && !surface.colors.is_empty() {
        set_array(&mut arrays, ArrayType::COLOR, &PackedColorArray::from(&surface.colors[..]).to_variant());
    }
    if !surface.uvs.is_empty() {
        set_array(&mut arrays, ArrayType::TEX_UV, &PackedVector2Array::from(&surface.uvs[..]).to_variant());
    }
    set_array(&mut arrays, ArrayType::INDEX, &PackedInt32Array::from(&surface.indices[..]).to_variant());
    let mut mesh = ArrayMesh::new_gd();
    if surface.levels.is_empty() && surface.targets.is_empty() {
        mesh.add_surface_from_arrays(PrimitiveType::TRIANGLES, &arrays);
        return mesh;
    }
    let mut levels = VarDictionary::new();
    for (deviation, indices) in &surface.levels {
        levels.set(*deviation, &PackedInt32Array::from(&indices[..]));
    }
    let mut shapes: Array<AnyArray> = Array::new();
    if !surface.targets.is_empty() {
        mesh.set_blend_shape_mode(BlendShapeMode::NORMALIZED);
    }
    for target in &surface.targets {
        mesh.add_blend_shape(&StringName::from(&blend_shape_name(&target.name)));
        let mut shape = empty_arrays();
        set_array(
            &mut shape,
            ArrayType::VERTEX,
            &PackedVector3Array::from(&target.positions[..]).to_variant(),
        );
        set_array(&mut shape, ArrayType::NORMAL, &PackedVector3Array::from(&target.normals[..]).to_variant());
        if !surface.tangents.is_empty() {
            let tangents = turned_tangents(&surface.tangents, &target.normals);
            set_array(&mut shape, ArrayType::TANGENT, &PackedFloat32Array::from(&tangents[..]).to_variant());
        }
        shapes.push(shape.upcast_any_array());
    }
    mesh.add_surface_from_arrays_ex(PrimitiveType::TRIANGLES, &arrays)
        .blend_shapes(&shapes)
        .lods(&levels)
        .done();
    mesh
}

/// Returns the name of the blend shape of a prompt. The name follows a slash in Godot's property names, so a
/// slash and other special characters are replaced.
fn blend_shape_name(prompt: &str) -> String {
    let name: String = prompt.chars().map(|c| if "/:@%\"".contains(c) { '-' } else { c }).collect();
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() { "keyframe".to_owned() } else { name }
}

/// Returns the tangents of a keyframe: those of the mesh, made orthogonal to the keyframe's normals.
fn turned_tangents(tangents: &[f32], normals: &[Vector3]) -> Vec<f32> {
    let mut turned = Vec::with_capacity(tangents.len());
    for (tangent, normal) in tangents.chunks_exact(4).zip(normals) {
        let given = Vector3::new(tangent[0], tangent[1], tangent[2]);
        let flat = given - *normal * normal.dot(given);
        let flat = if flat.length() > 1e-6 { flat.normalized() } else { given };
        turned.extend([flat.x, flat.y, flat.z, tangent[3]]);
    }
    turned
}

/// Makes the material of a surface: textures if it has some, and otherwise its vertex colors.
pub fn material(surface: &Surface) -> Result<Gd<BaseMaterial3D>, Failure> {
    match &surface.textures {
        Some(textures) => Ok(textured_material(textures, surface.material)?.upcast()),
        None => Ok(colored_material(surface.material).upcast()),
    }
}

/// Makes a material that shows sRGB vertex colors. values: metallic and roughness.
pub fn colored_material([metallic, roughness]: [f32; 2]) -> Gd<StandardMaterial3D> {
    let mut material = StandardMaterial3D::new_gd();
    material.set_flag(Flags::ALBEDO_FROM_VERTEX_COLOR, true);
    material.set_flag(Flags::SRGB_VERTEX_COLOR, true);
    material.set_metallic(metallic);
    material.set_roughness(roughness);
    material
}

/// Makes a material with textures. mean: metallic and roughness if there is no texture of them.
pub fn textured_material(textures: &Textures, mean: [f32; 2]) -> Result<Gd<BaseMaterial3D>, Failure> {
    let mut material: Gd<BaseMaterial3D> = if let Some(orm) = &textures.orm {
        let mut material = OrmMaterial3D::new_gd();
        material.set_texture(TextureParam::ORM, &texture(textures.size, orm)?);
        material.upcast()
    } else {
        let mut material = StandardMaterial3D::new_gd();
        material.set_metallic(mean[0]);
        material.set_roughness(mean[1]);
        material.upcast()
    };
    material.set_texture(TextureParam::ALBEDO, &texture(textures.size, &textures.base_color)?);
    if let Some(normal) = &textures.normal {
        material.set_feature(Feature::NORMAL_MAPPING, true);
        material.set_texture(TextureParam::NORMAL, &texture(textures.size, normal)?);
    }
    material.set_texture_filter(TextureFilter::LINEAR_WITH_MIPMAPS_ANISOTROPIC);
    Ok(material)
}

fn texture(size: u32, texels: &[u8]) -> Result<Gd<ImageTexture>, Failure> {
    let side = size as i32;
    let failure = || Failure::invalid(format!("Godot cannot make a texture of {size} × {size} texels"));
    let mut image = Image::create_from_data(side, side, false, Format::RGB8, &PackedByteArray::from(texels))
        .ok_or_else(failure)?;
    image.generate_mipmaps();
    ImageTexture::create_from_image(&image).ok_or_else(failure)
}

/// Makes the collision shapes of a surface.
pub fn collision_shapes(surface: &Surface) -> Array<Gd<ConvexPolygonShape3D>> {
    let mut shapes = Array::new();
    for hull in &surface.hulls {
        let mut shape = ConvexPolygonShape3D::new_gd();
        shape.set_points(&PackedVector3Array::from(&hull[..]));
        shapes.push(&shape);
    }
    shapes
}

/// Makes a node that shows a mesh, with a static body if there are collision shapes.
pub fn node(
    prompt: &str,
    mesh: &Gd<ArrayMesh>,
    shapes: &Array<Gd<ConvexPolygonShape3D>>,
) -> Gd<MeshInstance3D> {
    let mut node = MeshInstance3D::new_alloc();
    node.set_name(&node_name(prompt));
    node.set_mesh(mesh);
    if shapes.is_empty() {
        return node;
    }
    let mut body = StaticBody3D::new_alloc();
    body.set_name("StaticBody3D");
    node.add_child(&body);
    body.set_owner(&node);
    for (number, shape) in shapes.iter_shared().enumerate() {
        let mut collision = CollisionShape3D::new_alloc();
        collision.set_name(&format!("Hull{}", number + 1));
        collision.set_shape(&shape);
        body.add_child(&collision);
        collision.set_owner(&node);
    }
    node
}

/// Returns a prompt in Godot's style for node names: "a green truck" is "AGreenTruck".
pub fn node_name(prompt: &str) -> String {
    let words = prompt.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let name: String = words
        .flat_map(|word| {
            let mut letters = word.chars();
            letters.next().into_iter().flat_map(char::to_uppercase).chain(letters)
        })
        .take(63)
        .collect();
    if name.is_empty() { "Mesh".to_owned() } else { name }
}
