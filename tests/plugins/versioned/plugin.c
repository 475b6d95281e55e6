/* Says which version it is: at once, after 20 ms, or when it is cancelled; the log shows when that begins. */
#include <aip/ext/command_executor.h>

#include <stdio.h>
#include <string.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    static const char result[] = "\"" PLUGIN_RELEASE "\"";
    const aip_text text = {result, sizeof result - 1};
    if (memcmp(command->tool.data, "wait", 4) == 0) {
        static const char line[] = "waiting";
        const aip_host* host = plugin->context;
        const aip_text waiting = {line, sizeof line - 1};
        host->log(host, AIP_LOG_INFO, waiting);
        call->wait_cancelled(call, 600000);
    } else if (memcmp(command->tool.data, "nap", 3) == 0) {
        call->wait_cancelled(call, 20);
    }
    call->set_result(call, text);
    return AIP_OK;
}

#define PLUGIN_VERSION PLUGIN_RELEASE
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
