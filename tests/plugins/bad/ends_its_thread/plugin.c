/* Ends the thread that it was called on. */
#include <aip/ext/command_executor.h>

#include <pthread.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    (void)plugin;
    (void)call;
    (void)command;
    pthread_exit(NULL);
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
