/*
 * aip.task-events/1 - tells a plugin that a task of the server began and ended, so that it can reset what it keeps for
 * one task. The manifest must name the extension. Meaningless for isolation = per_call: such a plugin hears nothing.
 *
 * A task begins with the server's TASK. It ends with its TASK_END, with a COMMAND that ends it, when the server refuses
 * it, or when the connection is lost. One runs at a time; a task may begin while cancelled calls of the one before
 * still end. A session without a TASK (that of another client) has no events, whatever task_name its calls have.
 *
 * A plugin that runs is told of the start at once. One that is not started, or is started again, is told before the
 * first call of that task, and of nothing that is over by then. A plugin that was told of the start is told of the end,
 * after the last call of the task has returned; a plugin that is stopped before gets stop() only. Events of one plugin
 * never overlap, and no call of a task runs before began() has returned. If the plugin has no free place for as long as
 * a call may take, the event comes later: a start with the first call of its task, an end before the next start.
 */
#ifndef AIP_EXT_TASK_EVENTS_H
#define AIP_EXT_TASK_EVENTS_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define AIP_EXT_TASK_EVENTS "aip.task-events/1"

/* Owned by the agent, valid until the function returns. Foreign text of at most 1 KiB each. */
typedef struct aip_task {
    uint32_t struct_size;
    uint32_t reserved;
    aip_text session_id; /* as far as the server has named it: the calls may have another one */
    aip_text task_name;  /* that of all calls of the task (aip_call.task_name); a UUID if the server gave none */
} aip_task;

/* Implemented by the plugin. Either function may be NULL. Both are part of a call, or one of their own: they have one
 * of the plugin's places, so with concurrency 1 nothing else runs, and a limit of time. Who does not return is treated
 * like a tool that does not. */
typedef struct aip_task_events {
    uint32_t struct_size;
    uint32_t reserved;

    void (*began)(aip_plugin* plugin, const aip_task* task); /* [worker] */
    void (*ended)(aip_plugin* plugin, const aip_task* task); /* [worker] */
} aip_task_events;

AIP_STATIC_ASSERT(sizeof(aip_task) == AIP_END_OF(aip_task, task_name), "aip_task has tail padding");
AIP_STATIC_ASSERT(sizeof(aip_task_events) == AIP_END_OF(aip_task_events, ended), "aip_task_events has tail padding");

#ifdef __cplusplus
}
#endif

#endif
