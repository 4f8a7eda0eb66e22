/* libatt3d: amortized text-to-3D. Networks turn a prompt into a colored mesh, without training per prompt.
 *
 * Rules of this interface:
 *
 * - A latent is the text embedding of a prompt. A field is a function from points to distance or density,
 *   and to color and material.
 * - A function returns a status, and 0 is success. Exceptions are the _free functions, att3d_last_error,
 *   att3d_status_name, att3d_abi_version and att3d_version. att3d_last_error() returns the message of this
 *   thread's last call that returned a status, or "" if that call succeeded.
 * - Every function that returns a status may return ATT3D_NULL_ARGUMENT, ATT3D_INVALID_ARGUMENT and
 *   ATT3D_INTERNAL. A function that takes a handle may return ATT3D_FORKED. If a program was built
 *   with a newer header, its structs may have fields that this library does not know. A function that takes
 *   such a struct may return ATT3D_UNSUPPORTED if such a field is not zero. A function that uses the engine
 *   may also return ATT3D_BUSY, ATT3D_ENGINE, ATT3D_FORMAT and ATT3D_OUT_OF_MEMORY. These functions use the
 *   engine: those that load a model, make latents or fields, sample, generate, morph, paint, restyle or draw.
 *   A function with a progress callback may also return ATT3D_CANCELLED. The comment of the function states
 *   its other statuses.
 * - Outputs are written only on success, unless the comment of the function states otherwise.
 * - Texts are UTF-8. A text that is longer than 1 MiB returns ATT3D_INVALID_ARGUMENT.
 * - No call panics, throws or exits, with one exception: if the system itself is out of memory, the process
 *   ends. att3d_context_desc.memory_limit reduces this risk.
 * - Structs begin with struct_size: set it to sizeof the struct. att3d_progress and att3d_vertex_attribute,
 *   which are fields of other structs, have no struct_size. In an options struct, a field that is zero
 *   selects its default, unless the comment of the field states that it must be set.
 * - Handles are opaque. An object keeps the data that it needs, so handles may be freed in any order.
 *   Freeing NULL does nothing. A thread must not use a handle during or after a call that frees it.
 * - All functions except the _free functions are thread-safe: several threads may pass the same handle to
 *   functions at the same time.
 * - Callbacks run on the library's threads or on the caller's. They may call the library. Inside a callback,
 *   a call that would have to wait for other work returns ATT3D_BUSY. A callback must not throw or longjmp.
 *   It must not take a lock that the host holds while the host calls the library.
 * - Generation, sampling, drawing, painting, restyling and the making of fields take turns on a context, in
 *   the order of the calls. att3d_generate_frames takes one turn for each mesh, and att3d_morph takes several
 *   turns for each keyframe, so other work may run between these turns. Making latents does not wait for a
 *   turn. To run short calls during long work, make a second context (att3d_context_create).
 * - Long work has two forms. A call such as att3d_generate, att3d_morph, att3d_paint or att3d_restyle returns
 *   when the work is done. att3d_job_X starts the work of att3d_X in the background and returns immediately.
 *   att3d_live_create and att3d_live_set_... return immediately too. Loading a model, making latents and
 *   fields, sampling, drawing and exporting meshes have no job. Loading, sampling and drawing take a progress
 *   callback. att3d_job_wait, att3d_job_free and att3d_live_free may block until a job or a session has ended.
 *   att3d_live_wait may block until the newest request is answered. att3d_context_set_log waits until running
 *   log callbacks have returned.
 * - If att3d_context_desc.is_worker is 1, a separate process runs the engine. It answers one request at a time.
 *   A call that uses the engine waits until earlier requests are answered. This wait is an exception to the
 *   rule for callbacks: inside a callback the call waits too, and does not return ATT3D_BUSY.
 *   att3d_context_get_info and att3d_context_trim then use the engine too, and so does att3d_model_read with a
 *   model that is not the bundled model.
 * - A diffusion model makes a field from noise in several steps; an example is a converted TriplaneTurbo
 *   checkpoint. The bundled model is not a diffusion model.
 * - After fork() the child process has no threads of the library. In the child, a function that is given a
 *   handle of the parent returns ATT3D_FORKED. Freeing such a handle does nothing. A new context works.
 * - The library installs no signal handler. A signal handler must not call the library.
 * - On ELF systems (Linux) the shared library stays loaded until the process ends (NODELETE): dlclose()
 *   returns, and the library's threads continue to run. On Windows the first att3d_context_create keeps the
 *   library loaded in the same way. On macOS a host must not unload it.
 * - A thread that calls the library needs 64 KiB of stack. The library's own threads have a sufficient stack.
 * - A program that links the static library on Windows must define ATT3D_STATIC before it includes this
 *   header.
 *
 * cbindgen generates this file from src/capi and cbindgen.toml; make changes there. Licensed MIT OR Apache-2.0.
 */


#ifndef ATT3D_H
#define ATT3D_H

#include <stddef.h>
#include <stdint.h>
#if defined(_WIN32) && !defined(ATT3D_STATIC)
#define ATT3D_PUBLIC __declspec(dllimport)
#elif defined(__GNUC__)
#define ATT3D_PUBLIC __attribute__((visibility("default")))
#else
#define ATT3D_PUBLIC
#endif

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/* ---- Handles ----------------------------------------------------------------------------------- */

/**
 * An engine with its threads, into which models are loaded. Thread-safe.
 */
typedef struct att3d_context att3d_context;

/**
 * A model that is loaded on a context's engine. The files of a model are called its package: model.json,
 * tokenizer.json and weights.safetensors, in one .att3d file or in a folder. Thread-safe.
 */
typedef struct att3d_model att3d_model;

/**
 * What was understood of a prompt. Thread-safe.
 */
typedef struct att3d_reading att3d_reading;

/**
 * The text embedding of a prompt, or a mix of several text embeddings. Thread-safe.
 */
typedef struct att3d_latent att3d_latent;

/**
 * Points of a surface, for models with ATT3D_CAPABILITY_SHAPE. Thread-safe.
 */
typedef struct att3d_shape att3d_shape;

/**
 * A function from points to signed distance or density, color and material. Thread-safe.
 */
typedef struct att3d_field att3d_field;

/**
 * Contents of a file in memory. A buffer never changes and is thread-safe.
 */
typedef struct att3d_buffer att3d_buffer;

/**
 * A triangle mesh with colors. A generated mesh is closed if vertices at the same position are counted as
 * one vertex. At texture seams several vertices have the same position. A mesh never changes and is
 * thread-safe.
 */
typedef struct att3d_mesh att3d_mesh;

/**
 * Work in the background. Thread-safe.
 */
typedef struct att3d_job att3d_job;

/**
 * A session that generates the mesh of the newest request on a separate thread. Thread-safe.
 */
typedef struct att3d_live att3d_live;

/* ---- Statuses and errors ----------------------------------------------------------------------- */

/**
 * Result of a function. 0 is success. For every other value, att3d_last_error() returns a message.
 */
typedef int32_t att3d_status;

/**
 * The call succeeded.
 */
#define ATT3D_OK 0

/**
 * A pointer that must not be NULL is NULL.
 */
#define ATT3D_NULL_ARGUMENT 1

/**
 * An argument is malformed or out of range.
 */
#define ATT3D_INVALID_ARGUMENT 2

/**
 * The prompt is empty or too long, or it names no thing that the model knows (see
 * att3d_reading_get_thing).
 */
#define ATT3D_PROMPT 3

/**
 * The system could not read or write a file.
 */
#define ATT3D_IO 4

/**
 * A package or file is damaged or has an unsupported version, or a network returned a number that is not
 * finite.
 */
#define ATT3D_FORMAT 5

/**
 * This build, device or model does not support the request.
 */
#define ATT3D_UNSUPPORTED 6

/**
 * The work would exceed its memory limit, or the device has too little free memory.
 */
#define ATT3D_OUT_OF_MEMORY 7

/**
 * The engine failed, or the system could not start a thread.
 */
#define ATT3D_ENGINE 8

/**
 * No point of the extraction grid is inside (see att3d_field_info.kind), so there is no surface and no mesh.
 */
#define ATT3D_EMPTY_SURFACE 9

/**
 * The caller stopped the work.
 */
#define ATT3D_CANCELLED 10

/**
 * The job is still running, or a call inside a callback would have to wait.
 */
#define ATT3D_BUSY 11

/**
 * The model was unloaded, or only described (att3d_model_describe).
 */
#define ATT3D_UNLOADED 12

/**
 * The wait timed out; the work continues.
 */
#define ATT3D_TIMEOUT 13

/**
 * The buffer is too small; the message states the required size.
 */
#define ATT3D_BUFFER_TOO_SMALL 14

/**
 * A defect of the library was caught; the library continues to work.
 */
#define ATT3D_INTERNAL 15

/**
 * The handle was made in the parent process before a fork.
 */
#define ATT3D_FORKED 16

/**
 * Returns the message of this thread's last call that returned a status, or "" if that call succeeded.
 * Thread-safe. The result is never NULL. The text is valid until this thread's next call that returns a
 * status.
 */
ATT3D_PUBLIC const char *att3d_last_error(void);

/**
 * Returns the name of a status, such as "ATT3D_INVALID_ARGUMENT", or "unknown". Thread-safe.
 * The text is static and never NULL.
 * @param status A status; any number is allowed.
 */
ATT3D_PUBLIC const char *att3d_status_name(att3d_status status);

/* ---- Version ----------------------------------------------------------------------------------- */

/**
 * Major number of the ABI. A program works only with a library whose major number equals the
 * ATT3D_ABI_MAJOR with which the program was built.
 */
#define ATT3D_ABI_MAJOR 1

/**
 * Minor number of the ABI. It rises when functions or fields are added.
 */
#define ATT3D_ABI_MINOR 2

/**
 * Returns the ABI version of this library, major << 16 | minor. Thread-safe.
 * A program that was built with this header runs with every library that has the same major number
 * (ATT3D_ABI_MAJOR) and at least the same minor number (ATT3D_ABI_MINOR).
 */
ATT3D_PUBLIC uint32_t att3d_abi_version(void);

/**
 * Returns the library's version, such as "0.1.0". The text is static and never NULL. Thread-safe.
 */
ATT3D_PUBLIC const char *att3d_version(void);

/* ---- Callbacks --------------------------------------------------------------------------------- */

/**
 * Kind of a log line.
 */
typedef uint32_t att3d_log_level;

/**
 * The work was done, but not exactly as it was asked for.
 */
#define ATT3D_LOG_WARNING 1

/**
 * A model was loaded or unloaded.
 */
#define ATT3D_LOG_INFO 2

/**
 * Callback that receives log lines. It is called on any thread, and several threads may run it at the same
 * time. user is the pointer that was given to att3d_context_set_log. level is one of the ATT3D_LOG_...
 * values. message is UTF-8, NUL-terminated, and valid until the callback returns. The callback may call the
 * library; a call that would have to wait returns ATT3D_BUSY. The callback must not throw an exception.
 */
typedef void (*att3d_log_fn)(void *user, att3d_log_level level, const char *message);

/**
 * Callback that releases what a user pointer points to.
 * It is called once, on any thread, when the callback that uses the pointer is no longer called. It may call
 * the library; a call that would have to wait returns ATT3D_BUSY. It must not throw an exception.
 */
typedef void (*att3d_release_fn)(void *user);

/**
 * Callback that receives progress and may stop the work. user is att3d_progress.user. fraction is the share
 * of the work that is done; it rises from 0 to 1.
 * The callback is called on the library's threads or on the caller's thread, at most once per 5 ms and at
 * the end. Within one call of the library, only one thread at a time runs the callback. A nonzero result
 * stops the work. The callback may call the library; a call that would have to wait returns ATT3D_BUSY. The
 * callback must not throw an exception.
 */
typedef uint32_t (*att3d_progress_fn)(void *user, float fraction);

/**
 * Progress callback of one call. If every field is zero, there is no callback.
 */
typedef struct att3d_progress {
    /**
     * Progress callback; NULL for none.
     */
    att3d_progress_fn callback;
    /**
     * Pointer that is passed to callback.
     * It must stay valid until release is called with it. Without release, it must stay valid until the call
     * returns or the job has ended.
     */
    void *user;
    /**
     * Callback that releases user; NULL for none.
     * For each call of a function with this struct, release is called exactly once, after the last call of
     * callback. For a job, this is at the latest when the job's thread ends. release is called even if the
     * function fails. It is not called if the options struct (desc) could not be read, because the
     * struct's struct_size is out of range or the struct is not aligned.
     */
    att3d_release_fn release;
} att3d_progress;

/* ---- Devices and contexts ---------------------------------------------------------------------- */

/**
 * Kind of device.
 */
typedef uint32_t att3d_device;

/**
 * The first CUDA device if libtorch can use it and the engine is not ATT3D_ENGINE_EMBEDDED, otherwise the
 * CPU.
 */
#define ATT3D_DEVICE_AUTO 0

/**
 * The CPU.
 */
#define ATT3D_DEVICE_CPU 1

/**
 * A CUDA device.
 */
#define ATT3D_DEVICE_CUDA 2

/**
 * Engine that runs the networks.
 */
typedef uint32_t att3d_engine;

/**
 * libtorch if the context runs on a CUDA device, otherwise the embedded engine.
 */
#define ATT3D_ENGINE_AUTO 0

/**
 * The engine inside this library, on the CPU.
 */
#define ATT3D_ENGINE_EMBEDDED 1

/**
 * libtorch, through the module libatt3d_torch. The module must be beside this library, or in the folder that
 * the environment variable ATT3D_MODULES names.
 */
