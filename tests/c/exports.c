/* Tests buffers and files: an encoded mesh has the same bytes as the written file, and a restyle in memory has
 * the same bytes as the restyle of the file. Also tests the priority of a context's threads. */
#include "test.h"

static att3d_context *context;
static att3d_model *model;
static char path[512];

static att3d_mesh *make(const att3d_model *of, const char *prompt) {
    att3d_generate_desc desc = {0};
    att3d_mesh *mesh = NULL;
    desc.struct_size = sizeof desc;
    desc.resolution = 24;
    desc.texture_size = 128;
    desc.level_count = 1;
    desc.hull_count = 1;
    RETURNS(ATT3D_OK, att3d_generate(of, prompt, &desc, &mesh));
    return mesh;
}

/* Checks that a buffer has the contents of the file, removes the file and frees the buffer. */
static void check_file(att3d_buffer *buffer) {
    const void *bytes = NULL;
    size_t size = 0;
    unsigned char *read;
    FILE *file = fopen(path, "rb");
    HOLDS(file != NULL);
    if (!file) return;
    RETURNS(ATT3D_OK, att3d_buffer_get_bytes(buffer, &bytes, &size));
    HOLDS(bytes != NULL && size > 0);
    read = malloc(size + 1);
    HOLDS(read != NULL && fread(read, 1, size + 1, file) == size && memcmp(read, bytes, size) == 0);
    free(read);
    fclose(file);
    HOLDS(remove(path) == 0);
    att3d_buffer_free(buffer);
}

/* Encodes and writes a mesh in each format, with and without options. */
static void one_mesh(const att3d_mesh *mesh) {
    uint32_t format, is_plain;
    for (format = ATT3D_MESH_GLB; format <= ATT3D_MESH_STL; format++) {
        for (is_plain = 0; is_plain < 2; is_plain++) {
            att3d_export_desc desc = {0};
            att3d_buffer *buffer = NULL;
            desc.struct_size = sizeof desc;
            desc.format = format;
            if (!is_plain) {
                desc.pivot = ATT3D_PIVOT_CENTER;
                desc.size = 3;
                desc.hull_names = ATT3D_HULL_NAMES_GODOT;
                desc.flags = format == ATT3D_MESH_GLB ? ATT3D_EXPORT_COMPRESS : 0;
                desc.up_axis = format == ATT3D_MESH_GLB ? ATT3D_UP_Y : ATT3D_UP_Z;
            }
            RETURNS(ATT3D_OK, att3d_mesh_encode(mesh, &desc, &buffer));
            RETURNS(ATT3D_OK, att3d_mesh_write_file(mesh, path, &desc));
            check_file(buffer);
        }
    }
}

static void several_meshes(const att3d_mesh *const *meshes) {
    att3d_export_desc desc = {0};
    att3d_buffer *buffer = NULL;
    size_t count;

    desc.struct_size = sizeof desc;
    desc.format = ATT3D_MESH_GLB;
    for (count = 1; count <= 2; count++) {
        desc.seconds = 0;
        desc.flags = 0;
        RETURNS(ATT3D_OK, att3d_meshes_encode(meshes, count, NULL, &buffer));
        RETURNS(ATT3D_OK, att3d_meshes_write_file(meshes, count, path, &desc));
        check_file(buffer);
        desc.seconds = 0.25f;
        desc.flags = ATT3D_EXPORT_COMPRESS;
        RETURNS(ATT3D_OK, att3d_meshes_encode(meshes, count, &desc, &buffer));
        RETURNS(ATT3D_OK, att3d_meshes_write_file(meshes, count, path, &desc));
        check_file(buffer);
    }
}

/* Restyles a GLB with texture coordinates, with each option. */
static void restyles(const att3d_mesh *mesh) {
    att3d_buffer *given = NULL, *made = NULL, *first = NULL;
    const void *bytes = NULL, *made_bytes = NULL;
    size_t size = 0, made_size = 0;
    uint32_t option;

    RETURNS(ATT3D_OK, att3d_mesh_encode(mesh, NULL, &given));
    RETURNS(ATT3D_OK, att3d_buffer_get_bytes(given, &bytes, &size));
    for (option = 0; option < 3; option++) {
        att3d_restyle_desc desc = {0};
        desc.struct_size = sizeof desc;
        /* For this number of triangles, new texture coordinates need a texture of 512² texels. */
        desc.texture_size = 512;
        desc.flags = option == 1 ? ATT3D_RESTYLE_UNWRAP : 0;
        desc.seed = option == 2 ? 7 : 0;
        RETURNS(ATT3D_OK, att3d_restyle(model, bytes, size, "made of gold", &desc, &made));
        /* The function may read and write the same file. */
        RETURNS(ATT3D_OK, att3d_mesh_write_file(mesh, path, NULL));
        RETURNS(ATT3D_OK, att3d_restyle_file(model, path, "made of gold", &desc, path));
        RETURNS(ATT3D_OK, att3d_buffer_get_bytes(made, &made_bytes, &made_size));
        HOLDS(made_size != size || memcmp(made_bytes, bytes, size) != 0);
        if (option == 0) {
            RETURNS(ATT3D_OK, att3d_restyle(model, bytes, size, "made of gold", &desc, &first));
            check_file(first);
            att3d_buffer_free(made);
        } else {
            check_file(made);
        }
        made = NULL;
    }
    att3d_buffer_free(given);
}

