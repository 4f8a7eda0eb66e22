/* libatt3d: amortized text-to-3D. A prompt becomes a coloured mesh in one forward pass.
 *
 * The rules of this interface:
 *
 * - A function returns a status; 0 is success. att3d_last_error() has the text of this thread's last failure.
 * - Outputs are written on success alone. Texts are UTF-8. No call panics, throws or exits, but
 *   where the system itself is out of memory: then the process ends. memory_limit guards against it.
 * - Structs begin with struct_size: set it to sizeof, and leave everything else zero for the default.
 * - Handles are opaque. What is made of a handle keeps it alive, so they may be freed in any order; freeing NULL does
 *   nothing. A handle must not be used while, or after, another thread frees it.
 * - const handles may be used by many threads at once: all functions but the _free ones are thread-safe.
 * - Callbacks run on the library's threads or on the caller's. They may call the library; where a call would have to wait
 *   for other work there, it returns ATT3D_BUSY. They must not throw or longjmp, nor take a lock that the host holds
 *   while it calls the library.
 * - A context works on one thing at a time, in the order of asking: generating, sampling and making fields wait for their
 *   turn. A context of its own (att3d_context_create) keeps quick questions apart from long work.
 * - Jobs and live sessions work in the background: att3d_job_start..., att3d_live_create and att3d_live_set_... return
 *   at once. att3d_generate..., att3d_latent_..., att3d_field_..., att3d_mesh_draw, att3d_restyle_file, loading a model
 *   and writing a file return when their work is done. att3d_job_wait, att3d_live_wait, att3d_job_free, att3d_live_free
 *   and att3d_context_free may block until a job has ended. The others do not wait for other work.
 * - After fork() the child process has no threads of the library. In the child, every function that is given a handle
 *   of the parent returns ATT3D_FORKED, freeing such a handle does nothing, and a new context works.
 * - The library installs no signal handler. No function of the library may be called from a signal handler.
 * - The shared library stays loaded until the process ends (NODELETE): dlclose() returns, and its threads stay valid.
 * - A thread that calls the library needs 64 KiB of stack. The library's own threads have what they need.
 * - Programs that link the static library on Windows define ATT3D_STATIC before they include this header.
 *
 * Made by cbindgen out of src/capi; change it there. Licensed MIT OR Apache-2.0.
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


/**
 * The ABI's major number: programs compiled against another one must not call on.
 */
#define ATT3D_ABI_MAJOR 0

/**
 * The ABI's minor number: it rises when functions or fields are added.
 */
#define ATT3D_ABI_MINOR 8

/**
 * It takes a shape beside the prompt.
 */
#define ATT3D_CAPABILITY_SHAPE 1

/**
 * It predicts metallic and roughness; colour is always there.
 */
#define ATT3D_CAPABILITY_MATERIALS 2

/**
 * It makes several meshes of one prompt, by seed.
 */
#define ATT3D_CAPABILITY_SEEDS 4

/**
 * It has a list of known words (att3d_model_get_words); others spell any word out of pieces.
 */
#define ATT3D_CAPABILITY_WORDS 8

/**
 * A shape is given beside the prompt, so that a change alone ("made of gold") is enough.
 */
#define ATT3D_READ_CHANGE 1

/**
 * The surface stands anywhere and is of any size: it is moved and scaled into object space. What is made of the shape can be put in its
 * place by ATT3D_EXPORT_PLACE_OF_SHAPE. Since 0.7.
 */
#define ATT3D_SURFACE_FIT 1

/**
 * The values are signed distances, negative inside; the surface is where they are iso_level.
 */
#define ATT3D_FIELD_SIGNED_DISTANCE 1

/**
 * The values are densities; inside is where they are above iso_level.
 */
#define ATT3D_FIELD_DENSITY 2

/**
 * By the path's ending; ATT3D_MESH_GLB for a buffer.
 */
#define ATT3D_MESH_AUTO 0

/**
 * Binary glTF 2.0: all that the mesh has, and where it came from.
 */
#define ATT3D_MESH_GLB 1

/**
 * Wavefront OBJ with vertex colours.
 */
#define ATT3D_MESH_OBJ 2

/**
 * Stanford PLY, binary, with colours, metallic and roughness.
 */
#define ATT3D_MESH_PLY 3

/**
 * STL, binary: the shape alone.
 */
#define ATT3D_MESH_STL 4

/**
 * Leaves the origin of object space where it is, instead of the ground under the mesh's middle.
 */
#define ATT3D_EXPORT_KEEP_PIVOT 1

/**
 * Makes the middle of the mesh the origin, instead of the ground under it. Since 0.5.
 */
#define ATT3D_EXPORT_PIVOT_CENTRE 2

/**
 * +Z up, -Y front, as in Blender, instead of +Y up, +Z front; not for a GLB. Since 0.5.
 */
#define ATT3D_EXPORT_UP_Z 4

/**
 * Names the hull as Godot knows it, NAME-convcolonly, instead of Unreal's UCX_NAME. Since 0.6.
 */
#define ATT3D_EXPORT_GODOT 8

/**
 * Makes a GLB smaller by KHR_mesh_quantization and EXT_meshopt_compression; its reader must know both. Since 0.7.
 */
#define ATT3D_EXPORT_COMPRESS 32

/**
 * Puts a mesh where the shape stood that it was made with, at its scale or, where the description has a size, at that about the shape's
 * middle; not with another pivot or metres_per_unit. ATT3D_INVALID_ARGUMENT for a mesh of a prompt alone, or of a shape that was given in object space. Since 0.7.
 */
#define ATT3D_EXPORT_PLACE_OF_SHAPE 16

/**
 * Asks every point of the grid instead of those near the surface; slow, the mesh is the same.
 */
#define ATT3D_GENERATE_DENSE 1

/**
 * Makes a convex hull around the mesh, for collisions: att3d_mesh_get_hull. Since 0.6.
 */
#define ATT3D_GENERATE_HULL 2

/**
 * Keeps every component of the surface, however small: without it, components of less than min_component of the volume are removed.
 * Since 0.8.
 */
#define ATT3D_GENERATE_ALL_COMPONENTS 4

/**
 * Makes new texture coordinates though the file has some.
 */
#define ATT3D_RESTYLE_UNWRAP 1

/**
 * It works.
 */
#define ATT3D_JOB_RUNNING 0

/**
 * Its mesh can be taken.
 */
#define ATT3D_JOB_READY 1

/**
 * It failed, or was cancelled.
 */
#define ATT3D_JOB_FAILED 2

/**
 * Its mesh was taken.
 */
#define ATT3D_JOB_TAKEN 3

/**
 * As long as it takes.
 */
#define ATT3D_FOREVER UINT32_MAX

/**
 * The prompt's last word was read as it stands.
 */
#define ATT3D_WORD_WHOLE 0

/**
 * It was completed to the only known word that begins so.
 */
#define ATT3D_WORD_COMPLETED 1

/**
 * It was left out, since several known words begin so.
 */
#define ATT3D_WORD_LEFT_OUT 2

/**
 * An engine with its threads, into which models are loaded. Thread-safe.
 */
typedef struct att3d_context att3d_context;

/**
 * Signed distance or density, colour and material at any point. Thread-safe.
 */
typedef struct att3d_field att3d_field;

/**
 * A mesh being made. Thread-safe.
 */
typedef struct att3d_job att3d_job;

/**
 * A prompt's embedding. Thread-safe.
 */
typedef struct att3d_latent att3d_latent;

/**
 * Makes the newest request's mesh, again and again, and keeps its buffers. Thread-safe.
 */
typedef struct att3d_live att3d_live;

/**
 * A triangle mesh, closed, coloured. It never changes, so it is thread-safe.
 */
typedef struct att3d_mesh att3d_mesh;

/**
 * A package on a context's engine. Thread-safe.
 */
typedef struct att3d_model att3d_model;

/**
 * What is understood of a prompt. Thread-safe. Since 0.8.
 */
typedef struct att3d_reading att3d_reading;

/**
 * A surface's points, for models with ATT3D_CAPABILITY_SHAPE. Thread-safe.
 */
typedef struct att3d_shape att3d_shape;

/**
 * What became of a call. 0 is success; att3d_last_error() has the text of all others.
 */
typedef int32_t att3d_status;

/**
 * A kind of device.
 */
typedef uint32_t att3d_device;

/**
 * What runs the networks.
 */
typedef uint32_t att3d_engine;

/**
 * A device that a context can run on.
 */
typedef struct att3d_device_info {
    /**
     * sizeof(att3d_device_info), set by the caller.
     */
    uint32_t struct_size;
    /**
     * ATT3D_DEVICE_..., never AUTO.
     */
    att3d_device device;
    /**
     * Which of several.
     */
    uint32_t device_index;
    /**
     * Threads that it runs by default.
     */
    uint32_t thread_count;
    /**
     * A name for people; NUL-terminated UTF-8.
     */
    char name[64];
    /**
     * ATT3D_ENGINE_..., never AUTO. Since 0.3.
     */
    att3d_engine engine;
} att3d_device_info;