#define ATT3D_ENGINE_TORCH 2

/**
 * Number format in which the networks are computed.
 */
typedef uint32_t att3d_precision;

/**
 * 32-bit floats.
 */
#define ATT3D_PRECISION_F32 0

/**
 * 16-bit floats with 8 significant bits. The embedded engine rounds only the operands of convolutions,
 * linear layers and attention to this format, and computes everything else in 32-bit floats. This is faster
 * on processors with AMX, on Linux: the forward pass of the bundled model takes half as long as in F32. On
 * processors with AVX-512-BF16, it is faster only for large models. On other processors it is slower.
 */
#define ATT3D_PRECISION_BF16 1

/**
 * 16-bit floats with 11 significant bits; only with libtorch.
 */
#define ATT3D_PRECISION_F16 2

/**
 * Priority of a context's threads.
 */
typedef uint32_t att3d_thread_priority;

/**
 * The priority of the thread that creates the context.
 */
#define ATT3D_PRIORITY_NORMAL 0

/**
 * A lower priority, so that a host stays responsive during the work. It has an effect only on Linux. There
 * it lowers the priority of the embedded engine's threads. With is_worker, the calling process has threads
 * that extract surfaces and draw. These threads get a lower priority with either engine.
 */
#define ATT3D_PRIORITY_LOW 1

/**
 * Options of a context. NULL, or zero in every field after struct_size, selects the defaults.
 */
typedef struct att3d_context_desc {
    /**
     * sizeof(att3d_context_desc).
     */
    uint32_t struct_size;
    /**
     * ATT3D_DEVICE_...
     */
    att3d_device device;
    /**
     * Index of the CUDA device, from 0; must be 0 for other kinds of device.
     */
    uint32_t device_index;
    /**
     * Number of threads of the engine, at most 1024; 0 for one per processor. libtorch has one number of
     * threads for its networks on the CPU in the whole process. Each new libtorch context with a nonzero
     * thread_count sets it.
     */
    uint32_t thread_count;
    /**
     * ATT3D_ENGINE_...
     */
    att3d_engine engine;
    /**
     * ATT3D_PRECISION_...
     */
    att3d_precision precision;
    /**
     * 1 to run the engine in a separate process, 0 to run everything in this process. The separate process
     * runs the program att3d-worker, or else the command att3d. If the environment variable ATT3D_WORKER is
     * set, it is the absolute path of the program. Otherwise, one of the two must be beside this library. A
     * crash of the engine or a lack of memory ends only the separate process. A package's tokenizer runs in
     * the separate process too, except the tokenizer of the bundled model. The calling process checks only
     * the package's structure and its model.json, which needs only a small amount of memory.
     */
    uint32_t is_worker;
    /**
     * ATT3D_PRIORITY_...
     */
    att3d_thread_priority thread_priority;
    /**
     * Largest number of bytes for a field's intermediate values on a CUDA device; 0 for 256 MiB.
     * On the CPU these values need little memory.
     */
    uint64_t field_memory;
    /**
     * Limit of the context's memory in bytes; 0 for no limit. It applies to the sum of
     * att3d_context_info.memory_in_use and the memory that running work has reserved outside the engine.
     * The making of textures, drawing, and the loading of files in att3d_restyle and att3d_restyle_file
     * reserve memory before they begin. Surface extraction checks the limit at each stage. Loading a model
     * from a file or from bytes checks the limit with every engine. The embedded engine also checks it for
     * each array; libtorch does not. Work that checks the limit fails with ATT3D_OUT_OF_MEMORY if the limit
     * is too low. Finished meshes and the shared weights of the bundled model are not counted.
     */
    uint64_t memory_limit;
} att3d_context_desc;

/**
 * Description of a context.
 */
typedef struct att3d_context_info {
    /**
     * sizeof(att3d_context_info), set by the caller.
     */
    uint32_t struct_size;
    /**
     * ATT3D_DEVICE_CPU or ATT3D_DEVICE_CUDA.
     */
    att3d_device device;
    /**
     * Index of the device among the devices of its kind, from 0.
     */
    uint32_t device_index;
    /**
     * Number of threads of the context.
     */
    uint32_t thread_count;
    /**
     * ATT3D_ENGINE_EMBEDDED or ATT3D_ENGINE_TORCH.
     */
    att3d_engine engine;
    /**
     * ATT3D_PRECISION_...
     */
    att3d_precision precision;
    /**
     * 1 if the engine runs in a separate process, otherwise 0.
     */
    uint32_t is_worker;
    /**
     * Always 0.
     */
    uint32_t reserved;
    /**
     * Number of bytes in use. With the embedded engine, the number counts the arrays of the context's
     * models, latents and running work, and the memory that is kept for reuse (see att3d_context_trim). It
     * does not count fields and meshes. It does not count the bundled model's weights, because all contexts
     * of a process share them. On CUDA it is the number of all bytes that libtorch holds in its process,
     * including those of other contexts in the same process. With libtorch on the CPU it is always 0. With
     * is_worker, the number is that of the separate process.
     */
    uint64_t memory_in_use;
    /**
     * Free memory of the device in bytes; 0 if unknown.
     */
    uint64_t memory_free;
    /**
     * Total memory of the device in bytes; 0 if unknown.
     */
    uint64_t memory_total;
} att3d_context_info;

/**
 * Description of a device on which a context can run, and of an engine that runs on the device.
 * The list of devices has one entry for each pair of a device and an engine.
 */
typedef struct att3d_device_info {
    /**
     * sizeof(att3d_device_info), set by the caller.
     */
    uint32_t struct_size;
    /**
     * ATT3D_DEVICE_CPU or ATT3D_DEVICE_CUDA.
     */
    att3d_device device;
    /**
     * Index of the device among the devices of its kind, from 0.
     */
    uint32_t device_index;
    /**
     * Number of threads that a context on the device runs by default.
     */
    uint32_t thread_count;
    /**
     * ATT3D_ENGINE_EMBEDDED or ATT3D_ENGINE_TORCH.
     */
    att3d_engine engine;
    /**
     * Name to show to users; UTF-8, NUL-terminated, and truncated if it is too long.
     */
    char name[64];
} att3d_device_info;

/**
 * Gets the number of entries in the list of devices, one for each pair of a device and an engine. Loads
 * libtorch if its module is installed (ATT3D_ENGINE_TORCH). Thread-safe.
 * @param out_count Receives the number; not NULL.
 */
ATT3D_PUBLIC att3d_status att3d_device_count(uint32_t *out_count);

/**
 * Describes a device. Loads libtorch as att3d_device_count does. Thread-safe.
 * Returns ATT3D_INVALID_ARGUMENT if the list of devices has no entry with the index.
 * @param index Index of the device, below the number from att3d_device_count.
 * @param out_info Receives the description; not NULL; struct_size must be set.
 */
ATT3D_PUBLIC att3d_status att3d_device_get_info(uint32_t index, struct att3d_device_info *out_info);

/**
 * Creates a context and starts its threads. Thread-safe.
 * Returns ATT3D_UNSUPPORTED if the engine, device or precision is not available here. With is_worker, it
 * also returns ATT3D_UNSUPPORTED if the worker's program is missing or the worker cannot start its engine.
 * Returns ATT3D_ENGINE if the engine cannot start in this process. With is_worker, it returns ATT3D_ENGINE
 * if the worker's process cannot start, or ends before it answers.
 * @param desc Options; NULL for the defaults; struct_size must be set.
 * @param out_context Receives the context; not NULL; free it with att3d_context_free.
 */
ATT3D_PUBLIC
att3d_status att3d_context_create(const struct att3d_context_desc *desc,
                                  struct att3d_context **out_context);

/**
 * Frees a context. Objects made with it keep the data that they need and continue to work.
 * @param context The context; may be NULL.
 */
ATT3D_PUBLIC void att3d_context_free(struct att3d_context *context);

/**
 * Describes a context and its memory use. Thread-safe.
 * @param context The context; not NULL.
 * @param out_info Receives the description; not NULL; struct_size must be set.
 */
ATT3D_PUBLIC
att3d_status att3d_context_get_info(const struct att3d_context *context,
                                    struct att3d_context_info *out_info);

/**
 * Releases memory that is only kept for reuse by later calls. Thread-safe.
 * @param context The context; not NULL.
 */
ATT3D_PUBLIC att3d_status att3d_context_trim(const struct att3d_context *context);

/**
 * Sets the callback that receives the context's log lines. Thread-safe.
 * When the function returns, the previous callback is no longer called. Returns ATT3D_BUSY inside a
 * callback.
 * @param context The context; not NULL.
 * @param callback The callback; NULL for no log.
 * @param user Pointer that is passed to the callback; may be NULL. It must stay valid until the
 * callback is replaced, or until the context and the objects that are listed at release are freed.
 * @param release Callback that releases user; NULL for none. It is called when a later call of this function
 * for the same context succeeds, or when the context and all its models, latents, fields, jobs and live
 * sessions are freed. Meshes, readings, shapes and buffers do not delay the call of release. release is not
 * called if this function fails or the callback is NULL.
 */
ATT3D_PUBLIC
att3d_status att3d_context_set_log(const struct att3d_context *context,
                                   att3d_log_fn callback,
                                   void *user,
                                   att3d_release_fn release);

/* ---- Models ------------------------------------------------------------------------------------ */

/**
 * The model takes a shape in addition to the prompt.
 */
#define ATT3D_CAPABILITY_SHAPE 1

/**
 * The model predicts metallic and roughness. Every model predicts color.
 */
#define ATT3D_CAPABILITY_MATERIALS 2

/**
 * The model makes variants of a prompt, which a seed selects.
 */
#define ATT3D_CAPABILITY_SEEDS 4

/**
 * The model has a list of known words (att3d_model_get_words). Other models accept any word and split it
 * into tokens.
 */
#define ATT3D_CAPABILITY_WORDS 8

/**
 * Description of a model.
 */
typedef struct att3d_model_info {
    /**
     * sizeof(att3d_model_info), set by the caller.
     */
    uint32_t struct_size;
    /**
     * Version of the package's format.
     */
    uint32_t format_version;
    /**
     * ATT3D_CAPABILITY_... flags, combined with |.
     */
    uint32_t capabilities;
    /**
     * Number of known words; 0 without ATT3D_CAPABILITY_WORDS.
     */
    uint32_t word_count;
    /**
     * Largest number of tokens in a prompt, including the start token and the end token.
     */
    uint32_t context_length;
    /**
     * Meters per unit of object space, which is 2 units wide.
     */
    float meters_per_unit;
    /**
     * Number of parameters in the package.
     */
    uint64_t parameter_count;
    /**
     * Number of things that the model knows; 0 if the model's package has no word groups
     * (att3d_model_get_word_groups). Since ABI 1.1.
     */
    uint32_t thing_count;
    /**
     * Always 0.
     */
    uint32_t reserved;
} att3d_model_info;

/**
 * Source of a model and progress of its loading.
 * NULL, or zero in every field after struct_size, selects the bundled model.
 */
typedef struct att3d_load_desc {
    /**
     * sizeof(att3d_load_desc).
     */
    uint32_t struct_size;
    /**
     * Must be 0.
     */
    uint32_t reserved;
    /**
     * Path of an .att3d file or of a package folder; UTF-8, NUL-terminated. NULL if bytes is set, or for the
     * bundled model.
     */
    const char *path;
    /**
     * Contents of an .att3d file, which are copied. NULL if path is set, or for the bundled model.
     */
    const void *bytes;
    /**
     * Number of bytes; must be 0 if bytes is NULL.
     */
    size_t size;
    /**
     * Progress callback.
     */
    struct att3d_progress progress;
} att3d_load_desc;

/**
 * Loads the bundled model, or the model in a file, a folder or an array of bytes. Thread-safe.
 * Returns ATT3D_IO if the file cannot be read, and ATT3D_FORMAT if the package is damaged or has an
 * unsupported version. Returns ATT3D_OUT_OF_MEMORY if the model exceeds the context's memory_limit. Returns
 * ATT3D_UNSUPPORTED if this build has no bundled model.
 * @param context The context; not NULL.
 * @param desc Source of the model: a path, bytes, or neither for the bundled model. NULL for the bundled
 * model; struct_size must be set.
 * @param out_model Receives the model; not NULL; free it with att3d_model_free.
 */
ATT3D_PUBLIC
att3d_status att3d_model_load(const struct att3d_context *context,
                              const struct att3d_load_desc *desc,
                              struct att3d_model **out_model);

/**
 * Reads what a package states about its model, without the weights. Thread-safe.
 * The call takes some milliseconds, whatever the size of the file, so a host can list many packages with it.
 * It does not detect damaged weights. If a package folder states no checksum of its weights, the call reads
 * the weights once to compute it. The result is a model without weights, as after att3d_model_unload: the
 * functions att3d_model_get_... work, and all others return ATT3D_UNLOADED. Returns the statuses of
 * att3d_model_load, except that memory_limit is not checked. Since ABI 1.1.
 * @param context The context; not NULL.
 * @param desc As for att3d_model_load. The progress callback is called at the beginning and at the end.
 * @param out_model Receives the model; not NULL; free it with att3d_model_free.
 */
ATT3D_PUBLIC
att3d_status att3d_model_describe(const struct att3d_context *context,
                                  const struct att3d_load_desc *desc,
                                  struct att3d_model **out_model);

/**
 * Gets the package of the bundled model as the contents of an .att3d file. Thread-safe.
 * Returns ATT3D_UNSUPPORTED if this build has no bundled model. Since ABI 1.1.
 * @param out_bytes Receives the bytes; not NULL. They are valid as long as the library is loaded.
 * @param out_size Receives the number of bytes; not NULL.
 */
