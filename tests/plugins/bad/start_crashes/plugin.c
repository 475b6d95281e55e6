/* Crashes in start(). */
#include <aip/abi.h>

#include <stdlib.h>

static aip_status start(aip_plugin* plugin, aip_text config) {
    (void)plugin;
    (void)config;
    abort();
}
#define PLUGIN_START start
#include "skeleton.h"