/**
 * What networks are computed in.
 */
typedef uint32_t att3d_precision;

/**
 * How a context is made. NULL and all zero are the default.
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
     * Which of several CUDA devices; 0 for others.
     */
    uint32_t device_index;
    /**
     * Threads to work with; 0 for one a processor. libtorch on the CPU has one number for its whole process.
     */
    uint32_t thread_count;
    /**
     * ATT3D_ENGINE_... Since 0.3.
     */
    att3d_engine engine;
    /**
     * ATT3D_PRECISION_... Since 0.3.
     */
    att3d_precision precision;
    /**
     * 1: the engine runs in a process of its own, by the command att3d beside this library: a crash of the engine or too little memory end that
     * process, not this one. Packages are parsed and prompts are read in this process, within fixed bounds on memory and time. 0: all of
     * it in this process. Since 0.3.
     */
    uint32_t is_worker;
    /**
     * 0.
     */
    uint32_t reserved;
    /**
     * Bytes that a field's intermediate values may take on a CUDA device; 0 for 256 MiB. On the CPU they take a few. Since 0.5.
     */
    uint64_t field_memory;
} att3d_context_desc;

/**
 * What a context runs on.
 */
typedef struct att3d_context_info {
    /**
     * sizeof(att3d_context_info), set by the caller.
     */
    uint32_t struct_size;
    /**
     * ATT3D_DEVICE_..., never AUTO.
     */
    att3d_device device;
    /**
     * Which of several.
     */
    uint32_t device_index;
    /**
     * Threads that it runs.
     */
    uint32_t thread_count;
    /**
     * Bytes that its models, latents and buffers hold in the embedded engine; fields and meshes are not counted, nor are the weights of the
     * bundled model, which all contexts of a process share. On CUDA, bytes that libtorch holds in its process, all users together; 0 for
     * libtorch on the CPU, which nobody counts.
     */
    uint64_t memory_in_use;
    /**
     * ATT3D_ENGINE_..., never AUTO. Since 0.3.
     */
    att3d_engine engine;
    /**
     * ATT3D_PRECISION_... Since 0.3.
     */
    att3d_precision precision;
    /**
     * 1 for a process of its own. Since 0.3.
     */
    uint32_t is_worker;
    /**
     * 0.
     */
    uint32_t reserved;
    /**
     * Free bytes of the device; 0 where it is not known. Since 0.3.
     */
    uint64_t memory_free;
    /**
     * Bytes of the device; 0 where it is not known. Since 0.3.
     */
    uint64_t memory_total;
} att3d_context_info;

/**
 * What a line is about.
 */
typedef uint32_t att3d_log_level;

/**
 * Hears of log lines, on any thread, several at once. message: UTF-8, until the callback returns. It may call the
 * library, but must not wait for it, and no exception may leave it.
 */
typedef void (*att3d_log_fn)(void *user, att3d_log_level level, const char *message);

/**
 * Takes back what a user pointer points to: called once, on any thread, when its callback is not called any more. It may
 * call the library, but must not wait for it, and no exception may leave it.
 */
typedef void (*att3d_release_fn)(void *user);

/**
 * What a model is and can do.
 */
typedef struct att3d_model_info {
    /**
     * sizeof(att3d_model_info), set by the caller.
     */
    uint32_t struct_size;
    /**
     * The package's format.
     */
    uint32_t format_version;
    /**
     * ATT3D_CAPABILITY_..., or-ed.
     */
    uint32_t capabilities;
    /**
     * Known words; 0 without ATT3D_CAPABILITY_WORDS.
     */
    uint32_t word_count;
    /**
     * Tokens that a prompt may have, with its start and end.
     */
    uint32_t context_length;
    /**
     * Metres for one unit of object space, which is 2 units wide.
     */
    float metres_per_unit;
    /**
     * Numbers in the package.
     */
    uint64_t parameter_count;
} att3d_model_info;

/**
 * A mesh of the caller's. Since 0.7.
 */
typedef struct att3d_surface_desc {
    /**
     * sizeof(att3d_surface_desc).
     */
    uint32_t struct_size;
    /**
     * ATT3D_SURFACE_..., or-ed.
     */
    uint32_t flags;
    /**
     * Not NULL; vertex_count times x, y, z, finite.
     */
    const float *positions;
    /**
     * vertex_count times x, y, z, outward, of any length; NULL for the triangles' own.
     */
    const float *normals;
    /**
     * vertex_count times sRGB red, green, blue in [0, 1]; NULL where they are not known.
     */
    const float *colors;
    /**
     * vertex_count times u, v, to the right and down from an image's upper left corner, where pictures repeat; NULL for none. A shape has no use
     * for them.
     */
    const float *uvs;
    /**
     * Not NULL; three a triangle, counter-clockwise from outside, each below vertex_count.
     */
    const uint32_t *indices;
    /**
     * Vertices.
     */
    size_t vertex_count;
    /**
     * Triangles; at least 1.
     */
    size_t triangle_count;
} att3d_surface_desc;

/**
 * What a shape is. Since 0.7.
 */
typedef struct att3d_shape_info {
    /**
     * sizeof(att3d_shape_info), set by the caller.
     */
    uint32_t struct_size;
    /**
     * Points that a model is given.
     */
    uint32_t point_count;
    /**
     * How much of it is to be kept: 0 nothing, 1 all.
     */
    float keep;
    /**
     * 1 where it was moved and scaled into object space, by the two fields that follow.
     */
    uint32_t has_frame;
    /**
     * What became the origin of object space, in the shape's own space.
     */
    float centre[3];
    /**
     * Units of the shape's own space for one unit of object space.
     */
    float units;
} att3d_shape_info;

/**
 * What a field's values mean.
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
     * The surface's value.
     */
    float iso_level;
    /**
     * 1 where metallic and roughness are predicted; they are 0 and 1 elsewhere.
     */
    uint32_t has_materials;
    /**
     * The lowest corner of the box that holds the object, object space.
     */
    float minimum[3];
    /**
     * The highest corner.
     */
    float maximum[3];
} att3d_field_info;

/**
 * What is asked of a field at points. What is NULL is not computed.
 */
typedef struct att3d_sample_desc {
    /**
     * sizeof(att3d_sample_desc).
     */
    uint32_t struct_size;
    /**
     * 0.
     */
    uint32_t reserved;
    /**
     * One signed distance or density a point.
     */
    float *values;
    /**
     * Three a point.
     */
    float *gradients;
    /**
     * sRGB red, green, blue in [0, 1] of each point.
     */
    float *colors;
    /**
     * Metallic and roughness in [0, 1] of each point.
     */
    float *materials;
} att3d_sample_desc;

/**
 * A mesh's arrays, in object space: [-1, 1] along each axis, right-handed, +Y up, +Z front; triangles counter-clockwise
 * seen from outside. All pointers live as long as the mesh's handle; an array that the mesh lacks is NULL.
 */
typedef struct att3d_mesh_view {
    /**
     * sizeof(att3d_mesh_view), set by the caller.
     */
    uint32_t struct_size;
    /**
     * Vertices.
     */
    uint32_t vertex_count;
    /**
     * Triangles.
     */
    uint32_t triangle_count;
    /**
     * 0.
     */
    uint32_t reserved;
    /**
     * vertex_count times x, y, z.
     */
    const float *positions;
    /**
     * vertex_count times x, y, z; unit length, outward.
     */
    const float *normals;
    /**
     * vertex_count times sRGB red, green, blue in [0, 1].
     */
    const float *colors;
    /**
     * vertex_count times metallic, roughness in [0, 1].
     */
    const float *materials;
    /**
     * vertex_count times u, v, to the right and down from the images' upper left corner; NULL without texture_size.
     */
    const float *uvs;
    /**
     * triangle_count times three vertices.
     */
    const uint32_t *indices;
    /**
     * vertex_count times x, y, z of unit length, along which u grows, and the sign by which the cross product of normal and tangent is the direction
     * in which the image goes up; NULL without texture_size. Since 0.6.
     */
    const float *tangents;
} att3d_mesh_view;

/**
 * What a mesh cost, and how large it is.
 */
