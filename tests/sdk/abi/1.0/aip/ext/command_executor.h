/*
 * aip.command-executor/1 - implemented by a plugin that carries out tools.
 *
 * The tools themselves (names, types, schemas) are in the manifest; the agent has checked `parameters_json` against
 * the tool's input_schema before execute() is called.
 */
#ifndef AIP_EXT_COMMAND_EXECUTOR_H
#define AIP_EXT_COMMAND_EXECUTOR_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define AIP_EXT_COMMAND_EXECUTOR "aip.command-executor/1"

/* What to do. Owned by the agent, valid until execute() returns. */
typedef struct aip_command {
    uint32_t struct_size;
    uint32_t reserved;
    aip_text tool;            /* the tool's name, as in the manifest */
    aip_text tool_type;       /* "action" or "data_collection" */
    aip_text parameters_json; /* one JSON object */
} aip_command;

typedef struct aip_command_executor {
    uint32_t struct_size;
    uint32_t reserved;

    /* [worker] Runs one tool to its end. Result or error text go through `call`; the return value decides which
     * counts. Should look at is_cancelled() or wait_cancelled() when it takes longer than some 100 ms. */
    aip_status (*execute)(aip_plugin* plugin, const aip_call* call, const aip_command* command);

    /* [any] Optional (NULL): the call with this id was just cancelled. For what cannot wait on the call itself. */
    void (*cancel)(aip_plugin* plugin, aip_text call_id);
} aip_command_executor;

AIP_STATIC_ASSERT(sizeof(aip_command) == AIP_END_OF(aip_command, parameters_json), "aip_command has tail padding");
AIP_STATIC_ASSERT(sizeof(aip_command_executor) == AIP_END_OF(aip_command_executor, cancel),
                  "aip_command_executor has tail padding");

#ifdef __cplusplus
}
#endif

#endif