ATT3D_PUBLIC att3d_status att3d_bundled_package(const void **out_bytes, size_t *out_size);

/**
 * Frees a model. Objects made with it keep the data that they need and continue to work.
 * @param model The model; may be NULL.
 */
ATT3D_PUBLIC void att3d_model_free(struct att3d_model *model);

/**
 * Releases a model's weights even if latents, jobs and live sessions still refer to the model. Thread-safe.
 * Running work continues to its end. Later calls that need the weights return ATT3D_UNLOADED. Fields and
 * meshes continue to work. A second call has no further effect.
 * @param model The model; not NULL. It must still be freed.
 */
ATT3D_PUBLIC att3d_status att3d_model_unload(const struct att3d_model *model);

/**
 * Describes a model. Thread-safe.
 * @param model The model; not NULL.
 * @param out_info Receives the description; not NULL; struct_size must be set.
 */
ATT3D_PUBLIC
att3d_status att3d_model_get_info(const struct att3d_model *model,
                                  struct att3d_model_info *out_info);

/**
 * Gets a model's name. Thread-safe.
 * @param model The model; not NULL.
 * @param out_text Receives the text in UTF-8; not NULL. The text lives as long as the model's handle.
 */
ATT3D_PUBLIC att3d_status att3d_model_get_name(const struct att3d_model *model, const char **out_text);

/**
 * Gets a model's license as an SPDX expression. Thread-safe.
 * @param model The model; not NULL.
 * @param out_text Receives the text in UTF-8; not NULL. The text lives as long as the model's handle.
 */
ATT3D_PUBLIC att3d_status att3d_model_get_license(const struct att3d_model *model, const char **out_text);

/**
 * Gets the digest of a model's package, which identifies the package. Thread-safe.
 * Packages with equal digests make equal meshes from equal prompts and options on the same machine.
 * @param model The model; not NULL.
 * @param out_text Receives 24 hexadecimal digits; not NULL. The text lives as long as the model's handle.
 */
ATT3D_PUBLIC att3d_status att3d_model_get_digest(const struct att3d_model *model, const char **out_text);

/**
 * Gets the words that a model knows, one per line, or "" without ATT3D_CAPABILITY_WORDS. Thread-safe.
 * @param model The model; not NULL.
 * @param out_text Receives the text in UTF-8; not NULL. The text lives as long as the model's handle.
 */
ATT3D_PUBLIC att3d_status att3d_model_get_words(const struct att3d_model *model, const char **out_text);

/**
 * Gets the phrases that a model knows, or "" if the model's package has no word groups. Thread-safe.
 * A word group is a named list of phrases in the package.
 * Each line has the name of the group, a tab, and the phrase, such as "furniture\tchair". The lines have the
 * order of the package.
 * @param model The model; not NULL.
 * @param out_text Receives the text in UTF-8; not NULL. The text lives as long as the model's handle.
 */
ATT3D_PUBLIC att3d_status att3d_model_get_word_groups(const struct att3d_model *model, const char **out_text);

/* ---- Readings of prompts ----------------------------------------------------------------------- */

/**
 * Accepts a prompt without a thing (att3d_reading_get_thing). Such a prompt describes only how a given shape
 * is to look. It is called a prompt with only a change.
 */
#define ATT3D_READ_CHANGE 1

/**
 * Reads a prompt without running a network. Thread-safe.
 * Returns ATT3D_PROMPT if the prompt is empty or too long, or if it names no thing that the model knows. In
 * the last case the message of the error suggests things with a similar meaning. Returns ATT3D_UNLOADED
 * after att3d_model_unload.
 * @param model The model; not NULL.
 * @param prompt Text in UTF-8, NUL-terminated; not NULL.
 * @param flags ATT3D_READ_... flags, combined with |; 0 if the prompt must name a thing.
 * @param out_reading Receives the reading; not NULL; free it with att3d_reading_free.
 */
ATT3D_PUBLIC
att3d_status att3d_model_read(const struct att3d_model *model,
                              const char *prompt,
                              uint32_t flags,
                              struct att3d_reading **out_reading);

/**
 * Frees a reading.
 * @param reading The reading; may be NULL.
 */
ATT3D_PUBLIC void att3d_reading_free(struct att3d_reading *reading);

/**
 * Gets the phrase that the model encodes, such as "a green truck". Thread-safe.
 * For a model without word groups it is the prompt itself.
 * @param reading The reading; not NULL.
 * @param out_text Receives the text in UTF-8; not NULL. The text lives as long as the reading's handle.
 */
ATT3D_PUBLIC
att3d_status att3d_reading_get_phrase(const struct att3d_reading *reading,
                                      const char **out_text);

/**
 * Gets the name of the thing, which is the object that the prompt names, such as "truck". Thread-safe.
 * The name is the one that the model's package uses. It is "" if the prompt has only a change, and for a
 * model without word groups (att3d_model_get_word_groups).
 * @param reading The reading; not NULL.
 * @param out_text Receives the text in UTF-8; not NULL. The text lives as long as the reading's handle.
 */
ATT3D_PUBLIC att3d_status att3d_reading_get_thing(const struct att3d_reading *reading, const char **out_text);

/**
 * Gets the attributes that were understood, one per line, or "" for none. Thread-safe.
 * Each attribute has the name that the model's package gives it, such as "green" or "with roof".
 * @param reading The reading; not NULL.
 * @param out_text Receives the text in UTF-8; not NULL. The text lives as long as the reading's handle.
 */
ATT3D_PUBLIC
att3d_status att3d_reading_get_attributes(const struct att3d_reading *reading,
                                          const char **out_text);

/**
 * Gets the words that were left out, as they were typed, one per line, or "" for none. Thread-safe.
 * @param reading The reading; not NULL.
 * @param out_text Receives the text in UTF-8; not NULL. The text lives as long as the reading's handle.
 */
ATT3D_PUBLIC
att3d_status att3d_reading_get_left_out(const struct att3d_reading *reading,
                                        const char **out_text);

/**
 * Gets the words of the prompt that were replaced by known words, or "" for none. Thread-safe.
 * Each line has the word of the prompt, a tab, and the known word.
 * @param reading The reading; not NULL.
 * @param out_text Receives the text in UTF-8; not NULL. The text lives as long as the reading's handle.
 */
ATT3D_PUBLIC
att3d_status att3d_reading_get_replaced(const struct att3d_reading *reading,
                                        const char **out_text);

/**
 * Gets one line to show to users, such as "a green truck (left out: monster)". Thread-safe.
 * It is "" if the phrase has the same words as the prompt, and for a model without word groups.
 * @param reading The reading; not NULL.
 * @param out_text Receives the text in UTF-8; not NULL. The text lives as long as the reading's handle.
 */
ATT3D_PUBLIC
att3d_status att3d_reading_get_understood(const struct att3d_reading *reading,
                                          const char **out_text);

/* ---- Latents ----------------------------------------------------------------------------------- */

/**
 * Encodes prompts in one batch. On failure no latent is made. Thread-safe.
 * Returns ATT3D_PROMPT if a prompt cannot be understood, and ATT3D_UNLOADED after att3d_model_unload. A
 * prompt with only a change ("made of gold") is accepted, but a field from the latent of such a prompt needs
 * a shape.
 * @param model The model; not NULL.
 * @param prompts `count` texts in UTF-8, NUL-terminated; not NULL, and no text is NULL.
 * @param count Number of prompts, 1 to 1024.
 * @param out_latents Array that receives `count` handles; not NULL; free each with att3d_latent_free.
 */
ATT3D_PUBLIC
att3d_status att3d_latents_from_prompts(const struct att3d_model *model,
                                        const char *const *prompts,
                                        size_t count,
                                        struct att3d_latent **out_latents);

/**
 * Encodes a prompt or a variant of it. Thread-safe.
 * For a diffusion model, the seed of this function has no effect (see seed). For other models, a variant is
 * a mix of the prompt's latent and the latent of a more detailed prompt. The details are phrases of the
 * model's package, such as a color. If no detail can be added, the result is the latent of the prompt
 * itself. Returns ATT3D_PROMPT if the prompt cannot be understood, and ATT3D_UNLOADED after
 * att3d_model_unload. Returns ATT3D_UNSUPPORTED if the seed is not 0 and the model does not have
 * ATT3D_CAPABILITY_SEEDS.
 * @param model The model; not NULL.
 * @param prompt Text in UTF-8, NUL-terminated; not NULL.
 * @param seed 0 for the plain prompt. Every other number selects a variant, if details can be added to the
 * prompt. The same number always gives the same latent for the same prompt. For a diffusion model the latent
 * is always the latent of the plain prompt, and att3d_generate_desc.seed selects the variant.
 * @param out_latent Receives the latent; not NULL; free it with att3d_latent_free.
 */
ATT3D_PUBLIC
att3d_status att3d_latent_from_prompt(const struct att3d_model *model,
                                      const char *prompt,
                                      uint64_t seed,
                                      struct att3d_latent **out_latent);

/**
 * Mixes latents of one model: computes their weighted sum. Thread-safe.
 * Returns ATT3D_INVALID_ARGUMENT for latents of different model handles, and ATT3D_UNLOADED after
 * att3d_model_unload.
 * @param latents `count` handles; not NULL, and no handle is NULL.
 * @param weights `count` numbers from -1000 to 1000, which should sum to 1; not NULL.
 * @param count Number of latents, 1 to 1024.
 * @param out_latent Receives the mix; not NULL; free it with att3d_latent_free.
 */
ATT3D_PUBLIC
att3d_status att3d_latent_mix(const struct att3d_latent *const *latents,
                              const float *weights,
                              size_t count,
                              struct att3d_latent **out_latent);

/**
 * Makes a latent with an offset added, which refines the result for one prompt. Thread-safe.
 * Offsets are files of `att3d-train refine`. The result has the prompt and the reading of the given latent.
 * The offset may have been made for another prompt of the model. Returns ATT3D_INVALID_ARGUMENT for an
 * offset of another model, ATT3D_FORMAT for a file that is not an offset or is damaged, ATT3D_IO if the file
 * cannot be read, and ATT3D_UNLOADED after att3d_model_unload. Since ABI 1.2.
 * @param latent The latent; not NULL. It does not change.
 * @param path Path of the file in UTF-8, NUL-terminated; not NULL.
 * @param out_latent Receives the sum; not NULL; free it with att3d_latent_free.
 */
ATT3D_PUBLIC
att3d_status att3d_latent_add_offset(const struct att3d_latent *latent,
                                     const char *path,
                                     struct att3d_latent **out_latent);

/**
 * Gets the reading of a latent's prompt: what was understood, left out and replaced. Thread-safe.
 * The reading of a mix has the left-out words and the replaced words of all its prompts. The thing of a mix
 * is "". The phrase and the attributes of a mix are usually "". If some prompts of the mix have only a
 * change, the phrase and the attributes are those of the last of these prompts.
 * @param latent The latent; not NULL.
 * @param out_reading Receives the reading; not NULL; free it with att3d_reading_free.
 */
ATT3D_PUBLIC
att3d_status att3d_latent_get_reading(const struct att3d_latent *latent,
                                      struct att3d_reading **out_reading);

/**
 * Frees a latent. Objects made with it keep the data that they need and continue to work.
 * @param latent The latent; may be NULL.
 */
ATT3D_PUBLIC void att3d_latent_free(struct att3d_latent *latent);

/* ---- Shapes ------------------------------------------------------------------------------------ */

/**
 * The surface may have any position and size. It is moved and scaled into object space.
 * A mesh that was made with the shape can be exported at the shape's position with ATT3D_PIVOT_SHAPE.
 */
#define ATT3D_SURFACE_FIT 1

/**
 * The mesh of the caller.
 */
typedef struct att3d_surface_desc {
    /**
     * sizeof(att3d_surface_desc).
     */
    uint32_t struct_size;
    /**
     * ATT3D_SURFACE_... flags, combined with |.
     */
    uint32_t flags;
    /**
     * x, y and z per vertex; not NULL; finite. For a shape without ATT3D_SURFACE_FIT, the positions are in
     * object space, and each number is from -1000 to 1000. For att3d_paint, the space is stated at
     * its parameter `surface`.
     */
    const float *positions;
    /**
     * x, y and z per vertex: the outward normal of any length; NULL for the normals of the triangles.
     */
    const float *normals;
    /**
     * sRGB red, green and blue in [0, 1] per vertex; NULL if unknown.
     */
    const float *colors;
    /**
     * Texture coordinates u and v per vertex; NULL for none. A shape does not use them.
     * u increases to the right and v down, from the upper left corner of a texture. Textures repeat.
     */
    const float *uvs;
    /**
     * Three vertex indices per triangle, below vertex_count; not NULL. Triangles are counter-clockwise
     * when seen from outside.
     */
    const uint32_t *indices;
    /**
     * Number of vertices.
     */
    size_t vertex_count;
    /**
     * Number of triangles; at least 1.
     */
    size_t triangle_count;
} att3d_surface_desc;

/**
 * Description of a shape.
 */
typedef struct att3d_shape_info {
    /**
     * sizeof(att3d_shape_info), set by the caller.
     */
    uint32_t struct_size;
    /**
     * Number of points of the shape.
     */
    uint32_t point_count;
    /**
     * Keep share: 0 if the prompt alone determines the geometry, 1 if the geometry of the shape is kept (see
     * att3d_shape_with_keep).
     */
    float keep;
    /**
     * 1 if the shape was moved and scaled into object space, otherwise 0.
     * center and units describe this transformation. If has_frame is 0, center is 0 and units is 1.
     */
    uint32_t has_frame;
    /**
     * Point that became the origin of object space. It is in the shape's own space, which is the space of
     * the given positions.
     */
    float center[3];
    /**
     * Units of the shape's own space per unit of object space.
     */
    float units;
} att3d_shape_info;

