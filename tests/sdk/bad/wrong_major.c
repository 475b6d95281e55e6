#include <aip/abi.h>

static aip_plugin* create(const aip_host* host, aip_status* status) {
    const aip_text text = {"no hardware here", 16};
    host->log(host, AIP_LOG_ERROR, text);
    *status = AIP_UNSUPPORTED;
    return NULL;
}

extern AIP_EXPORT const aip_plugin_entry aip_plugin_entry_v1;
AIP_EXPORT const aip_plugin_entry aip_plugin_entry_v1 = {
    sizeof(aip_plugin_entry), AIP_ABI_MAJOR + 1, AIP_ABI_MINOR, 0, "bad", "1.0.0", create};
