/* Tests NULL for every pointer, handles of another kind, and handles that are freed in many orders. */
#include "handles.h"

/* Passes NULL for every pointer parameter of every function except the job functions. */
static void nulls(void) {
    att3d_generate_desc desc = small();
    att3d_load_desc load = {0};
    const void *package = NULL;
    size_t package_size = 0;
    att3d_paint_desc paint = {0};
    att3d_restyle_desc restyle = {0};
    att3d_vertex_layout layout = {0};
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
    att3d_reading *reading = NULL, *other_reading = NULL;
    att3d_buffer *buffer = NULL;
    const void *bytes = NULL;
    size_t index;
    att3d_shape *shape = NULL;
    att3d_field *other_field = NULL;
    att3d_mesh *other_mesh = NULL;
    att3d_live *other_live = NULL;
    const char *text = NULL;
    const char *prompt = "a pig", *no_prompt = NULL;
    const att3d_latent *no_latent = NULL, *no_latents[2] = {latent, NULL};
    const att3d_mesh *no_mesh = NULL, *one_mesh = mesh;
    const att3d_latent *latents[1];
    const float weights[1] = {1.0f};
    const float points[9] = {0, 0, 0, 1, 0, 0, 0, 1, 0};
    const uint32_t indices[3] = {0, 1, 2};
    float values[3];
    size_t size = 0;
    att3d_sample_desc sample = {0};
    att3d_surface_desc surface = {0};
    att3d_shape_info shape_info = {0};

    load.struct_size = sizeof load;
    paint.struct_size = sizeof paint;
    restyle.struct_size = sizeof restyle;
    layout.struct_size = sizeof layout;
    layout.stride = 12;
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
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_load(NULL, &load, &other_model));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_load(context, &load, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_load(NULL, NULL, &other_model));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_load(context, NULL, NULL));
    load.path = "x";
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_load(NULL, &load, &other_model));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_load(context, &load, NULL));
    load.path = NULL;
    load.size = 1;
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_load(context, &load, &other_model));
    load.bytes = "x";
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_load(NULL, &load, &other_model));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_load(context, &load, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_describe(NULL, &load, &other_model));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_model_describe(context, NULL, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_bundled_package(NULL, &package_size));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_bundled_package(&package, NULL));
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
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_from_prompt(NULL, prompt, 0, &other_latent));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_from_prompt(model, NULL, 0, &other_latent));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_from_prompt(model, prompt, 0, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latents_from_prompts(NULL, &prompt, 1, &other_latent));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latents_from_prompts(model, NULL, 1, &other_latent));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latents_from_prompts(model, &no_prompt, 1, &other_latent));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latents_from_prompts(model, &prompt, 1, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_mix(NULL, weights, 1, &other_latent));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_mix(&no_latent, weights, 1, &other_latent));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_mix(latents, NULL, 1, &other_latent));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_mix(latents, weights, 1, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_add_offset(NULL, "pig.offset", &other_latent));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_add_offset(latent, NULL, &other_latent));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_add_offset(latent, "pig.offset", NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_get_reading(NULL, &other_reading));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_latent_get_reading(latent, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_shape_from_points(NULL, 3, &shape));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_shape_from_points(points, 3, NULL));
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
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_paint(NULL, &surface, &paint, &other_mesh));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_paint(field, NULL, &paint, &other_mesh));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_paint(field, &surface, &paint, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_restyle(NULL, "x", 1, prompt, &restyle, &buffer));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_restyle(model, NULL, 1, prompt, &restyle, &buffer));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_restyle(model, NULL, 0, prompt, &restyle, &buffer));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_restyle(model, "x", 1, NULL, &restyle, &buffer));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_restyle(model, "x", 1, prompt, &restyle, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_restyle_file(NULL, "x.glb", prompt, &restyle, "y.glb"));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_restyle_file(model, NULL, prompt, &restyle, "y.glb"));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_restyle_file(model, "x.glb", NULL, &restyle, "y.glb"));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_restyle_file(model, "x.glb", prompt, &restyle, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_buffer_get_bytes(NULL, &bytes, &size));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_field_from_latent(NULL, NULL, &other_field));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_field_from_latent(latent, NULL, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_fields_from_latents(NULL, 1, NULL, &other_field));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_fields_from_latents(&no_latent, 1, NULL, &other_field));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_fields_from_latents(latents, 1, NULL, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_field_get_info(NULL, &field_info));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_field_get_info(field, NULL));
    sample.struct_size = sizeof sample;
    RETURNS(ATT3D_OK, att3d_field_sample(field, points, 3, &sample));
    RETURNS(ATT3D_OK, att3d_field_sample(field, NULL, 0, &sample));
    sample.values = values;
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_field_sample(NULL, points, 3, &sample));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_field_sample(field, NULL, 3, &sample));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_field_sample(field, points, 3, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_generate(NULL, prompt, &desc, &other_mesh));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_generate(model, NULL, &desc, &other_mesh));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_generate(model, prompt, &desc, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_generate_from_latent(NULL, &desc, &other_mesh));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_generate_from_latent(latent, &desc, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_generate_from_field(NULL, &desc, &other_mesh));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_generate_from_field(field, &desc, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_generate_frames(NULL, 1, &desc, &other_mesh));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_generate_frames(&no_latent, 1, &desc, &other_mesh));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_generate_frames(both, 2, &desc, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_get_info(NULL, &job_info));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_get_info(job, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_wait(NULL, 0));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_cancel(NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_take_mesh(NULL, &other_mesh));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_take_mesh(job, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_take_buffer(NULL, &buffer));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_take_buffer(job, NULL));
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
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_hull(NULL, 0, &view));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_hull(mesh, 0, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_copy_vertices(NULL, &layout, drawn, sizeof drawn));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_copy_vertices(mesh, NULL, drawn, sizeof drawn));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_copy_vertices(mesh, &layout, NULL, sizeof drawn));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_copy_indices(NULL, 0, 4, drawn, sizeof drawn));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_copy_indices(mesh, 0, 4, NULL, sizeof drawn));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_target(NULL, 0, &target));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_target(mesh, 0, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_morph(NULL, 2, &desc, NULL, &other_mesh));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_morph(no_latents, 2, &desc, NULL, &other_mesh));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_morph(both, 2, &desc, NULL, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_meshes_write_file(NULL, 1, "x.glb", NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_meshes_write_file(&no_mesh, 1, "x.glb", NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_meshes_write_file(&one_mesh, 1, NULL, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_meshes_encode(NULL, 1, NULL, &buffer));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_meshes_encode(&no_mesh, 1, NULL, &buffer));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_meshes_encode(&one_mesh, 1, NULL, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_report(NULL, &report));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_report(mesh, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_info(NULL, &mesh_info));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_info(mesh, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_prompt(NULL, &text));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_prompt(mesh, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_reading(NULL, &other_reading));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_get_reading(mesh, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_write_file(NULL, "x.glb", NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_write_file(mesh, NULL, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_encode(NULL, NULL, &buffer));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_encode(mesh, NULL, NULL));

    /* The failed calls wrote nothing. */
    HOLDS(!other_context && !other_model && !other_latent && !other_reading && !shape && !other_field);
    HOLDS(!other_mesh && !buffer && !bytes && !other_live && !text && size == 0);
    RETURNS(ATT3D_OK, att3d_mesh_encode(mesh, NULL, &buffer));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_buffer_get_bytes(buffer, NULL, &size));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_buffer_get_bytes(buffer, &bytes, NULL));
    HOLDS(!bytes && size == 0);
    att3d_buffer_free(buffer);
}

