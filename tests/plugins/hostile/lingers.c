/* Gives the agent a socket whose close blocks for half a minute: as a file (`offer`), with a result
 * (`memory`), with results that nobody waits for and that are too large (`too_large`), many of them (`many`), or with
 * its peer, so that it blocks also when the process has ended (`ends`). */
#define _DEFAULT_SOURCE
#include "frames.h"

#include <aip/ext/command_executor.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>

static int peer = -1;

/* A connection that nobody reads from, full of bytes. */
static int lingering(void) {
    const struct linger linger = {1, 30};
    const int little = 1;
    struct sockaddr_in address = {0};
    socklen_t size = sizeof address;
    char bytes[4096] = {0};
    const int listening = socket(AF_INET, SOCK_STREAM, 0);
    const int sending = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listening, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
    setsockopt(sending, SOL_SOCKET, SO_SNDBUF, &little, sizeof little);
    if (bind(listening, (const struct sockaddr*)&address, sizeof address) != 0 || listen(listening, 1) != 0 ||
        getsockname(listening, (struct sockaddr*)&address, &size) != 0 ||
        connect(sending, (const struct sockaddr*)&address, sizeof address) != 0) {
        return -1;
    }
    peer = accept(listening, NULL, NULL);
    if (peer < 0 || setsockopt(sending, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) != 0) {
        return -1;
    }
    while (send(sending, bytes, sizeof bytes, MSG_DONTWAIT) > 0) {
    }
    return sending;
}

static void* closeIt(void* descriptor) {
    close((int)(intptr_t)descriptor);
    return NULL;
}

/* Whoever closes it last waits: that must not be the thread of the call. */
static int closeBeside(int descriptor) {
    pthread_t thread;
    return pthread_create(&thread, NULL, closeIt, (void*)(intptr_t)descriptor) != 0 || pthread_detach(thread) != 0;
}

static int is(aip_text text, const char* words) {
    return text.size == strlen(words) && memcmp(text.data, words, (size_t)text.size) == 0;
}

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    static Frame frame;
    const int given = lingering();
    int failed = given < 0;
    (void)plugin;
    (void)call;
    if (is(command->tool, "offer")) {
        begin(&frame, offerFrame);
        put32(&frame, 99);
        put64(&frame, 5);
        putText(&frame, "call");
        putText(&frame, "name");
        putText(&frame, "text/plain");
        failed |= sendFrame(&frame, given, 1);
    } else if (is(command->tool, "memory")) {
        begin(&frame, finishedFrame);
        put32(&frame, 0);
        put64(&frame, 1);
        put32(&frame, 0);
        put64(&frame, 1 << 20);
        failed |= sendFrame(&frame, given, 1);
    } else if (is(command->tool, "too_large")) {
        for (int i = 0; i < 300; ++i) {
            begin(&frame, finishedFrame);
            put32(&frame, 0);
            put64(&frame, 999);
            put32(&frame, 0);
            put64(&frame, UINT64_C(1) << 40);
            failed |= sendFrame(&frame, given, 1);
        }
    } else if (is(command->tool, "ends")) {
        const int both[] = {given, peer};
        begin(&frame, offerFrame);
        failed |= sendAll(&frame, both, 2);
    } else {
        begin(&frame, offerFrame);
        failed |= sendFrame(&frame, given, 20);
    }
    failed |= closeBeside(given);
    return failed ? AIP_INTERNAL : AIP_OK;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
