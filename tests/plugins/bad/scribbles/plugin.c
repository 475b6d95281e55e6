/* Writes to whatever is open, and then answers. */
#include <aip/ext/command_executor.h>

#include <unistd.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    static const char garbage[] = "\x05\x00\x00\x00\xff\xff garbage\n";
    (void)plugin;
    (void)call;
    (void)command;
    for (int descriptor = 0; descriptor < 64; ++descriptor) {
        if (write(descriptor, garbage, sizeof garbage) < 0) {
            continue;
        }
    }
    return AIP_OK;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
