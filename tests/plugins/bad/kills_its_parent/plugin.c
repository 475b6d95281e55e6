/* Kills its watcher. Only that: any other parent is left alone. */
#define _POSIX_C_SOURCE 200809L

#include <aip/ext/command_executor.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int isWatcher(pid_t process) {
    char name[64] = "";
    snprintf(name, sizeof name, "/proc/%d/comm", (int)process);
    FILE* file = fopen(name, "re");
    if (file == NULL) {
        return 0;
    }
    const int watcher = fgets(name, sizeof name, file) != NULL && strncmp(name, "aip-plugin-runn", 15) == 0;
    fclose(file);
    return watcher;
}

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    const pid_t parent = getppid();
    (void)plugin;
    (void)call;
    (void)command;
    if (!isWatcher(parent)) {
        return AIP_STATE;
    }
    kill(parent, SIGKILL);
    while (pause() != 0) {
    }
    return AIP_OK;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
