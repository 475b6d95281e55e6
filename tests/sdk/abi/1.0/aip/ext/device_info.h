/*
 * aip.device-info/1 - implemented by a plugin that describes the machine at registration.
 */
#ifndef AIP_EXT_DEVICE_INFO_H
#define AIP_EXT_DEVICE_INFO_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define AIP_EXT_DEVICE_INFO "aip.device-info/1"

typedef struct aip_device_info {
    uint32_t struct_size;
    uint32_t reserved;

    /* [worker] Sets as its result one JSON object that is merged into system_info. A key that another plugin has
     * already given is kept as it was; "supported_features" lists are joined; "custom_metadata" objects are merged. */
    aip_status (*collect)(aip_plugin* plugin, const aip_call* call);
} aip_device_info;

AIP_STATIC_ASSERT(sizeof(aip_device_info) == AIP_END_OF(aip_device_info, collect), "aip_device_info has tail padding");

#ifdef __cplusplus
}
#endif

#endif
