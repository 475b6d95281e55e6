/* Tells what it finds of the agent: its minor, whether its tables reach as far as ours, and an extension of tomorrow.
 */
#include <aip/ext/command_executor.h>

#include <stdio.h>
#include <string.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    const aip_host* host = plugin->context;
    const aip_text id = {"aip.of-tomorrow/1", strlen("aip.of-tomorrow/1")};
    char json[160];
    int more = 0;
    (void)command;
#ifdef AIP_FUTURE
    more = AIP_HAS(aip_host, host, future) || AIP_HAS(aip_call, call, future) || AIP_HAS(aip_command, command, future);
#endif
    const int size = snprintf(json, sizeof json, "[%u,%u,%d,%d]", (unsigned)AIP_ABI_MINOR, (unsigned)host->abi_minor,
                              more, host->get_extension(host, id) != NULL);
    const aip_text text = {json, (uint64_t)size};
    call->set_result(call, text);
    return AIP_OK;
}

#define PLUGIN_EXECUTE execute
#include "skeleton.h"
