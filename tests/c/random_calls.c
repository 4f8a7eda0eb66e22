/* random_calls SECONDS [SEED]: eight threads call all functions of the header with random arguments, on
 * handles that they share. Some arguments are slightly wrong. Each returned status must be one that the
 * header allows for the call.
 *
 * The seed, the thread and the step determine a thread's requests. The contents of the shared handles also
 * depend on the order of the threads. The program must run in the repository's root. It makes contexts with
 * worker processes if ATT3D_WORKER names their program.
 *
 * The folder random has the operations, one file for each kind of object. They are included here, so that the
 * program is one file for a compiler. */
#include "offset.h"
#include "test.h"

#include "random/random.h"

#include "random/arguments.c"
#include "random/callbacks.c"
#include "random/calls.c"
#include "random/contexts.c"
#include "random/fields.c"
#include "random/files.c"
#include "random/generate.c"
#include "random/jobs.c"
#include "random/latents.c"
#include "random/lives.c"
#include "random/meshes.c"
#include "random/models.c"
#include "random/pool.c"
#include "random/shapes.c"
#include "random/wishes.c"

#include <unistd.h>

enum { MOST_EXTRA_SECONDS = 600 };

uint64_t seed;
int has_worker;
char folder[64];
char shared_files[SHARED_FILES][96];
char offset_file[96];
unsigned char *package, *plain_glb;
size_t package_size, plain_glb_size;
char *long_prompt, *longest_prompt;
unsigned long found[FUNCTION_COUNT][STATUSES];
unsigned long faults, listeners, families = 1;
int at_work[THREADS];

static time_t deadline;
static uint64_t steps[THREADS];

/* ---- the operations ------------------------------------------------------------------------------------ */

/* Removes an object from the pool. The last user of the object frees it. */
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
    att3d_buffer_free(NULL);
    att3d_job_free(NULL);
    att3d_live_free(NULL);
}

/* The operations of a thread, their weights in the random choice, and whether an operation never waits. A log
 * callback runs only operations that never wait. */
static const struct operation {
    void (*run)(struct caller *);
    uint32_t weight;
    int is_quick;
} operations[] = {
    {look_at_library, 4, 1},              {make_context, 2, 0},                 {look_at_context, 4, 1},
    {trim_context, 2, 0},                 {set_log, 4, 0},                      {load_bundled, 6, 0},
    {load_file, 2, 0},                    {load_memory, 2, 0},                  {unload_model, 2, 0},
    {describe_model, 2, 0},               {add_offset, 4, 0},
    {look_at_model, 4, 1},                {read_prompt, 8, 1},                  {look_at_reading, 6, 1},
    {encode_prompt, 10, 0},               {encode_prompts, 4, 0},               {mix_latents, 6, 0},
    {look_at_latent, 6, 1},               {shape_of_points, 2, 1},              {shape_of_surface, 5, 1},
    {shape_of_glb, 4, 0},                 {keep_share, 3, 1},                   {look_at_shape, 4, 1},
    {make_fields, 8, 0},                  {look_at_field, 6, 1},                {sample_field, 8, 0},
    {generate, 6, 0},                     {generate_from_latent, 4, 0},         {generate_from_field, 6, 0},
    {generate_frames, 2, 0},              {morph, 2, 0},                        {paint, 4, 0},
    {restyle, 2, 0},                      {restyle_file, 2, 0},                 {look_at_mesh, 12, 1},
    {look_beside_mesh, 12, 1},            {copy_vertices, 6, 1},                {copy_indices, 6, 1},
    {draw_mesh, 6, 0},                    {encode_mesh, 6, 0},                  {encode_meshes, 3, 0},
    {write_mesh, 4, 0},                   {write_meshes, 3, 0},                 {look_at_buffer, 6, 1},
    {start_job, 6, 0},                    {start_job_of_latent, 4, 0},          {start_job_of_field, 4, 0},
    {start_job_of_frames, 3, 0},          {start_job_of_morph, 2, 0},           {start_job_of_paint, 3, 0},
    {start_job_of_restyle, 3, 0},         {start_job_of_restyle_file, 2, 0},    {look_at_job, 10, 1},
    {wait_for_job, 8, 0},                 {cancel_job, 3, 1},                   {take_mesh_of_job, 12, 1},
    {take_buffer_of_job, 6, 1},           {start_live, 3, 0},                   {set_live_prompt, 8, 1},
    {set_live_latent, 6, 1},              {wait_for_live, 4, 0},                {take_from_live, 8, 1},
    {look_at_live, 8, 1},                 {drop_any, 8, 1},                     {free_nothing, 1, 1},
};

