/* Forks, and both processes return, one after the other: there are two answers, and then two that wait for the next
 * call. */
#include <aip/ext/command_executor.h>

#include <poll.h>
#include <string.h>
#include <unistd.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    static int forked = 0;
    const aip_text text = {"\"twice\"", strlen("\"twice\"")};
    (void)plugin;
    (void)command;
    if (!forked) {
        forked = 1;
        if (fork() == 0) {
            poll(NULL, 0, 50);
        }
    }
    call->set_result(call, text);
    return AIP_OK;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
