/* Tests of jobs: cancellation at every stage, misuse of callbacks, many threads. */
#include "progress.h"

enum { THREADS = 16 };

/* Cancels a job before it works, while it works, after it ended, and twice. */
static void cancel_at_every_moment(void) {
    struct gate at_once = CLOSED_GATE, at_work = CLOSED_GATE, too_early = CLOSED_GATE;
    att3d_generate_desc large = of(512), small = of(24), desc;
    att3d_job *job = NULL;
    att3d_mesh *mesh = NULL;

    desc = held(64, &at_once);
    RETURNS(ATT3D_OK, att3d_job_generate(model, "a pig", &desc, &job));
    RETURNS(ATT3D_OK, att3d_job_cancel(job));
    RETURNS(ATT3D_OK, att3d_job_cancel(job));
    raise_flag(&at_once, &at_once.is_open);
    RETURNS(ATT3D_OK, att3d_job_wait(job, ATT3D_FOREVER));
    RETURNS(ATT3D_CANCELLED, att3d_job_take_mesh(job, &mesh));
    HOLDS(look(job).state == ATT3D_JOB_FAILED && look(job).status == ATT3D_CANCELLED && !mesh);
    att3d_job_free(job);

    desc = held(64, &at_work);
    RETURNS(ATT3D_OK, att3d_job_generate(model, "a pig", &desc, &job));
    await(&at_work, &at_work.is_reached);
    HOLDS(look(job).fraction > 0.0f && look(job).state == ATT3D_JOB_RUNNING);
    RETURNS(ATT3D_OK, att3d_job_cancel(job));
    raise_flag(&at_work, &at_work.is_open);
    RETURNS(ATT3D_OK, att3d_job_wait(job, ATT3D_FOREVER));
    RETURNS(ATT3D_CANCELLED, att3d_job_take_mesh(job, &mesh));
    att3d_job_free(job);

    RETURNS(ATT3D_OK, att3d_job_generate(model, "a pig", &small, &job));
    RETURNS(ATT3D_OK, att3d_job_wait(job, ATT3D_FOREVER));
    RETURNS(ATT3D_OK, att3d_job_cancel(job));
    HOLDS(look(job).state == ATT3D_JOB_READY && look(job).fraction == 1.0f);
    RETURNS(ATT3D_OK, att3d_job_take_mesh(job, &mesh));
    HOLDS(look(job).state == ATT3D_JOB_TAKEN);
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_job_take_mesh(job, &mesh));
    att3d_mesh_free(mesh);
    att3d_job_free(job);

    /* A job that is freed while it works stops. */
    RETURNS(ATT3D_OK, att3d_job_generate(model, "a pig", &large, &job));
    att3d_job_free(job);

    /* A wait that times out, and a mesh that is taken too early. */
    desc = held(64, &too_early);
    RETURNS(ATT3D_OK, att3d_job_generate(model, "a pig", &desc, &job));
    RETURNS(ATT3D_TIMEOUT, att3d_job_wait(job, 0));
    mesh = NULL;
    RETURNS(ATT3D_BUSY, att3d_job_take_mesh(job, &mesh));
    HOLDS(!mesh);
    raise_flag(&too_early, &too_early.is_open);
    att3d_job_free(job);
}

static uint32_t stop_at_once(void *user, float fraction) {
    (void)fraction;
    ++*(int *)user;
    return 1;
}

static uint32_t stop_later(void *user, float fraction) {
    float *highest = user;
    if (fraction < *highest) *highest = 1000.0f;
    else *highest = fraction;
    return fraction > 0.3f;
}

/* The state of a callback that calls the library. */
struct reentry {
    const att3d_latent *latent;
    att3d_job *other;
    int calls, released;
    float last;
    att3d_status generated, waited, logged;
};

