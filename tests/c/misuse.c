/* Tests every misuse by a caller, with one check for each. The library returns a status and still works. */
#include "handles.h"
#include "offset.h"

/* Tests values of struct_size: 0, too small, one less than in the first ABI, too large. `first` is the
 * struct's size in the first ABI. */
#define SIZES(value, first, call)                                                                      \
    do {                                                                                               \
        const uint32_t sizes_wrong[] = {0, 1, 4, (uint32_t)(first) - 1, 4097, 0x80000000u, 0xffffffffu}; \
        size_t sizes_index;                                                                            \
        for (sizes_index = 0; sizes_index < sizeof sizes_wrong / sizeof *sizes_wrong; sizes_index++) { \
            (value).struct_size = sizes_wrong[sizes_index];                                            \
            RETURNS(ATT3D_INVALID_ARGUMENT, call);                                                     \
        }                                                                                              \
        (value).struct_size = (uint32_t)sizeof(value);                                                 \
        RETURNS(ATT3D_OK, call);                                                                       \
    } while (0)

static void count_release(void *user) { ++*(int *)user; }

static void sizes(void) {
    int released = 0;
    struct {
        att3d_generate_desc desc;
        uint64_t later;
    } newer;
    struct {
        att3d_field_info info;
        uint64_t later;
    } newer_info;
    att3d_mesh *made = NULL;
    att3d_mesh *moved = NULL;
    att3d_context *other = NULL;
    att3d_context_desc context_desc = {0};
    att3d_context_info context_info = {0};
    att3d_device_info device_info = {0};
    att3d_model_info model_info = {0};
    att3d_field_info field_info = {0};
    att3d_sample_desc sample = {0};
    att3d_generate_desc desc = small();
    att3d_export_desc export_desc = {0};
    att3d_mesh_view view = {0};
    att3d_mesh_info mesh_info = {0};
    att3d_texture_view texture = {0};
    att3d_level_view level = {0};
    att3d_mesh_report report = {0};
    att3d_target_view target = {0};
    att3d_morph_desc morph = {0};
    const att3d_latent *both[2] = {latent, latent};
    att3d_job_info job_info = {0};
    att3d_live_info live_info = {0};
    const float point[3] = {0, 0, 0};
    float value = 0;
    const att3d_mesh *one_mesh = mesh;
    att3d_buffer *buffer = NULL;
    att3d_vertex_layout layout = {0};
    size_t vertex_count;
    void *vertices;

    view.struct_size = sizeof view;
    RETURNS(ATT3D_OK, att3d_mesh_get_view(mesh, &view));
    vertex_count = view.vertex_count;
    vertices = malloc(vertex_count);
    HOLDS(vertices != NULL);
    layout.stride = 1;
    SIZES(context_desc, 48, att3d_context_create(&context_desc, &other));
    att3d_context_free(other);
    SIZES(context_info, 56, att3d_context_get_info(context, &context_info));
    SIZES(device_info, 84, att3d_device_get_info(0, &device_info));
    SIZES(model_info, 32, att3d_model_get_info(model, &model_info));
    SIZES(field_info, sizeof field_info, att3d_field_get_info(field, &field_info));
    sample.values = &value;
    SIZES(sample, 8 + 7 * sizeof(void *), att3d_field_sample(field, point, 1, &sample));
    desc.texture_size = 64;
    desc.triangle_budget = 500;
    desc.level_count = 1;
    desc.hull_count = 1;
    SIZES(desc, 56 + 3 * sizeof(void *), att3d_generate(model, "a pig", &desc, &made));
    SIZES(texture, sizeof texture, att3d_mesh_get_texture(made, ATT3D_TEXTURE_BASE_COLOR, &texture));
    HOLDS(texture.width == 64 && texture.height == 64 && texture.channels == 3 && texture.texels);
    RETURNS(ATT3D_OK, att3d_mesh_get_texture(made, ATT3D_TEXTURE_ROUGHNESS_METALLIC, &texture));
    HOLDS(texture.texels[0] == 255);
    RETURNS(ATT3D_OK, att3d_mesh_get_texture(made, ATT3D_TEXTURE_NORMAL, &texture));
    HOLDS(texture.channels == 3 && texture.texels);
    RETURNS(ATT3D_OK, att3d_mesh_get_texture(made, ATT3D_TEXTURE_OCCLUSION, &texture));
    HOLDS(texture.channels == 1 && texture.texels);
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_get_texture(made, 4, &texture));
    att3d_picture_desc shot = {0};
    uint8_t drawn[16 * 16 * 4] = {0};
    shot.struct_size = sizeof shot;
    shot.width = shot.height = 16;
    SIZES(shot, 24 + 3 * sizeof(void *), att3d_mesh_draw(made, &shot, drawn, sizeof drawn));
    HOLDS(drawn[3] == 255);
    RETURNS(ATT3D_BUFFER_TOO_SMALL, att3d_mesh_draw(made, &shot, drawn, sizeof drawn - 1));
    RETURNS(ATT3D_BUFFER_TOO_SMALL, att3d_mesh_draw(made, NULL, drawn, sizeof drawn));
    shot.samples = 5;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_draw(made, &shot, drawn, sizeof drawn));
    shot.samples = 0;
    shot.width = 4097;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_draw(made, &shot, drawn, sizeof drawn));
    SIZES(level, sizeof level, att3d_mesh_get_level(made, 1, &level));
    HOLDS(level.triangle_count > 3 && level.triangle_count <= 275 && level.indices);
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_get_level(made, 0, &level));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_get_level(made, 2, &level));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_get_level(mesh, 1, &level));
    SIZES(view, 16 + 7 * sizeof(void *), att3d_mesh_get_hull(made, 0, &view));
    HOLDS(view.vertex_count > 3 && view.triangle_count > 3 && view.positions && view.indices);
    HOLDS(!view.normals && !view.colors && !view.materials && !view.uvs && !view.tangents);
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_get_hull(made, 1, &view));
    RETURNS(ATT3D_UNSUPPORTED, att3d_mesh_get_hull(mesh, 0, &view));
    desc = small();
    morph.step_count = 1;
    SIZES(morph, sizeof morph, att3d_morph(both, 2, &desc, &morph, &moved));
    SIZES(target, sizeof target, att3d_mesh_get_target(moved, 0, &target));
    HOLDS(target.vertex_count > 3 && target.positions && target.normals && target.colors && target.name);
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_get_target(moved, 1, &target));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_get_target(mesh, 0, &target));
    att3d_mesh_free(moved);
    moved = NULL;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_morph(both, 1, &desc, &morph, &moved));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_morph(both, 0, &desc, &morph, &moved));
    morph.step_count = 1001;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_morph(both, 2, &desc, &morph, &moved));
    morph.step_count = 1;
    morph.bound = -1;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_morph(both, 2, &desc, &morph, &moved));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_meshes_write_file(&one_mesh, 0, "x.glb", NULL));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_meshes_write_file(&one_mesh, 1025, "x.glb", NULL));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_meshes_encode(&one_mesh, 0, NULL, &buffer));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_meshes_encode(&one_mesh, 1025, NULL, &buffer));
    HOLDS(!moved);
    SIZES(report, 32 + 5 * sizeof(double), att3d_mesh_get_report(made, &report));
    HOLDS(report.boundary_edge_count == 0 && report.non_manifold_edge_count == 0);
    HOLDS(report.component_count > 0);
    HOLDS(report.volume > 0 && report.area > 0 && report.point_count > 3);
    RETURNS(ATT3D_UNSUPPORTED, att3d_mesh_get_texture(mesh, ATT3D_TEXTURE_BASE_COLOR, &texture));
    att3d_mesh_free(made);
    made = NULL;
    desc.texture_size = 63;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate(model, "a pig", &desc, &made));
    desc.texture_size = 4097;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate(model, "a pig", &desc, &made));
    desc.texture_size = 64;
    desc.triangle_budget = 3;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate(model, "a pig", &desc, &made));
    desc.triangle_budget = 0;
    desc.level_count = 9;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate(model, "a pig", &desc, &made));
    desc.level_count = 0;
    desc.reserved = 1;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate(model, "a pig", &desc, &made));
    desc.reserved = 0;
    /* The number of vertices of a hull has no meaning without hulls. */
    desc.hull_vertex_count = 32;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate(model, "a pig", &desc, &made));
    HOLDS(strstr(att3d_last_error(), "hull_count") != NULL);
    desc.hull_count = 1;
    desc.hull_vertex_count = 7;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate(model, "a pig", &desc, &made));
    desc.hull_vertex_count = 256;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate(model, "a pig", &desc, &made));
    desc.hull_vertex_count = 0;
    desc.hull_count = 65;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate(model, "a pig", &desc, &made));
    desc.hull_count = 0;
    desc.min_component = 1.5f;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate(model, "a pig", &desc, &made));
    desc.min_component = -0.5f;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate(model, "a pig", &desc, &made));
    desc.min_component = 0;
    HOLDS(!made);
    SIZES(export_desc, 36, att3d_mesh_encode(mesh, &export_desc, &buffer));
    att3d_buffer_free(buffer);
    SIZES(export_desc, 36, att3d_meshes_encode(&one_mesh, 1, &export_desc, &buffer));
    att3d_buffer_free(buffer);
    SIZES(layout, sizeof layout, att3d_mesh_copy_vertices(mesh, &layout, vertices, vertex_count));
    free(vertices);
    SIZES(view, 16 + 7 * sizeof(void *), att3d_mesh_get_view(mesh, &view));
    SIZES(mesh_info, 104, att3d_mesh_get_info(mesh, &mesh_info));
    SIZES(job_info, sizeof job_info, att3d_job_get_info(job, &job_info));
    SIZES(live_info, 1120, att3d_live_get_info(live, &live_info));

    /* A field of a newer ABI is accepted while it is 0 and refused otherwise. In an output struct, the
     * library sets such a field to 0. */
    memset(&newer, 0, sizeof newer);
    newer.desc = small();
    newer.desc.struct_size = sizeof newer;
    RETURNS(ATT3D_OK, att3d_generate(model, "a pig", &newer.desc, &made));
    att3d_mesh_free(made);
    newer.later = 1;
    newer.desc.progress.release = count_release;
    newer.desc.progress.user = &released;
    RETURNS(ATT3D_UNSUPPORTED, att3d_generate(model, "a pig", &newer.desc, &made));
    HOLDS(released == 1);
    memset(&newer_info, 0xa5, sizeof newer_info);
    newer_info.info.struct_size = sizeof newer_info;
    RETURNS(ATT3D_OK, att3d_field_get_info(field, &newer_info.info));
    HOLDS(newer_info.later == 0 && newer_info.info.struct_size == sizeof newer_info);
}

