/* Wants all memory there is, and does not live without. */
#include <aip/ext/command_executor.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    const size_t piece = (size_t)1 << 20;
    (void)plugin;
    (void)call;
    (void)command;
    for (;;) {
        void* volatile memory = malloc(piece);
        if (memory == NULL) {
            fputs("out of memory\n", stderr);
            abort();
        }
        memset(memory, 1, piece);
    }
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
