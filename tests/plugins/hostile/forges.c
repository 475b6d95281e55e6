/* Sends, around the runner, messages that a process may not send now: results of no call, each with much memory
 * (`results`), a report of its confinement (`confinement`), and two reports of a crash (`crashes`). */
#define _GNU_SOURCE
#include "frames.h"

#include <aip/ext/command_executor.h>

#include <sys/mman.h>

enum { confinedFrame = 13, crashedFrame = 14, manyTimes = 1000, memorySize = 64 << 20 };

static void results(Frame* frame) {
    const int memory = memfd_create("forged", MFD_ALLOW_SEALING);
    int open = ftruncate(memory, memorySize) == 0;
    for (int i = 0; open && i < manyTimes; ++i) {
        begin(frame, finishedFrame);
        put32(frame, 0);
        put64(frame, 99);
        put32(frame, 0);
        put64(frame, memorySize);
        open = sendFrame(frame, memory, 1) == 0;
    }
    close(memory);
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
        results(&frame);
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
