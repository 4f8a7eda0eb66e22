// libatt3d for C++17: objects that free their handles, views without copies, and exceptions for failures.
//
// The header wraps att3d.h, and only the C library must be linked. The header needs exceptions; in Unreal, set
// bEnableExceptions in the module's build file.
//
// The names follow those of att3d.h, whose comments have the details:
//
// - att3d_X_verb is the member function X::verb, and att3d_X_get_Y is X::Y. att3d_mesh_get_level is
//   Mesh::level.
// - att3d_X_from_Y, att3d_model_load and att3d_model_describe, which make an X, are static member functions:
//   Latent::from_prompt. att3d_context_create and att3d_live_create are constructors.
// - att3d_X and att3d_job_X are the functions X and Job::X: generate waits for the mesh, and Job::generate
//   starts the same work in the background. Other functions keep their names: meshes_encode.
// - An att3d_X_desc is a struct XOptions with the library's defaults, and a constant is a value of an enum
//   class. att3d_surface_desc is the struct Surface.
//
// Rules of this interface:
//
// - Unless a function is noexcept, it throws Error with the status that att3d.h documents for the C function.
//   A text with a NUL character inside throws StatusCode::invalid_argument.
// - Classes that own a handle are movable and not copyable. An object keeps alive what it was made from, so
//   objects may be destroyed in any order. A call on an object that was moved from throws
//   StatusCode::null_argument. All const member functions are thread-safe.
// - Object space is [-1, 1] along each axis, right-handed, +Y up, +Z front. Colors are sRGB from 0 to 1.
//   Texts are UTF-8.
//
// Licensed MIT OR Apache-2.0.
#ifndef ATT3D_HPP
#define ATT3D_HPP

// The files have the order of att3d.h, except that a mesh comes before the functions that generate it.
#include "att3d/base.hpp"
#include "att3d/model.hpp"
#include "att3d/field.hpp"
#include "att3d/mesh.hpp"
#include "att3d/generate.hpp"
#include "att3d/job.hpp"

#endif // ATT3D_HPP
