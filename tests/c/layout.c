/* Tests copies of a mesh in the layout of the caller: formats, gaps, addresses without alignment, and layouts
 * that are refused. */
#include "test.h"

enum { ATTRIBUTES = 6, SHIFT = 1, GUARD = 0xa5 };

static att3d_context *context;
static att3d_model *model;

static att3d_mesh *make(uint32_t resolution, uint32_t texture_size, uint32_t level_count) {
    att3d_generate_desc desc = {0};
    att3d_mesh *mesh = NULL;
    desc.struct_size = sizeof desc;
    desc.resolution = resolution;
    desc.texture_size = texture_size;
    desc.level_count = level_count;
    RETURNS(ATT3D_OK, att3d_generate(model, "a pig", &desc, &mesh));
    return mesh;
}

static att3d_mesh_view view_of(const att3d_mesh *mesh) {
    att3d_mesh_view view = {0};
    view.struct_size = sizeof view;
    RETURNS(ATT3D_OK, att3d_mesh_get_view(mesh, &view));
    return view;
}

static att3d_vertex_layout empty(uint32_t stride) {
    att3d_vertex_layout layout = {0};
    layout.struct_size = sizeof layout;
    layout.stride = stride;
    return layout;
}

/* An attribute of a view: its place in a layout, its floats, and the number of floats per vertex. */
struct attribute {
    att3d_vertex_attribute *place;
    const float *values;
    uint32_t width;
};

static void list(att3d_vertex_layout *layout, const att3d_mesh_view *view, struct attribute *attributes) {
    att3d_vertex_attribute *places[ATTRIBUTES];
    const float *values[ATTRIBUTES];
    static const uint32_t widths[ATTRIBUTES] = {3, 3, 4, 3, 2, 2};
    int index;
    places[0] = &layout->position, values[0] = view->positions;
    places[1] = &layout->normal, values[1] = view->normals;
    places[2] = &layout->tangent, values[2] = view->tangents;
    places[3] = &layout->color, values[3] = view->colors;
    places[4] = &layout->material, values[4] = view->materials;
    places[5] = &layout->uv, values[5] = view->uvs;
    for (index = 0; index < ATTRIBUTES; index++) {
        attributes[index].place = places[index];
        attributes[index].values = values[index];
        attributes[index].width = widths[index];
    }
}

/* Returns the number of bytes that the attribute takes in a vertex; 0 if it is not copied. */
static uint32_t size_of(const struct attribute *attribute) {
    if (attribute->place->format == ATT3D_VERTEX_NONE) return 0;
    return attribute->place->format == ATT3D_VERTEX_UNORM8 ? 4 : 4 * attribute->width;
}

/* Returns the value that a byte of a vertex must have. */
static unsigned char expected_byte(const struct attribute *attributes, size_t vertex, uint32_t offset) {
    int index;
    for (index = 0; index < ATTRIBUTES; index++) {
        const struct attribute *attribute = &attributes[index];
        uint32_t size = size_of(attribute), start = attribute->place->offset;
        const float *values = attribute->values + vertex * attribute->width;
        unsigned char bytes[4 * sizeof(float)];
        if (size == 0 || offset < start || offset >= start + size) continue;
        if (attribute->place->format == ATT3D_VERTEX_UNORM8) {
            float value = offset - start < 3 ? values[offset - start] : 1.0f;
            return (unsigned char)(value * 255.0f + 0.5f);
        }
        memcpy(bytes, values, size);
        return bytes[offset - start];
    }
    return GUARD;
}

/* Copies the vertices to an address without alignment, and checks each byte: those of the attributes, and
 * those that must stay unchanged. */
static void check_copy(const att3d_mesh *mesh, att3d_vertex_layout *layout) {
    att3d_mesh_view view = view_of(mesh);
    struct attribute attributes[ATTRIBUTES];
    size_t size = (size_t)view.vertex_count * layout->stride, vertex, wrong = 0;
    unsigned char *bytes = malloc(SHIFT + size + 1);
    uint32_t offset;

    HOLDS(bytes != NULL);
    if (!bytes) return;
    memset(bytes, GUARD, SHIFT + size + 1);
    list(layout, &view, attributes);
    RETURNS(ATT3D_OK, att3d_mesh_copy_vertices(mesh, layout, bytes + SHIFT, size));
    for (vertex = 0; vertex < view.vertex_count; vertex++) {
        for (offset = 0; offset < layout->stride; offset++) {
            unsigned char found = bytes[SHIFT + vertex * layout->stride + offset];
            wrong += found != expected_byte(attributes, vertex, offset);
        }
    }
    HOLDS(wrong == 0 && bytes[0] == GUARD && bytes[SHIFT + size] == GUARD);
    /* A buffer that is too small stays unchanged. */
    memset(bytes, GUARD, SHIFT + size + 1);
    RETURNS(ATT3D_BUFFER_TOO_SMALL, att3d_mesh_copy_vertices(mesh, layout, bytes + SHIFT, size - 1));
    RETURNS(ATT3D_BUFFER_TOO_SMALL, att3d_mesh_copy_vertices(mesh, layout, bytes + SHIFT, 0));
    for (vertex = 0; vertex < SHIFT + size + 1; vertex++) wrong += bytes[vertex] != GUARD;
    HOLDS(wrong == 0);
    free(bytes);
}

