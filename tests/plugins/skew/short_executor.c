/* Its table of aip.command-executor/1 ends before cancel: what comes after the end must not be called. */
#include <aip/ext/command_executor.h>

#include <stdlib.h>
#include <string.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    const aip_host* host = plugin->context;
    const aip_text text = {"inside", strlen("inside")};
    (void)command;
    host->log(host, AIP_LOG_INFO, text);
    call->wait_cancelled(call, 600000);
    return AIP_CANCELLED;
}

static void cancel(aip_plugin* plugin, aip_text callId) {
    (void)plugin;
    (void)callId;
    abort();
}

static const void* getExtension(aip_plugin* plugin, aip_text id) {
    static const aip_command_executor executor = {AIP_END_OF(aip_command_executor, execute), 0, execute, cancel};
    (void)plugin;
    return id.size == strlen(AIP_EXT_COMMAND_EXECUTOR) ? &executor : NULL;
}

#define PLUGIN_GET_EXTENSION getExtension
#include "skeleton.h"
