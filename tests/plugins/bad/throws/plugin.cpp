// Lets an exception out of execute().
#include <aip/ext/command_executor.h>

#include <stdexcept>

static aip_status execute(aip_plugin*, const aip_call*, const aip_command*) {
    throw std::runtime_error("oops");
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