typedef struct att3d_mesh_info {
    /**
     * sizeof(att3d_mesh_info), set by the caller.
     */
    uint32_t struct_size;
    /**
     * Cells per axis that it was found in.
     */
    uint32_t resolution;
    /**
     * The lowest corner of its bounding box, object space.
     */
    float minimum[3];
    /**
     * The highest corner.
     */
    float maximum[3];
    /**
     * Milliseconds from tokens to latent; 0 where a latent or a field was given.
     */
    float text_milliseconds;
    /**
     * Milliseconds from latent to field.
     */
    float generator_milliseconds;
    /**
     * Milliseconds from field to triangles and normals.
     */
    float surface_milliseconds;
    /**
     * Milliseconds for colours and materials.
     */
    float texture_milliseconds;
    /**
     * Points at which the field's value was asked.
     */
    uint64_t point_evaluations;
    /**
     * Points at which its gradient was asked.
     */
    uint64_t gradient_evaluations;
    /**
     * Texels along a side of its textures; 0 for none. Since 0.5.
     */
    uint32_t texture_size;
    /**
     * Pieces that its surface was cut into for them. Since 0.5.
     */
    uint32_t chart_count;
    /**
     * Root mean square stretch of the textures over the surface; 1 is none, 0 without textures. Since 0.5.
     */
    float stretch;
    /**
     * Texels a unit of object space. Since 0.5.
     */
    float texels_per_unit;
    /**
     * Milliseconds for cutting and packing. Since 0.5.
     */
    float unwrap_milliseconds;
    /**
     * Milliseconds for asking the field at the texels. Since 0.5.
     */
    float bake_milliseconds;
    /**
     * Further levels of detail that it has: fewer than were asked for where its shape cannot be halved that often. Since 0.6.
     */
    uint32_t level_count;
    /**
     * Milliseconds for the budget, levels of detail, the hull and the order of triangles. Since 0.6.
     */
    float detail_milliseconds;
    /**
     * Further keyframes that it has: att3d_mesh_get_target. Since 0.6.
     */
    uint32_t target_count;
    /**
     * 0. Since 0.6.
     */
    uint32_t reserved;
    /**
     * Hulls that it has: att3d_mesh_get_hull_at. Since 0.8.
     */
    uint32_t hull_count;
    /**
     * 0. Since 0.8.
     */
    uint32_t reserved_too;
} att3d_mesh_info;

/**
 * What an image holds.
 */
typedef uint32_t att3d_texture;

/**
 * An image of 8 bits a channel, row by row from the upper left corner, where u and v are 0. Since 0.5.
 */
typedef struct att3d_texture_view {
    /**
     * sizeof(att3d_texture_view), set by the caller.
     */
    uint32_t struct_size;
    /**
     * Texels from left to right.
     */
    uint32_t width;
    /**
     * Texels from top to bottom.
     */
    uint32_t height;
    /**
     * Bytes a texel: 3, and 1 of ATT3D_TEXTURE_OCCLUSION.
     */
    uint32_t channels;
    /**
     * width times height times channels; lives as long as the mesh's handle.
     */
    const uint8_t *texels;
} att3d_texture_view;

/**
 * A level of detail: the mesh's vertices in fewer triangles. Since 0.6.
 */
typedef struct att3d_level_view {
    /**
     * sizeof(att3d_level_view), set by the caller.
     */
    uint32_t struct_size;
    /**
     * Triangles.
     */
    uint32_t triangle_count;
    /**
     * triangle_count times three vertices of the mesh; lives as long as the mesh's handle.
     */
    const uint32_t *indices;
} att3d_level_view;

/**
 * What a mesh measures, as assets are judged. Vertices at one place count as one: seams of textures are no borders. Since 0.6.
 */
typedef struct att3d_mesh_report {
    /**
     * sizeof(att3d_mesh_report), set by the caller.
     */
    uint32_t struct_size;
    /**
     * Places where there is a vertex.
     */
    uint32_t point_count;
    /**
     * Edges of one triangle alone: a closed surface has none.
     */
    uint32_t boundary_edge_count;
    /**
     * Edges of three triangles or more, or whose triangles disagree which side is out.
     */
    uint32_t non_manifold_edge_count;
    /**
     * Pieces that share no point.
     */
    uint32_t component_count;
    /**
     * 0.
     */
    uint32_t reserved;
    /**
     * Enclosed volume, cubic units of object space.
     */
    double volume;
    /**
     * Surface, square units of object space.
     */
    double area;
    /**
     * Small components that were removed (att3d_generate_desc.min_component). Since 0.8.
     */
    uint32_t removed_component_count;
    /**
     * Components that were removed because the triangle budget had no triangles for them. Since 0.8.
     */
    uint32_t lost_component_count;
    /**
     * Share of the volume, 0 to 1, of the small components that were removed. Since 0.8.
     */
    double removed_volume;
    /**
     * Share of the volume, 0 to 1, of the components that the triangle budget cost. Since 0.8.
     */
    double lost_volume;
    /**
     * Symmetric Hausdorff distance between the mesh and what it was before its triangle budget, in units of object space, measured at sampled
     * points; 0 without a budget. Since 0.8.
     */
    double hausdorff;
} att3d_mesh_report;

/**
 * How a picture is taken. NULL and all zero are the default: a three-quarter view from a little above. Since 0.7.
 */
typedef struct att3d_picture_desc {
    /**
     * sizeof(att3d_picture_desc).
     */
    uint32_t struct_size;
    /**
     * Pixels a row, to 4096; 0 for 512.
     */
    uint32_t width;
    /**
     * Rows, to 4096; 0 for 512.
     */
    uint32_t height;
    /**
     * Samples along each side of a pixel, 1 to 4; 0 for 2.
     */
    uint32_t samples;
    /**
     * Degrees by which the camera is moved about the vertical axis from the three-quarter view, to the right.
     */
    float turn_degrees;
    /**
     * Degrees by which it is moved up from there.
     */
    float rise_degrees;
} att3d_picture_desc;

/**
 * How a mesh is exported. NULL and all zero are the default.
 */
typedef struct att3d_export_desc {
    /**
     * sizeof(att3d_export_desc).
     */
    uint32_t struct_size;
    /**
     * ATT3D_MESH_...
     */
    uint32_t format;
    /**
     * ATT3D_EXPORT_..., or-ed.
     */
    uint32_t flags;
    /**
     * Metres for one unit of object space; 0 for the model's own.
     */
    float metres_per_unit;
    /**
     * Metres of the mesh's longest side; 0 to go by metres_per_unit. Since 0.5.
     */
    float size;
    /**
     * Seconds from one keyframe to the next in a GLB that has several; 0 for 1. Since 0.6.
     */
    float seconds;
} att3d_export_desc;

/**
 * Hears of progress: fraction rises from 0 to 1. Called on the library's threads or the caller's, never twice at once for
 * one call, at most every 5 ms and at its end. Nonzero stops the work. It may call the library (the rules
 * are above), and no exception may leave it.
 */
typedef uint32_t (*att3d_progress_fn)(void *user, float fraction);

/**
 * How a mesh is made. NULL and all zero are the default.
 */
typedef struct att3d_generate_desc {
    /**
     * sizeof(att3d_generate_desc).
     */
    uint32_t struct_size;
    /**
     * Cells along each side of the box that the mesh is found in, 2 to 1024; 0 for 128.
     */
    uint32_t resolution;
    /**
     * ATT3D_GENERATE_..., or-ed.
     */
    uint32_t flags;
    /**
     * 0.
     */
    uint32_t reserved;
    /**
     * Which variant of the prompt: 0 is the plain answer, every other number one of its own, the same each time; a job or a session with others fails later where the model has none. Others than 0 are
     * ATT3D_UNSUPPORTED without ATT3D_CAPABILITY_SEEDS, and ATT3D_INVALID_ARGUMENT for a latent or a field.
     */
    uint64_t seed;
    /**
     * Most bytes that surface extraction may hold; 0 for 2 GiB.
     */
    uint64_t memory_limit;
    /**
     * NULL for none.
     */
    att3d_progress_fn progress;
    /**
     * Handed to progress; must stay valid until progress_release is called with it, or, without one, until the call
     * returns or the job has ended.
     */
    void *progress_user;
    /**
     * Called once for each call that is given this description, with progress_user, when progress is not called any more:
     * at the latest when the job's thread ends, also where that call fails, unless the description could not be read
     * (struct_size out of range, or desc not aligned). NULL for none.
     */
    att3d_release_fn progress_release;
    /**
     * Texels along a side of the textures that the mesh gets, 64 to 4096; its surface is cut into charts for them, so that
     * vertices at seams are there several times. 0 for none. Since 0.5.
     */
    uint32_t texture_size;
    /**
     * 0. Since 0.5.
     */
    uint32_t reserved_too;
    /**
     * Most triangles, 4 and more; 0 for all that are found. The surface stays closed; att3d_mesh_report says what the budget cost the
     * shape. A budget that the shape cannot be reduced to is refused with a count that it can be reduced to. Since 0.6.
     */
    uint32_t triangle_budget;
    /**
     * Further levels of detail, each of half the triangles of the one before, at most 8: att3d_mesh_get_level. Since 0.6.
     */
    uint32_t level_count;
    /**
     * Share of the volume, 0 to 1, below which a component of the surface is removed before anything else is made of the mesh; 0 for 0.001.
     * ATT3D_GENERATE_ALL_COMPONENTS keeps all. Since 0.8.
     */
    float min_component;
    /**
     * Most vertices of each hull of ATT3D_GENERATE_HULL, 8 to 255; 0 for 32. Since 0.8.
     */
    uint32_t hull_vertex_count;
    /**
     * Most hulls of ATT3D_GENERATE_HULL, 1 to 64; 0 for 1, the hull of the whole mesh. Of several, each component of the surface has one, and
     * a component far from convex one for each of its parts: att3d_mesh_get_hull_at. Since 0.8.
     */
    uint32_t hull_count;
    /**
     * 0. Since 0.8.
     */
    uint32_t reserved_third;
} att3d_generate_desc;