/* This function uses no checks, because the main thread counts its own checks at the same time. */
static uint32_t call_back(void *user, float fraction) {
    struct reentry *reentry = user;
    att3d_generate_desc desc = of(16);
    att3d_mesh *mesh = NULL;
    reentry->last = fraction;
    if (reentry->calls++ > 0) return 0;
    reentry->generated = att3d_generate_from_latent(reentry->latent, &desc, &mesh);
    att3d_mesh_free(mesh);
    reentry->waited = att3d_job_wait(reentry->other, ATT3D_FOREVER);
    reentry->logged = att3d_context_set_log(context, NULL, NULL, NULL);
    att3d_job_free(reentry->other);
    return 0;
}

static void release(void *user) {
    ((struct reentry *)user)->released++;
}

/* While another job works, the callback of a call may run before this call has the engine's threads. A call
 * that the callback makes then returns ATT3D_BUSY instead of waiting. */
static void check_reentry(const struct reentry *reentry, int is_alone) {
    HOLDS(reentry->generated == ATT3D_OK || (!is_alone && reentry->generated == ATT3D_BUSY));
    HOLDS(reentry->waited == ATT3D_BUSY && reentry->logged == ATT3D_BUSY);
    HOLDS(reentry->released == 1 && reentry->last == 1.0f);
}

static void callbacks(void) {
    att3d_generate_desc desc = of(256), small = of(24);
    att3d_latent *latent = NULL;
    att3d_mesh *mesh = NULL;
    att3d_job *job = NULL;
    struct reentry reentry = {0};
    float highest = 0;
    int calls = 0;

    desc.progress.callback = stop_at_once;
    desc.progress.user = &calls;
    RETURNS(ATT3D_CANCELLED, att3d_generate(model, "a pig", &desc, &mesh));
    HOLDS(calls == 1 && !mesh);
    RETURNS(ATT3D_OK, att3d_job_generate(model, "a pig", &desc, &job));
    RETURNS(ATT3D_OK, att3d_job_wait(job, ATT3D_FOREVER));
    RETURNS(ATT3D_CANCELLED, att3d_job_take_mesh(job, &mesh));
    att3d_job_free(job);

    desc = of(512);
    desc.progress.callback = stop_later;
    desc.progress.user = &highest;
    RETURNS(ATT3D_CANCELLED, att3d_generate(model, "a pig", &desc, &mesh));
    HOLDS(highest > 0.3f && highest <= 1.0f);

    RETURNS(ATT3D_OK, att3d_latent_from_prompt(model, "a tiger", 0, &latent));
    desc = of(64);
    desc.progress.callback = call_back;
    desc.progress.release = release;
    desc.progress.user = &reentry;
    reentry.latent = latent;
    RETURNS(ATT3D_OK, att3d_job_generate(model, "a bear", &small, &reentry.other));
    RETURNS(ATT3D_OK, att3d_job_wait(reentry.other, ATT3D_FOREVER));
    RETURNS(ATT3D_OK, att3d_generate(model, "a pig", &desc, &mesh));
    check_reentry(&reentry, 1);
    att3d_mesh_free(mesh);
    /* The callback is released also where the call fails. */
    mesh = NULL;
    RETURNS(ATT3D_PROMPT, att3d_generate(model, "", &desc, &mesh));
    HOLDS(reentry.released == 2);
    /* The callback of a job frees another job and makes a mesh. */
    memset(&reentry, 0, sizeof reentry);
    reentry.latent = latent;
    RETURNS(ATT3D_OK, att3d_job_generate(model, "a bear", &small, &reentry.other));
    RETURNS(ATT3D_OK, att3d_job_generate(model, "a pig", &desc, &job));
    RETURNS(ATT3D_OK, att3d_job_wait(job, ATT3D_FOREVER));
    HOLDS(look(job).state == ATT3D_JOB_READY);
    check_reentry(&reentry, 0);
    att3d_job_free(job);
    att3d_latent_free(latent);
}

