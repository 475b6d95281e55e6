/* Has no extension at all, though its manifest promises one. */
#include <aip/abi.h>

static const void* getExtension(aip_plugin* plugin, aip_text id) {
    (void)plugin;
    (void)id;
    return NULL;
}
#define PLUGIN_GET_EXTENSION getExtension
#include "skeleton.h"
