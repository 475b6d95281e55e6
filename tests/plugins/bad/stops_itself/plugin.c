/* Stops its process, which never goes on. */
#define _POSIX_C_SOURCE 200809L

#include <aip/ext/command_executor.h>

#include <signal.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    (void)plugin;
    (void)call;
    (void)command;
    raise(SIGSTOP);
    return AIP_OK;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
