/* A library with the names of att3d, for the tests of the binding. FAKE_ABI is the version that it states.
 * FAKE_FUNCTIONS, if it is defined, gives it all functions; nothing calls them.
 * Licensed MIT OR Apache-2.0. */
#include <stdint.h>

#ifdef FAKE_ABI
uint32_t att3d_abi_version(void) { return FAKE_ABI; }
const char *att3d_version(void) { return "0.0.0-fake"; }
#else
int some_other_library(void) { return 1; }
#endif

#ifdef FAKE_FUNCTIONS
#define att3d_abi_version att3d_abi_version_is_above
#define att3d_version att3d_version_is_above
#include "ATT3DCoreFunctions.inl"
#define FAKE(name) void name(void) {}
ATT3D_CORE_FUNCTIONS(FAKE)
#endif
