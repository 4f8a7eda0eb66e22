/* Tests every kind of job: its results are those of the call without a job, and its callback is released once
 * in every case. Also tests takes and cancellation. */
#include "test.h"

#include <pthread.h>

enum { FRAMES = 3, TRIANGLES = 4, CORNERS = 4 };

/* Kinds of work. Each can be a call and a job. */
enum kind { GENERATE, FROM_LATENT, FROM_FIELD, OF_FRAMES, MORPH, PAINT, RESTYLE, RESTYLE_FILE, KINDS };

/* What is wrong with the arguments. */
enum fault { NONE, NO_OBJECT, NO_OUTPUT, UNKNOWN_FIELD, UNREADABLE };

/* What a call or a job makes. */
struct results {
    att3d_mesh *meshes[FRAMES];
    att3d_buffer *buffer;
    att3d_job *job;
};

static const char *const names[KINDS] = {"generate", "from_latent", "from_field", "frames",
                                         "morph",    "paint",       "restyle",    "restyle_file"};

static att3d_context *context;
static att3d_model *model;
/* A GLB in memory, the path of a file with this GLB, and the path of the file that restyles write. */
static const void *glb;
static size_t glb_size;
static char path[512], made_path[512];

static uint32_t mesh_count(enum kind kind) { return kind >= RESTYLE ? 0 : kind == OF_FRAMES ? FRAMES : 1; }

/* ---- the callbacks: they use no checks, because the main thread counts its own checks ------------------ */

/* Counts calls and releases. While `is_open` is 0, a call with a fraction above 0 waits until `is_open` is
 * set. */
struct listener {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int is_reached, is_open, calls, falls, released;
    float last, stop_at;
};

static void listen(struct listener *listener, int is_open, float stop_at) {
    memset(listener, 0, sizeof *listener);
    pthread_mutex_init(&listener->lock, NULL);
    pthread_cond_init(&listener->changed, NULL);
    listener->is_open = is_open;
    listener->stop_at = stop_at;
}

static uint32_t hear(void *user, float fraction) {
    struct listener *listener = user;
    pthread_mutex_lock(&listener->lock);
    listener->calls++;
    if (!(fraction >= listener->last && fraction <= 1.0f)) listener->falls++;
    listener->last = fraction;
    if (fraction > 0.0f) {
        listener->is_reached = 1;
        pthread_cond_broadcast(&listener->changed);
        while (!listener->is_open) pthread_cond_wait(&listener->changed, &listener->lock);
    }
    pthread_mutex_unlock(&listener->lock);
    return fraction >= listener->stop_at;
}

static void release(void *user) {
    struct listener *listener = user;
    pthread_mutex_lock(&listener->lock);
    listener->released++;
    pthread_mutex_unlock(&listener->lock);
}

static void await_work(struct listener *listener) {
    pthread_mutex_lock(&listener->lock);
    while (!listener->is_reached) pthread_cond_wait(&listener->changed, &listener->lock);
    pthread_mutex_unlock(&listener->lock);
}

static void open_gate(struct listener *listener) {
    pthread_mutex_lock(&listener->lock);
    listener->is_open = 1;
    pthread_cond_broadcast(&listener->changed);
    pthread_mutex_unlock(&listener->lock);
}

/* ---- the work ------------------------------------------------------------------------------------------ */

/* Descriptions with an additional field, as a later ABI may have. */
struct later_generate {
    att3d_generate_desc desc;
    uint64_t later;
};

struct later_paint {
    att3d_paint_desc desc;
    uint64_t later;
};

struct later_restyle {
    att3d_restyle_desc desc;
    uint64_t later;
};

static att3d_progress progress_of(struct listener *listener) {
    att3d_progress progress = {NULL, NULL, NULL};
    if (listener) {
        progress.callback = hear;
        progress.user = listener;
        progress.release = release;
    }
    return progress;
}

#define DESCRIBE(given, fault, listener)                                                           \
    do {                                                                                           \
        memset(&(given), 0, sizeof(given));                                                        \
        (given).desc.struct_size = sizeof(given).desc;                                             \
        if ((fault) == UNKNOWN_FIELD) (given).desc.struct_size = sizeof(given), (given).later = 1; \
        if ((fault) == UNREADABLE) (given).desc.struct_size = 8;                                   \
        (given).desc.texture_size = 128;                                                           \
        (given).desc.progress = progress_of(listener);                                             \
    } while (0)

