/* Waits for itself. */
#include <aip/ext/command_executor.h>

#include <semaphore.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    static sem_t held;
    (void)plugin;
    (void)call;
    (void)command;
    while (sem_wait(&held) != 0) {
    }
    return AIP_OK;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
