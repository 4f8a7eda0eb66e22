/* Writes an offset for the bundled model, for the tests in C and C++. */
#ifndef ATT3D_TEST_OFFSET_H
#define ATT3D_TEST_OFFSET_H

#include <stdio.h>
#include <stdint.h>
#include <string.h>

/* Writes an offset of one row of the bundled model's 128 numbers, all of them `value`, which was made for "a
 * pig". digest: of the model. Returns whether the file was written. src/weights/offset.rs has the format. */
static int write_offset(const char *path, const char *digest, float value) {
    enum { WIDTH = 128 };
    char header[512];
    unsigned char length[8];
    float numbers[WIDTH];
    FILE *file = fopen(path, "wb");
    int size, index, is_written;
    size = snprintf(header, sizeof header,
                    "{\"__metadata__\":{\"format\":\"att3d.offset\",\"version\":\"1\",\"model\":\"%s\","
                    "\"prompt\":\"a pig\"},\"tokens\":{\"dtype\":\"F32\",\"shape\":[1,%d],"
                    "\"data_offsets\":[0,%d]}}",
                    digest, WIDTH, 4 * WIDTH);
    if (!file) return 0;
    for (index = 0; index < 8; index++) length[index] = (unsigned char)((uint64_t)size >> (8 * index));
    for (index = 0; index < WIDTH; index++) numbers[index] = value;
    is_written = fwrite(length, sizeof length, 1, file) == 1 && fwrite(header, (size_t)size, 1, file) == 1 &&
                 fwrite(numbers, sizeof numbers, 1, file) == 1;
    return fclose(file) == 0 && is_written;
}

#endif
