//! Meshes of the engine as plain arrays. Only for the main thread.

use godot::classes::base_material_3d::{Feature, Flags, TextureParam};
use godot::classes::image::Format;
use godot::classes::mesh::{ArrayType, PrimitiveType};
use godot::classes::{ArrayMesh, BaseMaterial3D, Mesh, PointMesh};
use godot::obj::EngineEnum;
use godot::prelude::*;

use crate::library::Failure;
use crate::made::{Cut, PaintedSurface};
use crate::scene::{empty_arrays, set_array, textured_material};
use crate::stylize::{Source, SourceSurface};

/// Reads the triangles of a mesh. The second value has a warning for each surface that is left out.
pub fn source_of(mesh: &Gd<Mesh>) -> Result<(Source, Vec<String>), Failure> {
    let count = mesh.get_surface_count();
    let mut surfaces = Vec::new();
    let mut warnings = Vec::new();
    for index in 0..count {
        match surface_of(mesh, index) {
            Ok(surface) => surfaces.push(surface),
            Err(reason) => warnings.push(format!("surface {index} {reason}")),
        }
    }
    if surfaces.is_empty() {
        let reasons = if warnings.is_empty() { String::new() } else { format!(" ({})", warnings.join("; ")) };
        return Err(Failure::invalid(format!(
            "the mesh has {count} surfaces, and none of them has triangles{reasons}; expected a mesh with triangles"
        )));
    }
    warnings.iter_mut().for_each(|warning| warning.push_str(", so it is not stylized"));
    // The library takes colors for all vertices or for none.
    if surfaces.iter().any(|surface| !surface.colors.is_empty()) {
        for surface in &mut surfaces {
            if surface.colors.is_empty() {
                surface.colors = vec![1.0; surface.positions.len()];
            }
        }
    }
    Ok((Source { surfaces }, warnings))
}

/// Returns an array of a surface, if the surface has it.
fn array<T: FromGodot>(arrays: &VarArray, kind: ArrayType) -> Option<T> {
    arrays.get(kind.ord() as usize)?.try_to().ok()
}

fn surface_of(mesh: &Gd<Mesh>, index: i32) -> Result<SourceSurface, String> {
    if let Ok(of_arrays) = mesh.clone().try_cast::<ArrayMesh>() {
        if of_arrays.surface_get_primitive_type(index) != PrimitiveType::TRIANGLES {
            return Err("has no separate triangles".into());
        }
    } else if mesh.clone().try_cast::<PointMesh>().is_ok() {
        return Err("has only points".into());
    }
    let arrays = mesh.surface_get_arrays(index);
    let positions: PackedVector3Array = array(&arrays, ArrayType::VERTEX).unwrap_or_default();
    let count = positions.len();
    let mut indices: Vec<u32> = match array::<PackedInt32Array>(&arrays, ArrayType::INDEX) {
        Some(indices) if !indices.is_empty() => {
            indices.as_slice().iter().map(|&index| index as u32).collect()
        }
        _ => (0..count as u32).collect(),
    };
    indices.truncate(indices.len() / 3 * 3);
    if indices.is_empty() || indices.iter().any(|&index| index as usize >= count) {
        return Err("has no triangles".into());
    }
    if positions.as_slice().iter().any(|position| !position.is_finite()) {
        return Err("has positions that are not finite".into());
    }
    indices.chunks_exact_mut(3).for_each(|triangle| triangle.swap(1, 2));
    let normals: PackedVector3Array = array(&arrays, ArrayType::NORMAL).unwrap_or_default();
    let has_normals =
        normals.len() == count && normals.as_slice().iter().all(|normal| normal.length_squared() > 0.0);
    let uvs: PackedVector2Array = array(&arrays, ArrayType::TEX_UV).unwrap_or_default();
    let has_uvs = uvs.len() == count && has_area(uvs.as_slice(), &indices);
    let colors = array::<PackedColorArray>(&arrays, ArrayType::COLOR).unwrap_or_default();
    let colors = if colors.len() == count { colors.as_slice() } else { &[] };
    let uvs = if has_uvs { uvs.as_slice() } else { &[] };
    Ok(SourceSurface {
        index,
        colors: colors_of(mesh.surface_get_material(index), count, colors, uvs),
        positions: positions.as_slice().iter().flat_map(|p| [p.x, p.y, p.z]).collect(),
        normals: if has_normals {
            normals.as_slice().iter().flat_map(|n| [n.x, n.y, n.z]).collect()
        } else {
            vec![]
        },
        uvs: uvs.iter().flat_map(|uv| [uv.x, uv.y]).collect(),
        indices,
    })
}

