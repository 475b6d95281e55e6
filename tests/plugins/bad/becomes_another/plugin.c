/* Its process becomes another program. */
#include <aip/ext/command_executor.h>

#include <unistd.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    (void)plugin;
    (void)call;
    (void)command;
    execl("/bin/sleep", "sleep", "60", (char*)NULL);
    return AIP_UNAVAILABLE;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
