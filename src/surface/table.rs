//! Marching-cubes table, which `build.rs` generates from the rule in `cases.rs`.

/// Triangles of each pattern of corner signs, as triples of edges. Bit c of the pattern is set where corner c
/// is inside. Edge `e` starts at corner `EDGES[e].0` and runs along axis `EDGES[e].1`.
pub(super) static TRIANGLES: [&[[u8; 3]]; 256] =
    include!(concat!(env!("OUT_DIR"), "/marching_cubes_triangles.rs"));

/// Start corner and axis of each edge.
pub(super) const EDGES: [(u8, u8); 12] =
    [(0, 0), (2, 0), (4, 0), (6, 0), (0, 1), (1, 1), (4, 1), (5, 1), (0, 2), (1, 2), (2, 2), (3, 2)];

/// Returns which of a cell's three edges at corner 0 the surface crosses. Bit a is for the edge along axis a.
pub(super) fn crossed_axes(signs: u8) -> u8 {
    let differs = signs ^ if signs & 1 == 1 { 0xff } else { 0 };
    (differs >> 1 & 1) | (differs >> 2 & 1) << 1 | (differs >> 4 & 1) << 2
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_table_numbers_edges_as_the_rule_does() {
        assert_eq!(super::EDGES, crate::surface::cases::EDGES);
    }
}
