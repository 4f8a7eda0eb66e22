/* random_calls SECONDS [SEED]: eight threads call all functions of the header with random arguments, on
 * handles that they share. Some arguments are slightly wrong. Each returned status must be one that the
 * header allows for the call.
 *
 * The seed, the thread and the step determine a thread's requests. The contents of the shared handles also
 * depend on the order of the threads. The program must run in the repository's root. It makes contexts with
 * worker processes if ATT3D_WORKER names the command. */
#include "test.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 8, SLOTS = 5, STATUSES = ATT3D_FORKED + 1, SHARED_FILES = 3 };
enum { MOST_TOLD = 100, MOST_EXTRA_SECONDS = 600 };

/* Every function of the header, in the order of tests/abi/symbols.txt. */
#define FUNCTIONS(OF)                                                                                       \
    OF(abi_version) OF(context_create) OF(context_free) OF(context_get_info) OF(context_set_log)            \
    OF(context_trim) OF(device_count) OF(device_get_info) OF(field_free) OF(field_from_latent)              \
    OF(field_from_latents) OF(field_get_info) OF(field_paint) OF(field_sample) OF(generate)                 \
    OF(generate_from_field) OF(generate_from_latent) OF(generate_morph) OF(job_cancel) OF(job_free)         \
    OF(job_get_info) OF(job_start) OF(job_start_field) OF(job_start_latent) OF(job_take_mesh) OF(job_wait)  \
    OF(last_error) OF(latent_free) OF(latent_from_prompt) OF(latent_from_prompts) OF(latent_from_variant)   \
    OF(latent_get_replaced_words) OF(latent_get_unknown_words) OF(latent_mix) OF(live_create)               \
    OF(live_free) OF(live_get_info) OF(live_set_latent) OF(live_set_prompt) OF(live_take_mesh)              \
    OF(live_wait) OF(mesh_draw) OF(mesh_encode) OF(mesh_free) OF(mesh_get_hull) OF(mesh_get_hull_at)        \
    OF(mesh_get_info) OF(mesh_get_level) OF(mesh_get_prompt) OF(mesh_get_replaced_words)                    \
    OF(mesh_get_report) OF(mesh_get_target) OF(mesh_get_texture) OF(mesh_get_unknown_words)                 \
    OF(mesh_get_view) OF(mesh_write_file) OF(meshes_write_frames) OF(model_free) OF(model_get_digest)       \
    OF(model_get_info) OF(model_get_license) OF(model_get_name) OF(model_get_word_groups)                   \
    OF(model_get_words) OF(model_load) OF(model_load_bundled) OF(model_load_file) OF(model_load_memory)     \
    OF(model_read) OF(model_unload) OF(reading_free) OF(reading_get_attributes) OF(reading_get_left_out) \
    OF(reading_get_phrase) OF(reading_get_replaced) OF(reading_get_thing) OF(reading_get_understood)        \
    OF(restyle_file) OF(shape_free) OF(shape_from_glb) OF(shape_from_points) OF(shape_from_surface)         \
    OF(shape_from_triangles) OF(shape_get_info) OF(shape_with_keep) OF(status_name) OF(version)

#define AS_NUMBER(name) F_##name,
#define AS_TEXT(name) "att3d_" #name,
enum function { FUNCTIONS(AS_NUMBER) FUNCTION_COUNT };
static const char *const function_names[] = {FUNCTIONS(AS_TEXT)};

/* A set of statuses, with one bit for each. */
typedef uint32_t statuses;
#define ONE(status) ((statuses)1 << (status))

/* Statuses that each call that runs a network may return. BUSY is for callbacks only. */
#define OF_MODEL (ONE(ATT3D_UNLOADED) | ONE(ATT3D_BUSY))
/* Statuses that making any mesh may return. A mix of prompts may have no surface. */
#define OF_SURFACE (ONE(ATT3D_EMPTY_SURFACE) | ONE(ATT3D_BUSY))

static uint64_t seed;
static time_t deadline;
static int has_worker;
static char folder[64];
static char shared_files[SHARED_FILES][96];
static unsigned char *package;
static size_t package_size;
static char *long_prompt, *longest_prompt;

/* The counters are relaxed atomics. A stronger order would synchronize the threads and could hide races of
 * the library. */
static unsigned long found[FUNCTION_COUNT][STATUSES];
static unsigned long faults, listeners, families = 1;
static uint64_t steps[THREADS];
static int at_work[THREADS];

#define ADD(counter, number) __atomic_fetch_add(&(counter), number, __ATOMIC_RELAXED)
#define LOOK(counter) __atomic_load_n(&(counter), __ATOMIC_RELAXED)
#define SET(counter, number) __atomic_store_n(&(counter), number, __ATOMIC_RELAXED)

/* ---- random numbers: xorshift64*, seeded for each step by the finalizer of splitmix64 ------------------ */

struct random {
    uint64_t state;
};

static uint64_t mixed(uint64_t number) {
    number += 0x9e3779b97f4a7c15u;
    number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9u;
    number = (number ^ (number >> 27)) * 0x94d049bb133111ebu;
    return number ^ (number >> 31);
}

static struct random begun(uint64_t number) {
    struct random random;
    random.state = mixed(number) | 1;
    return random;
}

static uint32_t draw(struct random *random) {
    random->state ^= random->state >> 12;
    random->state ^= random->state << 25;
    random->state ^= random->state >> 27;
    return (uint32_t)((random->state * 0x2545f4914f6cdd1du) >> 32);
}

static uint32_t below(struct random *random, uint32_t bound) {
    return (uint32_t)(((uint64_t)draw(random) * bound) >> 32);
}

static int one_in(struct random *random, uint32_t count) { return below(random, count) == 0; }

static float between(struct random *random, float low, float high) {
    return low + (high - low) * (float)(draw(random) >> 8) / 16777216.0f;
}

/* ---- callers, calls and their results ------------------------------------------------------------------ */

struct caller {
    struct random random;
    uint64_t step;
    int thread;
    /* Whether the caller is in a callback, and whether that callback must not wait for the library. */
    int is_inside, is_brief;
};

/* A call, the statuses that it may return, and whether it must fail because an argument is wrong. */
struct call {
    struct caller *caller;
    enum function function;
    statuses allowed;
    int is_wrong;
};

static void complain(const struct caller *caller, const char *where, const char *what) {
    if (ADD(faults, 1) >= MOST_TOLD) return;
    fprintf(stderr,
            "random_calls: seed %" PRIu64 ", thread %d, step %" PRIu64 "%s: %s: %s; the library says: %s\n",
            seed, caller->thread, caller->step, caller->is_inside ? " (in a callback)" : "", where, what,
            att3d_last_error());
}

/* Begins a call. failures: the statuses that it may return. ATT3D_BUSY is allowed only in callbacks, because
 * other calls wait. */
static struct call begin(struct caller *caller, enum function function, statuses failures) {
    struct call call;
    call.caller = caller;
    call.function = function;
    call.allowed = ONE(ATT3D_OK) | failures;
    call.is_wrong = 0;
    if (!caller->is_inside) {
        call.allowed &= ~ONE(ATT3D_BUSY);
        SET(at_work[caller->thread], (int)function);
    }
    return call;
}

/* Marks the call as wrong: it must fail, and it may fail with this status. */
static void spoil(struct call *call, att3d_status status) {
    call->allowed |= ONE(status);
    call->is_wrong = 1;
}

/* Adds statuses that the work may return. If success is not among them, the call must fail. */
static void expect(struct call *call, statuses outcomes) {
    call->allowed |= outcomes;
    if (!(outcomes & ONE(ATT3D_OK))) call->is_wrong = 1;
}

/* Checks and counts the status of a call. Returns whether it is success. */
static int judge(const struct call *call, att3d_status status) {
    const char *name = function_names[call->function];
    statuses allowed = call->is_wrong ? call->allowed & ~ONE(ATT3D_OK) : call->allowed;
    if (status < 0 || status >= STATUSES || !(allowed & ONE(status))) {
        complain(call->caller, name, att3d_status_name(status));
    }
    if (status >= 0 && status < STATUSES) ADD(found[call->function][status], 1);
    if ((status == ATT3D_OK) != (*att3d_last_error() == 0))
        complain(call->caller, name, "a status without its text");
    return status == ATT3D_OK;
}

/* Counts a call that returns no status. */
static void note(enum function function) { ADD(found[function][ATT3D_OK], 1); }

static int is_utf8(const char *text) {
    const unsigned char *byte = (const unsigned char *)text;
    while (*byte) {
        int more = *byte < 0x80 ? 0 : *byte >= 0xf0 ? 3 : *byte >= 0xe0 ? 2 : *byte >= 0xc2 ? 1 : -1;
        if (more < 0 || *byte > 0xf4) return 0;
        for (byte++; more > 0; more--, byte++) {
            if ((*byte & 0xc0) != 0x80) return 0;
        }
    }
    return 1;
}

static void check_text(const struct call *call, const char *text) {
    if (!text || !is_utf8(text))
        complain(call->caller, function_names[call->function], "a text that is none");
}

/* Checks that all numbers of an array are finite. The array may be NULL. */
static void check_numbers(const struct call *call, const float *numbers, size_t count) {
    size_t index;
    for (index = 0; numbers && index < count; index++) {
        if (!isfinite(numbers[index])) {
            complain(call->caller, function_names[call->function], "a number that is not finite");
            return;
        }
    }
}

static void check_indices(const struct call *call, const uint32_t *indices, size_t count, uint32_t vertices) {
    size_t index;
    for (index = 0; indices && index < count; index++) {
        if (indices[index] >= vertices) {
            complain(call->caller, function_names[call->function], "an index of no vertex");
            return;
        }
    }
}

/* ---- the shared handles: the last user of a handle frees it -------------------------------------------- */

enum kind { CONTEXT, MODEL, READING, LATENT, SHAPE, FIELD, MESH, JOB, LIVE, KINDS };

struct object {
    void *handle;
    enum kind kind;
    /* Number of users. Its slot counts as one. */
    int users;
    /* Number of the model from which it was made; 0 if that does not matter. */
    unsigned long family;
    /* Failures that a job, a session's answers or the fields of a latent may end with. */
    statuses failures;
};

static pthread_mutex_t pool_lock = PTHREAD_MUTEX_INITIALIZER;
static struct object *pool[KINDS][SLOTS];

/* Handles of kinds that most functions do not take. */
static att3d_shape *strange_shape;
static att3d_reading *strange_reading;

static struct object *object_of(enum kind kind, void *handle, unsigned long family, statuses failures) {
    struct object *object = malloc(sizeof *object);
    if (!object) abort();
    object->handle = handle;
    object->kind = kind;
    object->users = 1;
    object->family = family;
    object->failures = failures;
    return object;
}

static void free_handle(const struct object *object) {
    static const enum function functions[KINDS] = {F_context_free, F_model_free, F_reading_free,
                                                   F_latent_free,  F_shape_free, F_field_free,
                                                   F_mesh_free,    F_job_free,   F_live_free};
    switch (object->kind) {
    case CONTEXT: att3d_context_free(object->handle); break;
    case MODEL: att3d_model_free(object->handle); break;
    case READING: att3d_reading_free(object->handle); break;
    case LATENT: att3d_latent_free(object->handle); break;
    case SHAPE: att3d_shape_free(object->handle); break;
    case FIELD: att3d_field_free(object->handle); break;
    case MESH: att3d_mesh_free(object->handle); break;
    case JOB: att3d_job_free(object->handle); break;
    default: att3d_live_free(object->handle); break;
    }
    note(functions[object->kind]);
}

/* Borrows an object again that is borrowed already. */
static struct object *again(struct object *object) {
    pthread_mutex_lock(&pool_lock);
    object->users++;
    pthread_mutex_unlock(&pool_lock);
    return object;
}

static void give_back(struct object *object) {
    int users;
    if (!object) return;
    pthread_mutex_lock(&pool_lock);
    users = --object->users;
    pthread_mutex_unlock(&pool_lock);
    if (users > 0) return;
    free_handle(object);
    free(object);
}

/* Borrows an object of a kind. If family is not 0, the object mostly has that family. Returns NULL if there
 * is no object of the kind. */
static struct object *borrow_of(struct caller *caller, enum kind kind, unsigned long family) {
    uint32_t first = below(&caller->random, SLOTS), step;
    int is_any = family == 0 || one_in(&caller->random, 8);
    struct object *object = NULL, *other;
    pthread_mutex_lock(&pool_lock);
    for (step = 0; step < SLOTS; step++) {
        other = pool[kind][(first + step) % SLOTS];
        if (other && (!object || (!is_any && object->family != family && other->family == family)))
            object = other;
    }
    if (object) object->users++;
    pthread_mutex_unlock(&pool_lock);
    return object;
}

