/* A data race that ThreadSanitizer must detect. This program tests that the sanitizer works. */
#include "test.h"

#include <pthread.h>

static int counter;

static void *count(void *user) {
    counter++;
    return user;
}

int main(void) {
    pthread_t thread;
    HOLDS(pthread_create(&thread, NULL, count, NULL) == 0);
    counter++;
    pthread_join(thread, NULL);
    return 0;
}
