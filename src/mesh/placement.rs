//! Placement of an exported mesh: scale in meters, pivot and up axis.

use serde::{Deserialize, Serialize};

use super::Mesh;

/// Scale, pivot and up axis of an asset in the exported scene.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Placement {
    /// Size of the asset.
    pub scale: Scale,
    /// Point that becomes the origin.
    pub pivot: Pivot,
    /// Axis that points up.
    pub up: Up,
}

/// Size of an asset.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Scale {
    /// Meters per unit of object space. Object space is 2 units wide, so it becomes 2 m wide at 1 (the
    /// default).
    MetersPerUnit(f32),
    /// Length in meters of the longest side of the mesh's bounding box.
    LongestSide(f32),
}

impl Default for Scale {
    fn default() -> Self {
        Self::MetersPerUnit(1.0)
    }
}

/// Point of a mesh that becomes the origin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub enum Pivot {
    /// The center of the bottom face of the bounding box.
    #[default]
    Ground,
    /// The center of the bounding box.
    Center,
    /// The origin of object space.
    Origin,
    /// A point of object space.
    At([f32; 3]),
}

/// Axis that points up. The frame stays right-handed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Up {
    /// +Y up and +Z front, as in object space and in glTF.
    #[default]
    Y,
    /// +Z up and -Y front, as in Blender.
    Z,
}

/// The scale is zero, negative or not finite, or a scaled position overflows.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("cannot export {}: expected a positive scale at which all positions stay finite", described(*scale))]
pub struct ScaleError {
    /// The scale that was asked for.
    pub scale: Scale,
}

fn described(scale: Scale) -> String {
    match scale {
        Scale::MetersPerUnit(meters) => format!("at {meters} meters per unit"),
        Scale::LongestSide(meters) => format!("with a longest side of {meters} meters"),
    }
}

impl Placement {
    /// Returns the mesh's positions in meters, relative to the pivot.
    ///
    /// Errors: the scale is not positive, or a position overflows.
    pub fn positions(self, mesh: &Mesh) -> Result<Vec<[f32; 3]>, ScaleError> {
        self.positions_beside(mesh, &mesh.positions)
    }

    /// Transforms further `positions` with the pivot and scale of `mesh`.
    ///
    /// Errors: the scale is not positive, or a position overflows.
    pub fn positions_beside(self, mesh: &Mesh, positions: &[[f32; 3]]) -> Result<Vec<[f32; 3]>, ScaleError> {
        let refusal = ScaleError { scale: self.scale };
        let [low, high] = mesh.bounds();
        let factor = match self.scale {
            Scale::MetersPerUnit(meters) => meters,
            Scale::LongestSide(meters) => {
                meters / [0, 1, 2].map(|axis| high[axis] - low[axis]).into_iter().fold(0.0, f32::max)
            }
        };
        if !(factor.is_finite() && factor > 0.0) {
            return Err(refusal);
        }
        let middle = [0, 1, 2].map(|axis| (low[axis] + high[axis]) * 0.5);
        let pivot = match self.pivot {
            Pivot::Ground => [middle[0], low[1], middle[2]],
            Pivot::Center => middle,
            Pivot::Origin => [0.0; 3],
            Pivot::At(point) => point,
        };
        let place = |position: &[f32; 3]| {
            self.turned(std::array::from_fn(|axis| (position[axis] - pivot[axis]) * factor))
        };
        let placed: Vec<[f32; 3]> = positions.iter().map(place).collect();
        if placed.iter().flatten().all(|number| number.is_finite()) { Ok(placed) } else { Err(refusal) }
    }

    /// Returns the mesh's unit normals ([`Mesh::unit_normals`]), turned to the up axis.
    pub fn normals(self, mesh: &Mesh) -> Vec<[f32; 3]> {
        mesh.unit_normals().into_iter().map(|normal| self.turned(normal)).collect()
    }

    fn turned(self, [x, y, z]: [f32; 3]) -> [f32; 3] {
        match self.up {
            Up::Y => [x, y, z],
            Up::Z => [x, -z, y],
        }
    }
}

/// Returns the lowest and the highest corner of the bounding box of points. Both are infinite if there are no
/// points.
pub fn bounds(points: &[[f32; 3]]) -> [[f32; 3]; 2] {
    points.iter().fold([[f32::INFINITY; 3], [f32::NEG_INFINITY; 3]], |[low, high], point| {
        [
            std::array::from_fn(|axis| low[axis].min(point[axis])),
            std::array::from_fn(|axis| high[axis].max(point[axis])),
        ]
    })
}

impl Mesh {
    /// Returns the lowest and the highest corner of the mesh's bounding box in object space.
    ///
    /// They are infinite if the mesh has no vertices.
    pub fn bounds(&self) -> [[f32; 3]; 2] {
        bounds(&self.positions)
    }

    /// Returns the vertex normals with unit length.
    ///
    /// A zero normal becomes +Y. A field's gradient may vanish at a vertex, and glTF allows neither absent
    /// nor zero normals.
    pub fn unit_normals(&self) -> Vec<[f32; 3]> {
        let normalize = |normal: &[f32; 3]| {
            let largest = normal.iter().fold(0.0f32, |largest, number| largest.max(number.abs()));
            if largest <= f32::MIN_POSITIVE {
                return [0.0, 1.0, 0.0];
            }
            let scaled = normal.map(|number| number / largest);
            let length = scaled.iter().map(|number| number * number).sum::<f32>().sqrt();
            scaled.map(|number| number / length)
        };
        self.normals.iter().map(normalize).collect()
    }
}
