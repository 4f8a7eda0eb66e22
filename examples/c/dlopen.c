/* Loads the library at run time, as a plugin of another program would do. The program is not linked with
 * libatt3d. A library with an incompatible ABI is refused with a message.
 *
 *     cc examples/c/dlopen.c -I include -ldl -o dlopen && ./dlopen ./libatt3d.so
 *     gcc examples/c/dlopen.c -I include -o dlopen.exe && dlopen.exe att3d.dll
 */
#include <att3d.h>

#include <stdio.h>
#include <string.h>

#ifdef _WIN32
#include <windows.h>

#define LIBRARY "att3d.dll"

static void *load(const char *path) {
    HMODULE library = LoadLibraryA(path);
    if (!library) fprintf(stderr, "%s: error %lu of Windows\n", path, GetLastError());
    return (void *)library;
}

static int find(void *library, const char *name, void *function) {
    FARPROC symbol = GetProcAddress((HMODULE)library, name);
    if (!symbol) fprintf(stderr, "%s: error %lu of Windows\n", name, GetLastError());
    memcpy(function, &symbol, sizeof symbol);
    return symbol != NULL;
}

static int unload(void *library) {
    return FreeLibrary((HMODULE)library) ? 0 : 1;
}
#else
#include <dlfcn.h>

#define LIBRARY "libatt3d.so"

static void *load(const char *path) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) fprintf(stderr, "%s\n", dlerror());
    return library;
}

/* ISO C has no cast from object pointers to function pointers; POSIX guarantees that the copy works. */
static int find(void *library, const char *name, void *function) {
    void *symbol = dlsym(library, name);
    if (!symbol) fprintf(stderr, "%s\n", dlerror());
    memcpy(function, &symbol, sizeof symbol);
    return symbol != NULL;
}

static int unload(void *library) {
    return dlclose(library);
}
#endif

int main(int count, char **arguments) {
    void *library = load(count > 1 ? arguments[1] : LIBRARY);
    uint32_t (*abi_version)(void);
    const char *(*version)(void);
    att3d_status (*context_create)(const att3d_context_desc *, att3d_context **);
    void (*context_free)(att3d_context *);
    att3d_context *context = NULL;
    uint32_t abi, major, minor, needed = ATT3D_ABI_MINOR;

    if (!library) return 1;
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
        fprintf(stderr, "the library has ABI %u.%u; this program needs ABI %d.x with x of at least %d\n",
                (unsigned)major, (unsigned)minor, ATT3D_ABI_MAJOR, ATT3D_ABI_MINOR);
        return 1;
    }
    if (context_create(NULL, &context) != ATT3D_OK) return 1;
    context_free(context);
    /* Threads of the library may still run, so its code must stay in memory after the next call. The code
     * stays loaded on Linux, Android and FreeBSD, because libatt3d itself is linked with -z nodelete. On
     * Windows, it stays loaded after the first call of att3d_context_create. On other systems, remove the next
     * call. */
    return unload(library);
}