/// Returns whether texture coordinates have an area. If they have none, for example because all are 0, they
/// cannot show a texture.
fn has_area(uvs: &[Vector2], indices: &[u32]) -> bool {
    uvs.iter().all(|uv| uv.is_finite())
        && indices.chunks_exact(3).any(|triangle| {
            let [a, b, c] = [0, 1, 2].map(|corner| uvs[triangle[corner] as usize]);
            (b - a).cross(c - a) != 0.0
        })
}

/// Returns the sRGB colors of vertices as the material shows them; empty without a material.
fn colors_of(
    material: Option<Gd<godot::classes::Material>>,
    count: usize,
    colors: &[Color],
    uvs: &[Vector2],
) -> Vec<f32> {
    let Some(material) = material.and_then(|material| material.try_cast::<BaseMaterial3D>().ok()) else {
        return Vec::new();
    };
    let albedo = material.get_albedo();
    let picture = Picture::of(&material);
    let shows_colors = material.get_flag(Flags::ALBEDO_FROM_VERTEX_COLOR);
    let is_srgb = material.get_flag(Flags::SRGB_VERTEX_COLOR);
    let color = |vertex: usize| {
        let mut color = albedo;
        if let (true, Some(&of_vertex)) = (shows_colors, colors.get(vertex)) {
            color *= if is_srgb { of_vertex } else { of_vertex.linear_to_srgb() };
        }
        if let (Some(picture), Some(&uv)) = (&picture, uvs.get(vertex)) {
            color *= picture.at(uv);
        }
        [color.r, color.g, color.b]
            .map(|channel| if channel.is_finite() { channel.clamp(0.0, 1.0) } else { 1.0 })
    };
    (0..count).flat_map(color).collect()
}

/// The texture of a material's albedo.
struct Picture {
    size: [usize; 2],
    texels: Vec<u8>,
}

impl Picture {
    fn of(material: &Gd<BaseMaterial3D>) -> Option<Self> {
        let given = material.get_texture(TextureParam::ALBEDO)?.get_image()?;
        let mut image = given.duplicate_resource();
        if image.is_compressed() && image.decompress() != godot::global::Error::OK {
            return None;
        }
        image.clear_mipmaps();
        image.convert(Format::RGB8);
        let size = [image.get_width() as usize, image.get_height() as usize];
        let texels = image.get_data().to_vec();
        (size[0] > 0 && size[1] > 0 && texels.len() >= 3 * size[0] * size[1]).then_some(Self { size, texels })
    }

    fn at(&self, uv: Vector2) -> Color {
        let [x, y] = [(uv.x, self.size[0]), (uv.y, self.size[1])]
            .map(|(part, size)| ((part.rem_euclid(1.0) * size as f32) as usize).min(size - 1));
        let texel = &self.texels[3 * (y * self.size[0] + x)..][..3];
        Color::from_rgba8(texel[0], texel[1], texel[2], 255)
    }
}

/// Makes a mesh with the given mesh's geometry and new materials.
pub fn painted_mesh(mesh: &Gd<Mesh>, painted: &[PaintedSurface]) -> Result<Gd<ArrayMesh>, Failure> {
    let materials = painted
        .iter()
        .map(|one| painted_material(mesh.surface_get_material(one.index), one))
        .collect::<Result<Vec<Gd<BaseMaterial3D>>, Failure>>()?;
    let is_whole = painted.iter().all(|one| one.cut.is_none());
    let copy = match mesh.clone().try_cast::<ArrayMesh>() {
        // A copy keeps the levels of detail too, which cannot be read.
        Ok(given) if is_whole => Some(given.duplicate_resource()),
        _ => None,
    };
    let mut new = match copy {
        Some(copy) => copy,
        None => rebuilt(mesh, painted)?,
    };
    for (one, material) in painted.iter().zip(&materials) {
        new.surface_set_material(one.index, material);
    }
    Ok(new)
}

/// Makes the material of a painted surface. It keeps the culling of the given material, and also its normal
/// map if the texture coordinates stay the same and the given material does not scale or move them.
fn painted_material(
    given: Option<Gd<godot::classes::Material>>,
    painted: &PaintedSurface,
) -> Result<Gd<BaseMaterial3D>, Failure> {
    let mut material = textured_material(&painted.textures, [0.0, 0.6])?;
    let Some(given) = given.and_then(|given| given.try_cast::<BaseMaterial3D>().ok()) else {
        return Ok(material);
    };
    material.set_cull_mode(given.get_cull_mode());
    let is_plain = given.get_uv1_scale() == Vector3::ONE && given.get_uv1_offset() == Vector3::ZERO;
    if painted.cut.is_none() && is_plain && given.get_feature(Feature::NORMAL_MAPPING) {
        material.set_feature(Feature::NORMAL_MAPPING, true);
        material.set_normal_scale(given.get_normal_scale());
        material.set_texture(TextureParam::NORMAL, given.get_texture(TextureParam::NORMAL).as_ref());
    }
    Ok(material)
}