/**
 * How a mesh is moved from keyframe to keyframe. NULL and all zero are the default. Since 0.6.
 */
typedef struct att3d_morph_desc {
    /**
     * sizeof(att3d_morph_desc).
     */
    uint32_t struct_size;
    /**
     * Fields between one keyframe and the next, at most 1000; 0 for 16.
     */
    uint32_t step_count;
    /**
     * How far parts of a keyframe's shape may stay from the moved mesh, beyond what the first mesh is from its own shape; object space; 0 for 0.02.
     */
    float bound;
} att3d_morph_desc;

/**
 * A mesh's vertices at a further keyframe, in object space. All pointers live as long as the mesh's handle. Since 0.6.
 */
typedef struct att3d_target_view {
    /**
     * sizeof(att3d_target_view), set by the caller.
     */
    uint32_t struct_size;
    /**
     * Vertices: as many as the mesh has.
     */
    uint32_t vertex_count;
    /**
     * Mean distance of the vertices from the keyframe's surface.
     */
    float mean_residual;
    /**
     * What all but a hundredth of the keyframe's surface lies nearer to the moved mesh than.
     */
    float uncovered;
    /**
     * What all but a hundredth of the moved mesh's triangles have their middles nearer to the keyframe's surface than.
     */
    float astray;
    /**
     * Share of the moved mesh's surface that faces inwards: it has folded.
     */
    float folded;
    /**
     * The keyframe's prompt; UTF-8, NUL-terminated.
     */
    const char *name;
    /**
     * vertex_count times x, y, z.
     */
    const float *positions;
    /**
     * vertex_count times x, y, z; unit length, outward.
     */
    const float *normals;
    /**
     * vertex_count times sRGB red, green, blue in [0, 1].
     */
    const float *colors;
} att3d_target_view;

/**
 * Where a job is.
 */
typedef struct att3d_job_info {
    /**
     * sizeof(att3d_job_info), set by the caller.
     */
    uint32_t struct_size;
    /**
     * ATT3D_JOB_...
     */
    uint32_t state;
    /**
     * How much is done, 0 to 1, never falling.
     */
    float fraction;
    /**
     * Why it failed; ATT3D_OK in other states. att3d_job_take_mesh has the text.
     */
    att3d_status status;
} att3d_job_info;

/**
 * What a session did with the newest request that it answered. Texts are UTF-8, NUL-terminated, cut where they are
 * longer.
 */
typedef struct att3d_live_info {
    /**
     * sizeof(att3d_live_info), set by the caller.
     */
    uint32_t struct_size;
    /**
     * Why the newest answer is no mesh; ATT3D_OK where it is one, or where the mesh before it still is the answer.
     */
    att3d_status status;
    /**
     * The number of the newest request; the first is 1.
     */
    uint64_t requested;
    /**
     * The number of the newest request that was answered.
     */
    uint64_t answered;
    /**
     * ATT3D_WORD_...
     */
    uint32_t word_state;
    /**
     * 0.
     */
    uint32_t reserved;
    /**
     * The word completed to, or the word left out.
     */
    char word[64];
    /**
     * Words of the prompt that the model does not know, a line each.
     */
    char unknown_words[256];
    /**
     * The text that goes with status.
     */
    char message[256];
    /**
     * Words of the prompt that were read as known ones, a line each: the word, a tab, the known word. Since 0.4.
     */
    char replaced_words[256];
    /**
     * What was understood of the prompt where that differs from it, for people: "a green truck (left out: monster)". Empty where it
     * does not differ. Since 0.8.
     */
    char understood[256];
} att3d_live_info;

/**
 * It worked.
 */
#define ATT3D_OK 0

/**
 * A pointer that must not be NULL is.
 */
#define ATT3D_NULL_ARGUMENT 1

/**
 * A value, a size or a text is not what it may be.
 */
#define ATT3D_INVALID_ARGUMENT 2

/**
 * The prompt is empty, too long, or holds no word that the model knows.
 */
#define ATT3D_PROMPT 3

/**
 * The system refused to read or write a file.
 */
#define ATT3D_IO 4

/**
 * A package is damaged, or of another version.
 */
#define ATT3D_FORMAT 5

/**
 * This build, this device or this model cannot do it.
 */
#define ATT3D_UNSUPPORTED 6

/**
 * It would hold more memory than it may.
 */
#define ATT3D_OUT_OF_MEMORY 7

/**
 * The engine failed, or the system gave no thread.
 */
#define ATT3D_ENGINE 8

/**
 * Nothing crosses the surface's threshold: there is no mesh.
 */
#define ATT3D_EMPTY_SURFACE 9

/**
 * The caller asked for it to stop.
 */
#define ATT3D_CANCELLED 10

/**
 * It works still; or a callback tried to wait.
 */
#define ATT3D_BUSY 11

/**
 * The model was unloaded.
 */
#define ATT3D_UNLOADED 12

/**
 * The time that a call may wait is over; what it waited for goes on.
 */
#define ATT3D_TIMEOUT 13

/**
 * The buffer is too small; the size that is needed was written.
 */
#define ATT3D_BUFFER_TOO_SMALL 14

/**
 * A defect of the library, caught; it works on.
 */
#define ATT3D_INTERNAL 15

/**
 * The handle was made before a fork, in the parent process. Since 0.8.
 */
#define ATT3D_FORKED 16

/**
 * The work was done in another way than asked.
 */
#define ATT3D_LOG_WARNING 1

/**
 * Something was loaded or unloaded.
 */
#define ATT3D_LOG_INFO 2

/**
 * The best device that is there.
 */
#define ATT3D_DEVICE_AUTO 0

/**
 * The processor.
 */
#define ATT3D_DEVICE_CPU 1

/**
 * A CUDA device.
 */
#define ATT3D_DEVICE_CUDA 2

/**
 * libtorch where there is a CUDA device for it, else the embedded engine.
 */
#define ATT3D_ENGINE_AUTO 0

/**
 * The engine in this library, on the CPU.
 */
#define ATT3D_ENGINE_EMBEDDED 1

/**
 * libtorch, by the module libatt3d_torch beside this library.
 */
#define ATT3D_ENGINE_TORCH 2

/**
 * 32 bits.
 */
#define ATT3D_PRECISION_F32 0

/**
 * 16 bits, 8 of them significant: libtorch alone.
 */
#define ATT3D_PRECISION_BF16 1

/**
 * 16 bits, 11 of them significant: libtorch alone.
 */
#define ATT3D_PRECISION_F16 2

/**
 * sRGB red, green, blue.
 */
#define ATT3D_TEXTURE_BASE_COLOR 0

/**
 * As glTF packs them, linear: 255, roughness, metallic.
 */
#define ATT3D_TEXTURE_ROUGHNESS_METALLIC 1

/**
 * The normals of the field's surface in the frame of the mesh's normals and tangents, linear: from -1 (0) to 1 (255), green up the
 * image. Since 0.6.
 */
#define ATT3D_TEXTURE_NORMAL 2

/**
 * How open to light, linear, one byte a texel: 255 where all of the sky is seen. Since 0.6.
 */
#define ATT3D_TEXTURE_OCCLUSION 3

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The text of the last call of this thread that returned a status: "" after a success. Never NULL; holds until this
 * thread's next call.
 */
ATT3D_PUBLIC
const char *att3d_last_error(void);

/**
 * A status's name, such as "ATT3D_INVALID_ARGUMENT"; "unknown" for a number that is none. Static; never NULL.
 * Thread-safe.
 */
ATT3D_PUBLIC const char *att3d_status_name(att3d_status status);

/**
 * The ABI of this library, `major << 16 | minor`. A program runs with any library of its header's ATT3D_ABI_MAJOR and
 * of at least its ATT3D_ABI_MINOR. Thread-safe.
 */
ATT3D_PUBLIC
uint32_t att3d_abi_version(void);

/**
 * The library's version, such as "0.1.0". Static; never NULL. Thread-safe.
 */
ATT3D_PUBLIC const char *att3d_version(void);

/**
 * Writes how many devices there are. Opens libtorch where its module is beside this library. Thread-safe.
 * @param out_count not NULL.
 */
