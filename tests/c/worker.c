/* Tests a context with a worker process: it makes the same mesh as a context without a worker, and the host
 * survives the end of the worker. */
#include "process.h"

static att3d_context *create(uint32_t is_worker) {
    att3d_context_desc desc = {0};
    att3d_context *context = NULL;
    desc.struct_size = sizeof desc;
    desc.engine = ATT3D_ENGINE_EMBEDDED;
    desc.is_worker = is_worker;
    RETURNS(ATT3D_OK, att3d_context_create(&desc, &context));
    return context;
}

static att3d_status generate(att3d_model *model, att3d_mesh **mesh) {
    att3d_generate_desc desc = {0};
    desc.struct_size = sizeof desc;
    desc.resolution = 64;
    return att3d_generate(model, "a pig wearing a party hat", &desc, mesh);
}

int main(void) {
    att3d_context *here = create(0), *away = create(1);
    att3d_model *model_here = NULL, *model_away = NULL;
    att3d_mesh *mesh_here = NULL, *mesh_away = NULL;
    att3d_mesh_view view_here = {0}, view_away = {0};
    att3d_context_info info = {0};

    info.struct_size = sizeof info;
    RETURNS(ATT3D_OK, att3d_context_get_info(away, &info));
    HOLDS(info.is_worker == 1 && info.engine == ATT3D_ENGINE_EMBEDDED && info.device == ATT3D_DEVICE_CPU);
    RETURNS(ATT3D_OK, att3d_model_load(here, NULL, &model_here));
    RETURNS(ATT3D_OK, att3d_model_load(away, NULL, &model_away));
    RETURNS(ATT3D_OK, generate(model_here, &mesh_here));
    RETURNS(ATT3D_OK, generate(model_away, &mesh_away));
    view_here.struct_size = view_away.struct_size = sizeof view_here;
    RETURNS(ATT3D_OK, att3d_mesh_get_view(mesh_here, &view_here));
    RETURNS(ATT3D_OK, att3d_mesh_get_view(mesh_away, &view_away));
    HOLDS(view_here.vertex_count == view_away.vertex_count && view_here.vertex_count > 1000);
    HOLDS(memcmp(view_here.positions, view_away.positions, view_here.vertex_count * 3 * sizeof(float)) == 0);
    att3d_mesh_free(mesh_away);
    mesh_away = NULL;

    /* Unlike programs in Rust, a host in C does not ignore SIGPIPE. A write to an ended worker must not end
     * the host. */
    HOLDS(child(0) > 0 && child(1) == 0);
    end_process(child(0));
    RETURNS(ATT3D_ENGINE, generate(model_away, &mesh_away));
    RETURNS(ATT3D_ENGINE, generate(model_away, &mesh_away));
    HOLDS(!mesh_away && strstr(att3d_last_error(), "make a new context"));
    RETURNS(ATT3D_OK, att3d_context_get_info(away, &info));
    att3d_mesh_free(mesh_here);
    mesh_here = NULL;
    RETURNS(ATT3D_OK, generate(model_here, &mesh_here));

    att3d_mesh_free(mesh_here);
    att3d_model_free(model_away);
    att3d_model_free(model_here);
    att3d_context_free(away);
    att3d_context_free(here);
    HOLDS(child(0) == 0);
    printf("worker: %d rows hold\n", test_rows);
    return 0;
}
