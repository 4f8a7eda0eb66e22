/* Operations on live sessions. */
#include "random.h"

void start_live(struct caller *caller) {
    struct object *model = borrow(caller, MODEL);
    struct call call = begin(caller, F_live_create, ONE(ATT3D_UNLOADED));
    att3d_live *live = NULL;
    struct wish wish;
    statuses failures;
    if (!model) return;
    make_wish(&call, &wish, OF_LIVE);
    /* A session never calls the progress callback of its description. A seed is invalid if the session gets a
     * latent. */
    failures = (wish.failures & ~ONE(ATT3D_CANCELLED)) | OF_MODEL | OF_SURFACE | ONE(ATT3D_PROMPT);
    if (wish.given.desc.seed) failures |= ONE(ATT3D_INVALID_ARGUMENT);
    if (wish.listener) wish.listener->is_never_called = 1;
    if (judge(&call, att3d_live_create(handle_of(&call, model), wish.desc, place(&call, &live)))) {
        keep(caller, LIVE, live, model->family, failures);
    }
    END_WISH(&wish);
    give_back(model);
}

void set_live_prompt(struct caller *caller) {
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

void set_live_latent(struct caller *caller) {
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
void wait_for_live(struct caller *caller) {
    struct object *live = borrow(caller, LIVE);
    struct call call = begin(caller, F_live_wait, ONE(ATT3D_TIMEOUT));
    if (!live) return;
    if (caller->is_inside) spoil(&call, ATT3D_BUSY);
    judge(&call, att3d_live_wait(handle_of(&call, live), below(&caller->random, 1000)));
    give_back(live);
}

void take_from_live(struct caller *caller) {
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

void look_at_live(struct caller *caller) {
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
        check_text(&call, info.left_out);
        check_text(&call, info.replaced);
        check_text(&call, info.understood);
        check_text(&call, info.message);
    }
    give_back(live);
}
