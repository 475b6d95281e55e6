/* Never returns from start(). */
#include <aip/abi.h>

#include <unistd.h>

static aip_status start(aip_plugin* plugin, aip_text config) {
    (void)plugin;
    (void)config;
    while (pause() != 0) {
    }
    return AIP_OK;
}
#define PLUGIN_START start
#include "skeleton.h"
