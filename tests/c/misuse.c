/* Tests of every misuse by a caller, one row each. The library returns a status and still works. */
#include "test.h"

static att3d_context *context;
static att3d_model *model;
static att3d_latent *latent;
static att3d_field *field;
static att3d_mesh *mesh;
static att3d_job *job;
static att3d_live *live;

static att3d_generate_desc small(void) {
    att3d_generate_desc desc = {0};
    desc.struct_size = sizeof desc;
    desc.resolution = 24;
    return desc;
}

/* All functions that return a text of a reading. */
static att3d_status (*const reading_texts[])(const att3d_reading *, const char **) = {
    att3d_reading_get_phrase,   att3d_reading_get_thing,    att3d_reading_get_attributes,
    att3d_reading_get_left_out, att3d_reading_get_replaced, att3d_reading_get_understood,
};

/* Passes NULL for every pointer parameter of every function. */
static void nulls(void) {
    att3d_generate_desc desc = small();
    att3d_context_info context_info = {0};
    att3d_device_info device_info = {0};
    att3d_model_info model_info = {0};
    att3d_field_info field_info = {0};
    att3d_mesh_info mesh_info = {0};
    att3d_mesh_view view = {0};
    att3d_texture_view texture = {0};
    uint8_t drawn[4] = {0};
    att3d_level_view level = {0};
    att3d_mesh_report report = {0};
    att3d_target_view target = {0};
    const att3d_latent *both[2] = {latent, latent};
    att3d_job_info job_info = {0};
    att3d_live_info live_info = {0};
    att3d_context *other_context = NULL;
    att3d_model *other_model = NULL;
    att3d_latent *other_latent = NULL;
    att3d_reading *reading = NULL;
    size_t index;
    att3d_shape *shape = NULL;
    att3d_field *other_field = NULL;
    att3d_mesh *other_mesh = NULL;
    att3d_job *other_job = NULL;
    att3d_live *other_live = NULL;
    const char *text = NULL;
    const char *prompt = "a pig", *no_prompt = NULL;
    const att3d_latent *no_latent = NULL;
    const att3d_latent *latents[1];
    const float weights[1] = {1.0f};
    const float points[9] = {0, 0, 0, 1, 0, 0, 0, 1, 0};
    const uint32_t indices[3] = {0, 1, 2};
    float values[3];
    size_t size = 0;
    att3d_sample_desc sample = {0};
    att3d_surface_desc surface = {0};
    att3d_shape_info shape_info = {0};

    surface.struct_size = sizeof surface;
    surface.positions = points;
    surface.vertex_count = 3;
    surface.indices = indices;
    surface.triangle_count = 1;
    shape_info.struct_size = sizeof shape_info;
    latents[0] = latent;
    context_info.struct_size = sizeof context_info;
    device_info.struct_size = sizeof device_info;
    model_info.struct_size = sizeof model_info;
    field_info.struct_size = sizeof field_info;
    mesh_info.struct_size = sizeof mesh_info;
    view.struct_size = sizeof view;
    texture.struct_size = sizeof texture;
    level.struct_size = sizeof level;
    report.struct_size = sizeof report;
    target.struct_size = sizeof target;
    job_info.struct_size = sizeof job_info;
    live_info.struct_size = sizeof live_info;

    RETURNS(ATT3D_NULL_ARGUMENT, att3d_device_count(NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_device_get_info(0, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_context_create(NULL, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_context_get_info(NULL, &context_info));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_context_get_info(context, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_context_trim(NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_context_set_log(NULL, NULL, NULL, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_load_file(NULL, "x", &other_model));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_load_file(context, NULL, &other_model));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_load_file(context, "x", NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_load_memory(NULL, "x", 1, &other_model));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_load_memory(context, NULL, 1, &other_model));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_load_memory(context, "x", 1, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_load(NULL, NULL, &other_model));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_load(context, NULL, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_load_bundled(NULL, &other_model));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_load_bundled(context, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_unload(NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_get_info(NULL, &model_info));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_get_info(model, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_get_name(NULL, &text));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_get_name(model, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_get_license(NULL, &text));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_get_license(model, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_get_digest(NULL, &text));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_get_digest(model, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_get_words(NULL, &text));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_get_words(model, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_get_word_groups(NULL, &text));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_get_word_groups(model, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_read(NULL, prompt, 0, &reading));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_read(model, NULL, 0, &reading));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_read(model, prompt, 0, NULL));
    RETURNS(ATT3D_OK, att3d_model_read(model, prompt, 0, &reading));
    for (index = 0; index < sizeof reading_texts / sizeof *reading_texts; index++) {
        RETURNS(ATT3D_NULL_ARGUMENT, reading_texts[index](NULL, &text));
        RETURNS(ATT3D_NULL_ARGUMENT, reading_texts[index](reading, NULL));
    }
    att3d_reading_free(reading);
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_from_prompt(NULL, prompt, &other_latent));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_from_prompt(model, NULL, &other_latent));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_from_prompt(model, prompt, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_from_variant(NULL, prompt, 1, &other_latent));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_from_variant(model, NULL, 1, &other_latent));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_from_variant(model, prompt, 1, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_from_prompts(NULL, &prompt, 1, &other_latent));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_from_prompts(model, NULL, 1, &other_latent));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_from_prompts(model, &no_prompt, 1, &other_latent));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_from_prompts(model, &prompt, 1, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_mix(NULL, weights, 1, &other_latent));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_mix(&no_latent, weights, 1, &other_latent));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_mix(latents, NULL, 1, &other_latent));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_mix(latents, weights, 1, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_get_unknown_words(NULL, &text));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_get_unknown_words(latent, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_get_replaced_words(NULL, &text));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_get_replaced_words(latent, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_shape_from_points(NULL, 3, &shape));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_shape_from_points(points, 3, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_shape_from_triangles(NULL, 3, indices, 1, &shape));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_shape_from_triangles(points, 3, NULL, 1, &shape));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_shape_from_triangles(points, 3, indices, 1, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_shape_from_surface(NULL, &shape));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_shape_from_surface(&surface, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_shape_from_glb(NULL, 4, &shape));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_shape_from_glb("glTF", 4, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_shape_with_keep(NULL, 0.5f, &shape));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_shape_get_info(NULL, &shape_info));
    surface.positions = NULL;
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_shape_from_surface(&surface, &shape));
    surface.positions = points;
    surface.indices = NULL;
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_shape_from_surface(&surface, &shape));
    surface.indices = indices;
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_field_paint(NULL, &surface, &desc, &other_mesh));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_field_paint(field, NULL, &desc, &other_mesh));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_field_paint(field, &surface, &desc, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_restyle_file(NULL, "x.glb", prompt, &desc, 0, "y.glb"));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_restyle_file(model, NULL, prompt, &desc, 0, "y.glb"));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_restyle_file(model, "x.glb", NULL, &desc, 0, "y.glb"));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_restyle_file(model, "x.glb", prompt, &desc, 0, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_field_from_latent(NULL, NULL, &other_field));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_field_from_latent(latent, NULL, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_field_from_latents(NULL, 1, NULL, &other_field));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_field_from_latents(&no_latent, 1, NULL, &other_field));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_field_from_latents(latents, 1, NULL, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_field_get_info(NULL, &field_info));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_field_get_info(field, NULL));
    sample.struct_size = sizeof sample;
    RETURNS(ATT3D_OK, att3d_field_sample(field, points, 3, &sample));
    RETURNS(ATT3D_OK, att3d_field_sample(field, NULL, 0, &sample));
    sample.values = values;
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_field_sample(NULL, points, 3, &sample));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_field_sample(field, NULL, 3, &sample));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_field_sample(field, points, 3, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_start_field(NULL, &desc, &other_job));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_start_field(field, &desc, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_generate(NULL, prompt, &desc, &other_mesh));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_generate(model, NULL, &desc, &other_mesh));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_generate(model, prompt, &desc, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_generate_from_latent(NULL, &desc, &other_mesh));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_generate_from_latent(latent, &desc, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_generate_from_field(NULL, &desc, &other_mesh));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_generate_from_field(field, &desc, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_start(NULL, prompt, &desc, &other_job));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_start(model, NULL, &desc, &other_job));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_start(model, prompt, &desc, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_start_latent(NULL, &desc, &other_job));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_start_latent(latent, &desc, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_get_info(NULL, &job_info));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_get_info(job, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_wait(NULL, 0));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_cancel(NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_take_mesh(NULL, &other_mesh));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_take_mesh(job, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_live_create(NULL, &desc, &other_live));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_live_create(model, &desc, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_live_set_prompt(NULL, prompt, 0, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_live_set_prompt(live, NULL, 0, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_live_set_latent(NULL, latent, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_live_set_latent(live, NULL, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_live_wait(NULL, 0));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_live_take_mesh(NULL, &other_mesh, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_live_take_mesh(live, NULL, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_live_get_info(NULL, &live_info));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_live_get_info(live, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_view(NULL, &view));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_view(mesh, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_draw(NULL, NULL, drawn, sizeof drawn));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_draw(mesh, NULL, NULL, sizeof drawn));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_texture(NULL, ATT3D_TEXTURE_BASE_COLOR, &texture));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_texture(mesh, ATT3D_TEXTURE_BASE_COLOR, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_level(NULL, 1, &level));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_level(mesh, 1, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_hull(NULL, &view));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_hull(mesh, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_target(NULL, 0, &target));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_target(mesh, 0, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_generate_morph(NULL, 2, &desc, NULL, &other_mesh));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_generate_morph(both, 2, &desc, NULL, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_meshes_write_frames(NULL, 1, "x.glb", NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_meshes_write_frames((const att3d_mesh *const *)&mesh, 1, NULL, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_report(NULL, &report));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_report(mesh, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_info(NULL, &mesh_info));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_info(mesh, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_prompt(NULL, &text));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_prompt(mesh, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_unknown_words(NULL, &text));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_unknown_words(mesh, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_replaced_words(NULL, &text));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_replaced_words(mesh, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_write_file(NULL, "x.glb", NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_write_file(mesh, NULL, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_encode(NULL, NULL, NULL, 0, &size));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_encode(mesh, NULL, NULL, 0, NULL));

    /* The failed calls wrote nothing. */
    HOLDS(!other_context && !other_model && !other_latent && !shape && !other_field);
    HOLDS(!other_mesh && !other_job && !other_live && !text && size == 0);

    att3d_context_free(NULL);
    att3d_model_free(NULL);
    att3d_reading_free(NULL);
    att3d_latent_free(NULL);
    att3d_shape_free(NULL);
    att3d_field_free(NULL);
    att3d_mesh_free(NULL);
    att3d_job_free(NULL);
    att3d_live_free(NULL);
}

/* Tests values of struct_size: 0, too small, one less than in the first ABI, too large. `first` is the size
 * in that ABI. */
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
    size_t size = 0;

    SIZES(context_desc, 16, att3d_context_create(&context_desc, &other));
    att3d_context_free(other);
    SIZES(context_info, 24, att3d_context_get_info(context, &context_info));
    SIZES(device_info, 80, att3d_device_get_info(0, &device_info));
    SIZES(model_info, sizeof model_info, att3d_model_get_info(model, &model_info));
    SIZES(field_info, sizeof field_info, att3d_field_get_info(field, &field_info));
    sample.values = &value;
    SIZES(sample, 8 + 4 * sizeof(void *), att3d_field_sample(field, point, 1, &sample));
    desc.texture_size = 64;
    desc.triangle_budget = 500;
    desc.level_count = 1;
    desc.flags |= ATT3D_GENERATE_HULL;
    SIZES(desc, 32 + 3 * sizeof(void *), att3d_generate(model, "a pig", &desc, &made));
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
    SIZES(shot, 24, att3d_mesh_draw(made, &shot, drawn, sizeof drawn));
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
    SIZES(view, 16 + 6 * sizeof(void *), att3d_mesh_get_hull(made, &view));
    HOLDS(view.vertex_count > 3 && view.triangle_count > 3 && view.positions && view.indices && !view.normals);
    RETURNS(ATT3D_UNSUPPORTED, att3d_mesh_get_hull(mesh, &view));
    desc = small();
    morph.step_count = 1;
    SIZES(morph, sizeof morph, att3d_generate_morph(both, 2, &desc, &morph, &moved));
    SIZES(target, sizeof target, att3d_mesh_get_target(moved, 0, &target));
    HOLDS(target.vertex_count > 3 && target.positions && target.normals && target.colors && target.name);
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_get_target(moved, 1, &target));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_get_target(mesh, 0, &target));
    att3d_mesh_free(moved);
    moved = NULL;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate_morph(both, 1, &desc, &morph, &moved));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate_morph(both, 0, &desc, &morph, &moved));
    morph.step_count = 1001;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate_morph(both, 2, &desc, &morph, &moved));
    morph.step_count = 1;
    morph.bound = -1;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate_morph(both, 2, &desc, &morph, &moved));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_meshes_write_frames((const att3d_mesh *const *)&mesh, 0, "x.glb", NULL));
    HOLDS(!moved);
    SIZES(report, 24 + 2 * sizeof(double), att3d_mesh_get_report(made, &report));
    HOLDS(report.boundary_edge_count == 0 && report.non_manifold_edge_count == 0 && report.component_count > 0);
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
    desc.reserved_too = 1;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate(model, "a pig", &desc, &made));
    HOLDS(!made);
    SIZES(export_desc, 16, att3d_mesh_encode(mesh, &export_desc, NULL, 0, &size));
    export_desc.size = 2;
    export_desc.flags = ATT3D_EXPORT_PIVOT_CENTRE;
    RETURNS(ATT3D_OK, att3d_mesh_encode(mesh, &export_desc, NULL, 0, &size));
    export_desc.metres_per_unit = 1;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_encode(mesh, &export_desc, NULL, 0, &size));
    export_desc.metres_per_unit = 0;
    export_desc.flags = ATT3D_EXPORT_UP_Z;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_encode(mesh, &export_desc, NULL, 0, &size));
    RETURNS(ATT3D_INVALID_ARGUMENT,
            att3d_meshes_write_frames((const att3d_mesh *const *)&mesh, 1, "/nowhere/x.glb", &export_desc));
    export_desc.format = ATT3D_MESH_PLY;
    RETURNS(ATT3D_OK, att3d_mesh_encode(mesh, &export_desc, NULL, 0, &size));
    export_desc.size = -1;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_encode(mesh, &export_desc, NULL, 0, &size));
    export_desc.size = 0;
    export_desc.flags = ATT3D_EXPORT_KEEP_PIVOT | ATT3D_EXPORT_PIVOT_CENTRE;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_encode(mesh, &export_desc, NULL, 0, &size));
    SIZES(view, 16 + 6 * sizeof(void *), att3d_mesh_get_view(mesh, &view));
    SIZES(mesh_info, 48, att3d_mesh_get_info(mesh, &mesh_info));
    SIZES(job_info, sizeof job_info, att3d_job_get_info(job, &job_info));
    SIZES(live_info, 608, att3d_live_get_info(live, &live_info));

    /* A field of a newer ABI is accepted while it is 0 and refused otherwise. In an output it becomes 0. */
    memset(&newer, 0, sizeof newer);
    newer.desc = small();
    newer.desc.struct_size = sizeof newer;
    RETURNS(ATT3D_OK, att3d_generate(model, "a pig", &newer.desc, &made));
    att3d_mesh_free(made);
    newer.later = 1;
    newer.desc.progress_release = count_release;
    newer.desc.progress_user = &released;
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
    char buffer[16];
    size_t size = 0;

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
    context_desc.reserved = 1;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_context_create(&context_desc, &other));
    context_desc.reserved = 0;
    /* The fields of the embedded engine need little memory, so any limit is accepted. */
    context_desc.field_memory = 1;
    RETURNS(ATT3D_OK, att3d_context_create(&context_desc, &other));
    att3d_context_free(other);
    other = NULL;
    context_desc.field_memory = 0;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_device_get_info(1000, &device_info));
    HOLDS(!other);

    RETURNS(ATT3D_IO, att3d_model_load_file(context, "/nowhere/at/all.att3d", &other_model));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_model_load_file(context, not_utf8, &other_model));
    RETURNS(ATT3D_FORMAT, att3d_model_load_memory(context, "nonsense", 8, &other_model));
    RETURNS(ATT3D_FORMAT, att3d_model_load_memory(context, "", 0, &other_model));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_model_load_memory(context, "x", (size_t)-1, &other_model));
    load.struct_size = sizeof load;
    load.size = 5;
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_load(context, &load, &other_model));
    load.bytes = "x";
    RETURNS(ATT3D_FORMAT, att3d_model_load(context, &load, &other_model));
    load.size = 0;
    RETURNS(ATT3D_FORMAT, att3d_model_load(context, &load, &other_model));
    load.path = "/nowhere/at/all.att3d";
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_model_load(context, &load, &other_model));
    load.bytes = NULL;
    RETURNS(ATT3D_IO, att3d_model_load(context, &load, &other_model));
    load.reserved = 1;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_model_load(context, &load, &other_model));
    HOLDS(!other_model);

    RETURNS(ATT3D_PROMPT, att3d_latent_from_prompt(model, "", &other_latent));
    RETURNS(ATT3D_PROMPT, att3d_latent_from_prompt(model, "  \t\n", &other_latent));
    RETURNS(ATT3D_PROMPT, att3d_latent_from_prompt(model, "quark", &other_latent));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_latent_from_prompt(model, not_utf8, &other_latent));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_latent_from_prompt(model, long_prompt, &other_latent));
    long_prompt[200000] = 0;
    RETURNS(ATT3D_PROMPT, att3d_latent_from_prompt(model, long_prompt, &other_latent));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_latent_from_prompts(model, &prompt, 0, many));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_latent_from_prompts(model, &prompt, 1025, many));
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
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_shape_from_triangles(points, 1, far_index, 1, &shape));
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
    surface.struct_size = sizeof surface;
    surface.positions = corners;
    surface.vertex_count = 3;
    surface.indices = far_index;
    surface.triangle_count = 1;
    surface.flags = 2;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_shape_from_surface(&surface, &shape));
    surface.flags = ATT3D_SURFACE_FIT;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_field_paint(field, &surface, NULL, &made));
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
    HOLDS(shape_info.point_count == 4096 && shape_info.keep == 0.5f && shape_info.has_frame == 1 && shape_info.units > 0);
    RETURNS(ATT3D_OK, att3d_field_from_latent(latent, other_shape, &other_field));
    att3d_shape_free(shape);
    att3d_shape_free(other_shape);
    surface.flags = 0;
    desc.texture_size = 64;
    SIZES(surface, 8 + 7 * sizeof(void *), att3d_field_paint(other_field, &surface, &desc, &made));
    HOLDS(made);
    export_desc.flags = ATT3D_EXPORT_PLACE_OF_SHAPE;
    RETURNS(ATT3D_OK, att3d_mesh_encode(made, &export_desc, NULL, 0, &size));
    export_desc.flags = ATT3D_EXPORT_PLACE_OF_SHAPE | ATT3D_EXPORT_KEEP_PIVOT;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_encode(made, &export_desc, NULL, 0, &size));
    export_desc.flags = ATT3D_EXPORT_PLACE_OF_SHAPE;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_encode(mesh, &export_desc, NULL, 0, &size));
    export_desc.flags = 0;
    size = 0;
    att3d_mesh_free(made);
    made = NULL;
    surface.uvs = uvs;
    RETURNS(ATT3D_OK, att3d_field_paint(other_field, &surface, &desc, &made));
    att3d_mesh_free(made);
    made = NULL;
    desc.triangle_budget = 100;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_field_paint(other_field, &surface, &desc, &made));
    desc.triangle_budget = 0;
    desc.seed = 1;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_field_paint(other_field, &surface, &desc, &made));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate_from_field(other_field, &desc, &made));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate_from_latent(latent, &desc, &made));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate_morph(latents, 2, &desc, NULL, &made));
    desc = small();
    surface.uvs = NULL;
    att3d_field_free(other_field);
    other_field = NULL;
    HOLDS(!made);
    RETURNS(ATT3D_IO, att3d_restyle_file(model, "/nowhere/at/all.glb", prompt, &desc, 0, "/nowhere/y.glb"));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_restyle_file(model, "x.glb", prompt, &desc, 2, "y.glb"));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_restyle_file(model, not_utf8, prompt, &desc, 0, "y.glb"));

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
    desc = small();
    desc.reserved = 1;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_generate(model, "a pig", &desc, &made));
    desc = small();
    desc.seed = 1;
    RETURNS(ATT3D_OK, att3d_generate(model, "a pig", &desc, &made));
    att3d_mesh_free(made);
    made = NULL;
    RETURNS(ATT3D_PROMPT, att3d_latent_from_variant(model, "quark", 1, &other_latent));
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
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_job_start(model, not_utf8, &desc, &other_job));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_live_set_prompt(live, not_utf8, 1, NULL));
    RETURNS(ATT3D_OK, att3d_job_start(model, "quark", &desc, &other_job));
    RETURNS(ATT3D_OK, att3d_job_wait(other_job, ATT3D_FOREVER));
    RETURNS(ATT3D_PROMPT, att3d_job_take_mesh(other_job, &made));
    RETURNS(ATT3D_PROMPT, att3d_job_take_mesh(other_job, &made));
    att3d_job_free(other_job);
    HOLDS(!made);

    export_desc.format = 5;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_encode(mesh, &export_desc, NULL, 0, &size));
    export_desc.format = 0;
    export_desc.flags = 64;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_encode(mesh, &export_desc, NULL, 0, &size));
    export_desc.flags = 0;
    export_desc.metres_per_unit = -1;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_encode(mesh, &export_desc, NULL, 0, &size));
    export_desc.metres_per_unit = not_finite[1];
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_encode(mesh, &export_desc, NULL, 0, &size));
    HOLDS(size == 0);
    RETURNS(ATT3D_BUFFER_TOO_SMALL, att3d_mesh_encode(mesh, NULL, buffer, sizeof buffer, &size));
    HOLDS(size > sizeof buffer);
    size = 0;
    RETURNS(ATT3D_BUFFER_TOO_SMALL, att3d_mesh_encode(mesh, NULL, buffer, 0, &size));
    HOLDS(size > sizeof buffer);
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_write_file(mesh, "mesh.fbx", NULL));
    RETURNS(ATT3D_IO, att3d_mesh_write_file(mesh, "/nowhere/at/all.glb", NULL));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_write_file(mesh, not_utf8, NULL));
    free(long_prompt);
}