static struct object *borrow(struct caller *caller, enum kind kind) { return borrow_of(caller, kind, 0); }

/* Replaces the object in a slot of a kind. object: may be NULL. */
static void put(enum kind kind, uint32_t slot, struct object *object) {
    struct object *before;
    pthread_mutex_lock(&pool_lock);
    before = pool[kind][slot];
    pool[kind][slot] = object;
    pthread_mutex_unlock(&pool_lock);
    give_back(before);
}

static void keep(struct caller *caller, enum kind kind, void *handle, unsigned long family,
                 statuses failures) {
    put(kind, below(&caller->random, SLOTS), object_of(kind, handle, family, failures));
}

/* ---- arguments, of which some are wrong ---------------------------------------------------------------- */

/* Returns the object's handle; sometimes NULL, or a handle of another kind. */
static void *handle_of(struct call *call, const struct object *object) {
    switch (below(&call->caller->random, 96)) {
    case 0: spoil(call, ATT3D_NULL_ARGUMENT); return NULL;
    case 1:
        spoil(call, ATT3D_INVALID_ARGUMENT);
        return object->kind == SHAPE ? (void *)strange_reading : (void *)strange_shape;
    default: return object->handle;
    }
}

/* Returns the address of an output; sometimes NULL, or a misaligned address. */
static void *place(struct call *call, void *pointer) {
    switch (below(&call->caller->random, 96)) {
    case 0: spoil(call, ATT3D_NULL_ARGUMENT); return NULL;
    case 1: spoil(call, ATT3D_INVALID_ARGUMENT); return (char *)pointer + 1;
    default: return pointer;
    }
}

/* Returns the address of an input that may be NULL; sometimes a wrong address. */
static const void *place_or_none(struct call *call, const void *pointer) {
    if (!one_in(&call->caller->random, 96)) return pointer;
    spoil(call, ATT3D_INVALID_ARGUMENT);
    return (const char *)pointer + 1;
}

/* Returns a struct's size; sometimes a size that no version of the struct has. */
static uint32_t size_of(struct call *call, size_t size) {
    static const uint32_t wrong[] = {0, 1, 7, 4097, 0x80000000u, 0xffffffffu};
    if (!one_in(&call->caller->random, 64)) return (uint32_t)size;
    spoil(call, ATT3D_INVALID_ARGUMENT);
    return wrong[below(&call->caller->random, sizeof wrong / sizeof *wrong)];
}

/* Returns the address of an output struct, and sets its size. */
#define OUTPUT(call, value) ((value).struct_size = size_of(call, sizeof(value)), place(call, &(value)))

/* A prompt, the statuses that it may cause as a thing and as a change of a shape, and whether it is valid
 * text. */
struct prompt {
    const char *text;
    statuses as_thing, as_change;
    int is_text;
    char typed[48];
};

static const char *const good_prompts[] = {
    "a pig",
    "a tiger",
    "a bear",
    "a pig wearing a party hat",
    "a tiger riding a bicycle",
    "a green truck",
    "a chair",
    "a table with drawers",
    "a golden crown",
    "a wooden barrel with lid",
    "a quark pig",
    "ein rotes car",
};

static void set_prompt(struct prompt *prompt, const char *text, statuses as_thing, statuses as_change) {
    prompt->text = text;
    prompt->as_thing = as_thing;
    prompt->as_change = as_change;
    prompt->is_text = 1;
}

/* Sets a prompt that is not valid text. Every function must refuse it at once. */
static void set_no_text(struct prompt *prompt, const char *text) {
    set_prompt(prompt, text, ONE(ATT3D_INVALID_ARGUMENT), ONE(ATT3D_INVALID_ARGUMENT));
    prompt->is_text = 0;
}

/* Sets the beginning of a good prompt, as while typing, or random letters. */
static void type_prompt(struct random *random, struct prompt *prompt) {
    const char *whole = good_prompts[below(random, sizeof good_prompts / sizeof *good_prompts)];
    uint32_t length = below(random, 40), index;
    strncpy(prompt->typed, whole, sizeof prompt->typed - 1);
    prompt->typed[sizeof prompt->typed - 1] = 0;
    if (one_in(random, 2)) {
        for (index = 0; index < length; index++) prompt->typed[index] = (char)(32 + below(random, 95));
    }
    prompt->typed[length] = 0;
    set_prompt(prompt, prompt->typed, ONE(ATT3D_OK) | ONE(ATT3D_PROMPT), ONE(ATT3D_OK) | ONE(ATT3D_PROMPT));
}

static void choose_prompt(struct random *random, struct prompt *prompt) {
    static const char not_utf8[] = {'a', ' ', (char)0xff, (char)0xc3, 0};
    const statuses good = ONE(ATT3D_OK), refused = ONE(ATT3D_PROMPT);
    switch (below(random, 32)) {
    case 0: set_prompt(prompt, "", refused, refused); break;
    case 1: set_prompt(prompt, " \t\n", refused, refused); break;
    case 2: set_prompt(prompt, "quark", refused, refused); break;
    case 3: set_prompt(prompt, "made of gold", refused, good); break;
    case 4: set_prompt(prompt, long_prompt, refused, refused); break;
    case 5: set_no_text(prompt, longest_prompt); break;
    case 6: set_no_text(prompt, not_utf8); break;
    case 7: set_prompt(prompt, "\xf0\x9f\x90\x96 \xe7\x8c\xaa", refused, refused); break;
    case 8:
    case 9:
    case 10:
    case 11: type_prompt(random, prompt); break;
    default:
        set_prompt(prompt, good_prompts[below(random, sizeof good_prompts / sizeof *good_prompts)], good,
                   good);
        break;
    }
}

static void look_beside(struct caller *caller, const struct object *mesh);

/* Checks the status, and inspects and keeps the mesh. */
static void keep_mesh(struct call *call, att3d_status status, att3d_mesh *mesh) {
    if (judge(call, status)) {
        struct object *object = object_of(MESH, mesh, 0, 0);
        look_beside(call->caller, object);
        put(MESH, below(&call->caller->random, SLOTS), object);
    } else if (mesh) {
        complain(call->caller, function_names[call->function], "an output where it failed");
    }
}

/* ---- callbacks ----------------------------------------------------------------------------------------- */

static void do_any(struct caller *caller);

/* The user data of a progress callback. It is freed on release, so that a missing or a second release is
 * detected. */
struct listener {
    struct caller caller;
    float last, stop_at;
    /* Time at which the fraction last rose. */
    time_t since;
    int is_curious, is_never_called;
};

/* Seconds in which running work must make progress, also on the slowest machine. */
enum { PATIENCE = 120 };

static uint32_t hear_progress(void *user, float fraction) {
    struct listener *listener = user;
    if (listener->is_never_called) complain(&listener->caller, "progress", "a call where none is made");
    if (!(fraction >= listener->last && fraction <= 1.0f)) {
        complain(&listener->caller, "progress", "a fraction that falls, or is none");
    }
    if (fraction > listener->last || fraction < 0.5f) listener->since = time(NULL);
    listener->last = fraction;
    if (time(NULL) - listener->since > PATIENCE) {
        complain(&listener->caller, "progress", "work without an end, which is stopped");
        return 1;
    }
    if (listener->is_curious && one_in(&listener->caller.random, 6)) do_any(&listener->caller);
    return fraction >= listener->stop_at;
}

static void release_listener(void *user) {
    struct listener *listener = user;
    if (listener->is_curious && one_in(&listener->caller.random, 4)) {
        listener->caller.is_brief = 1;
        do_any(&listener->caller);
    }
    free(listener);
    ADD(listeners, -1);
}

static struct listener *new_listener(struct caller *caller) {
    struct listener *listener = malloc(sizeof *listener);
    if (!listener) abort();
    listener->caller = *caller;
    listener->caller.random = begun(draw(&caller->random));
    listener->caller.is_inside = 1;
    listener->last = 0.0f;
    listener->since = time(NULL);
    listener->stop_at = one_in(&caller->random, 4) ? between(&caller->random, 0.0f, 1.0f) : 2.0f;
    listener->is_curious = one_in(&caller->random, 3);
    listener->is_never_called = 0;
    ADD(listeners, 1);
    return listener;
}

/* The user data of a log callback. Several threads call it at the same time. */
struct log {
    uint64_t start, lines;
    int thread;
};

static void hear_log(void *user, att3d_log_level level, const char *message) {
    struct log *log = user;
    struct caller caller;
    memset(&caller, 0, sizeof caller);
    caller.step = ADD(log->lines, 1);
    caller.random = begun(log->start + caller.step);
    caller.thread = log->thread;
    caller.is_inside = caller.is_brief = 1;
    if ((level != ATT3D_LOG_WARNING && level != ATT3D_LOG_INFO) || !*message || !is_utf8(message)) {
        complain(&caller, "log", "a line that is none");
    }
    if (one_in(&caller.random, 4)) do_any(&caller);
}

static void release_log(void *user) {
    free(user);
    ADD(listeners, -1);
}

/* ---- descriptions -------------------------------------------------------------------------------------- */

/* Options for making a mesh, and the failures that the work may end with. */
struct wish {
    struct {
        att3d_generate_desc desc;
        uint64_t later;
    } given;
    const att3d_generate_desc *desc;
    struct listener *listener;
    statuses failures;
    /* Whether the work cannot succeed, if it starts. */
    int is_hopeless;
    /* Whether the library cannot read the description; it then does not take the listener. */
    int is_unreadable;
};

/* Source of a mesh. Prompts and sessions allow seeds; a given surface allows few options. */
enum source { OF_PROMPT, OF_LIVE, OF_LATENT, OF_GIVEN };

/* Makes an option wrong in a way that every call must refuse at once. */
static void spoil_wish(struct call *call, struct wish *wish) {
    att3d_generate_desc *desc = &wish->given.desc;
    switch (below(&call->caller->random, 12)) {
    case 0: desc->reserved = 1; break;
    case 1: desc->reserved_too = 7; break;
    case 2: desc->reserved_third = 0xffffffffu; break;
    case 3: desc->flags |= 0x80000000u; break;
    case 4: desc->texture_size = 63; break;
    case 5: desc->triangle_budget = 3; break;
    case 6: desc->level_count = 9; break;
    case 7:
        desc->flags &= ~(uint32_t)ATT3D_GENERATE_ALL_COMPONENTS;
        desc->min_component = 1.5f;
        break;
    case 8:
        desc->flags |= ATT3D_GENERATE_ALL_COMPONENTS;
        desc->min_component = 0.5f;
        break;
    case 9:
        desc->flags |= ATT3D_GENERATE_HULL;
        desc->hull_vertex_count = 7;
        break;
    case 10:
        desc->flags |= ATT3D_GENERATE_HULL;
        desc->hull_count = 65;
        break;
    default:
        desc->struct_size = sizeof wish->given;
        wish->given.later = 1;
        spoil(call, ATT3D_UNSUPPORTED);
        return;
    }
    spoil(call, ATT3D_INVALID_ARGUMENT);
}

static void listen_to(struct caller *caller, struct wish *wish) {
    if (caller->is_inside || one_in(&caller->random, 2)) return;
    wish->listener = new_listener(caller);
    wish->given.desc.progress = hear_progress;
    wish->given.desc.progress_user = wish->listener;
    wish->given.desc.progress_release = release_listener;
    if (wish->listener->stop_at <= 1.0f) wish->failures |= ONE(ATT3D_CANCELLED);
}

static void choose_details(struct random *random, struct wish *wish) {
    att3d_generate_desc *desc = &wish->given.desc;
    if (one_in(random, 4)) {
        desc->triangle_budget = 4 + below(random, one_in(random, 4) ? 16 : 2000);
        wish->failures |= ONE(ATT3D_INVALID_ARGUMENT);
    }
    if (one_in(random, 4)) desc->level_count = 1 + below(random, 8);
    if (one_in(random, 3)) desc->flags |= ATT3D_GENERATE_HULL;
    if (one_in(random, 4)) desc->hull_vertex_count = 8 + below(random, 248);
    if (one_in(random, 4)) desc->hull_count = 1 + below(random, 64);
    if (one_in(random, 16)) desc->flags |= ATT3D_GENERATE_DENSE;
    if (one_in(random, 8)) desc->flags |= ATT3D_GENERATE_ALL_COMPONENTS;
    else if (one_in(random, 8)) desc->min_component = between(random, 0.0f, 0.1f);
}

