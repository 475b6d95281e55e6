/* Never returns from stop(). */
#include <aip/abi.h>

#include <unistd.h>

static void stop(aip_plugin* plugin) {
    (void)plugin;
    while (pause() != 0) {
    }
}
#define PLUGIN_STOP stop
#include "skeleton.h"
