/* A thread of its own talks to the agent for ever: after execute() has returned, and after destroy(). */
#define _DEFAULT_SOURCE

#include <aip/ext/command_executor.h>

#include <pthread.h>
#include <string.h>
#include <unistd.h>

static void* talk(void* argument) {
    const aip_host* host = argument;
    const aip_text text = {"still here", strlen("still here")};
    while (usleep(1000) == 0) {
        host->log(host, AIP_LOG_INFO, text);
    }
    return NULL;
}

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    static int talking = 0;
    pthread_t thread;
    (void)call;
    (void)command;
    talking = talking || pthread_create(&thread, NULL, talk, plugin->context) == 0;
    return talking ? AIP_OK : AIP_EXHAUSTED;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
