/* Tests of live sessions, and of a model that is unloaded while a job and a session use it. */
#include "test.h"

static att3d_context *context;
static att3d_model *model;

static att3d_generate_desc of(uint32_t resolution) {
    att3d_generate_desc desc = {0};
    desc.struct_size = sizeof desc;
    desc.resolution = resolution;
    return desc;
}

static att3d_job_info look(const att3d_job *job) {
    att3d_job_info info = {0};
    info.struct_size = sizeof info;
    RETURNS(ATT3D_OK, att3d_job_get_info(job, &info));
    return info;
}

static att3d_live_info see(const att3d_live *live) {
    att3d_live_info info;
    memset(&info, 0, sizeof info);
    info.struct_size = sizeof info;
    RETURNS(ATT3D_OK, att3d_live_get_info(live, &info));
    return info;
}

static void live_sessions(void) {
    att3d_generate_desc desc = of(32);
    att3d_live *live = NULL;
    att3d_model *other_model = NULL;
    att3d_latent *latent = NULL, *last = NULL, *foreign = NULL;
    uint64_t asked = 0, answered = 0;
    att3d_mesh *mesh = NULL;
    const char *text = NULL;
    int index;

    RETURNS(ATT3D_OK, att3d_live_create(model, &desc, &live));
    RETURNS(ATT3D_OK, att3d_live_wait(live, ATT3D_FOREVER));
    RETURNS(ATT3D_OK, att3d_live_take_mesh(live, &mesh, NULL));
    HOLDS(!mesh && see(live).requested == 0);

    /* While the user types, an incomplete word is completed or left out, and the session reports it. */
    RETURNS(ATT3D_OK, att3d_live_set_prompt(live, "a pig wearing a somb", 1, NULL));
    RETURNS(ATT3D_OK, att3d_live_wait(live, ATT3D_FOREVER));
    HOLDS(see(live).word_state == ATT3D_WORD_COMPLETED && strcmp(see(live).word, "sombrero") == 0);
    RETURNS(ATT3D_OK, att3d_live_take_mesh(live, &mesh, NULL));
    HOLDS(mesh != NULL);
    RETURNS(ATT3D_OK, att3d_mesh_get_prompt(mesh, &text));
    HOLDS(strcmp(text, "a pig wearing a sombrero") == 0);
    att3d_mesh_free(mesh);
    /* The words are the same, so the session makes no new mesh. */
    RETURNS(ATT3D_OK, att3d_live_set_prompt(live, "a pig wearing a sombr", 1, NULL));
    RETURNS(ATT3D_OK, att3d_live_wait(live, ATT3D_FOREVER));
    RETURNS(ATT3D_OK, att3d_live_take_mesh(live, &mesh, NULL));
    HOLDS(!mesh && see(live).status == ATT3D_OK);
    RETURNS(ATT3D_OK, att3d_live_set_prompt(live, "a pig w", 1, NULL));
    RETURNS(ATT3D_OK, att3d_live_wait(live, ATT3D_FOREVER));
    HOLDS(see(live).word_state == ATT3D_WORD_LEFT_OUT && strcmp(see(live).word, "w") == 0);
    /* The answer to a prompt without known words has no mesh; the session continues. */
    RETURNS(ATT3D_OK, att3d_live_set_prompt(live, "quark", 0, NULL));
    RETURNS(ATT3D_OK, att3d_live_wait(live, ATT3D_FOREVER));
    HOLDS(see(live).status == ATT3D_PROMPT && see(live).message[0] != 0);
    RETURNS(ATT3D_OK, att3d_live_set_prompt(live, "a quark pig", 0, NULL));
    RETURNS(ATT3D_OK, att3d_live_wait(live, ATT3D_FOREVER));
    HOLDS(see(live).status == ATT3D_OK && strcmp(see(live).left_out, "quark") == 0);
    HOLDS(strcmp(see(live).understood, "a pig (left out: quark)") == 0);

    /* Latents are set faster than meshes are made. The session must answer the last latent. */
    RETURNS(ATT3D_OK, att3d_latent_from_prompt(model, "a tiger", 0, &latent));
    RETURNS(ATT3D_OK, att3d_latent_from_prompt(model, "a bear", 0, &last));
    for (index = 0; index < 200; index++) RETURNS(ATT3D_OK, att3d_live_set_latent(live, latent, NULL));
    RETURNS(ATT3D_OK, att3d_live_set_latent(live, last, &asked));
    RETURNS(ATT3D_OK, att3d_live_wait(live, ATT3D_FOREVER));
    HOLDS(see(live).answered == see(live).requested && see(live).requested == asked);
    RETURNS(ATT3D_OK, att3d_live_take_mesh(live, &mesh, &answered));
    HOLDS(mesh != NULL && answered == asked);
    RETURNS(ATT3D_OK, att3d_mesh_get_prompt(mesh, &text));
    HOLDS(strcmp(text, "a bear") == 0);
    att3d_mesh_free(mesh);
    RETURNS(ATT3D_OK, att3d_live_take_mesh(live, &mesh, &answered));
    HOLDS(mesh == NULL && answered == 0);
    att3d_latent_free(last);

    RETURNS(ATT3D_OK, att3d_model_load(context, NULL, &other_model));
    RETURNS(ATT3D_OK, att3d_latent_from_prompt(other_model, "a tiger", 0, &foreign));
    RETURNS(ATT3D_INVALID_ARGUMENT, att3d_live_set_latent(live, foreign, NULL));
    att3d_latent_free(foreign);
    att3d_model_free(other_model);

    /* A live session is freed while it works. */
    for (index = 0; index < 20; index++) {
        att3d_live *other = NULL;
        RETURNS(ATT3D_OK, att3d_live_create(model, &desc, &other));
        if (index % 2) RETURNS(ATT3D_OK, att3d_live_set_latent(other, latent, NULL));
        att3d_live_free(other);
    }
    att3d_latent_free(latent);
    att3d_live_free(live);
}

