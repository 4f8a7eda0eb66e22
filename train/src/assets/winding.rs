//! Generalized winding numbers of triangle soups (Jacobson et al. 2013), with the far-field approximation of
//! Barill et al. (2018).
//!
//! The winding number of a closed surface with outward normals is 1 inside and 0 outside. For a surface with
//! holes or gaps, the winding number changes smoothly between them, so that 0.5 separates inside from
//! outside.

use std::f32::consts::PI;

/// A triangle, as its corners.
pub type Corners = [[f32; 3]; 3];

/// Largest number of triangles in a leaf of the tree.
const LEAF: usize = 8;
/// Distance, in radii of a node, from which the node counts as one dipole. Barill et al. take 2; a larger
/// value is more exact.
const FAR: f32 = 3.0;

/// A tree over triangles that computes winding numbers.
pub struct Winding {
    triangles: Vec<Corners>,
    nodes: Vec<Node>,
}

/// A node of the tree: its range of triangles, and the dipole that approximates them.
struct Node {
    first: usize,
    count: usize,
    /// Indices of both children; `None` for a leaf.
    children: Option<[usize; 2]>,
    /// Mean of the triangles' centers, weighted by area.
    center: [f32; 3],
    /// Largest distance of a corner from the center.
    radius: f32,
    /// Sum of the triangles' normals, each as long as the triangle's area.
    dipole: [f32; 3],
}

impl Winding {
    /// Builds the tree.
    pub fn new(mut triangles: Vec<Corners>) -> Self {
        let mut nodes = Vec::new();
        if !triangles.is_empty() {
            let count = triangles.len();
            build(&mut triangles, 0, count, &mut nodes);
        }
        Self { triangles, nodes }
    }

    /// Returns the winding number at a point. It is 0 without triangles.
    pub fn at(&self, point: [f32; 3]) -> f32 {
        let mut sum = 0.0;
        let mut open: Vec<usize> = if self.nodes.is_empty() { Vec::new() } else { vec![0] };
        while let Some(node) = open.pop().and_then(|index| self.nodes.get(index)) {
            let apart = sub(node.center, point);
            let distance = dot(apart, apart).sqrt();
            if distance > FAR * node.radius {
                sum += dot(node.dipole, apart) / (distance * distance * distance);
                continue;
            }
            match node.children {
                Some(children) => open.extend(children),
                None => {
                    let held = self.triangles.get(node.first..node.first + node.count).unwrap_or_default();
                    sum += held.iter().map(|triangle| solid_angle(triangle, point)).sum::<f32>();
                }
            }
        }
        sum / (4.0 * PI)
    }
}

/// Builds the node of a range of triangles, and its children. Returns its index.
fn build(triangles: &mut [Corners], first: usize, count: usize, nodes: &mut Vec<Node>) -> usize {
    let held = &mut triangles[first..first + count];
    let (mut center, mut area, mut dipole) = ([0.0f32; 3], 0.0f32, [0.0f32; 3]);
    let (mut low, mut high) = ([f32::INFINITY; 3], [f32::NEG_INFINITY; 3]);
    for triangle in held.iter() {
        let normal = half_normal(triangle);
        let size = dot(normal, normal).sqrt();
        let middle = middle(triangle);
        for axis in 0..3 {
            center[axis] += size * middle[axis];
            dipole[axis] += normal[axis];
            low[axis] = low[axis].min(middle[axis]);
            high[axis] = high[axis].max(middle[axis]);
        }
        area += size;
    }
    let center = center.map(|sum| sum / area.max(f32::MIN_POSITIVE));
    let reach = |corner: &[f32; 3]| dot(sub(*corner, center), sub(*corner, center));
    let radius = held.iter().flatten().map(reach).fold(0.0, f32::max).sqrt();
    let index = nodes.len();
    nodes.push(Node { first, count, children: None, center, radius, dipole });
    if count > LEAF {
        let widest = (0..3).max_by(|&a, &b| (high[a] - low[a]).total_cmp(&(high[b] - low[b]))).unwrap_or(0);
        let half = count / 2;
        held.select_nth_unstable_by(half, |a, b| middle(a)[widest].total_cmp(&middle(b)[widest]));
        let left = build(triangles, first, half, nodes);
        let right = build(triangles, first + half, count - half, nodes);
        nodes[index].children = Some([left, right]);
    }
    index
}

/// Returns the signed solid angle of a triangle, seen from a point (Van Oosterom and Strackee 1983).
pub fn solid_angle(triangle: &Corners, point: [f32; 3]) -> f32 {
    let [a, b, c] = triangle.map(|corner| sub(corner, point));
    let [la, lb, lc] = [a, b, c].map(|vector| dot(vector, vector).sqrt());
    let numerator = dot(a, cross(b, c));
    let denominator = la * lb * lc + dot(a, b) * lc + dot(b, c) * la + dot(c, a) * lb;
    2.0 * numerator.atan2(denominator)
}

/// Returns the normal of a triangle with the length of its area.
pub fn half_normal([a, b, c]: &Corners) -> [f32; 3] {
    cross(sub(*b, *a), sub(*c, *a)).map(|component| component / 2.0)
}

/// Returns the mean of the corners.
pub fn middle([a, b, c]: &Corners) -> [f32; 3] {
    [0, 1, 2].map(|axis| (a[axis] + b[axis] + c[axis]) / 3.0)
}

fn sub(a: [f32; 3], b: [f32; 3]) -> [f32; 3] {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

fn dot(a: [f32; 3], b: [f32; 3]) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross(a: [f32; 3], b: [f32; 3]) -> [f32; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}
