/* Opens files until it gets no more. */
#include <aip/ext/command_executor.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    (void)plugin;
    (void)call;
    (void)command;
    for (int i = 0; i < 10000; ++i) {
        if (open("/dev/null", O_RDONLY) < 0) {
            fputs("too many open files\n", stderr);
            abort();
        }
    }
    return AIP_OK;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
