/* Progress callbacks and log callbacks. */
#include "random.h"

/* Seconds of processor time in which running work must make progress. The processor time of all threads of
 * the program is added up, so that other load on the machine does not matter. */
enum { PATIENCE = 240 };

/* Returns the seconds of processor time that the program has used. */
static int64_t seconds_used(void) {
    return (int64_t)(clock() / CLOCKS_PER_SEC);
}

static uint32_t hear_progress(void *user, float fraction) {
    struct listener *listener = user;
    if (listener->is_never_called) complain(&listener->caller, "progress", "a call where none is made");
    if (!(fraction >= listener->last && fraction <= 1.0f)) {
        complain(&listener->caller, "progress", "a fraction that falls, or is none");
    }
    if (fraction > listener->last || fraction < 0.5f) listener->since = seconds_used();
    listener->last = fraction;
    if (seconds_used() - listener->since > PATIENCE) {
        complain(&listener->caller, "progress", "work without an end, which is stopped");
        return 1;
    }
    if (listener->is_curious && one_in(&listener->caller.random, 6)) do_any(&listener->caller);
    return fraction >= listener->stop_at;
}

void release_listener(void *user) {
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
    listener->since = seconds_used();
    listener->stop_at = one_in(&caller->random, 4) ? between(&caller->random, 0.0f, 1.0f) : 2.0f;
    listener->is_curious = one_in(&caller->random, 3);
    listener->is_never_called = 0;
    ADD(listeners, 1);
    return listener;
}

/* Sets the progress callback of about half of the descriptions. Inside a callback, sets none. Returns the
 * listener, or NULL if no callback was set. */
struct listener *listen_to(struct caller *caller, att3d_progress *progress, statuses *failures) {
    struct listener *listener;
    if (caller->is_inside || one_in(&caller->random, 2)) return NULL;
    listener = new_listener(caller);
    progress->callback = hear_progress;
    progress->user = listener;
    progress->release = release_listener;
    if (listener->stop_at <= 1.0f) *failures |= ONE(ATT3D_CANCELLED);
    return listener;
}

void hear_log(void *user, att3d_log_level level, const char *message) {
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

void release_log(void *user) {
    free(user);
    ADD(listeners, -1);
}