/* Passes invalid enum values and flags, sizes out of range, and text that is not UTF-8. */
static void values(void) {
    static const char not_utf8[] = {'a', ' ', (char)0xff, (char)0xc3, 0};
    char *long_prompt = malloc(2000001);
    att3d_context_desc context_desc = {0};
    att3d_load_desc load = {0};
    att3d_export_desc export_desc = {0};
    att3d_device_info device_info = {0};
    att3d_generate_desc desc = small();
    att3d_context *other = NULL;
    att3d_model *other_model = NULL;
    att3d_latent *other_latent = NULL;
    att3d_latent *many[1];
    att3d_shape *shape = NULL, *other_shape = NULL;
    att3d_shape_info shape_info = {0};
    att3d_surface_desc surface = {0};
    const float corners[9] = {0, 0, 0, 1, 0, 0, 0, 1, 0}, uvs[6] = {0, 0, 1, 0, 0, 1};
    att3d_field *other_field = NULL;
    att3d_mesh *made = NULL;
    att3d_job *other_job = NULL;
    const att3d_latent *latents[2];
    const char *prompt = "a pig";
    const float not_finite[2] = {1.0f, 1.0f / 0.0f};
    const float huge[2] = {1e38f, 1e38f}, far_apart[2] = {1000.0f, -999.0f};
    float points[3] = {0, 0, 0};
    float *unaligned = (float *)(void *)((char *)points + 1);
    const uint32_t far_index[3] = {0, 1, 2};
    float found[3];
    att3d_sample_desc sample = {0};
    att3d_paint_desc paint = {0};
    att3d_restyle_desc restyle = {0};
    uint32_t index;
    att3d_buffer *buffer = NULL;

    latents[0] = latents[1] = latent;
    context_desc.struct_size = sizeof context_desc;
    export_desc.struct_size = sizeof export_desc;
    device_info.struct_size = sizeof device_info;
    memset(long_prompt, 'a', 2000000);
    long_prompt[2000000] = 0;

    context_desc.device = 3;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_context_create(&context_desc, &other));
    context_desc.device = 0xffffffffu;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_context_create(&context_desc, &other));
    context_desc.device = ATT3D_DEVICE_CPU;
    context_desc.device_index = 1;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_context_create(&context_desc, &other));
    context_desc.device = ATT3D_DEVICE_CUDA;
    RETURNS(ATT3D_UNSUPPORTED, att3d_context_create(&context_desc, &other));
    context_desc.device = 0;
    context_desc.device_index = 0;
    context_desc.thread_count = 0xffffffffu;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_context_create(&context_desc, &other));
    context_desc.thread_count = 0;
    context_desc.engine = 3;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_context_create(&context_desc, &other));
    context_desc.engine = ATT3D_ENGINE_EMBEDDED;
    context_desc.device = ATT3D_DEVICE_CUDA;
    RETURNS(ATT3D_UNSUPPORTED, att3d_context_create(&context_desc, &other));
    context_desc.device = 0;
    context_desc.precision = 3;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_context_create(&context_desc, &other));
    context_desc.precision = ATT3D_PRECISION_F16;
    RETURNS(ATT3D_UNSUPPORTED, att3d_context_create(&context_desc, &other));
    context_desc.is_worker = 1;
    RETURNS(ATT3D_UNSUPPORTED, att3d_context_create(&context_desc, &other));
    context_desc.precision = 0;
    context_desc.is_worker = 2;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_context_create(&context_desc, &other));
    context_desc.is_worker = 0;
    context_desc.thread_priority = 2;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_context_create(&context_desc, &other));
    context_desc.thread_priority = 0xffffffffu;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_context_create(&context_desc, &other));
    HOLDS(!other);
    for (index = ATT3D_PRIORITY_NORMAL; index <= ATT3D_PRIORITY_LOW; index++) {
        context_desc.thread_priority = index;
        RETURNS(ATT3D_OK, att3d_context_create(&context_desc, &other));
        att3d_context_free(other);
        other = NULL;
    }
    context_desc.thread_priority = 0;
    /* The fields of the embedded engine need little memory, so any limit of the memory for fields is
     * accepted. */
    context_desc.field_memory = 1;
    RETURNS(ATT3D_OK, att3d_context_create(&context_desc, &other));
    att3d_context_free(other);
    other = NULL;
    context_desc.field_memory = 0;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_device_get_info(1000, &device_info));
    HOLDS(!other);

    load.struct_size = sizeof load;
    load.path = not_utf8;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_model_load(context, &load, &other_model));
    load.path = "";
    RETURNS(ATT3D_IO, att3d_model_load(context, &load, &other_model));
    load.path = NULL;
    load.bytes = "nonsense";
    load.size = 8;
    RETURNS(ATT3D_FORMAT, att3d_model_load(context, &load, &other_model));
    load.bytes = "x";
    load.size = (size_t)-1;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_model_load(context, &load, &other_model));
    load.bytes = NULL;
    load.size = 5;
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_load(context, &load, &other_model));
    load.bytes = "bytes";
    RETURNS(ATT3D_FORMAT, att3d_model_load(context, &load, &other_model));
    load.size = 0;
    RETURNS(ATT3D_FORMAT, att3d_model_load(context, &load, &other_model));
    load.path = "/nowhere/at/all.att3d";
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_model_load(context, &load, &other_model));
    load.bytes = NULL;
    load.size = 1;
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_load(context, &load, &other_model));
    load.size = 0;
    RETURNS(ATT3D_IO, att3d_model_load(context, &load, &other_model));
    load.reserved = 1;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_model_load(context, &load, &other_model));
    HOLDS(!other_model);
    load.reserved = 0;
    load.path = NULL;
    SIZES(load, 8 + 6 * sizeof(void *), att3d_model_load(context, &load, &other_model));
    att3d_model_free(other_model);

    RETURNS(ATT3D_PROMPT, att3d_latent_from_prompt(model, "", 0, &other_latent));
    RETURNS(ATT3D_PROMPT, att3d_latent_from_prompt(model, "  \t\n", 0, &other_latent));
    RETURNS(ATT3D_PROMPT, att3d_latent_from_prompt(model, "quark", 0, &other_latent));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_latent_from_prompt(model, not_utf8, 0, &other_latent));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_latent_from_prompt(model, long_prompt, 0, &other_latent));
    long_prompt[200000] = 0;
    RETURNS(ATT3D_PROMPT, att3d_latent_from_prompt(model, long_prompt, 0, &other_latent));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_latents_from_prompts(model, &prompt, 0, many));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_latents_from_prompts(model, &prompt, 1025, many));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_latent_mix(latents, not_finite, 2, &other_latent));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_latent_mix(latents, not_finite, 0, &other_latent));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_latent_mix(latents, huge, 2, &other_latent));
    HOLDS(!other_latent);
    RETURNS(ATT3D_OK, att3d_latent_mix(latents, far_apart, 2, &other_latent));
    RETURNS(ATT3D_OK, att3d_generate_from_latent(other_latent, &desc, &made));
    att3d_mesh_free(made);
    att3d_latent_free(other_latent);
    made = NULL;

    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_shape_from_points(points, 0, &shape));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_shape_from_points(unaligned, 1, &shape));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_shape_from_points(points, (size_t)-1 / 4, &shape));
    surface.struct_size = sizeof surface;
    surface.positions = points;
    surface.vertex_count = 1;
    surface.indices = far_index;
    surface.triangle_count = 1;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_shape_from_surface(&surface, &shape));
    HOLDS(!shape);
    RETURNS(ATT3D_OK, att3d_shape_from_points(points, 1, &shape));
    RETURNS(ATT3D_OK, att3d_field_from_latent(latent, shape, &other_field));
    att3d_field_free(other_field);
    other_field = NULL;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_shape_with_keep(shape, 1.01f, &other_shape));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_shape_with_keep(shape, -0.01f, &other_shape));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_shape_with_keep(shape, 0.5f, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_shape_get_info(shape, NULL));
    SIZES(shape_info, sizeof shape_info, att3d_shape_get_info(shape, &shape_info));
    HOLDS(shape_info.point_count == 1 && shape_info.keep == 1.0f && !shape_info.has_frame);
    att3d_shape_free(shape);
    shape = NULL;
    RETURNS(ATT3D_FORMAT, att3d_shape_from_glb("glTF", 4, &shape));
    RETURNS(ATT3D_FORMAT, att3d_shape_from_glb("", 0, &shape));
    surface.positions = corners;
    surface.vertex_count = 3;
    surface.flags = 2;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_shape_from_surface(&surface, &shape));
    surface.flags = ATT3D_SURFACE_FIT;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_paint(field, &surface, NULL, &made));
    surface.vertex_count = 2;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_shape_from_surface(&surface, &shape));
    surface.vertex_count = (size_t)-1 / 12;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_shape_from_surface(&surface, &shape));
    surface.vertex_count = 3;
    surface.triangle_count = 0;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_shape_from_surface(&surface, &shape));
    surface.triangle_count = 1;
    HOLDS(!shape);
    RETURNS(ATT3D_OK, att3d_shape_from_surface(&surface, &shape));
    RETURNS(ATT3D_OK, att3d_shape_with_keep(shape, 0.5f, &other_shape));
    RETURNS(ATT3D_OK, att3d_shape_get_info(other_shape, &shape_info));
    HOLDS(shape_info.point_count == 4096 && shape_info.keep == 0.5f);
    HOLDS(shape_info.has_frame == 1 && shape_info.units > 0);
    RETURNS(ATT3D_OK, att3d_field_from_latent(latent, other_shape, &other_field));
    att3d_shape_free(shape);
    att3d_shape_free(other_shape);
    surface.flags = 0;
    paint.texture_size = 64;
    paint.struct_size = sizeof paint;
    SIZES(surface, 8 + 7 * sizeof(void *), att3d_paint(other_field, &surface, &paint, &made));
    att3d_mesh_free(made);
    made = NULL;
    SIZES(paint, 8 + 3 * sizeof(void *), att3d_paint(other_field, &surface, &paint, &made));
    HOLDS(made);
    export_desc.pivot = ATT3D_PIVOT_SHAPE;
    RETURNS(ATT3D_OK, att3d_mesh_encode(made, &export_desc, &buffer));
    att3d_buffer_free(buffer);
    buffer = NULL;
    export_desc.size = 2;
    RETURNS(ATT3D_OK, att3d_mesh_encode(made, &export_desc, &buffer));
    att3d_buffer_free(buffer);
    buffer = NULL;
    export_desc.size = 0;
    export_desc.meters_per_unit = 1;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_encode(made, &export_desc, &buffer));
    export_desc.meters_per_unit = 0;
    /* This mesh was made without a shape. */
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_encode(mesh, &export_desc, &buffer));
    export_desc.pivot = 0;
    att3d_mesh_free(made);
    made = NULL;
    surface.uvs = uvs;
    RETURNS(ATT3D_OK, att3d_paint(other_field, &surface, &paint, &made));
    att3d_mesh_free(made);
    made = NULL;
    paint.texture_size = 63;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_paint(other_field, &surface, &paint, &made));
    paint.texture_size = 4097;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_paint(other_field, &surface, &paint, &made));
    paint.texture_size = 64;
    desc.seed = 1;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate_from_field(other_field, &desc, &made));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate_from_latent(latent, &desc, &made));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate_frames(latents, 2, &desc, &made));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_morph(latents, 2, &desc, NULL, &made));
    desc = small();
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate_frames(latents, 0, &desc, &made));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate_frames(latents, 1025, &desc, &made));
    surface.uvs = NULL;
    att3d_field_free(other_field);
    other_field = NULL;
    HOLDS(!made);
    RETURNS(ATT3D_IO, att3d_restyle_file(model, "/nowhere/at/all.glb", prompt, NULL, "/nowhere/y.glb"));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_restyle_file(model, not_utf8, prompt, NULL, "y.glb"));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_restyle_file(model, "x.glb", prompt, NULL, not_utf8));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_restyle(model, "x", 1, not_utf8, NULL, &buffer));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_restyle(model, "x", (size_t)-1, prompt, NULL, &buffer));
    RETURNS(ATT3D_FORMAT, att3d_restyle(model, "x", 0, prompt, NULL, &buffer));
    RETURNS(ATT3D_FORMAT, att3d_restyle(model, "nonsense", 8, prompt, NULL, &buffer));
    restyle.struct_size = sizeof restyle;
    restyle.flags = 2;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_restyle(model, "x", 1, prompt, &restyle, &buffer));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_restyle_file(model, "x.glb", prompt, &restyle, "y.glb"));
    restyle.flags = 0;
    restyle.reserved = 1;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_restyle(model, "x", 1, prompt, &restyle, &buffer));
    restyle.reserved = 0;
    restyle.texture_size = 63;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_restyle(model, "x", 1, prompt, &restyle, &buffer));
    HOLDS(!buffer);

    sample.struct_size = sizeof sample;
    sample.values = found;
    points[1] = 0.0f / not_finite[1] - not_finite[1];
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_field_sample(field, points, 1, &sample));
    points[1] = 1e30f;
    RETURNS(ATT3D_OK, att3d_field_sample(field, points, 1, &sample));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_field_sample(field, unaligned, 1, &sample));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_field_sample(field, points, (size_t)-1, &sample));
    sample.colors = found;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_field_sample(field, points, 1, &sample));
    sample.colors = points;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_field_sample(field, points, 1, &sample));
    sample.colors = NULL;
    sample.reserved = 1;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_field_sample(field, points, 1, &sample));

    desc.flags = 0x80000000u;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate(model, "a pig", &desc, &made));
    desc.flags = 2;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate(model, "a pig", &desc, &made));
    desc = small();
    desc.reserved = 1;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate(model, "a pig", &desc, &made));
    desc = small();
    desc.seed = 1;
    RETURNS(ATT3D_OK, att3d_generate(model, "a pig", &desc, &made));
    att3d_mesh_free(made);
    made = NULL;
    RETURNS(ATT3D_PROMPT, att3d_latent_from_prompt(model, "quark", 1, &other_latent));
    desc = small();
    desc.resolution = 1;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate(model, "a pig", &desc, &made));
    desc.resolution = 1000000;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate(model, "a pig", &desc, &made));
    desc.resolution = 1024;
    desc.memory_limit = 1000;
    RETURNS(ATT3D_OUT_OF_MEMORY, att3d_generate(model, "a pig", &desc, &made));
    desc = small();
    RETURNS(ATT3D_PROMPT, att3d_generate(model, "quark", &desc, &made));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate(model, not_utf8, &desc, &made));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_job_generate(model, not_utf8, &desc, &other_job));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_live_set_prompt(live, not_utf8, 1, NULL));
    RETURNS(ATT3D_OK, att3d_job_generate(model, "quark", &desc, &other_job));
    RETURNS(ATT3D_OK, att3d_job_wait(other_job, ATT3D_FOREVER));
    RETURNS(ATT3D_PROMPT, att3d_job_take_mesh(other_job, &made));
    RETURNS(ATT3D_PROMPT, att3d_job_take_mesh(other_job, &made));
    att3d_job_free(other_job);
    HOLDS(!made);

    free(long_prompt);
}

