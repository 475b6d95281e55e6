/* Tells who asks for the call, which an agent of ABI 1.0 cannot say. */
#include <aip/plugin.h>

#include <stdio.h>
#include <string.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    const aip_text agent = aip_agent_name_of(call);
    const aip_text task = aip_task_name_of(call);
    char json[160];
    (void)plugin;
    (void)command;
    snprintf(json, sizeof json, "[\"%.*s\",\"%.*s\"]", (int)agent.size, agent.size == 0 ? "" : agent.data,
             (int)task.size, task.size == 0 ? "" : task.data);
    return aip_return_json(call, json);
}

#define PLUGIN_EXECUTE execute
#include "skeleton.h"
