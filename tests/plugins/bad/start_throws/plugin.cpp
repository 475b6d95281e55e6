/* An exception leaves start(). */
#include <aip/abi.h>

#include <stdexcept>

static aip_status start(aip_plugin* /*plugin*/, aip_text /*config*/) {
    throw std::runtime_error("oops");
}
#define PLUGIN_START start
#include "skeleton.h"
