/* Crashes in stop(). */
#include <aip/abi.h>

#include <stdlib.h>

static void stop(aip_plugin* plugin) {
    (void)plugin;
    abort();
}
#define PLUGIN_STOP stop
#include "skeleton.h"
