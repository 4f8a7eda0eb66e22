/* The child processes and the memory of a test's process, on Linux and Windows. */
#ifndef ATT3D_PROCESS_H
#define ATT3D_PROCESS_H

#include "test.h"

#ifdef _WIN32

#define PSAPI_VERSION 2
#include <windows.h>

#include <psapi.h>
#include <tlhelp32.h>

/* Returns the worker process at an index, or 0 after the last. */
static inline long child(int index) {
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    PROCESSENTRY32 entry;
    long found = 0;
    BOOL more;
    HOLDS(snapshot != INVALID_HANDLE_VALUE);
    entry.dwSize = sizeof entry;
    for (more = Process32First(snapshot, &entry); more; more = Process32Next(snapshot, &entry)) {
        if (entry.th32ParentProcessID != GetCurrentProcessId()) continue;
        /* The list can also contain the process of an invisible console, which the system adds. */
        if (strncmp(entry.szExeFile, "att3d", 5) != 0 || index-- > 0) continue;
        found = (long)entry.th32ProcessID;
        break;
    }
    CloseHandle(snapshot);
    return found;
}

static inline void end_process(long process) {
    HANDLE handle = OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, (DWORD)process);
    HOLDS(handle != NULL);
    HOLDS(TerminateProcess(handle, 9));
    WaitForSingleObject(handle, INFINITE);
    CloseHandle(handle);
}

/* Returns the resident memory in KiB. */
static inline long resident_memory(void) {
    PROCESS_MEMORY_COUNTERS counters = {0};
    HOLDS(GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof counters));
    return (long)(counters.WorkingSetSize / 1024);
}

#else

#include <signal.h>
#include <sys/types.h>
#include <unistd.h>

/* Returns the child process at an index, or 0 after the last. */
static inline long child(int index) {
    char path[64], list[256] = {0};
    const char *rest = list;
    FILE *file;
    long found = 0;
    snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
    file = fopen(path, "r");
    HOLDS(file != NULL);
    if (!file) return 0;
    if (fgets(list, sizeof list, file) == NULL) list[0] = 0;
    fclose(file);
    for (; index >= 0; index--) {
        char *end = NULL;
        found = strtol(rest, &end, 10);
        if (end == rest) return 0;
        rest = end;
    }
    return found;
}

static inline void end_process(long process) {
    HOLDS(kill((pid_t)process, SIGKILL) == 0);
}

/* Returns the resident memory in KiB. */
static inline long resident_memory(void) {
    long size = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    HOLDS(file != NULL);
    HOLDS(fscanf(file, "%ld %ld", &size, &resident) == 2);
    fclose(file);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

#endif

#endif
