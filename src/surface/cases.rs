//! Rule that turns the signs of a cell's corners into triangles. `build.rs` runs it once for all 256 cases.
//!
//! Lorensen and Cline's table of 1987 leaves holes where two cells treat an ambiguous face differently. Here
//! the result on a face depends on that face's four corners alone. The **inside corners of a face are
//! joined**, so that a thin part that runs diagonally through the lattice stays in one piece.
//!
//! The polygons of a cell are the closed loops of the segments on its faces. They are cut into triangles by
//! diagonals that never lie in a face. A mesh edge in a face then belongs to exactly the two cells beside it.
//! A mesh edge inside a cell belongs to exactly two triangles of that cell. The mesh is therefore a manifold
//! for all signs. Such a cut exists in all 256 cases (tested).

/// Start corner and axis of each edge. Corner `c` of a cell lies at (c & 1, c >> 1 & 1, c >> 2 & 1). Edge `e`
/// runs from corner `EDGES[e].0` along axis `EDGES[e].1`.
pub const EDGES: [(u8, u8); 12] =
    [(0, 0), (2, 0), (4, 0), (6, 0), (0, 1), (1, 1), (4, 1), (5, 1), (0, 2), (1, 2), (2, 2), (3, 2)];

/// Corners of each face, counter-clockwise seen from outside the cell.
pub const FACES: [[u8; 4]; 6] =
    [[4, 6, 2, 0], [1, 3, 7, 5], [1, 5, 4, 0], [2, 6, 7, 3], [2, 3, 1, 0], [4, 5, 7, 6]];

/// Returns the edge between two neighboring corners.
pub fn edge_between(first: u8, second: u8) -> u8 {
    let key = (first.min(second), (first ^ second).trailing_zeros() as u8);
    let found = EDGES.iter().position(|&edge| edge == key);
    debug_assert!(found.is_some(), "corners {first} and {second} are not neighbors");
    found.unwrap_or(EDGES.len()) as u8
}

/// Returns whether a corner is inside. Bit c of `signs` is set where corner c is inside.
fn inside(signs: u8, corner: u8) -> bool {
    signs >> corner & 1 == 1
}

/// Returns the directed segments (from edge, to edge) of the surface on a face. The inside lies to their
/// right, seen from outside the cell.
pub fn face_segments(signs: u8, face: [u8; 4]) -> Vec<(u8, u8)> {
    let side = |k: usize| (face[k % 4], face[(k + 1) % 4]);
    let crossing = |k: usize| edge_between(side(k).0, side(k).1);
    let leaves = |k: usize| inside(signs, side(k).0) && !inside(signs, side(k).1);
    let enters = |k: usize| !inside(signs, side(k).0) && inside(signs, side(k).1);
    let mut segments = Vec::new();
    for exit in (0..4).filter(|&k| leaves(k)) {
        // The first entry after an exit ends a run of outside corners. The segment cuts off that run.
        if let Some(entry) = (exit + 1..exit + 4).find(|&k| enters(k)) {
            segments.push((crossing(entry), crossing(exit)));
        }
    }
    segments
}

/// Returns the closed polygons of a cell as edges, counter-clockwise seen from outside the shape.
pub fn polygons(signs: u8) -> Vec<Vec<u8>> {
    let mut next = [None; 12];
    for face in FACES {
        for (from, to) in face_segments(signs, face) {
            next[from as usize] = Some(to);
        }
    }
    let mut polygons = Vec::new();
    for start in 0..12 {
        let mut polygon = Vec::new();
        let mut edge = start;
        while let Some(following) = next[edge].take() {
            polygon.push(edge as u8);
            edge = following as usize;
        }
        if !polygon.is_empty() {
            polygons.push(polygon);
        }
    }
    polygons
}

/// Returns whether two edges belong to a common face.
pub fn share_a_face(first: u8, second: u8) -> bool {
    FACES.iter().any(|face| {
        let on_face = |edge: u8| (0..4).any(|k| edge_between(face[k], face[(k + 1) % 4]) == edge);
        on_face(first) && on_face(second)
    })
}

/// Computes the squared distance between the midpoints of two edges. The unit of length is half a cell.
fn squared_distance(first: u8, second: u8) -> i32 {
    let middle = |edge: u8| {
        let (corner, axis) = EDGES[edge as usize];
        [0, 1, 2].map(|a| if a == axis { 1 } else { i32::from(corner >> a & 1) * 2 })
    };
    let (p, q) = (middle(first), middle(second));
    (0..3).map(|a| (p[a] - q[a]).pow(2)).sum()
}

/// Returns the cut of `polygon[low..=high]` with the shortest diagonals that are not in a face, as its cost
/// and triangles. `None` if there is no such cut.
fn cut(polygon: &[u8], low: usize, high: usize) -> Option<(i32, Vec<[u8; 3]>)> {
    if high - low < 2 {
        return Some((0, Vec::new()));
    }
    let diagonal = |i: usize, j: usize| match (j - i, share_a_face(polygon[i], polygon[j])) {
        (1, _) => Some(0),
        (_, true) => None,
        (_, false) => Some(squared_distance(polygon[i], polygon[j])),
    };
    let mut best: Option<(i32, Vec<[u8; 3]>)> = None;
    for middle in low + 1..high {
        let (Some(left), Some(right)) = (diagonal(low, middle), diagonal(middle, high)) else { continue };
        let (Some(lower), Some(upper)) = (cut(polygon, low, middle), cut(polygon, middle, high)) else {
            continue;
        };
        let cost = left + right + lower.0 + upper.0;
        if best.as_ref().is_none_or(|(cheapest, _)| cost < *cheapest) {
            let mut triangles = lower.1;
            triangles.push([polygon[low], polygon[middle], polygon[high]]);
            triangles.extend(upper.1);
            best = Some((cost, triangles));
        }
    }
    best
}

/// Returns the triangles of a cell as triples of edges, counter-clockwise seen from outside the shape. Bit c
/// of `signs` is set where corner c is inside.
pub fn triangles(signs: u8) -> Vec<[u8; 3]> {
    polygons(signs)
        .iter()
        .filter_map(|polygon| cut(polygon, 0, polygon.len() - 1))
        .flat_map(|(_, triangles)| triangles)
        .collect()
}

// The path is explicit because `build.rs` includes this file by its path too.
#[cfg(test)]
#[path = "cases/tests.rs"]
mod tests;
