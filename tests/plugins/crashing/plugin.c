/* Each tool crashes, in a function of the tool's name. */
#include <aip/ext/command_executor.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define CRASH __attribute__((noinline)) static void

static volatile char* volatile nothing = NULL;
static void (*volatile noFunction)(void) = NULL;
static volatile size_t length = 0;

CRASH null(void) {
    *nothing = 1;
}
CRASH abortHere(void) {
    abort();
}
__attribute__((noinline)) static int deeper(int depth) {
    volatile char frame[4096];
    frame[depth & 0xFFF] = 1;
    return depth < 0 ? 0 : deeper(depth + 1) + frame[depth & 0xFFF];
}
CRASH null_call(void) {
    noFunction();
    length = 1; /* so that the call is no jump */
}
CRASH other_library(void) {
    length = strlen((const char*)nothing);
    length += 1;
}
CRASH illegal(void) {
    __builtin_trap();
}

static void* crash_of_thread(void* none) {
    null();
    return none;
}
CRASH own_thread(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, crash_of_thread, NULL);
    pthread_join(thread, NULL);
}
CRASH together(void) {
    pthread_t threads[8];
    for (int i = 0; i < 8; ++i) {
        pthread_create(&threads[i], NULL, crash_of_thread, NULL);
    }
    for (int i = 0; i < 8; ++i) {
        pthread_join(threads[i], NULL);
    }
}

static int is(aip_text text, const char* words) {
    return text.size == strlen(words) && memcmp(text.data, words, (size_t)text.size) == 0;
}

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    static const struct {
        const char* tool;
        void (*crash)(void);
    } crashes[] = {{"null", null},
                   {"abort", abortHere},
                   {"null_call", null_call},
                   {"other_library", other_library},
                   {"own_thread", own_thread},
                   {"together", together},
                   {"illegal", illegal}};
    (void)plugin;
    (void)call;
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; ++i) {
        if (is(command->tool, crashes[i].tool)) {
            crashes[i].crash();
        }
    }
    return deeper(1) == 1 ? AIP_OK : AIP_INTERNAL;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
