/* Logs what it hears of tasks; its tool "count" counts within one. The begin of a task named "hang" does not return. */
#define _DEFAULT_SOURCE

#include <aip/ext/task_events.h>
#include <aip/plugin.h>

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static atomic_int counted;

static void say(aip_plugin* plugin, const char* words, aip_text session, aip_text task) {
    const aip_host* host = plugin->context;
    char line[256];
    const int size = snprintf(line, sizeof line, "%s %.*s/%.*s", words, (int)session.size,
                              session.size == 0 ? "" : session.data, (int)task.size, task.size == 0 ? "" : task.data);
    const aip_text text = {line, (uint64_t)size};
    host->log(host, AIP_LOG_INFO, text);
}

static void began(aip_plugin* plugin, const aip_task* task) {
    say(plugin, "begin", task->session_id, task->task_name);
    atomic_store(&counted, 0);
    while (aip_text_equals(task->task_name, "hang", 4)) {
        pause();
    }
}

static void ended(aip_plugin* plugin, const aip_task* task) {
    say(plugin, "end", task->session_id, task->task_name);
}

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    char json[32];
    say(plugin, "inside", aip_session_id_of(call), aip_task_name_of(call));
    if (aip_text_equals(command->tool, "wait", 4)) {
        return call->wait_cancelled(call, 600000) ? AIP_CANCELLED : AIP_DEADLINE;
    }
    if (aip_text_equals(command->tool, "die", 3)) {
        _exit(3);
    }
    snprintf(json, sizeof json, "%d", atomic_fetch_add(&counted, 1) + 1);
    return aip_return_json(call, json);
}

static const void* getExtension(aip_plugin* plugin, aip_text id) {
    static const aip_command_executor executor = {sizeof(aip_command_executor), 0, execute, NULL};
    static const aip_task_events events = {sizeof(aip_task_events), 0, began, ended};
    (void)plugin;
    if (aip_text_equals(id, AIP_EXT_TASK_EVENTS, strlen(AIP_EXT_TASK_EVENTS))) {
        return &events;
    }
    return aip_text_equals(id, AIP_EXT_COMMAND_EXECUTOR, strlen(AIP_EXT_COMMAND_EXECUTOR)) ? &executor : NULL;
}

#define PLUGIN_GET_EXTENSION getExtension
#include "skeleton.h"