static void choose_size(struct random *random, struct wish *wish) {
    att3d_generate_desc *desc = &wish->given.desc;
    desc->resolution = 8 + below(random, one_in(random, 8) ? 41 : 17);
    if (one_in(random, 64)) {
        desc->resolution = one_in(random, 2) ? 1 : 1025;
        wish->failures |= ONE(ATT3D_INVALID_ARGUMENT);
        wish->is_hopeless = 1;
    }
    if (one_in(random, 16)) {
        desc->memory_limit = 1 + below(random, 400000);
        wish->failures |= ONE(ATT3D_OUT_OF_MEMORY);
    }
}

static void choose_seed(struct random *random, struct wish *wish, enum source source) {
    if (!one_in(random, source <= OF_LIVE ? 4 : 64)) return;
    wish->given.desc.seed = 1 + (uint64_t)draw(random) * draw(random);
    if (source <= OF_LIVE) return;
    wish->failures |= ONE(ATT3D_INVALID_ARGUMENT);
    wish->is_hopeless = 1;
}

static void make_wish(struct call *call, struct wish *wish, enum source source) {
    struct random *random = &call->caller->random;
    memset(wish, 0, sizeof *wish);
    wish->desc = &wish->given.desc;
    wish->given.desc.struct_size = sizeof wish->given.desc;
    choose_seed(random, wish, source);
    if (source != OF_GIVEN) {
        choose_size(random, wish);
        choose_details(random, wish);
    }
    listen_to(call->caller, wish);
    if (source == OF_GIVEN || one_in(random, 8)) {
        wish->given.desc.texture_size = 64 + below(random, 33);
        /* Some meshes have more charts than fit into so few texels. */
        wish->failures |= ONE(ATT3D_INVALID_ARGUMENT);
    }
    if (one_in(random, 24)) spoil_wish(call, wish);
    if (one_in(random, 96)) {
        wish->given.desc.struct_size = 5000;
        wish->is_unreadable = 1;
        spoil(call, ATT3D_INVALID_ARGUMENT);
    }
}

/* Adds the statuses of a call that does the work before it returns. */
static void expect_wish(struct call *call, const struct wish *wish) {
    expect(call, wish->failures | (wish->is_hopeless ? 0 : ONE(ATT3D_OK)));
}

static void end_wish(struct wish *wish) {
    if (wish->listener && wish->is_unreadable) release_listener(wish->listener);
}

/* ---- the library and contexts -------------------------------------------------------------------------- */

static void look_at_library(struct caller *caller) {
    uint32_t count = 0, index;
    att3d_device_info info = {0};
    struct call call = begin(caller, F_device_count, 0);
    if (judge(&call, att3d_device_count(place(&call, &count))) && count == 0)
        complain(caller, "devices", "none");
    call = begin(caller, F_device_get_info, 0);
    index = one_in(&caller->random, 8) ? draw(&caller->random) | 1024 : 0;
    if (index > 0) spoil(&call, ATT3D_INVALID_ARGUMENT);
    if (judge(&call, att3d_device_get_info(index, OUTPUT(&call, info)))) check_text(&call, info.name);
    check_text(&call, att3d_last_error());
    check_text(&call, att3d_version());
    check_text(&call, att3d_status_name((att3d_status)below(&caller->random, 40) - 10));
    note(F_last_error);
    note(F_version);
    note(F_status_name);
    if (att3d_abi_version() >> 16 != ATT3D_ABI_MAJOR)
        complain(caller, "att3d_abi_version", "another major number");
    note(F_abi_version);
}

static void spoil_context(struct call *call, att3d_context_desc *desc) {
    switch (below(&call->caller->random, 8)) {
    case 0: desc->device = 3; break;
    case 1: desc->device_index = 1; break;
    case 2: desc->thread_count = 0xffffffffu; break;
    case 3: desc->engine = 3; break;
    case 4: desc->precision = 3; break;
    case 5: desc->is_worker = 2; break;
    case 6: desc->reserved = 1; break;
    default:
        desc->precision = ATT3D_PRECISION_BF16;
        spoil(call, ATT3D_UNSUPPORTED);
        return;
    }
    spoil(call, ATT3D_INVALID_ARGUMENT);
}

static void make_context(struct caller *caller) {
    struct call call = begin(caller, F_context_create, 0);
    att3d_context_desc desc = {0};
    att3d_context *context = NULL;
    int is_default = one_in(&caller->random, 8);
    desc.struct_size = size_of(&call, sizeof desc);
    desc.engine = ATT3D_ENGINE_EMBEDDED;
    desc.thread_count = 1 + below(&caller->random, 3);
    if (one_in(&caller->random, 4)) desc.field_memory = 1 + below(&caller->random, 1000000);
    if (has_worker && one_in(&caller->random, 4)) desc.is_worker = 1;
    if (one_in(&caller->random, 8)) spoil_context(&call, &desc);
    if (is_default) call = begin(caller, F_context_create, 0);
    if (judge(&call, att3d_context_create(is_default ? NULL : &desc, place(&call, &context)))) {
        keep(caller, CONTEXT, context, 0, 0);
    }
}

static void look_at_context(struct caller *caller) {
    struct object *context = borrow(caller, CONTEXT);
    att3d_context_info info = {0};
    struct call call = begin(caller, F_context_get_info, 0);
    if (!context) return;
    if (judge(&call, att3d_context_get_info(handle_of(&call, context), OUTPUT(&call, info))) &&
        (info.thread_count == 0 || info.device != ATT3D_DEVICE_CPU || info.engine != ATT3D_ENGINE_EMBEDDED)) {
        complain(caller, "att3d_context_get_info", "something else than was made");
    }
    give_back(context);
}

static void trim_context(struct caller *caller) {
    struct object *context = borrow(caller, CONTEXT);
    struct call call = begin(caller, F_context_trim, 0);
    if (!context) return;
    judge(&call, att3d_context_trim(handle_of(&call, context)));
    give_back(context);
}

static void set_log(struct caller *caller) {
    struct object *context = borrow(caller, CONTEXT);
    struct call call = begin(caller, F_context_set_log, 0);
    struct log *log = malloc(sizeof *log);
    int is_heard = !one_in(&caller->random, 4);
    att3d_status status;
    if (!log) abort();
    if (caller->is_inside) spoil(&call, ATT3D_BUSY);
    log->start = draw(&caller->random);
    log->lines = 0;
    log->thread = caller->thread;
    ADD(listeners, 1);
    if (context) {
        status =
            att3d_context_set_log(handle_of(&call, context), is_heard ? hear_log : NULL, log, release_log);
        /* A successful call with a callback takes the log, which may be freed already. */
        if (judge(&call, status) && is_heard) log = NULL;
    }
    if (log) release_log(log);
    give_back(context);
}

/* ---- models and readings ------------------------------------------------------------------------------- */

static void keep_model(struct call *call, att3d_status status, att3d_model *model) {
    if (judge(call, status)) keep(call->caller, MODEL, model, ADD(families, 1) + 1, 0);
}

static void load_bundled(struct caller *caller) {
    struct object *context = borrow(caller, CONTEXT);
    struct call call = begin(caller, F_model_load_bundled, ONE(ATT3D_BUSY));
    att3d_model *model = NULL;
    att3d_status status;
    if (!context) return;
    status = att3d_model_load_bundled(handle_of(&call, context), place(&call, &model));
    keep_model(&call, status, model);
    give_back(context);
}

static void load_file(struct caller *caller) {
    struct object *context = borrow(caller, CONTEXT);
    struct call call = begin(caller, F_model_load_file, ONE(ATT3D_BUSY));
    const char *path = "models/toybox/toybox.att3d";
    att3d_model *model = NULL;
    att3d_status status;
    if (!context) return;
    switch (below(&caller->random, 12)) {
    case 0:
        path = "/nowhere/at/all.att3d";
        spoil(&call, ATT3D_IO);
        break;
    case 1:
        path = "tests/abi/symbols.txt";
        spoil(&call, ATT3D_FORMAT);
        break;
    case 2:
        path = "a\xff";
        spoil(&call, ATT3D_INVALID_ARGUMENT);
        break;
    case 3:
        path = NULL;
        spoil(&call, ATT3D_NULL_ARGUMENT);
        break;
    case 4:
        path = folder;
        spoil(&call, ATT3D_IO);
        call.allowed |= ONE(ATT3D_FORMAT);
        break;
    default: break;
    }
    status = att3d_model_load_file(handle_of(&call, context), path, place(&call, &model));
    keep_model(&call, status, model);
    give_back(context);
}

/* Loads a damaged package. If it loads, the model is not kept, because its weights may have any values. */
static void load_damaged(struct call *call, const struct object *context) {
    struct random *random = &call->caller->random;
    size_t size = below(random, (uint32_t)package_size), position;
    unsigned char *bytes = malloc(package_size);
    att3d_model *model = NULL;
    if (!bytes) abort();
    memcpy(bytes, package, package_size);
    call->allowed |= ONE(ATT3D_FORMAT) | ONE(ATT3D_UNSUPPORTED);
    if (one_in(random, 2)) {
        spoil(call, ATT3D_FORMAT);
    } else {
        size = package_size;
        position = one_in(random, 2) ? below(random, 4096) : below(random, (uint32_t)package_size);
        bytes[position] ^= (unsigned char)(1u << below(random, 8));
    }
    if (judge(call, att3d_model_load_memory(handle_of(call, context), bytes, size, place(call, &model)))) {
        att3d_model_free(model);
        note(F_model_free);
    }
    free(bytes);
}

static void load_memory(struct caller *caller) {
    struct object *context = borrow(caller, CONTEXT);
    struct call call = begin(caller, F_model_load_memory, ONE(ATT3D_BUSY));
    att3d_model *model = NULL;
    att3d_status status;
    if (!context) return;
    if (one_in(&caller->random, 3)) {
        load_damaged(&call, context);
    } else {
        status =
            att3d_model_load_memory(handle_of(&call, context), package, package_size, place(&call, &model));
        keep_model(&call, status, model);
    }
    give_back(context);
}

/* Loads the bundled model or a package in memory, often with a progress callback. */
static void load_with_progress(struct caller *caller) {
    struct object *context = borrow(caller, CONTEXT);
    struct call call = begin(caller, F_model_load, ONE(ATT3D_BUSY));
    att3d_load_desc desc = {0};
    att3d_model *model = NULL;
    att3d_status status;
    if (!context) return;
    desc.struct_size = sizeof desc;
    if (one_in(&caller->random, 2)) {
        desc.bytes = package;
        desc.size = package_size;
    }
    if (!caller->is_inside && one_in(&caller->random, 2)) {
        struct listener *listener = new_listener(caller);
        if (listener->stop_at <= 1.0f) call.allowed |= ONE(ATT3D_CANCELLED);
        desc.progress = hear_progress;
        desc.progress_user = listener;
        desc.progress_release = release_listener;
    }
    status = att3d_model_load(handle_of(&call, context), &desc, place(&call, &model));
    keep_model(&call, status, model);
    give_back(context);
}

/* Unloads a model. Mostly, it also leaves the pool, so that most models in the pool are usable. */
static void unload_model(struct caller *caller) {
    struct object *model = borrow(caller, MODEL);
    struct call call = begin(caller, F_model_unload, 0);
    uint32_t slot;
    if (!model) return;
    if (judge(&call, att3d_model_unload(handle_of(&call, model))) && !one_in(&caller->random, 4)) {
        for (slot = 0; slot < SLOTS; slot++) {
            int is_here;
            pthread_mutex_lock(&pool_lock);
            is_here = pool[MODEL][slot] == model;
            pthread_mutex_unlock(&pool_lock);
            if (is_here) put(MODEL, slot, NULL);
        }
    }
    give_back(model);
    load_bundled(caller);
}

static void look_at_model(struct caller *caller) {
    static const struct {
        enum function function;
        att3d_status (*get)(const att3d_model *, const char **);
    } texts[] = {{F_model_get_name, att3d_model_get_name},
                 {F_model_get_license, att3d_model_get_license},
                 {F_model_get_digest, att3d_model_get_digest},
                 {F_model_get_words, att3d_model_get_words},
                 {F_model_get_word_groups, att3d_model_get_word_groups}};
    struct object *model = borrow(caller, MODEL);
    struct call call = begin(caller, F_model_get_info, 0);
    att3d_model_info info = {0};
    size_t index;
    if (!model) return;
    if (judge(&call, att3d_model_get_info(handle_of(&call, model), OUTPUT(&call, info))) &&
        info.word_count == 0) {
        complain(caller, "att3d_model_get_info", "no words");
    }
    for (index = 0; index < sizeof texts / sizeof *texts; index++) {
        const char *text = NULL;
        call = begin(caller, texts[index].function, 0);
        if (judge(&call, texts[index].get(handle_of(&call, model), place(&call, &text))))
            check_text(&call, text);
    }
    give_back(model);
}

