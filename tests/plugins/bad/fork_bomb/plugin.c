/* Each of its processes makes more of them. After 64 they make no more, and none lives longer than a minute, so that a
 * failing test does no harm. */
#define _DEFAULT_SOURCE

#include <aip/ext/command_executor.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { most = 64 };

static void explode(atomic_int* count) {
    while (atomic_fetch_add(count, 1) < most) {
        const pid_t child = fork();
        if (child < 0) {
            return;
        }
        if (child == 0) {
            alarm(60);
        }
    }
}

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    const pid_t first = getpid();
    atomic_int* count = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    (void)plugin;
    (void)call;
    (void)command;
    if (count == MAP_FAILED) {
        return AIP_EXHAUSTED;
    }
    explode(count);
    if (getpid() == first) {
        fputs("too many children\n", stderr);
        abort();
    }
    while (pause() != 0) {
    }
    return AIP_OK;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