/* Generates from a prompt, latents or a field. */
static att3d_status make(enum kind kind, enum fault fault, struct listener *listener, int is_job,
                         struct results *results) {
    static const char *const prompts[FRAMES] = {"a pig", "a tiger", "a bear"};
    struct later_generate given;
    att3d_morph_desc morph = {0};
    const float weights[2] = {0.95f, 0.05f};
    att3d_latent *latents[FRAMES] = {NULL}, *near = NULL;
    att3d_field *field = NULL;
    const att3d_latent *both[FRAMES];
    att3d_mesh **meshes = fault == NO_OUTPUT ? NULL : results->meshes;
    att3d_job **job = fault == NO_OUTPUT ? NULL : &results->job;
    char prompt[32] = "a pig wearing a party hat";
    att3d_status status;
    int index;

    DESCRIBE(given, fault, listener);
    given.desc.resolution = 24;
    given.desc.level_count = 1;
    given.desc.hull_count = 1;
    /* The morph has no textures, because textures would take most of its time. */
    if (kind == MORPH) given.desc.texture_size = 0;
    morph.struct_size = sizeof morph;
    morph.step_count = 2;
    for (index = 0; index < FRAMES; index++) {
        RETURNS(ATT3D_OK, att3d_latent_from_prompt(model, prompts[index], 0, &latents[index]));
        both[index] = latents[index];
    }
    /* A morph can reach only similar surfaces, so its second keyframe is a mix near the first one. */
    RETURNS(ATT3D_OK, att3d_latent_mix(both, weights, 2, &near));
    if (kind == MORPH) both[1] = near;
    RETURNS(ATT3D_OK, att3d_field_from_latent(latents[0], NULL, &field));
    if (fault == NO_OBJECT) both[0] = NULL;
    if (kind == GENERATE) {
        const att3d_model *of = fault == NO_OBJECT ? NULL : model;
        status = is_job ? att3d_job_generate(of, prompt, &given.desc, job)
                        : att3d_generate(of, prompt, &given.desc, meshes);
    } else if (kind == FROM_LATENT) {
        status = is_job ? att3d_job_generate_from_latent(both[0], &given.desc, job)
                        : att3d_generate_from_latent(both[0], &given.desc, meshes);
    } else if (kind == FROM_FIELD) {
        const att3d_field *of = fault == NO_OBJECT ? NULL : field;
        status = is_job ? att3d_job_generate_from_field(of, &given.desc, job)
                        : att3d_generate_from_field(of, &given.desc, meshes);
    } else if (kind == OF_FRAMES) {
        status = is_job ? att3d_job_generate_frames(both, FRAMES, &given.desc, job)
                        : att3d_generate_frames(both, FRAMES, &given.desc, meshes);
    } else {
        status = is_job ? att3d_job_morph(both, 2, &given.desc, &morph, job)
                        : att3d_morph(both, 2, &given.desc, &morph, meshes);
    }
    /* A job has its own copies of what it was given. */
    memset(prompt, 'q', sizeof prompt);
    memset(&given, 0xff, sizeof given);
    memset(both, 0xff, sizeof both);
    for (index = 0; index < FRAMES; index++) att3d_latent_free(latents[index]);
    att3d_latent_free(near);
    att3d_field_free(field);
    return status;
}

