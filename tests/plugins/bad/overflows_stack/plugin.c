/* Calls itself until its stack is full. */
#include <aip/ext/command_executor.h>

#include <string.h>

static int deeper(volatile int depth) {
    volatile char frame[4096];
    memset((void*)frame, depth & 0x7F, sizeof frame);
    return depth < 0 ? 0 : deeper(depth + 1) + frame[depth & 0xFFF];
}

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    (void)plugin;
    (void)call;
    (void)command;
    return deeper(1) == 1 ? AIP_OK : AIP_INTERNAL;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
