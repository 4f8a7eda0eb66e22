//! Expected contents of each file of `../shared/field` and `../shared/gltf`.

/// Contents of a file.
pub struct Found<'a> {
    /// Number of triangles that a viewer shows.
    pub triangles: usize,
    /// Size along each axis in meters.
    pub size: [f32; 3],
    /// A part of each warning, in their order.
    pub warnings: &'a [&'a str],
    /// A part of the error message of a refused file; empty for a file that is read.
    pub refused: &'a str,
}

const fn of(triangles: usize, size: [f32; 3], warnings: &'static [&'static str]) -> Found<'static> {
    Found { triangles, size, warnings, refused: "" }
}

const fn refused(refused: &'static str) -> Found<'static> {
    Found { triangles: 0, size: [0.0; 3], warnings: &[], refused }
}

/// Files with faults. The cubes in them have edges of one meter.
pub const FIELD: &[(&str, &Found<'static>)] = &[
    ("texture_on_quad.glb", &of(2, [1.0, 1.0, 0.0], &[])),
    ("second_scene_without_nodes.glb", &of(12, [1.0; 3], &[])),
    // The upper half is moved up by two meters.
    ("morph_mesh_weight.glb", &of(12, [1.0, 3.0, 1.0], &[])),
    ("morph_node_weight.glb", &of(12, [1.0, 3.0, 1.0], &[])),
    ("keep_required_unlit.glb", &of(12, [1.0; 3], &[])),
    ("keep_texture_transform.glb", &of(12, [1.0; 3], &[])),
    ("only_occlusion_moved.glb", &of(12, [1.0; 3], &[])),
    ("texture_without_source.glb", &of(2, [1.0, 1.0, 0.0], &[])),
    ("name_UBX_Rock.glb", &of(12, [1.0; 3], &["\"UBX_Rock\" is left out"])),
    ("name_USP_Rock.glb", &of(12, [1.0; 3], &["\"USP_Rock\" is left out"])),
    ("name_Rock-colonly.001.glb", &of(12, [1.0; 3], &["\"Rock-colonly.001\" is left out"])),
    ("name_Rock_colonly.glb", &of(12, [1.0; 3], &["\"Rock_colonly\" is left out"])),
    ("name_Rock_LOD1.001.glb", &of(12, [1.0; 3], &[])),
    ("name_Rock_lod1.glb", &of(12, [1.0; 3], &[])),
    ("name_Rock-noimp.glb", &of(12, [1.0; 3], &["\"Rock-noimp\" is left out"])),
    ("name_Rock-navmesh.glb", &of(12, [1.0; 3], &["\"Rock-navmesh\" is left out"])),
    ("name_Rock-occonly.glb", &of(12, [1.0; 3], &["\"Rock-occonly\" is left out"])),
    ("cube_of_1e-4_m.glb", &of(12, [1e-4; 3], &[])),
    ("cube_of_1e-5_m.glb", &of(12, [1e-5; 3], &[])),
    ("cube_of_1e20_m.glb", &of(12, [1e20; 3], &[])),
    // A second cube stands three meters to the side.
    ("gpu_instancing.glb", &of(24, [4.0, 1.0, 1.0], &[])),
    // The upper half has half its weight on a joint four meters up.
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

/// Public files. A script without this library counted the triangles and sizes; it applies the transforms of
/// the nodes and the targets at rest.
pub const PUBLIC: &[(&str, &Found<'static>)] = &[
    ("blender-io/00_empty_scene/00_empty_scene.gltf", &of(0, [0.0, 0.0, 0.0], &[])),
    ("blender-io/00_no_nodes/00_no_nodes.gltf", &of(0, [0.0, 0.0, 0.0], &[])),
    ("blender-io/00_no_scene/00_no_scene.gltf", &of(12, [2.0, 2.0, 2.0], &[])),
    ("blender-io/00_no_scenes/00_no_scenes.gltf", &of(12, [2.0, 2.0, 2.0], &[])),
    ("blender-io/01_alpha_blend/01_alpha_blend.gltf", &of(14, [4.9053, 4.9053, 4.5303], &[])),
    ("blender-io/01_alpha_mask/01_alpha_mask.gltf", &of(2, [2.0, 0.0, 2.0], &[])),
    ("blender-io/01_color_attribute/01_color_attribute.gltf", &of(1, [2.0, 0.0, 2.0], &[])),
    ("blender-io/01_cs_morph/01_cs_morph.gltf", &of(12, [2.0, 2.0, 2.0], &[])),
    ("blender-io/01_cs_rotate/01_cs_rotate.gltf", &of(12, [2.0, 2.0, 2.0], &[])),
    ("blender-io/01_cs_scale/01_cs_scale.gltf", &of(12, [2.0, 2.0, 2.0], &[])),
    ("blender-io/01_cs_translate/01_cs_translate.gltf", &of(12, [2.0, 2.0, 2.0], &[])),
    ("blender-io/01_cube/01_cube.gltf", &of(12, [2.0, 2.0, 2.0], &[])),
    ("blender-io/01_cube_no_material/01_cube_no_material.gltf", &of(12, [2.0, 2.0, 2.0], &[])),
    ("blender-io/01_metallic_sphere/01_metallic_sphere.gltf", &of(960, [2.0, 2.0, 2.0], &[])),
    ("blender-io/01_morphed_cube/01_morphed_cube.gltf", &of(12, [2.0, 2.0, 2.0], &[])),
    ("blender-io/01_morphed_cube_no_uv/01_morphed_cube_no_uv.gltf", &of(12, [2.0, 2.0, 2.0], &[])),
    ("blender-io/01_morphed_triangle/01_morphed_triangle.gltf", &of(1, [2.0, 0.0, 2.0], &[])),
    ("blender-io/01_plane/01_plane.gltf", &of(2, [2.0, 0.0, 2.0], &[])),
    ("blender-io/01_principled_material/01_principled_material.gltf", &of(24, [2.0, 2.8288, 2.0], &[])),
    (
        "blender-io/01_single_vs_double_sided/01_single_vs_double_sided.gltf",
        &of(1480, [4.5, 1.8864, 2.0], &[]),
    ),
    ("blender-io/01_sphere/01_sphere.gltf", &of(960, [2.0, 2.0, 2.0], &[])),
    ("blender-io/01_triangle/01_triangle.gltf", &of(1, [2.0, 0.0, 2.0], &[])),
    ("blender-io/01_unlit/01_unlit.gltf", &of(88, [4.4, 2.0, 2.0], &[])),
    ("blender-io/02_node_hierarchy/02_node_hierarchy.gltf", &of(60, [6.0, 6.0, 2.0], &[])),
    ("blender-io/02_shared_mesh/02_shared_mesh.gltf", &of(24, [6.0, 2.8284, 2.8284], &[])),
    ("blender-io/03_all_animations/03_all_animations.gltf", &of(976, [2.0, 6.0, 6.118], &[])),
    ("blender-io/03_animated_cube/03_animated_cube.gltf", &of(12, [2.0, 2.0, 2.0], &[])),
    // The joints bend the cylinder, as the picture of the file shows.
    ("blender-io/03_skinned_cylinder/03_skinned_cylinder.gltf", &of(316, [2.0, 2.9136, 4.2612], &[])),
    ("blender-io/04_lights/04_lights.gltf", &of(2, [20.0, 0.0, 20.0], &[])),
    (
        "blender-io/04_sphere_specular_glossiness/04_sphere_specular_glossiness.gltf",
        &of(960, [2.0, 2.0, 2.0], &[]),
    ),
    ("blender-io/05_metallic_sphere_light/05_metallic_sphere_light.gltf", &of(962, [20.0, 2.0, 20.0], &[])),
    ("blender-io/05_node_material/05_node_material.gltf", &of(1920, [6.0, 2.0, 2.0], &[])),
    ("blender-io/06_parent-inverse-anim/06_parent-inverse-anim.gltf", &of(120, [18.4142, 6.0, 2.8284], &[])),
    ("blender-io/07_nla-anim/07_nla-anim.gltf", &of(36, [5.0, 2.0, 5.0], &[])),
    ("blender-io/08_combine_orm/08_combine_orm.gltf", &of(12, [2.0, 2.0, 2.0], &[])),
    ("blender-io/09_texture_transform/09_texture_transform.gltf", &of(2, [2.0, 0.0, 2.0], &[])),
    ("blender-io/10_custom_normals/10_custom_normals.gltf", &of(88, [4.5, 2.0, 2.0], &[])),
    ("blender-io/11_factors_and_textures/11_factors_and_textures.gltf", &of(12, [2.0, 2.0, 2.0], &[])),
    ("blender-io/12_orm_two_uvmaps/12_orm_two_uvmaps.gltf", &of(12, [2.0, 2.0, 2.0], &[])),
    ("blender-io/13_occlusion_strength/13_occlusion_strength.gltf", &of(2, [2.0, 0.0, 2.0], &[])),
    ("blender-io/13_texture_wrapping/13_texture_wrapping.gltf", &of(4, [5.0, 0.0, 2.0], &[])),
    ("blender-io/14_emission_strength/14_emission_strength.gltf", &of(17280, [36.0, 2.0, 2.0], &[])),
    (
        "blender-io/15_transmission/15_transmission.gltf",
        &of(4800, [10.0, 2.0, 2.0], &["KHR_materials_transmission"]),
    ),
    (
        "blender-io/17_ior/17_ior.gltf",
        &of(60, [14.0, 2.0, 2.0], &["KHR_materials_transmission", "KHR_materials_ior"]),
    ),
    ("blender-io/18_variants/18_variants.gltf", &of(12, [2.0, 2.0, 2.0], &["KHR_materials_variants"])),
    (
        "blender-io/22_factors/22_factors.gltf",
        &of(
            12,
            [2.0, 2.0, 2.0],
            &[
                "KHR_materials_clearcoat",
                "KHR_materials_transmission",
                "KHR_materials_volume",
                "KHR_materials_specular",
                "KHR_materials_sheen",
                "KHR_materials_ior",
            ],
        ),
    ),
    ("blender-io/22_material_slot_merge/22_material_slot_merge.gltf", &of(72, [2.0, 2.0, 22.0], &[])),
    ("blender-io/22_material_slot_not_merge/22_material_slot_not_merge.gltf", &of(72, [2.0, 2.0, 22.0], &[])),
    (
        "blender-io/22_vertex_color/22_vertex_color.gltf",
        &of(
            5,
            [4.0, 0.0, 8.0],
            &[
                "mesh 0 (\"Plane\"): primitive 1 is of lines",
                "mesh 0 (\"Plane\"): primitive 2 is of points",
                "mesh 1 (\"Plane.001\"): primitive 1 is of lines",
                "mesh 1 (\"Plane.001\"): primitive 2 is of points",
                "mesh 2 (\"Plane.004\"): primitive 0 is of lines",
                "mesh 2 (\"Plane.004\"): primitive 1 is of points",
                "mesh 3 (\"Plane.005\"): primitive 0 is of points",
            ],
        ),
    ),
    (
        "blender-io/23_multi_prim_vertex_attribute/23_multi_prim_vertex_attribute.gltf",
        &of(6, [2.5, 1.4, 2.5], &[]),
    ),
    ("blender-io/Box/Box.gltf", &of(12, [1.0, 1.0, 1.0], &[])),
    ("gltf-pipeline/box-morph/box-morph.gltf", &of(12, [2.0, 2.0, 2.0], &[])),
    (
        "gltf-pipeline/box-shared-image-references-separate/box-shared-image-references-separate.gltf",
        &of(12, [1.0, 1.0, 1.0], &["KHR_techniques_webgl"]),
    ),
    (
        "gltf-pipeline/box-shared-image-references/box-shared-image-references.gltf",
        &of(12, [1.0, 1.0, 1.0], &["KHR_techniques_webgl"]),
    ),
    (
        "gltf-pipeline/box-techniques-embedded/box-techniques-embedded.gltf",
        &of(12, [1.0, 1.0, 1.0], &["KHR_techniques_webgl"]),
    ),
    (
        "gltf-pipeline/box-techniques-separate/box-techniques-separate.gltf",
        &of(12, [1.0, 1.0, 1.0], &["KHR_techniques_webgl"]),
    ),
    (
        "gltf-pipeline/box-textured-binary-separate/box-textured-binary-separate.glb",
        &of(12, [1.0, 1.0, 1.0], &[]),
    ),
    ("gltf-pipeline/box-textured-binary/box-textured-binary.glb", &of(12, [1.0, 1.0, 1.0], &[])),
    ("gltf-pipeline/box-textured-embedded/box-textured-embedded.gltf", &of(12, [1.0, 1.0, 1.0], &[])),
    ("gltf-pipeline/box-textured-separate/box-textured-separate.gltf", &of(12, [1.0, 1.0, 1.0], &[])),
    (
        "gltf-pipeline/extensions/EXT_meshopt_compression/meshopt-fallback/meshopt-fallback.gltf",
        &of(60, [2.0, 4.7116, 2.0], &[]),
    ),
    (
        "gltf-pipeline/extensions/EXT_meshopt_compression/meshopt-no-fallback/meshopt-no-fallback.gltf",
        &of(60, [2.0, 4.7116, 2.0], &[]),
    ),
    (
        "gltf-pipeline/extensions/EXT_texture_webp/box-textured-embedded/box-textured-embedded.gltf",
        &of(12, [1.0, 1.0, 1.0], &[]),
    ),
    (
        "gltf-pipeline/extensions/EXT_texture_webp/box-textured-separate/box-textured-separate.gltf",
        &of(12, [1.0, 1.0, 1.0], &[]),
    ),
    (
        "gltf-pipeline/extensions/EXT_texture_webp/box-textured-separate/box-textured-with-fallback.gltf",
        &of(12, [1.0, 1.0, 1.0], &[]),
    ),
    // The file of this document's buffer is missing.
    (
        "gltf-pipeline/extensions/KHR_materials_transmission/KHR_materials_transmission.gltf",
        &refused("KHR_materials_transmission.bin"),
    ),
    (
        "gltf-pipeline/extensions/KHR_meshopt_compression/meshopt-fallback/meshopt-fallback.gltf",
        &of(60, [2.0, 4.7116, 2.0], &[]),
    ),
    (
        "gltf-pipeline/extensions/KHR_meshopt_compression/meshopt-no-fallback/meshopt-no-fallback.gltf",
        &of(60, [2.0, 4.7116, 2.0], &[]),
    ),
    ("gltf-pipeline/multiple-boxes/multiple-boxes.gltf", &of(48, [10.0, 2.0, 10.0], &[])),
    ("gltf-pipeline/triangle-without-indices/triangle-without-indices.gltf", &of(1, [1.0, 1.0, 0.0], &[])),
];
