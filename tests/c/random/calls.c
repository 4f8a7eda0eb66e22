/* Random numbers, calls and the checks of their results. */
#include "random.h"

#define AS_TEXT(name) "att3d_" #name,
const char *const function_names[] = {FUNCTIONS(AS_TEXT)};

uint64_t mixed(uint64_t number) {
    number += 0x9e3779b97f4a7c15u;
    number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9u;
    number = (number ^ (number >> 27)) * 0x94d049bb133111ebu;
    return number ^ (number >> 31);
}

struct random begun(uint64_t number) {
    struct random random;
    random.state = mixed(number) | 1;
    return random;
}

uint32_t draw(struct random *random) {
    random->state ^= random->state >> 12;
    random->state ^= random->state << 25;
    random->state ^= random->state >> 27;
    return (uint32_t)((random->state * 0x2545f4914f6cdd1du) >> 32);
}

uint32_t below(struct random *random, uint32_t bound) {
    return (uint32_t)(((uint64_t)draw(random) * bound) >> 32);
}

int one_in(struct random *random, uint32_t count) { return below(random, count) == 0; }

float between(struct random *random, float low, float high) {
    return low + (high - low) * (float)(draw(random) >> 8) / 16777216.0f;
}

/* ---- callers, calls and their results ------------------------------------------------------------------ */

void complain(const struct caller *caller, const char *where, const char *what) {
    if (ADD(faults, 1) >= MOST_TOLD) return;
    fprintf(stderr,
            "random_calls: seed %" PRIu64 ", thread %d, step %" PRIu64 "%s: %s: %s; the library says: %s\n",
            seed, caller->thread, caller->step, caller->is_inside ? " (in a callback)" : "", where, what,
            att3d_last_error());
}

/* Reports a fault of a call. */
void complain_of(const struct call *call, const char *what) {
    complain(call->caller, function_names[call->function], what);
}

/* Begins a call. failures: the statuses that it may return. ATT3D_BUSY is allowed only for calls from
 * callbacks, because other calls wait. */
struct call begin(struct caller *caller, enum function function, statuses failures) {
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

/* Marks the call as wrong: it must fail, and `status` is one of the allowed failures. */
void spoil(struct call *call, att3d_status status) {
    call->allowed |= ONE(status);
    call->is_wrong = 1;
}

/* Adds statuses that the work may return. If success is not among them, the call must fail. */
void expect(struct call *call, statuses outcomes) {
    call->allowed |= outcomes;
    if (!(outcomes & ONE(ATT3D_OK))) call->is_wrong = 1;
}

/* Checks and counts the status of a call. Returns whether it is success. */
int judge(const struct call *call, att3d_status status) {
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
void note(enum function function) { ADD(found[function][ATT3D_OK], 1); }

int is_utf8(const char *text) {
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

void check_text(const struct call *call, const char *text) {
    if (!text || !is_utf8(text))
        complain_of(call, "a text that is NULL or not UTF-8");
}

/* Checks that all numbers of an array are finite. The array may be NULL. */
void check_numbers(const struct call *call, const float *numbers, size_t count) {
    size_t index;
    for (index = 0; numbers && index < count; index++) {
        if (!isfinite(numbers[index])) {
            complain_of(call, "a number that is not finite");
            return;
        }
    }
}

void check_indices(const struct call *call, const uint32_t *indices, size_t count, uint32_t vertices) {
    size_t index;
    for (index = 0; indices && index < count; index++) {
        if (indices[index] >= vertices) {
            complain_of(call, "an index of no vertex");
            return;
        }
    }
}
