/* Allocates until it fails, then aborts. At most 256 MiB, so that a failing test does no harm. */
#include <aip/ext/command_executor.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    const size_t piece = (size_t)1 << 20;
    (void)plugin;
    (void)call;
    (void)command;
    for (int i = 0; i < 256; ++i) {
        void* volatile memory = malloc(piece);
        if (memory == NULL) {
            fputs("out of memory\n", stderr);
            abort();
        }
        memset(memory, 1, piece);
    }
    return AIP_OK;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