/* Passes a handle of one kind where another is expected. */
static void kinds(void) {
    att3d_latent *made = NULL;
    att3d_mesh_view view = {0};
    view.struct_size = sizeof view;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_latent_from_prompt((att3d_model *)context, "a pig", &made));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_get_view((att3d_mesh *)model, &view));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_job_cancel((att3d_job *)mesh));
    att3d_mesh_free((att3d_mesh *)model); /* has no effect */
    RETURNS(ATT3D_OK, att3d_latent_from_prompt(model, "a pig", &made));
    att3d_latent_free(made);
}

/* Frees seven handles in many orders; the remaining ones still work. */
enum { CONTEXT, MODEL, LATENT, FIELD, MESH, JOB, LIVE, KINDS };

struct family {
    att3d_context *context;
    att3d_model *model;
    att3d_latent *latent;
    att3d_field *field;
    att3d_mesh *mesh;
    att3d_job *job;
    att3d_live *live;
};

static void bear(struct family *family) {
    att3d_generate_desc desc = small();
    RETURNS(ATT3D_OK, att3d_context_create(NULL, &family->context));
    RETURNS(ATT3D_OK, att3d_model_load_bundled(family->context, &family->model));
    RETURNS(ATT3D_OK, att3d_latent_from_prompt(family->model, "a pig", &family->latent));
    RETURNS(ATT3D_OK, att3d_field_from_latent(family->latent, NULL, &family->field));
    RETURNS(ATT3D_OK, att3d_generate_from_field(family->field, &desc, &family->mesh));
    RETURNS(ATT3D_OK, att3d_job_start_latent(family->latent, &desc, &family->job));
    RETURNS(ATT3D_OK, att3d_live_create(family->model, &desc, &family->live));
}

