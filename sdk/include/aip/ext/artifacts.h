/*
 * aip.artifacts/1 - implemented by the agent: files and bytes that a tool hands over for the server.
 *
 * Ask for it with host->get_extension(host, "aip.artifacts/1"). NULL means that this agent sends no files: it is
 * switched off (setting transfer.send, as it is by default), or the agent is older than this extension.
 *
 * What is handed over during a call is sent before the result of that call, in the order in which it was handed over,
 * in pieces and beside everything else on the connection. AIP_OK says that it waits to be sent, not that it was
 * received: it is dropped, with a line in the agent's log, if the connection is lost or the task ends.
 */
#ifndef AIP_EXT_ARTIFACTS_H
#define AIP_EXT_ARTIFACTS_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define AIP_EXT_ARTIFACTS "aip.artifacts/1"

/* What the server is told. Owned by the plugin, borrowed for the duration of the call that passes it. */
typedef struct aip_artifact {
    uint32_t struct_size;
    uint32_t reserved;
    aip_text name;      /* a file name without a path, at most 255 bytes; empty: that of the file */
    aip_text mime_type; /* "image/png"; at most 127 bytes; empty: unknown */
} aip_artifact;

/*
 * Owned by the agent, lives as long as the host. `call` is the running call, as execute() has got it. Both functions
 * are [any] while `call` is valid, and block as long as the disk takes. They return
 *   AIP_OK           it will be sent
 *   AIP_INVALID      the name or the type is not acceptable, the path not absolute, the file not a regular one
 *   AIP_NOT_FOUND    there is no such file
 *   AIP_DENIED       the file may not be read, or the last part of its path is a symbolic link
 *   AIP_EXHAUSTED    it is too large (setting transfer.max_file_size), too many wait, or the disk is full
 *   AIP_CANCELLED    the call is cancelled
 *   AIP_STATE        the call is over
 *   AIP_UNAVAILABLE  there is no connection to the server now
 *   AIP_UNSUPPORTED  who called the tool takes no files: an MCP client
 * and the agent's log says why.
 */
typedef struct aip_artifacts {
    uint32_t struct_size;
    uint32_t reserved;
    void* context; /* the agent's */

    /* The regular file at an absolute path. It is opened before this returns, with the rights of the process in which
     * the plugin runs, and read later, perhaps after the call. It stays the plugin's: it may be renamed or deleted as
     * soon as this has returned, but its content must not be changed any more. */
    aip_status (*send_file)(const struct aip_artifacts* artifacts, const aip_call* call, const aip_artifact* what,
                            aip_text path);

    /* Any bytes; what->name must not be empty. They are copied (to a temporary file) before this returns. */
    aip_status (*send_bytes)(const struct aip_artifacts* artifacts, const aip_call* call, const aip_artifact* what,
                             aip_text bytes);
} aip_artifacts;

AIP_STATIC_ASSERT(sizeof(aip_artifact) == AIP_END_OF(aip_artifact, mime_type), "aip_artifact has tail padding");
AIP_STATIC_ASSERT(sizeof(aip_artifacts) == AIP_END_OF(aip_artifacts, send_bytes), "aip_artifacts has tail padding");

#ifdef __cplusplus
}
#endif

#endif
