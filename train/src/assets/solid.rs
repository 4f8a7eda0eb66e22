//! Signed distances of meshes that need not be watertight.

use parry3d::math::Vector;
use parry3d::query::PointQuery;
use parry3d::shape::TriMesh;

use super::winding::{Corners, Winding, half_normal, middle};

/// Absolute winding number above which a point is inside. The sign is ignored, because it depends on the
/// orientation of the triangles.
const INSIDE: f32 = 0.5;
/// Smallest winding number on the inner side of a surface. On the two sides of a triangle, winding numbers
/// differ by 1: they are 1 and 0 on a closed surface, and 0.5 and -0.5 on a flat sheet. At the middle of an
/// open hemisphere they are 0.85 and -0.15.
const ENCLOSED: f32 = 0.75;
/// Range of absolute winding numbers in which the sign is uncertain, for points that are at least [`OPENING`]
/// from the surface. These points are in the opening of a surface with a hole.
const UNCERTAIN: std::ops::Range<f32> = 0.25..0.75;
/// Distance from the surface below which the sign is always certain, in object space.
const OPENING: f32 = 0.03;
/// Distance from a triangle at which its two sides are tested, in object space: a quarter of a cell at 128³.
const BESIDE: f32 = 0.004;
/// Half of the thickness that a sheet gets, in object space. A sheet is a triangle that encloses nothing,
/// such as a leaf or a cape. The thickness is one cell at 128³.
pub const HALF_SHEET: f32 = 0.008;

/// What is on both sides of a triangle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Inside and outside: the triangle is on the surface.
    Boundary,
    /// Outside: the triangle encloses nothing.
    Sheet,
    /// Inside: other parts hide the triangle.
    Hidden,
}

/// The inside of a mesh: everything that its surface encloses, and the surroundings of its sheets.
pub struct Solid {
    /// Winding numbers of all triangles except the sheets.
    winding: Winding,
    boundary: Option<TriMesh>,
    sheets: Option<TriMesh>,
}

impl Solid {
    /// Makes the solid of a triangle soup in object space. Returns it and the kind of each triangle, in the
    /// given order.
    pub fn new(triangles: &[Corners]) -> (Self, Vec<Kind>) {
        let all = Winding::new(triangles.to_vec());
        let kinds: Vec<Kind> = triangles.iter().map(|triangle| kind(&all, triangle)).collect();
        let of = |is_wanted: fn(Kind) -> bool| -> Vec<Corners> {
            let chosen = triangles.iter().zip(&kinds).filter(|(_, kind)| is_wanted(**kind));
            chosen.map(|(triangle, _)| *triangle).collect()
        };
        let solid = Self {
            winding: Winding::new(of(|kind| kind != Kind::Sheet)),
            boundary: mesh(&of(|kind| kind == Kind::Boundary)),
            sheets: mesh(&of(|kind| kind == Kind::Sheet)),
        };
        (solid, kinds)
    }

    /// Returns whether there is any surface.
    pub fn has_surface(&self) -> bool {
        self.boundary.is_some() || self.sheets.is_some()
    }

    /// Returns the signed distance at a point: negative inside.
    pub fn distance(&self, point: [f32; 3]) -> f32 {
        self.distance_and_winding(point).0
    }

    /// Returns the signed distance at a point. `None` in the opening of a surface with a hole: there the sign
    /// changes far from any triangle.
    pub fn certain_distance(&self, point: [f32; 3]) -> Option<f32> {
        let (distance, winding) = self.distance_and_winding(point);
        let is_certain = distance.abs() < OPENING || !UNCERTAIN.contains(&winding.abs());
        is_certain.then_some(distance)
    }

    fn distance_and_winding(&self, point: [f32; 3]) -> (f32, f32) {
        let to = |mesh: &TriMesh| mesh.distance_to_local_point(Vector::from(point), true);
        let winding = self.winding.at(point);
        let solid = self.boundary.as_ref().map_or(f32::INFINITY, |boundary| {
            if winding.abs() > INSIDE { -to(boundary) } else { to(boundary) }
        });
        let sheet = self.sheets.as_ref().map_or(f32::INFINITY, |sheets| to(sheets) - HALF_SHEET);
        (solid.min(sheet), winding)
    }
}

/// Returns the kind of a triangle by the two sides of its middle.
fn kind(winding: &Winding, triangle: &Corners) -> Kind {
    let normal = half_normal(triangle);
    let length = normal.iter().map(|x| x * x).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    let middle = middle(triangle);
    let side = |sign: f32| {
        let point = [0, 1, 2].map(|axis| middle[axis] + sign * BESIDE * normal[axis] / length);
        winding.at(point).abs()
    };
    let (one, other) = (side(1.0), side(-1.0));
    match (one.max(other), one.min(other)) {
        (_, lesser) if lesser > ENCLOSED => Kind::Hidden,
        (greater, _) if greater > ENCLOSED => Kind::Boundary,
        _ => Kind::Sheet,
    }
}

/// Returns a mesh of separate triangles for distances; `None` without triangles.
fn mesh(triangles: &[Corners]) -> Option<TriMesh> {
    let corners: Vec<Vector> = triangles.iter().flatten().map(|corner| Vector::from(*corner)).collect();
    let indices =
        (0..triangles.len() as u32).map(|index| [3 * index, 3 * index + 1, 3 * index + 2]).collect();
    TriMesh::new(corners, indices).ok()
}
