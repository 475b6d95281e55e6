/* Does not start, and says why. */
#include <aip/abi.h>

#include <string.h>

static aip_status start(aip_plugin* plugin, aip_text config) {
    const aip_host* host = plugin->context;
    const char* why = "the printer is on fire";
    const aip_text text = {why, strlen(why)};
    (void)config;
    host->log(host, AIP_LOG_ERROR, text);
    return AIP_UNAVAILABLE;
}
#define PLUGIN_START start
#include "skeleton.h"