/* Passes each wrong value of an export's options, and options that exclude each other. */
static void exports(void) {
    static const char not_utf8[] = {'a', (char)0xff, 0};
    const uint32_t far = 0xffffffffu;
    const att3d_mesh *one_mesh = mesh;
    att3d_export_desc desc = {0};
    att3d_buffer *buffer = NULL;
    uint32_t value;
    size_t index;
    struct {
        uint32_t *field, count;
    } enums[4];

    desc.struct_size = sizeof desc;
    enums[0].field = &desc.format;
    enums[0].count = ATT3D_MESH_STL + 1;
    enums[1].field = &desc.pivot;
    enums[1].count = ATT3D_PIVOT_SHAPE + 1;
    enums[2].field = &desc.up_axis;
    enums[2].count = ATT3D_UP_Z + 1;
    enums[3].field = &desc.hull_names;
    enums[3].count = ATT3D_HULL_NAMES_GODOT + 1;
    for (index = 0; index < 4; index++) {
        *enums[index].field = enums[index].count;
        RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_encode(mesh, &desc, &buffer));
        RETURNS(ATT3D_INVALID_ARGUMENT, att3d_meshes_encode(&one_mesh, 1, &desc, &buffer));
        RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_write_file(mesh, "/nowhere/x.glb", &desc));
        RETURNS(ATT3D_INVALID_ARGUMENT, att3d_meshes_write_file(&one_mesh, 1, "/nowhere/x.glb", &desc));
        *enums[index].field = far;
        RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_encode(mesh, &desc, &buffer));
        HOLDS(!buffer);
        /* Each valid value is accepted, except those that do not fit a GLB or a mesh without a shape. */
        for (value = 0; value < enums[index].count; value++) {
            int is_for_other =
                (index == 1 && value == ATT3D_PIVOT_SHAPE) || (index == 2 && value == ATT3D_UP_Z);
            *enums[index].field = value;
            RETURNS(is_for_other ? ATT3D_INVALID_ARGUMENT : ATT3D_OK,
                    att3d_mesh_encode(mesh, &desc, &buffer));
            att3d_buffer_free(buffer);
            buffer = NULL;
        }
        *enums[index].field = 0;
    }
    desc.flags = 2;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_encode(mesh, &desc, &buffer));
    desc.flags = 64;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_encode(mesh, &desc, &buffer));
    desc.flags = 0;
    desc.size = 2;
    desc.pivot = ATT3D_PIVOT_CENTER;
    RETURNS(ATT3D_OK, att3d_mesh_encode(mesh, &desc, &buffer));
    att3d_buffer_free(buffer);
    buffer = NULL;
    desc.meters_per_unit = 1;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_encode(mesh, &desc, &buffer));
    desc.meters_per_unit = 0;
    desc.up_axis = ATT3D_UP_Z;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_encode(mesh, &desc, &buffer));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_meshes_encode(&one_mesh, 1, &desc, &buffer));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_meshes_write_file(&one_mesh, 1, "/nowhere/x.glb", &desc));
    desc.format = ATT3D_MESH_PLY;
    RETURNS(ATT3D_OK, att3d_mesh_encode(mesh, &desc, &buffer));
    att3d_buffer_free(buffer);
    buffer = NULL;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_meshes_encode(&one_mesh, 1, &desc, &buffer));
    desc.size = -1;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_encode(mesh, &desc, &buffer));
    desc.size = 0;
    desc.meters_per_unit = -1;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_encode(mesh, &desc, &buffer));
    desc.meters_per_unit = 1.0f / 0.0f;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_encode(mesh, &desc, &buffer));
    HOLDS(!buffer);
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_write_file(mesh, "mesh.fbx", NULL));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_meshes_write_file(&one_mesh, 1, "mesh.obj", NULL));
    RETURNS(ATT3D_IO, att3d_mesh_write_file(mesh, "/nowhere/at/all.glb", NULL));
    RETURNS(ATT3D_IO, att3d_meshes_write_file(&one_mesh, 1, "/nowhere/at/all.glb", NULL));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_write_file(mesh, not_utf8, NULL));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_meshes_write_file(&one_mesh, 1, not_utf8, NULL));
}