static void bury(struct family *family, int kind) {
    switch (kind) {
    case CONTEXT: att3d_context_free(family->context); family->context = NULL; break;
    case MODEL: att3d_model_free(family->model); family->model = NULL; break;
    case LATENT: att3d_latent_free(family->latent); family->latent = NULL; break;
    case FIELD: att3d_field_free(family->field); family->field = NULL; break;
    case MESH: att3d_mesh_free(family->mesh); family->mesh = NULL; break;
    case JOB: att3d_job_free(family->job); family->job = NULL; break;
    default: att3d_live_free(family->live); family->live = NULL; break;
    }
}

static void use(const struct family *family) {
    const float point[3] = {0, 0, 0};
    float value = 0;
    att3d_sample_desc sample = {0};
    att3d_latent *made = NULL;
    att3d_field *other = NULL;
    att3d_mesh *taken = NULL;
    size_t size = 0;

    sample.struct_size = sizeof sample;
    sample.values = &value;
    if (family->context) RETURNS(ATT3D_OK, att3d_context_trim(family->context));
    if (family->model) RETURNS(ATT3D_OK, att3d_latent_from_prompt(family->model, "a pig", &made));
    if (family->latent) RETURNS(ATT3D_OK, att3d_field_from_latent(family->latent, NULL, &other));
    if (family->field) RETURNS(ATT3D_OK, att3d_field_sample(family->field, point, 1, &sample));
    if (family->mesh) RETURNS(ATT3D_OK, att3d_mesh_encode(family->mesh, NULL, NULL, 0, &size));
    if (family->job) RETURNS(ATT3D_OK, att3d_job_wait(family->job, ATT3D_FOREVER));
    if (family->live) {
        RETURNS(ATT3D_OK, att3d_live_set_prompt(family->live, "a pig", 0, NULL));
        RETURNS(ATT3D_OK, att3d_live_wait(family->live, ATT3D_FOREVER));
        RETURNS(ATT3D_OK, att3d_live_take_mesh(family->live, &taken, NULL));
    }
    att3d_mesh_free(taken);
    att3d_field_free(other);
    att3d_latent_free(made);
}

