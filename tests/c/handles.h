/* Handles of every kind for tests of misuse. */
#ifndef ATT3D_HANDLES_H
#define ATT3D_HANDLES_H

#include "test.h"

static att3d_context *context;
static att3d_model *model;
static att3d_latent *latent;
static att3d_field *field;
static att3d_mesh *mesh;
static att3d_job *job;
static att3d_live *live;

static att3d_generate_desc small(void) {
    att3d_generate_desc desc = {0};
    desc.struct_size = sizeof desc;
    desc.resolution = 24;
    return desc;
}

/* All functions that return a text of a reading. */
static att3d_status (*const reading_texts[])(const att3d_reading *, const char **) = {
    att3d_reading_get_phrase,   att3d_reading_get_thing,    att3d_reading_get_attributes,
    att3d_reading_get_left_out, att3d_reading_get_replaced, att3d_reading_get_understood,
};

/* Makes the handles. */
static void make_handles(void) {
    att3d_generate_desc desc = small();
    RETURNS(ATT3D_OK, att3d_context_create(NULL, &context));
    RETURNS(ATT3D_OK, att3d_model_load(context, NULL, &model));
    RETURNS(ATT3D_OK, att3d_latent_from_prompt(model, "a pig wearing a party hat", 0, &latent));
    RETURNS(ATT3D_OK, att3d_field_from_latent(latent, NULL, &field));
    RETURNS(ATT3D_OK, att3d_generate_from_field(field, &desc, &mesh));
    RETURNS(ATT3D_OK, att3d_job_generate_from_latent(latent, &desc, &job));
    RETURNS(ATT3D_OK, att3d_live_create(model, &desc, &live));
}

static void free_handles(void) {
    att3d_job_free(job);
    att3d_live_free(live);
    att3d_mesh_free(mesh);
    att3d_field_free(field);
    att3d_latent_free(latent);
    att3d_model_free(model);
    att3d_context_free(context);
}

#endif
