/* Writes more than is read, and then does its work. */
#include <aip/ext/command_executor.h>

#include <stdio.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    (void)plugin;
    for (int line = 0; line < 20000; ++line) {
        fprintf(stderr, "line %d\n", line);
    }
    call->set_result(call, command->parameters_json);
    return AIP_OK;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
