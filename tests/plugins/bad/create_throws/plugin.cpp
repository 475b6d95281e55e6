/* An exception leaves create(). */
#include <aip/abi.h>

#include <stdexcept>

static aip_plugin* create(const aip_host* /*host*/, aip_status* /*status*/) {
    throw std::runtime_error("oops");
}
#define PLUGIN_CREATE create
#include "skeleton.h"
