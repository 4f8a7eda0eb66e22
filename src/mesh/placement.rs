//! Where a mesh stands when it leaves the library: metres about a pivot.

use super::Mesh;

/// Where an asset stands in the exported scene.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placement {
    /// Metres for one unit of object space. Object space is 2 units wide, so 1 (the default) makes its box 2 m.
    pub metres_per_unit: f32,
    /// Moves the mesh so that its lowest point is at height 0 and its bounding box is centred over the origin.
    pub ground_centre: bool,
}

impl Default for Placement {
    fn default() -> Self {
        Self { metres_per_unit: 1.0, ground_centre: true }
    }
}

/// The scale is zero, negative, not finite, or carries a vertex beyond what a number holds.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error(
    "cannot export at {metres_per_unit} metres a unit: expected a positive number that keeps vertices finite"
)]
pub struct ScaleError {
    /// The scale that was asked for.
    pub metres_per_unit: f32,
}

impl Placement {
    /// The mesh's positions in metres about the pivot. Errors: the scale is not positive, or a position overflows.
    pub fn positions(self, mesh: &Mesh) -> Result<Vec<[f32; 3]>, ScaleError> {
        let scale = self.metres_per_unit;
        let refusal = ScaleError { metres_per_unit: scale };
        if !(scale.is_finite() && scale > 0.0) {
            return Err(refusal);
        }
        let [low, high] = mesh.bounds();
        let pivot = if self.ground_centre {
            [(low[0] + high[0]) * 0.5, low[1], (low[2] + high[2]) * 0.5]
        } else {
            [0.0; 3]
        };
        let place = |position: &[f32; 3]| std::array::from_fn(|axis| (position[axis] - pivot[axis]) * scale);
        let placed: Vec<[f32; 3]> = mesh.positions.iter().map(place).collect();
        if placed.iter().flatten().all(|number| number.is_finite()) { Ok(placed) } else { Err(refusal) }
    }
}

/// The lowest and the highest corner of the box around points; infinite where there are none.
pub fn bounds(points: &[[f32; 3]]) -> [[f32; 3]; 2] {
    points.iter().fold([[f32::INFINITY; 3], [f32::NEG_INFINITY; 3]], |[low, high], point| {
        [
            std::array::from_fn(|axis| low[axis].min(point[axis])),
            std::array::from_fn(|axis| high[axis].max(point[axis])),
        ]
    })
}

impl Mesh {
    /// The lowest and the highest corner of the box around all vertices, object space; infinite where there are none.
    pub fn bounds(&self) -> [[f32; 3]; 2] {
        bounds(&self.positions)
    }

    /// Normals of length one. A field's gradient may vanish at a vertex; its normal is then +Y, for glTF knows no absent
    /// normal and a zero one is an error.
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
