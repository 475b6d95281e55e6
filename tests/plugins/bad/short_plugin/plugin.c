/* What create() returns ends before get_extension. */
#include <aip/abi.h>

static aip_plugin* create(const aip_host* host, aip_status* status) {
    static aip_plugin plugin = {AIP_END_OF(aip_plugin, destroy), 0, NULL, NULL, NULL, NULL, NULL};
    (void)host;
    *status = AIP_OK;
    return &plugin;
}
#define PLUGIN_CREATE create
#include "skeleton.h"
