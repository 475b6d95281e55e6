/*
 * A plugin in plain C that keeps every rule and whose one tool echoes its parameters. Define one of the PLUGIN_ macros
 * before including this to make it break a rule, or do something else.
 */
#include <aip/ext/command_executor.h>
#include <aip/ext/device_info.h>

#include <stddef.h>
#include <string.h>

#ifndef PLUGIN_ID
#define PLUGIN_ID PLUGIN_NAME
#endif
#ifndef PLUGIN_VERSION
#define PLUGIN_VERSION "1.0.0"
#endif
#ifndef PLUGIN_ABI_MAJOR
#define PLUGIN_ABI_MAJOR AIP_ABI_MAJOR
#endif
#ifndef PLUGIN_ABI_MINOR_REQUIRED
#define PLUGIN_ABI_MINOR_REQUIRED AIP_ABI_MINOR
#endif
#ifndef PLUGIN_ENTRY_SIZE
#define PLUGIN_ENTRY_SIZE sizeof(aip_plugin_entry)
#endif

#ifndef PLUGIN_START
static inline aip_status skeletonStart(aip_plugin* plugin, aip_text config) {
    (void)plugin;
    (void)config;
    return AIP_OK;
}
#define PLUGIN_START skeletonStart
#endif

#ifndef PLUGIN_STOP
static inline void skeletonStop(aip_plugin* plugin) {
    (void)plugin;
}
#define PLUGIN_STOP skeletonStop
#endif

#ifndef PLUGIN_EXECUTE
static inline aip_status skeletonExecute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    (void)plugin;
    call->set_result(call, command->parameters_json);
    return AIP_OK;
}
#define PLUGIN_EXECUTE skeletonExecute
#endif

#ifndef PLUGIN_CANCEL
#define PLUGIN_CANCEL NULL
#endif

#ifndef PLUGIN_GET_EXTENSION
static inline const void* skeletonGetExtension(aip_plugin* plugin, aip_text id) {
    static const aip_command_executor executor = {sizeof(aip_command_executor), 0, PLUGIN_EXECUTE, PLUGIN_CANCEL};
    (void)plugin;
    if (id.size == strlen(AIP_EXT_COMMAND_EXECUTOR) &&
        memcmp(id.data, AIP_EXT_COMMAND_EXECUTOR, (size_t)id.size) == 0) {
        return &executor;
    }
    return NULL;  // NOLINT(modernize-use-nullptr): this is C, too
}
#define PLUGIN_GET_EXTENSION skeletonGetExtension
#endif

#ifndef PLUGIN_DESTROY
static inline void skeletonDestroy(aip_plugin* plugin) {
    (void)plugin;
}
#define PLUGIN_DESTROY skeletonDestroy
#endif

#ifndef PLUGIN_CREATE
static inline aip_plugin* skeletonCreate(const aip_host* host, aip_status* status) {
    static aip_plugin plugin;
    plugin.struct_size = sizeof(aip_plugin);
    plugin.context = (void*)host;
    plugin.start = PLUGIN_START;
    plugin.stop = PLUGIN_STOP;
    plugin.destroy = PLUGIN_DESTROY;
    plugin.get_extension = PLUGIN_GET_EXTENSION;
    *status = AIP_OK;
    return &plugin;
}
#define PLUGIN_CREATE skeletonCreate
#endif

#ifdef __cplusplus
extern "C" {
#endif
AIP_EXPORT extern const aip_plugin_entry aip_plugin_entry_v1;
const aip_plugin_entry aip_plugin_entry_v1 = {
    PLUGIN_ENTRY_SIZE, PLUGIN_ABI_MAJOR, AIP_ABI_MINOR, PLUGIN_ABI_MINOR_REQUIRED,
    PLUGIN_ID,         PLUGIN_VERSION,   PLUGIN_CREATE};
#ifdef __cplusplus
}
#endif