/**
 * Makes a shape from points on a surface. The points are copied. Thread-safe.
 * @param points `count` times x, y and z in object space, each from -1000 to 1000; not NULL.
 * @param count Number of points, 1 to 262144.
 * @param out_shape Receives the shape; not NULL; free it with att3d_shape_free.
 */
ATT3D_PUBLIC
att3d_status att3d_shape_from_points(const float *points,
                                     size_t count,
                                     struct att3d_shape **out_shape);

/**
 * Makes a shape from a mesh. Thread-safe.
 * The shape has 4,096 points of the mesh's surface, distributed evenly by area. The points have normals, and
 * they have colors if the mesh has them. The same mesh always gives the same points. A new shape has a keep
 * share of 1; att3d_shape_with_keep makes a shape with another share.
 * @param surface The mesh; not NULL; struct_size must be set.
 * @param out_shape Receives the shape; not NULL; free it with att3d_shape_free.
 */
ATT3D_PUBLIC
att3d_status att3d_shape_from_surface(const struct att3d_surface_desc *surface,
                                      struct att3d_shape **out_shape);

/**
 * Makes a shape from the visible meshes of a GLB's scene. Thread-safe.
 * The shape is moved and scaled into object space (ATT3D_SURFACE_FIT). Returns ATT3D_FORMAT if the file is
 * damaged, and ATT3D_UNSUPPORTED if it has contents that cannot be read (Draco-compressed geometry, external
 * buffers).
 * @param bytes Contents of the file; not NULL.
 * @param size Number of bytes.
 * @param out_shape Receives the shape; not NULL; free it with att3d_shape_free.
 */
ATT3D_PUBLIC
att3d_status att3d_shape_from_glb(const void *bytes,
                                  size_t size,
                                  struct att3d_shape **out_shape);

/**
 * Makes a shape with the same points and another keep share. Thread-safe.
 * The points are not copied; both shapes use them.
 * @param shape The shape; not NULL.
 * @param keep Share from 0 (the prompt alone determines the geometry) to 1 (the given shape is kept).
 * @param out_shape Receives the new shape; not NULL; free it with att3d_shape_free.
 */
ATT3D_PUBLIC
att3d_status att3d_shape_with_keep(const struct att3d_shape *shape,
                                   float keep,
                                   struct att3d_shape **out_shape);

/**
 * Describes a shape. Thread-safe.
 * @param shape The shape; not NULL.
 * @param out_info Receives the description; not NULL; struct_size must be set.
 */
ATT3D_PUBLIC
att3d_status att3d_shape_get_info(const struct att3d_shape *shape,
                                  struct att3d_shape_info *out_info);

/**
 * Frees a shape. Fields made with it continue to work.
 * @param shape The shape; may be NULL.
 */
ATT3D_PUBLIC void att3d_shape_free(struct att3d_shape *shape);

/* ---- Fields ------------------------------------------------------------------------------------ */

/**
 * The values are signed distances. A point is inside if its value is below iso_level, and the surface is
 * where the values equal iso_level.
 */
#define ATT3D_FIELD_SIGNED_DISTANCE 1

/**
 * The values are densities. A point is inside if its density is above iso_level.
 */
#define ATT3D_FIELD_DENSITY 2

/**
 * Description of a field's values.
 */
typedef struct att3d_field_info {
    /**
     * sizeof(att3d_field_info), set by the caller.
     */
    uint32_t struct_size;
    /**
     * ATT3D_FIELD_...
     */
    uint32_t kind;
    /**
     * Value of the field at the surface.
     */
    float iso_level;
    /**
     * 1 if metallic and roughness are predicted, otherwise 0.
     * If it is 0, metallic is 0 and roughness is 1 everywhere.
     */
    uint32_t has_materials;
    /**
     * Lowest corner of the box that contains the object, in object space.
     */
    float minimum[3];
    /**
     * Highest corner of the box, in object space.
     */
    float maximum[3];
} att3d_field_info;

/**
 * Outputs of the evaluation of a field at points. An output that is NULL is not computed.
 */
typedef struct att3d_sample_desc {
    /**
     * sizeof(att3d_sample_desc).
     */
    uint32_t struct_size;
    /**
     * Must be 0.
     */
    uint32_t reserved;
    /**
     * One signed distance or density per point (att3d_field_info.kind).
     */
    float *values;
    /**
     * Gradient of the value with respect to x, y and z, three numbers per point.
     */
    float *gradients;
    /**
     * sRGB red, green and blue in [0, 1], three numbers per point.
     */
    float *colors;
    /**
     * Metallic and roughness in [0, 1], two numbers per point.
     */
    float *materials;
    /**
     * Progress callback.
     */
    struct att3d_progress progress;
} att3d_sample_desc;

/**
 * Makes one field per latent. On failure no field is made. Thread-safe.
 * Returns ATT3D_UNLOADED after att3d_model_unload, and ATT3D_INVALID_ARGUMENT for latents of different model
 * handles.
 * One forward pass makes at most 8 fields; more latents take several passes.
 * @param latents `count` handles of latents of one model; not NULL, and no handle is NULL.
 * @param count Number of latents, 1 to 1024. A field of the bundled model holds about 4 MB; a field of
 * another model may be larger.
 * @param shape Shape for all fields; NULL for none. Returns ATT3D_UNSUPPORTED if it is not NULL and the
 * model does not have ATT3D_CAPABILITY_SHAPE. Returns ATT3D_PROMPT if it is NULL and the prompt of a latent
 * names no thing.
 * @param out_fields Array that receives `count` handles; not NULL; free each with att3d_field_free.
 */
ATT3D_PUBLIC
att3d_status att3d_fields_from_latents(const struct att3d_latent *const *latents,
                                       size_t count,
                                       const struct att3d_shape *shape,
                                       struct att3d_field **out_fields);

/**
 * Makes the field of one latent. Thread-safe.
 * Returns ATT3D_UNLOADED after att3d_model_unload.
 * @param latent The latent; not NULL.
 * @param shape Shape for the field; NULL for none. Returns ATT3D_UNSUPPORTED if it is not NULL and the model
 * does not have ATT3D_CAPABILITY_SHAPE. Returns ATT3D_PROMPT if it is NULL and the latent's prompt names no
 * thing.
 * @param out_field Receives the field; not NULL; free it with att3d_field_free.
 */
ATT3D_PUBLIC
att3d_status att3d_field_from_latent(const struct att3d_latent *latent,
                                     const struct att3d_shape *shape,
                                     struct att3d_field **out_field);

/**
 * Describes a field. Thread-safe.
 * @param field The field; not NULL.
 * @param out_info Receives the description; not NULL; struct_size must be set.
 */
ATT3D_PUBLIC
att3d_status att3d_field_get_info(const struct att3d_field *field,
                                  struct att3d_field_info *out_info);

/**
 * Evaluates a field at points, for collision, voxels or particles. Thread-safe.
 * A point outside the field's box gets the values of the nearest point of the box. If the call returns
 * ATT3D_NULL_ARGUMENT, ATT3D_INVALID_ARGUMENT or ATT3D_FORKED, the outputs stay unchanged. If it fails with
 * another status, their contents are undefined.
 * @param field The field; not NULL.
 * @param points `count` times x, y, z in object space; finite; not NULL unless count is 0.
 * @param count Number of points; 0 evaluates nothing.
 * @param desc The outputs, which must not overlap each other or the points; not NULL; struct_size must be
 * set.
 */
ATT3D_PUBLIC
att3d_status att3d_field_sample(const struct att3d_field *field,
                                const float *points,
                                size_t count,
                                const struct att3d_sample_desc *desc);

/**
 * Frees a field.
 * @param field The field; may be NULL.
 */
ATT3D_PUBLIC void att3d_field_free(struct att3d_field *field);

/* ---- Generation of meshes ---------------------------------------------------------------------- */

/**
 * Evaluates the field at every point of the grid instead of only near the surface. This is slow, and the
 * mesh is the same.
 */
#define ATT3D_GENERATE_DENSE 1

/**
 * Value of att3d_generate_desc.min_component that keeps every component of the surface.
 */
#define ATT3D_KEEP_ALL_COMPONENTS (-1.0f)

/**
 * Options of mesh generation. NULL, or zero in every field after struct_size, selects the defaults.
 */
typedef struct att3d_generate_desc {
    /**
     * sizeof(att3d_generate_desc).
     */
    uint32_t struct_size;
    /**
     * ATT3D_GENERATE_... flags, combined with |.
     */
    uint32_t flags;
    /**
     * Cells along each axis of the extraction grid, 2 to 1024; 0 for 128.
     */
    uint32_t resolution;
    /**
     * Width and height in texels of the mesh's textures, 64 to 4096; 0 for no textures.
     * For textures the surface is cut into charts, and vertices at seams are duplicated.
     */
    uint32_t texture_size;
    /**
     * Largest number of triangles, at least 4; 0 for no limit.
     * The surface stays closed. att3d_mesh_report.hausdorff states the deviation. If the surface cannot be
     * reduced to the budget, the work fails with ATT3D_INVALID_ARGUMENT. The message then states a number of
     * triangles that is possible.
     */
    uint32_t triangle_budget;
    /**
     * Number of further levels of detail, at most 8; see att3d_mesh_get_level.
     * Each level has about half the triangles of the level before. There are fewer levels if the mesh cannot
     * be halved so many times.
     */
    uint32_t level_count;
    /**
     * Largest number of convex hulls for collision, at most 64; 0 for none. See att3d_mesh_get_hull.
     * With 1, the hull encloses the whole mesh. With a larger number, each component of the surface has a
     * hull of its own. If hulls are left over, components that are far from convex are divided, and each
     * piece has a hull. If there are more components than hulls, a small component shares the hull of a
     * larger component near it.
     */
    uint32_t hull_count;
    /**
     * Largest number of vertices of each hull, 8 to 255; 0 for 32. It must be 0 if hull_count is 0.
     */
    uint32_t hull_vertex_count;
    /**
     * Smallest volume of a component, as a share of the whole volume, 0 to 1; 0 for 0.001.
     * Smaller components are removed directly after extraction. The largest component always stays.
     * ATT3D_KEEP_ALL_COMPONENTS removes none.
     */
    float min_component;
    /**
     * Must be 0.
     */
    uint32_t reserved;
    /**
     * Variant of the prompt: 0 for the plain result. Every other number selects a variant, if details can be
     * added to the prompt or the model is a diffusion model. The same number always selects the same
     * variant. The seed of a diffusion model selects the noise. If the seed is not 0, att3d_morph and
     * generation from a field fail with ATT3D_INVALID_ARGUMENT. Generation from a latent also fails with
     * ATT3D_INVALID_ARGUMENT, except with a diffusion model. Generation from a prompt fails with
     * ATT3D_UNSUPPORTED if the model does not have ATT3D_CAPABILITY_SEEDS. A job or a live session starts
     * even if the seed is not supported. Its work then fails with the status that is stated here.
     */
    uint64_t seed;
    /**
     * Largest number of bytes that surface extraction may hold; 0 for 2 GiB.
     */
    uint64_t memory_limit;
    /**
     * Progress callback.
     */
    struct att3d_progress progress;
} att3d_generate_desc;

/**
 * Generates a mesh from a prompt and returns when the mesh is done. Thread-safe.
 * Returns ATT3D_UNSUPPORTED if the seed is not 0 and the model does not have ATT3D_CAPABILITY_SEEDS.
 * Returns ATT3D_PROMPT if the prompt cannot be understood, ATT3D_UNLOADED after att3d_model_unload, and
 * ATT3D_EMPTY_SURFACE if the field has no surface.
 * @param model The model; not NULL.
 * @param prompt Text in UTF-8, NUL-terminated; not NULL.
 * @param desc Options; NULL for the defaults; struct_size must be set.
 * @param out_mesh Receives the mesh; not NULL; free it with att3d_mesh_free.
 */
ATT3D_PUBLIC
att3d_status att3d_generate(const struct att3d_model *model,
                            const char *prompt,
                            const struct att3d_generate_desc *desc,
                            struct att3d_mesh **out_mesh);

/**
 * Generates a mesh from a latent and returns when the mesh is done. Thread-safe.
 * Returns the statuses of att3d_generate. ATT3D_PROMPT means that the latent's prompt has only a change. A
 * seed other than 0 returns ATT3D_INVALID_ARGUMENT unless the model is a diffusion model.
 * @param latent The latent; not NULL.
 * @param desc Options; NULL for the defaults; struct_size must be set.
 * @param out_mesh Receives the mesh; not NULL; free it with att3d_mesh_free.
 */
ATT3D_PUBLIC
att3d_status att3d_generate_from_latent(const struct att3d_latent *latent,
                                        const struct att3d_generate_desc *desc,
                                        struct att3d_mesh **out_mesh);

/**
 * Generates a mesh from a field and returns when the mesh is done. Thread-safe.
 * It also works after the model was unloaded. Returns ATT3D_EMPTY_SURFACE if the field has no surface.
 * @param field The field; not NULL.
 * @param desc Options; NULL for the defaults; struct_size must be set; seed must be 0.
 * @param out_mesh Receives the mesh; not NULL; free it with att3d_mesh_free.
 */
ATT3D_PUBLIC
att3d_status att3d_generate_from_field(const struct att3d_field *field,
                                       const struct att3d_generate_desc *desc,
                                       struct att3d_mesh **out_mesh);

