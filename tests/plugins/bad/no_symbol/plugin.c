/* Exports something, but not the entry. */
#include <aip/abi.h>

AIP_EXPORT extern const int aip_plugin_entry_v0;
AIP_EXPORT const int aip_plugin_entry_v0 = 0;
