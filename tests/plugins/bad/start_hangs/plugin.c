/* Never returns from start(). */
#include <aip/abi.h>

#include <string.h>
#include <unistd.h>

static aip_status start(aip_plugin* plugin, aip_text config) {
    const aip_host* host = plugin->context;
    const aip_text text = {"inside", strlen("inside")};
    (void)config;
    host->log(host, AIP_LOG_WARN, text);
    while (pause() != 0) {
    }
    return AIP_OK;
}
#define PLUGIN_START start
#include "skeleton.h"
