/* A fork bomb: each of its processes makes more of them, during the call (`now`) or after it (`later`). After 400 they
 * make no more, and none lives longer than a minute, so that a failing test does no harm. */
#define _DEFAULT_SOURCE

#include <aip/ext/command_executor.h>

#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { most = 400 };

static void multiply(atomic_int* count) {
    alarm(60);
    while (atomic_fetch_add(count, 1) < most) {
        const pid_t child = fork();
        if (child == 0) {
            alarm(60);
        } else if (child < 0) {
            atomic_fetch_sub(count, 1);
            usleep(1000);
        }
    }
    for (;;) {
        pause();
    }
}

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    const aip_text done = {"\"done\"", 6};
    atomic_int* count = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const int now = command->tool.size == 3 && memcmp(command->tool.data, "now", 3) == 0;
    (void)plugin;
    if (count == MAP_FAILED) {
        return AIP_EXHAUSTED;
    }
    if (now || fork() == 0) {
        multiply(count);
    }
    call->set_result(call, done);
    return AIP_OK;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