/* Copies each attribute alone, all together, and all with gaps and in another order. */
static void formats(const att3d_mesh *mesh) {
    att3d_mesh_view view = view_of(mesh);
    struct attribute attributes[ATTRIBUTES];
    att3d_vertex_layout layout;
    int index, is_small;

    for (index = 0; index < ATTRIBUTES; index++) {
        layout = empty(33);
        list(&layout, &view, attributes);
        attributes[index].place->format = ATT3D_VERTEX_F32;
        attributes[index].place->offset = 5;
        check_copy(mesh, &layout);
        /* The attribute ends with the vertex. */
        layout.stride = 5 + size_of(&attributes[index]);
        check_copy(mesh, &layout);
    }
    for (is_small = 0; is_small < 2; is_small++) {
        uint32_t end = 0;
        layout = empty(0);
        list(&layout, &view, attributes);
        for (index = 0; index < ATTRIBUTES; index++) {
            attributes[index].place->format = ATT3D_VERTEX_F32;
            if (is_small && index == 3) attributes[index].place->format = ATT3D_VERTEX_UNORM8;
            attributes[index].place->offset = end;
            end += size_of(&attributes[index]);
        }
        layout.stride = end;
        check_copy(mesh, &layout);
        end = 3;
        for (index = ATTRIBUTES - 1; index >= 0; index--) {
            attributes[index].place->offset = end;
            end += size_of(&attributes[index]) + 1 + (uint32_t)index;
        }
        layout.stride = end + 7;
        check_copy(mesh, &layout);
    }
    /* Nothing is copied, so nothing changes. The offset of an attribute that is not copied has no meaning. */
    layout = empty(4);
    layout.normal.offset = 1000000;
    check_copy(mesh, &layout);
}

/* Tests layouts that are refused. */
static void refusals(const att3d_mesh *mesh, const att3d_mesh *plain) {
    static const uint32_t unknown[] = {3, 4, 0xffffffffu};
    att3d_mesh_view view = view_of(mesh);
    struct attribute attributes[ATTRIBUTES];
    size_t size = (size_t)view.vertex_count * 64, place;
    unsigned char *bytes = malloc(size);
    att3d_vertex_layout layout;
    int index;

    HOLDS(bytes != NULL);
    if (!bytes) return;
    memset(bytes, GUARD, size);
    for (index = 0; index < ATTRIBUTES; index++) {
        uint32_t width;
        layout = empty(64);
        list(&layout, &view, attributes);
        for (place = 0; place < sizeof unknown / sizeof *unknown; place++) {
            attributes[index].place->format = unknown[place];
            RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_copy_vertices(mesh, &layout, bytes, size));
        }
        if (index != 3) {
            attributes[index].place->format = ATT3D_VERTEX_UNORM8;
            RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_copy_vertices(mesh, &layout, bytes, size));
        }
        attributes[index].place->format = ATT3D_VERTEX_F32;
        width = size_of(&attributes[index]);
        /* One byte beyond the vertex, far beyond it, and so far that a sum of 32 bits would wrap. */
        attributes[index].place->offset = 64 - width + 1;
        RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_copy_vertices(mesh, &layout, bytes, size));
        attributes[index].place->offset = 1u << 31;
        RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_copy_vertices(mesh, &layout, bytes, size));
        attributes[index].place->offset = 0xffffffffu - width + 2;
        RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_copy_vertices(mesh, &layout, bytes, size));
    }
    /* Two attributes overlap: by one byte, from either side, and at the same place. */
    for (place = 0; place < 3; place++) {
        static const uint32_t positions[] = {0, 11, 8}, normals[] = {11, 0, 8};
        layout = empty(64);
        layout.position.format = layout.normal.format = ATT3D_VERTEX_F32;
        layout.position.offset = positions[place];
        layout.normal.offset = normals[place];
        RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_copy_vertices(mesh, &layout, bytes, size));
    }
    layout = empty(64);
    layout.color.format = ATT3D_VERTEX_UNORM8;
    layout.uv.format = ATT3D_VERTEX_F32;
    layout.uv.offset = 3;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_copy_vertices(mesh, &layout, bytes, size));
    layout = empty(0);
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_copy_vertices(mesh, &layout, bytes, size));
    layout.position.format = ATT3D_VERTEX_F32;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_copy_vertices(mesh, &layout, bytes, size));
    /* The vertices would take more bytes than there are. */
    layout = empty(0xffffffffu);
    RETURNS(ATT3D_BUFFER_TOO_SMALL, att3d_mesh_copy_vertices(mesh, &layout, bytes, size));
    layout = empty(16);
    layout.struct_size = 4;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_copy_vertices(mesh, &layout, bytes, size));
    /* A mesh without textures has no texture coordinates and no tangents. */
    layout = empty(16);
    layout.uv.format = ATT3D_VERTEX_F32;
    RETURNS(ATT3D_UNSUPPORTED, att3d_mesh_copy_vertices(plain, &layout, bytes, size));
    layout = empty(16);
    layout.tangent.format = ATT3D_VERTEX_F32;
    RETURNS(ATT3D_UNSUPPORTED, att3d_mesh_copy_vertices(plain, &layout, bytes, size));
    for (place = 0; place < size && bytes[place] == GUARD; place++) continue;
    HOLDS(place == size);
    free(bytes);
}