ATT3D_PUBLIC att3d_status att3d_device_count(uint32_t *out_count);

/**
 * Describes a device. Thread-safe.
 * @param index below att3d_device_count.
 * @param out_info not NULL; struct_size set.
 */
ATT3D_PUBLIC att3d_status att3d_device_get_info(uint32_t index, struct att3d_device_info *out_info);

/**
 * Makes a context: starts its threads. Thread-safe.
 * @param desc NULL for the default; struct_size set.
 * @param out_context not NULL; free with att3d_context_free.
 */
ATT3D_PUBLIC
att3d_status att3d_context_create(const struct att3d_context_desc *desc,
                                  struct att3d_context **out_context);

/**
 * Frees a context. What was made with it keeps what it needs alive, and goes on working.
 * @param context NULL is allowed.
 */
ATT3D_PUBLIC void att3d_context_free(struct att3d_context *context);

/**
 * Describes a context and counts its memory. Thread-safe.
 * @param context not NULL.
 * @param out_info not NULL; struct_size set.
 */
ATT3D_PUBLIC
att3d_status att3d_context_get_info(const struct att3d_context *context,
                                    struct att3d_context_info *out_info);

/**
 * Gives back the memory that is only kept for the next call. Thread-safe.
 * @param context not NULL.
 */
ATT3D_PUBLIC att3d_status att3d_context_trim(const struct att3d_context *context);

/**
 * Sets where log lines go, or nowhere. Once it returns, the callback before it is not called any more. ATT3D_BUSY inside
 * a callback. Thread-safe.
 * @param context not NULL.
 * @param callback NULL for none.
 * @param user handed to the callback; may be NULL; must stay valid until it is released.
 * @param release called with user when another callback is set, or all that was made with the context is freed; not
 * where this call fails, and not for a NULL callback. NULL for none.
 */
ATT3D_PUBLIC
att3d_status att3d_context_set_log(const struct att3d_context *context,
                                   att3d_log_fn callback,
                                   void *user,
                                   att3d_release_fn release);

/**
 * Loads a package: an .att3d file or a folder. Thread-safe.
 * @param context not NULL.
 * @param path UTF-8, NUL-terminated, not NULL.
 * @param out_model not NULL; free with att3d_model_free.
 */
ATT3D_PUBLIC
att3d_status att3d_model_load_file(const struct att3d_context *context,
                                   const char *path,
                                   struct att3d_model **out_model);

/**
 * Loads a package from the bytes of an .att3d file; they are copied. Thread-safe.
 * @param context not NULL.
 * @param bytes not NULL; `size` bytes.
 * @param out_model not NULL; free with att3d_model_free.
 */
ATT3D_PUBLIC
att3d_status att3d_model_load_memory(const struct att3d_context *context,
                                     const void *bytes,
                                     size_t size,
                                     struct att3d_model **out_model);

/**
 * Loads the model that is inside the library. ATT3D_UNSUPPORTED where it was built without. Thread-safe.
 * @param context not NULL.
 * @param out_model not NULL; free with att3d_model_free.
 */
ATT3D_PUBLIC
att3d_status att3d_model_load_bundled(const struct att3d_context *context,
                                      struct att3d_model **out_model);

/**
 * Frees a model. What was made with it keeps what it needs alive, and goes on working.
 * @param model NULL is allowed.
 */
ATT3D_PUBLIC void att3d_model_free(struct att3d_model *model);

/**
 * Lets go of a model's weights though latents, jobs and sessions still name it: what runs is finished, what is asked
 * later gets ATT3D_UNLOADED. Fields and meshes work on. Thread-safe.
 * @param model not NULL; still to be freed.
 */
ATT3D_PUBLIC
att3d_status att3d_model_unload(const struct att3d_model *model);

/**
 * Describes a model. Thread-safe.
 * @param model not NULL.
 * @param out_info not NULL; struct_size set.
 */
ATT3D_PUBLIC
att3d_status att3d_model_get_info(const struct att3d_model *model,
                                  struct att3d_model_info *out_info);

/**
 * A model's name. Thread-safe.
 * @param model not NULL.
 * @param out_text not NULL; UTF-8, lives as long as the model's handle.
 */
ATT3D_PUBLIC att3d_status att3d_model_get_name(const struct att3d_model *model, const char **out_text);

/**
 * A model's licence, as an SPDX expression. Thread-safe.
 * @param model not NULL.
 * @param out_text not NULL; UTF-8, lives as long as the model's handle.
 */
ATT3D_PUBLIC att3d_status att3d_model_get_license(const struct att3d_model *model, const char **out_text);

/**
 * A short hash of a model's package, for provenance: equal digests make equal meshes. Thread-safe.
 * @param model not NULL.
 * @param out_text not NULL; hexadecimal, lives as long as the model's handle.
 */
ATT3D_PUBLIC att3d_status att3d_model_get_digest(const struct att3d_model *model, const char **out_text);

/**
 * The words that a model knows, a line each; "" where it spells any word out of pieces. Thread-safe.
 * @param model not NULL.
 * @param out_text not NULL; UTF-8, lives as long as the model's handle.
 */
ATT3D_PUBLIC att3d_status att3d_model_get_words(const struct att3d_model *model, const char **out_text);

/**
 * What a model knows, in order, a line a phrase: the group, a tab, the phrase ("furniture", "chair"); "" where its package
 * does not say. Thread-safe.
 * @param model not NULL.
 * @param out_text not NULL; UTF-8, lives as long as the model's handle.
 */
ATT3D_PUBLIC
att3d_status att3d_model_get_word_groups(const struct att3d_model *model,
                                         const char **out_text);

/**
 * Reads a prompt. ATT3D_PROMPT where it names no thing that the model knows; the error's text suggests things of near meaning. Thread-safe.
 * Since 0.8.
 * @param model not NULL.
 * @param prompt UTF-8, NUL-terminated, not NULL.
 * @param flags ATT3D_READ_..., or-ed.
 * @param out_reading not NULL; free with att3d_reading_free.
 */
ATT3D_PUBLIC
att3d_status att3d_model_read(const struct att3d_model *model,
                              const char *prompt,
                              uint32_t flags,
                              struct att3d_reading **out_reading);

/**
 * Frees a reading.
 * @param reading NULL is allowed.
 */
ATT3D_PUBLIC void att3d_reading_free(struct att3d_reading *reading);

/**
 * The phrase that the model encodes: "a green truck". The prompt itself for models without word groups. Thread-safe. Since 0.8.
 * @param reading not NULL.
 * @param out_text not NULL; UTF-8, lives as long as the reading's handle.
 */
ATT3D_PUBLIC
att3d_status att3d_reading_get_phrase(const struct att3d_reading *reading,
                                      const char **out_text);

/**
 * The thing, as the model's package names it: "truck"; "" where a change alone was read. Thread-safe. Since 0.8.
 * @param reading not NULL.
 * @param out_text not NULL; UTF-8, lives as long as the reading's handle.
 */
ATT3D_PUBLIC
att3d_status att3d_reading_get_thing(const struct att3d_reading *reading,
                                     const char **out_text);

/**
 * What is said about the thing, as the model's package names it, a line each: "green", "with roof"; "" for nothing. Thread-safe. Since 0.8.
 * @param reading not NULL.
 * @param out_text not NULL; UTF-8, lives as long as the reading's handle.
 */
ATT3D_PUBLIC
att3d_status att3d_reading_get_attributes(const struct att3d_reading *reading,
                                          const char **out_text);

/**
 * Words that were left out, as they were typed, a line each; "" for none. Thread-safe. Since 0.8.
 * @param reading not NULL.
 * @param out_text not NULL; UTF-8, lives as long as the reading's handle.
 */
ATT3D_PUBLIC
att3d_status att3d_reading_get_left_out(const struct att3d_reading *reading,
                                        const char **out_text);

/**
 * Words that were read as known ones, a line each: the word, a tab, the known word; "" for none. Thread-safe. Since 0.8.
 * @param reading not NULL.
 * @param out_text not NULL; UTF-8, lives as long as the reading's handle.
 */
ATT3D_PUBLIC
att3d_status att3d_reading_get_replaced(const struct att3d_reading *reading,
                                        const char **out_text);

/**
 * One line for people where the phrase differs from the prompt: "a green truck (left out: monster)"; "" where it does not. Thread-safe.
 * Since 0.8.
 * @param reading not NULL.
 * @param out_text not NULL; UTF-8, lives as long as the reading's handle.
 */
ATT3D_PUBLIC
att3d_status att3d_reading_get_understood(const struct att3d_reading *reading,
                                          const char **out_text);

/**
 * Encodes prompts, all in one batch. On failure none is made. Thread-safe.
 * @param model not NULL.
 * @param prompts not NULL; `count` texts, UTF-8, NUL-terminated, none NULL.
 * @param count 1 to 1024.
 * @param out_latents not NULL; room for `count` handles; free each with att3d_latent_free.
 */
