/*
 * aip/abi.h - the C ABI between a plugin binary and the agent. SDK 1.1.
 *
 * This header and ext/<name>.h are the whole contract. The rules in full are in sdk/ABI.md; in short:
 *
 *  - A plugin exports exactly one symbol, the constant data object `aip_plugin_entry_v1`. The agent finds it in the
 *    export table before it loads any code. The plugin imports nothing from the agent.
 *  - Every table begins with `uint32_t struct_size`: the offset of the end of the last field that its maker knows.
 *    Tables only grow at the end. Read a field that came after 1.0 with AIP_HAS(table, field).
 *  - Text is UTF-8, pointer and size, not terminated. It is borrowed for the duration of the call that passes it,
 *    unless a function says otherwise. Nothing allocated on one side is freed on the other.
 *  - No exception, longjmp or exit() may cross.
 *  - Thread tags: [control] never overlaps another [control] call of the same plugin; [worker] on a thread of the
 *    agent's choice, at most `concurrency` (manifest) at once; [any] from any thread, concurrently; does not block
 *    unless it says so.
 */
#ifndef AIP_ABI_H
#define AIP_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define AIP_ABI_MAJOR 1u
#define AIP_ABI_MINOR 1u

/* The oldest minor whose agents the plugin can live with. One that needs more defines it before this is included. */
#ifndef AIP_ABI_MINOR_REQUIRED
#define AIP_ABI_MINOR_REQUIRED 0u
#endif

#define AIP_ENTRY_SYMBOL "aip_plugin_entry_v1"

/* The offset just after `field`: what struct_size holds when `field` is the last one. */
#define AIP_END_OF(type, field) ((uint32_t)(offsetof(type, field) + sizeof(((type*)0)->field)))

/* True if `table` (a pointer) is recent enough to hold `field`, and its pointer is set. */
#define AIP_HAS(type, table, field) ((table)->struct_size >= AIP_END_OF(type, field) && (table)->field != NULL)

/* UTF-8 text: `size` bytes at `data`, no terminator. Empty text may have a null `data`. */
typedef struct aip_text {
    const char* data;
    uint64_t size;
} aip_text;

/* What a function returns. From 1000 on the meaning belongs to the plugin. */
typedef int32_t aip_status;
#define AIP_OK 0
#define AIP_INVALID 1     /* an argument or the configuration is not acceptable */
#define AIP_NOT_FOUND 2   /* the thing named does not exist */
#define AIP_UNSUPPORTED 3 /* this plugin or this machine cannot do that */
#define AIP_CANCELLED 4   /* stopped because the call was cancelled */
#define AIP_DEADLINE 5    /* stopped because the time given was over */
#define AIP_DENIED 6      /* not allowed by a rule or by the operating system */
#define AIP_UNAVAILABLE 7 /* not now: try again later */
#define AIP_EXHAUSTED 8   /* a limit (size, count, memory) is reached */
#define AIP_STATE 9       /* not in this state, or not from this thread */
#define AIP_INTERNAL 10   /* a defect, or anything that has no better name */
#define AIP_PLUGIN_STATUS 1000

#define AIP_LOG_TRACE 0
#define AIP_LOG_DEBUG 1
#define AIP_LOG_INFO 2
#define AIP_LOG_WARN 3
#define AIP_LOG_ERROR 4

/*
 * The agent as the plugin sees it. Owned by the agent, valid from create() until destroy() has returned.
 */
typedef struct aip_host {
    uint32_t struct_size;
    uint32_t abi_minor; /* the agent's AIP_ABI_MINOR */
    void* context;      /* the agent's; pass `host` back and leave this alone */

    /* [any] Writes a line to the agent's log under the plugin's id. `level` is an AIP_LOG_ value. Of
     * more than 200 lines at once, or 50 a second after that, the rest is dropped; the next line says how many. */
    void (*log)(const struct aip_host* host, int32_t level, aip_text message);

    /* [any] The agent's table for the extension `id` ("aip.thread-check/1"), or NULL if it has none.
     * The table lives as long as the host. */
    const void* (*get_extension)(const struct aip_host* host, aip_text id);
} aip_host;

/*
 * One running call, as handed to a [worker] function. Owned by the agent, valid until that function returns;
 * none of its functions may be called later. All are [any] while it is valid.
 */
