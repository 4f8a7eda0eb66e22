//! Materials of a mesh that is drawn: the appearance of the surface at a sample.

use super::camera::View;
use super::projected::Projected;
use crate::appearance::{Alpha, Material, Scene, Texture};
use crate::mesh::Mesh;
use crate::vector::{Basis, Vector, across, cross, dot, normalized, scale, subtract, triangle_normal};

/// The materials of a mesh that is drawn.
pub(super) struct Look<'a> {
    pub(super) scene: &'a Scene,
}

/// The appearance of a surface at a sample.
pub(super) struct Looks {
    pub(super) normal: Vector,
    /// Base color, linear.
    pub(super) color: Vector,
    /// 1 for opaque, 0 for fully transparent.
    pub(super) alpha: f32,
    pub(super) metallic_roughness: [f32; 2],
    pub(super) emissive: Vector,
    /// The share of the surrounding light that the occlusion texture lets reach the surface; 1 without a
    /// texture.
    pub(super) openness: f32,
    pub(super) is_unlit: bool,
}

/// The triangles by the way in which they are drawn. Each list has an entry for every triangle, so that
/// indices stay valid. A triangle that does not belong to a list has no area there.
pub(super) struct Kinds {
    /// Opaque triangles.
    pub(super) solid: Vec<[u32; 3]>,
    /// Triangles that may be transparent.
    pub(super) layered: Vec<[u32; 3]>,
    /// Triangles that cast a shadow: all except those of blended materials.
    pub(super) casting: Vec<[u32; 3]>,
}

impl Kinds {
    /// Sorts triangles. A triangle that faces away from the camera is not drawn, unless it is double-sided,
    /// but it can cast a shadow.
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

    /// Returns the appearance of a triangle at a sample. weights: the weights of its corners at the
    /// sample.
    pub(super) fn at(
        &self,
        projected: &Projected<'_>,
        triangle: usize,
        weights: [f32; 3],
        [x, y]: [usize; 2],
        view: Vector,
    ) -> Looks {
        let material = self.material(triangle);
        let corners = projected.mesh.triangles[triangle];
        let uvs = self.uvs(corners, weights);
        let footprint = match material.textures().next() {
            Some(_) => self.footprint(projected, corners, uvs, [x, y]),
            None => [0.0; 2],
        };
        let vertex: [f32; 4] = std::array::from_fn(|channel| {
            (0..3).map(|corner| self.scene.colors[corners[corner] as usize][channel] * weights[corner]).sum()
        });
        let [red, green, blue, alpha] =
            material.base_color(uvs, vertex, footprint).map(|channel| channel.clamp(0.0, 1.0));
        let alpha = match material.alpha {
            Alpha::Opaque => 1.0,
            // The weights of corners sum to nearly one. The tolerance keeps surfaces whose alpha equals the
            // cutoff.
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
            normal: self.normal(projected, material, triangle, (weights, uvs, footprint), view),
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

    /// Returns both sets of texture coordinates at the weights of a triangle's corners.
    fn uvs(&self, corners: [u32; 3], weights: [f32; 3]) -> [[f32; 2]; 2] {
        [0, 1].map(|set: usize| {
            [0, 1].map(|axis: usize| {
                (0..3)
                    .map(|corner| self.scene.uvs[set][corners[corner] as usize][axis] * weights[corner])
                    .sum()
            })
        })
    }

    /// Returns the extent of a sample along u and along v: the largest difference between its texture
    /// coordinates and those of the samples to the right and below, in either set.
    fn footprint(
        &self,
        projected: &Projected<'_>,
        corners: [u32; 3],
        here: [[f32; 2]; 2],
        [x, y]: [usize; 2],
    ) -> [f32; 2] {
        let beside =
            [[x + 1, y], [x, y + 1]].map(|[x, y]| self.uvs(corners, projected.weights(corners, x, y)));
        [0, 1].map(|axis: usize| {
            let lengths = beside
                .iter()
                .flat_map(|uvs| [0, 1].map(|set: usize| (uvs[set][axis] - here[set][axis]).abs()));
            lengths.filter(|length| length.is_finite()).fold(0.0, f32::max)
        })
    }

    /// Returns the normal towards the eye, with the normal map applied.
    fn normal(
        &self,
        projected: &Projected<'_>,
        material: &Material,
        triangle: usize,
        (weights, uvs, footprint): ([f32; 3], [[f32; 2]; 2], [f32; 2]),
        view: Vector,
    ) -> Vector {
        let corners = projected.mesh.triangles[triangle];
        let face = triangle_normal(corners.map(|corner| projected.mesh.positions[corner as usize]));
        let mut normal = if self.scene.is_flat[triangle] {
            normalized(face)
        } else {
            let blend = |axis: usize| {
                (0..3).map(|corner| projected.normals[corners[corner] as usize][axis] * weights[corner]).sum()
            };
            normalized([blend(0), blend(1), blend(2)])
        };
        if let Some(texture) = &material.normal_texture
            && let Some(tangent) = self.tangent(projected, corners, weights, normal, texture)
        {
            let [x, y, z, _] = texture.at(uvs, footprint).map(|channel| channel * 2.0 - 1.0);
            let local = [x * material.normal_scale, y * material.normal_scale, z];
            normal = normalized(Basis::of(normal, tangent).world(local));
        }
        if dot(face, view) < 0.0 { scale(normal, -1.0) } else { normal }
    }

    /// Returns the tangent at the weights of a triangle's corners: the file's, or the direction in which u
    /// grows on the triangle. Returns `None` if there is no such direction.
    fn tangent(
        &self,
        projected: &Projected<'_>,
        corners: [u32; 3],
        weights: [f32; 3],
        normal: Vector,
        texture: &Texture,
    ) -> Option<[f32; 4]> {
        let given = &projected.mesh.tangents;
        if !given.is_empty() {
            let mixed: [f32; 4] = std::array::from_fn(|part| {
                (0..3).map(|corner| given[corners[corner] as usize][part] * weights[corner]).sum()
            });
            let along = across([mixed[0], mixed[1], mixed[2]], normal);
            if dot(along, along) > 1e-12 {
                return Some(mixed);
            }
        }
        let [a, b, c] = corners.map(|corner| projected.mesh.positions[corner as usize]);
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
        // The up direction of the texture is that of decreasing v.
        let sign = if dot(cross(normal, tangent), along_v) > 0.0 { -1.0 } else { 1.0 };
        let [x, y, z] = normalized(tangent);
        Some([x, y, z, sign])
    }
}