/**
 * Generates one mesh per latent, such as the frames of an interpolation. Thread-safe.
 * att3d_latent_mix makes the latents between two prompts, and att3d_meshes_write_file writes the meshes as
 * one GLB with an animation. On failure no mesh is made. Returns the statuses of att3d_generate_from_latent.
 * @param latents `count` handles of latents of one model; not NULL, and no handle is NULL.
 * @param count Number of latents, 1 to 1024.
 * @param desc Options of every mesh; NULL for the defaults; struct_size must be set.
 * @param out_meshes Array that receives `count` handles; not NULL; free each with att3d_mesh_free.
 */
ATT3D_PUBLIC
att3d_status att3d_generate_frames(const struct att3d_latent *const *latents,
                                   size_t count,
                                   const struct att3d_generate_desc *desc,
                                   struct att3d_mesh **out_meshes);

/* ---- Morphs ------------------------------------------------------------------------------------ */

/**
 * Options of a morph. NULL, or zero in every field after struct_size, selects the defaults.
 */
typedef struct att3d_morph_desc {
    /**
     * sizeof(att3d_morph_desc).
     */
    uint32_t struct_size;
    /**
     * Number of steps from one keyframe to the next, at most 1000; 0 for 16. A step moves the vertices to
     * the surface of one mix of the two latents. The last step moves them to the surface of the next
     * keyframe.
     */
    uint32_t step_count;
    /**
     * Largest allowed distance between the morphed mesh and the surface of a keyframe, in object space; 0
     * for 0.02. It limits att3d_target_view.uncovered and att3d_target_view.astray. The deviation of the
     * first mesh from the surface of the first latent is added to this limit. A morph that exceeds the sum
     * fails with ATT3D_UNSUPPORTED.
     */
    float bound;
} att3d_morph_desc;

/**
 * View of a mesh's vertices at a further keyframe, in object space. A further keyframe is any keyframe after
 * the first.
 * All pointers are valid as long as the mesh's handle.
 */
typedef struct att3d_target_view {
    /**
     * sizeof(att3d_target_view), set by the caller.
     */
    uint32_t struct_size;
    /**
     * Number of vertices; it equals the number of vertices of the mesh.
     */
    uint32_t vertex_count;
    /**
     * Mean distance of the vertices from the keyframe's surface, in object space.
     */
    float mean_residual;
    /**
     * 99th percentile of the distance from the keyframe's surface to the morphed mesh, in object space.
     */
    float uncovered;
    /**
     * 99th percentile of the distance from the centers of the morphed triangles to the keyframe's surface,
     * in object space.
     */
    float astray;
    /**
     * Share of the morphed mesh's surface, 0 to 1, that faces inward because the mesh has folded. A morph
     * fails with ATT3D_UNSUPPORTED if the share is too large.
     */
    float folded;
    /**
     * Prompt of the keyframe; UTF-8, NUL-terminated.
     */
    const char *name;
    /**
     * x, y and z per vertex.
     */
    const float *positions;
    /**
     * x, y and z per vertex: the outward normal with unit length.
     */
    const float *normals;
    /**
     * sRGB red, green and blue in [0, 1] per vertex.
     */
    const float *colors;
} att3d_target_view;

/**
 * Generates the first latent's mesh and moves its vertices to the surface of each further latent.
 * Thread-safe.
 * att3d_mesh_get_target gets a view of the vertices at each further keyframe. A GLB of the mesh has a morph
 * target for each further keyframe, and an animation that shows the keyframes in order. The GLB's colors and
 * textures are those of the first latent.
 * The call returns when the mesh is done. It returns ATT3D_UNSUPPORTED if a keyframe's surface cannot be
 * reached or the mesh folds too much, and otherwise the statuses of att3d_generate_from_latent.
 * @param latents `count` handles of latents of one model; not NULL, and no handle is NULL.
 * @param count Number of latents, 2 to 64.
 * @param desc Options of the first mesh; NULL for the defaults; struct_size must be set; seed must be 0.
 * @param morph Options of the morph; NULL for the defaults; struct_size must be set.
 * @param out_mesh Receives the mesh; not NULL; free it with att3d_mesh_free.
 */
ATT3D_PUBLIC
att3d_status att3d_morph(const struct att3d_latent *const *latents,
                         size_t count,
                         const struct att3d_generate_desc *desc,
                         const struct att3d_morph_desc *morph,
                         struct att3d_mesh **out_mesh);

/**
 * Gets a view of a mesh's vertices at a further keyframe; nothing is copied. Thread-safe.
 * Returns ATT3D_INVALID_ARGUMENT if the mesh does not have the keyframe. att3d_mesh_info.target_count is the
 * number of further keyframes.
 * @param mesh The mesh; not NULL.
 * @param target Index of the further keyframe, below att3d_mesh_info.target_count; 0 for the second
 * keyframe. The first keyframe is the mesh itself.
 * @param out_view Receives the view; not NULL; struct_size must be set.
 */
ATT3D_PUBLIC
att3d_status att3d_mesh_get_target(const struct att3d_mesh *mesh,
                                   uint32_t target,
                                   struct att3d_target_view *out_view);

/* ---- Buffers ----------------------------------------------------------------------------------- */

/**
 * Gets the bytes of a buffer; nothing is copied. Thread-safe.
 * @param buffer The buffer; not NULL.
 * @param out_bytes Receives the address of the bytes; not NULL. The bytes live as long as the buffer's
 * handle.
 * @param out_size Receives the number of bytes; not NULL.
 */
ATT3D_PUBLIC
att3d_status att3d_buffer_get_bytes(const struct att3d_buffer *buffer,
                                    const void **out_bytes,
                                    size_t *out_size);

/**
 * Frees a buffer. Its bytes become invalid.
 * @param buffer The buffer; may be NULL.
 */
ATT3D_PUBLIC void att3d_buffer_free(struct att3d_buffer *buffer);

/* ---- New materials for existing meshes --------------------------------------------------------- */

/**
 * Makes new texture coordinates for all primitives, even if the file has texture coordinates.
 */
#define ATT3D_RESTYLE_UNWRAP 1

/**
 * Options of att3d_paint. NULL, or zero in every field after struct_size, selects the defaults.
 */
typedef struct att3d_paint_desc {
    /**
     * sizeof(att3d_paint_desc).
     */
    uint32_t struct_size;
    /**
     * Width and height of the textures in texels, 64 to 4096; 0 for 1024.
     */
    uint32_t texture_size;
    /**
     * Progress callback.
     */
    struct att3d_progress progress;
} att3d_paint_desc;

/**
 * Options of att3d_restyle. NULL, or zero in every field after struct_size, selects the defaults.
 */
typedef struct att3d_restyle_desc {
    /**
     * sizeof(att3d_restyle_desc).
     */
    uint32_t struct_size;
    /**
     * ATT3D_RESTYLE_... flags, combined with |.
     */
    uint32_t flags;
    /**
     * Width and height of each texture in texels, 64 to 4096; 0 for 1024.
     */
    uint32_t texture_size;
    /**
     * Must be 0.
     */
    uint32_t reserved;
    /**
     * Variant of the prompt, as in att3d_generate_desc; 0 for the plain result.
     */
    uint64_t seed;
    /**
     * Progress callback.
     */
    struct att3d_progress progress;
} att3d_restyle_desc;

/**
 * Makes textures for the mesh of the caller by evaluating the field at the mesh's surface. Thread-safe.
 * If the mesh has texture coordinates, the result has the same vertices and triangles in the same order.
 * Otherwise texture coordinates are made, and vertices at their seams are duplicated.
 * @param field The field; not NULL. The field should be made with a shape of the same mesh. The shape should
 * have a keep share of 1, which is the default.
 * @param surface The mesh, which is copied; not NULL; struct_size must be set; flags must be 0. If the
 * field's shape has a frame (att3d_shape_info.has_frame), the mesh is in the shape's own space. Otherwise it
 * is in object space.
 * @param desc Options; NULL for the defaults; struct_size must be set.
 * @param out_mesh Receives the mesh, in object space; not NULL; free it with att3d_mesh_free.
 */
ATT3D_PUBLIC
att3d_status att3d_paint(const struct att3d_field *field,
                         const struct att3d_surface_desc *surface,
                         const struct att3d_paint_desc *desc,
                         struct att3d_mesh **out_mesh);

/**
 * Makes a GLB with the geometry of a given GLB and materials from a prompt. Thread-safe.
 * Meshes, texture coordinates, skins, morph targets and animations stay the same byte for byte. Primitives
 * without texture coordinates, or with texture coordinates that cover no area, are an exception: they get
 * new texture coordinates, and their vertices at seams are duplicated. If desc has the flag
 * ATT3D_RESTYLE_UNWRAP, all primitives get new texture coordinates. Materials get new base colors, metallic
 * and roughness. The log states which other properties the materials lose, such as transparency or emission.
 * The function returns when the GLB is made. Returns ATT3D_PROMPT if the prompt cannot be understood,
 * ATT3D_UNLOADED after att3d_model_unload, and ATT3D_FORMAT if the GLB is damaged. Returns ATT3D_UNSUPPORTED
 * if the model does not have ATT3D_CAPABILITY_SHAPE, or if the GLB's buffers are in other files. It also
 * returns ATT3D_UNSUPPORTED if the seed is not 0 and the model does not have ATT3D_CAPABILITY_SEEDS.
 * @param model The model, with ATT3D_CAPABILITY_SHAPE; not NULL.
 * @param bytes Contents of the GLB, which are copied; not NULL.
 * @param size Number of bytes.
 * @param prompt Text in UTF-8, NUL-terminated; not NULL.
 * @param desc Options; NULL for the defaults; struct_size must be set.
 * @param out_buffer Receives the new GLB; not NULL; free it with att3d_buffer_free.
 */
ATT3D_PUBLIC
att3d_status att3d_restyle(const struct att3d_model *model,
                           const void *bytes,
                           size_t size,
                           const char *prompt,
                           const struct att3d_restyle_desc *desc,
                           struct att3d_buffer **out_buffer);

/**
 * Does the same as att3d_restyle from a file to a file. Thread-safe.
 * The file is written completely or not at all, and the function returns when it is written. The two paths
 * may be the same. Returns the statuses of att3d_restyle, and ATT3D_IO if a file cannot be read or written.
 * @param model The model, with ATT3D_CAPABILITY_SHAPE; not NULL.
 * @param path Path of the file to read: a .glb, or a .gltf with its other files beside it; UTF-8,
 * NUL-terminated; not NULL.
 * @param prompt Text in UTF-8, NUL-terminated; not NULL.
 * @param desc Options; NULL for the defaults; struct_size must be set.
 * @param out_path Path of the GLB to write; UTF-8, NUL-terminated; not NULL.
 */
ATT3D_PUBLIC
att3d_status att3d_restyle_file(const struct att3d_model *model,
                                const char *path,
                                const char *prompt,
                                const struct att3d_restyle_desc *desc,
                                const char *out_path);

/* ---- Meshes ------------------------------------------------------------------------------------ */

/**
 * View of a mesh's arrays in object space: [-1, 1] along each axis, right-handed, +Y up, +Z front.
 * Triangles are counter-clockwise when seen from outside. All pointers are valid as long as the mesh's
 * handle. An array that the mesh does not have is NULL.
 */
typedef struct att3d_mesh_view {
    /**
     * sizeof(att3d_mesh_view), set by the caller.
     */
    uint32_t struct_size;
    /**
     * Number of vertices.
     */
    uint32_t vertex_count;
    /**
     * Number of triangles.
     */
    uint32_t triangle_count;
    /**
     * Always 0.
     */
    uint32_t reserved;
    /**
     * x, y and z per vertex.
     */
    const float *positions;
    /**
     * x, y and z per vertex: the outward normal with unit length.
     */
    const float *normals;
    /**
     * sRGB red, green and blue in [0, 1] per vertex.
     */
    const float *colors;
    /**
     * Metallic and roughness in [0, 1] per vertex; NULL without ATT3D_CAPABILITY_MATERIALS.
     */
    const float *materials;
    /**
     * Texture coordinates u and v per vertex; NULL if the mesh has no textures.
     * u increases to the right and v down, from the upper left corner of the textures.
     */
    const float *uvs;
    /**
     * Three vertex indices per triangle.
     */
    const uint32_t *indices;
    /**
     * x, y, z of the unit tangent and a sign, per vertex; NULL if the mesh has no normal texture.
     * A mesh without textures and a mesh from att3d_paint have no normal texture.
     * The tangent points in the direction of increasing u.
     * The cross product of normal and tangent, times the sign, points up in the texture.
     */
    const float *tangents;
} att3d_mesh_view;

/**
 * Size of a mesh, and the cost of its generation.
 */