ATT3D_PUBLIC
att3d_status att3d_latent_from_prompts(const struct att3d_model *model,
                                       const char *const *prompts,
                                       size_t count,
                                       struct att3d_latent **out_latents);

/**
 * Encodes one prompt. Thread-safe.
 * @param model not NULL.
 * @param prompt UTF-8, NUL-terminated, not NULL.
 * @param out_latent not NULL; free with att3d_latent_free.
 */
ATT3D_PUBLIC
att3d_status att3d_latent_from_prompt(const struct att3d_model *model,
                                      const char *prompt,
                                      struct att3d_latent **out_latent);

/**
 * Encodes one prompt, varied by a seed: 0 is the plain prompt, every other number a variant, the same each time: part of the way to a
 * prompt that says more; the plain prompt too where it leaves nothing open. Others than 0 are ATT3D_UNSUPPORTED without ATT3D_CAPABILITY_SEEDS. Thread-safe. Since 0.7.
 * @param model not NULL.
 * @param prompt UTF-8, NUL-terminated, not NULL.
 * @param seed which variant.
 * @param out_latent not NULL; free with att3d_latent_free.
 */
ATT3D_PUBLIC
att3d_status att3d_latent_from_variant(const struct att3d_model *model,
                                       const char *prompt,
                                       uint64_t seed,
                                       struct att3d_latent **out_latent);

/**
 * Mixes latents of one model: the sum of weight times latent. This is interpolation. Thread-safe.
 * @param latents not NULL; `count` handles, none NULL.
 * @param weights not NULL; `count` numbers from -1000 to 1000, which should sum to 1.
 * @param count 1 to 1024.
 * @param out_latent not NULL; free with att3d_latent_free.
 */
ATT3D_PUBLIC
att3d_status att3d_latent_mix(const struct att3d_latent *const *latents,
                              const float *weights,
                              size_t count,
                              struct att3d_latent **out_latent);

/**
 * The prompt's words that were left out, a line each; "" for none. Thread-safe.
 * @param latent not NULL.
 * @param out_text not NULL; UTF-8, lives as long as the latent's handle.
 */
ATT3D_PUBLIC
att3d_status att3d_latent_get_unknown_words(const struct att3d_latent *latent,
                                            const char **out_text);

/**
 * The prompt's words that the model read as ones that it knows, a line each: the word, a tab, the known word; "" for none.
 * Thread-safe.
 * @param latent not NULL.
 * @param out_text not NULL; UTF-8, lives as long as the latent's handle.
 */
ATT3D_PUBLIC
att3d_status att3d_latent_get_replaced_words(const struct att3d_latent *latent,
                                             const char **out_text);

/**
 * Frees a latent. What was made with it keeps what it needs alive.
 * @param latent NULL is allowed.
 */
ATT3D_PUBLIC void att3d_latent_free(struct att3d_latent *latent);

/**
 * Makes a shape of points on its surface; they are copied. Thread-safe.
 * @param points not NULL; `count` times x, y, z in object space, each from -1000 to 1000.
 * @param count at least 1.
 * @param out_shape not NULL; free with att3d_shape_free.
 */
ATT3D_PUBLIC
att3d_status att3d_shape_from_points(const float *points,
                                     size_t count,
                                     struct att3d_shape **out_shape);

/**
 * Makes a shape of a mesh: 4,096 points of its surface, evenly by area, the same each time. Thread-safe.
 * @param positions not NULL; `vertex_count` times x, y, z in object space, each from -1000 to 1000.
 * @param indices not NULL; three a triangle, each below vertex_count.
 * @param triangle_count at least 1.
 * @param out_shape not NULL; free with att3d_shape_free.
 */
ATT3D_PUBLIC
att3d_status att3d_shape_from_triangles(const float *positions,
                                        size_t vertex_count,
                                        const uint32_t *indices,
                                        size_t triangle_count,
                                        struct att3d_shape **out_shape);

/**
 * Makes a shape of a mesh, with its normals and colours: 4,096 points of its surface, evenly by area, the same each time. All
 * of it is to be kept, unless att3d_shape_with_keep says otherwise. Thread-safe. Since 0.7.
 * @param surface not NULL; struct_size set.
 * @param out_shape not NULL; free with att3d_shape_free.
 */
ATT3D_PUBLIC
att3d_status att3d_shape_from_surface(const struct att3d_surface_desc *surface,
                                      struct att3d_shape **out_shape);

/**
 * Makes a shape of all that a GLB's scene shows, moved and scaled into object space (ATT3D_SURFACE_FIT). ATT3D_FORMAT where it is
 * damaged, ATT3D_UNSUPPORTED where it holds what is not read (geometry compressed by Draco, buffers outside of the file). Thread-safe. Since 0.7.
 * @param bytes not NULL; the file's.
 * @param size how many.
 * @param out_shape not NULL; free with att3d_shape_free.
 */
ATT3D_PUBLIC
att3d_status att3d_shape_from_glb(const void *bytes,
                                  size_t size,
                                  struct att3d_shape **out_shape);

/**
 * Makes the same shape with another share of it to be kept. Its points are shared, not copied. Thread-safe. Since 0.7.
 * @param shape not NULL.
 * @param keep 0 for the prompt's own shape, to 1 for this one.
 * @param out_shape not NULL; free with att3d_shape_free.
 */
ATT3D_PUBLIC
att3d_status att3d_shape_with_keep(const struct att3d_shape *shape,
                                   float keep,
                                   struct att3d_shape **out_shape);

/**
 * Describes a shape. Thread-safe. Since 0.7.
 * @param shape not NULL.
 * @param out_info not NULL; struct_size set.
 */
ATT3D_PUBLIC
att3d_status att3d_shape_get_info(const struct att3d_shape *shape,
                                  struct att3d_shape_info *out_info);

/**
 * Frees a shape. Fields made with it work on.
 * @param shape NULL is allowed.
 */
ATT3D_PUBLIC void att3d_shape_free(struct att3d_shape *shape);

/**
 * Makes fields of latents of one model, up to 8 in a forward pass. On failure none is made. Thread-safe.
 * @param latents not NULL; `count` handles, none NULL.
 * @param count 1 to 1024; each holds about 4 MB.
 * @param shape given to all of them; NULL for none. ATT3D_UNSUPPORTED without ATT3D_CAPABILITY_SHAPE.
 * @param out_fields not NULL; room for `count` handles; free each with att3d_field_free.
 */
ATT3D_PUBLIC
att3d_status att3d_field_from_latents(const struct att3d_latent *const *latents,
                                      size_t count,
                                      const struct att3d_shape *shape,
                                      struct att3d_field **out_fields);

/**
 * Makes a field of one latent. Thread-safe.
 * @param latent not NULL.
 * @param shape NULL for none. ATT3D_UNSUPPORTED without ATT3D_CAPABILITY_SHAPE.
 * @param out_field not NULL; free with att3d_field_free.
 */
ATT3D_PUBLIC
att3d_status att3d_field_from_latent(const struct att3d_latent *latent,
                                     const struct att3d_shape *shape,
                                     struct att3d_field **out_field);

/**
 * Describes a field. Thread-safe.
 * @param field not NULL.
 * @param out_info not NULL; struct_size set.
 */
ATT3D_PUBLIC
att3d_status att3d_field_get_info(const struct att3d_field *field,
                                  struct att3d_field_info *out_info);

/**
 * Asks a field at points: for collision, voxels, particles. Points outside the box get what the border has. Where the
 * networks fail (ATT3D_FORMAT, ATT3D_ENGINE, ATT3D_BUSY, ATT3D_INTERNAL), what the outputs hold is not defined. Thread-safe.
 * @param field not NULL.
 * @param points not NULL; `count` times x, y, z in object space, finite.
 * @param desc what is asked; not NULL; struct_size set.
 */
ATT3D_PUBLIC
att3d_status att3d_field_sample(const struct att3d_field *field,
                                const float *points,
                                size_t count,
                                const struct att3d_sample_desc *desc);

/**
 * Frees a field.
 * @param field NULL is allowed.
 */
ATT3D_PUBLIC void att3d_field_free(struct att3d_field *field);

/**
 * Shows a mesh's arrays; nothing is copied. Thread-safe.
 * @param mesh not NULL.
 * @param out_view not NULL; struct_size set.
 */
ATT3D_PUBLIC
att3d_status att3d_mesh_get_view(const struct att3d_mesh *mesh,
                                 struct att3d_mesh_view *out_view);

/**
 * Tells what a mesh cost, and how large it is. Thread-safe.
 * @param mesh not NULL.
 * @param out_info not NULL; struct_size set.
 */
ATT3D_PUBLIC
att3d_status att3d_mesh_get_info(const struct att3d_mesh *mesh,
                                 struct att3d_mesh_info *out_info);

