/*
 * aip.result-room/1 - implemented by the agent: a place in its memory where a large result is written, instead of a
 * text that set_result() copies.
 *
 * Ask for it with host->get_extension(host, "aip.result-room/1"). NULL means that the agent is older than this
 * extension. It is worth it from some 64 KiB on; the C++ SDK uses it for texts.
 */
#ifndef AIP_EXT_RESULT_ROOM_H
#define AIP_EXT_RESULT_ROOM_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define AIP_EXT_RESULT_ROOM "aip.result-room/1"

/* Owned by the agent, lives as long as the host. `call` is the running call, as execute() has got it. */
typedef struct aip_result_room {
    uint32_t struct_size;
    uint32_t reserved;
    void* context; /* the agent's */

    /* [any] Room for a result of `size` bytes. NULL: there is none, and set_result() is to be used: it would gain
     * nothing here, the result would be too large, there is no memory, or the call is over. The
     * room is the agent's; it may be written until the function of the call returns, or one of give(), set() or
     * set_result() is called for this call. */
    char* (*give)(const struct aip_result_room* table, const aip_call* call, uint64_t size);

    /* [any] The first `size` bytes of the room are the result: one JSON value as text, as with set_result(). More than
     * was asked for fails the call. */
    void (*set)(const struct aip_result_room* table, const aip_call* call, uint64_t size);
} aip_result_room;

AIP_STATIC_ASSERT(sizeof(aip_result_room) == AIP_END_OF(aip_result_room, set), "aip_result_room has tail padding");

#ifdef __cplusplus
}
#endif

#endif
