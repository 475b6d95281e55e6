/*
 * aip.thread-check/1 - implemented by the agent: on what kind of thread am I?
 *
 * Ask for it with host->get_extension(host, "aip.thread-check/1"). NULL means that the agent is older than it. For
 * checks of one's own, as an assert() at the beginning of a function that has a thread tag.
 */
#ifndef AIP_EXT_THREAD_CHECK_H
#define AIP_EXT_THREAD_CHECK_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define AIP_EXT_THREAD_CHECK "aip.thread-check/1"

/* Owned by the agent, lives as long as the host. Both answer 0 on a thread that the plugin has made itself, and within
 * a function tagged [any] that the agent calls, such as cancel(). */
typedef struct aip_thread_check {
    uint32_t struct_size;
    uint32_t reserved;
    void* context; /* the agent's */

    /* [any] 1 if the agent has called a [control] function of this plugin on this thread, which has not returned. */
    int32_t (*is_control_thread)(const struct aip_thread_check* check);

    /* [any] The same for a [worker] function. */
    int32_t (*is_worker_thread)(const struct aip_thread_check* check);
} aip_thread_check;

AIP_STATIC_ASSERT(sizeof(aip_thread_check) == AIP_END_OF(aip_thread_check, is_worker_thread),
                  "aip_thread_check has tail padding");

#ifdef __cplusplus
}
#endif

#endif
