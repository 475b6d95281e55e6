/* "starve" takes all memory that its process may have, but for a reserve, in pieces of 32 KiB, "feed" gives it back. */
#define _DEFAULT_SOURCE
#include <aip/ext/command_executor.h>

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

typedef struct piece {
    struct piece* next;
    char bytes[(32 << 10) - sizeof(struct piece*)];
} piece;

static piece* pieces = NULL;

/* Not 0: Linux takes that for no limit. */
static void limit(int little) {
    struct rlimit data;
    getrlimit(RLIMIT_DATA, &data);
    data.rlim_cur = little ? 1 : data.rlim_max;
    setrlimit(RLIMIT_DATA, &data);
}

static void starve(void) {
    void* volatile reserve = malloc((size_t)16 << 10);
    limit(1);
    for (piece* taken = malloc(sizeof *taken); taken != NULL; taken = malloc(sizeof *taken)) {
        taken->next = pieces;
        pieces = taken;
    }
    free(reserve);
}

static void feed(void) {
    limit(0);
    while (pieces != NULL) {
        piece* freed = pieces;
        pieces = freed->next;
        free(freed);
    }
}

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    (void)plugin;
    if (command->tool.size == strlen("starve") && memcmp(command->tool.data, "starve", strlen("starve")) == 0) {
        starve();
    } else if (command->tool.size == strlen("feed") && memcmp(command->tool.data, "feed", strlen("feed")) == 0) {
        feed();
    }
    call->set_result(call, (aip_text){"null", strlen("null")});
    return AIP_OK;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
