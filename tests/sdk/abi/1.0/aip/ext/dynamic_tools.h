/*
 * aip.dynamic-tools/1 - tools that come and go while the plugin runs. Two tables under one id: the plugin's says what
 * there is, the agent's takes word of a change.
 *
 * The manifest must name the extension, and aip.command-executor/1, which carries these tools out like any other. The
 * manifest's own tools, of which there may be none, stay beside them. Such a plugin is started with the agent, whatever
 * the setting `load` says.
 *
 * Each tool is checked like one of a manifest. One that breaks a rule, or whose type, namespace and name another tool
 * has already, is left out with a line in the agent's log; the rest is taken. At most 4096 tools, 4 MiB of text.
 */
#ifndef AIP_EXT_DYNAMIC_TOOLS_H
#define AIP_EXT_DYNAMIC_TOOLS_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define AIP_EXT_DYNAMIC_TOOLS "aip.dynamic-tools/1"

/* Implemented by the plugin. */
typedef struct aip_dynamic_tools {
    uint32_t struct_size;
    uint32_t reserved;

    /* [control] Between start() and stop(): after start() has returned AIP_OK and after every change that changed() has
     * told. Hands the tools of now to `write` as one JSON array, in one or more pieces; its elements are those of
     * "tools" in plugin.json (schema/plugin.schema.json). With another status than AIP_OK the tools stay as they were.
     * Must not wait for a call to end. */
    aip_status (*list)(aip_plugin* plugin, void (*write)(void* sink, aip_text piece), void* sink);
} aip_dynamic_tools;

/* Implemented by the agent: host->get_extension(host, "aip.dynamic-tools/1"); NULL in an agent that is older than this
 * extension. Lives as long as the host. */
typedef struct aip_dynamic_tools_host {
    uint32_t struct_size;
    uint32_t reserved;
    void* context; /* the agent's */

    /* [any] The tools are others now. list() follows soon on another thread, perhaps once for several changes. A call
     * of a tool that is gone by then is answered NOT_FOUND; calls that run go on. */
    void (*changed)(const struct aip_dynamic_tools_host* host_tools);
} aip_dynamic_tools_host;

AIP_STATIC_ASSERT(sizeof(aip_dynamic_tools) == AIP_END_OF(aip_dynamic_tools, list),
                  "aip_dynamic_tools has tail padding");
AIP_STATIC_ASSERT(sizeof(aip_dynamic_tools_host) == AIP_END_OF(aip_dynamic_tools_host, changed),
                  "aip_dynamic_tools_host has tail padding");

#ifdef __cplusplus
}
#endif

#endif