typedef struct att3d_mesh_info {
    /**
     * sizeof(att3d_mesh_info), set by the caller.
     */
    uint32_t struct_size;
    /**
     * Cells along each axis of the extraction grid; 0 for a mesh from att3d_paint.
     */
    uint32_t resolution;
    /**
     * Lowest corner of the mesh's bounding box, in object space.
     */
    float minimum[3];
    /**
     * Highest corner of the bounding box, in object space.
     */
    float maximum[3];
    /**
     * Milliseconds from prompt to latent, including tokenization; 0 for a mesh from a latent or a field.
     */
    float text_milliseconds;
    /**
     * Milliseconds from latent to field; 0 for a mesh from a field.
     */
    float generator_milliseconds;
    /**
     * Milliseconds from field to triangles and normals.
     */
    float surface_milliseconds;
    /**
     * Milliseconds to evaluate the colors and materials of the vertices. bake_milliseconds is the time for
     * the texels.
     */
    float texture_milliseconds;
    /**
     * Number of points at which surface extraction computed the field's value.
     */
    uint64_t point_evaluations;
    /**
     * Number of points at which surface extraction computed the field's gradient.
     */
    uint64_t gradient_evaluations;
    /**
     * Width and height of the mesh's textures in texels; 0 without textures.
     */
    uint32_t texture_size;
    /**
     * Number of charts into which the surface was cut for the textures. It is 0 without
     * textures, and for a mesh from att3d_paint that kept its texture coordinates.
     */
    uint32_t chart_count;
    /**
     * Root mean square stretch of the textures: 1 for no stretch. It is 0 without textures, and for a mesh
     * from att3d_paint that kept its texture coordinates.
     */
    float stretch;
    /**
     * Texels per unit of object space. It is 0 in the same cases as stretch.
     */
    float texels_per_unit;
    /**
     * Milliseconds to cut the surface into charts and pack them.
     */
    float unwrap_milliseconds;
    /**
     * Milliseconds to evaluate the field at the texels.
     */
    float bake_milliseconds;
    /**
     * Number of further levels of detail.
     * It is below att3d_generate_desc.level_count if the mesh cannot be halved so many times.
     */
    uint32_t level_count;
    /**
     * Milliseconds to remove small components, reduce the mesh to the triangle budget, make levels of
     * detail and hulls, and order the triangles.
     */
    float detail_milliseconds;
    /**
     * Number of keyframes after the first one, see att3d_morph; 0 for a mesh that is not a morph.
     */
    uint32_t target_count;
    /**
     * Number of convex hulls; see att3d_mesh_get_hull.
     */
    uint32_t hull_count;
} att3d_mesh_info;

/**
 * Gets a view of a mesh's arrays; nothing is copied. Thread-safe.
 * @param mesh The mesh; not NULL.
 * @param out_view Receives the view; not NULL; struct_size must be set.
 */
ATT3D_PUBLIC
att3d_status att3d_mesh_get_view(const struct att3d_mesh *mesh,
                                 struct att3d_mesh_view *out_view);

/**
 * Gets the size of a mesh and the cost of its generation. Thread-safe.
 * @param mesh The mesh; not NULL.
 * @param out_info Receives the information; not NULL; struct_size must be set.
 */
ATT3D_PUBLIC
att3d_status att3d_mesh_get_info(const struct att3d_mesh *mesh,
                                 struct att3d_mesh_info *out_info);

/**
 * Gets the prompt of a mesh. The prompts of a mix or a morph have " / " between them. Thread-safe.
 * @param mesh The mesh; not NULL.
 * @param out_text Receives the text in UTF-8; not NULL. The text lives as long as the mesh's handle.
 */
ATT3D_PUBLIC att3d_status att3d_mesh_get_prompt(const struct att3d_mesh *mesh, const char **out_text);

/**
 * Gets the reading of a mesh's prompt: what was understood, left out and replaced. Thread-safe.
 * The prompts of a mix or a morph have one reading together, as in att3d_latent_get_reading.
 * @param mesh The mesh; not NULL.
 * @param out_reading Receives the reading; not NULL; free it with att3d_reading_free.
 */
ATT3D_PUBLIC
att3d_status att3d_mesh_get_reading(const struct att3d_mesh *mesh,
                                    struct att3d_reading **out_reading);

/**
 * Frees a mesh. Its views become invalid.
 * @param mesh The mesh; may be NULL.
 */
ATT3D_PUBLIC void att3d_mesh_free(struct att3d_mesh *mesh);

/* ---- Textures of a mesh ------------------------------------------------------------------------ */

/**
 * Kind of texture.
 */
typedef uint32_t att3d_texture;

/**
 * Base color: sRGB red, green and blue.
 */
#define ATT3D_TEXTURE_BASE_COLOR 0

/**
 * Linear channels as in glTF: red is always 255, green is roughness, and blue is metallic.
 */
#define ATT3D_TEXTURE_ROUGHNESS_METALLIC 1

/**
 * Normals of the field's surface in tangent space, which is the frame of the mesh's normals and tangents.
 * The channels are linear: a byte of 0 is -1, and a byte of 255 is 1. Green points up in the texture.
 */
#define ATT3D_TEXTURE_NORMAL 2

/**
 * Ambient occlusion, linear, one byte per texel: 255 where nothing occludes the surface.
 */
#define ATT3D_TEXTURE_OCCLUSION 3

/**
 * View of a texture with 8 bits per channel.
 * The first texel is at the upper left corner, where u and v are 0. Texels follow row by row.
 */
typedef struct att3d_texture_view {
    /**
     * sizeof(att3d_texture_view), set by the caller.
     */
    uint32_t struct_size;
    /**
     * Width in texels.
     */
    uint32_t width;
    /**
     * Height in texels.
     */
    uint32_t height;
    /**
     * Bytes per texel: 1 for ATT3D_TEXTURE_OCCLUSION, otherwise 3.
     */
    uint32_t channels;
    /**
     * width times height times channels bytes. The array is valid as long as the mesh's handle.
     */
    const uint8_t *texels;
} att3d_texture_view;

/**
 * Gets a view of one of a mesh's textures; nothing is copied. Thread-safe.
 * Returns ATT3D_UNSUPPORTED if the mesh does not have the texture. A mesh has textures if it was generated
 * with att3d_generate_desc.texture_size or comes from att3d_paint. ATT3D_TEXTURE_ROUGHNESS_METALLIC needs a
 * model with ATT3D_CAPABILITY_MATERIALS. A mesh from att3d_paint has no normal texture and no occlusion
 * texture.
 * @param mesh The mesh; not NULL.
 * @param texture ATT3D_TEXTURE_...
 * @param out_view Receives the view; not NULL; struct_size must be set.
 */
ATT3D_PUBLIC
att3d_status att3d_mesh_get_texture(const struct att3d_mesh *mesh,
                                    att3d_texture texture,
                                    struct att3d_texture_view *out_view);

/* ---- Levels of detail, hulls and measures of a mesh -------------------------------------------- */

/**
 * View of a level of detail: fewer triangles with the same vertices as the mesh.
 */
typedef struct att3d_level_view {
    /**
     * sizeof(att3d_level_view), set by the caller.
     */
    uint32_t struct_size;
    /**
     * Number of triangles.
     */
    uint32_t triangle_count;
    /**
     * Three indices of the mesh's vertices per triangle. The array lives as long as the mesh's handle.
     */
    const uint32_t *indices;
} att3d_level_view;

/**
 * Measures of a mesh: its topology, volume and area, and the components that were removed from it.
 * Vertices at the same position count as one point, so texture seams are not boundaries.
 */
typedef struct att3d_mesh_report {
    /**
     * sizeof(att3d_mesh_report), set by the caller.
     */
    uint32_t struct_size;
    /**
     * Number of distinct vertex positions.
     */
    uint32_t point_count;
    /**
     * Number of edges with only one triangle. A closed surface has no such edge.
     */
    uint32_t boundary_edge_count;
    /**
     * Number of edges with three or more triangles, or with two triangles of which one faces
     * outward and the other inward.
     */
    uint32_t non_manifold_edge_count;
    /**
     * Number of components. No two components share a point.
     */
    uint32_t component_count;
    /**
     * Number of small components that were removed (att3d_generate_desc.min_component).
     */
    uint32_t removed_component_count;
    /**
     * Number of components that were removed because the triangle budget was too small for them.
     */
    uint32_t lost_component_count;
    /**
     * Always 0.
     */
    uint32_t reserved;
    /**
     * Enclosed volume in cubic units of object space.
     */
    double volume;
    /**
     * Surface area in square units of object space.
     */
    double area;
    /**
     * Volume of the small components that were removed, as a share of the whole volume, 0 to 1.
     */
    double removed_volume;
    /**
     * Volume of the components that the triangle budget removed, as a share of the whole volume, 0 to 1.
     */
    double lost_volume;
    /**
     * Symmetric Hausdorff distance between the mesh before and after its reduction to the triangle budget.
     * It is measured at sampled points, in units of object space. It is 0 if the mesh was not reduced.
     */
    double hausdorff;
} att3d_mesh_report;

/**
 * Gets a view of a level of detail; nothing is copied. Thread-safe.
 * Returns ATT3D_INVALID_ARGUMENT if the mesh does not have the level. att3d_mesh_info.level_count is the
 * number of levels.
 * @param mesh The mesh; not NULL.
 * @param level Number of the level, 1 to att3d_mesh_info.level_count. Level 1 has the most triangles.
 * @param out_view Receives the view; not NULL; struct_size must be set.
 */
ATT3D_PUBLIC
att3d_status att3d_mesh_get_level(const struct att3d_mesh *mesh,
                                  uint32_t level,
                                  struct att3d_level_view *out_view);

/**
 * Gets a view of one of a mesh's convex hulls; nothing is copied. Thread-safe.
 * The view has positions, in object space, and indices. Its other arrays are NULL. Returns
 * ATT3D_UNSUPPORTED if the mesh was made without att3d_generate_desc.hull_count, and ATT3D_INVALID_ARGUMENT
 * if the mesh does not have the hull. att3d_mesh_info.hull_count is the number of hulls.
 * @param mesh The mesh; not NULL.
 * @param hull Index of the hull, below att3d_mesh_info.hull_count.
 * @param out_view Receives the view; not NULL; struct_size must be set.
 */
ATT3D_PUBLIC
att3d_status att3d_mesh_get_hull(const struct att3d_mesh *mesh,
                                 uint32_t hull,
                                 struct att3d_mesh_view *out_view);

/**
 * Measures a mesh: its boundary edges, components, volume and area. Thread-safe.
 * A closed mesh has no boundary edges. The call takes some milliseconds for a large mesh.
 * @param mesh The mesh; not NULL.
 * @param out_report Receives the measures; not NULL; struct_size must be set.
 */
ATT3D_PUBLIC
att3d_status att3d_mesh_get_report(const struct att3d_mesh *mesh,
                                   struct att3d_mesh_report *out_report);

/* ---- Copies of a mesh in the layout of the caller ---------------------------------------------- */

/**
 * Number format of a vertex attribute.
 */
typedef uint32_t att3d_vertex_format;

/**
 * The attribute is not copied.
 */
#define ATT3D_VERTEX_NONE 0

/**
 * 32-bit floats: 3 for a position, normal or color, 4 for a tangent, 2 for a material or a uv.
 */
#define ATT3D_VERTEX_F32 1

/**
 * Four bytes, only for a color: sRGB red, green, blue from 0 to 255, and 255 for alpha.
 */
#define ATT3D_VERTEX_UNORM8 2

/**
 * Place of an attribute in a caller's vertex.
 */
typedef struct att3d_vertex_attribute {
    /**
     * ATT3D_VERTEX_...
     */
    att3d_vertex_format format;
    /**
     * Bytes from the start of the vertex to the attribute; not used for ATT3D_VERTEX_NONE.
     */
    uint32_t offset;
} att3d_vertex_attribute;

/**
 * Layout of a caller's vertices. An attribute whose format is ATT3D_VERTEX_NONE is not copied.
 */
typedef struct att3d_vertex_layout {
    /**
     * sizeof(att3d_vertex_layout).
     */
    uint32_t struct_size;
    /**
     * Bytes from one vertex to the next; must be set.
     */
    uint32_t stride;
    /**
     * x, y and z in object space.
     */
    struct att3d_vertex_attribute position;
    /**
     * x, y and z of the outward unit normal.
     */
    struct att3d_vertex_attribute normal;
    /**
     * x, y and z of the unit tangent, and a sign, as in att3d_mesh_view.
     */
    struct att3d_vertex_attribute tangent;
    /**
     * sRGB red, green and blue in [0, 1].
     */
    struct att3d_vertex_attribute color;
    /**
     * Metallic and roughness in [0, 1].
     */
    struct att3d_vertex_attribute material;
    /**
     * Texture coordinates u and v.
     */
    struct att3d_vertex_attribute uv;
} att3d_vertex_layout;

/**
 * Copies the vertices of a mesh into a caller's buffer, such as a mapped GPU buffer. Thread-safe.
 * Bytes between the attributes stay unchanged. Returns ATT3D_UNSUPPORTED if the layout has an attribute that
 * is NULL in the mesh's att3d_mesh_view, such as the uvs of a mesh without textures.
 * @param mesh The mesh; not NULL.
 * @param layout Layout of a vertex; not NULL; struct_size and stride must be set. Attributes must not
 * overlap.
 * @param vertices Receives att3d_mesh_view.vertex_count vertices; not NULL. No alignment is needed.
 * @param size Size of the array vertices in bytes, at least stride times the number of vertices. Returns
 * ATT3D_BUFFER_TOO_SMALL if it is less.
 */
ATT3D_PUBLIC
att3d_status att3d_mesh_copy_vertices(const struct att3d_mesh *mesh,
                                      const struct att3d_vertex_layout *layout,
                                      void *vertices,
                                      size_t size);

/**
 * Copies the triangles of a mesh or of a level of detail into a caller's index buffer. Thread-safe.
 * @param mesh The mesh; not NULL.
 * @param level 0 for the mesh itself; otherwise a level, as in att3d_mesh_get_level.
 * @param index_size Bytes per index, 2 or 4. Returns ATT3D_INVALID_ARGUMENT for 2 if the mesh has more than
 * 65536 vertices.
 * @param indices Receives three indices per triangle; not NULL. No alignment is needed.
 * @param size Size of the array indices in bytes. Returns ATT3D_BUFFER_TOO_SMALL if it is less than three
 * indices per triangle.
 */