/* Paints a pyramid. */
static att3d_status paint(enum fault fault, struct listener *listener, int is_job, struct results *results) {
    float corners[3 * CORNERS] = {0, 0.5f, 0, -0.5f, -0.5f, 0.5f, 0.5f, -0.5f, 0.5f, 0, -0.5f, -0.5f};
    uint32_t indices[3 * TRIANGLES] = {0, 1, 2, 0, 2, 3, 0, 3, 1, 1, 3, 2};
    struct later_paint given;
    att3d_surface_desc surface = {0};
    att3d_shape *shape = NULL;
    att3d_latent *latent = NULL;
    att3d_field *field = NULL;
    const att3d_field *of;
    att3d_status status;

    DESCRIBE(given, fault, listener);
    surface.struct_size = sizeof surface;
    surface.positions = corners;
    surface.vertex_count = CORNERS;
    surface.indices = indices;
    surface.triangle_count = TRIANGLES;
    RETURNS(ATT3D_OK, att3d_shape_from_surface(&surface, &shape));
    RETURNS(ATT3D_OK, att3d_latent_from_prompt(model, "made of gold", 0, &latent));
    RETURNS(ATT3D_OK, att3d_field_from_latent(latent, shape, &field));
    of = fault == NO_OBJECT ? NULL : field;
    if (is_job) {
        status = att3d_job_paint(of, &surface, &given.desc, fault == NO_OUTPUT ? NULL : &results->job);
    } else {
        status = att3d_paint(of, &surface, &given.desc, fault == NO_OUTPUT ? NULL : results->meshes);
    }
    memset(corners, 0xff, sizeof corners);
    memset(indices, 0xff, sizeof indices);
    memset(&surface, 0xff, sizeof surface);
    memset(&given, 0xff, sizeof given);
    att3d_field_free(field);
    att3d_latent_free(latent);
    att3d_shape_free(shape);
    return status;
}

static att3d_status restyle(enum kind kind, enum fault fault, struct listener *listener, int is_job,
                            struct results *results) {
    struct later_restyle given;
    const att3d_model *of = fault == NO_OBJECT ? NULL : model;
    char prompt[32] = "made of gold", from[512], to[512];
    void *bytes = malloc(glb_size);
    att3d_job **job = fault == NO_OUTPUT ? NULL : &results->job;
    att3d_status status;

    HOLDS(bytes != NULL);
    memcpy(bytes, glb, glb_size);
    strcpy(from, path);
    strcpy(to, made_path);
    DESCRIBE(given, fault, listener);
    given.desc.flags = ATT3D_RESTYLE_UNWRAP;
    if (kind == RESTYLE && is_job) {
        status = att3d_job_restyle(of, bytes, glb_size, prompt, &given.desc, job);
    } else if (kind == RESTYLE) {
        status = att3d_restyle(of, bytes, glb_size, prompt, &given.desc,
                               fault == NO_OUTPUT ? NULL : &results->buffer);
    } else if (is_job) {
        status = att3d_job_restyle_file(of, from, prompt, &given.desc, to, job);
    } else {
        status = att3d_restyle_file(of, from, prompt, &given.desc, fault == NO_OUTPUT ? NULL : to);
    }
    memset(bytes, 0xff, glb_size);
    memset(prompt, 'q', sizeof prompt);
    memset(from, 'q', sizeof from);
    memset(to, 'q', sizeof to);
    memset(&given, 0xff, sizeof given);
    free(bytes);
    return status;
}

/* Does the work of a kind, as a call or as a job. */
static att3d_status work(enum kind kind, enum fault fault, struct listener *listener, int is_job,
                         struct results *results) {
    memset(results, 0, sizeof *results);
    if (kind == PAINT) return paint(fault, listener, is_job, results);
    if (kind >= RESTYLE) return restyle(kind, fault, listener, is_job, results);
    return make(kind, fault, listener, is_job, results);
}

/* ---- results ------------------------------------------------------------------------------------------- */

static void check_same(const void *bytes, size_t size, const void *other, size_t other_size) {
    HOLDS(size > 0 && size == other_size && memcmp(bytes, other, size) == 0);
}

static void check_same_buffers(const att3d_buffer *buffer, const att3d_buffer *other) {
    const void *bytes = NULL, *other_bytes = NULL;
    size_t size = 0, other_size = 0;
    RETURNS(ATT3D_OK, att3d_buffer_get_bytes(buffer, &bytes, &size));
    RETURNS(ATT3D_OK, att3d_buffer_get_bytes(other, &other_bytes, &other_size));
    check_same(bytes, size, other_bytes, other_size);
}

/* Compares two meshes with all that a GLB has: attributes, textures, levels, hulls, targets, provenance. */
static void check_same_meshes(const att3d_mesh *mesh, const att3d_mesh *other) {
    att3d_buffer *buffer = NULL, *other_buffer = NULL;
    RETURNS(ATT3D_OK, att3d_mesh_encode(mesh, NULL, &buffer));
    RETURNS(ATT3D_OK, att3d_mesh_encode(other, NULL, &other_buffer));
    check_same_buffers(buffer, other_buffer);
    att3d_buffer_free(buffer);
    att3d_buffer_free(other_buffer);
}

