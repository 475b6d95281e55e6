/* Ends its process as if all were done. */
#include <aip/ext/command_executor.h>

#include <unistd.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    (void)plugin;
    (void)call;
    (void)command;
    _exit(0);
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
