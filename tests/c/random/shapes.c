/* Operations on shapes. */
#include "random.h"

static void make_triangles(struct random *random, struct triangles *triangles) {
    size_t index;
    triangles->vertex_count = 3 + below(random, MOST_VERTICES - 2);
    triangles->triangle_count = 1 + below(random, MOST_TRIANGLES);
    for (index = 0; index < 3 * triangles->vertex_count; index++) {
        triangles->positions[index] = between(random, -0.9f, 0.9f);
        triangles->normals[index] = between(random, -1.0f, 1.0f);
        triangles->colors[index] = between(random, 0.0f, 1.0f);
    }
    for (index = 0; index < 2 * triangles->vertex_count; index++)
        triangles->uvs[index] = between(random, 0.0f, 1.0f);
    for (index = 0; index < 3 * triangles->triangle_count; index++) {
        triangles->indices[index] =
            index < 3 ? (uint32_t)index : below(random, (uint32_t)triangles->vertex_count);
    }
}

/* Damages the triangles, so that no shape can be made from them. */
static void spoil_triangles(struct call *call, struct triangles *triangles) {
    struct random *random = &call->caller->random;
    switch (below(random, 3)) {
    case 0: triangles->positions[below(random, 9)] = NAN; break;
    case 1: triangles->indices[below(random, 3)] = (uint32_t)triangles->vertex_count; break;
    default: triangles->triangle_count = 0; break;
    }
    spoil(call, ATT3D_INVALID_ARGUMENT);
}

void describe(struct call *call, struct triangles *triangles, att3d_surface_desc *desc) {
    struct random *random = &call->caller->random;
    memset(desc, 0, sizeof *desc);
    make_triangles(random, triangles);
    if (one_in(random, 16)) spoil_triangles(call, triangles);
    desc->struct_size = size_of(call, sizeof *desc);
    desc->positions = triangles->positions;
    if (one_in(random, 2)) desc->normals = triangles->normals;
    if (one_in(random, 2)) desc->colors = triangles->colors;
    if (one_in(random, 2)) desc->uvs = triangles->uvs;
    desc->indices = triangles->indices;
    desc->vertex_count = triangles->vertex_count;
    desc->triangle_count = triangles->triangle_count;
    if (one_in(random, 32)) {
        desc->flags = 2;
        spoil(call, ATT3D_INVALID_ARGUMENT);
    }
}

static void keep_shape(struct call *call, att3d_status status, att3d_shape *shape) {
    if (judge(call, status)) keep(call->caller, SHAPE, shape, 0, 0);
    else if (shape) complain_of(call, "an output although the call failed");
}

void shape_of_points(struct caller *caller) {
    struct call call = begin(caller, F_shape_from_points, 0);
    att3d_status status;
    size_t count = 1 + below(&caller->random, 200), index;
    float *points = malloc(3 * count * sizeof *points);
    att3d_shape *shape = NULL;
    if (!points) abort();
    for (index = 0; index < 3 * count; index++) points[index] = between(&caller->random, -1.0f, 1.0f);
    if (one_in(&caller->random, 16)) {
        points[below(&caller->random, (uint32_t)count)] = one_in(&caller->random, 2) ? INFINITY : 1001.0f;
        spoil(&call, ATT3D_INVALID_ARGUMENT);
    }
    if (one_in(&caller->random, 32)) {
        count = one_in(&caller->random, 2) ? 0 : (size_t)-1 / 8;
        spoil(&call, ATT3D_INVALID_ARGUMENT);
    }
    status = att3d_shape_from_points(place(&call, points), count, place(&call, &shape));
    keep_shape(&call, status, shape);
    free(points);
}

void shape_of_surface(struct caller *caller) {
    struct call call = begin(caller, F_shape_from_surface, 0);
    att3d_status status;
    struct triangles triangles;
    att3d_surface_desc desc;
    att3d_shape *shape = NULL;
    describe(&call, &triangles, &desc);
    if (one_in(&caller->random, 2)) desc.flags |= ATT3D_SURFACE_FIT;
    status = att3d_shape_from_surface(place(&call, &desc), place(&call, &shape));
    keep_shape(&call, status, shape);
}

/* Makes a shape from a GLB that the library wrote. The call must succeed, unless this function damages the
 * GLB. */
void shape_of_glb(struct caller *caller) {
    struct object *mesh = borrow(caller, MESH);
    struct call call = begin(caller, F_mesh_encode, 0);
    att3d_status status;
    att3d_export_desc desc = {0};
    att3d_buffer *buffer = NULL;
    unsigned char *bytes = NULL;
    const void *encoded = NULL;
    att3d_shape *shape = NULL;
    size_t size = 0;
    if (!mesh) return;
    desc.struct_size = sizeof desc;
    if (one_in(&caller->random, 2)) desc.flags = ATT3D_EXPORT_COMPRESS;
    if (judge(&call, att3d_mesh_encode(mesh->handle, &desc, &buffer))) {
        call = begin(caller, F_buffer_get_bytes, 0);
        judge(&call, att3d_buffer_get_bytes(buffer, &encoded, &size));
        bytes = malloc(size);
    }
    if (bytes) {
        memcpy(bytes, encoded, size);
        call = begin(caller, F_shape_from_glb, 0);
        if (one_in(&caller->random, 4)) {
            size = below(&caller->random, (uint32_t)size);
            spoil(&call, ATT3D_FORMAT);
        } else if (one_in(&caller->random, 4)) {
            bytes[below(&caller->random, (uint32_t)size)] ^= (unsigned char)(1u << below(&caller->random, 8));
            call.allowed |= ONE(ATT3D_FORMAT) | ONE(ATT3D_UNSUPPORTED) | ONE(ATT3D_INVALID_ARGUMENT);
        }
        status = att3d_shape_from_glb(bytes, size, place(&call, &shape));
        keep_shape(&call, status, shape);
    }
    free(bytes);
    att3d_buffer_free(buffer);
    note(F_buffer_free);
    give_back(mesh);
}

void keep_share(struct caller *caller) {
    struct object *shape = borrow(caller, SHAPE);
    struct call call = begin(caller, F_shape_with_keep, 0);
    att3d_status status;
    float share = between(&caller->random, 0.0f, 1.0f);
    att3d_shape *other = NULL;
    if (!shape) return;
    if (one_in(&caller->random, 16)) {
        share = one_in(&caller->random, 2) ? NAN : 1.5f;
        spoil(&call, ATT3D_INVALID_ARGUMENT);
    }
    status = att3d_shape_with_keep(handle_of(&call, shape), share, place(&call, &other));
    keep_shape(&call, status, other);
    give_back(shape);
}

void look_at_shape(struct caller *caller) {
    struct object *shape = borrow(caller, SHAPE);
    struct call call = begin(caller, F_shape_get_info, 0);
    att3d_shape_info info = {0};
    if (!shape) return;
    if (judge(&call, att3d_shape_get_info(handle_of(&call, shape), OUTPUT(&call, info)))) {
        check_numbers(&call, info.center, 3);
        check_numbers(&call, &info.units, 1);
        if (info.point_count == 0) complain(caller, "att3d_shape_get_info", "no points");
    }
    give_back(shape);
}
