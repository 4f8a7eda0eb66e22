//! What is expected of each file of `../shared/field` and `../shared/gltf`.

/// What a file holds.
pub struct Found<'a> {
    /// Triangles that a viewer shows.
    pub triangles: usize,
    /// Metres along each axis.
    pub size: [f32; 3],
    /// A part of each sentence that is said of it, in their order.
    pub warnings: &'a [&'a str],
}

const fn of(triangles: usize, size: [f32; 3], warnings: &'static [&'static str]) -> Found<'static> {
    Found { triangles, size, warnings }
}

/// The faults' files; a cube has sides of one metre.
pub const FIELD: &[(&str, &Found<'static>)] = &[
    ("texture_on_quad.glb", &of(2, [1.0, 1.0, 0.0], &[])),
    ("second_scene_without_nodes.glb", &of(12, [1.0; 3], &[])),
    // The upper half is moved up by two metres.
    ("morph_mesh_weight.glb", &of(12, [1.0, 3.0, 1.0], &[])),
    ("morph_node_weight.glb", &of(12, [1.0, 3.0, 1.0], &[])),
    ("keep_required_unlit.glb", &of(12, [1.0; 3], &[])),
    ("keep_texture_transform.glb", &of(12, [1.0; 3], &[])),
    ("only_occlusion_moved.glb", &of(12, [1.0; 3], &[])),
    ("texture_without_source.glb", &of(2, [1.0, 1.0, 0.0], &[])),
    ("name_UBX_Rock.glb", &of(12, [1.0; 3], &[])),
    ("name_USP_Rock.glb", &of(12, [1.0; 3], &[])),
    ("name_Rock-colonly.001.glb", &of(12, [1.0; 3], &[])),
    ("name_Rock_colonly.glb", &of(12, [1.0; 3], &[])),
    ("name_Rock_LOD1.001.glb", &of(12, [1.0; 3], &[])),
    ("name_Rock_lod1.glb", &of(12, [1.0; 3], &[])),
    ("name_Rock-noimp.glb", &of(12, [1.0; 3], &[])),
    ("name_Rock-navmesh.glb", &of(12, [1.0; 3], &[])),
    ("name_Rock-occonly.glb", &of(12, [1.0; 3], &[])),
    ("cube_of_1e-4_m.glb", &of(12, [1e-4; 3], &[])),
    ("cube_of_1e-5_m.glb", &of(12, [1e-5; 3], &[])),
    ("cube_of_1e20_m.glb", &of(12, [1e20; 3], &[])),
    // A second one stands three metres aside.
    ("gpu_instancing.glb", &of(24, [4.0, 1.0, 1.0], &[])),
    // The upper half follows one half a joint that stands four metres up.
    ("skin_two_sets.glb", &of(12, [1.0, 3.0, 1.0], &["2 sets of joints"])),
    ("primitive_without_position.glb", &of(12, [1.0; 3], &["mesh 0: primitive 1 has no positions"])),
    ("image_as_data_uri.glb", &of(128, [1.0, 1.0, 0.0], &[])),
    ("buffer_as_data_uri.glb", &of(12, [1.0; 3], &[])),
    ("render_emissive.glb", &of(12, [1.0; 3], &[])),
    ("render_mask.glb", &of(12, [1.0; 3], &[])),
    ("render_points_beside.glb", &of(12, [1.0; 3], &["mesh 0: primitive 1 is of points"])),
    ("render_strip.glb", &of(2, [1.0, 1.0, 0.0], &[])),
    ("external_bin.gltf", &of(12, [1.0; 3], &[])),
];

/// Public files.
pub const PUBLIC: &[(&str, &Found<'static>)] = &[];