/* Tests readings of prompts, and prompts that are refused. */
static void readings(void) {
    static const char *const expected[] = {"a green truck", "truck", "green", "monster", "",
                                           "a green truck (left out: monster)"};
    att3d_reading *reading = NULL;
    att3d_generate_desc desc = small();
    att3d_latent *made = NULL;
    att3d_mesh *truck = NULL;
    const char *text = NULL;
    size_t index;

    RETURNS(ATT3D_OK, att3d_model_read(model, "a green monster truck", 0, &reading));
    for (index = 0; index < sizeof expected / sizeof *expected; index++) {
        RETURNS(ATT3D_OK, reading_texts[index](reading, &text));
        HOLDS(strcmp(text, expected[index]) == 0);
    }
    att3d_reading_free(reading);
    /* A latent and a mesh of the prompt have the same reading. The handle outlives them. */
    RETURNS(ATT3D_OK, att3d_latent_from_prompt(model, "a green monster truck", 0, &made));
    RETURNS(ATT3D_OK, att3d_latent_get_reading(made, &reading));
    RETURNS(ATT3D_OK, att3d_generate_from_latent(made, &desc, &truck));
    att3d_latent_free(made);
    for (index = 0; index < sizeof expected / sizeof *expected; index++) {
        RETURNS(ATT3D_OK, reading_texts[index](reading, &text));
        HOLDS(strcmp(text, expected[index]) == 0);
    }
    att3d_reading_free(reading);
    RETURNS(ATT3D_OK, att3d_mesh_get_reading(truck, &reading));
    att3d_mesh_free(truck);
    for (index = 0; index < sizeof expected / sizeof *expected; index++) {
        RETURNS(ATT3D_OK, reading_texts[index](reading, &text));
        HOLDS(strcmp(text, expected[index]) == 0);
    }
    att3d_reading_free(reading);
    reading = NULL;
    RETURNS(ATT3D_PROMPT, att3d_model_read(model, "quark", 0, &reading));
    HOLDS(!reading && strstr(att3d_last_error(), "quark"));
    RETURNS(ATT3D_PROMPT, att3d_model_read(model, "made of gold", 0, &reading));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_model_read(model, "a pig", 1u << 20, &reading));
    RETURNS(ATT3D_OK, att3d_model_read(model, "made of gold", ATT3D_READ_CHANGE, &reading));
    RETURNS(ATT3D_OK, att3d_reading_get_thing(reading, &text));
    HOLDS(*text == 0);
    att3d_reading_free(reading);
}

