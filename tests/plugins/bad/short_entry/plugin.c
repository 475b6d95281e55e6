/* Its entry ends before create. */
#define PLUGIN_ENTRY_SIZE AIP_END_OF(aip_plugin_entry, version)
#include "skeleton.h"
