/* Operations on latents. */
#include "random.h"

/* Returns the failures of fields and meshes of a latent. A prompt with only a change names no thing. */
static statuses failures_of(const struct prompt *prompt) { return prompt->as_thing & ~ONE(ATT3D_OK); }

void encode_prompt(struct caller *caller) {
    struct object *model = borrow(caller, MODEL);
    struct call call = begin(caller, F_latent_from_prompt, OF_MODEL);
    uint64_t variant = one_in(&caller->random, 2) ? 0 : draw(&caller->random);
    att3d_latent *latent = NULL;
    struct prompt prompt;
    att3d_status status;
    if (!model) return;
    choose_prompt(&caller->random, &prompt);
    expect(&call, prompt.as_change);
    status = att3d_latent_from_prompt(handle_of(&call, model), prompt.text, variant, place(&call, &latent));
    if (judge(&call, status)) keep(caller, LATENT, latent, model->family, failures_of(&prompt));
    give_back(model);
}

void encode_prompts(struct caller *caller) {
    enum { MOST = 4 };
    struct object *model = borrow(caller, MODEL);
    struct call call = begin(caller, F_latents_from_prompts, OF_MODEL);
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
    given = choose_count(&call, count);
    if (judge(&call,
              att3d_latents_from_prompts(handle_of(&call, model), texts, given, place(&call, latents)))) {
        for (index = 0; index < count; index++) {
            keep(caller, LATENT, latents[index], model->family, failures_of(&prompts[index]));
        }
    } else if (latents[0]) {
        complain(caller, "att3d_latents_from_prompts", "an output although the call failed");
    }
    give_back(model);
}

/* Borrows latents for a call. The call must refuse latents of several models. Returns the failures with which
 * work on these latents may end if no shape is given. */
statuses borrow_latents(struct call *call, struct object **objects, const att3d_latent **latents,
                        size_t count) {
    statuses failures = 0;
    size_t index;
    for (index = 0; index < count; index++) objects[index] = NULL;
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

void give_all_back(struct object **objects, size_t count) {
    size_t index;
    for (index = 0; index < count; index++) give_back(objects[index]);
}

void mix_latents(struct caller *caller) {
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
    give_all_back(objects, count);
}

/* Adds an offset. All models of the run are the bundled one, so the offset is for each of them. */
void add_offset(struct caller *caller) {
    struct object *latent = borrow(caller, LATENT);
    struct call call = begin(caller, F_latent_add_offset, OF_MODEL);
    const char *path = offset_file;
    att3d_latent *sum = NULL;
    if (!latent) return;
    if (one_in(&caller->random, 8)) {
        switch (below(&caller->random, 4)) {
        case 0:
            path = "/nowhere/at/all.offset";
            spoil(&call, ATT3D_IO);
            break;
        case 1:
            path = shared_files[0];
            spoil(&call, ATT3D_FORMAT);
            break;
        case 2:
            path = "\xff.offset";
            spoil(&call, ATT3D_INVALID_ARGUMENT);
            break;
        default:
            path = NULL;
            spoil(&call, ATT3D_NULL_ARGUMENT);
            break;
        }
    }
    if (judge(&call, att3d_latent_add_offset(handle_of(&call, latent), path, place(&call, &sum)))) {
        keep(caller, LATENT, sum, latent->family, latent->failures);
    }
    give_back(latent);
}

void look_at_latent(struct caller *caller) {
    struct object *latent = borrow(caller, LATENT);
    struct call call = begin(caller, F_latent_get_reading, 0);
    att3d_reading *reading = NULL;
    att3d_status status;
    if (!latent) return;
    status = att3d_latent_get_reading(handle_of(&call, latent), place(&call, &reading));
    look_at_reading_of(&call, status, reading);
    give_back(latent);
}