/* Drawing, sampling and loading report progress, and the callback can stop them. */
static void draw_sample_and_load_are_heard_and_stopped(void) {
    enum { POINTS = 100000 };
    struct listener listener;
    att3d_generate_desc desc = of(32);
    att3d_picture_desc picture = {0};
    att3d_sample_desc sample = {0};
    att3d_load_desc load = {0};
    att3d_mesh *mesh = NULL;
    att3d_latent *latent = NULL;
    att3d_field *field = NULL;
    att3d_model *other = NULL;
    uint8_t *pixels = malloc(1024 * 1024 * 4);
    float *points = malloc(POINTS * 3 * sizeof *points), *values = malloc(POINTS * 3 * sizeof *values);
    int index;

    HOLDS(pixels && points && values);
    if (!pixels || !points || !values) return;
    for (index = 0; index < POINTS * 3; index++) points[index] = (float)(index % 201) / 100.0f - 1.0f;
    RETURNS(ATT3D_OK, att3d_generate(model, "a pig", &desc, &mesh));
    RETURNS(ATT3D_OK, att3d_latent_from_prompt(model, "a pig", 0, &latent));
    RETURNS(ATT3D_OK, att3d_field_from_latent(latent, NULL, &field));

    picture.struct_size = sizeof picture;
    picture.width = picture.height = 1024;
    LISTENS(picture, listener, 2.0f);
    RETURNS(ATT3D_OK, att3d_mesh_draw(mesh, &picture, pixels, 1024 * 1024 * 4));
    HOLDS(listener.highest == 1.0f && listener.calls > 2 && listener.released == 1);
    LISTENS(picture, listener, 0.2f);
    pixels[3] = 7;
    RETURNS(ATT3D_CANCELLED, att3d_mesh_draw(mesh, &picture, pixels, 1024 * 1024 * 4));
    HOLDS(listener.highest > 0.2f && listener.released == 1 && pixels[3] == 7);
    LISTENS(picture, listener, 0.2f);
    RETURNS(ATT3D_NULL_ARGUMENT, att3d_mesh_draw(NULL, &picture, pixels, 1024 * 1024 * 4));
    HOLDS(listener.calls == 0 && listener.released == 1);

    sample.struct_size = sizeof sample;
    sample.values = values;
    LISTENS(sample, listener, 2.0f);
    RETURNS(ATT3D_OK, att3d_field_sample(field, points, POINTS, &sample));
    HOLDS(listener.calls > 1 && listener.released == 1);
    sample.values = NULL;
    sample.colors = values;
    LISTENS(sample, listener, 0.1f);
    RETURNS(ATT3D_CANCELLED, att3d_field_sample(field, points, POINTS, &sample));
    HOLDS(listener.highest > 0.1f && listener.released == 1);

    load.struct_size = sizeof load;
    LISTENS(load, listener, 2.0f);
    RETURNS(ATT3D_OK, att3d_model_load(context, &load, &other));
    HOLDS(listener.highest == 1.0f && listener.released == 1);
    att3d_model_free(other);
    load.path = "models/toybox/toybox.att3d";
    LISTENS(load, listener, 2.0f);
    RETURNS(ATT3D_OK, att3d_model_load(context, &load, &other));
    HOLDS(listener.highest == 1.0f && listener.calls > 1 && listener.released == 1);
    att3d_model_free(other);
    other = NULL;
    LISTENS(load, listener, -1.0f);
    RETURNS(ATT3D_CANCELLED, att3d_model_load(context, &load, &other));
    HOLDS(!other && listener.calls == 1 && listener.released == 1);

    free(pixels);
    free(points);
    free(values);
    att3d_field_free(field);
    att3d_latent_free(latent);
    att3d_mesh_free(mesh);
}

/* The state of one of two contexts whose callbacks use the model of the other context. Neither context may
 * wait forever. */
struct neighbour {
    const att3d_latent *latent;
    pthread_barrier_t *both_work;
    int calls, made, busy, other;
};

