/* Closes what is not its own. */
#include <aip/ext/command_executor.h>

#include <unistd.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    (void)plugin;
    (void)call;
    (void)command;
    for (int descriptor = 0; descriptor < 1024; ++descriptor) {
        close(descriptor);
    }
    return AIP_OK;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