static void listen(void *user, att3d_log_level level, const char *message) {
    if (level == ATT3D_LOG_INFO && *message) ++*(int *)user;
}

static void give_back(void *user) { *(int *)user += 100; }

/* Unloads the weights while a job runs. The job succeeds, later calls fail with a status, and existing
 * fields still work. */
static void unload(void) {
    att3d_generate_desc large = of(256), small = of(24);
    att3d_context_info info = {0};
    att3d_load_desc load = {0};
    att3d_model *other = NULL;
    att3d_latent *latent = NULL, *later = NULL;
    att3d_field *field = NULL;
    att3d_job *job = NULL, *of_field = NULL;
    att3d_live *live = NULL;
    att3d_mesh *mesh = NULL;
    uint64_t before, loaded;
    int lines = 0;

    load.struct_size = sizeof load;
    load.path = "models/toybox/toybox.att3d";
    info.struct_size = sizeof info;
    RETURNS(ATT3D_OK, att3d_context_set_log(context, listen, &lines, give_back));
    RETURNS(ATT3D_OK, att3d_context_trim(context));
    RETURNS(ATT3D_OK, att3d_context_get_info(context, &info));
    before = info.memory_in_use;
    /* The model comes from its file, because all contexts share the weights of the bundled model and no
     * context counts them. */
    RETURNS(ATT3D_OK, att3d_model_load(context, &load, &other));
    RETURNS(ATT3D_OK, att3d_context_get_info(context, &info));
    loaded = info.memory_in_use;
    HOLDS(loaded > before + 1000000);
    RETURNS(ATT3D_OK, att3d_latent_from_prompt(other, "a pig", 0, &latent));
    RETURNS(ATT3D_OK, att3d_field_from_latent(latent, NULL, &field));
    RETURNS(ATT3D_OK, att3d_job_generate_from_latent(latent, &large, &job));
    RETURNS(ATT3D_OK, att3d_live_create(other, &small, &live));
    RETURNS(ATT3D_OK, att3d_model_unload(other));
    RETURNS(ATT3D_OK, att3d_model_unload(other));
    RETURNS(ATT3D_OK, att3d_live_set_latent(live, latent, NULL));
    RETURNS(ATT3D_OK, att3d_live_wait(live, ATT3D_FOREVER));
    HOLDS(see(live).status == ATT3D_UNLOADED);
    att3d_live_free(live);
    RETURNS(ATT3D_UNLOADED, att3d_latent_from_prompt(other, "a pig", 0, &later));
    RETURNS(ATT3D_UNLOADED, att3d_generate_from_latent(latent, &small, &mesh));
    RETURNS(ATT3D_OK, att3d_generate_from_field(field, &small, &mesh));
    att3d_mesh_free(mesh);
    RETURNS(ATT3D_OK, att3d_job_generate_from_field(field, &small, &of_field));
    RETURNS(ATT3D_OK, att3d_job_wait(of_field, ATT3D_FOREVER));
    HOLDS(look(of_field).state == ATT3D_JOB_READY);
    att3d_job_free(of_field);
    RETURNS(ATT3D_OK, att3d_job_wait(job, ATT3D_FOREVER));
    RETURNS(ATT3D_OK, att3d_job_take_mesh(job, &mesh));
    att3d_mesh_free(mesh);
    att3d_job_free(job);
    att3d_field_free(field);
    att3d_latent_free(latent);
    RETURNS(ATT3D_OK, att3d_context_trim(context));
    RETURNS(ATT3D_OK, att3d_context_get_info(context, &info));
    HOLDS(info.memory_in_use <= before);
    att3d_model_free(other);
    RETURNS(ATT3D_OK, att3d_context_set_log(context, NULL, NULL, NULL));
    /* The log has one line for the load and one for the unload. A single call of give_back adds 100. */
    HOLDS(lines == 102);
}

int main(void) {
    RETURNS(ATT3D_OK, att3d_context_create(NULL, &context));
    RETURNS(ATT3D_OK, att3d_model_load(context, NULL, &model));
    live_sessions();
    unload();
    att3d_model_free(model);
    att3d_context_free(context);
    printf("live: %d rows hold\n", test_rows);
    return 0;
}
