/* Generates two prompts in turn, 10,000 times at 32 cells. The resident memory must not grow by more than 2 %
 * after the first tenth. */
#include "process.h"

int main(int count, char **arguments) {
    static const char *const prompts[2] = {"a pig wearing a party hat", "a tiger riding a bicycle"};
    long rounds = count > 1 ? atol(arguments[1]) : 10000, round, early = 0, late;
    att3d_generate_desc desc = {0};
    att3d_context *context = NULL;
    att3d_model *model = NULL;
    desc.struct_size = sizeof desc;
    desc.resolution = 32;
    RETURNS(ATT3D_OK, att3d_context_create(NULL, &context));
    RETURNS(ATT3D_OK, att3d_model_load(context, NULL, &model));
    for (round = 0; round < rounds; round++) {
        att3d_mesh *mesh = NULL;
        RETURNS(ATT3D_OK, att3d_generate(model, prompts[round % 2], &desc, &mesh));
        att3d_mesh_free(mesh);
        if (round == rounds / 10) early = resident_memory();
    }
    late = resident_memory();
    printf("soak: %ld generations, %.1f MiB after a tenth, %.1f MiB at the end (%+.2f %%)\n", rounds,
           (double)early / 1024, (double)late / 1024, 100.0 * (double)(late - early) / (double)early);
    HOLDS(late * 100 <= early * 102);
    att3d_model_free(model);
    att3d_context_free(context);
    return 0;
}
