/* An exception leaves stop(). */
#include <aip/abi.h>

#include <stdexcept>

static void stop(aip_plugin* /*plugin*/) {
    throw std::runtime_error("oops");
}
#define PLUGIN_STOP stop
#include "skeleton.h"
