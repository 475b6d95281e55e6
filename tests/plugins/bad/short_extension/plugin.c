/* The table of its extension ends before execute. */
#include <aip/ext/command_executor.h>

static const void* getExtension(aip_plugin* plugin, aip_text id) {
    static const aip_command_executor executor = {AIP_END_OF(aip_command_executor, reserved), 0, NULL, NULL};
    (void)plugin;
    (void)id;
    return &executor;
}
#define PLUGIN_GET_EXTENSION getExtension
#include "skeleton.h"
