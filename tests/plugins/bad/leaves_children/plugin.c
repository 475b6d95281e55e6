/* Starts processes that stay: in its process group, out of it, and without a parent. Then it waits.
 * None of them lives longer than two minutes, so that a failing test does no harm. */
#define _DEFAULT_SOURCE
#include <aip/ext/command_executor.h>

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void stay(void) {
    alarm(120);
    for (;;) {
        pause();
    }
}

static void startOne(int ownSession, int orphan) {
    const pid_t child = fork();
    if (child == 0) {
        if (ownSession) {
            setsid();
        }
        if (!orphan || fork() == 0) {
            stay();
        }
        _exit(0);
    }
    if (orphan) {
        waitpid(child, NULL, 0);
    }
}

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    const aip_host* host = plugin->context;
    const aip_text text = {"inside", strlen("inside")};
    (void)command;
    startOne(0, 0);
    startOne(1, 0);
    startOne(0, 1);
    startOne(1, 1);
    host->log(host, AIP_LOG_INFO, text);
    call->wait_cancelled(call, 600000);
    return AIP_CANCELLED;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