fn rebuilt(mesh: &Gd<Mesh>, painted: &[PaintedSurface]) -> Result<Gd<ArrayMesh>, Failure> {
    let mut new = ArrayMesh::new_gd();
    if let Ok(given) = mesh.clone().try_cast::<ArrayMesh>() {
        new.set_blend_shape_mode(given.get_blend_shape_mode());
        for shape in 0..given.get_blend_shape_count() {
            new.add_blend_shape(&given.get_blend_shape_name(shape));
        }
    }
    for index in 0..mesh.get_surface_count() {
        let cut = painted.iter().find(|one| one.index == index).and_then(|one| one.cut.as_ref());
        let mut arrays = mesh.surface_get_arrays(index);
        let mut primitive = PrimitiveType::TRIANGLES;
        if let Ok(given) = mesh.clone().try_cast::<ArrayMesh>() {
            primitive = given.surface_get_primitive_type(index);
        }
        let mut shapes: Array<AnyArray> = Array::new();
        for shape in mesh.surface_get_blend_shape_arrays(index).iter_shared() {
            let shape = match cut {
                Some(cut) => gathered(&shape, cut)?,
                None => shape,
            };
            shapes.push(shape.upcast_any_array());
        }
        if let Some(cut) = cut {
            arrays = gathered(&arrays, cut)?;
            set_array(&mut arrays, ArrayType::TEX_UV, &PackedVector2Array::from(&cut.uvs[..]).to_variant());
            set_array(&mut arrays, ArrayType::INDEX, &PackedInt32Array::from(&cut.indices[..]).to_variant());
            // The tangents belong to the old texture coordinates.
            set_array(&mut arrays, ArrayType::TANGENT, &Variant::nil());
        }
        new.add_surface_from_arrays_ex(primitive, &arrays).blend_shapes(&shapes).done();
        new.surface_set_material(index, mesh.surface_get_material(index).as_ref());
        if let Ok(given) = mesh.clone().try_cast::<ArrayMesh>() {
            new.surface_set_name(index, &given.surface_get_name(index));
        }
    }
    Ok(new)
}

/// Repeats the vertices of arrays at the seams of a cut.
fn gathered(arrays: &VarArray, cut: &Cut) -> Result<VarArray, Failure> {
    let count = array::<PackedVector3Array>(arrays, ArrayType::VERTEX).map_or(0, |positions| positions.len());
    if cut.sources.iter().any(|&source| source as usize >= count) {
        return Err(Failure::invalid("the mesh changed while it was painted; stylize it again"));
    }
    let mut new = empty_arrays();
    for index in 0..arrays.len() {
        if index == ArrayType::INDEX.ord() as usize || index == ArrayType::TEX_UV.ord() as usize {
            continue;
        }
        let given = arrays.at(index);
        let gathered = match given.get_type() {
            VariantType::PACKED_VECTOR3_ARRAY => gathered_numbers::<Vector3>(&given, count, cut),
            VariantType::PACKED_VECTOR2_ARRAY => gathered_numbers::<Vector2>(&given, count, cut),
            VariantType::PACKED_COLOR_ARRAY => gathered_numbers::<Color>(&given, count, cut),
            VariantType::PACKED_FLOAT32_ARRAY => gathered_numbers::<f32>(&given, count, cut),
            VariantType::PACKED_INT32_ARRAY => gathered_numbers::<i32>(&given, count, cut),
            VariantType::PACKED_BYTE_ARRAY => gathered_numbers::<u8>(&given, count, cut),
            _ => None,
        };
        if let Some(gathered) = gathered {
            new.set(index, &gathered);
        }
    }
    Ok(new)
}

/// Gathers an array that has the same number of elements for each vertex.
fn gathered_numbers<T>(given: &Variant, count: usize, cut: &Cut) -> Option<Variant>
where
    T: godot::meta::PackedElement + Copy,
    PackedArray<T>: FromGodot + ToGodot,
{
    let given: PackedArray<T> = given.try_to().ok()?;
    if count == 0 || given.is_empty() || !given.len().is_multiple_of(count) {
        return None;
    }
    let width = given.len() / count;
    let numbers = given.as_slice();
    let new: Vec<T> = cut
        .sources
        .iter()
        .flat_map(|&source| numbers[source as usize * width..(source as usize + 1) * width].iter().copied())
        .collect();
    Some(PackedArray::<T>::from(&new[..]).to_variant())
}