enum { OPERATIONS = sizeof operations / sizeof *operations };

void do_any(struct caller *caller) {
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

/* Runs one step. Each thread first runs all operations of the table in order, beginning at a row of its own,
 * and then random operations. */
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

/* Returns whether the run is over. On a slow machine, the run takes longer than requested: until each function
 * has succeeded once, but at most MOST_EXTRA_SECONDS longer. */
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

/* Checks that the table has exactly the exported functions, except att3d_worker_serve. */
static void check_names(void) {
    FILE *file = fopen("tests/abi/symbols.txt", "r");
    char line[128];
    size_t index = 0;
    if (!file)
        test_fail(__FILE__, __LINE__, "tests/abi/symbols.txt",
                  "no such file: run it from the repository's root");
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\r\n")] = 0;
        if (strcmp(line, "att3d_worker_serve") == 0) continue;
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
    snprintf(offset_file, sizeof offset_file, "%s/pig.offset", folder);
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
    att3d_buffer *buffer = NULL;
    att3d_job *job = NULL;
    att3d_live *live = NULL;
    const char *digest = NULL;
    const void *bytes = NULL;
    int index;
    desc.struct_size = sizeof desc;
    desc.resolution = 16;
    desc.texture_size = 64;
    RETURNS(ATT3D_OK, att3d_context_create(NULL, &context));
    RETURNS(ATT3D_OK, att3d_model_load(context, NULL, &model));
    RETURNS(ATT3D_OK, att3d_model_read(model, "a pig", 0, &strange_reading));
    RETURNS(ATT3D_OK, att3d_shape_from_points(corners, 3, &strange_shape));
    RETURNS(ATT3D_OK, att3d_latent_from_prompt(model, "a pig", 0, &latent));
    RETURNS(ATT3D_OK, att3d_shape_from_points(corners, 3, &shape));
    RETURNS(ATT3D_OK, att3d_field_from_latent(latent, NULL, &field));
    RETURNS(ATT3D_OK, att3d_generate_from_field(field, &desc, &mesh));
    RETURNS(ATT3D_OK, att3d_job_generate_from_latent(latent, &desc, &job));
    RETURNS(ATT3D_OK, att3d_live_create(model, &desc, &live));
    RETURNS(ATT3D_OK, att3d_mesh_encode(mesh, NULL, &buffer));
    RETURNS(ATT3D_OK, att3d_buffer_get_bytes(buffer, &bytes, &plain_glb_size));
    plain_glb = malloc(plain_glb_size);
    HOLDS(plain_glb != NULL);
    memcpy(plain_glb, bytes, plain_glb_size);
    for (index = 0; index < SHARED_FILES; index++)
        RETURNS(ATT3D_OK, att3d_mesh_write_file(mesh, shared_files[index], NULL));
    RETURNS(ATT3D_OK, att3d_model_get_digest(model, &digest));
    HOLDS(write_offset(offset_file, digest, 0.02f));
    put(CONTEXT, 0, object_of(CONTEXT, context, 0, 0));
    put(MODEL, 0, object_of(MODEL, model, families, 0));
    put(LATENT, 0, object_of(LATENT, latent, families, 0));
    put(SHAPE, 0, object_of(SHAPE, shape, 0, 0));
    put(FIELD, 0, object_of(FIELD, field, families, 0));
    put(MESH, 0, object_of(MESH, mesh, 0, 0));
    put(BUFFER, 0, object_of(BUFFER, buffer, 0, 0));
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
    /* Objects that were freed inside a callback may end a little later. This loop waits for at most half a
     * minute until all listeners are released. */
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
    remove(offset_file);
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
    free(plain_glb);
    free(long_prompt);
    free(longest_prompt);
    if (LOOK(faults) > 0) fprintf(stderr, "random_calls: %lu faults, seed %" PRIu64 "\n", LOOK(faults), seed);
    else printf("random_calls: all held\n");
    return LOOK(faults) > 0;
}
