/* Offers tools by name: `add` and `remove` take {"name": "..."}; a tool so added says its name. `flood` tells of a
 * change a thousand times. After `swell` its lists are long. */
#include <aip/ext/command_executor.h>
#include <aip/ext/dynamic_tools.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { most = 8, longest = 64 };
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char names[most][longest];
static int swollen = 0;

static aip_text textOf(const char* words) {
    const aip_text text = {words, strlen(words)};
    return text;
}

static int is(aip_text text, const char* words) {
    return text.size == strlen(words) && memcmp(text.data, words, (size_t)text.size) == 0;
}

static void tell(const aip_plugin* plugin) {
    const aip_host* host = plugin->context;
    const aip_dynamic_tools_host* tools = host->get_extension(host, textOf(AIP_EXT_DYNAMIC_TOOLS));
    if (tools != NULL) {
        tools->changed(tools);
    }
}

static int replaceName(const char* old, const char* name) {
    int done = 0;
    pthread_mutex_lock(&mutex);
    for (int i = 0; i < most && !done; ++i) {
        if (strcmp(names[i], old) == 0) {
            snprintf(names[i], longest, "%s", name);
            done = 1;
        }
    }
    pthread_mutex_unlock(&mutex);
    return done;
}

static aip_status change(const aip_plugin* plugin, const aip_command* command) {
    char parameters[256];
    char name[longest];
    snprintf(parameters, sizeof parameters, "%.*s", (int)command->parameters_json.size, command->parameters_json.data);
    if (sscanf(parameters, "{\"name\":\"%63[^\"]\"}", name) != 1) {
        return AIP_INVALID;
    }
    const int done = is(command->tool, "add") ? replaceName("", name) : replaceName(name, "");
    tell(plugin);
    return done ? AIP_OK : AIP_EXHAUSTED;
}

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    char result[longest + 3];
    if (is(command->tool, "add") || is(command->tool, "remove")) {
        return change(plugin, command);
    }
    if (is(command->tool, "flood")) {
        for (int i = 0; i < 1000; ++i) {
            tell(plugin);
        }
        return AIP_OK;
    }
    if (is(command->tool, "swell")) {
        pthread_mutex_lock(&mutex);
        swollen = 1;
        pthread_mutex_unlock(&mutex);
        return AIP_OK;
    }
    snprintf(result, sizeof result, "\"%.*s\"", (int)command->tool.size, command->tool.data);
    call->set_result(call, textOf(result));
    return AIP_OK;
}

/* A name of "!" stands for a tool that breaks a rule. */
static aip_status list(aip_plugin* plugin, void (*write)(void* sink, aip_text piece), void* sink) {
    char tool[1024];
    const char* separator = "";
    (void)plugin;
    write(sink, textOf("["));
    pthread_mutex_lock(&mutex);
    memset(tool, ' ', sizeof tool - 1);
    tool[sizeof tool - 1] = '\0';
    for (int i = 0; i < 200 && swollen; ++i) {
        write(sink, textOf(tool));
    }
    for (int i = 0; i < most; ++i) {
        if (names[i][0] != '\0') {
            snprintf(
                tool, sizeof tool,
                "%s{\"name\":\"%s\",\"type\":\"action\",\"namespace\":\"Test\",\"input_schema\":{\"type\":\"object\"}}",
                separator, names[i]);
            write(sink, textOf(tool));
            separator = ",";
        }
    }
    pthread_mutex_unlock(&mutex);
    write(sink, textOf("]"));
    return AIP_OK;
}

static const void* getExtension(aip_plugin* plugin, aip_text id) {
    static const aip_command_executor executor = {sizeof(aip_command_executor), 0, execute, NULL};
    static const aip_dynamic_tools tools = {sizeof(aip_dynamic_tools), 0, list};
    (void)plugin;
    if (is(id, AIP_EXT_DYNAMIC_TOOLS)) {
        return &tools;
    }
    return is(id, AIP_EXT_COMMAND_EXECUTOR) ? &executor : NULL;
}

#define PLUGIN_EXECUTE execute
#define PLUGIN_GET_EXTENSION getExtension
#include "skeleton.h"
