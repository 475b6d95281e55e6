/* Keeps every rule. Its tools do what the tests of the slot need. */
#define _DEFAULT_SOURCE

#include <aip/ext/command_executor.h>
#include <aip/ext/device_info.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char config[256];
static const aip_call* kept;
static atomic_int told;

static aip_text textOf(const char* words) {
    const aip_text text = {words, strlen(words)};
    return text;
}

static int is(aip_text text, const char* words) {
    return text.size == strlen(words) && memcmp(text.data, words, (size_t)text.size) == 0;
}

static void say(aip_plugin* plugin, const char* words, aip_text more) {
    const aip_host* host = plugin->context;
    char line[256];
    const int size = snprintf(line, sizeof line, "%s%.*s", words, (int)more.size, more.data);
    const aip_text text = {line, (uint64_t)size};
    host->log(host, AIP_LOG_INFO, text);
}

static aip_status start(aip_plugin* plugin, aip_text settings) {
    snprintf(config, sizeof config, "%.*s", (int)settings.size, settings.data);
    say(plugin, "start", textOf(""));
    return AIP_OK;
}

static void stop(aip_plugin* plugin) {
    say(plugin, "stop", textOf(""));
}
static void destroy(aip_plugin* plugin) {
    say(plugin, "destroy", textOf(""));
}
static void cancel(aip_plugin* plugin, aip_text callId) {
    say(plugin, "cancel ", callId);
    atomic_store(&told, 1);
}

static aip_status waitForCancel(aip_plugin* plugin, const aip_call* call) {
    say(plugin, "inside ", call->call_id(call));
    return call->wait_cancelled(call, 600000) ? AIP_CANCELLED : AIP_DEADLINE;
}

/* Does not look at the call, only at what cancel() says. */
static aip_status waitUntilTold(aip_plugin* plugin, const aip_call* call) {
    say(plugin, "inside ", call->call_id(call));
    while (!atomic_load(&told)) {
        usleep(100);
    }
    return AIP_CANCELLED;
}

static aip_status big(const aip_call* call) {
    const size_t size = (size_t)2 << 20;
    char* json = malloc(size);
    if (json == NULL) {
        return AIP_EXHAUSTED;
    }
    memset(json, 'x', size);
    json[0] = json[size - 1] = '"';
    const aip_text text = {json, size};
    call->set_result(call, text);
    free(json);
    return AIP_OK;
}

static aip_status describe(const aip_call* call, const aip_command* command) {
    char json[512];
    const aip_text id = call->call_id(call);
    snprintf(json, sizeof json,
             "{\"id\":\"%.*s\",\"tool_type\":\"%.*s\",\"cancelled\":%d,\"in_time\":%s,\"config\":%s}", (int)id.size,
             id.data, (int)command->tool_type.size, command->tool_type.data, call->is_cancelled(call),
             call->remaining_ms(call) > 1000 ? "true" : "false", config);
    call->set_result(call, textOf(json));
    return AIP_OK;
}

/* Against the rule: uses the call before this one. */
static aip_status useKept(const aip_call* call) {
    call->set_result(call, textOf("\"mine\""));
    kept->set_result(kept, textOf("\"late\""));
    kept->set_error(kept, textOf("late"));
    kept->progress(kept, 1, textOf("late"));
    return kept->is_cancelled(kept) && kept->wait_cancelled(kept, 600000) && kept->remaining_ms(kept) == 0 &&
                   kept->call_id(kept).size == 0
               ? AIP_OK
               : AIP_INTERNAL;
}

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    if (is(command->tool, "wait")) {
        return waitForCancel(plugin, call);
    }
    if (is(command->tool, "wait_told")) {
        return waitUntilTold(plugin, call);
    }
    if (is(command->tool, "fail")) {
        call->set_error(call, textOf("no luck"));
        return AIP_PLUGIN_STATUS + 3;
    }
    if (is(command->tool, "complain")) {
        call->progress(call, 500, command->parameters_json);
        call->set_error(call, command->parameters_json);
        return AIP_INVALID;
    }
    if (is(command->tool, "refuse")) {
        return AIP_DENIED;
    }
    if (is(command->tool, "strange")) {
        return -5;
    }
    if (is(command->tool, "nothing")) {
        return AIP_OK;
    }
    if (is(command->tool, "big")) {
        return big(call);
    }
    if (is(command->tool, "describe")) {
        return describe(call, command);
    }
    if (is(command->tool, "keep")) {
        kept = call;
        return AIP_OK;
    }
    if (is(command->tool, "use_kept")) {
        return useKept(call);
    }
    call->progress(call, 5000, textOf("half"));
    call->set_result(call, textOf("\"overwritten\""));
    call->set_result(call, command->parameters_json);
    return AIP_OK;
}

static aip_status collect(aip_plugin* plugin, const aip_call* call) {
    (void)plugin;
    call->set_result(call, textOf("{\"platform\":\"test\"}"));
    return AIP_OK;
}

static const void* getExtension(aip_plugin* plugin, aip_text id) {
    static const aip_command_executor executor = {sizeof(aip_command_executor), 0, execute, cancel};
    static const aip_device_info deviceInfo = {sizeof(aip_device_info), 0, collect};
    (void)plugin;
    if (is(id, AIP_EXT_DEVICE_INFO)) {
        return &deviceInfo;
    }
    return is(id, AIP_EXT_COMMAND_EXECUTOR) ? &executor : NULL;
}

#define PLUGIN_START start
#define PLUGIN_STOP stop
#define PLUGIN_DESTROY destroy
#define PLUGIN_EXECUTE execute
#define PLUGIN_GET_EXTENSION getExtension
#include "skeleton.h"