static void read_prompt(struct caller *caller) {
    struct object *model = borrow(caller, MODEL);
    struct call call = begin(caller, F_model_read, ONE(ATT3D_UNLOADED));
    uint32_t flags = one_in(&caller->random, 2) ? ATT3D_READ_CHANGE : 0;
    att3d_reading *reading = NULL;
    struct prompt prompt;
    if (!model) return;
    choose_prompt(&caller->random, &prompt);
    expect(&call, flags ? prompt.as_change : prompt.as_thing);
    if (one_in(&caller->random, 32)) {
        flags |= 1u << (1 + below(&caller->random, 31));
        spoil(&call, ATT3D_INVALID_ARGUMENT);
    }
    if (judge(&call, att3d_model_read(handle_of(&call, model), prompt.text, flags, place(&call, &reading)))) {
        keep(caller, READING, reading, 0, 0);
    }
    give_back(model);
}

static void look_at_reading(struct caller *caller) {
    static const struct {
        enum function function;
        att3d_status (*get)(const att3d_reading *, const char **);
    } texts[] = {{F_reading_get_phrase, att3d_reading_get_phrase},
                 {F_reading_get_thing, att3d_reading_get_thing},
                 {F_reading_get_attributes, att3d_reading_get_attributes},
                 {F_reading_get_left_out, att3d_reading_get_left_out},
                 {F_reading_get_replaced, att3d_reading_get_replaced},
                 {F_reading_get_understood, att3d_reading_get_understood}};
    struct object *reading = borrow(caller, READING);
    size_t index;
    for (index = 0; reading && index < sizeof texts / sizeof *texts; index++) {
        const char *text = NULL;
        struct call call = begin(caller, texts[index].function, 0);
        if (judge(&call, texts[index].get(handle_of(&call, reading), place(&call, &text))))
            check_text(&call, text);
    }
    give_back(reading);
}

/* ---- latents ------------------------------------------------------------------------------------------- */

/* Returns the failures of fields and meshes of a latent. A prompt with only a change names no thing. */
static statuses failures_of(const struct prompt *prompt) { return prompt->as_thing & ~ONE(ATT3D_OK); }

static void encode_prompt(struct caller *caller) {
    struct object *model = borrow(caller, MODEL);
    int is_variant = one_in(&caller->random, 2);
    enum function function = is_variant ? F_latent_from_variant : F_latent_from_prompt;
    struct call call = begin(caller, function, OF_MODEL);
    att3d_latent *latent = NULL;
    struct prompt prompt;
    att3d_status status;
    if (!model) return;
    choose_prompt(&caller->random, &prompt);
    expect(&call, prompt.as_change);
    if (is_variant) {
        uint64_t variant = one_in(&caller->random, 4) ? 0 : draw(&caller->random);
        status =
            att3d_latent_from_variant(handle_of(&call, model), prompt.text, variant, place(&call, &latent));
    } else {
        status = att3d_latent_from_prompt(handle_of(&call, model), prompt.text, place(&call, &latent));
    }
    if (judge(&call, status)) keep(caller, LATENT, latent, model->family, failures_of(&prompt));
    give_back(model);
}

static void encode_prompts(struct caller *caller) {
    enum { MOST = 4 };
    struct object *model = borrow(caller, MODEL);
    struct call call = begin(caller, F_latent_from_prompts, OF_MODEL);
    size_t count = 1 + below(&caller->random, MOST), given, index;
    att3d_latent *latents[MOST] = {NULL};
    struct prompt prompts[MOST];
    const char *texts[MOST];
    if (!model) return;
    for (index = 0; index < count; index++) {
        choose_prompt(&caller->random, &prompts[index]);
        texts[index] = prompts[index].text;
        expect(&call, prompts[index].as_change);
    }
    given = count;
    if (one_in(&caller->random, 32)) {
        given = one_in(&caller->random, 2) ? 0 : 1025;
        spoil(&call, ATT3D_INVALID_ARGUMENT);
    }
    if (judge(&call,
              att3d_latent_from_prompts(handle_of(&call, model), texts, given, place(&call, latents)))) {
        for (index = 0; index < count; index++) {
            keep(caller, LATENT, latents[index], model->family, failures_of(&prompts[index]));
        }
    } else if (latents[0]) {
        complain(caller, "att3d_latent_from_prompts", "an output where it failed");
    }
    give_back(model);
}

/* Borrows latents for a call, which must refuse latents of several models. Returns their failures without a
 * shape. */
static statuses borrow_latents(struct call *call, struct object **objects, const att3d_latent **latents,
                               size_t count) {
    statuses failures = 0;
    size_t index;
    objects[0] = borrow(call->caller, LATENT);
    for (index = 0; objects[0] && index < count; index++) {
        if (index > 0) {
            objects[index] = borrow_of(call->caller, LATENT, objects[0]->family);
            if (!objects[index]) objects[index] = again(objects[0]);
        }
        latents[index] = objects[index]->handle;
        failures |= objects[index]->failures;
        if (objects[index]->family != objects[0]->family) spoil(call, ATT3D_INVALID_ARGUMENT);
    }
    return failures;
}

static void give_latents_back(struct object **objects, size_t count) {
    size_t index;
    for (index = 0; index < count; index++) give_back(objects[index]);
}

static void mix_latents(struct caller *caller) {
    enum { MOST = 4 };
    struct call call = begin(caller, F_latent_mix, OF_MODEL);
    size_t count = 1 + below(&caller->random, MOST), index;
    const att3d_latent *latents[MOST] = {NULL};
    struct object *objects[MOST];
    float weights[MOST];
    att3d_latent *mixed = NULL;
    statuses failures = borrow_latents(&call, objects, latents, count);
    if (!objects[0]) return;
    for (index = 0; index < count; index++) weights[index] = between(&caller->random, -0.2f, 1.2f);
    if (one_in(&caller->random, 24)) {
        weights[0] = one_in(&caller->random, 2) ? NAN : 1001.0f;
        spoil(&call, ATT3D_INVALID_ARGUMENT);
    }
    if (judge(&call, att3d_latent_mix(latents, place(&call, weights), count, place(&call, &mixed)))) {
        keep(caller, LATENT, mixed, objects[0]->family, failures);
    }
    give_latents_back(objects, count);
}

static void look_at_latent(struct caller *caller) {
    struct object *latent = borrow(caller, LATENT);
    struct call call = begin(caller, F_latent_get_unknown_words, 0);
    const char *text = NULL;
    if (!latent) return;
    if (judge(&call, att3d_latent_get_unknown_words(handle_of(&call, latent), place(&call, &text)))) {
        check_text(&call, text);
    }
    call = begin(caller, F_latent_get_replaced_words, 0);
    if (judge(&call, att3d_latent_get_replaced_words(handle_of(&call, latent), place(&call, &text)))) {
        check_text(&call, text);
    }
    give_back(latent);
}

/* ---- shapes -------------------------------------------------------------------------------------------- */

enum { MOST_VERTICES = 24, MOST_TRIANGLES = 16 };

/* A few triangles. The first one has an area. */
struct triangles {
    float positions[3 * MOST_VERTICES], normals[3 * MOST_VERTICES], colors[3 * MOST_VERTICES],
        uvs[2 * MOST_VERTICES];
    uint32_t indices[3 * MOST_TRIANGLES];
    size_t vertex_count, triangle_count;
};

static void make_triangles(struct random *random, struct triangles *triangles) {
    size_t index;
    triangles->vertex_count = 3 + below(random, MOST_VERTICES - 2);
    triangles->triangle_count = 1 + below(random, MOST_TRIANGLES);
    for (index = 0; index < 3 * triangles->vertex_count; index++) {
        triangles->positions[index] = between(random, -0.9f, 0.9f);
        triangles->normals[index] = between(random, -1.0f, 1.0f);
        triangles->colors[index] = between(random, 0.0f, 1.0f);
    }
    for (index = 0; index < 2 * triangles->vertex_count; index++)
        triangles->uvs[index] = between(random, 0.0f, 1.0f);
    for (index = 0; index < 3 * triangles->triangle_count; index++) {
        triangles->indices[index] =
            index < 3 ? (uint32_t)index : below(random, (uint32_t)triangles->vertex_count);
    }
}

/* Damages the triangles, so that no shape can be made from them. */
static void spoil_triangles(struct call *call, struct triangles *triangles) {
    struct random *random = &call->caller->random;
    switch (below(random, 3)) {
    case 0: triangles->positions[below(random, 9)] = NAN; break;
    case 1: triangles->indices[below(random, 3)] = (uint32_t)triangles->vertex_count; break;
    default: triangles->triangle_count = 0; break;
    }
    spoil(call, ATT3D_INVALID_ARGUMENT);
}

static void describe(struct call *call, struct triangles *triangles, att3d_surface_desc *desc) {
    struct random *random = &call->caller->random;
    memset(desc, 0, sizeof *desc);
    make_triangles(random, triangles);
    if (one_in(random, 16)) spoil_triangles(call, triangles);
    desc->struct_size = size_of(call, sizeof *desc);
    desc->positions = triangles->positions;
    if (one_in(random, 2)) desc->normals = triangles->normals;
    if (one_in(random, 2)) desc->colors = triangles->colors;
    if (one_in(random, 2)) desc->uvs = triangles->uvs;
    desc->indices = triangles->indices;
    desc->vertex_count = triangles->vertex_count;
    desc->triangle_count = triangles->triangle_count;
    if (one_in(random, 32)) {
        desc->flags = 2;
        spoil(call, ATT3D_INVALID_ARGUMENT);
    }
}

static void keep_shape(struct call *call, att3d_status status, att3d_shape *shape) {
    if (judge(call, status)) keep(call->caller, SHAPE, shape, 0, 0);
    else if (shape) complain(call->caller, function_names[call->function], "an output where it failed");
}

static void shape_of_points(struct caller *caller) {
    struct call call = begin(caller, F_shape_from_points, 0);
    att3d_status status;
    size_t count = 1 + below(&caller->random, 200), index;
    float *points = malloc(3 * count * sizeof *points);
    att3d_shape *shape = NULL;
    if (!points) abort();
    for (index = 0; index < 3 * count; index++) points[index] = between(&caller->random, -1.0f, 1.0f);
    if (one_in(&caller->random, 16)) {
        points[below(&caller->random, (uint32_t)count)] = one_in(&caller->random, 2) ? INFINITY : 1001.0f;
        spoil(&call, ATT3D_INVALID_ARGUMENT);
    }
    if (one_in(&caller->random, 32)) {
        count = one_in(&caller->random, 2) ? 0 : (size_t)-1 / 8;
        spoil(&call, ATT3D_INVALID_ARGUMENT);
    }
    status = att3d_shape_from_points(place(&call, points), count, place(&call, &shape));
    keep_shape(&call, status, shape);
    free(points);
}

static void shape_of_triangles(struct caller *caller) {
    struct call call = begin(caller, F_shape_from_triangles, 0);
    struct triangles triangles;
    att3d_shape *shape = NULL;
    att3d_status status;
    make_triangles(&caller->random, &triangles);
    if (one_in(&caller->random, 8)) spoil_triangles(&call, &triangles);
    status = att3d_shape_from_triangles(triangles.positions, triangles.vertex_count, triangles.indices,
                                        triangles.triangle_count, place(&call, &shape));
    keep_shape(&call, status, shape);
}

static void shape_of_surface(struct caller *caller) {
    struct call call = begin(caller, F_shape_from_surface, 0);
    att3d_status status;
    struct triangles triangles;
    att3d_surface_desc desc;
    att3d_shape *shape = NULL;
    describe(&call, &triangles, &desc);
    if (one_in(&caller->random, 2)) desc.flags |= ATT3D_SURFACE_FIT;
    status = att3d_shape_from_surface(place(&call, &desc), place(&call, &shape));
    keep_shape(&call, status, shape);
}