static void *read_file(const char *name, size_t *size) {
    FILE *file = fopen(name, "rb");
    long end = 0;
    void *bytes;
    HOLDS(file != NULL);
    if (!file) return NULL;
    HOLDS(fseek(file, 0, SEEK_END) == 0 && (end = ftell(file)) > 0 && fseek(file, 0, SEEK_SET) == 0);
    *size = (size_t)end;
    bytes = malloc(*size);
    HOLDS(bytes && fread(bytes, 1, *size, file) == *size);
    fclose(file);
    return bytes;
}

static att3d_job_info look(const att3d_job *job) {
    att3d_job_info info = {0};
    info.struct_size = sizeof info;
    RETURNS(ATT3D_OK, att3d_job_get_info(job, &info));
    return info;
}

static void check_info(const att3d_job *job, att3d_job_state state, att3d_status status, uint32_t meshes,
                       uint32_t buffers) {
    att3d_job_info info = look(job);
    HOLDS(info.state == state && info.status == status);
    HOLDS(info.mesh_count == meshes && info.buffer_count == buffers);
}

/* Takes a kind of result that the job does not make. expected: ATT3D_BUSY while the job runs, and
 * ATT3D_INVALID_ARGUMENT when it has ended. */
static void take_wrong_kind(enum kind kind, const att3d_job *job, att3d_status expected) {
    att3d_mesh *mesh = NULL;
    att3d_buffer *buffer = NULL;
    if (kind != RESTYLE) RETURNS(expected, att3d_job_take_buffer(job, &buffer));
    if (kind >= RESTYLE) RETURNS(expected, att3d_job_take_mesh(job, &mesh));
    HOLDS(!mesh && !buffer);
}

/* Takes a result of either kind from a job that failed. Both takes return the job's own failure. */
static void check_takes(const att3d_job *job, att3d_status expected) {
    att3d_mesh *mesh = NULL;
    att3d_buffer *buffer = NULL;
    RETURNS(expected, att3d_job_take_mesh(job, &mesh));
    RETURNS(expected, att3d_job_take_buffer(job, &buffer));
    HOLDS(!mesh && !buffer);
}

/* Takes the kind of result that the job makes. The take must return the failure `expected`. A job that writes
 * a file has nothing to take. */
static void take_in_vain(enum kind kind, const att3d_job *job, att3d_status expected) {
    att3d_mesh *mesh = NULL;
    att3d_buffer *buffer = NULL;
    if (kind == RESTYLE) RETURNS(expected, att3d_job_take_buffer(job, &buffer));
    else if (kind < RESTYLE) RETURNS(expected, att3d_job_take_mesh(job, &mesh));
    HOLDS(!mesh && !buffer);
}