static void orders(void) {
    int order[KINDS], round, step;
    uint32_t random = 1;
    for (step = 0; step < KINDS; step++) order[step] = step;
    for (round = 0; round < 40; round++) {
        struct family family;
        /* In ascending order, in descending order, then shuffled (Fisher and Yates; generator of Numerical
         * Recipes). */
        for (step = KINDS - 1; round > 1 && step > 0; step--) {
            int other, kept = order[step];
            random = random * 1664525u + 1013904223u;
            other = (int)((random >> 16) % (uint32_t)(step + 1));
            order[step] = order[other];
            order[other] = kept;
        }
        bear(&family);
        for (step = 0; step < KINDS; step++) {
            bury(&family, order[round == 1 ? KINDS - 1 - step : step]);
            if (round < 8) use(&family);
        }
    }
}

/* The text of a failure remains after later calls of the free functions. */
static void last_error(void) {
    att3d_mesh *made = NULL;
    att3d_latent *other = NULL;
    RETURNS(ATT3D_OK, att3d_latent_from_prompt(model, "a pig", &other));
    HOLDS(*att3d_last_error() == 0);
    RETURNS(ATT3D_PROMPT, att3d_generate(model, "", NULL, &made));
    att3d_latent_free(other);
    att3d_mesh_free(made);
    HOLDS(strstr(att3d_last_error(), "empty") != NULL);
    HOLDS(strcmp(att3d_status_name(ATT3D_PROMPT), "ATT3D_PROMPT") == 0);
    HOLDS(strcmp(att3d_status_name(-1), "unknown") == 0);
    HOLDS(strcmp(att3d_status_name(1000000), "unknown") == 0);
}

