/* Logs and reports far more than the agent accepts. */
#include <aip/ext/command_executor.h>

#include <string.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    static char words[100000];
    const aip_host* host = plugin->context;
    const aip_text text = {words, sizeof words};
    (void)command;
    memset(words, '\xff', sizeof words);
    for (int i = 0; i < 20; ++i) {
        host->log(host, i, text);
        call->progress(call, (uint32_t)i, text);
    }
    return AIP_OK;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
