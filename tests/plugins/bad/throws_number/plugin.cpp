/* What leaves execute() is not even an exception. */
#include <aip/ext/command_executor.h>

static aip_status execute(aip_plugin* /*plugin*/, const aip_call* /*call*/, const aip_command* /*command*/) {
    throw 7;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
