/* Arguments, of which some are wrong. */
#include "random.h"

/* Returns the object's handle; sometimes NULL, or a handle of another kind. */
void *handle_of(struct call *call, const struct object *object) {
    switch (below(&call->caller->random, 96)) {
    case 0: spoil(call, ATT3D_NULL_ARGUMENT); return NULL;
    case 1:
        spoil(call, ATT3D_INVALID_ARGUMENT);
        return object->kind == SHAPE ? (void *)strange_reading : (void *)strange_shape;
    default: return object->handle;
    }
}

/* Returns the address of an output; sometimes NULL, or a misaligned address. */
void *place(struct call *call, void *pointer) {
    switch (below(&call->caller->random, 96)) {
    case 0: spoil(call, ATT3D_NULL_ARGUMENT); return NULL;
    case 1: spoil(call, ATT3D_INVALID_ARGUMENT); return (char *)pointer + 1;
    default: return pointer;
    }
}

/* Returns the address of an input that may be NULL; sometimes a wrong address. */
const void *place_or_none(struct call *call, const void *pointer) {
    if (!one_in(&call->caller->random, 96)) return pointer;
    spoil(call, ATT3D_INVALID_ARGUMENT);
    return (const char *)pointer + 1;
}

/* Returns a struct's size; sometimes a size that no version of the struct has. */
uint32_t size_of(struct call *call, size_t size) {
    static const uint32_t wrong[] = {0, 1, 7, 4097, 0x80000000u, 0xffffffffu};
    if (!one_in(&call->caller->random, 64)) return (uint32_t)size;
    spoil(call, ATT3D_INVALID_ARGUMENT);
    return wrong[below(&call->caller->random, sizeof wrong / sizeof *wrong)];
}

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

/* Sets a prompt that is not valid text. Every function must refuse it immediately. */
static void set_no_text(struct prompt *prompt, const char *text) {
    set_prompt(prompt, text, ONE(ATT3D_INVALID_ARGUMENT), ONE(ATT3D_INVALID_ARGUMENT));
    prompt->is_text = 0;
}

/* Sets the beginning of a good prompt, as while a user types, or random characters. */
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

void choose_prompt(struct random *random, struct prompt *prompt) {
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

/* Returns the number of elements of an array; sometimes a number that no call accepts. */
size_t choose_count(struct call *call, size_t count) {
    if (!one_in(&call->caller->random, 32)) return count;
    spoil(call, ATT3D_INVALID_ARGUMENT);
    return one_in(&call->caller->random, 2) ? 0 : 1025;
}

/* Checks the status, and inspects and keeps the mesh. */
void keep_mesh(struct call *call, att3d_status status, att3d_mesh *mesh) {
    if (judge(call, status)) {
        struct object *object = object_of(MESH, mesh, 0, 0);
        look_beside(call->caller, object);
        put(MESH, below(&call->caller->random, SLOTS), object);
    } else if (mesh) {
        complain_of(call, "an output although the call failed");
    }
}

/* Checks the status, and keeps the buffer. */
void keep_buffer(struct call *call, att3d_status status, att3d_buffer *buffer) {
    if (judge(call, status)) keep(call->caller, BUFFER, buffer, 0, 0);
    else if (buffer) complain_of(call, "an output although the call failed");
}