/* Makes a shape from a GLB that the library wrote. It must read all of them. */
static void shape_of_glb(struct caller *caller) {
    struct object *mesh = borrow(caller, MESH);
    struct call call = begin(caller, F_mesh_encode, 0);
    att3d_status status;
    att3d_export_desc desc = {0};
    unsigned char *bytes = NULL;
    att3d_shape *shape = NULL;
    size_t size = 0;
    if (!mesh) return;
    desc.struct_size = sizeof desc;
    if (one_in(&caller->random, 2)) desc.flags = ATT3D_EXPORT_COMPRESS;
    if (judge(&call, att3d_mesh_encode(mesh->handle, &desc, NULL, 0, &size))) bytes = malloc(size);
    call = begin(caller, F_mesh_encode, 0);
    if (bytes && judge(&call, att3d_mesh_encode(mesh->handle, &desc, bytes, size, &size))) {
        call = begin(caller, F_shape_from_glb, 0);
        if (one_in(&caller->random, 4)) {
            size = below(&caller->random, (uint32_t)size);
            spoil(&call, ATT3D_FORMAT);
        } else if (one_in(&caller->random, 4)) {
            bytes[below(&caller->random, (uint32_t)size)] ^= (unsigned char)(1u << below(&caller->random, 8));
            call.allowed |= ONE(ATT3D_FORMAT) | ONE(ATT3D_UNSUPPORTED) | ONE(ATT3D_INVALID_ARGUMENT);
        }
        status = att3d_shape_from_glb(bytes, size, place(&call, &shape));
        keep_shape(&call, status, shape);
    }
    free(bytes);
    give_back(mesh);
}

static void keep_share(struct caller *caller) {
    struct object *shape = borrow(caller, SHAPE);
    struct call call = begin(caller, F_shape_with_keep, 0);
    att3d_status status;
    float share = between(&caller->random, 0.0f, 1.0f);
    att3d_shape *other = NULL;
    if (!shape) return;
    if (one_in(&caller->random, 16)) {
        share = one_in(&caller->random, 2) ? NAN : 1.5f;
        spoil(&call, ATT3D_INVALID_ARGUMENT);
    }
    status = att3d_shape_with_keep(handle_of(&call, shape), share, place(&call, &other));
    keep_shape(&call, status, other);
    give_back(shape);
}

static void look_at_shape(struct caller *caller) {
    struct object *shape = borrow(caller, SHAPE);
    struct call call = begin(caller, F_shape_get_info, 0);
    att3d_shape_info info = {0};
    if (!shape) return;
    if (judge(&call, att3d_shape_get_info(handle_of(&call, shape), OUTPUT(&call, info)))) {
        check_numbers(&call, info.centre, 3);
        check_numbers(&call, &info.units, 1);
        if (info.point_count == 0) complain(caller, "att3d_shape_get_info", "no points");
    }
    give_back(shape);
}

/* ---- fields -------------------------------------------------------------------------------------------- */

static void make_fields(struct caller *caller) {
    enum { MOST = 3 };
    size_t count = 1 + below(&caller->random, MOST), index;
    struct call call = begin(caller, count == 1 ? F_field_from_latent : F_field_from_latents, OF_MODEL);
    struct object *shape = one_in(&caller->random, 2) ? NULL : borrow(caller, SHAPE), *objects[MOST];
    const att3d_latent *latents[MOST] = {NULL};
    att3d_field *fields[MOST] = {NULL};
    statuses failures = borrow_latents(&call, objects, latents, count);
    att3d_status status = ATT3D_OK;
    /* NULL is valid for the shape. A handle of another kind is not. */
    const att3d_shape *given = shape ? handle_of(&call, shape) : NULL;
    if (shape && !given) call.is_wrong = 0;
    if (!given) call.allowed |= failures;
    if (!objects[0]) {
        give_back(shape);
        return;
    }
    if (count > 1) status = att3d_field_from_latents(latents, count, given, place(&call, fields));
    else status = att3d_field_from_latent(latents[0], given, place(&call, fields));
    if (judge(&call, status)) {
        for (index = 0; index < count; index++) keep(caller, FIELD, fields[index], objects[0]->family, 0);
    }
    give_latents_back(objects, count);
    give_back(shape);
}

static void look_at_field(struct caller *caller) {
    struct object *field = borrow(caller, FIELD);
    struct call call = begin(caller, F_field_get_info, 0);
    att3d_field_info info = {0};
    if (!field) return;
    if (judge(&call, att3d_field_get_info(handle_of(&call, field), OUTPUT(&call, info))) &&
        info.kind != ATT3D_FIELD_SIGNED_DISTANCE && info.kind != ATT3D_FIELD_DENSITY) {
        complain(caller, "att3d_field_get_info", "another kind");
    }
    give_back(field);
}

/* Allocates a separate array, so that the sanitizer detects a write beyond its end. */
static float *array_of(size_t count) {
    float *array = malloc((count + (count == 0)) * sizeof *array);
    if (!array) abort();
    return array;
}

static void sample_field(struct caller *caller) {
    struct object *field = borrow(caller, FIELD);
    struct call call = begin(caller, F_field_sample, ONE(ATT3D_BUSY));
    size_t count = below(&caller->random, 100), index;
    float *points = array_of(3 * count), *outputs[4];
    att3d_sample_desc desc = {0};
    for (index = 0; index < 4; index++) outputs[index] = array_of(3 * count);
    for (index = 0; index < 3 * count; index++) points[index] = between(&caller->random, -1.5f, 1.5f);
    desc.struct_size = size_of(&call, sizeof desc);
    if (one_in(&caller->random, 2)) desc.values = outputs[0];
    if (one_in(&caller->random, 2)) desc.gradients = outputs[1];
    if (one_in(&caller->random, 2)) desc.colors = outputs[2];
    if (one_in(&caller->random, 2)) desc.materials = outputs[3];
    if (count > 0 && one_in(&caller->random, 24)) {
        points[below(&caller->random, (uint32_t)count)] = NAN;
        spoil(&call, ATT3D_INVALID_ARGUMENT);
    }
    if (one_in(&caller->random, 32)) {
        desc.reserved = 1;
        spoil(&call, ATT3D_INVALID_ARGUMENT);
    }
    if (field &&
        judge(&call, att3d_field_sample(handle_of(&call, field), points, count, place(&call, &desc)))) {
        check_numbers(&call, desc.values, count);
        check_numbers(&call, desc.gradients, 3 * count);
        check_numbers(&call, desc.colors, 3 * count);
        check_numbers(&call, desc.materials, 2 * count);
    }
    for (index = 0; index < 4; index++) free(outputs[index]);
    free(points);
    give_back(field);
}

static void paint(struct caller *caller) {
    struct object *field = borrow(caller, FIELD);
    struct call call = begin(caller, F_field_paint, ONE(ATT3D_BUSY));
    struct triangles triangles;
    att3d_surface_desc desc;
    att3d_mesh *mesh = NULL;
    struct wish wish;
    att3d_status status;
    if (!field) return;
    describe(&call, &triangles, &desc);
    make_wish(&call, &wish, OF_GIVEN);
    expect_wish(&call, &wish);
    if (one_in(&caller->random, 32)) {
        desc.flags |= ATT3D_SURFACE_FIT;
        spoil(&call, ATT3D_INVALID_ARGUMENT);
    }
    status = att3d_field_paint(handle_of(&call, field), place(&call, &desc), wish.desc, place(&call, &mesh));
    keep_mesh(&call, status, mesh);
    end_wish(&wish);
    give_back(field);
}

/* ---- meshes -------------------------------------------------------------------------------------------- */

static void generate(struct caller *caller) {
    struct object *model = borrow(caller, MODEL);
    struct call call = begin(caller, F_generate, OF_MODEL | OF_SURFACE);
    att3d_status status;
    att3d_mesh *mesh = NULL;
    struct prompt prompt;
    struct wish wish;
    if (!model) return;
    choose_prompt(&caller->random, &prompt);
    make_wish(&call, &wish, OF_PROMPT);
    expect_wish(&call, &wish);
    expect(&call, prompt.as_thing);
    status = att3d_generate(handle_of(&call, model), prompt.text, wish.desc, place(&call, &mesh));
    keep_mesh(&call, status,
              mesh);
    end_wish(&wish);
    give_back(model);
}

static void generate_from_latent(struct caller *caller) {
    struct object *latent = borrow(caller, LATENT);
    struct call call = begin(caller, F_generate_from_latent, OF_MODEL | OF_SURFACE);
    att3d_mesh *mesh = NULL;
    struct wish wish;
    att3d_status status;
    if (!latent) return;
    call.allowed |= latent->failures;
    make_wish(&call, &wish, OF_LATENT);
    expect_wish(&call, &wish);
    status = att3d_generate_from_latent(handle_of(&call, latent), wish.desc, place(&call, &mesh));
    keep_mesh(&call, status, mesh);
    end_wish(&wish);
    give_back(latent);
}

static void generate_from_field(struct caller *caller) {
    struct object *field = borrow(caller, FIELD);
    struct call call = begin(caller, F_generate_from_field, OF_SURFACE);
    att3d_mesh *mesh = NULL;
    struct wish wish;
    att3d_status status;
    if (!field) return;
    make_wish(&call, &wish, OF_LATENT);
    expect_wish(&call, &wish);
    status = att3d_generate_from_field(handle_of(&call, field), wish.desc, place(&call, &mesh));
    keep_mesh(&call, status, mesh);
    end_wish(&wish);
    give_back(field);
}

static void choose_morph(struct call *call, att3d_morph_desc *desc) {
    desc->struct_size = size_of(call, sizeof *desc);
    desc->step_count = 1 + below(&call->caller->random, 2);
    if (one_in(&call->caller->random, 2)) desc->bound = between(&call->caller->random, 0.01f, 0.5f);
    if (!one_in(&call->caller->random, 24)) return;
    if (one_in(&call->caller->random, 2)) desc->step_count = 1001;
    else desc->bound = -1.0f;
    spoil(call, ATT3D_INVALID_ARGUMENT);
}

static void generate_morph(struct caller *caller) {
    enum { MOST = 3 };
    struct call call = begin(caller, F_generate_morph, OF_MODEL | OF_SURFACE | ONE(ATT3D_UNSUPPORTED));
    size_t count = 2 + below(&caller->random, MOST - 1);
    const att3d_latent *latents[MOST] = {NULL};
    struct object *objects[MOST];
    att3d_morph_desc desc = {0};
    att3d_mesh *mesh = NULL;
    struct wish wish;
    att3d_status status;
    call.allowed |= borrow_latents(&call, objects, latents, count);
    if (!objects[0]) return;
    choose_morph(&call, &desc);
    make_wish(&call, &wish, OF_LATENT);
    expect_wish(&call, &wish);
    status =
        att3d_generate_morph(latents, count, wish.desc, place_or_none(&call, &desc), place(&call, &mesh));
    keep_mesh(&call, status, mesh);
    end_wish(&wish);
    give_latents_back(objects, count);
}

static void check_view(const struct call *call, const att3d_mesh_view *view) {
    size_t count = view->vertex_count;
    check_numbers(call, view->positions, 3 * count);
    check_numbers(call, view->normals, 3 * count);
    check_numbers(call, view->colors, 3 * count);
    check_numbers(call, view->materials, 2 * count);
    check_numbers(call, view->uvs, 2 * count);
    check_numbers(call, view->tangents, 4 * count);
    check_indices(call, view->indices, 3 * (size_t)view->triangle_count, view->vertex_count);
    if (count < 3 || view->triangle_count == 0 || !view->positions || !view->indices) {
        complain(call->caller, function_names[call->function], "an empty mesh");
    }
}

static void look_at_mesh(struct caller *caller) {
    static const struct {
        enum function function;
        att3d_status (*get)(const att3d_mesh *, const char **);
    } texts[] = {{F_mesh_get_prompt, att3d_mesh_get_prompt},
                 {F_mesh_get_unknown_words, att3d_mesh_get_unknown_words},
                 {F_mesh_get_replaced_words, att3d_mesh_get_replaced_words}};
    struct object *mesh = borrow(caller, MESH);
    struct call call = begin(caller, F_mesh_get_view, 0);
    att3d_mesh_view view = {0};
    att3d_mesh_report report = {0};
    size_t index;
    if (!mesh) return;
    if (judge(&call, att3d_mesh_get_view(handle_of(&call, mesh), OUTPUT(&call, view))))
        check_view(&call, &view);
    for (index = 0; index < sizeof texts / sizeof *texts; index++) {
        const char *text = NULL;
        call = begin(caller, texts[index].function, 0);
        if (judge(&call, texts[index].get(handle_of(&call, mesh), place(&call, &text))))
            check_text(&call, text);
    }
    call = begin(caller, F_mesh_get_report, 0);
    if (judge(&call, att3d_mesh_get_report(handle_of(&call, mesh), OUTPUT(&call, report))) &&
        (report.component_count == 0 || !isfinite(report.volume) || !isfinite(report.area))) {
        complain(caller, "att3d_mesh_get_report", "a report of nothing");
    }
    give_back(mesh);
}

