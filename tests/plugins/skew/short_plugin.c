/* The table that create() returns ends before get_extension. */
#include <aip/abi.h>

static aip_status start(aip_plugin* plugin, aip_text config) {
    (void)plugin;
    (void)config;
    return AIP_OK;
}
static void stop(aip_plugin* plugin) {
    (void)plugin;
}
static aip_plugin* create(const aip_host* host, aip_status* status) {
    static aip_plugin plugin = {AIP_END_OF(aip_plugin, destroy), 0, NULL, start, stop, stop, NULL};
    (void)host;
    *status = AIP_OK;
    return &plugin;
}

#define PLUGIN_CREATE create
#include "skeleton.h"
