/* Progress callbacks and helpers for the tests of jobs. */
#ifndef ATT3D_PROGRESS_H
#define ATT3D_PROGRESS_H

#include "test.h"

#include <pthread.h>

static att3d_context *context;
static att3d_model *model;

static att3d_generate_desc of(uint32_t resolution) {
    att3d_generate_desc desc = {0};
    desc.struct_size = sizeof desc;
    desc.resolution = resolution;
    return desc;
}

static att3d_job_info look(const att3d_job *job) {
    att3d_job_info info = {0};
    info.struct_size = sizeof info;
    RETURNS(ATT3D_OK, att3d_job_get_info(job, &info));
    return info;
}

/* Blocks a job in its callback, while the job occupies the engine's threads, until the gate is opened. */
struct gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int is_reached, is_open;
};

#define CLOSED_GATE {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0}

static void await(struct gate *gate, const int *flag) {
    pthread_mutex_lock(&gate->lock);
    while (!*flag) pthread_cond_wait(&gate->changed, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
}

static void raise_flag(struct gate *gate, int *flag) {
    pthread_mutex_lock(&gate->lock);
    *flag = 1;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->lock);
}

static uint32_t hold(void *user, float fraction) {
    struct gate *gate = user;
    /* If the fraction is 0, it is possible that the job does not have the engine's threads yet. */
    if (fraction > 0.0f) {
        raise_flag(gate, &gate->is_reached);
        await(gate, &gate->is_open);
    }
    return 0;
}

static att3d_generate_desc held(uint32_t resolution, struct gate *gate) {
    att3d_generate_desc desc = of(resolution);
    desc.progress.callback = hold;
    desc.progress.user = gate;
    return desc;
}

/* Records the highest fraction, and stops the work when the fraction is above a limit. */
struct listener {
    float limit, highest;
    int calls, released;
};

static uint32_t hear_progress(void *user, float fraction) {
    struct listener *listener = user;
    HOLDS(fraction >= listener->highest && fraction <= 1.0f);
    listener->highest = fraction;
    listener->calls++;
    return fraction > listener->limit;
}

static void release_listener(void *user) { ((struct listener *)user)->released++; }

/* Sets the callback of a description, with a new state for each call. */
#define LISTENS(desc, listener, end)                                                                        \
    do {                                                                                                    \
        memset(&(listener), 0, sizeof(listener));                                                           \
        (listener).limit = (end);                                                                           \
        (desc).progress.callback = hear_progress;                                                           \
        (desc).progress.user = &(listener);                                                                 \
        (desc).progress.release = release_listener;                                                         \
    } while (0)

#endif
