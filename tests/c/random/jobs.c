/* Operations on jobs. */
#include "random.h"

/* Keeps a job. The job may end with a result, with one of the `failures`, or canceled by any thread. */
static void keep_job(struct call *call, att3d_status status, att3d_job *job, statuses failures,
                     enum product product, size_t mesh_count) {
    if (judge(call, status)) {
        struct object *object =
            object_of(JOB, job, 0, failures | OF_MODEL | OF_SURFACE | ONE(ATT3D_CANCELLED));
        object->product = product;
        object->mesh_count = (uint32_t)mesh_count;
        put(JOB, below(&call->caller->random, SLOTS), object);
    } else if (job) {
        complain_of(call, "an output although the call failed");
    }
}

/* Returns the failures of a job whose prompt the call has accepted. */
static statuses failures_of_thing(struct call *call, const struct prompt *prompt) {
    if (!prompt->is_text) spoil(call, ATT3D_INVALID_ARGUMENT);
    return prompt->as_thing & ~ONE(ATT3D_OK);
}

void start_job(struct caller *caller) {
    struct object *model = borrow(caller, MODEL);
    struct call call = begin(caller, F_job_generate, ONE(ATT3D_UNLOADED));
    att3d_job *job = NULL;
    struct prompt prompt;
    struct wish wish;
    statuses failures;
    att3d_status status;
    if (!model) return;
    choose_prompt(&caller->random, &prompt);
    failures = failures_of_thing(&call, &prompt);
    make_wish(&call, &wish, OF_PROMPT);
    status = att3d_job_generate(handle_of(&call, model), prompt.text, wish.desc, place(&call, &job));
    keep_job(&call, status, job, wish.failures | failures, MESHES, 1);
    END_WISH(&wish);
    give_back(model);
}

/* Allows the status that the call that starts a job may return if the work cannot succeed. */
static void expect_refusal(struct call *call, int is_hopeless) {
    /* Either the call or the job may refuse the resolution. */
    call->allowed |= is_hopeless ? ONE(ATT3D_INVALID_ARGUMENT) : 0;
}

/* Starts a job of a latent or of a field. */
static void start_job_of(struct caller *caller, enum kind kind) {
    struct object *object = borrow(caller, kind);
    enum function function = kind == FIELD ? F_job_generate_from_field : F_job_generate_from_latent;
    struct call call = begin(caller, function, kind == FIELD ? 0 : ONE(ATT3D_UNLOADED));
    att3d_job *job = NULL;
    struct wish wish;
    att3d_status status;
    void *handle;
    if (!object) return;
    make_wish(&call, &wish, OF_LATENT);
    expect_refusal(&call, wish.is_hopeless);
    handle = handle_of(&call, object);
    if (kind == FIELD) status = att3d_job_generate_from_field(handle, wish.desc, place(&call, &job));
    else status = att3d_job_generate_from_latent(handle, wish.desc, place(&call, &job));
    keep_job(&call, status, job, wish.failures | object->failures, MESHES, 1);
    END_WISH(&wish);
    give_back(object);
}

void start_job_of_latent(struct caller *caller) { start_job_of(caller, LATENT); }

void start_job_of_field(struct caller *caller) { start_job_of(caller, FIELD); }

void start_job_of_frames(struct caller *caller) {
    enum { MOST = 3 };
    struct call call = begin(caller, F_job_generate_frames, ONE(ATT3D_UNLOADED));
    size_t count = 1 + below(&caller->random, MOST);
    const att3d_latent *latents[MOST] = {NULL};
    struct object *objects[MOST];
    statuses failures = borrow_latents(&call, objects, latents, count);
    att3d_job *job = NULL;
    struct wish wish;
    att3d_status status;
    size_t given;
    if (!objects[0]) return;
    make_wish(&call, &wish, OF_LATENT);
    expect_refusal(&call, wish.is_hopeless);
    given = choose_count(&call, count);
    status = att3d_job_generate_frames(latents, given, wish.desc, place(&call, &job));
    keep_job(&call, status, job, wish.failures | failures, MESHES, count);
    END_WISH(&wish);
    give_all_back(objects, count);
}