/* Tests readings of prompts, and prompts that are refused. */
static void readings(void) {
    static const char *const expected[] = {"a green truck", "truck", "green", "monster", "", "a green truck (left out: monster)"};
    att3d_reading *reading = NULL;
    const char *text = NULL;
    size_t index;

    RETURNS(ATT3D_OK, att3d_model_read(model, "a green monster truck", 0, &reading));
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

int main(void) {
    att3d_generate_desc desc = small();
    RETURNS(ATT3D_OK, att3d_context_create(NULL, &context));
    RETURNS(ATT3D_OK, att3d_model_load_bundled(context, &model));
    RETURNS(ATT3D_OK, att3d_latent_from_prompt(model, "a pig wearing a party hat", &latent));
    RETURNS(ATT3D_OK, att3d_field_from_latent(latent, NULL, &field));
    RETURNS(ATT3D_OK, att3d_generate_from_field(field, &desc, &mesh));
    RETURNS(ATT3D_OK, att3d_job_start_latent(latent, &desc, &job));
    RETURNS(ATT3D_OK, att3d_live_create(model, &desc, &live));
    nulls();
    readings();
    sizes();
    values();
    kinds();
    orders();
    last_error();
    att3d_job_free(job);
    att3d_live_free(live);
    att3d_mesh_free(mesh);
    att3d_field_free(field);
    att3d_latent_free(latent);
    att3d_model_free(model);
    att3d_context_free(context);
    printf("misuse: %d rows hold\n", test_rows);
    return 0;
}