/* Passes NULL for every pointer parameter of the functions that start a job. */
static void nulls_of_jobs(void) {
    const float points[9] = {0, 0, 0, 1, 0, 0, 0, 1, 0};
    const uint32_t indices[3] = {0, 1, 2};
    const att3d_latent *both[2] = {latent, latent}, *no_latents[2] = {latent, NULL};
    const char *prompt = "a pig";
    att3d_generate_desc desc = small();
    att3d_surface_desc surface = {0};
    att3d_job *other = NULL;

    surface.struct_size = sizeof surface;
    surface.positions = points;
    surface.vertex_count = 3;
    surface.indices = indices;
    surface.triangle_count = 1;
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_generate(NULL, prompt, &desc, &other));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_generate(model, NULL, &desc, &other));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_generate(model, prompt, &desc, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_generate_from_latent(NULL, &desc, &other));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_generate_from_latent(latent, &desc, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_generate_from_field(NULL, &desc, &other));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_generate_from_field(field, &desc, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_generate_frames(NULL, 2, &desc, &other));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_generate_frames(no_latents, 2, &desc, &other));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_generate_frames(both, 2, &desc, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_morph(NULL, 2, &desc, NULL, &other));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_morph(no_latents, 2, &desc, NULL, &other));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_morph(both, 2, &desc, NULL, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_paint(NULL, &surface, NULL, &other));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_paint(field, NULL, NULL, &other));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_paint(field, &surface, NULL, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_restyle(NULL, "x", 1, prompt, NULL, &other));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_restyle(model, NULL, 1, prompt, NULL, &other));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_restyle(model, "x", 1, NULL, NULL, &other));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_restyle(model, "x", 1, prompt, NULL, NULL));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_restyle_file(NULL, "x.glb", prompt, NULL, "y.glb", &other));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_restyle_file(model, NULL, prompt, NULL, "y.glb", &other));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_restyle_file(model, "x.glb", NULL, NULL, "y.glb", &other));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_restyle_file(model, "x.glb", prompt, NULL, NULL, &other));
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_job_restyle_file(model, "x.glb", prompt, NULL, "y.glb", NULL));
    HOLDS(!other);
}

