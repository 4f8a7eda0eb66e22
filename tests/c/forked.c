/* Tests the handles of a process in a child process that fork() made. In the child, each call with such a
 * handle returns a status immediately, and a new context works. */
#include "test.h"

#include <sys/wait.h>
#include <unistd.h>

static att3d_context *context;
static att3d_model *model;
static att3d_latent *latent;
static att3d_shape *shape;
static att3d_field *field;
static att3d_mesh *mesh;
static att3d_buffer *buffer;
static att3d_reading *reading;
static att3d_job *job;
static att3d_live *live;

static void free_all(void) {
    att3d_job_free(job);
    att3d_live_free(live);
    att3d_buffer_free(buffer);
    att3d_reading_free(reading);
    att3d_mesh_free(mesh);
    att3d_field_free(field);
    att3d_shape_free(shape);
    att3d_latent_free(latent);
    att3d_model_free(model);
    att3d_context_free(context);
}

static void in_child(void) {
    att3d_generate_desc desc = {0};
    att3d_mesh_info info = {0};
    att3d_shape_info shape_info = {0};
    att3d_mesh *other_mesh = NULL;
    att3d_model *other_model = NULL;
    att3d_context *other_context = NULL;
    att3d_field *other_field = NULL;
    att3d_buffer *other_buffer = NULL;
    att3d_job *other_job = NULL;
    const void *bytes = NULL;
    const char *text = NULL;
    size_t size = 0;

    desc.struct_size = sizeof desc;
    desc.resolution = 16;
    info.struct_size = sizeof info;
    shape_info.struct_size = sizeof shape_info;
    RETURNS(ATT3D_FORKED, att3d_model_load(context, NULL, &other_model));
    RETURNS(ATT3D_FORKED, att3d_generate(model, "a pig", &desc, &other_mesh));
    HOLDS(strstr(att3d_last_error(), "forked") != NULL);
    RETURNS(ATT3D_FORKED, att3d_field_from_latent(latent, NULL, &other_field));
    RETURNS(ATT3D_FORKED, att3d_shape_get_info(shape, &shape_info));
    RETURNS(ATT3D_FORKED, att3d_generate_from_field(field, &desc, &other_mesh));
    RETURNS(ATT3D_FORKED, att3d_mesh_get_info(mesh, &info));
    RETURNS(ATT3D_FORKED, att3d_mesh_encode(mesh, NULL, &other_buffer));
    RETURNS(ATT3D_FORKED, att3d_buffer_get_bytes(buffer, &bytes, &size));
    RETURNS(ATT3D_FORKED, att3d_reading_get_phrase(reading, &text));
    RETURNS(ATT3D_FORKED, att3d_restyle(model, "x", 1, "a pig", NULL, &other_buffer));
    RETURNS(ATT3D_FORKED, att3d_job_generate(model, "a pig", &desc, &other_job));
    RETURNS(ATT3D_FORKED, att3d_job_wait(job, ATT3D_FOREVER));
    RETURNS(ATT3D_FORKED, att3d_job_take_mesh(job, &other_mesh));
    RETURNS(ATT3D_FORKED, att3d_live_set_prompt(live, "a tiger", 0, NULL));
    free_all();

    RETURNS(ATT3D_OK, att3d_context_create(NULL, &other_context));
    RETURNS(ATT3D_OK, att3d_model_load(other_context, NULL, &other_model));
    desc.texture_size = 64;
    desc.triangle_budget = 300;
    desc.level_count = 1;
    RETURNS(ATT3D_OK, att3d_generate(other_model, "a pig", &desc, &other_mesh));
    RETURNS(ATT3D_OK, att3d_mesh_get_info(other_mesh, &info));
    att3d_mesh_free(other_mesh);
    att3d_model_free(other_model);
    att3d_context_free(other_context);
}

int main(void) {
    const float points[9] = {0, 0, 0, 1, 0, 0, 0, 1, 0};
    att3d_generate_desc desc = {0};
    pid_t child;
    int status = 0;

    desc.struct_size = sizeof desc;
    desc.resolution = 32;
    desc.triangle_budget = 300;
    RETURNS(ATT3D_OK, att3d_context_create(NULL, &context));
    RETURNS(ATT3D_OK, att3d_model_load(context, NULL, &model));
    RETURNS(ATT3D_OK, att3d_latent_from_prompt(model, "a pig", 0, &latent));
    RETURNS(ATT3D_OK, att3d_shape_from_points(points, 3, &shape));
    RETURNS(ATT3D_OK, att3d_field_from_latent(latent, NULL, &field));
    RETURNS(ATT3D_OK, att3d_generate_from_field(field, &desc, &mesh));
    RETURNS(ATT3D_OK, att3d_mesh_encode(mesh, NULL, &buffer));
    RETURNS(ATT3D_OK, att3d_mesh_get_reading(mesh, &reading));
    RETURNS(ATT3D_OK, att3d_live_create(model, &desc, &live));
    desc.resolution = 256;
    RETURNS(ATT3D_OK, att3d_job_generate(model, "a castle", &desc, &job));

    child = fork();
    HOLDS(child >= 0);
    if (child == 0) {
        /* SIGALRM ends a child that hangs. */
        alarm(60);
        in_child();
        _exit(0);
    }
    HOLDS(waitpid(child, &status, 0) == child);
    HOLDS(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    /* The parent's handles still work. */
    RETURNS(ATT3D_OK, att3d_job_wait(job, ATT3D_FOREVER));
    free_all();
    printf("forked: %d rows hold\n", test_rows);
    return 0;
}
