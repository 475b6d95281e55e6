/*
 * aip.account/1 - implemented by the agent: what a tool has really done, for the agent's audit.
 *
 * Ask for it with host->get_extension(host, "aip.account/1"). NULL means that the agent is older than this extension.
 *
 * The audit holds the parameters of each call. Where a tool makes something else of them (a command line becomes
 * programs with arguments, a name becomes a path), it says what, and how that ended. The caller does not get to see it.
 */
#ifndef AIP_EXT_ACCOUNT_H
#define AIP_EXT_ACCOUNT_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define AIP_EXT_ACCOUNT "aip.account/1"

/* Owned by the agent, lives as long as the host. */
typedef struct aip_account {
    uint32_t struct_size;
    uint32_t reserved;
    void* context; /* the agent's */

    /* [any] `call` is the running call, as execute() has got it; `json` one JSON object of at most 4 KiB, copied before
     * this returns. The last one of a call counts. Like parameters it is recorded whole, cut or as a hash, as the
     * operator has set (audit.parameters): leave out what no audit should hold. Returns AIP_OK, AIP_INVALID if it is
     * not one JSON object, AIP_EXHAUSTED if it is longer, AIP_STATE if the call is over. */
    aip_status (*tell)(const struct aip_account* account, const aip_call* call, aip_text json);
} aip_account;

AIP_STATIC_ASSERT(sizeof(aip_account) == AIP_END_OF(aip_account, tell), "aip_account has tail padding");

#ifdef __cplusplus
}
#endif

#endif
