/* Sends, around the runner, messages that a process may not send now: results of no call, each said to be large
 * (`results`), the result of its call, larger than what is in its memory (`missing`), a report of its confinement
 * (`confinement`), and two reports of a crash (`crashes`). */
#include "frames.h"

#include <aip/ext/command_executor.h>

enum { confinedFrame = 13, crashedFrame = 14, manyTimes = 1000, resultSize = 64 << 20 };

static void results(Frame* frame, uint64_t call, int times) {
    for (int i = 0; i < times; ++i) {
        begin(frame, finishedFrame);
        put32(frame, 0);
        put64(frame, call);
        put32(frame, 0);
        put64(frame, resultSize);
        if (sendFrame(frame, -1, 0)) {
            return;
        }
    }
}

static void confinement(Frame* frame) {
    begin(frame, confinedFrame);
    put32(frame, 0x7F);
    putText(frame, "");
    (void)sendFrame(frame, -1, 0);
}

static void crashes(Frame* frame) {
    for (int i = 0; i < 2; ++i) {
        begin(frame, crashedFrame);
        putText(frame, "SIGSEGV, at the agent");
        (void)sendFrame(frame, -1, 0);
    }
}

static int is(aip_text text, const char* words) {
    return text.size == strlen(words) && memcmp(text.data, words, (size_t)text.size) == 0;
}

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    static Frame frame;
    const aip_text done = {"\"done\"", 6};
    (void)plugin;
    if (is(command->tool, "results")) {
        results(&frame, 99, manyTimes);
    } else if (is(command->tool, "missing")) {
        results(&frame, 1, 1);
    } else if (is(command->tool, "crashes")) {
        crashes(&frame);
    } else {
        confinement(&frame);
    }
    call->set_result(call, done);
    return AIP_OK;
}

#define PLUGIN_EXECUTE execute
#include "skeleton.h"
