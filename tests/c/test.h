/* Checks for C tests. Each check is a row; the first failed row is printed with the library's error text. */
#ifndef ATT3D_TEST_H
#define ATT3D_TEST_H

#include <att3d.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int test_rows = 0;

static void test_fail(const char *file, int line, const char *what, const char *found) {
    const char *said = att3d_last_error();
    fprintf(stderr, "%s:%d: %s: found %s; the library says: %s\n", file, line, what, found, said);
    exit(1);
}

/* Checks that the call returns this status, and that a failure has a text. */
#define RETURNS(expected, call)                                                                       \
    do {                                                                                              \
        att3d_status test_found = (call);                                                             \
        test_rows++;                                                                                  \
        if (test_found != (expected) || (test_found != ATT3D_OK && *att3d_last_error() == 0)) {       \
            test_fail(__FILE__, __LINE__, #expected " from " #call, att3d_status_name(test_found));   \
        }                                                                                             \
    } while (0)

#define HOLDS(condition)                                                                          \
    do {                                                                                          \
        test_rows++;                                                                              \
        if (!(condition)) test_fail(__FILE__, __LINE__, #condition, "that it does not hold");     \
    } while (0)

#endif