void start_job_of_morph(struct caller *caller) {
    enum { MOST = 3 };
    struct call call = begin(caller, F_job_morph, ONE(ATT3D_UNLOADED));
    size_t count = 2 + below(&caller->random, MOST - 1);
    const att3d_latent *latents[MOST] = {NULL};
    struct object *objects[MOST];
    statuses failures = borrow_latents(&call, objects, latents, count);
    att3d_morph_desc desc = {0};
    att3d_job *job = NULL;
    struct wish wish;
    att3d_status status;
    if (!objects[0]) return;
    choose_morph(&call, &desc);
    make_wish(&call, &wish, OF_LATENT);
    expect_refusal(&call, wish.is_hopeless);
    status = att3d_job_morph(latents, count, wish.desc, place_or_none(&call, &desc), place(&call, &job));
    keep_job(&call, status, job, wish.failures | failures | ONE(ATT3D_UNSUPPORTED), MESHES, 1);
    END_WISH(&wish);
    give_all_back(objects, count);
}

/* Starts a job that paints a surface. The job copies the surface, so the caller may change the surface as
 * soon as the call has returned. */
void start_job_of_paint(struct caller *caller) {
    struct object *field = borrow(caller, FIELD);
    struct call call = begin(caller, F_job_paint, 0), of_work = call;
    struct triangles triangles;
    att3d_surface_desc desc;
    att3d_job *job = NULL;
    struct paint_wish wish;
    att3d_status status;
    if (!field) return;
    /* Either the call or the job may refuse the surface. */
    describe(&of_work, &triangles, &desc);
    call.allowed |= of_work.allowed;
    make_paint_wish(&call, &wish);
    expect_refusal(&call, wish.is_hopeless);
    status = att3d_job_paint(handle_of(&call, field), place(&call, &desc), wish.desc, place(&call, &job));
    memset(&triangles, 0xff, sizeof triangles);
    keep_job(&call, status, job, wish.failures | (of_work.allowed & ~ONE(ATT3D_OK)), MESHES, 1);
    END_WISH(&wish);
    give_back(field);
}

/* Returns the failures of a job that changes a file by a prompt. */
static statuses failures_of_change(struct call *call, const struct prompt *prompt) {
    if (!prompt->is_text) spoil(call, ATT3D_INVALID_ARGUMENT);
    return prompt->as_change & ~ONE(ATT3D_OK);
}

void start_job_of_restyle(struct caller *caller) {
    struct object *model = borrow(caller, MODEL);
    struct call call = begin(caller, F_job_restyle, ONE(ATT3D_UNLOADED)), of_work;
    att3d_job *job = NULL;
    struct restyle_wish wish;
    struct prompt prompt;
    struct glb glb;
    statuses failures;
    att3d_status status;
    if (!model) return;
    choose_prompt(&caller->random, &prompt);
    failures = failures_of_change(&call, &prompt);
    of_work = begin(caller, F_job_restyle, 0);
    choose_glb(&of_work, &glb);
    make_restyle_wish(&call, &wish);
    expect_refusal(&call, wish.is_hopeless);
    status = att3d_job_restyle(handle_of(&call, model), glb.bytes, glb.size, prompt.text, wish.desc,
                               place(&call, &job));
    free(glb.bytes);
    failures |= wish.failures | (of_work.allowed & ~ONE(ATT3D_OK));
    keep_job(&call, status, job, failures, ONE_BUFFER, 0);
    END_WISH(&wish);
    give_back(model);
}

