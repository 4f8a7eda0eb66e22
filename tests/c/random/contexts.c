/* Operations on the library and on contexts. */
#include "random.h"

void look_at_library(struct caller *caller) {
    uint32_t count = 0, index;
    att3d_device_info info = {0};
    struct call call = begin(caller, F_device_count, 0);
    if (judge(&call, att3d_device_count(place(&call, &count))) && count == 0)
        complain(caller, "devices", "none");
    call = begin(caller, F_device_get_info, 0);
    index = one_in(&caller->random, 8) ? draw(&caller->random) | 1024 : 0;
    if (index > 0) spoil(&call, ATT3D_INVALID_ARGUMENT);
    if (judge(&call, att3d_device_get_info(index, OUTPUT(&call, info)))) check_text(&call, info.name);
    check_text(&call, att3d_last_error());
    check_text(&call, att3d_version());
    check_text(&call, att3d_status_name((att3d_status)below(&caller->random, 40) - 10));
    note(F_last_error);
    note(F_version);
    note(F_status_name);
    if (att3d_abi_version() >> 16 != ATT3D_ABI_MAJOR)
        complain(caller, "att3d_abi_version", "another major number");
    note(F_abi_version);
}

static void spoil_context(struct call *call, att3d_context_desc *desc) {
    switch (below(&call->caller->random, 8)) {
    case 0: desc->device = 3; break;
    case 1: desc->device_index = 1; break;
    case 2: desc->thread_count = 0xffffffffu; break;
    case 3: desc->engine = 3; break;
    case 4: desc->precision = 3; break;
    case 5: desc->is_worker = 2; break;
    case 6: desc->thread_priority = 2; break;
    default:
        desc->precision = ATT3D_PRECISION_F16;
        spoil(call, ATT3D_UNSUPPORTED);
        return;
    }
    spoil(call, ATT3D_INVALID_ARGUMENT);
}

void make_context(struct caller *caller) {
    struct call call = begin(caller, F_context_create, 0);
    att3d_context_desc desc = {0};
    att3d_context *context = NULL;
    int is_default = one_in(&caller->random, 8);
    desc.struct_size = size_of(&call, sizeof desc);
    desc.engine = ATT3D_ENGINE_EMBEDDED;
    desc.thread_count = 1 + below(&caller->random, 3);
    if (one_in(&caller->random, 4)) desc.field_memory = 1 + below(&caller->random, 1000000);
    if (one_in(&caller->random, 4)) desc.thread_priority = ATT3D_PRIORITY_LOW;
    if (has_worker && one_in(&caller->random, 4)) desc.is_worker = 1;
    if (one_in(&caller->random, 8)) spoil_context(&call, &desc);
    if (is_default) call = begin(caller, F_context_create, 0);
    if (judge(&call, att3d_context_create(is_default ? NULL : &desc, place(&call, &context)))) {
        keep(caller, CONTEXT, context, 0, 0);
    }
}

void look_at_context(struct caller *caller) {
    struct object *context = borrow(caller, CONTEXT);
    att3d_context_info info = {0};
    struct call call = begin(caller, F_context_get_info, 0);
    if (!context) return;
    if (judge(&call, att3d_context_get_info(handle_of(&call, context), OUTPUT(&call, info))) &&
        (info.thread_count == 0 || info.device != ATT3D_DEVICE_CPU || info.engine != ATT3D_ENGINE_EMBEDDED)) {
        complain(caller, "att3d_context_get_info", "something else than was made");
    }
    give_back(context);
}

void trim_context(struct caller *caller) {
    struct object *context = borrow(caller, CONTEXT);
    struct call call = begin(caller, F_context_trim, 0);
    if (!context) return;
    judge(&call, att3d_context_trim(handle_of(&call, context)));
    give_back(context);
}

void set_log(struct caller *caller) {
    struct object *context = borrow(caller, CONTEXT);
    struct call call = begin(caller, F_context_set_log, 0);
    struct log *log = malloc(sizeof *log);
    int is_heard = !one_in(&caller->random, 4);
    att3d_status status;
    if (!log) abort();
    if (caller->is_inside) spoil(&call, ATT3D_BUSY);
    log->start = draw(&caller->random);
    log->lines = 0;
    log->thread = caller->thread;
    ADD(listeners, 1);
    if (context) {
        status =
            att3d_context_set_log(handle_of(&call, context), is_heard ? hear_log : NULL, log, release_log);
        /* A successful call with a callback takes over the log. Another thread may have freed the log
         * already. */
        if (judge(&call, status) && is_heard) log = NULL;
    }
    if (log) release_log(log);
    give_back(context);
}
