/* Operations that look at meshes. */
#include "random.h"

static void check_view(const struct call *call, const att3d_mesh_view *view) {
    size_t count = view->vertex_count;
    check_numbers(call, view->positions, 3 * count);
    check_numbers(call, view->normals, 3 * count);
    check_numbers(call, view->colors, 3 * count);
    check_numbers(call, view->materials, 2 * count);
    check_numbers(call, view->uvs, 2 * count);
    check_numbers(call, view->tangents, 4 * count);
    check_indices(call, view->indices, 3 * (size_t)view->triangle_count, view->vertex_count);
    if (count < 3 || view->triangle_count == 0 || !view->positions || !view->indices) {
        complain_of(call, "an empty mesh");
    }
}

void look_at_mesh(struct caller *caller) {
    struct object *mesh = borrow(caller, MESH);
    struct call call = begin(caller, F_mesh_get_view, 0);
    att3d_mesh_view view = {0};
    att3d_mesh_report report = {0};
    att3d_reading *reading = NULL;
    const char *text = NULL;
    att3d_status status;
    if (!mesh) return;
    if (judge(&call, att3d_mesh_get_view(handle_of(&call, mesh), OUTPUT(&call, view))))
        check_view(&call, &view);
    call = begin(caller, F_mesh_get_prompt, 0);
    if (judge(&call, att3d_mesh_get_prompt(handle_of(&call, mesh), place(&call, &text))))
        check_text(&call, text);
    call = begin(caller, F_mesh_get_reading, 0);
    status = att3d_mesh_get_reading(handle_of(&call, mesh), place(&call, &reading));
    look_at_reading_of(&call, status, reading);
    call = begin(caller, F_mesh_get_report, 0);
    if (judge(&call, att3d_mesh_get_report(handle_of(&call, mesh), OUTPUT(&call, report))) &&
        (report.component_count == 0 || !isfinite(report.volume) || !isfinite(report.area))) {
        complain(caller, "att3d_mesh_get_report", "a report of nothing");
    }
    give_back(mesh);
}

static void check_texture(struct caller *caller, const struct object *mesh, uint32_t size) {
    uint32_t which = one_in(&caller->random, 24) ? 4 : below(&caller->random, 4);
    struct call call = begin(caller, F_mesh_get_texture, 0);
    att3d_texture_view view = {0};
    unsigned long sum = 0;
    size_t index;
    if (size == 0) spoil(&call, ATT3D_UNSUPPORTED);
    /* A mesh that the caller gave and the library painted has no normal texture and no occlusion texture. */
    if (which != ATT3D_TEXTURE_BASE_COLOR) call.allowed |= ONE(ATT3D_UNSUPPORTED);
    if (which == 4) spoil(&call, ATT3D_INVALID_ARGUMENT);
    if (!judge(&call, att3d_mesh_get_texture(handle_of(&call, mesh), which, OUTPUT(&call, view)))) return;
    for (index = 0; index < (size_t)view.width * view.height * view.channels; index++)
        sum += view.texels[index];
    if (view.width != size || view.height != size || sum == 0)
        complain(caller, "att3d_mesh_get_texture", "no picture");
}

static void check_level(struct caller *caller, const struct object *mesh, uint32_t count, uint32_t vertices) {
    struct call call = begin(caller, F_mesh_get_level, 0);
    uint32_t level = one_in(&caller->random, 8) ? 0 : 1 + below(&caller->random, count + 1);
    att3d_level_view view = {0};
    if (level == 0 || level > count) spoil(&call, ATT3D_INVALID_ARGUMENT);
    if (judge(&call, att3d_mesh_get_level(handle_of(&call, mesh), level, OUTPUT(&call, view)))) {
        check_indices(&call, view.indices, 3 * (size_t)view.triangle_count, vertices);
    }
}

static void check_hulls(struct caller *caller, const struct object *mesh, uint32_t count) {
    struct call call = begin(caller, F_mesh_get_hull, 0);
    uint32_t which = below(&caller->random, count + 1);
    att3d_mesh_view view = {0};
    if (which >= count) spoil(&call, count == 0 ? ATT3D_UNSUPPORTED : ATT3D_INVALID_ARGUMENT);
    if (judge(&call, att3d_mesh_get_hull(handle_of(&call, mesh), which, OUTPUT(&call, view)))) {
        check_view(&call, &view);
    }
}