void start_job_of_restyle_file(struct caller *caller) {
    struct object *model = borrow(caller, MODEL);
    struct call call = begin(caller, F_job_restyle_file, ONE(ATT3D_UNLOADED));
    const char *from = shared_files[below(&caller->random, SHARED_FILES)];
    const char *to = shared_files[below(&caller->random, SHARED_FILES)];
    att3d_job *job = NULL;
    struct restyle_wish wish;
    struct prompt prompt;
    statuses failures;
    att3d_status status;
    if (!model) return;
    choose_prompt(&caller->random, &prompt);
    failures = failures_of_change(&call, &prompt);
    make_restyle_wish(&call, &wish);
    expect_refusal(&call, wish.is_hopeless);
    if (one_in(&caller->random, 24)) {
        from = one_in(&caller->random, 2) ? "/nowhere/at/all.glb" : "tests/abi/symbols.txt";
        failures |= ONE(ATT3D_IO) | ONE(ATT3D_FORMAT);
    }
    status = att3d_job_restyle_file(handle_of(&call, model), from, prompt.text, wish.desc, to,
                                    place(&call, &job));
    keep_job(&call, status, job, failures | wish.failures, NOTHING, 0);
    END_WISH(&wish);
    give_back(model);
}

void look_at_job(struct caller *caller) {
    struct object *job = borrow(caller, JOB);
    struct call call = begin(caller, F_job_get_info, 0);
    att3d_job_info info = {0};
    if (!job) return;
    if (judge(&call, att3d_job_get_info(handle_of(&call, job), OUTPUT(&call, info)))) {
        int has_failed = info.state == ATT3D_JOB_FAILED;
        statuses allowed = has_failed ? job->failures : ONE(ATT3D_OK);
        if (info.status < 0 || info.status >= STATUSES || !(allowed & ONE(info.status))) {
            complain(caller, "a job's status", att3d_status_name(info.status));
        }
        if (info.state > ATT3D_JOB_TAKEN || !(info.fraction >= 0.0f && info.fraction <= 1.0f)) {
            complain(caller, "a job's state", "one that is none");
        }
        if (info.mesh_count > (info.state == ATT3D_JOB_READY ? job->mesh_count : 0) ||
            info.buffer_count != (info.state == ATT3D_JOB_READY && job->product == ONE_BUFFER)) {
            complain(caller, "a job's results", "another number");
        }
    }
    give_back(job);
}

void wait_for_job(struct caller *caller) {
    struct object *job = borrow(caller, JOB);
    struct call call = begin(caller, F_job_wait, 0);
    uint32_t limit = one_in(&caller->random, 4) ? ATT3D_FOREVER : below(&caller->random, 200);
    if (!job) return;
    if (limit != ATT3D_FOREVER) call.allowed |= ONE(ATT3D_TIMEOUT);
    if (caller->is_inside) spoil(&call, ATT3D_BUSY);
    judge(&call, att3d_job_wait(handle_of(&call, job), limit));
    give_back(job);
}

void cancel_job(struct caller *caller) {
    struct object *job = borrow(caller, JOB);
    struct call call = begin(caller, F_job_cancel, 0);
    if (!job) return;
    judge(&call, att3d_job_cancel(handle_of(&call, job)));
    give_back(job);
}

/* Begins a call that takes a result. It may fail with the job's own failure, or because the job still runs or
 * its results were taken already. */
static struct call begin_take(struct caller *caller, enum function function, const struct object *job,
                              enum product product) {
    struct call call = begin(caller, function, job->failures);
    call.allowed |= ONE(ATT3D_BUSY) | ONE(ATT3D_INVALID_ARGUMENT);
    if (job->product != product) spoil(&call, ATT3D_INVALID_ARGUMENT);
    return call;
}

void take_mesh_of_job(struct caller *caller) {
    struct object *job = borrow(caller, JOB);
    att3d_mesh *mesh = NULL;
    att3d_status status;
    struct call call;
    if (!job) return;
    call = begin_take(caller, F_job_take_mesh, job, MESHES);
    status = att3d_job_take_mesh(handle_of(&call, job), place(&call, &mesh));
    keep_mesh(&call, status, mesh);
    give_back(job);
}

void take_buffer_of_job(struct caller *caller) {
    struct object *job = borrow(caller, JOB);
    att3d_buffer *buffer = NULL;
    att3d_status status;
    struct call call;
    if (!job) return;
    call = begin_take(caller, F_job_take_buffer, job, ONE_BUFFER);
    status = att3d_job_take_buffer(handle_of(&call, job), place(&call, &buffer));
    keep_buffer(&call, status, buffer);
    give_back(job);
}
