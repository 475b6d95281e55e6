/* Has the entry of the next major only. */
#include <aip/abi.h>

typedef struct next_entry {
    uint32_t struct_size;
    uint32_t abi_major;
} next_entry;

AIP_EXPORT extern const next_entry aip_plugin_entry_v2;
const next_entry aip_plugin_entry_v2 = {sizeof(next_entry), AIP_ABI_MAJOR + 1};
