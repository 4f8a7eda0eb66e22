//! Where a mesh stands when it leaves the library: metres about a pivot, and which way is up.

use super::Mesh;

/// Where an asset stands in the exported scene.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Placement {
    /// How large it is.
    pub scale: Scale,
    /// Where the origin is.
    pub pivot: Pivot,
    /// Which axis points up.
    pub up: Up,
}

/// How large an asset is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scale {
    /// Metres for one unit of object space. Object space is 2 units wide, so 1 (the default) makes its box 2 m.
    MetresPerUnit(f32),
    /// Metres of the longest side of the mesh's bounding box.
    LongestSide(f32),
}

impl Default for Scale {
    fn default() -> Self {
        Self::MetresPerUnit(1.0)
    }
}

/// Which point of a mesh becomes the origin.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Pivot {
    /// The ground under its middle: its lowest point is at height 0, its bounding box centred over the origin.
    #[default]
    Ground,
    /// The middle of its bounding box.
    Centre,
    /// The origin of object space, as it is.
    Origin,
    /// A point of object space.
    At([f32; 3]),
}

/// Which axis points up; the frame stays right-handed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Up {
    /// +Y up, +Z front: object space's own, and glTF's.
    #[default]
    Y,
    /// +Z up, -Y front, as in Blender.
    Z,
}

/// The scale is zero, negative, not finite, or carries a vertex beyond what a number holds.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("cannot export {}: expected a positive number that keeps vertices finite", described(*scale))]
pub struct ScaleError {
    /// The scale that was asked for.
    pub scale: Scale,
}

fn described(scale: Scale) -> String {
    match scale {
        Scale::MetresPerUnit(metres) => format!("at {metres} metres a unit"),
        Scale::LongestSide(metres) => format!("with a longest side of {metres} metres"),
    }
}

impl Placement {
    /// The mesh's positions in metres about the pivot. Errors: the scale is not positive, or a position overflows.
    pub fn positions(self, mesh: &Mesh) -> Result<Vec<[f32; 3]>, ScaleError> {
        self.positions_beside(mesh, &mesh.positions)
    }

    /// Positions that stand beside the mesh, in metres about the mesh's pivot. Errors: as of [`Placement::positions`].
    pub fn positions_beside(self, mesh: &Mesh, positions: &[[f32; 3]]) -> Result<Vec<[f32; 3]>, ScaleError> {
        let refusal = ScaleError { scale: self.scale };
        let [low, high] = mesh.bounds();
        let factor = match self.scale {
            Scale::MetresPerUnit(metres) => metres,
            Scale::LongestSide(metres) => {
                metres / [0, 1, 2].map(|axis| high[axis] - low[axis]).into_iter().fold(0.0, f32::max)
            }
        };
        if !(factor.is_finite() && factor > 0.0) {
            return Err(refusal);
        }
        let middle = [0, 1, 2].map(|axis| (low[axis] + high[axis]) * 0.5);
        let pivot = match self.pivot {
            Pivot::Ground => [middle[0], low[1], middle[2]],
            Pivot::Centre => middle,
            Pivot::Origin => [0.0; 3],
            Pivot::At(point) => point,
        };
        let place = |position: &[f32; 3]| {
            self.turned(std::array::from_fn(|axis| (position[axis] - pivot[axis]) * factor))
        };
        let placed: Vec<[f32; 3]> = positions.iter().map(place).collect();
        if placed.iter().flatten().all(|number| number.is_finite()) { Ok(placed) } else { Err(refusal) }
    }

    /// The mesh's normals, of length one ([`Mesh::unit_normals`]).
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