/* Freeing NULL does nothing. */
static void frees(void) {
    att3d_context_free(NULL);
    att3d_model_free(NULL);
    att3d_reading_free(NULL);
    att3d_latent_free(NULL);
    att3d_shape_free(NULL);
    att3d_field_free(NULL);
    att3d_mesh_free(NULL);
    att3d_buffer_free(NULL);
    att3d_job_free(NULL);
    att3d_live_free(NULL);
}

/* Passes a handle of one kind where another is expected. */
static void kinds(void) {
    att3d_latent *made = NULL;
    att3d_buffer *buffer = NULL;
    const void *bytes = NULL;
    size_t size = 0;
    att3d_mesh_view view = {0};
    view.struct_size = sizeof view;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_latent_from_prompt((att3d_model *)context, "a pig", 0, &made));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_get_view((att3d_mesh *)model, &view));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_job_cancel((att3d_job *)mesh));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_buffer_get_bytes((att3d_buffer *)mesh, &bytes, &size));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_job_take_buffer((att3d_job *)live, &buffer));
    HOLDS(!bytes && size == 0 && !buffer);
    att3d_mesh_free((att3d_mesh *)model); /* has no effect */
    RETURNS(ATT3D_OK, att3d_latent_from_prompt(model, "a pig", 0, &made));
    att3d_latent_free(made);
}

/* Frees nine handles in many orders. After each free, the remaining handles must still work. */
enum { CONTEXT, MODEL, LATENT, FIELD, MESH, BUFFER, READING, JOB, LIVE, KINDS };

struct family {
    att3d_context *context;
    att3d_model *model;
    att3d_latent *latent;
    att3d_field *field;
    att3d_mesh *mesh;
    att3d_buffer *buffer;
    att3d_reading *reading;
    att3d_job *job;
    att3d_live *live;
};

