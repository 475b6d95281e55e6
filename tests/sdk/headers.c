#include <aip/abi.h>
#include <aip/ext/account.h>
#include <aip/ext/artifacts.h>
#include <aip/ext/command_executor.h>
#include <aip/ext/device_info.h>
#include <aip/ext/dynamic_tools.h>
#include <aip/ext/host_settings.h>
#include <aip/ext/manifest.h>
#include <aip/ext/result_room.h>
#include <aip/ext/task_events.h>
#include <aip/ext/thread_check.h>
#include <aip/json.h>
#include <aip/plugin.h>

int hasCreate(const aip_plugin_entry* entry);
int hasCreate(const aip_plugin_entry* entry) {
    return AIP_HAS(aip_plugin_entry, entry, create);
}