/* Copies the triangles of a level with 2 or 4 bytes per index, to an address without alignment. */
static void check_indices(const att3d_mesh *mesh, uint32_t level, uint32_t index_size,
                          const uint32_t *indices, size_t triangle_count) {
    size_t count = 3 * triangle_count, size = count * index_size, place, wrong = 0;
    unsigned char *bytes = malloc(SHIFT + size + 1), *to = bytes + SHIFT;

    HOLDS(bytes != NULL);
    if (!bytes) return;
    memset(bytes, GUARD, SHIFT + size + 1);
    RETURNS(ATT3D_BUFFER_TOO_SMALL, att3d_mesh_copy_indices(mesh, level, index_size, to, size - 1));
    RETURNS(ATT3D_BUFFER_TOO_SMALL, att3d_mesh_copy_indices(mesh, level, index_size, to, 0));
    for (place = 0; place < SHIFT + size + 1; place++) wrong += bytes[place] != GUARD;
    HOLDS(wrong == 0);
    RETURNS(ATT3D_OK, att3d_mesh_copy_indices(mesh, level, index_size, to, size));
    for (place = 0; place < count; place++) {
        const unsigned char *at = bytes + SHIFT + place * index_size;
        uint16_t two = 0;
        uint32_t four = 0;
        if (index_size == 2) memcpy(&two, at, 2);
        else memcpy(&four, at, 4);
        wrong += (index_size == 2 ? two : four) != indices[place];
    }
    HOLDS(wrong == 0 && bytes[0] == GUARD && bytes[SHIFT + size] == GUARD);
    free(bytes);
}

static void copies_of_indices(const att3d_mesh *mesh, const att3d_mesh *plain) {
    att3d_mesh_view view = view_of(mesh);
    att3d_level_view level = {0};
    uint32_t room[3], index_size;
    static const uint32_t wrong[] = {0, 1, 3, 8, 0xffffffffu};
    size_t index;

    level.struct_size = sizeof level;
    RETURNS(ATT3D_OK, att3d_mesh_get_level(mesh, 1, &level));
    HOLDS(view.vertex_count <= 65536);
    for (index_size = 2; index_size <= 4; index_size += 2) {
        check_indices(mesh, 0, index_size, view.indices, view.triangle_count);
        check_indices(mesh, 1, index_size, level.indices, level.triangle_count);
        RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_copy_indices(mesh, 2, index_size, room, sizeof room));
        RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_copy_indices(plain, 1, index_size, room, sizeof room));
        RETURNS(ATT3D_INVALID_ARGUMENT,
                att3d_mesh_copy_indices(mesh, 0xffffffffu, index_size, room, sizeof room));
    }
    for (index = 0; index < sizeof wrong / sizeof *wrong; index++) {
        RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_copy_indices(mesh, 0, wrong[index], room, sizeof room));
    }
}

/* More than 65,536 vertices do not fit 2 bytes per index. */
static void large(void) {
    att3d_mesh *mesh = make(288, 0, 0);
    att3d_mesh_view view = view_of(mesh);
    size_t size = 3 * (size_t)view.triangle_count * 4;
    void *bytes = malloc(size);
    HOLDS(view.vertex_count > 65536 && bytes != NULL);
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_mesh_copy_indices(mesh, 0, 2, bytes, size));
    RETURNS(ATT3D_OK, att3d_mesh_copy_indices(mesh, 0, 4, bytes, size));
    HOLDS(memcmp(bytes, view.indices, size) == 0);
    free(bytes);
    att3d_mesh_free(mesh);
}

int main(void) {
    att3d_mesh *textured, *plain;
    RETURNS(ATT3D_OK, att3d_context_create(NULL, &context));
    RETURNS(ATT3D_OK, att3d_model_load(context, NULL, &model));
    textured = make(24, 128, 1);
    plain = make(16, 0, 0);
    formats(textured);
    refusals(textured, plain);
    copies_of_indices(textured, plain);
    large();
    att3d_mesh_free(textured);
    att3d_mesh_free(plain);
    att3d_model_free(model);
    att3d_context_free(context);
    printf("layout: %d rows hold\n", test_rows);
    return 0;
}
