/* Operations that encode and write meshes, and operations on buffers. */
#include "random.h"

/* Marks the call as wrong if its options exclude each other, whatever the mesh is. */
static void judge_export(struct call *call, const att3d_export_desc *desc, uint32_t format) {
    int is_wrong = desc->meters_per_unit != 0.0f && desc->size != 0.0f;
    if (desc->up_axis == ATT3D_UP_Z && format == ATT3D_MESH_GLB) is_wrong = 1;
    if ((desc->flags & ATT3D_EXPORT_COMPRESS) && format != ATT3D_MESH_GLB) is_wrong = 1;
    if (desc->pivot == ATT3D_PIVOT_SHAPE) {
        /* Only meshes that were made from a shape with a frame can be exported with ATT3D_PIVOT_SHAPE. */
        call->allowed |= ONE(ATT3D_INVALID_ARGUMENT);
        if (desc->meters_per_unit != 0.0f) is_wrong = 1;
    }
    if (is_wrong) spoil(call, ATT3D_INVALID_ARGUMENT);
}

/* Use of a file. A file that other threads read stays a GLB. */
enum use { ONE_MESH, SHARED_GLB, FRAMES };

static void choose_export(struct call *call, att3d_export_desc *desc, enum use use, uint32_t format_of_path) {
    struct random *random = &call->caller->random;
    memset(desc, 0, sizeof *desc);
    desc->struct_size = size_of(call, sizeof *desc);
    if (one_in(random, 2) && use != SHARED_GLB) desc->format = 1 + below(random, 4);
    if (one_in(random, 3)) desc->pivot = below(random, 4);
    if (one_in(random, 8)) desc->up_axis = ATT3D_UP_Z;
    if (one_in(random, 8)) desc->hull_names = ATT3D_HULL_NAMES_GODOT;
    if (one_in(random, 4)) desc->flags |= ATT3D_EXPORT_COMPRESS;
    if (one_in(random, 8)) desc->meters_per_unit = between(random, 0.1f, 10.0f);
    if (one_in(random, 8)) desc->size = between(random, 0.1f, 10.0f);
    if (one_in(random, 8)) desc->seconds = between(random, 0.1f, 10.0f);
    judge_export(call, desc, desc->format ? desc->format : format_of_path);
    if (!one_in(random, 24)) return;
    switch (below(random, 5)) {
    case 0: desc->format = 5; break;
    case 1: desc->pivot = 4; break;
    case 2: desc->up_axis = 2; break;
    case 3: desc->hull_names = 2; break;
    default: desc->flags |= 2; break;
    }
    spoil(call, ATT3D_INVALID_ARGUMENT);
}

void encode_mesh(struct caller *caller) {
    struct object *mesh = borrow(caller, MESH);
    struct call call = begin(caller, F_mesh_encode, 0);
    att3d_export_desc desc;
    att3d_buffer *buffer = NULL;
    att3d_status status;
    if (!mesh) return;
    choose_export(&call, &desc, ONE_MESH, ATT3D_MESH_GLB);
    status = att3d_mesh_encode(handle_of(&call, mesh), &desc, place(&call, &buffer));
    keep_buffer(&call, status, buffer);
    give_back(mesh);
}

/* Reads every byte of a buffer, so that the sanitizer detects bytes that do not belong to the buffer. */
void look_at_buffer(struct caller *caller) {
    struct object *buffer = borrow(caller, BUFFER);
    struct call call = begin(caller, F_buffer_get_bytes, 0);
    const void *bytes = NULL;
    size_t size = 0, index;
    unsigned long sum = 0;
    if (!buffer) return;
    if (judge(&call, att3d_buffer_get_bytes(handle_of(&call, buffer), place(&call, &bytes),
                                            place(&call, &size)))) {
        for (index = 0; index < size; index++) sum += ((const unsigned char *)bytes)[index];
        if (size == 0 || sum == 0) complain_of(&call, "an empty buffer");
    } else if (bytes || size) {
        complain_of(&call, "an output although the call failed");
    }
    give_back(buffer);
}

