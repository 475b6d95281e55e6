/* Computes for ever. */
#include <aip/ext/command_executor.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    volatile int on = 1;
    (void)plugin;
    (void)call;
    (void)command;
    while (on) {
    }
    return AIP_OK;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
