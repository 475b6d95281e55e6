/*
 * aip/plugin.h - a plugin in plain C from a table of tools. C11, header only; who needs more (settings, start and stop,
 * other extensions) fills in the tables of abi.h.
 *
 *     static aip_status greet(const aip_call* call, aip_json parameters) { ... return aip_return_text(call, text); }
 *
 *     static const aip_tool tools[] = {{"greet", greet}};
 *     AIP_C_PLUGIN(tools)
 */
#ifndef AIP_PLUGIN_H
#define AIP_PLUGIN_H

#include "abi.h"
#include "ext/command_executor.h"
#include "json.h"

#include <stdlib.h>
#include <string.h>

/* [worker] `parameters` is an object that the agent has checked against the tool's schema; valid during the call. */
typedef struct aip_tool {
    const char* name; /* "greet", or "data_collection::greet" where both types have one */
    aip_status (*run)(const aip_call* call, aip_json parameters);
} aip_tool;

static inline aip_text aip_text_of(const char* text) {
    const aip_text out = {text, strlen(text)};
    return out;
}

/* Who asks, in the words of the server: foreign text, empty where it does not say and in an agent of ABI 1.0.
 * aip_agent_name_of(call), aip_root_name_of, aip_process_name_of, aip_session_id_of, aip_task_name_of. */
#define AIP_TEXT_OF_CALL(field)                                           \
    static inline aip_text aip_##field##_of(const aip_call* call) {       \
        const aip_text none = {NULL, 0};                                  \
        return AIP_HAS(aip_call, call, field) ? call->field(call) : none; \
    }
AIP_TEXT_OF_CALL(agent_name)
AIP_TEXT_OF_CALL(root_name)
AIP_TEXT_OF_CALL(process_name)
AIP_TEXT_OF_CALL(session_id)
AIP_TEXT_OF_CALL(task_name)
#undef AIP_TEXT_OF_CALL

/* return aip_fail(call, AIP_INVALID, "why"); */
static inline aip_status aip_fail(const aip_call* call, aip_status status, const char* why) {
    call->set_error(call, aip_text_of(why));
    return status;
}

/* The result as JSON text: "3", "{\"count\":3}". */
static inline aip_status aip_return_json(const aip_call* call, const char* json) {
    call->set_result(call, aip_text_of(json));
    return AIP_OK;
}

/* Writes one character of `text` as JSON wants it within a string, U+FFFD for what is not UTF-8. Returns its length. */
static inline size_t aip_json_write_step(const char** text, const char* end, char* out) {
    static const char digits[] = "0123456789abcdef";
    const unsigned char first = (unsigned char)**text;
    const size_t length = aip_utf8_length(*text, end);
    *text += length == 0 ? 1 : length;
    if (first == '"' || first == '\\') {
        out[0] = '\\';
        out[1] = (char)first;
        return 2;
    }
    if (first < 0x20) {
        memcpy(out, "\\u00", 4);
        out[4] = digits[first >> 4U];
        out[5] = digits[first & 0xFU];
        return 6;
    }
    memcpy(out, length == 0 ? "\xEF\xBF\xBD" : *text - length, length == 0 ? 3 : length);
    return length == 0 ? 3 : length;
}

/* The result as a string. */
static inline aip_status aip_return_text(const aip_call* call, const char* text) {
    const char* end = text + strlen(text);
    char* json = (char*)malloc((size_t)(end - text) * 6 + 2);
    size_t size = 0;
    if (json == NULL) {
        return aip_fail(call, AIP_EXHAUSTED, "no memory for the result");
    }
    json[size++] = '"';
    while (text != end) {
        size += aip_json_write_step(&text, end, json + size);
    }
    json[size++] = '"';
    {
        const aip_text result = {json, size};
        call->set_result(call, result); /* copied, so it can go at once */
    }
    free(json);
    return AIP_OK;
}

static inline int aip_text_equals(aip_text text, const char* expected, size_t size) {
    return text.size == size && memcmp(text.data, expected, size) == 0;
}

/* What AIP_C_PLUGIN is made of. */
static inline int aip_tool_is(const aip_tool* tool, const aip_command* command) {
    const char* colon = strstr(tool->name, "::");
    const char* name = colon != NULL ? colon + 2 : tool->name;
    return aip_text_equals(command->tool, name, strlen(name)) &&
           (colon == NULL || aip_text_equals(command->tool_type, tool->name, (size_t)(colon - tool->name)));
}

static inline aip_status aip_run_tool(const aip_tool* tools, size_t count, const aip_call* call,
                                      const aip_command* command) {
    const aip_text none = {"{}", 2};
    aip_json parameters;
    size_t i;
    const char* problem =
        aip_json_parse(command->parameters_json.size == 0 ? none : command->parameters_json, &parameters);
    if (problem != NULL) {
        return aip_fail(call, AIP_INVALID, problem);
    }
    for (i = 0; i < count; ++i) {
        if (aip_tool_is(&tools[i], command)) {
            return tools[i].run(call, parameters);
        }
    }
    return aip_fail(call, AIP_NOT_FOUND, "no such tool");
}

static inline aip_status aip_start_nothing(aip_plugin* plugin, aip_text config_json) {
    (void)plugin;
    (void)config_json;
    return AIP_OK;
}

static inline void aip_end_nothing(aip_plugin* plugin) {
    (void)plugin;
}

/* Once per library, at file scope, after the table. */
#define AIP_C_PLUGIN(tools)                                                                                           \
    static aip_status aip_c_execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {           \
        (void)plugin;                                                                                                 \
        return aip_run_tool(tools, sizeof(tools) / sizeof(tools)[0], call, command);                                  \
    }                                                                                                                 \
    static const void* aip_c_extension(aip_plugin* plugin, aip_text id) {                                             \
        static const aip_command_executor executor = {sizeof(aip_command_executor), 0, aip_c_execute, NULL};          \
        (void)plugin;                                                                                                 \
        return aip_text_equals(id, AIP_EXT_COMMAND_EXECUTOR, sizeof AIP_EXT_COMMAND_EXECUTOR - 1) ? &executor : NULL; \
    }                                                                                                                 \
    static aip_plugin* aip_c_create(const aip_host* host, aip_status* status) {                                       \
        static aip_plugin plugin = {sizeof(aip_plugin), 0, NULL, aip_start_nothing, aip_end_nothing, aip_end_nothing, \
                                    aip_c_extension};                                                                 \
        (void)host;                                                                                                   \
        *status = AIP_OK;                                                                                             \
        return &plugin;                                                                                               \
    }                                                                                                                 \
    extern AIP_EXPORT const aip_plugin_entry aip_plugin_entry_v1;                                                     \
    AIP_EXPORT const aip_plugin_entry aip_plugin_entry_v1 = {                                                         \
        sizeof(aip_plugin_entry), AIP_ABI_MAJOR, AIP_ABI_MINOR, AIP_ABI_MINOR_REQUIRED, AIP_PLUGIN_ID,                \
        AIP_PLUGIN_VERSION,       aip_c_create};

#endif
