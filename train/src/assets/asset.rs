//! An asset in object space: its signed distance, and points of its surface with their materials.

use std::collections::BTreeMap;
use std::path::Path;

use att3d::gltf::{Document, ScenePart};
use att3d::pipeline::Shape;

use super::error::AssetError;
use super::solid::{Kind, Solid};
use super::winding::{Corners, half_normal};

/// An asset in object space.
pub struct Asset {
    parts: Vec<ScenePart>,
    solid: Solid,
    /// Triangles that can be seen: index of the part, index of the triangle, corners.
    seen: Vec<(usize, usize, Corners)>,
}

/// A point on the surface of an asset.
#[derive(Clone, Copy, Debug)]
pub struct AssetPoint {
    /// Position in object space.
    pub point: [f32; 3],
    /// Unit normal of the triangle.
    pub normal: [f32; 3],
    /// sRGB red, green, blue, metallic, roughness.
    pub material: [f32; 5],
}

impl Asset {
    /// Reads a GLB file. Errors: `Asset` for a file that cannot be read, or that has no surface or no
    /// readable colors.
    pub fn open(path: &Path) -> Result<Self, AssetError> {
        let refused = |reason: String| AssetError::Asset { path: path.to_owned(), reason };
        let document = Document::open(path).map_err(|error| refused(error.to_string()))?;
        let parts = document.scene().map_err(|error| refused(error.to_string()))?.parts;
        let shape = Shape::of_parts(&parts).map_err(|error| refused(error.to_string()))?;
        let shown: Vec<ScenePart> = if parts.iter().any(|part| part.is_seen) {
            parts.into_iter().filter(|part| part.is_seen).collect()
        } else {
            parts
        };
        if let Some(reason) = shown.iter().find_map(|part| part.unread.as_ref()) {
            return Err(refused(format!("its colors cannot be read: {reason}")));
        }
        let Some(frame) = shape.frame() else { return Err(refused("it has no extent".into())) };
        let mut triangles = Vec::new();
        for (which, part) in shown.iter().enumerate() {
            for (index, corners) in part.surface.triangles.iter().enumerate() {
                let at = |corner: u32| part.surface.positions.get(corner as usize).copied();
                let [Some(a), Some(b), Some(c)] = corners.map(at) else { continue };
                let corners = [a, b, c].map(|corner| frame.to_object(corner));
                if area(&corners) > 0.0 {
                    triangles.push((which, index, corners));
                }
            }
        }
        let corners: Vec<Corners> = triangles.iter().map(|(_, _, corners)| *corners).collect();
        let (solid, kinds) = Solid::new(&corners);
        if !solid.has_surface() {
            return Err(refused("it has no surface that can be seen".into()));
        }
        let seen = triangles.into_iter().zip(kinds);
        let seen = seen.filter(|(_, kind)| *kind != Kind::Hidden).map(|(triangle, _)| triangle).collect();
        Ok(Self { parts: shown, solid, seen })
    }

    /// Returns the signed distance at a point of object space.
    pub fn distance(&self, point: [f32; 3]) -> f32 {
        self.solid.distance(point)
    }

    /// Returns the signed distance at a point, or `None` in the opening of a surface with a hole, where no
    /// triangle is near and the sign is uncertain.
    pub fn certain_distance(&self, point: [f32; 3]) -> Option<f32> {
        self.solid.certain_distance(point)
    }

    /// Returns random points of the surface that can be seen. by_part: whether all parts have the same
    /// probability; otherwise points are distributed by area.
    pub fn surface(&self, random: &mut toybox::Random, count: usize, by_part: bool) -> Vec<AssetPoint> {
        let mut of_parts: BTreeMap<usize, f32> = BTreeMap::new();
        for (part, _, corners) in &self.seen {
            *of_parts.entry(*part).or_default() += area(corners);
        }
        let mut ends = Vec::with_capacity(self.seen.len());
        let mut total = 0.0f64;
        for (part, _, corners) in &self.seen {
            let whole = if by_part { of_parts.get(part).copied().unwrap_or(1.0) } else { 1.0 };
            total += f64::from(area(corners) / whole);
            ends.push(total);
        }
        let draw = |_| {
            let place = f64::from(random.uniform()) * total;
            let chosen = ends.partition_point(|end| *end <= place).min(self.seen.len() - 1);
            let (u, v) = (random.uniform().sqrt(), random.uniform());
            self.point(chosen, [1.0 - u, u * (1.0 - v), u * v])
        };
        (0..count).map(draw).collect()
    }

    /// Returns the point of a seen triangle with these barycentric weights.
    fn point(&self, seen: usize, weights: [f32; 3]) -> AssetPoint {
        let (part, triangle, corners) = &self.seen[seen];
        let normal = half_normal(corners);
        let length = normal.iter().map(|x| x * x).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        let point = [0, 1, 2].map(|axis| (0..3).map(|corner| weights[corner] * corners[corner][axis]).sum());
        let part = &self.parts[*part];
        let weights = weights.map(f64::from);
        let [red, green, blue] = part.color_at(*triangle, weights).unwrap_or([0.5; 3]);
        let [metallic, roughness] = part.metallic_roughness_at(*triangle, weights).unwrap_or([0.0, 1.0]);
        AssetPoint {
            point,
            normal: normal.map(|x| x / length),
            material: [red, green, blue, metallic.clamp(0.0, 1.0), roughness.clamp(0.0, 1.0)],
        }
    }
}

fn area(corners: &Corners) -> f32 {
    half_normal(corners).iter().map(|x| x * x).sum::<f32>().sqrt()
}