ATT3D_PUBLIC
att3d_status att3d_mesh_copy_indices(const struct att3d_mesh *mesh,
                                     uint32_t level,
                                     uint32_t index_size,
                                     void *indices,
                                     size_t size);

/* ---- Pictures of a mesh ------------------------------------------------------------------------ */

/**
 * Options of a picture. NULL, or zero in every field after struct_size, selects the defaults.
 * The default is a three-quarter view from slightly above.
 */
typedef struct att3d_picture_desc {
    /**
     * sizeof(att3d_picture_desc).
     */
    uint32_t struct_size;
    /**
     * Width in pixels, at most 4096; 0 for 512.
     */
    uint32_t width;
    /**
     * Height in pixels, at most 4096; 0 for 512.
     */
    uint32_t height;
    /**
     * Samples along each side of a pixel, 1 to 4; 0 for 2.
     */
    uint32_t samples;
    /**
     * Degrees by which the camera moves around the vertical axis, from +Z toward +X. At 0 the camera is
     * already 30 degrees from +Z (three-quarter view), so -30 shows the front.
     */
    float turn_degrees;
    /**
     * Degrees by which the camera moves up; 0 for the three-quarter view.
     * At 0 the camera is 15 degrees above the horizon. The angle of the camera above the horizon is limited
     * to the range from -89 to 89 degrees.
     */
    float rise_degrees;
    /**
     * Progress callback.
     */
    struct att3d_progress progress;
} att3d_picture_desc;

/**
 * Draws a mesh with its materials on the threads of its context. Thread-safe.
 * It needs no window and no GPU, and returns when the picture is done. Returns ATT3D_CANCELLED if the
 * progress callback stopped the work. On failure, pixels stay unchanged.
 * @param mesh The mesh; not NULL.
 * @param desc Options; NULL for the defaults; struct_size must be set.
 * @param pixels Receives red, green, blue (sRGB) and alpha (255) per pixel, row by row from the upper left
 * corner; not NULL.
 * @param capacity Size of the array pixels in bytes, at least 4 times width times height. Returns
 * ATT3D_BUFFER_TOO_SMALL if it is less.
 */
ATT3D_PUBLIC
att3d_status att3d_mesh_draw(const struct att3d_mesh *mesh,
                             const struct att3d_picture_desc *desc,
                             uint8_t *pixels,
                             size_t capacity);

/* ---- Export of meshes -------------------------------------------------------------------------- */

/**
 * Format of an exported mesh.
 */
typedef uint32_t att3d_mesh_format;

/**
 * The format of the path's extension; ATT3D_MESH_GLB for a buffer.
 */
#define ATT3D_MESH_AUTO 0

/**
 * Binary glTF 2.0, with all data of the mesh and its provenance.
 */
#define ATT3D_MESH_GLB 1

/**
 * Wavefront OBJ with vertex colors.
 */
#define ATT3D_MESH_OBJ 2

/**
 * Stanford PLY, binary, with colors, metallic and roughness.
 */
#define ATT3D_MESH_PLY 3

/**
 * STL, binary, with geometry only.
 */
#define ATT3D_MESH_STL 4

/**
 * Point of a mesh that becomes the origin of the exported file.
 */
typedef uint32_t att3d_pivot;

/**
 * The center of the bounding box's bottom face.
 */
#define ATT3D_PIVOT_GROUND 0

/**
 * The center of the bounding box.
 */
#define ATT3D_PIVOT_CENTER 1

/**
 * The origin of object space.
 */
#define ATT3D_PIVOT_ORIGIN 2

/**
 * The origin of the shape's own space. The shape is the one that was given when the field was made.
 * The file has the position and the scale of the shape. If att3d_export_desc.size is not 0, the mesh is
 * scaled to that size, and the point att3d_shape_info.center stays in place. The call returns
 * ATT3D_INVALID_ARGUMENT if meters_per_unit is not 0. It also returns ATT3D_INVALID_ARGUMENT if the mesh was
 * made without a shape, or if the shape has no frame (att3d_shape_info.has_frame).
 */
#define ATT3D_PIVOT_SHAPE 3

/**
 * Axes of an exported file.
 */
typedef uint32_t att3d_up_axis;

/**
 * +Y up and +Z front, as in glTF.
 */
#define ATT3D_UP_Y 0

/**
 * +Z up and -Y front, as in Blender. A GLB is always ATT3D_UP_Y, so the export of a GLB returns
 * ATT3D_INVALID_ARGUMENT for ATT3D_UP_Z.
 */
#define ATT3D_UP_Z 1

/**
 * Naming convention of collision hulls in a GLB.
 */
typedef uint32_t att3d_hull_names;

/**
 * UCX_NAME for one hull, and UCX_NAME_00, UCX_NAME_01 and so on for several, for Unreal.
 * NAME is the name of the mesh in the GLB.
 */
#define ATT3D_HULL_NAMES_UNREAL 0

/**
 * NAME-convcolonly for one hull, and NAME_00-convcolonly and so on for several, for Godot.
 */
#define ATT3D_HULL_NAMES_GODOT 1

/**
 * Compresses a GLB with KHR_mesh_quantization and EXT_meshopt_compression.
 * The program that reads the file must support both extensions. The export of another format returns
 * ATT3D_INVALID_ARGUMENT with this flag.
 */
#define ATT3D_EXPORT_COMPRESS 1

/**
 * Options of an export. NULL, or zero in every field after struct_size, selects the defaults.
 */
typedef struct att3d_export_desc {
    /**
     * sizeof(att3d_export_desc).
     */
    uint32_t struct_size;
    /**
     * ATT3D_EXPORT_... flags, combined with |.
     */
    uint32_t flags;
    /**
     * ATT3D_MESH_...
     */
    att3d_mesh_format format;
    /**
     * ATT3D_PIVOT_...
     */
    att3d_pivot pivot;
    /**
     * ATT3D_UP_...
     */
    att3d_up_axis up_axis;
    /**
     * ATT3D_HULL_NAMES_...
     */
    att3d_hull_names hull_names;
    /**
     * Meters per unit of object space; 0 for the model's value.
     */
    float meters_per_unit;
    /**
     * Length of the longest side of the mesh's bounding box in meters; 0 to use meters_per_unit.
     * Only one of size and meters_per_unit may be set.
     */
    float size;
    /**
     * Duration in seconds; 0 for the default of 1 second. In a GLB of a morph, it is the time from one
     * keyframe to the next. att3d_meshes_write_file and att3d_meshes_encode show each mesh for this time.
     */
    float seconds;
} att3d_export_desc;

/**
 * Writes a mesh to a file. Thread-safe.
 * The unit is the meter. With ATT3D_PIVOT_SHAPE and a size of 0, the unit is the unit of the shape's own
 * space. +Y is up unless desc has ATT3D_UP_Z. The file is written completely or not at all. Returns ATT3D_IO
 * if it cannot be written, ATT3D_INVALID_ARGUMENT if the extension is unknown and desc has no format, and
 * ATT3D_UNSUPPORTED if the mesh is too large for the format.
 * @param mesh The mesh; not NULL.
 * @param path Path; UTF-8, NUL-terminated; not NULL. If desc has no format, the path's extension selects it:
 * .glb, .obj, .ply or .stl. A path without an extension then selects a GLB.
 * @param desc Options; NULL for the defaults; struct_size must be set.
 */
ATT3D_PUBLIC
att3d_status att3d_mesh_write_file(const struct att3d_mesh *mesh,
                                   const char *path,
                                   const struct att3d_export_desc *desc);

/**
 * Encodes a mesh into a buffer. Thread-safe.
 * Unit and axes are those of att3d_mesh_write_file. Returns ATT3D_UNSUPPORTED if the mesh is too large for
 * the format.
 * @param mesh The mesh; not NULL.
 * @param desc Options; NULL for the defaults, which give a GLB; struct_size must be set.
 * @param out_buffer Receives the contents of the file; not NULL; free it with att3d_buffer_free.
 */
ATT3D_PUBLIC
att3d_status att3d_mesh_encode(const struct att3d_mesh *mesh,
                               const struct att3d_export_desc *desc,
                               struct att3d_buffer **out_buffer);

/**
 * Writes meshes as one GLB, in which an animation shows them one after another. Thread-safe.
 * The file has only the vertex colors of the meshes, without textures. All meshes have the scale and the
 * origin of the first mesh. The file is written completely or not at all. Returns ATT3D_IO if it cannot be
 * written, and ATT3D_UNSUPPORTED if it would be too large for a GLB.
 * @param meshes `count` handles; not NULL, and no handle is NULL.
 * @param count Number of meshes, 1 to 1024.
 * @param path Path; UTF-8, NUL-terminated; not NULL. It must end with .glb or have no extension, unless the
 * format of desc is ATT3D_MESH_GLB.
 * @param desc Options; NULL for the defaults; struct_size must be set. seconds is the time for which each
 * mesh is shown.
 */
ATT3D_PUBLIC
att3d_status att3d_meshes_write_file(const struct att3d_mesh *const *meshes,
                                     size_t count,
                                     const char *path,
                                     const struct att3d_export_desc *desc);

/**
 * Encodes meshes into a buffer as att3d_meshes_write_file writes them into a file. Thread-safe.
 * Returns ATT3D_UNSUPPORTED if the result would be too large for a GLB.
 * @param meshes `count` handles; not NULL, and no handle is NULL.
 * @param count Number of meshes, 1 to 1024.
 * @param desc Options; NULL for the defaults; struct_size must be set. seconds is the time for which each
 * mesh is shown.
 * @param out_buffer Receives the GLB; not NULL; free it with att3d_buffer_free.
 */
ATT3D_PUBLIC
att3d_status att3d_meshes_encode(const struct att3d_mesh *const *meshes,
                                 size_t count,
                                 const struct att3d_export_desc *desc,
                                 struct att3d_buffer **out_buffer);

/* ---- Jobs -------------------------------------------------------------------------------------- */

/**
 * State of a job.
 */
typedef uint32_t att3d_job_state;

/**
 * The job is running.
 */
#define ATT3D_JOB_RUNNING 0

/**
 * The job is done, and at least one mesh, or the buffer, can still be taken. A job that writes a file stays
 * in this state, because it has no result to take.
 */
#define ATT3D_JOB_READY 1

/**
 * The job failed or was canceled.
 */
#define ATT3D_JOB_FAILED 2

/**
 * The whole result of the job was taken.
 */
#define ATT3D_JOB_TAKEN 3

/**
 * Waits without a time limit.
 */
#define ATT3D_FOREVER UINT32_MAX

/**
 * State and progress of a job.
 */
typedef struct att3d_job_info {
    /**
     * sizeof(att3d_job_info), set by the caller.
     */
    uint32_t struct_size;
    /**
     * ATT3D_JOB_...
     */
    att3d_job_state state;
    /**
     * Fraction of the work that is done, 0 to 1. It never falls.
     */
    float fraction;
    /**
     * Status of the failure; ATT3D_OK if the job has not failed. If it failed, att3d_job_take_mesh and
     * att3d_job_take_buffer both return this status, whether the job makes meshes, a buffer or
     * a file.
     * att3d_last_error() then returns the message.
     */
    att3d_status status;
    /**
     * Number of meshes that can be taken now.
     */
    uint32_t mesh_count;
    /**
     * Number of buffers that can be taken now, 0 or 1.
     */
    uint32_t buffer_count;
} att3d_job_info;

/**
 * Starts att3d_generate in the background. Thread-safe.
 * If the prompt cannot be understood, this call succeeds and the job fails with ATT3D_PROMPT. Returns
 * ATT3D_UNLOADED after att3d_model_unload, and ATT3D_ENGINE if no thread can be started.
 * @param model The model; not NULL.
 * @param prompt Text in UTF-8, NUL-terminated; not NULL; it is copied.
 * @param desc Options; NULL for the defaults; struct_size must be set.
 * @param out_job Receives the job; not NULL; free it with att3d_job_free.
 */
ATT3D_PUBLIC
att3d_status att3d_job_generate(const struct att3d_model *model,
                                const char *prompt,
                                const struct att3d_generate_desc *desc,
                                struct att3d_job **out_job);

/**
 * Starts att3d_generate_from_latent in the background. Thread-safe.
 * Returns ATT3D_UNLOADED after att3d_model_unload, and ATT3D_ENGINE if no thread can be started.
 * @param latent The latent; not NULL.
 * @param desc Options; NULL for the defaults; struct_size must be set.
 * @param out_job Receives the job; not NULL; free it with att3d_job_free.
 */
ATT3D_PUBLIC
att3d_status att3d_job_generate_from_latent(const struct att3d_latent *latent,
                                            const struct att3d_generate_desc *desc,
                                            struct att3d_job **out_job);

/**
 * Starts att3d_generate_from_field in the background. Thread-safe.
 * It also works after the model was unloaded. Returns ATT3D_ENGINE if no thread can be started.
 * @param field The field; not NULL.
 * @param desc Options; NULL for the defaults; struct_size must be set; seed must be 0.
 * @param out_job Receives the job; not NULL; free it with att3d_job_free.
 */
ATT3D_PUBLIC
att3d_status att3d_job_generate_from_field(const struct att3d_field *field,
                                           const struct att3d_generate_desc *desc,
                                           struct att3d_job **out_job);