/**
 * The prompt that a mesh was made of; several, with " / " between, for a mix. Thread-safe.
 * @param mesh not NULL.
 * @param out_text not NULL; UTF-8, lives as long as the mesh's handle.
 */
ATT3D_PUBLIC att3d_status att3d_mesh_get_prompt(const struct att3d_mesh *mesh, const char **out_text);

/**
 * The prompt's words that the model does not know and left out, a line each; "" for none. Thread-safe.
 * @param mesh not NULL.
 * @param out_text not NULL; UTF-8, lives as long as the mesh's handle.
 */
ATT3D_PUBLIC att3d_status att3d_mesh_get_unknown_words(const struct att3d_mesh *mesh, const char **out_text);

/**
 * The prompt's words that the model read as ones that it knows, a line each: the word, a tab, the known word; "" for none.
 * Thread-safe.
 * @param mesh not NULL.
 * @param out_text not NULL; UTF-8, lives as long as the mesh's handle.
 */
ATT3D_PUBLIC
att3d_status att3d_mesh_get_replaced_words(const struct att3d_mesh *mesh,
                                           const char **out_text);

/**
 * Frees a mesh; its views are void.
 * @param mesh NULL is allowed.
 */
ATT3D_PUBLIC void att3d_mesh_free(struct att3d_mesh *mesh);

/**
 * Shows one of a mesh's textures; nothing is copied. ATT3D_UNSUPPORTED for one that the mesh lacks: it was made without
 * texture_size, or its model knows no metal. Thread-safe. Since 0.5.
 * @param mesh not NULL.
 * @param texture ATT3D_TEXTURE_...
 * @param out_view not NULL; struct_size set.
 */
ATT3D_PUBLIC
att3d_status att3d_mesh_get_texture(const struct att3d_mesh *mesh,
                                    att3d_texture texture,
                                    struct att3d_texture_view *out_view);

/**
 * Shows a further level of detail; nothing is copied. ATT3D_INVALID_ARGUMENT for one that the mesh lacks:
 * att3d_mesh_info.level_count says how many it has. Thread-safe. Since 0.6.
 * @param mesh not NULL.
 * @param level 1 for the first after the mesh itself.
 * @param out_view not NULL; struct_size set.
 */
ATT3D_PUBLIC
att3d_status att3d_mesh_get_level(const struct att3d_mesh *mesh,
                                  uint32_t level,
                                  struct att3d_level_view *out_view);

/**
 * Shows the convex hull around a mesh, of several the first, in the mesh's space: positions and indices, the other arrays are NULL.
 * Nothing is copied. ATT3D_UNSUPPORTED for a mesh that was made without ATT3D_GENERATE_HULL. Thread-safe. Since 0.6.
 * @param mesh not NULL.
 * @param out_view not NULL; struct_size set.
 */
ATT3D_PUBLIC
att3d_status att3d_mesh_get_hull(const struct att3d_mesh *mesh,
                                 struct att3d_mesh_view *out_view);

/**
 * Shows one of a mesh's convex hulls, as att3d_mesh_get_hull does. ATT3D_INVALID_ARGUMENT for one that the mesh lacks:
 * att3d_mesh_info.hull_count says how many it has. Thread-safe. Since 0.8.
 * @param mesh not NULL.
 * @param hull 0 for the first, that of the largest part.
 * @param out_view not NULL; struct_size set.
 */
ATT3D_PUBLIC
att3d_status att3d_mesh_get_hull_at(const struct att3d_mesh *mesh,
                                    uint32_t hull,
                                    struct att3d_mesh_view *out_view);

/**
 * Measures a mesh: is it closed, in how many pieces, how large. Takes some milliseconds for a large one. Thread-safe. Since 0.6.
 * @param mesh not NULL.
 * @param out_report not NULL; struct_size set.
 */
ATT3D_PUBLIC
att3d_status att3d_mesh_get_report(const struct att3d_mesh *mesh,
                                   struct att3d_mesh_report *out_report);

/**
 * Draws a mesh in what it wears, on the threads of the context that made it; no window and no GPU. Thread-safe. Since 0.7.
 * @param mesh not NULL.
 * @param desc NULL for the default; struct_size set.
 * @param pixels width times height times red, green, blue (sRGB) and alpha (255), row by row from the upper left corner; not NULL.
 * @param capacity the bytes at pixels: four a pixel, or more; ATT3D_BUFFER_TOO_SMALL for fewer.
 */
ATT3D_PUBLIC
att3d_status att3d_mesh_draw(const struct att3d_mesh *mesh,
                             const struct att3d_picture_desc *desc,
                             uint8_t *pixels,
                             size_t capacity);

/**
 * Writes a mesh to a file, in metres, +Y up unless desc says otherwise: whole, or not at all. Thread-safe.
 * @param mesh not NULL.
 * @param path UTF-8, NUL-terminated, not NULL; ends with .glb, .obj, .ply or .stl, or without
 * an ending for a GLB, unless desc has a format.
 * @param desc NULL for the default; struct_size set.
 */
ATT3D_PUBLIC
att3d_status att3d_mesh_write_file(const struct att3d_mesh *mesh,
                                   const char *path,
                                   const struct att3d_export_desc *desc);

/**
 * Encodes a mesh into a buffer, in metres, +Y up. With a NULL buffer it only tells the size; where the buffer is too small,
 * ATT3D_BUFFER_TOO_SMALL, it tells the size too. Thread-safe.
 * @param mesh not NULL.
 * @param desc NULL for a GLB; struct_size set.
 * @param buffer `capacity` bytes; NULL to ask for the size.
 * @param out_size the bytes needed; not NULL.
 */
ATT3D_PUBLIC
att3d_status att3d_mesh_encode(const struct att3d_mesh *mesh,
                               const struct att3d_export_desc *desc,
                               void *buffer,
                               size_t capacity,
                               size_t *out_size);

/**
 * Makes a mesh of a prompt; returns when it is made. Thread-safe.
 * @param model not NULL.
 * @param prompt UTF-8, NUL-terminated, not NULL.
 * @param desc NULL for the default; struct_size set.
 * @param out_mesh not NULL; free with att3d_mesh_free.
 */
ATT3D_PUBLIC
att3d_status att3d_generate(const struct att3d_model *model,
                            const char *prompt,
                            const struct att3d_generate_desc *desc,
                            struct att3d_mesh **out_mesh);

/**
 * Makes a mesh of a latent; returns when it is made. Thread-safe.
 * @param latent not NULL.
 * @param desc NULL for the default; struct_size set.
 * @param out_mesh not NULL; free with att3d_mesh_free.
 */
ATT3D_PUBLIC
att3d_status att3d_generate_from_latent(const struct att3d_latent *latent,
                                        const struct att3d_generate_desc *desc,
                                        struct att3d_mesh **out_mesh);

/**
 * Makes a mesh of a field; returns when it is made. Works though the model was unloaded. Thread-safe.
 * @param field not NULL.
 * @param desc NULL for the default; struct_size set.
 * @param out_mesh not NULL; free with att3d_mesh_free.
 */
ATT3D_PUBLIC
att3d_status att3d_generate_from_field(const struct att3d_field *field,
                                       const struct att3d_generate_desc *desc,
                                       struct att3d_mesh **out_mesh);

/**
 * Makes the first latent's mesh, and moves its vertices to the surface of each further one: att3d_mesh_get_target. A GLB of such a mesh has
 * a morph target for each, and an animation through them; colours and textures stay the first latent's there. ATT3D_UNSUPPORTED where a shape cannot be reached so. Returns when it is made.
 * Thread-safe. Since 0.6.
 * @param latents not NULL; `count` handles of one model, none NULL.
 * @param count 2 to 64.
 * @param desc how the first mesh is made; NULL for the default; struct_size set.
 * @param morph NULL for the default; struct_size set.
 * @param out_mesh not NULL; free with att3d_mesh_free.
 */
ATT3D_PUBLIC
att3d_status att3d_generate_morph(const struct att3d_latent *const *latents,
                                  size_t count,
                                  const struct att3d_generate_desc *desc,
                                  const struct att3d_morph_desc *morph,
                                  struct att3d_mesh **out_mesh);

/**
 * Shows a mesh's vertices at a further keyframe; nothing is copied. ATT3D_INVALID_ARGUMENT for one that the mesh lacks:
 * att3d_mesh_info.target_count says how many it has. Thread-safe. Since 0.6.
 * @param mesh not NULL.
 * @param target 0 for the second keyframe: the first is the mesh itself.
 * @param out_view not NULL; struct_size set.
 */
ATT3D_PUBLIC
att3d_status att3d_mesh_get_target(const struct att3d_mesh *mesh,
                                   uint32_t target,
                                   struct att3d_target_view *out_view);

