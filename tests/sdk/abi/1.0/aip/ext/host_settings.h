/*
 * aip.host-settings/1 - implemented by the agent: what a plugin may know of the agent that runs it.
 *
 * Ask for it with host->get_extension(host, "aip.host-settings/1"). NULL means that the agent is older than it. The
 * plugin's own settings are not here: start() gets them.
 */
#ifndef AIP_EXT_HOST_SETTINGS_H
#define AIP_EXT_HOST_SETTINGS_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define AIP_EXT_HOST_SETTINGS "aip.host-settings/1"

/* The keys. An agent may know more, and need not know all: a new key is not a new revision. */
#define AIP_HOST_AGENT_NAME "agent_name"           /* "aip-agent" */
#define AIP_HOST_AGENT_VERSION "agent_version"     /* "1.2.3" */
#define AIP_HOST_ABI_VERSION "abi_version"         /* "1.0": AIP_ABI_MAJOR and AIP_ABI_MINOR of the agent */
#define AIP_HOST_CLIENT_ID "client_id"             /* under which name the device is known to its server */
#define AIP_HOST_ISOLATION "isolation"             /* "process", "in_process" or "per_call" */
#define AIP_HOST_MAX_RESULT_SIZE "max_result_size" /* bytes of a result; a longer one fails its call */
#define AIP_HOST_CANCEL_GRACE_MS "cancel_grace_ms" /* how long a cancelled call may take until it is given up */
#define AIP_HOST_OWN_FILES "own_files" /* JSON array of absolute paths: the agent's configuration, keys, logs */

/* Own files: a plugin that hands out the content of files must not hand out these, nor what lies below one that is a
 * folder, whatever name they are reached by. A path that ends in * stands for all that begin like it: the log and its
 * rotated parts. Not all of them need exist. */

/* Owned by the agent, lives as long as the host. */
typedef struct aip_host_settings {
    uint32_t struct_size;
    uint32_t reserved;
    void* context; /* the agent's */

    /* [any] The value of `key`, numbers in decimal; null `data` if the agent has none. It never changes, and is valid
     * as long as the host. */
    aip_text (*get)(const struct aip_host_settings* settings, aip_text key);
} aip_host_settings;

AIP_STATIC_ASSERT(sizeof(aip_host_settings) == AIP_END_OF(aip_host_settings, get),
                  "aip_host_settings has tail padding");

#ifdef __cplusplus
}
#endif

#endif
