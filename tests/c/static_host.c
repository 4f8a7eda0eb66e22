/* A host that links the static library and has its own functions with the names of the library's
 * dependencies. */
#include <att3d.h>

#include <stdio.h>

/* meshoptimizer and the Rust standard library define functions with these names. The library must call those,
 * and not the functions of the host. */
size_t meshopt_simplify(void);
size_t meshopt_simplify(void) { return 7; }
size_t meshopt_generateVertexRemap(void);
size_t meshopt_generateVertexRemap(void) { return 8; }
void *rust_eh_personality(void);
void *rust_eh_personality(void) { return NULL; }

int main(void) {
    att3d_generate_desc desc = {0};
    att3d_context *context = NULL;
    att3d_model *model = NULL;
    att3d_mesh *mesh = NULL;

    desc.struct_size = sizeof desc;
    desc.resolution = 32;
    desc.triangle_budget = 200;
    desc.texture_size = 64;
    desc.level_count = 1;
    if (att3d_context_create(NULL, &context) || att3d_model_load(context, NULL, &model) ||
        att3d_generate(model, "a pig", &desc, &mesh)) {
        fprintf(stderr, "%s\n", att3d_last_error());
        return 1;
    }
    att3d_mesh_free(mesh);
    att3d_model_free(model);
    att3d_context_free(context);
    return meshopt_simplify() == 7 && meshopt_generateVertexRemap() == 8 ? 0 : 1;
}
