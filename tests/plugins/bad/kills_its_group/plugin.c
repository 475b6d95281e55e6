/* Kills its process group, if that is its own. */
#define _POSIX_C_SOURCE 200809L

#include <aip/ext/command_executor.h>

#include <signal.h>
#include <unistd.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    (void)plugin;
    (void)call;
    (void)command;
    return getpgrp() == getpid() && kill(0, SIGKILL) == 0 ? AIP_OK : AIP_STATE;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
