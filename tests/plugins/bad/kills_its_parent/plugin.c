/* Kills its watcher. Only that: any other parent is left alone. If the watcher lives on, it says so. */
#define _GNU_SOURCE

#include <aip/ext/command_executor.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The parent, in /proc, which is that of the host. */
static int isWatched(void) {
    char name[64] = "";
    int parent = 0;
    FILE* file = fopen("/proc/self/stat", "re");
    if (file == NULL || fscanf(file, "%*d (%*[^)]) %*c %d", &parent) != 1) {
        return 0;
    }
    fclose(file);
    snprintf(name, sizeof name, "/proc/%d/comm", parent);
    file = fopen(name, "re");
    if (file == NULL) {
        return 0;
    }
    const int watcher = fgets(name, sizeof name, file) != NULL && strncmp(name, "aip-plugin-runn", 15) == 0;
    fclose(file);
    return watcher;
}

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    const aip_text text = {"the watcher lives", strlen("the watcher lives")};
    const pid_t parent = getppid();
    (void)plugin;
    (void)command;
    if (!isWatched()) {
        return AIP_STATE;
    }
    if (kill(parent, SIGKILL) == 0) { /* which the first process of a PID namespace ignores */
        sleep(1);
    }
    call->set_error(call, text);
    return AIP_DENIED;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
