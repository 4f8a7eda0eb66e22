/* Four threads share one model, and a fifth cancels a long job. All functions except the _free ones are
 * thread-safe.
 *
 *     cc examples/c/threads.c $(pkg-config --cflags --libs att3d) -pthread -o threads
 */
#include <att3d.h>

#include <pthread.h>
#include <stdio.h>

static const char *const PROMPTS[] = {"a pig", "a tiger wearing a sombrero", "a bear riding a bicycle",
                                      "a squirrel"};
enum { THREADS = 4 };

struct task {
    const att3d_model *model;
    const char *prompt;
    att3d_status status;
    uint32_t triangles;
};

static void *generate(void *user) {
    struct task *task = user;
    att3d_generate_desc desc = {0};
    att3d_mesh_view view = {0};
    att3d_mesh *mesh = NULL;
    desc.struct_size = sizeof desc;
    desc.resolution = 64;
    view.struct_size = sizeof view;
    task->status = att3d_generate(task->model, task->prompt, &desc, &mesh);
    if (task->status == ATT3D_OK) task->status = att3d_mesh_get_view(mesh, &view);
    /* Each thread has its own text of the last failure. */
    if (task->status != ATT3D_OK) fprintf(stderr, "%s: %s\n", task->prompt, att3d_last_error());
    task->triangles = view.triangle_count;
    att3d_mesh_free(mesh);
    return NULL;
}

static void *cancel(void *job) {
    att3d_job_cancel(job);
    return NULL;
}

int main(void) {
    att3d_context *context = NULL;
    att3d_model *model = NULL;
    att3d_job *job = NULL;
    att3d_mesh *mesh = NULL;
    att3d_generate_desc large = {0};
    struct task tasks[THREADS];
    pthread_t threads[THREADS];
    pthread_t canceller;
    att3d_status status;
    int index, failed = 0;

    status = att3d_context_create(NULL, &context);
    if (status == ATT3D_OK) status = att3d_model_load(context, NULL, &model);
    if (status != ATT3D_OK) {
        fprintf(stderr, "%s\n", att3d_last_error());
        att3d_context_free(context);
        return 1;
    }
    for (index = 0; index < THREADS; index++) {
        tasks[index].model = model;
        tasks[index].prompt = PROMPTS[index];
        tasks[index].status = ATT3D_INTERNAL;
        tasks[index].triangles = 0;
        if (pthread_create(&threads[index], NULL, generate, &tasks[index]) != 0) return 1;
    }
    for (index = 0; index < THREADS; index++) {
        pthread_join(threads[index], NULL);
        failed += tasks[index].status != ATT3D_OK;
        printf("%s: %u triangles\n", tasks[index].prompt, (unsigned)tasks[index].triangles);
    }

    large.struct_size = sizeof large;
    large.resolution = 512;
    status = att3d_job_generate(model, "a pig riding a motorcycle", &large, &job);
    if (status == ATT3D_OK && pthread_create(&canceller, NULL, cancel, job) == 0) {
        att3d_job_wait(job, ATT3D_FOREVER);
        pthread_join(canceller, NULL);
        status = att3d_job_take_mesh(job, &mesh);
        printf("the cancelled job: %s\n", att3d_status_name(status));
        failed += status != ATT3D_CANCELLED && status != ATT3D_OK;
    }
    att3d_mesh_free(mesh);
    att3d_job_free(job);
    att3d_model_free(model);
    att3d_context_free(context);
    return failed;
}
