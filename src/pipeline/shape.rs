//! A shape that a model is given beside the prompt: the surface's points.

use crate::mesh::Mesh;

use super::PipelineError;

/// Points in object space, for models with a shape input.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    points: Vec<[f32; 3]>,
}

/// Points of a cloud at most: a PointNet looks at each, and more say no more of a surface.
const MOST_POINTS: usize = 1 << 18;
/// Points drawn from a mesh.
const POINTS: usize = 4_096;
/// A step of the plastic number's sequence: points spread evenly over triangles, the same each time.
const STEPS: [f64; 3] = [0.819_172_513_396_164_5, 0.671_043_606_703_789_2, 0.549_700_477_901_970_1];

impl Shape {
    /// A point cloud on the shape's surface, object space. Errors: `ShapeTooSmall`, `ShapeTooLarge`, `NotFinite`.
    pub fn from_points(points: &[[f32; 3]]) -> Result<Self, PipelineError> {
        if points.is_empty() {
            return Err(PipelineError::ShapeTooSmall { what: "points", found: 0, least: 1 });
        }
        if points.len() > MOST_POINTS {
            return Err(PipelineError::ShapeTooLarge { found: points.len(), most: MOST_POINTS });
        }
        check_finite(points)?;
        Ok(Self { points: points.to_vec() })
    }

    /// 4,096 points of the triangles' surface, evenly by area, the same each time. Errors: `ShapeTooSmall`, `NotFinite`,
    /// `ShapeIndex`.
    pub fn from_triangles(positions: &[[f32; 3]], triangles: &[[u32; 3]]) -> Result<Self, PipelineError> {
        check_finite(positions)?;
        let mut ends = Vec::with_capacity(triangles.len());
        let mut total = 0.0;
        for (index, triangle) in triangles.iter().enumerate() {
            total += area(corners(positions, triangle, index)?);
            ends.push(total);
        }
        if total <= 0.0 {
            return Err(PipelineError::ShapeTooSmall { what: "triangles with area", found: 0, least: 1 });
        }
        let mut points = Vec::with_capacity(POINTS);
        for index in 0..POINTS {
            let [along, u, v] = STEPS.map(|step| (0.5 + step * (index as f64 + 1.0)).fract());
            let chosen = ends.partition_point(|&end| end <= along * total).min(triangles.len() - 1);
            let Some(triangle) = triangles.get(chosen) else { continue };
            let [a, b, c] = corners(positions, triangle, chosen)?;
            // A square folded onto a triangle.
            let (u, v) = if u + v > 1.0 { (1.0 - u, 1.0 - v) } else { (u, v) };
            let mix = |axis: usize| {
                let from = f64::from(a[axis]);
                from + u * (f64::from(b[axis]) - from) + v * (f64::from(c[axis]) - from)
            };
            points.push([0, 1, 2].map(|axis| mix(axis) as f32));
        }
        Ok(Self { points })
    }

    /// As [`Shape::from_triangles`].
    pub fn from_mesh(mesh: &Mesh) -> Result<Self, PipelineError> {
        Self::from_triangles(&mesh.positions, &mesh.triangles)
    }

    /// The points, object space.
    pub fn points(&self) -> &[[f32; 3]] {
        &self.points
    }
}

/// Errors: `NotFinite` for the first coordinate that is no number.
pub fn check_finite(points: &[[f32; 3]]) -> Result<(), PipelineError> {
    for (index, point) in points.iter().enumerate() {
        if let Some(&found) = point.iter().find(|coordinate| !coordinate.is_finite()) {
            return Err(PipelineError::NotFinite { what: "a coordinate of point", index, found });
        }
    }
    Ok(())
}

fn corners(
    positions: &[[f32; 3]],
    triangle: &[u32; 3],
    index: usize,
) -> Result<[[f32; 3]; 3], PipelineError> {
    let corner = |vertex: u32| {
        positions.get(vertex as usize).copied().ok_or(PipelineError::ShapeIndex {
            triangle: index,
            vertex,
            vertices: positions.len(),
        })
    };
    Ok([corner(triangle[0])?, corner(triangle[1])?, corner(triangle[2])?])
}

fn area([a, b, c]: [[f32; 3]; 3]) -> f64 {
    let edge = |to: [f32; 3]| [0, 1, 2].map(|axis| f64::from(to[axis]) - f64::from(a[axis]));
    let (u, v) = (edge(b), edge(c));
    let cross = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
    cross.iter().map(|x| x * x).sum::<f64>().sqrt() / 2.0
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    const SQUARE: [[f32; 3]; 4] = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.0]];

    #[test]
    fn points_of_a_square_spread_evenly_over_it() {
        let shape = Shape::from_triangles(&SQUARE, &[[0, 1, 2], [0, 2, 3]]).unwrap();
        for (x, y) in (0..4).flat_map(|y| (0..4).map(move |x| (x, y))) {
            let inside = |value: f32, cell: i32| (value * 4.0).floor() as i32 == cell;
            let found =
                shape.points().iter().filter(|point| inside(point[0], x) && inside(point[1], y)).count();
            assert!((200..313).contains(&found), "{found} of 4096 points in cell {x}, {y}");
        }
        assert!(shape.points().iter().all(|point| point[2] == 0.0));
    }

    #[test]
    fn broken_shapes_are_refused() {
        assert!(matches!(Shape::from_points(&[]), Err(PipelineError::ShapeTooSmall { .. })));
        let wrong = [[0.0, f32::NAN, 0.0]];
        assert!(matches!(Shape::from_points(&wrong), Err(PipelineError::NotFinite { .. })));
        assert!(matches!(Shape::from_triangles(&SQUARE, &[]), Err(PipelineError::ShapeTooSmall { .. })));
        assert!(matches!(
            Shape::from_triangles(&SQUARE, &[[0, 1, 4]]),
            Err(PipelineError::ShapeIndex { vertex: 4, vertices: 4, .. })
        ));
    }
}
