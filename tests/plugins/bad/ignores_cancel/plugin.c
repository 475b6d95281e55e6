/* Never returns from execute(). */
#include <aip/ext/command_executor.h>

#include <string.h>
#include <unistd.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    const aip_host* host = plugin->context;
    const aip_text text = {"inside", strlen("inside")};
    (void)call;
    (void)command;
    host->log(host, AIP_LOG_INFO, text);
    while (pause() != 0) {
    }
    return AIP_OK;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
