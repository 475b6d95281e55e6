/* Uses what it is not linked with: here the program happens to have it. */
unsigned long OpenSSL_version_num(void);

#define PLUGIN_NAME "borrowing"
#define PLUGIN_START borrow
#include <aip/abi.h>

static aip_status borrow(aip_plugin* plugin, aip_text config) {
    (void)plugin;
    (void)config;
    return OpenSSL_version_num() == 0 ? AIP_INTERNAL : AIP_OK;
}

#include "skeleton.h"
