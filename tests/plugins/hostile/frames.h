/* Writes frames of the link as a hostile plugin would: around the runner, into its socket. See
 * core/link/link_messages.h. */
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { linkSocket = 3, finishedFrame = 9, offerFrame = 10, toolsFrame = 12, mostBytes = 100000, mostDescriptors = 32 };

typedef struct {
    char bytes[mostBytes];
    size_t size;
} Frame;

static inline void put(Frame* frame, const void* bytes, size_t size) {
    memcpy(frame->bytes + frame->size, bytes, size);
    frame->size += size;
}
static inline void put32(Frame* frame, uint32_t number) {
    put(frame, &number, sizeof number);
}
static inline void put64(Frame* frame, uint64_t number) {
    put(frame, &number, sizeof number);
}
static inline void putText(Frame* frame, const char* text) {
    put32(frame, (uint32_t)strlen(text));
    put(frame, text, strlen(text));
}
static inline void begin(Frame* frame, uint16_t type) {
    frame->size = 0;
    put32(frame, 0);
    put(frame, &type, sizeof type);
}

/* 0: it is sent, with the descriptors. */
static inline int sendAll(Frame* frame, const int* descriptors, size_t count) {
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(mostDescriptors * sizeof(int))];
    const uint32_t size = (uint32_t)frame->size;
    struct iovec piece = {frame->bytes, frame->size};
    struct msghdr header = {0};
    memcpy(frame->bytes, &size, sizeof size);
    memset(control, 0, sizeof control);
    header.msg_iov = &piece;
    header.msg_iovlen = 1;
    if (count > 0) {
        struct cmsghdr* head = (struct cmsghdr*)control;
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(head), descriptors, count * sizeof(int));
        header.msg_control = control;
        header.msg_controllen = CMSG_SPACE(count * sizeof(int));
    }
    return sendmsg(linkSocket, &header, MSG_NOSIGNAL) < 0;
}

/* The same, with `count` copies of the descriptor. */
static inline int sendFrame(Frame* frame, int descriptor, size_t count) {
    int copies[mostDescriptors];
    for (size_t i = 0; i < count; ++i) {
        copies[i] = descriptor;
    }
    return sendAll(frame, copies, count);
}