static uint32_t ask_neighbour(void *user, float fraction) {
    struct neighbour *neighbour = user;
    att3d_generate_desc desc = of(48);
    att3d_mesh *mesh = NULL;
    att3d_status status;
    /* If the fraction is above 0, the call has the engine's threads. The barrier waits until the other call
     * has the threads of its engine too. */
    if (fraction <= 0.0f) return 0;
    if (neighbour->calls == 0) pthread_barrier_wait(neighbour->both_work);
    status = att3d_generate_from_latent(neighbour->latent, &desc, &mesh);
    att3d_mesh_free(mesh);
    neighbour->calls++;
    if (status == ATT3D_OK) neighbour->made++;
    else if (status == ATT3D_BUSY) neighbour->busy++;
    else neighbour->other++;
    return 0;
}

static void two_contexts_ask_each_other(void) {
    att3d_context *contexts[2];
    att3d_model *models[2];
    att3d_latent *latents[2];
    att3d_job *jobs[2];
    struct neighbour neighbours[2];
    pthread_barrier_t both_work;
    int index;

    memset(neighbours, 0, sizeof neighbours);
    HOLDS(pthread_barrier_init(&both_work, NULL, 2) == 0);
    for (index = 0; index < 2; index++) {
        RETURNS(ATT3D_OK, att3d_context_create(NULL, &contexts[index]));
        RETURNS(ATT3D_OK, att3d_model_load(contexts[index], NULL, &models[index]));
        RETURNS(ATT3D_OK, att3d_latent_from_prompt(models[index], "a pig", 0, &latents[index]));
    }
    for (index = 0; index < 2; index++) {
        att3d_generate_desc desc = of(256);
        neighbours[index].latent = latents[1 - index];
        neighbours[index].both_work = &both_work;
        desc.progress.callback = ask_neighbour;
        desc.progress.user = &neighbours[index];
        RETURNS(ATT3D_OK, att3d_job_generate(models[index], "a tiger", &desc, &jobs[index]));
    }
    for (index = 0; index < 2; index++) RETURNS(ATT3D_OK, att3d_job_wait(jobs[index], ATT3D_FOREVER));
    for (index = 0; index < 2; index++) {
        HOLDS(look(jobs[index]).state == ATT3D_JOB_READY);
        HOLDS(neighbours[index].calls > 1 && neighbours[index].other == 0);
        att3d_job_free(jobs[index]);
        att3d_latent_free(latents[index]);
        att3d_model_free(models[index]);
        att3d_context_free(contexts[index]);
    }
    HOLDS(neighbours[0].busy + neighbours[1].busy > 0);
    pthread_barrier_destroy(&both_work);
}

/* Hundreds of jobs wait for one thread. Each can be cancelled while it waits, and none runs inside
 * another. */
static void many_jobs_on_one_thread(void) {
    enum { JOBS = 300 };
    static att3d_job *jobs[JOBS];
    struct gate gate = CLOSED_GATE;
    att3d_generate_desc first = held(64, &gate), small = of(16);
    att3d_context_desc one = {0};
    att3d_context *narrow = NULL;
    att3d_model *other = NULL;
    att3d_mesh *mesh = NULL;
    int index;

    one.struct_size = sizeof one;
    one.thread_count = 1;
    RETURNS(ATT3D_OK, att3d_context_create(&one, &narrow));
    RETURNS(ATT3D_OK, att3d_model_load(narrow, NULL, &other));
    RETURNS(ATT3D_OK, att3d_job_generate(other, "a pig", &first, &jobs[0]));
    await(&gate, &gate.is_reached);
    for (index = 1; index < JOBS; index++) {
        RETURNS(ATT3D_OK, att3d_job_generate(other, "a pig", &small, &jobs[index]));
    }
    /* The last jobs end although the first one still works. */
    for (index = JOBS - 1; index > JOBS / 2; index--) {
        RETURNS(ATT3D_OK, att3d_job_cancel(jobs[index]));
    }
    for (index = JOBS - 1; index > JOBS / 2; index--) {
        RETURNS(ATT3D_OK, att3d_job_wait(jobs[index], ATT3D_FOREVER));
        RETURNS(ATT3D_CANCELLED, att3d_job_take_mesh(jobs[index], &mesh));
    }
    HOLDS(look(jobs[0]).state == ATT3D_JOB_RUNNING);
    raise_flag(&gate, &gate.is_open);
    for (index = 0; index < JOBS; index++) {
        RETURNS(ATT3D_OK, att3d_job_wait(jobs[index], ATT3D_FOREVER));
        if (index <= JOBS / 2) {
            RETURNS(ATT3D_OK, att3d_job_take_mesh(jobs[index], &mesh));
            att3d_mesh_free(mesh);
        }
        att3d_job_free(jobs[index]);
    }
    att3d_model_free(other);
    att3d_context_free(narrow);
}

