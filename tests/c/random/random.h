/* Common declarations of the program random_calls, which calls all functions of the header at random. */
#ifndef ATT3D_RANDOM_H
#define ATT3D_RANDOM_H

#include <att3d.h>

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { THREADS = 8, SLOTS = 5, STATUSES = ATT3D_FORKED + 1, SHARED_FILES = 3, MOST_TOLD = 100 };

/* Every function of the header, in the order of tests/abi/symbols.txt, except att3d_worker_serve, which only
 * the program of a worker calls. */
#define FUNCTIONS(OF)                                                                                       \
    OF(abi_version) OF(buffer_free) OF(buffer_get_bytes) OF(bundled_package) OF(context_create)             \
    OF(context_free) OF(context_get_info) OF(context_set_log) OF(context_trim) OF(device_count)             \
    OF(device_get_info) OF(field_free) OF(field_from_latent) OF(field_get_info) OF(field_sample)            \
    OF(fields_from_latents) OF(generate) OF(generate_frames) OF(generate_from_field)                        \
    OF(generate_from_latent) OF(job_cancel) OF(job_free) OF(job_generate) OF(job_generate_frames)           \
    OF(job_generate_from_field) OF(job_generate_from_latent) OF(job_get_info) OF(job_morph) OF(job_paint)   \
    OF(job_restyle) OF(job_restyle_file) OF(job_take_buffer) OF(job_take_mesh) OF(job_wait) OF(last_error)  \
    OF(latent_add_offset) OF(latent_free) OF(latent_from_prompt) OF(latent_get_reading) OF(latent_mix)      \
    OF(latents_from_prompts) OF(live_create) OF(live_free) OF(live_get_info) OF(live_set_latent)            \
    OF(live_set_prompt) OF(live_take_mesh) OF(live_wait) OF(mesh_copy_indices) OF(mesh_copy_vertices)       \
    OF(mesh_draw) OF(mesh_encode) OF(mesh_free) OF(mesh_get_hull) OF(mesh_get_info) OF(mesh_get_level)      \
    OF(mesh_get_prompt) OF(mesh_get_reading) OF(mesh_get_report) OF(mesh_get_target) OF(mesh_get_texture)   \
    OF(mesh_get_view) OF(mesh_write_file) OF(meshes_encode) OF(meshes_write_file) OF(model_describe)        \
    OF(model_free) OF(model_get_digest) OF(model_get_info) OF(model_get_license) OF(model_get_name)         \
    OF(model_get_word_groups) OF(model_get_words) OF(model_load) OF(model_read) OF(model_unload) OF(morph)  \
    OF(paint) OF(reading_free) OF(reading_get_attributes) OF(reading_get_left_out) OF(reading_get_phrase)   \
    OF(reading_get_replaced) OF(reading_get_thing) OF(reading_get_understood) OF(restyle) OF(restyle_file)  \
    OF(shape_free) OF(shape_from_glb) OF(shape_from_points) OF(shape_from_surface) OF(shape_get_info)       \
    OF(shape_with_keep) OF(status_name) OF(version)

#define AS_NUMBER(name) F_##name,
enum function { FUNCTIONS(AS_NUMBER) FUNCTION_COUNT };
extern const char *const function_names[];

/* A set of statuses, with one bit for each. */
typedef uint32_t statuses;
#define ONE(status) ((statuses)1 << (status))

/* Statuses that each call that runs a network may return. ATT3D_BUSY is only for calls from callbacks. */
#define OF_MODEL (ONE(ATT3D_UNLOADED) | ONE(ATT3D_BUSY))
/* Statuses that each call that makes a mesh may return. A mix of prompts may have no surface. */
#define OF_SURFACE (ONE(ATT3D_EMPTY_SURFACE) | ONE(ATT3D_BUSY))

/* ---- the state of the run ------------------------------------------------------------------------------ */

extern uint64_t seed;
extern int has_worker;
extern char folder[64];
extern char shared_files[SHARED_FILES][96];
/* An offset for the bundled model. */
extern char offset_file[96];
/* The contents of a package, and of a small GLB. */
extern unsigned char *package, *plain_glb;
extern size_t package_size, plain_glb_size;
extern char *long_prompt, *longest_prompt;

/* The counters are relaxed atomics. A stronger order would synchronize the threads and could hide races of
 * the library. */
extern unsigned long found[FUNCTION_COUNT][STATUSES];
extern unsigned long faults, listeners, families;
extern int at_work[THREADS];

#define ADD(counter, number) __atomic_fetch_add(&(counter), number, __ATOMIC_RELAXED)
#define LOOK(counter) __atomic_load_n(&(counter), __ATOMIC_RELAXED)
#define SET(counter, number) __atomic_store_n(&(counter), number, __ATOMIC_RELAXED)

/* ---- calls.c: random numbers, calls and the checks of their results ------------------------------------ */

struct random {
    uint64_t state;
};

