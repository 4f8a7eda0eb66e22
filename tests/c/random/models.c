/* Operations on models and readings. */
#include "random.h"

static void keep_model(struct call *call, att3d_status status, att3d_model *model) {
    if (judge(call, status)) keep(call->caller, MODEL, model, ADD(families, 1) + 1, 0);
}

/* Describes the loading, often with a progress callback. */
static void describe_load(struct call *call, att3d_load_desc *desc) {
    memset(desc, 0, sizeof *desc);
    desc->struct_size = sizeof *desc;
    listen_to(call->caller, &desc->progress, &call->allowed);
    if (!one_in(&call->caller->random, 32)) return;
    desc->reserved = 1;
    spoil(call, ATT3D_INVALID_ARGUMENT);
}

void load_bundled(struct caller *caller) {
    struct object *context = borrow(caller, CONTEXT);
    struct call call = begin(caller, F_model_load, ONE(ATT3D_BUSY));
    att3d_load_desc desc;
    att3d_model *model = NULL;
    att3d_status status;
    int is_default = one_in(&caller->random, 2);
    if (!context) return;
    if (!is_default) describe_load(&call, &desc);
    status = att3d_model_load(handle_of(&call, context), is_default ? NULL : &desc, place(&call, &model));
    keep_model(&call, status, model);
    give_back(context);
}

void load_file(struct caller *caller) {
    struct object *context = borrow(caller, CONTEXT);
    struct call call = begin(caller, F_model_load, ONE(ATT3D_BUSY));
    att3d_load_desc desc;
    att3d_model *model = NULL;
    att3d_status status;
    if (!context) return;
    describe_load(&call, &desc);
    desc.path = "models/toybox/toybox.att3d";
    switch (below(&caller->random, 12)) {
    case 0:
        desc.path = "/nowhere/at/all.att3d";
        spoil(&call, ATT3D_IO);
        break;
    case 1:
        desc.path = "tests/abi/symbols.txt";
        spoil(&call, ATT3D_FORMAT);
        break;
    case 2:
        desc.path = "a\xff";
        spoil(&call, ATT3D_INVALID_ARGUMENT);
        break;
    case 3:
        desc.bytes = package;
        desc.size = package_size;
        spoil(&call, ATT3D_INVALID_ARGUMENT);
        break;
    case 4:
        desc.path = folder;
        spoil(&call, ATT3D_IO);
        call.allowed |= ONE(ATT3D_FORMAT);
        break;
    default: break;
    }
    status = att3d_model_load(handle_of(&call, context), &desc, place(&call, &model));
    keep_model(&call, status, model);
    give_back(context);
}

/* Loads a damaged package. If it loads, the model is not kept, because its weights may have any values. */
static void load_damaged(struct call *call, const struct object *context, att3d_load_desc *desc) {
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
    desc->bytes = bytes;
    desc->size = size;
    if (judge(call, att3d_model_load(handle_of(call, context), desc, place(call, &model)))) {
        att3d_model_free(model);
        note(F_model_free);
    }
    free(bytes);
}

void load_memory(struct caller *caller) {
    struct object *context = borrow(caller, CONTEXT);
    struct call call = begin(caller, F_model_load, ONE(ATT3D_BUSY));
    att3d_load_desc desc;
    att3d_model *model = NULL;
    att3d_status status;
    if (!context) return;
    describe_load(&call, &desc);
    if (one_in(&caller->random, 3)) {
        load_damaged(&call, context, &desc);
    } else {
        desc.bytes = package;
        desc.size = package_size;
        if (one_in(&caller->random, 16)) {
            desc.bytes = NULL;
            spoil(&call, ATT3D_NULL_ARGUMENT);
        }
        status = att3d_model_load(handle_of(&call, context), &desc, place(&call, &model));
        keep_model(&call, status, model);
    }
    give_back(context);
}

/* Describes a package, whose model has no weights. It is not kept, because most calls need weights. */
void describe_model(struct caller *caller) {
    struct object *context = borrow(caller, CONTEXT);
    struct call call = begin(caller, F_bundled_package, 0);
    const void *bytes = NULL;
    size_t size = 0;
    att3d_load_desc desc;
    att3d_model *model = NULL;
    att3d_latent *latent = NULL;
    if (judge(&call, att3d_bundled_package(place(&call, &bytes), place(&call, &size))) && size != package_size)
        complain(caller, "att3d_bundled_package", "another size than the file");
    if (!context) return;
    call = begin(caller, F_model_describe, ONE(ATT3D_BUSY));
    describe_load(&call, &desc);
    switch (below(&caller->random, 4)) {
    case 0:
        desc.path = "/nowhere/at/all.att3d";
        spoil(&call, ATT3D_IO);
        break;
    case 1:
        desc.bytes = package;
        desc.size = package_size;
        break;
    case 2: break;
    default: desc.path = "models/toybox/toybox.att3d"; break;
    }
    if (judge(&call, att3d_model_describe(handle_of(&call, context), &desc, place(&call, &model)))) {
        if (att3d_latent_from_prompt(model, "a pig", 0, &latent) != ATT3D_UNLOADED)
            complain(caller, "att3d_model_describe", "a model with weights");
        att3d_model_free(model);
        note(F_model_free);
    }
    give_back(context);
}

/* Unloads a model, and mostly removes it from the pool, so that most models in the pool are usable. */
void unload_model(struct caller *caller) {
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

void look_at_model(struct caller *caller) {
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

void read_prompt(struct caller *caller) {
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

/* Reads the texts of a reading. */
void look_at_texts_of(struct caller *caller, const struct object *reading) {
    static const struct {
        enum function function;
        att3d_status (*get)(const att3d_reading *, const char **);
    } texts[] = {{F_reading_get_phrase, att3d_reading_get_phrase},
                 {F_reading_get_thing, att3d_reading_get_thing},
                 {F_reading_get_attributes, att3d_reading_get_attributes},
                 {F_reading_get_left_out, att3d_reading_get_left_out},
                 {F_reading_get_replaced, att3d_reading_get_replaced},
                 {F_reading_get_understood, att3d_reading_get_understood}};
    size_t index;
    for (index = 0; index < sizeof texts / sizeof *texts; index++) {
        const char *text = NULL;
        struct call call = begin(caller, texts[index].function, 0);
        if (judge(&call, texts[index].get(handle_of(&call, reading), place(&call, &text))))
            check_text(&call, text);
    }
}

void look_at_reading(struct caller *caller) {
    struct object *reading = borrow(caller, READING);
    if (reading) look_at_texts_of(caller, reading);
    give_back(reading);
}

/* Checks the status, and reads and keeps the reading of a latent or of a mesh. */
void look_at_reading_of(struct call *call, att3d_status status, att3d_reading *reading) {
    if (judge(call, status)) {
        struct object *object = object_of(READING, reading, 0, 0);
        look_at_texts_of(call->caller, object);
        put(READING, below(&call->caller->random, SLOTS), object);
    } else if (reading) {
        complain_of(call, "an output although the call failed");
    }
}