static void bear(struct family *family) {
    att3d_generate_desc desc = small();
    RETURNS(ATT3D_OK, att3d_context_create(NULL, &family->context));
    RETURNS(ATT3D_OK, att3d_model_load(family->context, NULL, &family->model));
    RETURNS(ATT3D_OK, att3d_latent_from_prompt(family->model, "a pig", 0, &family->latent));
    RETURNS(ATT3D_OK, att3d_field_from_latent(family->latent, NULL, &family->field));
    RETURNS(ATT3D_OK, att3d_generate_from_field(family->field, &desc, &family->mesh));
    RETURNS(ATT3D_OK, att3d_mesh_encode(family->mesh, NULL, &family->buffer));
    RETURNS(ATT3D_OK, att3d_latent_get_reading(family->latent, &family->reading));
    RETURNS(ATT3D_OK, att3d_job_generate_from_latent(family->latent, &desc, &family->job));
    RETURNS(ATT3D_OK, att3d_live_create(family->model, &desc, &family->live));
}

static void bury(struct family *family, int kind) {
    switch (kind) {
    case CONTEXT: att3d_context_free(family->context); family->context = NULL; break;
    case MODEL: att3d_model_free(family->model); family->model = NULL; break;
    case LATENT: att3d_latent_free(family->latent); family->latent = NULL; break;
    case FIELD: att3d_field_free(family->field); family->field = NULL; break;
    case MESH: att3d_mesh_free(family->mesh); family->mesh = NULL; break;
    case BUFFER: att3d_buffer_free(family->buffer); family->buffer = NULL; break;
    case READING: att3d_reading_free(family->reading); family->reading = NULL; break;
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
    att3d_buffer *encoded = NULL;
    const void *bytes = NULL;
    const char *text = NULL;
    size_t size = 0;

    sample.struct_size = sizeof sample;
    sample.values = &value;
    if (family->context) RETURNS(ATT3D_OK, att3d_context_trim(family->context));
    if (family->model) RETURNS(ATT3D_OK, att3d_latent_from_prompt(family->model, "a pig", 0, &made));
    if (family->latent) RETURNS(ATT3D_OK, att3d_field_from_latent(family->latent, NULL, &other));
    if (family->field) RETURNS(ATT3D_OK, att3d_field_sample(family->field, point, 1, &sample));
    if (family->mesh) RETURNS(ATT3D_OK, att3d_mesh_encode(family->mesh, NULL, &encoded));
    if (family->buffer) {
        RETURNS(ATT3D_OK, att3d_buffer_get_bytes(family->buffer, &bytes, &size));
        HOLDS(size > 4 && memcmp(bytes, "glTF", 4) == 0);
    }
    if (family->reading) {
        RETURNS(ATT3D_OK, att3d_reading_get_phrase(family->reading, &text));
        HOLDS(strcmp(text, "a pig") == 0);
    }
    if (family->job) RETURNS(ATT3D_OK, att3d_job_wait(family->job, ATT3D_FOREVER));
    if (family->live) {
        RETURNS(ATT3D_OK, att3d_live_set_prompt(family->live, "a pig", 0, NULL));
        RETURNS(ATT3D_OK, att3d_live_wait(family->live, ATT3D_FOREVER));
        RETURNS(ATT3D_OK, att3d_live_take_mesh(family->live, &taken, NULL));
    }
    att3d_buffer_free(encoded);
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
    RETURNS(ATT3D_OK, att3d_latent_from_prompt(model, "a pig", 0, &other));
    HOLDS(*att3d_last_error() == 0);
    RETURNS(ATT3D_PROMPT, att3d_generate(model, "", NULL, &made));
    att3d_latent_free(other);
    att3d_mesh_free(made);
    HOLDS(strstr(att3d_last_error(), "empty") != NULL);
    HOLDS(strcmp(att3d_status_name(ATT3D_PROMPT), "ATT3D_PROMPT") == 0);
    HOLDS(strcmp(att3d_status_name(-1), "unknown") == 0);
    HOLDS(strcmp(att3d_status_name(1000000), "unknown") == 0);
}

int main(void) {
    make_handles();
    nulls();
    nulls_of_jobs();
    frees();
    kinds();
    orders();
    last_error();
    free_handles();
    printf("nulls: %d rows hold\n", test_rows);
    return 0;
}