typedef struct aip_call {
    uint32_t struct_size;
    uint32_t reserved;
    void* context; /* the agent's */

    /* The id under which the agent logs this call; unique within the process. Valid as long as the call. */
    aip_text (*call_id)(const struct aip_call* call);

    /* 1 once the call is cancelled (by the server, its deadline, or shutdown), else 0. Never goes back. */
    int32_t (*is_cancelled)(const struct aip_call* call);

    /* Blocks until the call is cancelled (returns 1) or `milliseconds` have passed (returns 0). */
    int32_t (*wait_cancelled)(const struct aip_call* call, uint64_t milliseconds);

    /* Milliseconds until the deadline; 0 when it has passed. */
    uint64_t (*remaining_ms)(const struct aip_call* call);

    /* The result: one JSON value as text, copied before the function returns. The last one set counts.
     * Returning AIP_OK without a result means null. */
    void (*set_result)(const struct aip_call* call, aip_text json);

    /* Why the call failed, for the reader at the server. Counts when the function returns another status than AIP_OK.
     */
    void (*set_error)(const struct aip_call* call, aip_text message);

    /* How far it is: 0 to 1000, and a text for people (may be empty). */
    void (*progress)(const struct aip_call* call, uint32_t permille, aip_text message);

    /* Since 1.1, read behind AIP_HAS(aip_call, call, agent_name): who asks, in the words of the server. At most 1 KiB
     * each, empty where it does not say, valid as long as the call. Foreign text: never a path, a command or a reason
     * to trust anybody. */
    aip_text (*agent_name)(const struct aip_call* call);
    aip_text (*root_name)(const struct aip_call* call);    /* "HostAgent", an application: part of the profile */
    aip_text (*process_name)(const struct aip_call* call); /* the process or window that the server has in mind */
    aip_text (*session_id)(const struct aip_call* call);
    aip_text (*task_name)(const struct aip_call* call); /* see ext/task_events.h */
} aip_call;

/*
 * One plugin instance. Made by create(), owned by the plugin, released by destroy().
 */
typedef struct aip_plugin {
    uint32_t struct_size;
    uint32_t reserved;
    void* context; /* the plugin's */

    /* [control] Takes the settings of [plugin.ID] as one JSON object. Nothing is executed before it returns AIP_OK.
     * On failure the text handed to host->log at AIP_LOG_ERROR is what an operator gets to read. */
    aip_status (*start)(struct aip_plugin* plugin, aip_text config_json);

    /* [control] No call runs when it is called, and none comes afterwards unless start() is called again. */
    void (*stop)(struct aip_plugin* plugin);

    /* [control] Releases the instance. Called once, after stop() if it was started. */
    void (*destroy)(struct aip_plugin* plugin);

    /* [any] The plugin's table for the extension `id` ("aip.command-executor/1"), or NULL.
     * The table lives as long as the plugin; the answer never changes. */
    const void* (*get_extension)(struct aip_plugin* plugin, aip_text id);
} aip_plugin;

/*
 * What the library exports as `aip_plugin_entry_v1`. Constant, without code: it can be read before anything runs.
 */
typedef struct aip_plugin_entry {
    uint32_t struct_size;
    uint32_t abi_major;          /* AIP_ABI_MAJOR of the SDK it was built with; must equal the agent's */
    uint32_t abi_minor;          /* AIP_ABI_MINOR of the SDK it was built with */
    uint32_t abi_minor_required; /* the oldest agent it can live with; must not exceed the agent's */
    const char* id;              /* zero-terminated, [a-z0-9][a-z0-9._-]*, at most 64; equal to the manifest's */
    const char* version;         /* zero-terminated, "1.2.3"; equal to the manifest's */

    /* [control] Makes the instance; cheap, nothing is started. Returns NULL and sets *status on failure. */
    struct aip_plugin* (*create)(const aip_host* host, aip_status* status);
} aip_plugin_entry;

/* Put before the definition of the entry: the one symbol a plugin exports. */
#if defined(_WIN32)
#define AIP_EXPORT __declspec(dllexport)
#else
#define AIP_EXPORT __attribute__((visibility("default")))
#endif

/* The offsets are frozen: a table ends with its last field, nothing after it. */
#ifdef __cplusplus
#define AIP_STATIC_ASSERT(condition, text) static_assert(condition, text)
#else
#define AIP_STATIC_ASSERT(condition, text) _Static_assert(condition, text)
#endif
AIP_STATIC_ASSERT(sizeof(aip_host) == AIP_END_OF(aip_host, get_extension), "aip_host has tail padding");
AIP_STATIC_ASSERT(sizeof(aip_call) == AIP_END_OF(aip_call, task_name), "aip_call has tail padding");
AIP_STATIC_ASSERT(sizeof(aip_plugin) == AIP_END_OF(aip_plugin, get_extension), "aip_plugin has tail padding");
AIP_STATIC_ASSERT(sizeof(aip_plugin_entry) == AIP_END_OF(aip_plugin_entry, create),
                  "aip_plugin_entry has tail padding");

#ifdef __cplusplus
}
#endif

#endif
