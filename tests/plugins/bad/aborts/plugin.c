/* Aborts. */
#include <aip/ext/command_executor.h>

#include <stdlib.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    (void)plugin;
    (void)call;
    (void)command;
    abort();
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
