/* The shared handles: the last user of a handle frees it. */
#include "random.h"

pthread_mutex_t pool_lock = PTHREAD_MUTEX_INITIALIZER;
struct object *pool[KINDS][SLOTS];

/* Handles of kinds that most functions do not take. */
att3d_shape *strange_shape;
att3d_reading *strange_reading;

struct object *object_of(enum kind kind, void *handle, unsigned long family, statuses failures) {
    struct object *object = malloc(sizeof *object);
    if (!object) abort();
    object->handle = handle;
    object->kind = kind;
    object->users = 1;
    object->family = family;
    object->failures = failures;
    object->product = MESHES;
    object->mesh_count = 1;
    return object;
}

static void free_handle(const struct object *object) {
    static const enum function functions[KINDS] = {
        F_context_free, F_model_free, F_reading_free, F_latent_free, F_shape_free,
        F_field_free,   F_mesh_free,  F_buffer_free,  F_job_free,    F_live_free};
    switch (object->kind) {
    case CONTEXT: att3d_context_free(object->handle); break;
    case MODEL: att3d_model_free(object->handle); break;
    case READING: att3d_reading_free(object->handle); break;
    case LATENT: att3d_latent_free(object->handle); break;
    case SHAPE: att3d_shape_free(object->handle); break;
    case FIELD: att3d_field_free(object->handle); break;
    case MESH: att3d_mesh_free(object->handle); break;
    case BUFFER: att3d_buffer_free(object->handle); break;
    case JOB: att3d_job_free(object->handle); break;
    default: att3d_live_free(object->handle); break;
    }
    note(functions[object->kind]);
}

/* Adds a user to an object that is already borrowed, and returns the object. */
struct object *again(struct object *object) {
    pthread_mutex_lock(&pool_lock);
    object->users++;
    pthread_mutex_unlock(&pool_lock);
    return object;
}

void give_back(struct object *object) {
    int users;
    if (!object) return;
    pthread_mutex_lock(&pool_lock);
    users = --object->users;
    pthread_mutex_unlock(&pool_lock);
    if (users > 0) return;
    free_handle(object);
    free(object);
}

/* Borrows an object of a kind. If family is not 0, mostly an object of this family is chosen. Returns NULL if
 * there is no object of the kind. */
struct object *borrow_of(struct caller *caller, enum kind kind, unsigned long family) {
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

struct object *borrow(struct caller *caller, enum kind kind) { return borrow_of(caller, kind, 0); }

/* Replaces the object in a slot of a kind. object: may be NULL. */
void put(enum kind kind, uint32_t slot, struct object *object) {
    struct object *before;
    pthread_mutex_lock(&pool_lock);
    before = pool[kind][slot];
    pool[kind][slot] = object;
    pthread_mutex_unlock(&pool_lock);
    give_back(before);
}

void keep(struct caller *caller, enum kind kind, void *handle, unsigned long family,
                 statuses failures) {
    put(kind, below(&caller->random, SLOTS), object_of(kind, handle, family, failures));
}
