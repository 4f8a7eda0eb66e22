/* Measures the memory of models and contexts, and how much is returned when they are freed; see memory.sh. */
#include <att3d.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define OK(call)                                                                          \
    do {                                                                                  \
        if ((call) != ATT3D_OK) {                                                         \
            fprintf(stderr, "%s: %s\n", #call, att3d_last_error());                       \
            exit(1);                                                                      \
        }                                                                                 \
    } while (0)

/* Returns the resident memory of this process in MB. */
static double resident(void) {
    long pages = 0, held = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%ld %ld", &pages, &held) != 2) exit(1);
    fclose(file);
    return (double)held * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

static void row(const char *what, double from) { printf("| %s | %.0f MB |\n", what, resident() - from); }

int main(int argc, char **argv) {
    enum { MODELS = 60, CONTEXTS = 200 };
    static att3d_model *models[CONTEXTS];
    static att3d_context *contexts[CONTEXTS];
    att3d_context_desc one_thread = {0};
    att3d_load_desc of_file = {0};
    att3d_generate_desc desc = {0};
    att3d_mesh *mesh = NULL;
    double begun = resident();
    int index;

    if (argc != 2) return 2;
    desc.struct_size = sizeof desc;
    desc.resolution = 64;
    one_thread.struct_size = sizeof one_thread;
    one_thread.thread_count = 1;
    of_file.struct_size = sizeof of_file;
    of_file.path = argv[1];
    OK(att3d_context_create(NULL, &contexts[0]));
    OK(att3d_model_load(contexts[0], NULL, &models[0]));
    OK(att3d_generate(models[0], "a pig", &desc, &mesh));
    att3d_mesh_free(mesh);
    row("one context, one bundled model, after a mesh", begun);
    att3d_model_free(models[0]);

    for (index = 0; index < MODELS; index++) OK(att3d_model_load(contexts[0], NULL, &models[index]));
    row("60 bundled models in one context", begun);
    for (index = 0; index < MODELS; index++) att3d_model_free(models[index]);
    for (index = 0; index < MODELS; index++) OK(att3d_model_load(contexts[0], &of_file, &models[index]));
    row("60 models of one file in one context", begun);
    for (index = 0; index < MODELS; index++) att3d_model_free(models[index]);
    row("these models freed", begun);
    OK(att3d_context_trim(contexts[0]));
    row("after att3d_context_trim", begun);
    att3d_context_free(contexts[0]);
    row("the context freed", begun);

    for (index = 0; index < CONTEXTS; index++) {
        OK(att3d_context_create(&one_thread, &contexts[index]));
        OK(att3d_model_load(contexts[index], NULL, &models[index]));
    }
    row("200 contexts of one thread with the bundled model", begun);
    for (index = 0; index < CONTEXTS; index++) {
        OK(att3d_generate(models[index], "a pig", &desc, &mesh));
        att3d_mesh_free(mesh);
    }
    row("after a mesh in each", begun);
    for (index = 0; index < CONTEXTS; index++) OK(att3d_context_trim(contexts[index]));
    row("after att3d_context_trim of each", begun);
    for (index = 0; index < CONTEXTS; index++) {
        att3d_model_free(models[index]);
        att3d_context_free(contexts[index]);
    }
    row("all freed", begun);
    return 0;
}
