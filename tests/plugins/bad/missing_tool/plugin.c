/* Describes another tool than its manifest promises. */
#include <aip/ext/command_executor.h>
#include <aip/ext/manifest.h>

#include <string.h>

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    (void)plugin;
    (void)call;
    (void)command;
    return AIP_NOT_FOUND;
}

static aip_status describe(aip_plugin* plugin, void (*write)(void* sink, aip_text piece), void* sink) {
    const char* json = "{\"tools\": [{\"namespace\": \"Test\", \"type\": \"action\", \"name\": \"something_else\"}]}";
    const aip_text text = {json, strlen(json)};
    (void)plugin;
    write(sink, text);
    return AIP_OK;
}

static const void* getExtension(aip_plugin* plugin, aip_text id) {
    static const aip_command_executor executor = {sizeof(aip_command_executor), 0, execute, NULL};
    static const aip_manifest manifest = {sizeof(aip_manifest), 0, describe};
    (void)plugin;
    return memcmp(id.data, AIP_EXT_MANIFEST, strlen("aip.manifest")) == 0 ? (const void*)&manifest : &executor;
}
#define PLUGIN_GET_EXTENSION getExtension
#include "skeleton.h"