static void check_texture(struct caller *caller, const struct object *mesh, uint32_t size) {
    uint32_t which = one_in(&caller->random, 24) ? 4 : below(&caller->random, 4);
    struct call call = begin(caller, F_mesh_get_texture, 0);
    att3d_texture_view view = {0};
    unsigned long sum = 0;
    size_t index;
    if (size == 0) spoil(&call, ATT3D_UNSUPPORTED);
    /* A painted mesh of the caller has no normal texture and no occlusion texture. */
    if (which != ATT3D_TEXTURE_BASE_COLOR) call.allowed |= ONE(ATT3D_UNSUPPORTED);
    if (which == 4) spoil(&call, ATT3D_INVALID_ARGUMENT);
    if (!judge(&call, att3d_mesh_get_texture(handle_of(&call, mesh), which, OUTPUT(&call, view)))) return;
    for (index = 0; index < (size_t)view.width * view.height * view.channels; index++)
        sum += view.texels[index];
    if (view.width != size || view.height != size || sum == 0)
        complain(caller, "att3d_mesh_get_texture", "no picture");
}

static void check_level(struct caller *caller, const struct object *mesh, uint32_t count, uint32_t vertices) {
    struct call call = begin(caller, F_mesh_get_level, 0);
    uint32_t level = one_in(&caller->random, 8) ? 0 : 1 + below(&caller->random, count + 1);
    att3d_level_view view = {0};
    if (level == 0 || level > count) spoil(&call, ATT3D_INVALID_ARGUMENT);
    if (judge(&call, att3d_mesh_get_level(handle_of(&call, mesh), level, OUTPUT(&call, view)))) {
        check_indices(&call, view.indices, 3 * (size_t)view.triangle_count, vertices);
    }
}

static void check_hulls(struct caller *caller, const struct object *mesh, uint32_t count) {
    struct call call = begin(caller, F_mesh_get_hull, 0);
    uint32_t which = below(&caller->random, count + 1);
    att3d_mesh_view view = {0};
    if (count == 0) spoil(&call, ATT3D_UNSUPPORTED);
    if (judge(&call, att3d_mesh_get_hull(handle_of(&call, mesh), OUTPUT(&call, view))))
        check_view(&call, &view);
    call = begin(caller, F_mesh_get_hull_at, 0);
    memset(&view, 0, sizeof view);
    if (which >= count) spoil(&call, count == 0 ? ATT3D_UNSUPPORTED : ATT3D_INVALID_ARGUMENT);
    if (judge(&call, att3d_mesh_get_hull_at(handle_of(&call, mesh), which, OUTPUT(&call, view)))) {
        check_view(&call, &view);
    }
}

static void check_target(struct caller *caller, const struct object *mesh, uint32_t count,
                         uint32_t vertices) {
    struct call call = begin(caller, F_mesh_get_target, 0);
    uint32_t which = below(&caller->random, count + 1);
    att3d_target_view view = {0};
    if (which >= count) spoil(&call, ATT3D_INVALID_ARGUMENT);
    if (!judge(&call, att3d_mesh_get_target(handle_of(&call, mesh), which, OUTPUT(&call, view)))) return;
    check_numbers(&call, view.positions, 3 * (size_t)view.vertex_count);
    check_numbers(&call, view.normals, 3 * (size_t)view.vertex_count);
    check_numbers(&call, view.colors, 3 * (size_t)view.vertex_count);
    check_text(&call, view.name);
    if (view.vertex_count != vertices) complain(caller, "att3d_mesh_get_target", "another count of vertices");
}

/* Reads everything that a mesh may have beside its surface, and requests parts that it lacks. */
static void look_beside(struct caller *caller, const struct object *mesh) {
    struct call call = begin(caller, F_mesh_get_info, 0);
    att3d_mesh_info info = {0};
    att3d_mesh_view view = {0};
    view.struct_size = sizeof view;
    if (!judge(&call, att3d_mesh_get_info(handle_of(&call, mesh), OUTPUT(&call, info)))) return;
    check_numbers(&call, info.minimum, 3);
    check_numbers(&call, info.maximum, 3);
    call = begin(caller, F_mesh_get_view, 0);
    judge(&call, att3d_mesh_get_view(mesh->handle, &view));
    check_texture(caller, mesh, info.texture_size);
    check_level(caller, mesh, info.level_count, view.vertex_count);
    check_hulls(caller, mesh, info.hull_count);
    check_target(caller, mesh, info.target_count, view.vertex_count);
}

static void look_beside_mesh(struct caller *caller) {
    struct object *mesh = borrow(caller, MESH);
    if (mesh) look_beside(caller, mesh);
    give_back(mesh);
}

static void draw_mesh(struct caller *caller) {
    struct object *mesh = borrow(caller, MESH);
    struct call call = begin(caller, F_mesh_draw, ONE(ATT3D_BUSY));
    att3d_picture_desc desc = {0};
    size_t capacity;
    uint8_t *pixels;
    desc.struct_size = size_of(&call, sizeof desc);
    desc.width = 1 + below(&caller->random, 64);
    desc.height = 1 + below(&caller->random, 64);
    desc.samples = below(&caller->random, 5);
    desc.turn_degrees = between(&caller->random, -400.0f, 400.0f);
    desc.rise_degrees = between(&caller->random, -100.0f, 100.0f);
    capacity = (size_t)desc.width * desc.height * 4;
    pixels = malloc(capacity);
    if (!pixels) abort();
    if (one_in(&caller->random, 16)) {
        capacity--;
        spoil(&call, ATT3D_BUFFER_TOO_SMALL);
    }
    if (one_in(&caller->random, 24)) {
        if (one_in(&caller->random, 2)) desc.samples = 5;
        else desc.rise_degrees = NAN;
        spoil(&call, ATT3D_INVALID_ARGUMENT);
    }
    if (mesh && judge(&call, att3d_mesh_draw(handle_of(&call, mesh), &desc, pixels, capacity)) &&
        pixels[3] != 255) {
        complain(caller, "att3d_mesh_draw", "a pixel that is not opaque");
    }
    free(pixels);
    give_back(mesh);
}

/* ---- files --------------------------------------------------------------------------------------------- */

/* Marks the call as wrong if the options exclude each other for every mesh. */
static void judge_export(struct call *call, const att3d_export_desc *desc, uint32_t format) {
    const uint32_t pivots = ATT3D_EXPORT_KEEP_PIVOT | ATT3D_EXPORT_PIVOT_CENTRE;
    int is_wrong = (desc->flags & pivots) == pivots || (desc->metres_per_unit != 0.0f && desc->size != 0.0f);
    if ((desc->flags & ATT3D_EXPORT_UP_Z) && format == ATT3D_MESH_GLB) is_wrong = 1;
    if (desc->flags & ATT3D_EXPORT_PLACE_OF_SHAPE) {
        /* Only some meshes have a known place of their shape. */
        call->allowed |= ONE(ATT3D_INVALID_ARGUMENT);
        if ((desc->flags & pivots) || desc->metres_per_unit != 0.0f) is_wrong = 1;
    }
    if (is_wrong) spoil(call, ATT3D_INVALID_ARGUMENT);
}

/* Use of a file. A file that other threads read stays a GLB. */
enum use { ONE_MESH, SHARED_GLB, FRAMES };

static void choose_export(struct call *call, att3d_export_desc *desc, enum use use, uint32_t format_of_path) {
    struct random *random = &call->caller->random;
    memset(desc, 0, sizeof *desc);
    desc->struct_size = size_of(call, sizeof *desc);
    if (one_in(random, 2) && use != SHARED_GLB) desc->format = 1 + below(random, 4);
    if (one_in(random, 8)) desc->flags |= ATT3D_EXPORT_KEEP_PIVOT;
    if (one_in(random, 8)) desc->flags |= ATT3D_EXPORT_PIVOT_CENTRE;
    if (one_in(random, 8)) desc->flags |= ATT3D_EXPORT_UP_Z;
    if (one_in(random, 8)) desc->flags |= ATT3D_EXPORT_GODOT;
    if (one_in(random, 8)) desc->flags |= ATT3D_EXPORT_PLACE_OF_SHAPE;
    if (one_in(random, 4)) desc->flags |= ATT3D_EXPORT_COMPRESS;
    if (one_in(random, 8)) desc->metres_per_unit = between(random, 0.1f, 10.0f);
    if (one_in(random, 8)) desc->size = between(random, 0.1f, 10.0f);
    if (one_in(random, 8)) desc->seconds = between(random, 0.1f, 10.0f);
    judge_export(call, desc, desc->format ? desc->format : format_of_path);
    if (!one_in(random, 24)) return;
    if (one_in(random, 2)) desc->format = 5;
    else desc->flags |= 64;
    spoil(call, ATT3D_INVALID_ARGUMENT);
}

static void encode_mesh(struct caller *caller) {
    struct object *mesh = borrow(caller, MESH);
    struct call call = begin(caller, F_mesh_encode, 0), second;
    att3d_export_desc desc;
    size_t size = 0, needed = 0;
    unsigned char *buffer;
    if (!mesh) return;
    choose_export(&call, &desc, ONE_MESH, ATT3D_MESH_GLB);
    if (judge(&call, att3d_mesh_encode(handle_of(&call, mesh), &desc, NULL, 0, place(&call, &needed)))) {
        second = begin(caller, F_mesh_encode, 0);
        size = needed;
        if (one_in(&caller->random, 8)) {
            size--;
            spoil(&second, ATT3D_BUFFER_TOO_SMALL);
        }
        buffer = malloc(size);
        if (!buffer) abort();
        judge(&second, att3d_mesh_encode(mesh->handle, &desc, buffer, size, &size));
        if (size != needed) complain(caller, "att3d_mesh_encode", "another size than before");
        free(buffer);
    }
    give_back(mesh);
}

/* Writes a path in the folder of this run, sometimes an invalid one. Returns the format of its extension. */
static uint32_t choose_path(struct call *call, char *path, size_t size) {
    static const char *const endings[] = {"", ".glb", ".obj", ".ply", ".stl"};
    struct random *random = &call->caller->random;
    uint32_t ending = below(random, 5);
    snprintf(path, size, "%s/mesh%u%s", folder, below(random, 3), endings[ending]);
    if (one_in(random, 3)) {
        snprintf(path, size, "%s", shared_files[below(random, SHARED_FILES)]);
        ending = 1;
    }
    if (one_in(random, 24)) {
        snprintf(path, size, one_in(random, 2) ? "/nowhere/at/all.glb" : "%s", folder);
        spoil(call, ATT3D_IO);
        /* The folder's name has an extension of no known format. */
        call->allowed |= ONE(ATT3D_INVALID_ARGUMENT);
    } else if (one_in(random, 24)) {
        snprintf(path, size, "%s/\xff.glb", folder);
        spoil(call, ATT3D_INVALID_ARGUMENT);
    }
    return ending == 0 ? ATT3D_MESH_GLB : ending;
}

static void write_file(struct caller *caller) {
    struct object *mesh = borrow(caller, MESH);
    struct call call = begin(caller, F_mesh_write_file, 0);
    att3d_export_desc desc;
    uint32_t format;
    char path[128];
    if (!mesh) return;
    format = choose_path(&call, path, sizeof path);
    choose_export(&call, &desc, strstr(path, "shared") ? SHARED_GLB : ONE_MESH, format);
    judge(&call, att3d_mesh_write_file(handle_of(&call, mesh), path, place_or_none(&call, &desc)));
    give_back(mesh);
}

static void write_frames(struct caller *caller) {
    enum { MOST = 4 };
    struct call call = begin(caller, F_meshes_write_frames, 0);
    size_t count = 1 + below(&caller->random, MOST), index;
    struct object *objects[MOST] = {NULL};
    const att3d_mesh *meshes[MOST];
    att3d_export_desc desc;
    char path[128];
    int is_complete = 1;
    uint32_t format = choose_path(&call, path, sizeof path);
    choose_export(&call, &desc, FRAMES, format);
    if ((desc.format ? desc.format : format) != ATT3D_MESH_GLB) spoil(&call, ATT3D_INVALID_ARGUMENT);
    for (index = 0; index < count; index++) {
        objects[index] = borrow(caller, MESH);
        if (objects[index]) meshes[index] = handle_of(&call, objects[index]);
        else is_complete = 0;
    }
    if (is_complete) {
        if (one_in(&caller->random, 32)) {
            count = 0;
            spoil(&call, ATT3D_INVALID_ARGUMENT);
        }
        judge(&call, att3d_meshes_write_frames(meshes, count, path, place_or_none(&call, &desc)));
    }
    for (index = 0; index < MOST; index++) give_back(objects[index]);
}

