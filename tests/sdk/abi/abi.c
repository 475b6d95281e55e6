/* Has every public struct in its interface, so that its debug information is the ABI. */
#include <aip/abi.h>
#include <aip/ext/artifacts.h>
#include <aip/ext/command_executor.h>
#include <aip/ext/device_info.h>
#include <aip/ext/dynamic_tools.h>
#include <aip/ext/host_settings.h>
#include <aip/ext/manifest.h>
#include <aip/ext/thread_check.h>

#define USE(type)                                   \
    AIP_EXPORT const type* use_##type(const type*); \
    const type* use_##type(const type* table) {     \
        return table;                               \
    }

USE(aip_plugin_entry)
USE(aip_host)
USE(aip_plugin)
USE(aip_call)
USE(aip_command)
USE(aip_command_executor)
USE(aip_device_info)
USE(aip_dynamic_tools)
USE(aip_dynamic_tools_host)
USE(aip_manifest)
USE(aip_artifact)
USE(aip_artifacts)
USE(aip_thread_check)
USE(aip_host_settings)
