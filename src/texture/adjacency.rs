//! The adjacency of triangles.

/// The index that stands for no triangle.
pub(super) const NONE: u32 = u32::MAX;

/// Returns the triangle beyond each edge. Edge `i` of a triangle goes from corner `i` to the next corner. The
/// value is [`NONE`] at a border, and at an edge of more than two triangles.
pub(super) fn neighbours(triangles: &[[u32; 3]]) -> Vec<[u32; 3]> {
    let mut edges: Vec<(u64, u32, u8)> = Vec::with_capacity(triangles.len() * 3);
    for (triangle, corners) in (0u32..).zip(triangles) {
        for edge in 0..3u8 {
            let (from, to) = (corners[usize::from(edge)], corners[(usize::from(edge) + 1) % 3]);
            edges.push((u64::from(from.min(to)) << 32 | u64::from(from.max(to)), triangle, edge));
        }
    }
    edges.sort_unstable();
    let mut found = vec![[NONE; 3]; triangles.len()];
    for same in edges.chunk_by(|a, b| a.0 == b.0) {
        if let &[(_, one, edge), (_, other, other_edge)] = same {
            found[one as usize][usize::from(edge)] = other;
            found[other as usize][usize::from(other_edge)] = one;
        }
    }
    found
}