/* Restyles a file that other threads replace at the same time. The read file must always be complete. */
static void restyle(struct caller *caller) {
    struct object *model = borrow(caller, MODEL);
    struct call call = begin(caller, F_restyle_file, OF_MODEL);
    const char *from = shared_files[below(&caller->random, SHARED_FILES)];
    const char *to = shared_files[below(&caller->random, SHARED_FILES)];
    uint32_t flags = one_in(&caller->random, 2) ? ATT3D_RESTYLE_UNWRAP : 0;
    struct prompt prompt;
    struct wish wish;
    if (!model) return;
    choose_prompt(&caller->random, &prompt);
    make_wish(&call, &wish, OF_GIVEN);
    /* This prompt allows seeds. */
    wish.is_hopeless = 0;
    expect_wish(&call, &wish);
    expect(&call, prompt.as_change);
    if (one_in(&caller->random, 24)) {
        from = one_in(&caller->random, 2) ? "/nowhere/at/all.glb" : "tests/abi/symbols.txt";
        spoil(&call, ATT3D_IO);
        call.allowed |= ONE(ATT3D_FORMAT);
    }
    if (one_in(&caller->random, 24)) {
        flags |= 2;
        spoil(&call, ATT3D_INVALID_ARGUMENT);
    }
    judge(&call, att3d_restyle_file(handle_of(&call, model), from, prompt.text, wish.desc, flags, to));
    end_wish(&wish);
    give_back(model);
}

/* ---- jobs ---------------------------------------------------------------------------------------------- */

/* Keeps a job. It may end like its work, or canceled by any thread. */
static void keep_job(struct call *call, att3d_status status, att3d_job *job, statuses failures) {
    if (judge(call, status))
        keep(call->caller, JOB, job, 0, failures | OF_MODEL | OF_SURFACE | ONE(ATT3D_CANCELLED));
    else if (job) complain(call->caller, function_names[call->function], "an output where it failed");
}

static void start_job(struct caller *caller) {
    struct object *model = borrow(caller, MODEL);
    struct call call = begin(caller, F_job_start, ONE(ATT3D_UNLOADED));
    att3d_job *job = NULL;
    struct prompt prompt;
    struct wish wish;
    statuses failures;
    att3d_status status;
    if (!model) return;
    choose_prompt(&caller->random, &prompt);
    if (!prompt.is_text) spoil(&call, ATT3D_INVALID_ARGUMENT);
    make_wish(&call, &wish, OF_PROMPT);
    failures = wish.failures | (prompt.as_thing & ~ONE(ATT3D_OK));
    status = att3d_job_start(handle_of(&call, model), prompt.text, wish.desc, place(&call, &job));
    keep_job(&call, status, job, failures);
    end_wish(&wish);
    give_back(model);
}

/* Starts a job of a latent or of a field. */
static void start_job_of(struct caller *caller, enum kind kind) {
    struct object *object = borrow(caller, kind);
    enum function function = kind == FIELD ? F_job_start_field : F_job_start_latent;
    struct call call = begin(caller, function, kind == FIELD ? 0 : ONE(ATT3D_UNLOADED));
    att3d_job *job = NULL;
    struct wish wish;
    att3d_status status;
    if (!object) return;
    make_wish(&call, &wish, OF_LATENT);
    /* Either the call or the job may refuse the seed. */
    call.allowed |= wish.is_hopeless ? ONE(ATT3D_INVALID_ARGUMENT) : 0;
    if (kind == FIELD)
        status = att3d_job_start_field(handle_of(&call, object), wish.desc, place(&call, &job));
    else status = att3d_job_start_latent(handle_of(&call, object), wish.desc, place(&call, &job));
    keep_job(&call, status, job, wish.failures | object->failures);
    end_wish(&wish);
    give_back(object);
}

static void start_job_of_latent(struct caller *caller) { start_job_of(caller, LATENT); }

static void start_job_of_field(struct caller *caller) { start_job_of(caller, FIELD); }

static void look_at_job(struct caller *caller) {
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
    }
    give_back(job);
}

static void wait_for_job(struct caller *caller) {
    struct object *job = borrow(caller, JOB);
    struct call call = begin(caller, F_job_wait, 0);
    uint32_t limit = one_in(&caller->random, 4) ? ATT3D_FOREVER : below(&caller->random, 200);
    if (!job) return;
    if (limit != ATT3D_FOREVER) call.allowed |= ONE(ATT3D_TIMEOUT);
    if (caller->is_inside) spoil(&call, ATT3D_BUSY);
    judge(&call, att3d_job_wait(handle_of(&call, job), limit));
    give_back(job);
}

static void cancel_job(struct caller *caller) {
    struct object *job = borrow(caller, JOB);
    struct call call = begin(caller, F_job_cancel, 0);
    if (!job) return;
    judge(&call, att3d_job_cancel(handle_of(&call, job)));
    give_back(job);
}

/* Takes a job's mesh. The call may fail with the job's own failure, or because the job still runs or was
 * taken already. */
static void take_from_job(struct caller *caller) {
    struct object *job = borrow(caller, JOB);
    struct call call = begin(caller, F_job_take_mesh, 0);
    att3d_status status;
    att3d_mesh *mesh = NULL;
    if (!job) return;
    call.allowed |= job->failures | ONE(ATT3D_BUSY) | ONE(ATT3D_INVALID_ARGUMENT);
    status = att3d_job_take_mesh(handle_of(&call, job), place(&call, &mesh));
    keep_mesh(&call, status, mesh);
    give_back(job);
}

/* ---- live sessions ------------------------------------------------------------------------------------- */

static void start_live(struct caller *caller) {
    struct object *model = borrow(caller, MODEL);
    struct call call = begin(caller, F_live_create, ONE(ATT3D_UNLOADED));
    att3d_live *live = NULL;
    struct wish wish;
    statuses failures;
    if (!model) return;
    make_wish(&call, &wish, OF_LIVE);
    /* The callback of a session is not called, and a seed is invalid for its latents. */
    failures = (wish.failures & ~ONE(ATT3D_CANCELLED)) | OF_MODEL | OF_SURFACE | ONE(ATT3D_PROMPT);
    if (wish.given.desc.seed) failures |= ONE(ATT3D_INVALID_ARGUMENT);
    if (wish.listener) wish.listener->is_never_called = 1;
    if (judge(&call, att3d_live_create(handle_of(&call, model), wish.desc, place(&call, &live)))) {
        keep(caller, LIVE, live, model->family, failures);
    }
    end_wish(&wish);
    give_back(model);
}

static void set_live_prompt(struct caller *caller) {
    struct object *live = borrow(caller, LIVE);
    struct call call = begin(caller, F_live_set_prompt, 0);
    uint32_t is_typing = below(&caller->random, 3);
    uint64_t request = 0;
    struct prompt prompt;
    if (!live) return;
    choose_prompt(&caller->random, &prompt);
    if (!prompt.is_text) spoil(&call, ATT3D_INVALID_ARGUMENT);
    if (judge(&call, att3d_live_set_prompt(handle_of(&call, live), prompt.text, is_typing, &request)) &&
        !request) {
        complain(caller, "att3d_live_set_prompt", "no number");
    }
    give_back(live);
}

static void set_live_latent(struct caller *caller) {
    struct object *live = borrow(caller, LIVE);
    struct object *latent = borrow_of(caller, LATENT, live ? live->family : 0);
    struct call call = begin(caller, F_live_set_latent, 0);
    uint64_t request = 0;
    if (live && latent) {
        if (live->family != latent->family) spoil(&call, ATT3D_INVALID_ARGUMENT);
        judge(&call, att3d_live_set_latent(handle_of(&call, live), handle_of(&call, latent),
                                           one_in(&caller->random, 2) ? &request : NULL));
    }
    give_back(live);
    give_back(latent);
}

/* Waits for a session, with a time limit: other threads may make new requests all the time. */
static void wait_for_live(struct caller *caller) {
    struct object *live = borrow(caller, LIVE);
    struct call call = begin(caller, F_live_wait, ONE(ATT3D_TIMEOUT));
    if (!live) return;
    if (caller->is_inside) spoil(&call, ATT3D_BUSY);
    judge(&call, att3d_live_wait(handle_of(&call, live), below(&caller->random, 1000)));
    give_back(live);
}

static void take_from_live(struct caller *caller) {
    struct object *live = borrow(caller, LIVE);
    struct call call = begin(caller, F_live_take_mesh, 0);
    att3d_mesh *mesh = NULL;
    uint64_t request = 0;
    if (!live) return;
    if (judge(&call, att3d_live_take_mesh(handle_of(&call, live), place(&call, &mesh), &request))) {
        if ((request != 0) != (mesh != NULL))
            complain(caller, "att3d_live_take_mesh", "a mesh of no request");
        if (mesh) keep(caller, MESH, mesh, 0, 0);
    }
    give_back(live);
}

static void look_at_live(struct caller *caller) {
    struct object *live = borrow(caller, LIVE);
    struct call call = begin(caller, F_live_get_info, 0);
    att3d_live_info info;
    if (!live) return;
    memset(&info, 0, sizeof info);
    if (judge(&call, att3d_live_get_info(handle_of(&call, live), OUTPUT(&call, info)))) {
        statuses allowed = live->failures | ONE(ATT3D_OK);
        if (info.status < 0 || info.status >= STATUSES || !(allowed & ONE(info.status))) {
            complain(caller, "a session's status", info.message);
        }
        if (info.answered > info.requested || info.word_state > ATT3D_WORD_LEFT_OUT) {
            complain(caller, "a session's state", "one that is none");
        }
        check_text(&call, info.word);
        check_text(&call, info.unknown_words);
        check_text(&call, info.replaced_words);
        check_text(&call, info.understood);
        check_text(&call, info.message);
    }
    give_back(live);
}

/* ---- the operations ------------------------------------------------------------------------------------ */

/* Removes an object from the pool. Its last user frees it. */
static void drop_any(struct caller *caller) {
    enum kind kind = (enum kind)(1 + below(&caller->random, KINDS - 1));
    put(kind, below(&caller->random, SLOTS), NULL);
}

static void free_nothing(struct caller *caller) {
    (void)caller;
    att3d_context_free(NULL);
    att3d_model_free(NULL);
    att3d_reading_free(NULL);
    att3d_latent_free(NULL);
    att3d_shape_free(NULL);
    att3d_field_free(NULL);
    att3d_mesh_free(NULL);
    att3d_job_free(NULL);
    att3d_live_free(NULL);
}

/* The operations of a thread, how often they run, and whether they never wait. A log callback runs only those
 * that never wait. */
static const struct operation {
    void (*run)(struct caller *);
    uint32_t weight;
    int is_quick;
} operations[] = {
    {look_at_library, 4, 1},          {make_context, 2, 0},             {look_at_context, 4, 1},
    {trim_context, 2, 0},             {set_log, 4, 0},                  {load_bundled, 6, 0},
    {load_file, 1, 0},                {load_memory, 1, 0},              {load_with_progress, 1, 0},
    {unload_model, 2, 0},
    {look_at_model, 4, 1},            {read_prompt, 8, 1},              {look_at_reading, 6, 1},
    {encode_prompt, 10, 0},           {encode_prompts, 4, 0},           {mix_latents, 6, 0},
    {look_at_latent, 6, 1},           {shape_of_points, 2, 1},          {shape_of_triangles, 2, 1},
    {shape_of_surface, 3, 1},         {shape_of_glb, 4, 0},             {keep_share, 3, 1},
    {look_at_shape, 4, 1},            {make_fields, 8, 0},              {look_at_field, 6, 1},
    {sample_field, 8, 0},             {paint, 4, 0},                    {generate, 6, 0},
    {generate_from_latent, 4, 0},     {generate_from_field, 6, 0},      {generate_morph, 2, 0},
    {look_at_mesh, 12, 1},            {look_beside_mesh, 12, 1},        {draw_mesh, 6, 0},
    {encode_mesh, 6, 0},              {write_file, 4, 0},               {write_frames, 3, 0},
    {restyle, 2, 0},                  {start_job, 6, 0},                {start_job_of_latent, 4, 0},
    {start_job_of_field, 4, 0},       {look_at_job, 10, 1},             {wait_for_job, 8, 0},
    {cancel_job, 3, 1},               {take_from_job, 10, 1},           {start_live, 3, 0},
    {set_live_prompt, 8, 1},          {set_live_latent, 6, 1},          {wait_for_live, 4, 0},
    {take_from_live, 8, 1},           {look_at_live, 8, 1},             {drop_any, 8, 1},
    {free_nothing, 1, 1},
};

