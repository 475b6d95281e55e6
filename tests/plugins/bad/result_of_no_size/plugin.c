/* Says that its result is larger than any memory. */
#include <aip/ext/command_executor.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    const aip_text text = {"{}", UINT64_MAX};
    (void)plugin;
    (void)command;
    call->set_result(call, text);
    return AIP_OK;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
