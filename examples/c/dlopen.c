/* Loads the library at run time, as a plugin does: nothing is linked, and an older library is refused in a sentence.
 *
 *     cc examples/c/dlopen.c -I include -ldl -o dlopen && ./dlopen ./libatt3d.so
 */
#include <att3d.h>

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/* ISO C has no cast from object to function pointers; POSIX says that this works. */
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
    uint32_t abi;

    if (!library) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    if (!find(library, "att3d_abi_version", &abi_version) || !find(library, "att3d_version", &version) ||
        !find(library, "att3d_context_create", &context_create) || !find(library, "att3d_context_free", &context_free)) {
        return 1;
    }
    abi = abi_version();
    printf("libatt3d %s, ABI %u.%u\n", version(), (unsigned)(abi >> 16), (unsigned)(abi & 0xffff));
    if (abi >> 16 != ATT3D_ABI_MAJOR || (abi & 0xffff) < ATT3D_ABI_MINOR) {
        fprintf(stderr, "this program needs ABI %d.%d or a later minor one\n", ATT3D_ABI_MAJOR, ATT3D_ABI_MINOR);
        return 1;
    }
    if (context_create(NULL, &context) != ATT3D_OK) return 1;
    context_free(context);
    /* Its threads may still be ending: safe where the library is linked to stay (-z nodelete: Linux, Android, FreeBSD).
     * Elsewhere keep it loaded. */
    return dlclose(library);
}