enum { OPERATIONS = sizeof operations / sizeof *operations };

static void do_any(struct caller *caller) {
    uint32_t all = 0, chosen;
    size_t index;
    for (index = 0; index < OPERATIONS; index++) {
        if (operations[index].is_quick || !caller->is_brief) all += operations[index].weight;
    }
    chosen = below(&caller->random, all);
    for (index = 0; index < OPERATIONS; index++) {
        if (!operations[index].is_quick && caller->is_brief) continue;
        if (chosen < operations[index].weight) break;
        chosen -= operations[index].weight;
    }
    operations[index].run(caller);
}

/* Runs one step. Each thread first runs all operations of the table in order, from its own start, and then
 * random ones. */
static void do_step(struct caller *caller) {
    size_t first = (size_t)caller->thread * OPERATIONS / THREADS;
    caller->random = begun(seed ^ mixed(((uint64_t)caller->thread << 48) + caller->step));
    if (caller->step < OPERATIONS) operations[(first + caller->step) % OPERATIONS].run(caller);
    else do_any(caller);
}

/* Returns whether there is a function that has not succeeded yet. */
static int is_one_missing(void) {
    int function = 0;
    while (function < FUNCTION_COUNT && LOOK(found[function][ATT3D_OK]) > 0) function++;
    return function < FUNCTION_COUNT;
}

/* Returns whether the run is over. On a slow machine, the run takes longer than requested, until each
 * function has succeeded once. */
static int is_time_over(const struct caller *caller) {
    time_t now = time(NULL);
    if (caller->step < OPERATIONS || now < deadline) return 0;
    return now >= deadline + MOST_EXTRA_SECONDS || !is_one_missing();
}

static void *work(void *user) {
    struct caller caller;
    memset(&caller, 0, sizeof caller);
    caller.thread = (int)(uintptr_t)user;
    for (; !is_time_over(&caller); caller.step++) {
        do_step(&caller);
        SET(steps[caller.thread], caller.step + 1);
    }
    return NULL;
}

/* ---- the whole run ------------------------------------------------------------------------------------- */

/* Checks that the table has exactly the exported functions. */
static void check_names(void) {
    FILE *file = fopen("tests/abi/symbols.txt", "r");
    char line[128];
    size_t index = 0;
    if (!file)
        test_fail(__FILE__, __LINE__, "tests/abi/symbols.txt",
                  "no such file: run it from the repository's root");
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\r\n")] = 0;
        if (index >= FUNCTION_COUNT || strcmp(line, function_names[index]) != 0) {
            test_fail(__FILE__, __LINE__, "the table of functions is tests/abi/symbols.txt", line);
        }
        index++;
    }
    fclose(file);
    HOLDS(index == FUNCTION_COUNT);
}

static void read_package(void) {
    FILE *file = fopen("models/toybox/toybox.att3d", "rb");
    long size = 0;
    HOLDS(file != NULL);
    HOLDS(fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) > 0 && fseek(file, 0, SEEK_SET) == 0);
    package_size = (size_t)size;
    package = malloc(package_size);
    HOLDS(package && fread(package, 1, package_size, file) == package_size);
    fclose(file);
}

static char *letters(size_t count) {
    char *text = malloc(count + 1);
    HOLDS(text != NULL);
    memset(text, 'a', count);
    text[count] = 0;
    return text;
}

static void make_folder(void) {
    const char *parent = getenv("TMPDIR");
    int index;
    snprintf(folder, sizeof folder, "%s/random_calls.XXXXXX",
             parent && strlen(parent) < 32 ? parent : "/tmp");
    HOLDS(mkdtemp(folder) != NULL);
    for (index = 0; index < SHARED_FILES; index++) {
        snprintf(shared_files[index], sizeof shared_files[index], "%s/shared%d.glb", folder, index);
    }
}

/* Fills the pool before the threads start, with one object of each kind except readings. Also writes the
 * shared files. */
static void fill_pool(void) {
    const float corners[9] = {0, 0, 0, 0.5f, 0, 0, 0, 0.5f, 0};
    const statuses any = ONE(ATT3D_OK) | OF_MODEL | OF_SURFACE | ONE(ATT3D_CANCELLED) | ONE(ATT3D_PROMPT);
    att3d_generate_desc desc = {0};
    att3d_context *context = NULL;
    att3d_model *model = NULL;
    att3d_latent *latent = NULL;
    att3d_shape *shape = NULL;
    att3d_field *field = NULL;
    att3d_mesh *mesh = NULL;
    att3d_job *job = NULL;
    att3d_live *live = NULL;
    int index;
    desc.struct_size = sizeof desc;
    desc.resolution = 16;
    desc.texture_size = 64;
    RETURNS(ATT3D_OK, att3d_context_create(NULL, &context));
    RETURNS(ATT3D_OK, att3d_model_load_bundled(context, &model));
    RETURNS(ATT3D_OK, att3d_model_read(model, "a pig", 0, &strange_reading));
    RETURNS(ATT3D_OK, att3d_shape_from_points(corners, 3, &strange_shape));
    RETURNS(ATT3D_OK, att3d_latent_from_prompt(model, "a pig", &latent));
    RETURNS(ATT3D_OK, att3d_shape_from_points(corners, 3, &shape));
    RETURNS(ATT3D_OK, att3d_field_from_latent(latent, NULL, &field));
    RETURNS(ATT3D_OK, att3d_generate_from_field(field, &desc, &mesh));
    RETURNS(ATT3D_OK, att3d_job_start_latent(latent, &desc, &job));
    RETURNS(ATT3D_OK, att3d_live_create(model, &desc, &live));
    for (index = 0; index < SHARED_FILES; index++)
        RETURNS(ATT3D_OK, att3d_mesh_write_file(mesh, shared_files[index], NULL));
    put(CONTEXT, 0, object_of(CONTEXT, context, 0, 0));
    put(MODEL, 0, object_of(MODEL, model, families, 0));
    put(LATENT, 0, object_of(LATENT, latent, families, 0));
    put(SHAPE, 0, object_of(SHAPE, shape, 0, 0));
    put(FIELD, 0, object_of(FIELD, field, families, 0));
    put(MESH, 0, object_of(MESH, mesh, 0, 0));
    put(JOB, 0, object_of(JOB, job, 0, any));
    put(LIVE, 0, object_of(LIVE, live, families, any));
}

static void empty_pool(void) {
    const struct timespec moment = {0, 10000000};
    int kind, slot, round;
    for (kind = 0; kind < KINDS; kind++) {
        for (slot = 0; slot < SLOTS; slot++) put((enum kind)kind, (uint32_t)slot, NULL);
    }
    att3d_shape_free(strange_shape);
    att3d_reading_free(strange_reading);
    /* Objects that were freed inside a callback may end a little later. Then, all listeners must be released.
     * */
    for (round = 0; round < 3000 && LOOK(listeners) > 0; round++) nanosleep(&moment, NULL);
    if (LOOK(listeners) > 0) {
        fprintf(stderr, "random_calls: %lu listeners were never released\n", LOOK(listeners));
        ADD(faults, 1);
    }
}

static void remove_files(void) {
    static const char *const endings[] = {"", ".glb", ".obj", ".ply", ".stl"};
    char path[128];
    int number, ending;
    for (number = 0; number < SHARED_FILES; number++) remove(shared_files[number]);
    for (number = 0; number < 3; number++) {
        for (ending = 0; ending < 5; ending++) {
            snprintf(path, sizeof path, "%s/mesh%d%s", folder, number, endings[ending]);
            remove(path);
        }
    }
    if (rmdir(folder) != 0) {
        fprintf(stderr, "random_calls: something is left in %s\n", folder);
        ADD(faults, 1);
    }
}

static double resident_mebibytes(void) {
    long size = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file) return 0.0;
    if (fscanf(file, "%ld %ld", &size, &resident) != 2) resident = 0;
    fclose(file);
    return (double)resident * (double)sysconf(_SC_PAGESIZE) / 1048576.0;
}

/* Ends the program if a thread has made no step for ten minutes, and prints the function in which it waits.
 * */
static void watch_threads(uint64_t *before, time_t *since) {
    time_t now = time(NULL);
    int thread;
    for (thread = 0; thread < THREADS; thread++) {
        uint64_t here = LOOK(steps[thread]);
        if (here != before[thread]) {
            before[thread] = here;
            since[thread] = now;
        } else if (now - since[thread] > 600) {
            fprintf(stderr,
                    "random_calls: thread %d does not return from %s, step %" PRIu64 ", seed %" PRIu64 "\n",
                    thread, function_names[LOOK(at_work[thread])], here, seed);
            abort();
        }
    }
}

static void tell_minute(time_t start) {
    uint64_t all = 0;
    int thread;
    for (thread = 0; thread < THREADS; thread++) all += LOOK(steps[thread]);
    printf("%3ld min: %.1f MiB resident, %" PRIu64 " steps, %lu faults\n", (long)(time(NULL) - start) / 60,
           resident_mebibytes(), all, LOOK(faults));
    fflush(stdout);
}

/* Watches the threads from their first steps until all have ended. */
static void watch(time_t start, const int *ended) {
    const struct timespec moment = {0, 200000000};
    uint64_t before[THREADS] = {0};
    time_t since[THREADS], told = start;
    int thread;
    for (thread = 0; thread < THREADS; thread++) since[thread] = start;
    while (LOOK(*ended) < THREADS) {
        nanosleep(&moment, NULL);
        watch_threads(before, since);
        if (time(NULL) - told >= 60) {
            told += 60;
            tell_minute(start);
        }
    }
}

static int ended;

static void *work_and_end(void *user) {
    work(user);
    ADD(ended, 1);
    return NULL;
}

static void run_threads(time_t start) {
    pthread_t threads[THREADS];
    size_t index;
    for (index = 0; index < THREADS; index++) {
        HOLDS(pthread_create(&threads[index], NULL, work_and_end, (void *)(uintptr_t)index) == 0);
    }
    watch(start, &ended);
    for (index = 0; index < THREADS; index++) pthread_join(threads[index], NULL);
}

/* Prints how often each function was called, how often it succeeded, and which other statuses it returned. */
static void tell_counts(void) {
    int function, status;
    for (function = 0; function < FUNCTION_COUNT; function++) {
        unsigned long all = 0;
        for (status = 0; status < STATUSES; status++) all += LOOK(found[function][status]);
        printf("%-32s %8lu calls, %8lu well", function_names[function], all, LOOK(found[function][ATT3D_OK]));
        for (status = 1; status < STATUSES; status++) {
            unsigned long count = LOOK(found[function][status]);
            if (count > 0) printf(", %lu %s", count, att3d_status_name(status) + strlen("ATT3D_"));
        }
        printf("\n");
        if (LOOK(found[function][ATT3D_OK]) == 0) {
            fprintf(stderr, "random_calls: %s never succeeded\n", function_names[function]);
            ADD(faults, 1);
        }
    }
}

int main(int count, char **arguments) {
    time_t start = time(NULL);
    long seconds = count > 1 ? atol(arguments[1]) : 60;
    const char *worker = getenv("ATT3D_WORKER");
    seed = count > 2 ? strtoull(arguments[2], NULL, 0) : mixed((uint64_t)start ^ ((uint64_t)getpid() << 32));
    has_worker = worker && *worker;
    printf("random_calls: seed %" PRIu64 ", %ld seconds, %d threads, %s\n", seed, seconds, THREADS,
           has_worker ? "workers too" : "no workers: ATT3D_WORKER is not set");
    fflush(stdout);
    check_names();
    read_package();
    make_folder();
    long_prompt = letters(200000);
    longest_prompt = letters(2000000);
    fill_pool();
    deadline = time(NULL) + seconds;
    run_threads(start);
    empty_pool();
    remove_files();
    tell_minute(start);
    tell_counts();
    free(package);
    free(long_prompt);
    free(longest_prompt);
    if (LOOK(faults) > 0) fprintf(stderr, "random_calls: %lu faults, seed %" PRIu64 "\n", LOOK(faults), seed);
    else printf("random_calls: all held\n");
    return LOOK(faults) > 0;
}
