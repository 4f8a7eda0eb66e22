/* Loads the library at run time, as a plugin does. Nothing is linked, and an older library is refused with a
 * message.
 *
 *     cc examples/c/dlopen.c -I include -ldl -o dlopen && ./dlopen ./libatt3d.so
 */
#include <att3d.h>

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/* ISO C has no cast from object pointers to function pointers; POSIX guarantees that the copy works. */
static int find(void *library, const char *name, void *function) {
    void *symbol = dlsym(library, name);
    if (!symbol) fprintf(stderr, "%s\n", dlerror());
    memcpy(function, &symbol, sizeof symbol);
    return symbol != NULL;
}

int main(int count, char **arguments) {
    void *library = dlopen(count > 1 ? arguments[1] : "libatt3d.so", RTLD_NOW | RTLD_LOCAL);
    uint32_t (*abi_version)(void);
    const char *(*version)(void);
    att3d_status (*context_create)(const att3d_context_desc *, att3d_context **);
    void (*context_free)(att3d_context *);
    att3d_context *context = NULL;
    uint32_t abi, major, minor, needed = ATT3D_ABI_MINOR;

    if (!library) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    if (!find(library, "att3d_abi_version", &abi_version) || !find(library, "att3d_version", &version) ||
        !find(library, "att3d_context_create", &context_create) ||
        !find(library, "att3d_context_free", &context_free)) {
        return 1;
    }
    abi = abi_version();
    major = abi >> 16;
    minor = abi & 0xffff;
    printf("libatt3d %s, ABI %u.%u\n", version(), (unsigned)major, (unsigned)minor);
    if (major != ATT3D_ABI_MAJOR || minor < needed) {
        fprintf(stderr, "this program needs ABI %d.%d or a later minor one\n", ATT3D_ABI_MAJOR,
                ATT3D_ABI_MINOR);
        return 1;
    }
    if (context_create(NULL, &context) != ATT3D_OK) return 1;
    context_free(context);
    /* Threads of the library may still run. This is safe where the library stays loaded after dlclose
     * (-z nodelete: Linux, Android, FreeBSD). On other systems do not call dlclose. */
    return dlclose(library);
}
