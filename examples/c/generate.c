/* Generates a GLB file from a prompt and prints the progress: the smallest complete program.
 *
 *     cc examples/c/generate.c $(pkg-config --cflags --libs att3d) -o generate
 *     ./generate "a pig wearing a party hat" pig.glb
 */
#include <att3d.h>

#include <stdio.h>

static uint32_t show_progress(void *user, float fraction) {
    (void)user;
    fprintf(stderr, "\r%3.0f %%", 100.0 * fraction);
    return 0; /* a value other than 0 stops the work */
}

int main(int count, char **arguments) {
    const char *prompt = count > 1 ? arguments[1] : "a pig wearing a party hat";
    const char *path = count > 2 ? arguments[2] : "pig.glb";
    att3d_context *context = NULL;
    att3d_model *model = NULL;
    att3d_mesh *mesh = NULL;
    att3d_reading *reading = NULL;
    const char *understood = "";
    att3d_mesh_view view = {0};
    att3d_generate_desc desc = {0};
    att3d_status status;

    desc.struct_size = sizeof desc;
    desc.resolution = 128;
    desc.progress.callback = show_progress;
    view.struct_size = sizeof view;

    status = att3d_context_create(NULL, &context);
    if (status == ATT3D_OK) status = att3d_model_load(context, NULL, &model);
    if (status == ATT3D_OK) status = att3d_generate(model, prompt, &desc, &mesh);
    if (status == ATT3D_OK) status = att3d_mesh_get_reading(mesh, &reading);
    if (status == ATT3D_OK) status = att3d_reading_get_understood(reading, &understood);
    if (status == ATT3D_OK) status = att3d_mesh_get_view(mesh, &view);
    if (status == ATT3D_OK) status = att3d_mesh_write_file(mesh, path, NULL);

    if (status != ATT3D_OK) {
        fprintf(stderr, "\n%s: %s\n", att3d_status_name(status), att3d_last_error());
    } else {
        /* The text is empty if the model understood the whole prompt. */
        if (*understood) fprintf(stderr, "\nunderstood: %s", understood);
        printf("\n%s: %u triangles\n", path, (unsigned)view.triangle_count);
    }
    /* Handles may be freed in any order, and NULL is allowed. */
    att3d_context_free(context);
    att3d_model_free(model);
    att3d_reading_free(reading);
    att3d_mesh_free(mesh);
    return status == ATT3D_OK ? 0 : 1;
}
