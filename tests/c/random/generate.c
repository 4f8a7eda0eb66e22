/* Operations that make meshes. */
#include "random.h"

void generate(struct caller *caller) {
    struct object *model = borrow(caller, MODEL);
    struct call call = begin(caller, F_generate, OF_MODEL | OF_SURFACE);
    att3d_status status;
    att3d_mesh *mesh = NULL;
    struct prompt prompt;
    struct wish wish;
    if (!model) return;
    choose_prompt(&caller->random, &prompt);
    make_wish(&call, &wish, OF_PROMPT);
    EXPECT_WISH(&call, &wish);
    expect(&call, prompt.as_thing);
    status = att3d_generate(handle_of(&call, model), prompt.text, wish.desc, place(&call, &mesh));
    keep_mesh(&call, status, mesh);
    END_WISH(&wish);
    give_back(model);
}

void generate_from_latent(struct caller *caller) {
    struct object *latent = borrow(caller, LATENT);
    struct call call = begin(caller, F_generate_from_latent, OF_MODEL | OF_SURFACE);
    att3d_mesh *mesh = NULL;
    struct wish wish;
    att3d_status status;
    if (!latent) return;
    call.allowed |= latent->failures;
    make_wish(&call, &wish, OF_LATENT);
    EXPECT_WISH(&call, &wish);
    status = att3d_generate_from_latent(handle_of(&call, latent), wish.desc, place(&call, &mesh));
    keep_mesh(&call, status, mesh);
    END_WISH(&wish);
    give_back(latent);
}

void generate_from_field(struct caller *caller) {
    struct object *field = borrow(caller, FIELD);
    struct call call = begin(caller, F_generate_from_field, OF_SURFACE);
    att3d_mesh *mesh = NULL;
    struct wish wish;
    att3d_status status;
    if (!field) return;
    make_wish(&call, &wish, OF_LATENT);
    EXPECT_WISH(&call, &wish);
    status = att3d_generate_from_field(handle_of(&call, field), wish.desc, place(&call, &mesh));
    keep_mesh(&call, status, mesh);
    END_WISH(&wish);
    give_back(field);
}

void generate_frames(struct caller *caller) {
    enum { MOST = 3 };
    struct call call = begin(caller, F_generate_frames, OF_MODEL | OF_SURFACE);
    size_t count = 1 + below(&caller->random, MOST), given, index;
    const att3d_latent *latents[MOST] = {NULL};
    struct object *objects[MOST];
    att3d_mesh *meshes[MOST] = {NULL};
    struct wish wish;
    att3d_status status;
    call.allowed |= borrow_latents(&call, objects, latents, count);
    if (!objects[0]) return;
    make_wish(&call, &wish, OF_LATENT);
    EXPECT_WISH(&call, &wish);
    given = choose_count(&call, count);
    status = att3d_generate_frames(latents, given, wish.desc, place(&call, meshes));
    keep_mesh(&call, status, meshes[0]);
    for (index = 1; index < count; index++) {
        if ((status == ATT3D_OK) != (meshes[index] != NULL)) complain_of(&call, "a status that does not match its output");
        if (meshes[index]) keep(caller, MESH, meshes[index], 0, 0);
    }
    END_WISH(&wish);
    give_all_back(objects, count);
}

void choose_morph(struct call *call, att3d_morph_desc *desc) {
    desc->struct_size = size_of(call, sizeof *desc);
    desc->step_count = 1 + below(&call->caller->random, 2);
    if (one_in(&call->caller->random, 2)) desc->bound = between(&call->caller->random, 0.01f, 0.5f);
    if (!one_in(&call->caller->random, 24)) return;
    if (one_in(&call->caller->random, 2)) desc->step_count = 1001;
    else desc->bound = -1.0f;
    spoil(call, ATT3D_INVALID_ARGUMENT);
}

