/* Dereferences null, after it has written something. */
#include <aip/ext/command_executor.h>

#include <stdio.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    volatile int* volatile nothing = NULL;
    (void)plugin;
    (void)call;
    (void)command;
    fputs("first\nthe sensor is gone\n", stderr);
    *nothing = 1;
    return AIP_OK;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
