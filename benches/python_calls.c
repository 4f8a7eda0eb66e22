/* Times att3d_generate and the view of its mesh, for benches/python_calls.py.
 *
 * For each line on standard input, generates the mesh once more and prints the milliseconds.
 */
#include <att3d.h>

#include <stdio.h>
#include <time.h>

static double milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

int main(int count, char **arguments) {
    att3d_context *context = NULL;
    att3d_model *model = NULL;
    att3d_context_desc where = {0};
    att3d_generate_desc desc = {0};
    char line[16];
    if (count != 2) return 2;
    where.struct_size = sizeof where;
    where.thread_count = 2;
    desc.struct_size = sizeof desc;
    desc.resolution = 32;
    if (att3d_context_create(&where, &context) != ATT3D_OK || att3d_model_load(context, NULL, &model) != ATT3D_OK) {
        fprintf(stderr, "%s\n", att3d_last_error());
        return 1;
    }
    while (fgets(line, sizeof line, stdin)) {
        att3d_mesh *mesh = NULL;
        att3d_mesh_view view = {0};
        double begun = milliseconds();
        view.struct_size = sizeof view;
        if (att3d_generate(model, arguments[1], &desc, &mesh) != ATT3D_OK || att3d_mesh_get_view(mesh, &view) != ATT3D_OK) {
            fprintf(stderr, "%s\n", att3d_last_error());
            return 1;
        }
        att3d_mesh_free(mesh);
        printf("%f\n", milliseconds() - begun);
        fflush(stdout);
    }
    att3d_model_free(model);
    att3d_context_free(context);
    return 0;
}