/* Writes a path in the folder of this run, sometimes an invalid one. Returns the format of its extension. */
static uint32_t choose_path(struct call *call, char *path, size_t size) {
    static const char *const endings[] = {"", ".glb", ".obj", ".ply", ".stl"};
    struct random *random = &call->caller->random;
    uint32_t ending = below(random, 5);
    snprintf(path, size, "%s/mesh%u%s", folder, below(random, 3), endings[ending]);
    if (one_in(random, 3)) {
        snprintf(path, size, "%s", shared_files[below(random, SHARED_FILES)]);
        ending = 1;
    }
    if (one_in(random, 24)) {
        snprintf(path, size, one_in(random, 2) ? "/nowhere/at/all.glb" : "%s", folder);
        spoil(call, ATT3D_IO);
        /* The folder's name has an extension of no known format. */
        call->allowed |= ONE(ATT3D_INVALID_ARGUMENT);
    } else if (one_in(random, 24)) {
        snprintf(path, size, "%s/\xff.glb", folder);
        spoil(call, ATT3D_INVALID_ARGUMENT);
    }
    return ending == 0 ? ATT3D_MESH_GLB : ending;
}

void write_mesh(struct caller *caller) {
    struct object *mesh = borrow(caller, MESH);
    struct call call = begin(caller, F_mesh_write_file, 0);
    att3d_export_desc desc;
    uint32_t format;
    char path[128];
    if (!mesh) return;
    format = choose_path(&call, path, sizeof path);
    choose_export(&call, &desc, strstr(path, "shared") ? SHARED_GLB : ONE_MESH, format);
    judge(&call, att3d_mesh_write_file(handle_of(&call, mesh), path, place_or_none(&call, &desc)));
    give_back(mesh);
}

/* Borrows `count` meshes for one call. Returns whether a mesh was found for each place of the array. */
static int borrow_meshes(struct call *call, struct object **objects, const att3d_mesh **meshes,
                         size_t count) {
    size_t index;
    int is_complete = 1;
    for (index = 0; index < count; index++) {
        objects[index] = borrow(call->caller, MESH);
        if (objects[index]) meshes[index] = handle_of(call, objects[index]);
        else is_complete = 0;
    }
    return is_complete;
}

void write_meshes(struct caller *caller) {
    enum { MOST = 4 };
    struct call call = begin(caller, F_meshes_write_file, 0);
    size_t count = 1 + below(&caller->random, MOST);
    struct object *objects[MOST] = {NULL};
    const att3d_mesh *meshes[MOST];
    att3d_export_desc desc;
    char path[128];
    uint32_t format = choose_path(&call, path, sizeof path);
    choose_export(&call, &desc, FRAMES, format);
    if ((desc.format ? desc.format : format) != ATT3D_MESH_GLB) spoil(&call, ATT3D_INVALID_ARGUMENT);
    if (borrow_meshes(&call, objects, meshes, count)) {
        judge(&call, att3d_meshes_write_file(meshes, choose_count(&call, count), path,
                                             place_or_none(&call, &desc)));
    }
    give_all_back(objects, MOST);
}

void encode_meshes(struct caller *caller) {
    enum { MOST = 4 };
    struct call call = begin(caller, F_meshes_encode, 0);
    size_t count = 1 + below(&caller->random, MOST);
    struct object *objects[MOST] = {NULL};
    const att3d_mesh *meshes[MOST];
    att3d_buffer *buffer = NULL;
    att3d_export_desc desc;
    choose_export(&call, &desc, FRAMES, ATT3D_MESH_GLB);
    if (desc.format > ATT3D_MESH_GLB) spoil(&call, ATT3D_INVALID_ARGUMENT);
    if (borrow_meshes(&call, objects, meshes, count)) {
        size_t given = choose_count(&call, count);
        att3d_status status =
            att3d_meshes_encode(meshes, given, place_or_none(&call, &desc), place(&call, &buffer));
        keep_buffer(&call, status, buffer);
    }
    give_all_back(objects, MOST);
}
