/* Operations on fields. */
#include "random.h"

void make_fields(struct caller *caller) {
    enum { MOST = 3 };
    size_t count = 1 + below(&caller->random, MOST), index;
    struct call call = begin(caller, count == 1 ? F_field_from_latent : F_fields_from_latents, OF_MODEL);
    struct object *shape = one_in(&caller->random, 2) ? NULL : borrow(caller, SHAPE), *objects[MOST];
    const att3d_latent *latents[MOST] = {NULL};
    att3d_field *fields[MOST] = {NULL};
    statuses failures = borrow_latents(&call, objects, latents, count);
    att3d_status status = ATT3D_OK;
    /* NULL is valid for the shape. A handle of another kind is not. */
    const att3d_shape *given = shape ? handle_of(&call, shape) : NULL;
    if (shape && !given) call.is_wrong = 0;
    if (!given) call.allowed |= failures;
    if (!objects[0]) {
        give_back(shape);
        return;
    }
    if (count > 1) status = att3d_fields_from_latents(latents, count, given, place(&call, fields));
    else status = att3d_field_from_latent(latents[0], given, place(&call, fields));
    if (judge(&call, status)) {
        for (index = 0; index < count; index++) keep(caller, FIELD, fields[index], objects[0]->family, 0);
    }
    give_all_back(objects, count);
    give_back(shape);
}

void look_at_field(struct caller *caller) {
    struct object *field = borrow(caller, FIELD);
    struct call call = begin(caller, F_field_get_info, 0);
    att3d_field_info info = {0};
    if (!field) return;
    if (judge(&call, att3d_field_get_info(handle_of(&call, field), OUTPUT(&call, info))) &&
        info.kind != ATT3D_FIELD_SIGNED_DISTANCE && info.kind != ATT3D_FIELD_DENSITY) {
        complain(caller, "att3d_field_get_info", "another kind");
    }
    give_back(field);
}

/* Allocates a separate array, so that the sanitizer detects a write beyond its end. */
static float *array_of(size_t count) {
    float *array = malloc((count + (count == 0)) * sizeof *array);
    if (!array) abort();
    return array;
}

void sample_field(struct caller *caller) {
    struct object *field = borrow(caller, FIELD);
    struct call call = begin(caller, F_field_sample, ONE(ATT3D_BUSY));
    size_t count = below(&caller->random, 100), index;
    float *points = array_of(3 * count), *outputs[4];
    att3d_sample_desc desc = {0}, *given;
    for (index = 0; index < 4; index++) outputs[index] = array_of(3 * count);
    for (index = 0; index < 3 * count; index++) points[index] = between(&caller->random, -1.5f, 1.5f);
    desc.struct_size = size_of(&call, sizeof desc);
    if (one_in(&caller->random, 2)) desc.values = outputs[0];
    if (one_in(&caller->random, 2)) desc.gradients = outputs[1];
    if (one_in(&caller->random, 2)) desc.colors = outputs[2];
    if (one_in(&caller->random, 2)) desc.materials = outputs[3];
    if (count > 0 && one_in(&caller->random, 24)) {
        points[below(&caller->random, (uint32_t)count)] = NAN;
        spoil(&call, ATT3D_INVALID_ARGUMENT);
    }
    if (one_in(&caller->random, 32)) {
        desc.reserved = 1;
        spoil(&call, ATT3D_INVALID_ARGUMENT);
    }
    given = place(&call, &desc);
    /* The library takes the listener of each description that it can read. */
    if (field && given == &desc && desc.struct_size == sizeof desc)
        listen_to(caller, &desc.progress, &call.allowed);
    if (field && judge(&call, att3d_field_sample(handle_of(&call, field), points, count, given))) {
        check_numbers(&call, desc.values, count);
        check_numbers(&call, desc.gradients, 3 * count);
        check_numbers(&call, desc.colors, 3 * count);
        check_numbers(&call, desc.materials, 2 * count);
    }
    for (index = 0; index < 4; index++) free(outputs[index]);
    free(points);
    give_back(field);
}