/* The job makes the same as the call. Each result can be taken once. */
static void equal(enum kind kind) {
    struct listener of_call, of_job;
    struct results called, taken;
    void *file = NULL, *other_file;
    size_t size = 0, other_size = 0;
    uint32_t index, count = mesh_count(kind);

    listen(&of_call, 1, 2.0f);
    listen(&of_job, 1, 2.0f);
    RETURNS(ATT3D_OK, work(kind, NONE, &of_call, 0, &called));
    HOLDS(of_call.released == 1 && of_call.calls > 0 && of_call.falls == 0);
    if (kind == RESTYLE_FILE) {
        file = read_file(made_path, &size);
        remove(made_path);
    }
    RETURNS(ATT3D_OK, work(kind, NONE, &of_job, 1, &taken));
    RETURNS(ATT3D_OK, att3d_job_wait(taken.job, ATT3D_FOREVER));
    HOLDS(of_job.released == 1 && of_job.calls > 0 && of_job.falls == 0);
    HOLDS(look(taken.job).fraction == 1.0f);
    check_info(taken.job, ATT3D_JOB_READY, ATT3D_OK, count, kind == RESTYLE);
    /* A cancellation is too late now and has no effect. A take of the wrong kind takes nothing. */
    RETURNS(ATT3D_OK, att3d_job_cancel(taken.job));
    take_wrong_kind(kind, taken.job, ATT3D_INVALID_ARGUMENT);
    for (index = 0; index < count; index++) {
        check_info(taken.job, ATT3D_JOB_READY, ATT3D_OK, count - index, 0);
        RETURNS(ATT3D_OK, att3d_job_take_mesh(taken.job, &taken.meshes[index]));
        check_same_meshes(taken.meshes[index], called.meshes[index]);
        take_wrong_kind(kind, taken.job, ATT3D_INVALID_ARGUMENT);
    }
    if (kind == RESTYLE) {
        RETURNS(ATT3D_OK, att3d_job_take_buffer(taken.job, &taken.buffer));
        check_same_buffers(taken.buffer, called.buffer);
    }
    if (kind == RESTYLE_FILE) {
        check_info(taken.job, ATT3D_JOB_READY, ATT3D_OK, 0, 0);
        other_file = read_file(made_path, &other_size);
        check_same(file, size, other_file, other_size);
        free(file);
        free(other_file);
        remove(made_path);
    } else {
        check_info(taken.job, ATT3D_JOB_TAKEN, ATT3D_OK, 0, 0);
    }
    take_in_vain(kind, taken.job, ATT3D_INVALID_ARGUMENT);
    take_wrong_kind(kind, taken.job, ATT3D_INVALID_ARGUMENT);
    att3d_job_free(taken.job);
    for (index = 0; index < FRAMES; index++) {
        att3d_mesh_free(called.meshes[index]);
        att3d_mesh_free(taken.meshes[index]);
    }
    att3d_buffer_free(called.buffer);
    att3d_buffer_free(taken.buffer);
    HOLDS(of_call.released == 1 && of_job.released == 1);
}

/* A job with results that nobody takes is freed with them. */
static void untaken(enum kind kind) {
    struct results results;
    RETURNS(ATT3D_OK, work(kind, NONE, NULL, 1, &results));
    RETURNS(ATT3D_OK, att3d_job_wait(results.job, ATT3D_FOREVER));
    if (kind == OF_FRAMES) {
        RETURNS(ATT3D_OK, att3d_job_take_mesh(results.job, &results.meshes[0]));
        check_info(results.job, ATT3D_JOB_READY, ATT3D_OK, FRAMES - 1, 0);
    }
    att3d_job_free(results.job);
    att3d_mesh_free(results.meshes[0]);
    remove(made_path);
}

/* Cancels the job while its work waits in the callback. */
static void cancel(enum kind kind) {
    struct listener listener;
    struct results results;

    listen(&listener, 0, 2.0f);
    RETURNS(ATT3D_OK, work(kind, NONE, &listener, 1, &results));
    await_work(&listener);
    check_info(results.job, ATT3D_JOB_RUNNING, ATT3D_OK, 0, 0);
    RETURNS(ATT3D_TIMEOUT, att3d_job_wait(results.job, 0));
    take_in_vain(kind, results.job, ATT3D_BUSY);
    take_wrong_kind(kind, results.job, ATT3D_BUSY);
    RETURNS(ATT3D_OK, att3d_job_cancel(results.job));
    open_gate(&listener);
    RETURNS(ATT3D_OK, att3d_job_wait(results.job, ATT3D_FOREVER));
    HOLDS(listener.released == 1);
    check_info(results.job, ATT3D_JOB_FAILED, ATT3D_CANCELLED, 0, 0);
    take_in_vain(kind, results.job, ATT3D_CANCELLED);
    check_takes(results.job, ATT3D_CANCELLED);
    att3d_job_free(results.job);
    HOLDS(listener.released == 1);
    /* The file is written completely or not at all. */
    if (kind == RESTYLE_FILE) HOLDS(remove(made_path) != 0);
}