uint64_t mixed(uint64_t number);
struct random begun(uint64_t number);
uint32_t draw(struct random *random);
uint32_t below(struct random *random, uint32_t bound);
int one_in(struct random *random, uint32_t count);
float between(struct random *random, float low, float high);

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

void complain(const struct caller *caller, const char *where, const char *what);
void complain_of(const struct call *call, const char *what);
struct call begin(struct caller *caller, enum function function, statuses failures);
void spoil(struct call *call, att3d_status status);
void expect(struct call *call, statuses outcomes);
int judge(const struct call *call, att3d_status status);
void note(enum function function);
int is_utf8(const char *text);
void check_text(const struct call *call, const char *text);
void check_numbers(const struct call *call, const float *numbers, size_t count);
void check_indices(const struct call *call, const uint32_t *indices, size_t count, uint32_t vertices);

/* ---- pool.c: the shared handles; the last user of a handle frees it ------------------------------------ */

enum kind { CONTEXT, MODEL, READING, LATENT, SHAPE, FIELD, MESH, BUFFER, JOB, LIVE, KINDS };

/* Result of a job. */
enum product { MESHES, ONE_BUFFER, NOTHING };

struct object {
    void *handle;
    enum kind kind;
    /* Number of users. The slot of the object in the pool counts as one user. */
    int users;
    /* Number of the model from which the object was made; 0 if the model does not matter. */
    unsigned long family;
    /* Statuses with which a job, an answer of a session or work on a latent may fail. */
    statuses failures;
    /* Kind of result of a job, and the number of meshes in it. */
    enum product product;
    uint32_t mesh_count;
};

extern pthread_mutex_t pool_lock;
extern struct object *pool[KINDS][SLOTS];

/* Handles of kinds that most functions do not take. */
extern att3d_shape *strange_shape;
extern att3d_reading *strange_reading;

struct object *object_of(enum kind kind, void *handle, unsigned long family, statuses failures);
struct object *again(struct object *object);
void give_back(struct object *object);
struct object *borrow_of(struct caller *caller, enum kind kind, unsigned long family);
struct object *borrow(struct caller *caller, enum kind kind);
void put(enum kind kind, uint32_t slot, struct object *object);
void keep(struct caller *caller, enum kind kind, void *handle, unsigned long family, statuses failures);

/* ---- arguments.c: arguments, of which some are wrong --------------------------------------------------- */

/* A prompt, the statuses that it may cause where a prompt names a thing and where it describes a change, and
 * whether the prompt is valid text. */
struct prompt {
    const char *text;
    statuses as_thing, as_change;
    int is_text;
    char typed[48];
};

void *handle_of(struct call *call, const struct object *object);
void *place(struct call *call, void *pointer);
const void *place_or_none(struct call *call, const void *pointer);
uint32_t size_of(struct call *call, size_t size);
void choose_prompt(struct random *random, struct prompt *prompt);
size_t choose_count(struct call *call, size_t count);
void keep_mesh(struct call *call, att3d_status status, att3d_mesh *mesh);
void keep_buffer(struct call *call, att3d_status status, att3d_buffer *buffer);

/* Returns the address of an output struct, and sets its size. */
#define OUTPUT(call, value) ((value).struct_size = size_of(call, sizeof(value)), place(call, &(value)))

/* ---- callbacks.c --------------------------------------------------------------------------------------- */

/* The user data of a progress callback. It is freed on release, so that a missing or a second release is
 * detected. */
struct listener {
    struct caller caller;
    float last, stop_at;
    /* Processor time of the program, in seconds, when the work last made progress. */
    int64_t since;
    int is_curious, is_never_called;
};

struct listener *listen_to(struct caller *caller, att3d_progress *progress, statuses *failures);
void release_listener(void *user);
void hear_log(void *user, att3d_log_level level, const char *message);
void release_log(void *user);

/* The user data of a log callback. Several threads call it at the same time. */
struct log {
    uint64_t start, lines;
    int thread;
};

/* ---- wishes.c: options of long work -------------------------------------------------------------------- */

/* Options for making a mesh, and the failures with which the work may end. */
struct wish {
    struct {
        att3d_generate_desc desc;
        uint64_t later;
    } given;
    const att3d_generate_desc *desc;
    struct listener *listener;
    statuses failures;
    /* Whether the work must fail if it starts. */
    int is_hopeless;
    /* Whether the library cannot read the description. The library then does not take the listener. */
    int is_unreadable;
};

/* Options for new materials of a mesh. The fields are like those of `struct wish`. */
struct paint_wish {
    struct {
        att3d_paint_desc desc;
        uint64_t later;
    } given;
    const att3d_paint_desc *desc;
    struct listener *listener;
    statuses failures;
    int is_hopeless, is_unreadable;
};

struct restyle_wish {
    struct {
        att3d_restyle_desc desc;
        uint64_t later;
    } given;
    const att3d_restyle_desc *desc;
    struct listener *listener;
    statuses failures;
    int is_hopeless, is_unreadable;
};