static void *work(void *user) {
    static const char *const prompts[4] = {"a pig", "a tiger wearing a sombrero", "quark", "a bear"};
    size_t number = (size_t)(uintptr_t)user;
    att3d_generate_desc desc = of(24);
    int round;
    for (round = 0; round < 4; round++) {
        const char *prompt = prompts[(number + (size_t)round) % 4];
        att3d_status expected = strcmp(prompt, "quark") == 0 ? ATT3D_PROMPT : ATT3D_OK;
        att3d_mesh *mesh = NULL;
        att3d_job *job = NULL;
        att3d_status taken;
        if (att3d_generate(model, prompt, &desc, &mesh) != expected) return (void *)"generate";
        att3d_mesh_free(mesh);
        mesh = NULL;
        if (att3d_job_generate(model, prompt, &desc, &job) != ATT3D_OK) return (void *)"start";
        if (number % 3 == 0) att3d_job_cancel(job);
        if (att3d_job_wait(job, ATT3D_FOREVER) != ATT3D_OK) return (void *)"wait";
        taken = att3d_job_take_mesh(job, &mesh);
        if (taken != expected && !(number % 3 == 0 && taken == ATT3D_CANCELLED)) return (void *)"take";
        att3d_mesh_free(mesh);
        att3d_job_free(job);
    }
    return NULL;
}

static void sixteen_threads(void) {
    pthread_t threads[THREADS];
    size_t index;
    for (index = 0; index < THREADS; index++) {
        HOLDS(pthread_create(&threads[index], NULL, work, (void *)(uintptr_t)index) == 0);
    }
    for (index = 0; index < THREADS; index++) {
        void *failed = NULL;
        pthread_join(threads[index], &failed);
        HOLDS(failed == NULL);
    }
}

/* Handles that sixteen threads use at the same time. */
struct shared {
    att3d_latent *latents[2];
    att3d_field *field;
    att3d_mesh *mesh;
    att3d_job *job;
    att3d_live *live;
    const char *path;
};

