/*
 * Hands over a text of any size that it keeps ready: what a call costs is then the way there and back. {"size": N}
 */
#include <aip/ext/command_executor.h>

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { largest = 64 << 20 };

static char* text;
static uint64_t filled;

static aip_status start(aip_plugin* plugin, aip_text config) {
    (void)plugin;
    (void)config;
    text = malloc(largest);
    if (text == NULL) {
        return AIP_EXHAUSTED;
    }
    filled = 0;
    return AIP_OK;
}

static void stop(aip_plugin* plugin) {
    (void)plugin;
    free(text);
    text = NULL;
}

static uint64_t numberIn(aip_text json) {
    uint64_t number = 0;
    for (uint64_t i = 0; i < json.size; ++i) {
        if (json.data[i] >= '0' && json.data[i] <= '9') {
            number = number * 10 + (uint64_t)(json.data[i] - '0');
        }
    }
    return number;
}

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    const uint64_t size = numberIn(command->parameters_json);
    aip_text result;
    (void)plugin;
    if (size < 2 || size > largest) {
        return AIP_INVALID;
    }
    if (size > filled) {
        memset(text + filled, 'x', size - filled);
        text[0] = '"';
        filled = size;
    }
    result.data = text;
    result.size = size;
    text[size - 1] = '"';
    call->set_result(call, result);
    text[size - 1] = 'x';
    return AIP_OK;
}

static const void* getExtension(aip_plugin* plugin, aip_text id) {
    static const aip_command_executor executor = {sizeof(aip_command_executor), 0, execute, NULL};
    const aip_text wanted = {AIP_EXT_COMMAND_EXECUTOR, sizeof AIP_EXT_COMMAND_EXECUTOR - 1};
    (void)plugin;
    return id.size == wanted.size && memcmp(id.data, wanted.data, wanted.size) == 0 ? &executor : NULL;
}

static void destroy(aip_plugin* plugin) {
    (void)plugin;
}

static aip_plugin* create(const aip_host* host, aip_status* status) {
    static aip_plugin plugin = {sizeof(aip_plugin), 0, NULL, start, stop, destroy, getExtension};
    (void)host;
    *status = AIP_OK;
    return &plugin;
}

AIP_EXPORT extern const aip_plugin_entry aip_plugin_entry_v1;
const aip_plugin_entry aip_plugin_entry_v1 = {sizeof(aip_plugin_entry), AIP_ABI_MAJOR, AIP_ABI_MINOR, 0, AIP_PLUGIN_ID,
                                              AIP_PLUGIN_VERSION,       create};
