/* Samples the field of a prompt at given points, as for collision, voxels or particles. Prints a slice of the
 * object.
 *
 *     cc examples/c/sample_field.c $(pkg-config --cflags --libs att3d) -o sample_field
 *     ./sample_field "a tiger wearing a sombrero"
 */
#include <att3d.h>

#include <stdio.h>

enum { COLUMNS = 72, ROWS = 36 };

int main(int count, char **arguments) {
    static float points[ROWS * COLUMNS][3];
    static float distances[ROWS * COLUMNS];
    const char *prompt = count > 1 ? arguments[1] : "a pig wearing a party hat";
    att3d_context *context = NULL;
    att3d_model *model = NULL;
    att3d_latent *latent = NULL;
    att3d_field *field = NULL;
    att3d_sample_desc wanted = {0};
    att3d_status status;
    int row, column;

    /* Object space is [-1, 1] along each axis, +Y up. The slice is x = 0, seen from the side. */
    for (row = 0; row < ROWS; row++) {
        for (column = 0; column < COLUMNS; column++) {
            float *point = points[row * COLUMNS + column];
            point[0] = 0.0f;
            point[1] = 1.0f - 2.0f * ((float)row + 0.5f) / ROWS;
            point[2] = 2.0f * ((float)column + 0.5f) / COLUMNS - 1.0f;
        }
    }
    status = att3d_context_create(NULL, &context);
    if (status == ATT3D_OK) status = att3d_model_load(context, NULL, &model);
    if (status == ATT3D_OK) status = att3d_latent_from_prompt(model, prompt, 0, &latent);
    if (status == ATT3D_OK) status = att3d_field_from_latent(latent, NULL, &field);
    if (status == ATT3D_OK) {
        wanted.struct_size = sizeof wanted;
        wanted.values = distances;
        status = att3d_field_sample(field, points[0], ROWS * COLUMNS, &wanted);
    }
    if (status != ATT3D_OK) {
        fprintf(stderr, "%s: %s\n", att3d_status_name(status), att3d_last_error());
    } else {
        for (row = 0; row < ROWS; row++) {
            for (column = 0; column < COLUMNS; column++) {
                float distance = distances[row * COLUMNS + column];
                putchar(distance < -0.05f ? '#' : distance < 0.0f ? '+' : distance < 0.05f ? '.' : ' ');
            }
            putchar('\n');
        }
    }
    att3d_field_free(field);
    att3d_latent_free(latent);
    att3d_model_free(model);
    att3d_context_free(context);
    return status == ATT3D_OK ? 0 : 1;
}