/* Tests offsets of the model, of another model and of no model. */
static void offsets(void) {
    const char *path = "misuse.offset", *not_utf8 = "\xff.offset", *digest = NULL;
    const float endless = 1e30f * 1e30f;
    att3d_generate_desc desc = small();
    att3d_latent *made = NULL;
    att3d_mesh *pig = NULL;

    RETURNS(ATT3D_OK, att3d_model_get_digest(model, &digest));
    HOLDS(write_offset(path, "0123456789abcdef01234567", 0.1f));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_latent_add_offset(latent, path, &made));
    HOLDS(write_offset(path, digest, endless));
    RETURNS(ATT3D_FORMAT, att3d_latent_add_offset(latent, path, &made));
    RETURNS(ATT3D_FORMAT, att3d_latent_add_offset(latent, "include/att3d.h", &made));
    RETURNS(ATT3D_IO, att3d_latent_add_offset(latent, "/nowhere/at/all.offset", &made));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_latent_add_offset(latent, not_utf8, &made));
    HOLDS(!made);
    HOLDS(write_offset(path, digest, 0.1f));
    RETURNS(ATT3D_OK, att3d_latent_add_offset(latent, path, &made));
    RETURNS(ATT3D_OK, att3d_generate_from_latent(made, &desc, &pig));
    HOLDS(remove(path) == 0);
    att3d_mesh_free(pig);
    att3d_latent_free(made);
}

int main(void) {
    make_handles();
    readings();
    offsets();
    sizes();
    values();
    exports();
    free_handles();
    printf("misuse: %d rows hold\n", test_rows);
    return 0;
}