static const char *use_shared(struct shared *shared, int round) {
    const float weights[2] = {0.25f, 0.75f}, point[3] = {0.1f, 0.2f, 0.3f};
    const att3d_latent *latents[2];
    float value = 0;
    att3d_buffer *buffer = NULL;
    uint64_t asked = 0;
    att3d_context_info context_info = {0};
    att3d_sample_desc sample = {0};
    att3d_job_info job_info = {0};
    att3d_mesh_view view = {0};
    att3d_live_info live_info;
    att3d_latent *mixed = NULL;
    att3d_mesh *mesh = NULL;
    att3d_status taken;

    latents[0] = shared->latents[0];
    latents[1] = shared->latents[1];
    memset(&live_info, 0, sizeof live_info);
    live_info.struct_size = sizeof live_info;
    context_info.struct_size = sizeof context_info;
    job_info.struct_size = sizeof job_info;
    view.struct_size = sizeof view;
    sample.struct_size = sizeof sample;
    sample.values = &value;
    if (att3d_latent_mix(latents, weights, 2, &mixed) != ATT3D_OK) return "mix";
    if (att3d_live_set_latent(shared->live, mixed, &asked) != ATT3D_OK || asked == 0) return "live set";
    att3d_latent_free(mixed);
    if (att3d_field_sample(shared->field, point, 1, &sample) != ATT3D_OK) return "sample";
    if (att3d_mesh_get_view(shared->mesh, &view) != ATT3D_OK || !view.positions) return "view";
    if (att3d_mesh_encode(shared->mesh, NULL, &buffer) != ATT3D_OK || !buffer) return "encode";
    att3d_buffer_free(buffer);
    if (att3d_mesh_write_file(shared->mesh, shared->path, NULL) != ATT3D_OK) return "write";
    if (att3d_job_get_info(shared->job, &job_info) != ATT3D_OK) return "job info";
    if (round == 2 && att3d_job_wait(shared->job, ATT3D_FOREVER) != ATT3D_OK) return "job wait";
    taken = att3d_job_take_mesh(shared->job, &mesh);
    if (taken != ATT3D_OK && taken != ATT3D_BUSY && taken != ATT3D_INVALID_ARGUMENT) return "job take";
    if ((taken == ATT3D_OK) != (mesh != NULL)) return "job mesh";
    att3d_mesh_free(mesh);
    mesh = NULL;
    if (att3d_live_get_info(shared->live, &live_info) != ATT3D_OK) return "live info";
    if (round == 2 && att3d_live_wait(shared->live, ATT3D_FOREVER) != ATT3D_OK) return "live wait";
    if (att3d_live_take_mesh(shared->live, &mesh, NULL) != ATT3D_OK) return "live take";
    att3d_mesh_free(mesh);
    if (att3d_context_get_info(context, &context_info) != ATT3D_OK) return "context";
    if (att3d_context_trim(context) != ATT3D_OK) return "trim";
    return NULL;
}

static void *share(void *user) {
    const char *failed = NULL;
    int round;
    for (round = 0; round < 4 && !failed; round++) failed = use_shared(user, round);
    return (void *)(uintptr_t)failed;
}

static void sixteen_threads_on_the_same_handles(const char *path) {
    att3d_generate_desc desc = of(48), small = of(24);
    pthread_t threads[THREADS];
    struct shared shared;
    size_t index;

    shared.path = path;
    RETURNS(ATT3D_OK, att3d_latent_from_prompt(model, "a pig", 0, &shared.latents[0]));
    RETURNS(ATT3D_OK, att3d_latent_from_prompt(model, "a tiger", 0, &shared.latents[1]));
    RETURNS(ATT3D_OK, att3d_field_from_latent(shared.latents[0], NULL, &shared.field));
    RETURNS(ATT3D_OK, att3d_generate_from_field(shared.field, &small, &shared.mesh));
    RETURNS(ATT3D_OK, att3d_job_generate(model, "a bear", &desc, &shared.job));
    RETURNS(ATT3D_OK, att3d_live_create(model, &small, &shared.live));
    for (index = 0; index < THREADS; index++) {
        HOLDS(pthread_create(&threads[index], NULL, share, &shared) == 0);
    }
    for (index = 0; index < THREADS; index++) {
        void *failed = NULL;
        pthread_join(threads[index], &failed);
        if (failed) test_fail(__FILE__, __LINE__, "shared handles", failed);
    }
    att3d_live_free(shared.live);
    att3d_job_free(shared.job);
    att3d_mesh_free(shared.mesh);
    att3d_field_free(shared.field);
    att3d_latent_free(shared.latents[0]);
    att3d_latent_free(shared.latents[1]);
}

int main(int count, char **arguments) {
    RETURNS(ATT3D_OK, att3d_context_create(NULL, &context));
    RETURNS(ATT3D_OK, att3d_model_load(context, NULL, &model));
    cancel_at_every_moment();
    callbacks();
    draw_sample_and_load_are_heard_and_stopped();
    two_contexts_ask_each_other();
    many_jobs_on_one_thread();
    sixteen_threads();
    sixteen_threads_on_the_same_handles(count > 1 ? arguments[1] : "/dev/null");
    att3d_model_free(model);
    att3d_context_free(context);
    printf("jobs: %d rows hold\n", test_rows);
    return 0;
}
