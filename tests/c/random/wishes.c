/* Options of long work, of which some are wrong. */
#include "random.h"

/* Makes an option wrong in a way that every call must refuse immediately. */
static void spoil_wish(struct call *call, struct wish *wish) {
    att3d_generate_desc *desc = &wish->given.desc;
    switch (below(&call->caller->random, 11)) {
    case 0: desc->reserved = 1; break;
    case 1: desc->flags |= 0x80000000u; break;
    case 2: desc->flags |= 2; break;
    case 3: desc->texture_size = 63; break;
    case 4: desc->triangle_budget = 3; break;
    case 5: desc->level_count = 9; break;
    case 6: desc->min_component = one_in(&call->caller->random, 2) ? 1.5f : -0.5f; break;
    case 7:
        desc->hull_count = 1;
        desc->hull_vertex_count = 7;
        break;
    case 8: desc->hull_count = 65; break;
    case 9:
        desc->hull_count = 0;
        desc->hull_vertex_count = 32;
        break;
    default:
        desc->struct_size = sizeof wish->given;
        wish->given.later = 1;
        spoil(call, ATT3D_UNSUPPORTED);
        return;
    }
    spoil(call, ATT3D_INVALID_ARGUMENT);
}

static void choose_details(struct random *random, struct wish *wish) {
    att3d_generate_desc *desc = &wish->given.desc;
    if (one_in(random, 4)) {
        desc->triangle_budget = 4 + below(random, one_in(random, 4) ? 16 : 2000);
        wish->failures |= ONE(ATT3D_INVALID_ARGUMENT);
    }
    if (one_in(random, 4)) desc->level_count = 1 + below(random, 8);
    if (one_in(random, 3)) desc->hull_count = one_in(random, 4) ? 1 + below(random, 64) : 1;
    if (desc->hull_count > 0 && one_in(random, 4)) desc->hull_vertex_count = 8 + below(random, 248);
    if (one_in(random, 16)) desc->flags |= ATT3D_GENERATE_DENSE;
    if (one_in(random, 8)) desc->min_component = ATT3D_KEEP_ALL_COMPONENTS;
    else if (one_in(random, 8)) desc->min_component = between(random, 0.0f, 0.1f);
}

static void choose_size(struct random *random, struct wish *wish) {
    att3d_generate_desc *desc = &wish->given.desc;
    desc->resolution = 8 + below(random, one_in(random, 8) ? 41 : 17);
    if (one_in(random, 64)) {
        desc->resolution = one_in(random, 2) ? 1 : 1025;
        wish->failures |= ONE(ATT3D_INVALID_ARGUMENT);
        wish->is_hopeless = 1;
    }
    if (one_in(random, 16)) {
        desc->memory_limit = 1 + below(random, 400000);
        wish->failures |= ONE(ATT3D_OUT_OF_MEMORY);
    }
}

static void choose_seed(struct random *random, struct wish *wish, enum source source) {
    if (!one_in(random, source <= OF_LIVE ? 4 : 64)) return;
    wish->given.desc.seed = 1 + (uint64_t)draw(random) * draw(random);
    if (source <= OF_LIVE) return;
    wish->failures |= ONE(ATT3D_INVALID_ARGUMENT);
    wish->is_hopeless = 1;
}

void make_wish(struct call *call, struct wish *wish, enum source source) {
    struct random *random = &call->caller->random;
    memset(wish, 0, sizeof *wish);
    wish->desc = &wish->given.desc;
    wish->given.desc.struct_size = sizeof wish->given.desc;
    choose_seed(random, wish, source);
    choose_size(random, wish);
    choose_details(random, wish);
    wish->listener = listen_to(call->caller, &wish->given.desc.progress, &wish->failures);
    if (one_in(random, 8)) {
        wish->given.desc.texture_size = 64 + below(random, 33);
        /* Some meshes have more charts than fit into so few texels. */
        wish->failures |= ONE(ATT3D_INVALID_ARGUMENT);
    }
    if (one_in(random, 24)) spoil_wish(call, wish);
    if (one_in(random, 96)) {
        wish->given.desc.struct_size = 5000;
        wish->is_unreadable = 1;
        spoil(call, ATT3D_INVALID_ARGUMENT);
    }
}

/* Chooses the options that the descriptions of painting and of restyling have in common. */
#define CHOOSE_MATERIALS(call, wish)                                                                        \
    do {                                                                                                    \
        struct random *of_call = &(call)->caller->random;                                                   \
        memset(wish, 0, sizeof *(wish));                                                                    \
        (wish)->desc = &(wish)->given.desc;                                                                 \
        (wish)->given.desc.struct_size = sizeof (wish)->given.desc;                                         \
        (wish)->listener = listen_to((call)->caller, &(wish)->given.desc.progress, &(wish)->failures);      \
        /* Some meshes have more charts than fit into so few texels. */                                     \
        (wish)->given.desc.texture_size = 64 + below(of_call, 33);                                          \
        (wish)->failures |= ONE(ATT3D_INVALID_ARGUMENT);                                                    \
        if (one_in(of_call, 32)) {                                                                          \
            (wish)->given.desc.texture_size = one_in(of_call, 2) ? 63 : 4097;                               \
            (wish)->is_hopeless = 1;                                                                        \
        }                                                                                                   \
        if (one_in(of_call, 32)) {                                                                          \
            (wish)->given.desc.struct_size = sizeof (wish)->given;                                          \
            (wish)->given.later = 1;                                                                        \
            spoil(call, ATT3D_UNSUPPORTED);                                                                 \
        }                                                                                                   \
        if (one_in(of_call, 96)) {                                                                          \
            (wish)->given.desc.struct_size = 5000;                                                          \
            (wish)->is_unreadable = 1;                                                                      \
            spoil(call, ATT3D_INVALID_ARGUMENT);                                                            \
        }                                                                                                   \
    } while (0)

void make_paint_wish(struct call *call, struct paint_wish *wish) { CHOOSE_MATERIALS(call, wish); }

void make_restyle_wish(struct call *call, struct restyle_wish *wish) {
    struct random *random = &call->caller->random;
    CHOOSE_MATERIALS(call, wish);
    if (one_in(random, 2)) wish->given.desc.flags = ATT3D_RESTYLE_UNWRAP;
    if (one_in(random, 4)) wish->given.desc.seed = 1 + (uint64_t)draw(random) * draw(random);
    if (!one_in(random, 24)) return;
    if (one_in(random, 2)) wish->given.desc.flags |= 2;
    else wish->given.desc.reserved = 1;
    spoil(call, ATT3D_INVALID_ARGUMENT);
}
