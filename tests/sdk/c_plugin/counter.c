/* A plugin in plain C: one action, "add", that counts up; the state is guarded because concurrency is 2. */
#include <aip/abi.h>
#include <aip/ext/command_executor.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct counter {
    aip_plugin plugin;
    atomic_long count;
} counter;

static int equals(aip_text text, const char* expected) {
    return text.size == strlen(expected) && memcmp(text.data, expected, (size_t)text.size) == 0;
}

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    counter* self = plugin->context;
    char json[32];
    aip_text result;
    if (!equals(command->tool, "add")) {
        const aip_text error = {"no such tool", 12};
        call->set_error(call, error);
        return AIP_NOT_FOUND;
    }
    result.data = json;
    result.size = (uint64_t)snprintf(json, sizeof json, "%ld", atomic_fetch_add(&self->count, 1) + 1);
    call->set_result(call, result);
    return AIP_OK;
}

static const aip_command_executor executor = {sizeof(aip_command_executor), 0, execute, NULL};

static aip_status start(aip_plugin* plugin, aip_text config_json) {
    (void)plugin;
    (void)config_json;
    return AIP_OK;
}

static void stop(aip_plugin* plugin) {
    (void)plugin;
}

static void destroy(aip_plugin* plugin) {
    free(plugin->context);
}

static const void* extension(aip_plugin* plugin, aip_text id) {
    (void)plugin;
    return equals(id, AIP_EXT_COMMAND_EXECUTOR) ? &executor : NULL;
}

static aip_plugin* create(const aip_host* host, aip_status* status) {
    counter* self = calloc(1, sizeof *self);
    (void)host;
    *status = self ? AIP_OK : AIP_EXHAUSTED;
    if (!self) {
        return NULL;
    }
    self->plugin = (aip_plugin){sizeof(aip_plugin), 0, self, start, stop, destroy, extension};
    return &self->plugin;
}

extern AIP_EXPORT const aip_plugin_entry aip_plugin_entry_v1;
AIP_EXPORT const aip_plugin_entry aip_plugin_entry_v1 = {
    sizeof(aip_plugin_entry), AIP_ABI_MAJOR, AIP_ABI_MINOR, 0, AIP_PLUGIN_ID, AIP_PLUGIN_VERSION, create};
