#include <aip/abi.h>

#include <stdlib.h>

static aip_plugin* create(const aip_host* host, aip_status* status) {
    (void)host;
    *status = AIP_INTERNAL;
    return NULL;
}

extern AIP_EXPORT const aip_plugin_entry aip_plugin_entry_v1;
AIP_EXPORT const aip_plugin_entry aip_plugin_entry_v1 = {
    sizeof(aip_plugin_entry), AIP_ABI_MAJOR, AIP_ABI_MINOR, 0, "bad", "1.0.0", create};

__attribute__((constructor)) static void onLoad(void) {
    abort();
}