/* The callback stops the call and the job. */
static void stop(enum kind kind) {
    struct listener listener;
    struct results results;

    listen(&listener, 1, 0.0f);
    RETURNS(ATT3D_CANCELLED, work(kind, NONE, &listener, 0, &results));
    HOLDS(listener.released == 1 && listener.calls == 1 && !results.meshes[0] && !results.buffer);
    listen(&listener, 1, 0.01f);
    RETURNS(ATT3D_OK, work(kind, NONE, &listener, 1, &results));
    RETURNS(ATT3D_OK, att3d_job_wait(results.job, ATT3D_FOREVER));
    HOLDS(listener.released == 1);
    check_info(results.job, ATT3D_JOB_FAILED, ATT3D_CANCELLED, 0, 0);
    att3d_job_free(results.job);
    HOLDS(listener.released == 1);
    if (kind == RESTYLE_FILE) HOLDS(remove(made_path) != 0);
}

/* Frees the job immediately, and while it works. */
static void free_while_running(enum kind kind) {
    struct listener listener;
    struct results results;
    int is_at_work;

    for (is_at_work = 0; is_at_work < 2; is_at_work++) {
        listen(&listener, 1, 2.0f);
        RETURNS(ATT3D_OK, work(kind, NONE, &listener, 1, &results));
        if (is_at_work) await_work(&listener);
        att3d_job_free(results.job);
        HOLDS(listener.released == 1);
        remove(made_path);
    }
}

/* Calls that fail immediately release the callback once, except those whose description cannot be read. */
static void refused(enum kind kind) {
    static const att3d_status expected[] = {ATT3D_OK, ATT3D_NULL_ARGUMENT, ATT3D_NULL_ARGUMENT,
                                            ATT3D_UNSUPPORTED, ATT3D_INVALID_ARGUMENT};
    struct listener listener;
    struct results results;
    int fault, is_job;

    for (is_job = 0; is_job < 2; is_job++) {
        for (fault = NO_OBJECT; fault <= UNREADABLE; fault++) {
            listen(&listener, 1, 2.0f);
            RETURNS(expected[fault], work(kind, (enum fault)fault, &listener, is_job, &results));
            HOLDS(listener.calls == 0 && listener.released == (fault == UNREADABLE ? 0 : 1));
            HOLDS(!results.meshes[0] && !results.buffer && !results.job);
        }
    }
}

/* ---- work that fails ----------------------------------------------------------------------------------- */

/* Waits for a job that must fail, and frees it. */
static void check_failure(enum kind kind, att3d_job *job, struct listener *listener, att3d_status expected) {
    RETURNS(ATT3D_OK, att3d_job_wait(job, ATT3D_FOREVER));
    HOLDS(listener->released == 1);
    check_info(job, ATT3D_JOB_FAILED, expected, 0, 0);
    take_in_vain(kind, job, expected);
    check_takes(job, expected);
    att3d_job_free(job);
    HOLDS(listener->released == 1);
}