/**
 * Writes meshes as one GLB that shows them one after another, by an animation, with the colours of their vertices and nothing else that they
 * have: whole, or not at all. They stand where the first one stands.
 * Thread-safe. Since 0.6.
 * @param meshes not NULL; `count` handles, none NULL.
 * @param count 1 to 1024.
 * @param path UTF-8, NUL-terminated, not NULL; ends with .glb, or without an ending.
 * @param desc its seconds are those that each mesh is shown for; NULL for the default; struct_size set.
 */
ATT3D_PUBLIC
att3d_status att3d_meshes_write_frames(const struct att3d_mesh *const *meshes,
                                       size_t count,
                                       const char *path,
                                       const struct att3d_export_desc *desc);

/**
 * Puts a field's colours on a mesh of the caller's: textures, asked of the field at that mesh's surface. The result has the same vertices and
 * triangles in the same order where the mesh has texture coordinates; else some are made, and vertices at their seams are there several times.
 * Thread-safe. Since 0.7.
 * @param field not NULL; for a mesh that is to be kept, made with its shape, all of it kept (att3d_shape_with_keep 1).
 * @param surface not NULL; struct_size set; in the space of the field's shape, where that was fitted, else in object space; flags 0.
 * @param desc of which texture_size (0 for 1024) and progress are used; NULL for the default; struct_size set.
 * @param out_mesh in object space; not NULL; free with att3d_mesh_free.
 */
ATT3D_PUBLIC
att3d_status att3d_field_paint(const struct att3d_field *field,
                               const struct att3d_surface_desc *surface,
                               const struct att3d_generate_desc *desc,
                               struct att3d_mesh **out_mesh);

/**
 * Writes a GLB file with a prompt's colors on the geometry of a glTF file: the meshes, texture coordinates, skins, morph targets and
 * animations stay byte for byte, and materials get new base colors, metallic and roughness. The log says what else the materials lose, such
 * as transparency or emission. Primitives without texture coordinates get some. The file is written whole, or not at all; the two paths may
 * be the same. Returns when it is written. Thread-safe. Since 0.7; reads .gltf files since 0.8.
 * @param model not NULL; with ATT3D_CAPABILITY_SHAPE.
 * @param path the file to read: a .glb, or a .gltf with its files beside it; UTF-8, NUL-terminated, not NULL.
 * @param prompt UTF-8, NUL-terminated, not NULL.
 * @param desc of which texture_size (0 for 1024) and progress are used; NULL for the default; struct_size set.
 * @param flags ATT3D_RESTYLE_..., or-ed.
 * @param out_path the GLB to write; UTF-8, NUL-terminated, not NULL.
 */
ATT3D_PUBLIC
att3d_status att3d_restyle_file(const struct att3d_model *model,
                                const char *path,
                                const char *prompt,
                                const struct att3d_generate_desc *desc,
                                uint32_t flags,
                                const char *out_path);

/**
 * Starts to make a mesh of a prompt. A prompt that cannot be read is the job's failure, not this call's. Thread-safe.
 * @param model not NULL.
 * @param prompt UTF-8, NUL-terminated, not NULL; copied.
 * @param desc NULL for the default; struct_size set.
 * @param out_job not NULL; free with att3d_job_free.
 */
ATT3D_PUBLIC
att3d_status att3d_job_start(const struct att3d_model *model,
                             const char *prompt,
                             const struct att3d_generate_desc *desc,
                             struct att3d_job **out_job);

/**
 * Starts to make a mesh of a latent. Thread-safe.
 * @param latent not NULL.
 * @param desc NULL for the default; struct_size set.
 * @param out_job not NULL; free with att3d_job_free.
 */
ATT3D_PUBLIC
att3d_status att3d_job_start_latent(const struct att3d_latent *latent,
                                    const struct att3d_generate_desc *desc,
                                    struct att3d_job **out_job);

/**
 * Starts to make a mesh of a field. Works though the model was unloaded. Thread-safe.
 * @param field not NULL.
 * @param desc NULL for the default; struct_size set.
 * @param out_job not NULL; free with att3d_job_free.
 */
ATT3D_PUBLIC
att3d_status att3d_job_start_field(const struct att3d_field *field,
                                   const struct att3d_generate_desc *desc,
                                   struct att3d_job **out_job);

/**
 * Tells where a job is, without waiting. Thread-safe.
 * @param job not NULL.
 * @param out_info not NULL; struct_size set.
 */
ATT3D_PUBLIC att3d_status att3d_job_get_info(const struct att3d_job *job, struct att3d_job_info *out_info);

/**
 * Waits until a job has ended, well or not. ATT3D_TIMEOUT when the time is over first, ATT3D_BUSY inside a callback.
 * Thread-safe.
 * @param job not NULL.
 * @param milliseconds ATT3D_FOREVER for as long as it takes.
 */
ATT3D_PUBLIC
att3d_status att3d_job_wait(const struct att3d_job *job,
                            uint32_t milliseconds);

/**
 * Asks a job to stop: within 50 ms of work it ends with ATT3D_CANCELLED. What has ended stays as it is; asking twice is
 * asking once. Thread-safe, also in callbacks.
 * @param job not NULL.
 */
ATT3D_PUBLIC
att3d_status att3d_job_cancel(const struct att3d_job *job);

/**
 * Takes a job's mesh, once. ATT3D_BUSY while it runs; the job's own failure where it failed. Thread-safe.
 * @param job not NULL; still to be freed.
 * @param out_mesh not NULL; free with att3d_mesh_free.
 */
ATT3D_PUBLIC att3d_status att3d_job_take_mesh(const struct att3d_job *job, struct att3d_mesh **out_mesh);

/**
 * Frees a job: cancels it and waits for its end, so the caller must hold no lock that its callbacks take. In a callback it
 * does not wait: what its progress callback needs must then live until progress_release.
 * @param job NULL is allowed.
 */
ATT3D_PUBLIC
void att3d_job_free(struct att3d_job *job);

/**
 * Starts a session; it waits for its first request. After att3d_model_unload its answers are ATT3D_UNLOADED. Thread-safe.
 * @param model not NULL.
 * @param desc of every mesh; NULL for the default; struct_size set. Its progress callback is not called.
 * @param out_live not NULL; free with att3d_live_free.
 */
ATT3D_PUBLIC
att3d_status att3d_live_create(const struct att3d_model *model,
                               const struct att3d_generate_desc *desc,
                               struct att3d_live **out_live);

/**
 * Asks for a prompt's mesh, instead of what still waits. Returns at once. A prompt that reads as the one answered before is
 * answered without a new mesh: the mesh before it is the answer. Thread-safe.
 * @param live not NULL.
 * @param prompt UTF-8, NUL-terminated, not NULL; copied.
 * @param is_typing nonzero: the last word may still grow. A known word stands; the beginning of one known word is
 * completed; the beginning of several is left out; att3d_live_get_info tells which.
 * @param out_request the request's number, the first is 1; NULL for none.
 */
ATT3D_PUBLIC
att3d_status att3d_live_set_prompt(const struct att3d_live *live,
                                   const char *prompt,
                                   uint32_t is_typing,
                                   uint64_t *out_request);

/**
 * Asks for a latent's mesh, instead of what still waits. Returns at once. Thread-safe.
 * @param live not NULL.
 * @param latent of the session's model; not NULL.
 * @param out_request the request's number, the first is 1; NULL for none.
 */
ATT3D_PUBLIC
att3d_status att3d_live_set_latent(const struct att3d_live *live,
                                   const struct att3d_latent *latent,
                                   uint64_t *out_request);

/**
 * Waits until the newest request is answered. ATT3D_TIMEOUT when the time is over first, ATT3D_BUSY inside a callback.
 * Thread-safe.
 * @param live not NULL.
 * @param milliseconds ATT3D_FOREVER for as long as it takes.
 */
ATT3D_PUBLIC
att3d_status att3d_live_wait(const struct att3d_live *live,
                             uint32_t milliseconds);

/**
 * Takes the newest mesh, if there is one that was not taken yet; else writes NULL. Never waits. Thread-safe.
 * @param live not NULL.
 * @param out_mesh not NULL; free with att3d_mesh_free.
 * @param out_request the number of the request that the mesh answers, 0 without one; NULL for none.
 */
ATT3D_PUBLIC
att3d_status att3d_live_take_mesh(const struct att3d_live *live,
                                  struct att3d_mesh **out_mesh,
                                  uint64_t *out_request);

/**
 * Tells how far a session's answers are. Thread-safe.
 * @param live not NULL.
 * @param out_info not NULL; struct_size set.
 */
ATT3D_PUBLIC
att3d_status att3d_live_get_info(const struct att3d_live *live,
                                 struct att3d_live_info *out_info);

/**
 * Frees a session: stops it and waits for its end. In a callback it does not wait.
 * @param live NULL is allowed.
 */
ATT3D_PUBLIC void att3d_live_free(struct att3d_live *live);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* ATT3D_H */
