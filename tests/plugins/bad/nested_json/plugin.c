/* Its result is nested deeper than anyone can read. */
#include <aip/ext/command_executor.h>

#include <string.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    static char json[200000];
    const aip_text text = {json, sizeof json};
    (void)plugin;
    (void)command;
    memset(json, '[', sizeof json / 2);
    memset(json + sizeof json / 2, ']', sizeof json / 2);
    call->set_result(call, text);
    return AIP_OK;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