void morph(struct caller *caller) {
    enum { MOST = 3 };
    struct call call = begin(caller, F_morph, OF_MODEL | OF_SURFACE | ONE(ATT3D_UNSUPPORTED));
    size_t count = 2 + below(&caller->random, MOST - 1);
    const att3d_latent *latents[MOST] = {NULL};
    struct object *objects[MOST];
    att3d_morph_desc desc = {0};
    att3d_mesh *mesh = NULL;
    struct wish wish;
    att3d_status status;
    call.allowed |= borrow_latents(&call, objects, latents, count);
    if (!objects[0]) return;
    choose_morph(&call, &desc);
    make_wish(&call, &wish, OF_LATENT);
    EXPECT_WISH(&call, &wish);
    status = att3d_morph(latents, count, wish.desc, place_or_none(&call, &desc), place(&call, &mesh));
    keep_mesh(&call, status, mesh);
    END_WISH(&wish);
    give_all_back(objects, count);
}

void paint(struct caller *caller) {
    struct object *field = borrow(caller, FIELD);
    struct call call = begin(caller, F_paint, ONE(ATT3D_BUSY));
    struct triangles triangles;
    att3d_surface_desc desc;
    att3d_mesh *mesh = NULL;
    struct paint_wish wish;
    att3d_status status;
    if (!field) return;
    describe(&call, &triangles, &desc);
    make_paint_wish(&call, &wish);
    EXPECT_WISH(&call, &wish);
    if (one_in(&caller->random, 32)) {
        desc.flags |= ATT3D_SURFACE_FIT;
        spoil(&call, ATT3D_INVALID_ARGUMENT);
    }
    status = att3d_paint(handle_of(&call, field), place(&call, &desc), wish.desc, place(&call, &mesh));
    keep_mesh(&call, status, mesh);
    END_WISH(&wish);
    give_back(field);
}

/* Copies the plain GLB, or only its first bytes, which are not a valid GLB. */
void choose_glb(struct call *call, struct glb *glb) {
    struct random *random = &call->caller->random;
    glb->bytes = malloc(plain_glb_size);
    glb->size = plain_glb_size;
    if (!glb->bytes) abort();
    memcpy(glb->bytes, plain_glb, plain_glb_size);
    if (!one_in(random, 16)) return;
    glb->size = below(random, (uint32_t)plain_glb_size);
    expect(call, ONE(ATT3D_FORMAT));
}

void restyle(struct caller *caller) {
    struct object *model = borrow(caller, MODEL);
    struct call call = begin(caller, F_restyle, OF_MODEL);
    att3d_buffer *buffer = NULL;
    struct restyle_wish wish;
    struct prompt prompt;
    struct glb glb;
    att3d_status status;
    if (!model) return;
    choose_prompt(&caller->random, &prompt);
    choose_glb(&call, &glb);
    make_restyle_wish(&call, &wish);
    EXPECT_WISH(&call, &wish);
    expect(&call, prompt.as_change);
    status = att3d_restyle(handle_of(&call, model), glb.bytes, glb.size, prompt.text, wish.desc,
                           place(&call, &buffer));
    keep_buffer(&call, status, buffer);
    END_WISH(&wish);
    free(glb.bytes);
    give_back(model);
}

/* Restyles a file that other threads replace at the same time. The read file must always be complete. */
void restyle_file(struct caller *caller) {
    struct object *model = borrow(caller, MODEL);
    struct call call = begin(caller, F_restyle_file, OF_MODEL);
    const char *from = shared_files[below(&caller->random, SHARED_FILES)];
    const char *to = shared_files[below(&caller->random, SHARED_FILES)];
    struct restyle_wish wish;
    struct prompt prompt;
    if (!model) return;
    choose_prompt(&caller->random, &prompt);
    make_restyle_wish(&call, &wish);
    EXPECT_WISH(&call, &wish);
    expect(&call, prompt.as_change);
    if (one_in(&caller->random, 24)) {
        from = one_in(&caller->random, 2) ? "/nowhere/at/all.glb" : "tests/abi/symbols.txt";
        spoil(&call, ATT3D_IO);
        call.allowed |= ONE(ATT3D_FORMAT);
    }
    judge(&call, att3d_restyle_file(handle_of(&call, model), from, prompt.text, wish.desc, to));
    END_WISH(&wish);
    give_back(model);
}
