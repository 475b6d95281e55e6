/* Its result has a size, but no data. */
#include <aip/ext/command_executor.h>

#include <stddef.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    const aip_text text = {NULL, 1000};
    (void)plugin;
    (void)command;
    call->set_result(call, text);
    return AIP_OK;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
