/* Floods the agent with lists of tools, each different, for as long as it is let. */
#include "frames.h"

#include <aip/ext/command_executor.h>
#include <aip/ext/dynamic_tools.h>

#include <stdio.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    static Frame frame;
    static char json[65000];
    (void)plugin;
    (void)call;
    (void)command;
    for (int round = 0;; ++round) {
        size_t size = (size_t)snprintf(json, sizeof json, "[");
        for (int i = 0; i < 700; ++i) {
            size += (size_t)snprintf(
                json + size, sizeof json - size,
                "%s{\"name\":\"t%d_%d\",\"type\":\"action\",\"namespace\":\"Test\",\"input_schema\":{}}",
                i == 0 ? "" : ",", round % 1000, i);
        }
        size += (size_t)snprintf(json + size, sizeof json - size, "]");
        begin(&frame, toolsFrame);
        put64(&frame, size);
        put(&frame, json, size);
        if (sendFrame(&frame, -1, 0)) {
            return AIP_INTERNAL;
        }
    }
}

static aip_status list(aip_plugin* plugin, void (*write)(void* sink, aip_text piece), void* sink) {
    const aip_text none = {"[]", 2};
    (void)plugin;
    write(sink, none);
    return AIP_OK;
}

static int is(aip_text text, const char* words) {
    return text.size == strlen(words) && memcmp(text.data, words, (size_t)text.size) == 0;
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