/* Source of a mesh. Prompts and sessions allow seeds. */
enum source { OF_PROMPT, OF_LIVE, OF_LATENT };

void make_wish(struct call *call, struct wish *wish, enum source source);
void make_paint_wish(struct call *call, struct paint_wish *wish);
void make_restyle_wish(struct call *call, struct restyle_wish *wish);

/* Adds the statuses of a call that does the work before it returns. */
#define EXPECT_WISH(call, wish) expect(call, (wish)->failures | ((wish)->is_hopeless ? 0 : ONE(ATT3D_OK)))

/* Frees the listener if the library did not take it. */
#define END_WISH(wish)                                                                     \
    do {                                                                                   \
        if ((wish)->listener && (wish)->is_unreadable) release_listener((wish)->listener); \
    } while (0)

/* ---- latents.c, shapes.c and generate.c: arguments of several operations ------------------------------- */

enum { MOST_VERTICES = 24, MOST_TRIANGLES = 16 };

/* A few triangles. The corners of the first triangle are three different vertices. */
struct triangles {
    float positions[3 * MOST_VERTICES], normals[3 * MOST_VERTICES], colors[3 * MOST_VERTICES],
        uvs[2 * MOST_VERTICES];
    uint32_t indices[3 * MOST_TRIANGLES];
    size_t vertex_count, triangle_count;
};

void look_at_texts_of(struct caller *caller, const struct object *reading);
void look_at_reading_of(struct call *call, att3d_status status, att3d_reading *reading);
statuses borrow_latents(struct call *call, struct object **objects, const att3d_latent **latents,
                        size_t count);
void give_all_back(struct object **objects, size_t count);
void describe(struct call *call, struct triangles *triangles, att3d_surface_desc *desc);
void choose_morph(struct call *call, att3d_morph_desc *desc);
void look_beside(struct caller *caller, const struct object *mesh);

/* A GLB that a restyle reads. The GLB may be damaged. */
struct glb {
    unsigned char *bytes;
    size_t size;
};

void choose_glb(struct call *call, struct glb *glb);

/* ---- the operations, which random_calls.c calls -------------------------------------------------------- */

void do_any(struct caller *caller);

void look_at_library(struct caller *caller);
void make_context(struct caller *caller);
void look_at_context(struct caller *caller);
void trim_context(struct caller *caller);
void set_log(struct caller *caller);

void load_bundled(struct caller *caller);
void load_file(struct caller *caller);
void load_memory(struct caller *caller);
void describe_model(struct caller *caller);
void unload_model(struct caller *caller);
void look_at_model(struct caller *caller);
void read_prompt(struct caller *caller);
void look_at_reading(struct caller *caller);

void encode_prompt(struct caller *caller);
void encode_prompts(struct caller *caller);
void mix_latents(struct caller *caller);
void add_offset(struct caller *caller);
void look_at_latent(struct caller *caller);

void shape_of_points(struct caller *caller);
void shape_of_surface(struct caller *caller);
void shape_of_glb(struct caller *caller);
void keep_share(struct caller *caller);
void look_at_shape(struct caller *caller);

void make_fields(struct caller *caller);
void look_at_field(struct caller *caller);
void sample_field(struct caller *caller);

void generate(struct caller *caller);
void generate_from_latent(struct caller *caller);
void generate_from_field(struct caller *caller);
void generate_frames(struct caller *caller);
void morph(struct caller *caller);
void paint(struct caller *caller);
void restyle(struct caller *caller);
void restyle_file(struct caller *caller);

void look_at_mesh(struct caller *caller);
void look_beside_mesh(struct caller *caller);
void copy_vertices(struct caller *caller);
void copy_indices(struct caller *caller);
void draw_mesh(struct caller *caller);

void encode_mesh(struct caller *caller);
void encode_meshes(struct caller *caller);
void write_mesh(struct caller *caller);
void write_meshes(struct caller *caller);
void look_at_buffer(struct caller *caller);

void start_job(struct caller *caller);
void start_job_of_latent(struct caller *caller);
void start_job_of_field(struct caller *caller);
void start_job_of_frames(struct caller *caller);
void start_job_of_morph(struct caller *caller);
void start_job_of_paint(struct caller *caller);
void start_job_of_restyle(struct caller *caller);
void start_job_of_restyle_file(struct caller *caller);
void look_at_job(struct caller *caller);
void wait_for_job(struct caller *caller);
void cancel_job(struct caller *caller);
void take_mesh_of_job(struct caller *caller);
void take_buffer_of_job(struct caller *caller);

void start_live(struct caller *caller);
void set_live_prompt(struct caller *caller);
void set_live_latent(struct caller *caller);
void wait_for_live(struct caller *caller);
void take_from_live(struct caller *caller);
void look_at_live(struct caller *caller);

#endif
