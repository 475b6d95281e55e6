/* A thread of its own uses the call without a pause until it is over, and a little longer. */
#define _DEFAULT_SOURCE

#include <aip/ext/command_executor.h>

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

static atomic_int rounds;

static void* interfere(void* argument) {
    const aip_call* call = argument;
    const aip_text text = {"\"foreign\"", strlen("\"foreign\"")};
    do {
        call->set_result(call, text);
        call->progress(call, 2000, text);
        atomic_fetch_add(&rounds, 1);
    } while (!call->is_cancelled(call));
    return NULL;
}

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    pthread_t thread;
    (void)plugin;
    (void)command;
    atomic_store(&rounds, 0);
    if (pthread_create(&thread, NULL, interfere, (void*)(size_t)call) != 0) {
        return AIP_EXHAUSTED;
    }
    pthread_detach(thread);
    while (atomic_load(&rounds) < 10) {
        usleep(100);
    }
    return AIP_OK;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
