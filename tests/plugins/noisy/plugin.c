/* Its tool prints to both standard outputs, and tries to read standard input. */
#define _DEFAULT_SOURCE

#include <aip/plugin.h>

#include <stdio.h>
#include <unistd.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    char taken[16];
    const ssize_t size = read(STDIN_FILENO, taken, sizeof taken);
    (void)plugin;
    (void)command;
    printf("{\"jsonrpc\": noise\n");
    fflush(stdout);
    fprintf(stderr, "noise, too\n");
    return size <= 0 ? aip_return_text(call, "nothing to read")
                     : aip_fail(call, AIP_INTERNAL, "standard input is somebody's");
}

#define PLUGIN_EXECUTE execute
#include "skeleton.h"
