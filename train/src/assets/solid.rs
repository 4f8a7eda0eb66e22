//! Signed distances of meshes that need not be watertight.

use parry3d::math::Vector;
use parry3d::query::PointQuery;
use parry3d::shape::TriMesh;

use super::winding::{Corners, Winding, half_normal, middle};

/// Winding number above which a point is inside. Its sign is that of the triangles' orientation, so the
/// absolute value is compared.
const INSIDE: f32 = 0.5;
/// Distance from a triangle at which its two sides are tested, in object space.
const BESIDE: f32 = 0.004;
/// Half of the thickness that a sheet gets, in object space. A sheet is a triangle that separates no inside
/// from the outside, such as a leaf or a cape. This is about one cell at 128³.
pub const HALF_SHEET: f32 = 0.008;

/// What is on both sides of a triangle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Inside and outside: the triangle is on the surface.
    Boundary,
    /// Outside: the triangle is a sheet.
    Sheet,
    /// Inside: other parts hide the triangle.
    Hidden,
}

/// The inside of a mesh: everything that its surface encloses, and the surroundings of its sheets.
pub struct Solid {
    winding: Winding,
    boundary: Option<TriMesh>,
    sheets: Option<TriMesh>,
}

impl Solid {
    /// Makes the solid of a triangle soup in object space. Returns it and the kind of each triangle, in the
    /// given order.
    pub fn new(triangles: &[Corners]) -> (Self, Vec<Kind>) {
        let winding = Winding::new(triangles.to_vec());
        let kinds: Vec<Kind> = triangles.iter().map(|triangle| kind(&winding, triangle)).collect();
        let of = |wanted: Kind| {
            let chosen = triangles.iter().zip(&kinds).filter(|(_, kind)| **kind == wanted);
            mesh(chosen.map(|(triangle, _)| triangle))
        };
        (Self { boundary: of(Kind::Boundary), sheets: of(Kind::Sheet), winding }, kinds)
    }

    /// Returns whether there is any surface.
    pub fn has_surface(&self) -> bool {
        self.boundary.is_some() || self.sheets.is_some()
    }

    /// Returns the signed distance at a point: negative inside.
    pub fn distance(&self, point: [f32; 3]) -> f32 {
        let to = |mesh: &TriMesh| mesh.distance_to_local_point(Vector::from(point), true);
        let solid = self.boundary.as_ref().map_or(f32::INFINITY, |boundary| {
            let distance = to(boundary);
            if self.winding.at(point).abs() > INSIDE { -distance } else { distance }
        });
        let sheet = self.sheets.as_ref().map_or(f32::INFINITY, |sheets| to(sheets) - HALF_SHEET);
        solid.min(sheet)
    }
}

/// Returns the kind of a triangle by the two sides of its middle.
fn kind(winding: &Winding, triangle: &Corners) -> Kind {
    let normal = half_normal(triangle);
    let length = normal.iter().map(|x| x * x).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    let middle = middle(triangle);
    let side = |sign: f32| {
        let point = [0, 1, 2].map(|axis| middle[axis] + sign * BESIDE * normal[axis] / length);
        winding.at(point).abs() > INSIDE
    };
    match (side(1.0), side(-1.0)) {
        (true, true) => Kind::Hidden,
        (false, false) => Kind::Sheet,
        _ => Kind::Boundary,
    }
}

/// Returns a mesh of separate triangles for distances; `None` without triangles.
fn mesh<'a>(triangles: impl Iterator<Item = &'a Corners>) -> Option<TriMesh> {
    let corners: Vec<Vector> = triangles.flatten().map(|corner| Vector::from(*corner)).collect();
    let indices =
        (0..corners.len() as u32 / 3).map(|first| [3 * first, 3 * first + 1, 3 * first + 2]).collect();
    TriMesh::new(corners, indices).ok()
}