/* Starts jobs of each kind whose work fails. */
static void failing_jobs(void) {
    struct listener listener;
    struct later_generate given;
    struct later_restyle restyle_given;
    const att3d_latent *both[2];
    att3d_latent *pig = NULL, *change = NULL;
    att3d_field *field = NULL;
    att3d_job *job = NULL;

    RETURNS(ATT3D_OK, att3d_latent_from_prompt(model, "a pig", 0, &pig));
    RETURNS(ATT3D_OK, att3d_latent_from_prompt(model, "made of gold", 0, &change));
    RETURNS(ATT3D_OK, att3d_field_from_latent(pig, NULL, &field));
    both[0] = pig;
    both[1] = change;
    listen(&listener, 1, 2.0f);
    DESCRIBE(given, NONE, &listener);
    RETURNS(ATT3D_OK, att3d_job_generate(model, "quark", &given.desc, &job));
    check_failure(GENERATE, job, &listener, ATT3D_PROMPT);
    listen(&listener, 1, 2.0f);
    RETURNS(ATT3D_OK, att3d_job_generate_from_latent(change, &given.desc, &job));
    check_failure(FROM_LATENT, job, &listener, ATT3D_PROMPT);
    /* One of the frames fails, so the job returns no frame. */
    listen(&listener, 1, 2.0f);
    given.desc.resolution = 16;
    given.desc.texture_size = 0;
    RETURNS(ATT3D_OK, att3d_job_generate_frames(both, 2, &given.desc, &job));
    check_failure(OF_FRAMES, job, &listener, ATT3D_PROMPT);
    listen(&listener, 1, 2.0f);
    RETURNS(ATT3D_OK, att3d_job_morph(both, 2, &given.desc, NULL, &job));
    check_failure(MORPH, job, &listener, ATT3D_PROMPT);
    /* Latents and fields have no prompt to vary. */
    given.desc.seed = 1;
    listen(&listener, 1, 2.0f);
    RETURNS(ATT3D_OK, att3d_job_generate_from_latent(pig, &given.desc, &job));
    check_failure(FROM_LATENT, job, &listener, ATT3D_INVALID_ARGUMENT);
    listen(&listener, 1, 2.0f);
    RETURNS(ATT3D_OK, att3d_job_generate_from_field(field, &given.desc, &job));
    check_failure(FROM_FIELD, job, &listener, ATT3D_INVALID_ARGUMENT);
    listen(&listener, 1, 2.0f);
    RETURNS(ATT3D_OK, att3d_job_generate_frames(both, 1, &given.desc, &job));
    check_failure(OF_FRAMES, job, &listener, ATT3D_INVALID_ARGUMENT);
    both[1] = pig;
    listen(&listener, 1, 2.0f);
    RETURNS(ATT3D_OK, att3d_job_morph(both, 2, &given.desc, NULL, &job));
    check_failure(MORPH, job, &listener, ATT3D_INVALID_ARGUMENT);

    DESCRIBE(restyle_given, NONE, &listener);
    listen(&listener, 1, 2.0f);
    RETURNS(ATT3D_OK, att3d_job_restyle(model, "nonsense", 8, "made of gold", &restyle_given.desc, &job));
    check_failure(RESTYLE, job, &listener, ATT3D_FORMAT);
    listen(&listener, 1, 2.0f);
    RETURNS(ATT3D_OK, att3d_job_restyle(model, glb, glb_size, "quark", &restyle_given.desc, &job));
    check_failure(RESTYLE, job, &listener, ATT3D_PROMPT);
    listen(&listener, 1, 2.0f);
    RETURNS(ATT3D_OK, att3d_job_restyle_file(model, "/nowhere/at/all.glb", "made of gold",
                                             &restyle_given.desc, made_path, &job));
    check_failure(RESTYLE_FILE, job, &listener, ATT3D_IO);
    listen(&listener, 1, 2.0f);
    RETURNS(ATT3D_OK, att3d_job_restyle_file(model, path, "made of gold", &restyle_given.desc,
                                             "/nowhere/at/all.glb", &job));
    check_failure(RESTYLE_FILE, job, &listener, ATT3D_IO);
    att3d_field_free(field);
    att3d_latent_free(pig);
    att3d_latent_free(change);
}

int main(int count, char **arguments) {
    att3d_generate_desc desc = {0};
    att3d_mesh *mesh = NULL;
    att3d_buffer *buffer = NULL;
    int kind;

    snprintf(path, sizeof path, "%s", count > 1 ? arguments[1] : "/tmp/att3d_job_kinds.glb");
    HOLDS(strlen(path) < sizeof path - 16);
    strcpy(made_path, path);
    strcat(made_path, ".made");
    desc.struct_size = sizeof desc;
    desc.resolution = 16;
    RETURNS(ATT3D_OK, att3d_context_create(NULL, &context));
    RETURNS(ATT3D_OK, att3d_model_load(context, NULL, &model));
    RETURNS(ATT3D_OK, att3d_generate(model, "a chair", &desc, &mesh));
    RETURNS(ATT3D_OK, att3d_mesh_encode(mesh, NULL, &buffer));
    RETURNS(ATT3D_OK, att3d_buffer_get_bytes(buffer, &glb, &glb_size));
    RETURNS(ATT3D_OK, att3d_mesh_write_file(mesh, path, NULL));
    att3d_mesh_free(mesh);
    for (kind = 0; kind < KINDS; kind++) {
        equal((enum kind)kind);
        untaken((enum kind)kind);
        cancel((enum kind)kind);
        stop((enum kind)kind);
        free_while_running((enum kind)kind);
        refused((enum kind)kind);
        printf("job_kinds: %s holds\n", names[kind]);
    }
    failing_jobs();
    remove(path);
    att3d_buffer_free(buffer);
    att3d_model_free(model);
    att3d_context_free(context);
    printf("job_kinds: %d rows hold\n", test_rows);
    return 0;
}
