/* Imports a symbol that no library exports. */
#include <aip/abi.h>

extern aip_status aip_nobody_has_this(void);

static aip_status start(aip_plugin* plugin, aip_text config) {
    (void)plugin;
    (void)config;
    return aip_nobody_has_this();
}
#define PLUGIN_START start
#include "skeleton.h"
