/* Tests that a panic in any module returns ATT3D_INTERNAL with a text, and that the library still works. The
 * library must be built with the feature panic-hooks. */
#include "test.h"

extern att3d_status att3d_test_arm_panic(const char *floor);

static att3d_context *context;
static att3d_model *model;

static void works(void) {
    att3d_generate_desc desc = {0};
    att3d_mesh *mesh = NULL;
    att3d_buffer *buffer = NULL;
    desc.struct_size = sizeof desc;
    desc.resolution = 24;
    RETURNS(ATT3D_OK, att3d_generate(model, "a pig", &desc, &mesh));
    RETURNS(ATT3D_OK, att3d_mesh_encode(mesh, NULL, &buffer));
    att3d_buffer_free(buffer);
    att3d_mesh_free(mesh);
}

int main(void) {
    static const char *const floors[] = {"pipeline", "text",   "generator", "nn",
                                         "tensor",   "engine", "surface"};
    att3d_generate_desc desc = {0};
    att3d_export_desc obj = {0};
    att3d_mesh *mesh = NULL;
    att3d_model *other = NULL;
    att3d_job *job = NULL;
    att3d_live *live = NULL;
    att3d_live_info info;
    att3d_load_desc load = {0};
    att3d_buffer *buffer = NULL;
    size_t index;

    desc.struct_size = sizeof desc;
    desc.resolution = 24;
    load.struct_size = sizeof load;
    load.path = "models/toybox/toybox.att3d";
    obj.struct_size = sizeof obj;
    obj.format = ATT3D_MESH_OBJ;
    memset(&info, 0, sizeof info);
    info.struct_size = sizeof info;
    RETURNS(ATT3D_OK, att3d_context_create(NULL, &context));
    RETURNS(ATT3D_OK, att3d_model_load(context, NULL, &model));
    RETURNS(ATT3D_OK, att3d_live_create(model, &desc, &live));
    for (index = 0; index < sizeof floors / sizeof *floors; index++) {
        /* The panic happens in a call, in a job and in a live session. */
        RETURNS(ATT3D_OK, att3d_test_arm_panic(floors[index]));
        RETURNS(ATT3D_INTERNAL, att3d_generate(model, "a pig", &desc, &mesh));
        HOLDS(strstr(att3d_last_error(), floors[index]) != NULL && !mesh);
        works();
        RETURNS(ATT3D_OK, att3d_test_arm_panic(floors[index]));
        RETURNS(ATT3D_OK, att3d_job_generate(model, "a pig", &desc, &job));
        RETURNS(ATT3D_OK, att3d_job_wait(job, ATT3D_FOREVER));
        RETURNS(ATT3D_INTERNAL, att3d_job_take_mesh(job, &mesh));
        att3d_job_free(job);
        works();
        RETURNS(ATT3D_OK, att3d_test_arm_panic(floors[index]));
        RETURNS(ATT3D_OK, att3d_live_set_prompt(live, "a pig", 0, NULL));
        RETURNS(ATT3D_OK, att3d_live_wait(live, ATT3D_FOREVER));
        RETURNS(ATT3D_OK, att3d_live_get_info(live, &info));
        HOLDS(info.status == ATT3D_INTERNAL && strstr(info.message, floors[index]) != NULL);
        RETURNS(ATT3D_OK, att3d_live_set_prompt(live, "a pig", 0, NULL));
        RETURNS(ATT3D_OK, att3d_live_wait(live, ATT3D_FOREVER));
        RETURNS(ATT3D_OK, att3d_live_get_info(live, &info));
        HOLDS(info.status == ATT3D_OK);
        RETURNS(ATT3D_OK, att3d_live_set_prompt(live, "a tiger", 0, NULL));
        RETURNS(ATT3D_OK, att3d_live_wait(live, ATT3D_FOREVER));
    }
    RETURNS(ATT3D_OK, att3d_test_arm_panic("weights"));
    /* The model comes from its file, because the bundled model is already loaded and is read only once. */
    RETURNS(ATT3D_INTERNAL, att3d_model_load(context, &load, &other));
    RETURNS(ATT3D_OK, att3d_generate(model, "a pig", &desc, &mesh));
    RETURNS(ATT3D_OK, att3d_test_arm_panic("gltf"));
    RETURNS(ATT3D_INTERNAL, att3d_mesh_encode(mesh, NULL, &buffer));
    RETURNS(ATT3D_OK, att3d_test_arm_panic("formats"));
    RETURNS(ATT3D_INTERNAL, att3d_mesh_encode(mesh, &obj, &buffer));
    HOLDS(!buffer && !other);
    works();
    att3d_mesh_free(mesh);
    att3d_live_free(live);
    att3d_model_free(model);
    att3d_context_free(context);
    printf("panics: %d rows hold\n", test_rows);
    return 0;
}