/**
 * Starts att3d_generate_frames in the background. Thread-safe.
 * Each call of att3d_job_take_mesh takes the next mesh, in the order of the latents. Returns ATT3D_UNLOADED
 * after att3d_model_unload, and ATT3D_ENGINE if no thread can be started.
 * @param latents `count` handles of latents of one model; not NULL, and no handle is NULL.
 * @param count Number of latents, 1 to 1024.
 * @param desc Options of every mesh; NULL for the defaults; struct_size must be set.
 * @param out_job Receives the job; not NULL; free it with att3d_job_free.
 */
ATT3D_PUBLIC
att3d_status att3d_job_generate_frames(const struct att3d_latent *const *latents,
                                       size_t count,
                                       const struct att3d_generate_desc *desc,
                                       struct att3d_job **out_job);

/**
 * Starts att3d_morph in the background. Thread-safe.
 * Returns ATT3D_UNLOADED after att3d_model_unload, and ATT3D_ENGINE if no thread can be started.
 * @param latents `count` handles of latents of one model; not NULL, and no handle is NULL.
 * @param count Number of latents, 2 to 64.
 * @param desc Options of the first mesh; NULL for the defaults; struct_size must be set; seed must be 0.
 * @param morph Options of the morph; NULL for the defaults; struct_size must be set.
 * @param out_job Receives the job; not NULL; free it with att3d_job_free.
 */
ATT3D_PUBLIC
att3d_status att3d_job_morph(const struct att3d_latent *const *latents,
                             size_t count,
                             const struct att3d_generate_desc *desc,
                             const struct att3d_morph_desc *morph,
                             struct att3d_job **out_job);

/**
 * Starts att3d_paint in the background. Thread-safe.
 * If texture_size or a number in the mesh's arrays is not valid, this call succeeds and the job fails.
 * Invalid pointers or flags make this call fail. Returns ATT3D_ENGINE if no thread can be started.
 * @param field The field; not NULL.
 * @param surface The mesh, which is copied; not NULL; struct_size must be set; flags must be 0.
 * @param desc Options; NULL for the defaults; struct_size must be set.
 * @param out_job Receives the job; not NULL; free it with att3d_job_free.
 */
ATT3D_PUBLIC
att3d_status att3d_job_paint(const struct att3d_field *field,
                             const struct att3d_surface_desc *surface,
                             const struct att3d_paint_desc *desc,
                             struct att3d_job **out_job);

/**
 * Starts att3d_restyle in the background. att3d_job_take_buffer takes the new GLB. Thread-safe.
 * Returns ATT3D_UNLOADED after att3d_model_unload, and ATT3D_ENGINE if no thread can be started.
 * @param model The model, with ATT3D_CAPABILITY_SHAPE; not NULL.
 * @param bytes Contents of the GLB, which are copied; not NULL.
 * @param size Number of bytes.
 * @param prompt Text in UTF-8, NUL-terminated; not NULL; it is copied.
 * @param desc Options; NULL for the defaults; struct_size must be set.
 * @param out_job Receives the job; not NULL; free it with att3d_job_free.
 */
ATT3D_PUBLIC
att3d_status att3d_job_restyle(const struct att3d_model *model,
                               const void *bytes,
                               size_t size,
                               const char *prompt,
                               const struct att3d_restyle_desc *desc,
                               struct att3d_job **out_job);

/**
 * Starts att3d_restyle_file in the background. The job has no result to take. Thread-safe.
 * Returns ATT3D_UNLOADED after att3d_model_unload, and ATT3D_ENGINE if no thread can be started.
 * @param model The model, with ATT3D_CAPABILITY_SHAPE; not NULL.
 * @param path Path of the file to read; UTF-8, NUL-terminated; not NULL; it is copied.
 * @param prompt Text in UTF-8, NUL-terminated; not NULL; it is copied.
 * @param desc Options; NULL for the defaults; struct_size must be set.
 * @param out_path Path of the GLB to write; UTF-8, NUL-terminated; not NULL; it is copied.
 * @param out_job Receives the job; not NULL; free it with att3d_job_free.
 */
ATT3D_PUBLIC
att3d_status att3d_job_restyle_file(const struct att3d_model *model,
                                    const char *path,
                                    const char *prompt,
                                    const struct att3d_restyle_desc *desc,
                                    const char *out_path,
                                    struct att3d_job **out_job);

/**
 * Gets the state of a job without waiting. Thread-safe.
 * @param job The job; not NULL.
 * @param out_info Receives the state; not NULL; struct_size must be set.
 */
ATT3D_PUBLIC att3d_status att3d_job_get_info(const struct att3d_job *job, struct att3d_job_info *out_info);

/**
 * Waits until a job has ended, with or without success. Thread-safe.
 * Returns ATT3D_TIMEOUT if the time passes first, and ATT3D_BUSY inside a callback.
 * @param job The job; not NULL.
 * @param milliseconds Longest wait in milliseconds; 0 to return at once; ATT3D_FOREVER for no limit.
 */
ATT3D_PUBLIC att3d_status att3d_job_wait(const struct att3d_job *job, uint32_t milliseconds);

/**
 * Requests that a job stops, and returns immediately. Thread-safe. It may be called inside a callback.
 * The job ends with ATT3D_CANCELLED after at most 50 ms of further work, unless its work ends earlier. A
 * job that has ended does not change. A second call has no further effect.
 * @param job The job; not NULL.
 */
ATT3D_PUBLIC att3d_status att3d_job_cancel(const struct att3d_job *job);

/**
 * Takes the next mesh of a job. Most jobs make one mesh. Thread-safe.
 * Returns ATT3D_BUSY while the job runs, and the job's own status if it failed. Returns
 * ATT3D_INVALID_ARGUMENT if all meshes were taken before or the job makes no mesh.
 * @param job The job; not NULL. It must still be freed.
 * @param out_mesh Receives the mesh; not NULL; free it with att3d_mesh_free.
 */
ATT3D_PUBLIC att3d_status att3d_job_take_mesh(const struct att3d_job *job, struct att3d_mesh **out_mesh);

/**
 * Takes the buffer of a job, which is possible once. Thread-safe.
 * Returns ATT3D_BUSY while the job runs, and the job's own status if it failed. Returns
 * ATT3D_INVALID_ARGUMENT if the buffer was taken before or the job makes no buffer.
 * @param job The job; not NULL. It must still be freed.
 * @param out_buffer Receives the buffer; not NULL; free it with att3d_buffer_free.
 */
ATT3D_PUBLIC
att3d_status att3d_job_take_buffer(const struct att3d_job *job,
                                   struct att3d_buffer **out_buffer);

/**
 * Cancels a job, waits for its end and frees it. The caller must not hold a lock that the job's callbacks
 * take. Inside a callback the function does not wait. In that case, the data of the job's progress callback
 * must stay valid until att3d_progress.release is called. Without release, it must stay valid until the
 * process ends.
 * @param job The job; may be NULL.
 */
ATT3D_PUBLIC void att3d_job_free(struct att3d_job *job);

/* ---- Live sessions ----------------------------------------------------------------------------- */

/**
 * The prompt's last word was read as it is.
 */
#define ATT3D_WORD_WHOLE 0

/**
 * The last word was completed to the only known word that begins with it.
 */
#define ATT3D_WORD_COMPLETED 1

/**
 * The last word was left out, because several known words begin with it.
 */
#define ATT3D_WORD_LEFT_OUT 2

/**
 * State of a session: its newest request and its newest answer. An answer is a mesh, or a status that states
 * why there is no mesh. Texts are UTF-8, NUL-terminated, and truncated if they are too long.
 * word_state and the texts describe the newest answer.
 */
typedef struct att3d_live_info {
    /**
     * sizeof(att3d_live_info), set by the caller.
     */
    uint32_t struct_size;
    /**
     * Reason why the newest answer has no mesh.
     * ATT3D_OK if the newest answer has a mesh, or if there is no answer yet. The mesh may be that of an
     * earlier request with an equal prompt (see att3d_live_set_prompt).
     */
    att3d_status status;
    /**
     * Number of the newest request. The first request is 1; 0 means that there is no request yet.
     */
    uint64_t requested;
    /**
     * Number of the newest request that was answered; 0 if there is no answer yet.
     */
    uint64_t answered;
    /**
     * ATT3D_WORD_...
     */
    uint32_t word_state;
    /**
     * Always 0.
     */
    uint32_t reserved;
    /**
     * For ATT3D_WORD_COMPLETED, the known word to which the prompt's last word was completed.
     * For ATT3D_WORD_LEFT_OUT, the word that was left out. For ATT3D_WORD_WHOLE, an empty text.
     */
    char word[64];
    /**
     * Words that were left out of the prompt, one per line.
     */
    char left_out[256];
    /**
     * Message for status; empty for ATT3D_OK.
     */
    char message[256];
    /**
     * Words of the prompt that were replaced by known words.
     * Each line has the word of the prompt, a tab, and the known word.
     */
    char replaced[256];
    /**
     * Reading of the prompt, to show to users, such as "a green truck (left out: monster)".
     * It is empty if att3d_reading_get_understood would give "".
     */
    char understood[256];
} att3d_live_info;

/**
 * Starts a session, which waits for its first request. Thread-safe.
 * Returns ATT3D_UNLOADED after att3d_model_unload, and ATT3D_ENGINE if no thread can be started. If the
 * model is unloaded later, att3d_live_info.status is ATT3D_UNLOADED for the answers that follow.
 * @param model The model; not NULL.
 * @param desc Options of every mesh; NULL for the defaults; struct_size must be set. The progress callback
 * is not called, and its release callback is called before this function returns.
 * @param out_live Receives the session; not NULL; free it with att3d_live_free.
 */
ATT3D_PUBLIC
att3d_status att3d_live_create(const struct att3d_model *model,
                               const struct att3d_generate_desc *desc,
                               struct att3d_live **out_live);

/**
 * Requests a prompt's mesh and returns immediately. Thread-safe.
 * If an earlier request still waits, it is dropped and is never answered. With a diffusion model, the
 * request also stops the work on an earlier request. If is_typing is nonzero, the session first completes or
 * leaves out an unfinished last word (see is_typing). If the prompt then equals the prompt of the newest
 * answer, no new mesh is generated, and the mesh of that answer belongs to this request too. There are two
 * exceptions, in which a new mesh is generated: the newest answer has no mesh, or a request after that
 * answer was stopped, which happens only with diffusion models.
 * @param live The session; not NULL.
 * @param prompt Text in UTF-8, NUL-terminated; not NULL; it is copied.
 * @param is_typing Nonzero if the last word may be unfinished. The last word is used as it is if it is a
 * known word, or if no known word begins with it. If exactly one known word begins with it, it is completed
 * to that word. If several known words begin with it, it is left out. att3d_live_info.word_state states
 * which case applies.
 * @param out_request Receives the number of the request, which is 1 for the first; may be NULL.
 */
ATT3D_PUBLIC
att3d_status att3d_live_set_prompt(const struct att3d_live *live,
                                   const char *prompt,
                                   uint32_t is_typing,
                                   uint64_t *out_request);

/**
 * Requests a latent's mesh and returns immediately. Thread-safe.
 * If an earlier request still waits, it is dropped and is never answered. With a diffusion model, the
 * request also stops the work on an earlier request. Returns ATT3D_INVALID_ARGUMENT for a latent of another
 * model handle.
 * @param live The session; not NULL.
 * @param latent A latent of the session's model handle; not NULL.
 * @param out_request Receives the number of the request, which is 1 for the first; may be NULL.
 */
ATT3D_PUBLIC
att3d_status att3d_live_set_latent(const struct att3d_live *live,
                                   const struct att3d_latent *latent,
                                   uint64_t *out_request);

/**
 * Waits until the newest request is answered. Thread-safe.
 * Returns ATT3D_TIMEOUT if the time passes first, and ATT3D_BUSY inside a callback.
 * @param live The session; not NULL.
 * @param milliseconds Longest wait in milliseconds; 0 to return at once; ATT3D_FOREVER for no limit.
 */
ATT3D_PUBLIC att3d_status att3d_live_wait(const struct att3d_live *live, uint32_t milliseconds);

/**
 * Takes the newest mesh if it was not taken yet. The call does not wait for work. Thread-safe.
 * @param live The session; not NULL.
 * @param out_mesh Receives the mesh, or NULL if there is no new mesh; free it with att3d_mesh_free. out_mesh
 * itself must not be NULL.
 * @param out_request Receives the number of the request for which the mesh was generated, or 0 without a
 * mesh; may be NULL.
 */
ATT3D_PUBLIC
att3d_status att3d_live_take_mesh(const struct att3d_live *live,
                                  struct att3d_mesh **out_mesh,
                                  uint64_t *out_request);

/**
 * Gets the state of a session's answers. Thread-safe.
 * @param live The session; not NULL.
 * @param out_info Receives the state; not NULL; struct_size must be set.
 */
ATT3D_PUBLIC
att3d_status att3d_live_get_info(const struct att3d_live *live,
                                 struct att3d_live_info *out_info);

/**
 * Stops a session, waits for its end and frees it. Inside a callback the function does not wait.
 * @param live The session; may be NULL.
 */
ATT3D_PUBLIC void att3d_live_free(struct att3d_live *live);

/* ---- The program of workers -------------------------------------------------------------------- */

/**
 * Runs an engine for the process that started this process, over standard input and output, until that
 * process closes the connection. Only the program att3d-worker calls it, once; hosts set
 * att3d_context_desc.is_worker. Not thread-safe: while it runs, no other thread of the process may call it
 * or use standard input and output. Returns ATT3D_ENGINE if the connection fails, or if the input is not
 * from a host. A host of another version gets a message and the function returns ATT3D_OK. Since ABI 1.1.
 */
ATT3D_PUBLIC att3d_status att3d_worker_serve(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* ATT3D_H */