static void check_target(struct caller *caller, const struct object *mesh, uint32_t count,
                         uint32_t vertices) {
    struct call call = begin(caller, F_mesh_get_target, 0);
    uint32_t which = below(&caller->random, count + 1);
    att3d_target_view view = {0};
    if (which >= count) spoil(&call, ATT3D_INVALID_ARGUMENT);
    if (!judge(&call, att3d_mesh_get_target(handle_of(&call, mesh), which, OUTPUT(&call, view)))) return;
    check_numbers(&call, view.positions, 3 * (size_t)view.vertex_count);
    check_numbers(&call, view.normals, 3 * (size_t)view.vertex_count);
    check_numbers(&call, view.colors, 3 * (size_t)view.vertex_count);
    check_text(&call, view.name);
    if (view.vertex_count != vertices) complain(caller, "att3d_mesh_get_target", "another count of vertices");
}

/* Reads everything that a mesh may have beside its surface. Also requests parts that the mesh lacks. */
void look_beside(struct caller *caller, const struct object *mesh) {
    struct call call = begin(caller, F_mesh_get_info, 0);
    att3d_mesh_info info = {0};
    att3d_mesh_view view = {0};
    view.struct_size = sizeof view;
    if (!judge(&call, att3d_mesh_get_info(handle_of(&call, mesh), OUTPUT(&call, info)))) return;
    check_numbers(&call, info.minimum, 3);
    check_numbers(&call, info.maximum, 3);
    call = begin(caller, F_mesh_get_view, 0);
    judge(&call, att3d_mesh_get_view(mesh->handle, &view));
    check_texture(caller, mesh, info.texture_size);
    check_level(caller, mesh, info.level_count, view.vertex_count);
    check_hulls(caller, mesh, info.hull_count);
    check_target(caller, mesh, info.target_count, view.vertex_count);
}

void look_beside_mesh(struct caller *caller) {
    struct object *mesh = borrow(caller, MESH);
    if (mesh) look_beside(caller, mesh);
    give_back(mesh);
}

/* Chooses a layout, rarely with an attribute that the mesh does not have. */
static void choose_layout(struct call *call, att3d_vertex_layout *layout, const att3d_mesh_view *view) {
    struct random *random = &call->caller->random;
    static const uint32_t sizes[] = {12, 12, 16, 12, 8, 8};
    att3d_vertex_attribute *const places[] = {&layout->position, &layout->normal,   &layout->tangent,
                                              &layout->color,    &layout->material, &layout->uv};
    uint32_t index, end = below(random, 4);
    memset(layout, 0, sizeof *layout);
    layout->struct_size = size_of(call, sizeof *layout);
    for (index = 0; index < 6; index++) {
        int is_missing = (places[index] == &layout->tangent && !view->tangents) ||
                         (places[index] == &layout->uv && !view->uvs);
        uint32_t size = sizes[index];
        if (one_in(random, 2)) continue;
        if (is_missing) {
            if (!one_in(random, 8)) continue;
            spoil(call, ATT3D_UNSUPPORTED);
        }
        places[index]->format = ATT3D_VERTEX_F32;
        if (places[index] == &layout->color && one_in(random, 2)) {
            places[index]->format = ATT3D_VERTEX_UNORM8;
            size = 4;
        }
        places[index]->offset = end;
        end += size + below(random, 4);
    }
    layout->stride = end + below(random, 4) + (end == 0);
    if (!one_in(random, 16)) return;
    switch (below(random, 4)) {
    case 0: layout->position.format = 3; break;
    case 1: layout->material.format = ATT3D_VERTEX_UNORM8; break;
    case 2: layout->stride = 0; break;
    default:
        layout->position.format = layout->normal.format = ATT3D_VERTEX_F32;
        layout->normal.offset = layout->position.offset + below(random, 12);
        break;
    }
    spoil(call, ATT3D_INVALID_ARGUMENT);
}

/* Returns an address for bytes that need no alignment; sometimes NULL. */
static void *anywhere(struct call *call, void *pointer) {
    if (!one_in(&call->caller->random, 96)) return pointer;
    spoil(call, ATT3D_NULL_ARGUMENT);
    return NULL;
}

