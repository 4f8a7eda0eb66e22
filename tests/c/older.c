/* A test that is compiled with the header of ABI 0.1, whose structs are smaller, and run with the current
 * library. */
#include "test.h"

int main(void) {
    struct {
        att3d_mesh_info info;
        unsigned char beyond[64];
    } place;
    att3d_generate_desc desc = {0};
    att3d_context *context = NULL;
    att3d_model *model = NULL;
    att3d_mesh *mesh = NULL;
    size_t index;

    HOLDS(att3d_abi_version() >> 16 == ATT3D_ABI_MAJOR && (att3d_abi_version() & 0xffff) >= ATT3D_ABI_MINOR);
    HOLDS(sizeof place.info == 48);
    desc.struct_size = sizeof desc;
    desc.resolution = 24;
    RETURNS(ATT3D_OK, att3d_context_create(NULL, &context));
    RETURNS(ATT3D_OK, att3d_model_load_bundled(context, &model));
    RETURNS(ATT3D_OK, att3d_generate(model, "a pig", &desc, &mesh));
    memset(&place, 0xa5, sizeof place);
    place.info.struct_size = sizeof place.info;
    RETURNS(ATT3D_OK, att3d_mesh_get_info(mesh, &place.info));
    HOLDS(place.info.struct_size == sizeof place.info && place.info.resolution == 24);
    HOLDS(place.info.minimum[1] < place.info.maximum[1] && place.info.surface_milliseconds > 0);
    for (index = 0; index < sizeof place.beyond; index++) HOLDS(place.beyond[index] == 0xa5);
    att3d_mesh_free(mesh);
    att3d_model_free(model);
    att3d_context_free(context);
    printf("older: %d rows hold\n", test_rows);
    return 0;
}
