/* Its result is larger than the agent accepts. */
#include <aip/ext/command_executor.h>

#include <stdlib.h>
#include <string.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    const aip_text text = {malloc((size_t)1 << 20), (uint64_t)1 << 20};
    (void)plugin;
    (void)command;
    if (text.data == NULL) {
        return AIP_EXHAUSTED;
    }
    memset((char*)(size_t)text.data, '7', (size_t)text.size);
    call->set_result(call, text);
    free((void*)(size_t)text.data);
    return AIP_OK;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