/* Copies the vertices into separate memory, so that the sanitizer detects a write beyond its end. */
void copy_vertices(struct caller *caller) {
    struct object *mesh = borrow(caller, MESH);
    struct call call = begin(caller, F_mesh_get_view, 0);
    att3d_vertex_layout layout;
    att3d_mesh_view view = {0};
    unsigned char *bytes;
    size_t size;
    if (!mesh) return;
    view.struct_size = sizeof view;
    judge(&call, att3d_mesh_get_view(mesh->handle, &view));
    call = begin(caller, F_mesh_copy_vertices, 0);
    choose_layout(&call, &layout, &view);
    size = (size_t)view.vertex_count * layout.stride;
    if (size > 0 && one_in(&caller->random, 16)) {
        size--;
        spoil(&call, ATT3D_BUFFER_TOO_SMALL);
    }
    bytes = malloc(size + 1);
    if (!bytes) abort();
    memset(bytes, 0xa5, size + 1);
    judge(&call, att3d_mesh_copy_vertices(handle_of(&call, mesh), place(&call, &layout),
                                          anywhere(&call, bytes), size));
    if (bytes[size] != 0xa5) complain_of(&call, "a write beyond the vertices");
    free(bytes);
    give_back(mesh);
}

void copy_indices(struct caller *caller) {
    struct object *mesh = borrow(caller, MESH);
    struct call call = begin(caller, F_mesh_get_info, 0);
    att3d_mesh_info info = {0};
    att3d_mesh_view view = {0};
    uint32_t level, index_size = one_in(&caller->random, 2) ? 2 : 4;
    unsigned char *bytes;
    size_t size;
    if (!mesh) return;
    info.struct_size = sizeof info;
    view.struct_size = sizeof view;
    judge(&call, att3d_mesh_get_info(mesh->handle, &info));
    call = begin(caller, F_mesh_get_view, 0);
    judge(&call, att3d_mesh_get_view(mesh->handle, &view));
    call = begin(caller, F_mesh_copy_indices, 0);
    level = below(&caller->random, info.level_count + 1);
    if (index_size == 2 && view.vertex_count > 65536) spoil(&call, ATT3D_INVALID_ARGUMENT);
    /* No level has more triangles than the mesh. */
    size = 3 * (size_t)view.triangle_count * index_size;
    if (level == 0 && one_in(&caller->random, 16)) {
        size--;
        spoil(&call, ATT3D_BUFFER_TOO_SMALL);
    }
    if (one_in(&caller->random, 24)) {
        if (one_in(&caller->random, 2)) index_size = 3;
        else level = info.level_count + 1;
        spoil(&call, ATT3D_INVALID_ARGUMENT);
    }
    bytes = malloc(size + 1);
    if (!bytes) abort();
    bytes[size] = 0xa5;
    judge(&call,
          att3d_mesh_copy_indices(handle_of(&call, mesh), level, index_size, anywhere(&call, bytes), size));
    if (bytes[size] != 0xa5) complain_of(&call, "a write beyond the indices");
    free(bytes);
    give_back(mesh);
}

void draw_mesh(struct caller *caller) {
    struct object *mesh = borrow(caller, MESH);
    struct call call = begin(caller, F_mesh_draw, ONE(ATT3D_BUSY));
    att3d_picture_desc desc = {0};
    size_t capacity;
    uint8_t *pixels;
    desc.struct_size = size_of(&call, sizeof desc);
    desc.width = 1 + below(&caller->random, 64);
    desc.height = 1 + below(&caller->random, 64);
    desc.samples = below(&caller->random, 5);
    desc.turn_degrees = between(&caller->random, -400.0f, 400.0f);
    desc.rise_degrees = between(&caller->random, -100.0f, 100.0f);
    capacity = (size_t)desc.width * desc.height * 4;
    pixels = malloc(capacity);
    if (!pixels) abort();
    if (one_in(&caller->random, 16)) {
        capacity--;
        spoil(&call, ATT3D_BUFFER_TOO_SMALL);
    }
    if (one_in(&caller->random, 24)) {
        if (one_in(&caller->random, 2)) desc.samples = 5;
        else desc.rise_degrees = NAN;
        spoil(&call, ATT3D_INVALID_ARGUMENT);
    }
    if (mesh && desc.struct_size == sizeof desc) listen_to(caller, &desc.progress, &call.allowed);
    if (mesh && judge(&call, att3d_mesh_draw(handle_of(&call, mesh), &desc, pixels, capacity)) &&
        pixels[3] != 255) {
        complain(caller, "att3d_mesh_draw", "a pixel that is not opaque");
    }
    free(pixels);
    give_back(mesh);
}
