//! Moves given texture coordinates into the unit square. The given coordinates may lie anywhere in the plane,
//! in which textures repeat. Triangles may overlap.

use crate::mesh::Mesh;

use super::TextureError;

/// A mesh in the unit square.
#[derive(Clone, Debug)]
pub struct Laid {
    /// The mesh unchanged, if all of it lies in the square already. Otherwise each triangle has corners of
    /// its own, and a triangle that crosses a border is repeated for each square that it touches.
    pub mesh: Mesh,
    /// Total area of the triangles in the square. If it exceeds 1, triangles overlap.
    pub area: f64,
}

/// Returns the total area of triangles in the plane of their texture coordinates.
pub fn area_of(triangles: &[[u32; 3]], uvs: &[[f32; 2]]) -> f64 {
    let corner = |corner: u32| uvs.get(corner as usize).map_or([0.0; 2], |uv| uv.map(f64::from));
    let area = |triangle: &[u32; 3]| {
        let [p, q, r] = triangle.map(corner);
        ((q[0] - p[0]) * (r[1] - p[1]) - (r[0] - p[0]) * (q[1] - p[1])).abs() / 2.0
    };
    triangles.iter().map(area).sum()
}

/// Number of corners of the result above which each further triangle is moved into only one square.
const MOST_CORNERS: usize = 1 << 25;

/// Largest number of squares of one triangle. A triangle that touches more squares shows a repeated pattern.
/// It is placed only in the square of its center.
const MOST_SQUARES: i64 = 4;

/// Moves a mesh into the unit square, as a repeated texture shows it. uvs: one pair per vertex, finite.
/// Errors: `Mesh`, `FlatCoordinates` if no triangle has an area in the plane of the coordinates.
pub fn laid(mesh: &Mesh, uvs: &[[f32; 2]]) -> Result<Laid, TextureError> {
    let whole = Mesh { uvs: uvs.to_vec(), ..mesh.clone() };
    // This checks that there is one finite pair per vertex, and that the triangles' vertices exist.
    whole.check()?;
    let area = area_of(&mesh.triangles, uvs);
    if area <= 0.0 {
        return Err(TextureError::FlatCoordinates);
    }
    if uvs.iter().flatten().all(|part| (0.0..=1.0).contains(part)) {
        return Ok(Laid { mesh: whole, area });
    }
    let mut sources: Vec<u32> = Vec::with_capacity(mesh.triangles.len() * 3);
    let mut places: Vec<[f32; 2]> = Vec::with_capacity(mesh.triangles.len() * 3);
    for triangle in &mesh.triangles {
        let corners = triangle.map(|corner| uvs[corner as usize].map(f64::from));
        let most = if sources.len() < MOST_CORNERS { MOST_SQUARES } else { 1 };
        for square in squares(corners, most) {
            sources.extend(triangle);
            places.extend(corners.map(|corner| [0, 1].map(|axis| (corner[axis] - square[axis]) as f32)));
        }
    }
    let triangles = (0..sources.len() as u32 / 3).map(|index| [3 * index, 3 * index + 1, 3 * index + 2]);
    Ok(Laid { mesh: Mesh { triangles: triangles.collect(), uvs: places, ..mesh.gathered(&sources) }, area })
}

/// Returns the unit squares that a triangle's bounding box touches, each as its corner with the lowest
/// coordinates. If there are more than `most` squares, returns only the square of the triangle's center.
fn squares(corners: [[f64; 2]; 3], most: i64) -> Vec<[f64; 2]> {
    let range = |axis: usize| {
        let low = corners.iter().map(|corner| corner[axis]).fold(f64::INFINITY, f64::min).floor();
        let high = corners.iter().map(|corner| corner[axis]).fold(f64::NEG_INFINITY, f64::max).ceil() - 1.0;
        (low, high.max(low))
    };
    let ((left, right), (bottom, top)) = (range(0), range(1));
    // Casts of floats saturate.
    let count =
        ((right - left) as i64).saturating_add(1).saturating_mul(((top - bottom) as i64).saturating_add(1));
    if count > most {
        let middle =
            [0, 1].map(|axis| (corners.iter().map(|corner| corner[axis]).sum::<f64>() / 3.0).floor());
        return vec![middle];
    }
    let columns = |row: f64| (0..=(right - left) as i64).map(move |column| [left + column as f64, row]);
    (0..=(top - bottom) as i64).flat_map(|row| columns(bottom + row as f64)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

    use super::*;

    fn triangle() -> Mesh {
        Mesh {
            positions: vec![[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]],
            normals: vec![[0.0, 0.0, 1.0]; 3],
            triangles: vec![[0, 1, 2]],
            ..Mesh::default()
        }
    }

    #[test]
    fn a_triangle_of_another_square_is_moved_into_the_first() {
        let laid = laid(&triangle(), &[[-2.0, 5.0], [-1.5, 5.0], [-2.0, 6.0]]).unwrap();
        assert_eq!(laid.mesh.uvs, [[0.0, 0.0], [0.5, 0.0], [0.0, 1.0]]);
        assert_eq!((laid.mesh.triangles.len(), laid.area), (1, 0.25));
    }

    #[test]
    fn one_across_a_border_is_there_once_on_each_side() {
        let laid = laid(&triangle(), &[[0.75, 0.0], [1.25, 0.0], [0.75, 0.5]]).unwrap();
        assert_eq!(laid.mesh.uvs[..3], [[0.75, 0.0], [1.25, 0.0], [0.75, 0.5]]);
        assert_eq!(laid.mesh.uvs[3..], [[-0.25, 0.0], [0.25, 0.0], [-0.25, 0.5]]);
        assert_eq!((laid.mesh.triangles.len(), laid.mesh.normals.len(), laid.area), (2, 6, 0.125));
    }

    #[test]
    fn a_pattern_is_laid_once_and_what_has_no_area_or_no_number_is_refused() {
        let pattern = laid(&triangle(), &[[0.0, 0.0], [1e9, 0.0], [0.0, 1e9]]).unwrap();
        assert_eq!(pattern.mesh.triangles.len(), 1);
        assert!(matches!(laid(&triangle(), &[[0.5; 2]; 3]), Err(TextureError::FlatCoordinates)));
        assert!(matches!(laid(&triangle(), &[[0.5; 2]; 2]), Err(TextureError::Mesh(_))));
        assert!(matches!(laid(&triangle(), &[[f32::NAN; 2]; 3]), Err(TextureError::Mesh(_))));
    }
}
