use super::*;

fn tetrahedron() -> Mesh {
    Mesh {
        positions: vec![[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        triangles: vec![[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]],
        ..Mesh::default()
    }
}

#[test]
fn a_tetrahedron_is_closed_and_encloses_a_sixth() {
    let topology = inspect(&tetrahedron());
    assert!(topology.is_closed_manifold());
    assert_eq!((topology.components, topology.euler_characteristic), (1, 2));
    assert!((topology.signed_volume - 1.0 / 6.0).abs() < 1e-9);
    assert!((topology.area - (1.5 + 0.75_f64.sqrt())).abs() < 1e-6);
}

#[test]
fn a_missing_triangle_leaves_three_boundary_edges() {
    let mut mesh = tetrahedron();
    mesh.triangles.pop();
    assert_eq!(inspect(&mesh).boundary_edges, 3);
}

#[test]
fn a_flipped_triangle_is_misoriented_along_three_edges() {
    let mut mesh = tetrahedron();
    mesh.triangles[0].swap(0, 1);
    assert_eq!(inspect(&mesh).misoriented_edges, 3);
}

#[test]
fn two_tetrahedra_at_one_vertex_pinch_it() {
    let mut mesh = tetrahedron();
    mesh.positions.extend([[-1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, -1.0]]);
    mesh.triangles.extend([[0, 4, 5], [0, 6, 4], [0, 5, 6], [4, 6, 5]]);
    let topology = inspect(&mesh);
    assert_eq!((topology.pinched_vertices, topology.components, topology.boundary_edges), (1, 1, 0));
}

#[test]
fn repeated_and_wild_indices_are_degenerate() {
    let mut mesh = tetrahedron();
    mesh.triangles.extend([[1, 1, 2], [0, 1, 99]]);
    assert_eq!(inspect(&mesh).degenerate_triangles, 2);
}
