/* Cannot be created. */
#include <aip/abi.h>

static aip_plugin* create(const aip_host* host, aip_status* status) {
    (void)host;
    *status = AIP_UNSUPPORTED;
    return NULL;
}
#define PLUGIN_CREATE create
#include "skeleton.h"