/* A buffer outlives the mesh, the model and the context from which it was made, and the address of its bytes
 * stays the same. */
static void buffers(void) {
    att3d_context *other = NULL;
    att3d_model *of_other = NULL;
    att3d_mesh *mesh;
    att3d_buffer *buffer = NULL, *again = NULL;
    const void *bytes = NULL, *same = NULL, *other_bytes = NULL;
    size_t size = 0, same_size = 0, other_size = 0;
    const void **odd_bytes = (const void **)(void *)((char *)&same + 1);
    size_t *odd_size = (size_t *)(void *)((char *)&same_size + 1);

    RETURNS(ATT3D_OK, att3d_context_create(NULL, &other));
    RETURNS(ATT3D_OK, att3d_model_load(other, NULL, &of_other));
    mesh = make(of_other, "a pig");
    RETURNS(ATT3D_OK, att3d_mesh_encode(mesh, NULL, &buffer));
    RETURNS(ATT3D_OK, att3d_mesh_encode(mesh, NULL, &again));
    RETURNS(ATT3D_OK, att3d_buffer_get_bytes(again, &other_bytes, &other_size));
    RETURNS(ATT3D_OK, att3d_buffer_get_bytes(buffer, &bytes, &size));
    HOLDS(bytes != other_bytes && size == other_size && memcmp(bytes, other_bytes, size) == 0);
    att3d_buffer_free(again);
    att3d_mesh_free(mesh);
    att3d_model_free(of_other);
    att3d_context_free(other);
    RETURNS(ATT3D_OK, att3d_buffer_get_bytes(buffer, &same, &same_size));
    HOLDS(same == bytes && same_size == size && memcmp(bytes, "glTF", 4) == 0);
    /* If one of the two addresses is wrong, neither output is written. */
    same = NULL;
    same_size = 0;
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_buffer_get_bytes(buffer, odd_bytes, &same_size));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_buffer_get_bytes(buffer, &same, odd_size));
    HOLDS(!same && same_size == 0);
    att3d_buffer_free(buffer);
}

/* Threads with each priority make the same mesh. */
static void priorities(const att3d_mesh *mesh) {
    uint32_t priority;
    for (priority = ATT3D_PRIORITY_NORMAL; priority <= ATT3D_PRIORITY_LOW; priority++) {
        att3d_context_desc desc = {0};
        att3d_context *other = NULL;
        att3d_model *of_other = NULL;
        att3d_mesh *made;
        att3d_buffer *buffer = NULL, *expected = NULL;
        const void *bytes = NULL, *expected_bytes = NULL;
        size_t size = 0, expected_size = 0;

        desc.struct_size = sizeof desc;
        desc.engine = ATT3D_ENGINE_EMBEDDED;
        desc.thread_priority = priority;
        RETURNS(ATT3D_OK, att3d_context_create(&desc, &other));
        RETURNS(ATT3D_OK, att3d_model_load(other, NULL, &of_other));
        made = make(of_other, "a pig");
        RETURNS(ATT3D_OK, att3d_mesh_encode(made, NULL, &buffer));
        RETURNS(ATT3D_OK, att3d_mesh_encode(mesh, NULL, &expected));
        RETURNS(ATT3D_OK, att3d_buffer_get_bytes(buffer, &bytes, &size));
        RETURNS(ATT3D_OK, att3d_buffer_get_bytes(expected, &expected_bytes, &expected_size));
        HOLDS(size == expected_size && memcmp(bytes, expected_bytes, size) == 0);
        att3d_buffer_free(buffer);
        att3d_buffer_free(expected);
        att3d_mesh_free(made);
        att3d_model_free(of_other);
        att3d_context_free(other);
    }
}

int main(int count, char **arguments) {
    const att3d_mesh *meshes[2];
    att3d_mesh *pig, *tiger;

    snprintf(path, sizeof path, "%s", count > 1 ? arguments[1] : "/tmp/att3d_exports.glb");
    RETURNS(ATT3D_OK, att3d_context_create(NULL, &context));
    RETURNS(ATT3D_OK, att3d_model_load(context, NULL, &model));
    pig = make(model, "a pig");
    tiger = make(model, "a tiger");
    meshes[0] = pig;
    meshes[1] = tiger;
    one_mesh(pig);
    several_meshes(meshes);
    restyles(pig);
    buffers();
    priorities(pig);
    att3d_mesh_free(pig);
    att3d_mesh_free(tiger);
    att3d_model_free(model);
    att3d_context_free(context);
    printf("exports: %d rows hold\n", test_rows);
    return 0;
}
