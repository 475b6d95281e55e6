/* Attacks other processes; each tool tells how that went: "done", or the name of the error. */
#define _GNU_SOURCE
#include <aip/ext/command_executor.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int is(aip_text text, const char* words) {
    return text.size == strlen(words) && memcmp(text.data, words, (size_t)text.size) == 0;
}

static int openOf(int process, const char* file, int flags) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", process, file);
    return open(path, flags | O_CLOEXEC);
}

/* root may open it, and then reads nothing. */
static int readEnvironment(int process) {
    char byte;
    const int descriptor = openOf(process, "environ", O_RDONLY);
    const ssize_t size = descriptor < 0 ? -1 : read(descriptor, &byte, 1);
    errno = size == 0 ? EACCES : errno;
    return size == 1 ? 0 : -1;
}

static int seeDescriptor(int process) {
    char path[64];
    char target[64];
    snprintf(path, sizeof path, "/proc/%d/fd/1", process);
    return readlink(path, target, sizeof target) < 0 ? -1 : 0;
}

/* A pidfd may also be asked for by the directory of the process in /proc. */
static int signalByDirectory(int process) {
    const int descriptor = openOf(process, "", O_RDONLY | O_DIRECTORY);
    return (int)syscall(SYS_pidfd_send_signal, descriptor, SIGKILL, NULL, 0);
}

static int takeDescriptor(int process) {
    const int handle = (int)syscall(SYS_pidfd_open, process, 0);
    return handle < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, handle, 0, 0);
}

static int readMemory(int process) {
    char byte;
    static const char known = 'x';
    struct iovec here = {&byte, 1};
    struct iovec there = {(void*)&known, 1};
    /* EFAULT: it may be read, only not there */
    return process_vm_readv(process, &here, 1, &there, 1, 0) >= 0 || errno == EFAULT ? 0 : -1;
}

static int connectTo(const char* abstractName) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    strncpy(address.sun_path + 1, abstractName, sizeof address.sun_path - 2);
    const socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(abstractName));
    return connect(descriptor, (struct sockaddr*)&address, size);
}

/* In its own namespace, where no other process can be meant. */
static int killAll(void) {
    char self[16] = "";
    if (readlink("/proc/self", self, sizeof self - 1) < 0 || atoi(self) == getpid()) {
        errno = ENOTSUP;
        return -1;
    }
    return kill(-1, SIGKILL);
}

static int attack(const char* how, int process, const char* name) {
    if (strcmp(how, "kill") == 0) {
        return kill(process, SIGKILL);
    }
    if (strcmp(how, "stop") == 0) {
        return kill(process, SIGSTOP);
    }
    if (strcmp(how, "queue") == 0) {
        return sigqueue(process, SIGTERM, (union sigval){0});
    }
    if (strcmp(how, "directory") == 0) {
        return signalByDirectory(process);
    }
    if (strcmp(how, "getfd") == 0) {
        return takeDescriptor(process);
    }
    if (strcmp(how, "ptrace") == 0) {
        return (int)ptrace(PTRACE_SEIZE, process, NULL, NULL);
    }
    if (strcmp(how, "read") == 0) {
        return readMemory(process);
    }
    if (strcmp(how, "mem") == 0) {
        return openOf(process, "mem", O_RDWR);
    }
    if (strcmp(how, "environ") == 0) {
        return readEnvironment(process);
    }
    if (strcmp(how, "fd") == 0) {
        return seeDescriptor(process);
    }
    if (strcmp(how, "abstract") == 0) {
        return connectTo(name);
    }
    if (strcmp(how, "ipc") == 0) {
        return shmget(process, 1, 0);
    }
    errno = ENOSYS;
    return -1;
}

static void answer(const aip_call* call, const char* word) {
    char json[80];
    snprintf(json, sizeof json, "\"%s\"", word);
    const aip_text text = {json, strlen(json)};
    call->set_result(call, text);
}

/* {"how":"kill","process":123,"name":"x"}: in this order. */
static void attackOne(const aip_call* call, const aip_command* command) {
    char parameters[256];
    char how[16] = "";
    char name[64] = "";
    int process = 0;
    snprintf(parameters, sizeof parameters, "%.*s", (int)command->parameters_json.size, command->parameters_json.data);
    sscanf(parameters, "{\"how\":\"%15[a-z]\",\"process\":%d,\"name\":\"%63[^\"]\"}", how, &process, name);
    answer(call, attack(how, process, name) == -1 ? strerrorname_np(errno) : "done");
}

static void stay(void) {
    alarm(120);
    for (;;) {
        pause();
    }
}

/* Of the host: from /proc, which is the host's. 0: none. */
static int parentOnHost(const char* process) {
    char path[64];
    char name[64] = "";
    int parent = 0;
    snprintf(path, sizeof path, "/proc/%s/stat", process);
    FILE* file = fopen(path, "re");
    if (file != NULL) {
        const int found = fscanf(file, "%*d (%63[^)]) %*c %d", name, &parent);
        fclose(file);
        return found == 2 && strcmp(name, "aip-plugin-runn") == 0 ? parent : 0;
    }
    return 0;
}

/* Kills what watches it, by every number that it may have. Nothing but runners. */
static int killWatchers(void) {
    char number[16] = "self";
    int parent = getppid();
    int killed = 0;
    const int firstIsOurs = parentOnHost("self") != parent;
    for (int above = parentOnHost(number); above != 0; above = parentOnHost(number)) {
        snprintf(number, sizeof number, "%d", above);
        if (parentOnHost(number) != 0) { /* it is a runner, too */
            killed += kill(above, SIGKILL) == 0;
        }
    }
    killed += firstIsOurs && kill(parent, SIGKILL) == 0;
    return killed;
}

/* Starts three processes in sessions of their own, then kills its watcher. None lives longer than two minutes. */
static void escape(const aip_call* call) {
    for (int i = 0; i < 3; ++i) {
        if (fork() == 0) {
            setsid();
            stay();
        }
    }
    killWatchers();
    for (int i = 0; i < 20; ++i) { /* the death of the watcher would be ours */
        usleep(10000);
    }
    answer(call, "alive");
}

/* Leaves as many descriptors as it may between sockets that nobody reads: the system counts them for the user. */
static void fill(const aip_call* call) {
    static _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int[253]))];
    struct cmsghdr* head = (struct cmsghdr*)control;
    char byte = 0;
    struct iovec piece = {&byte, 1};
    struct msghdr header = {
        .msg_iov = &piece, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    int sockets[2];
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int[253]));
    do { /* of a pair, until its buffer is full */
        if (socketpair(AF_UNIX, SOCK_DGRAM, 0, sockets) != 0) {
            break;
        }
        for (int i = 0; i < 253; ++i) {
            memcpy(CMSG_DATA(head) + (size_t)i * sizeof(int), &sockets[1], sizeof(int));
        }
        while (sendmsg(sockets[0], &header, MSG_DONTWAIT) == 1) {
        }
    } while (errno == EAGAIN);
    answer(call, strerrorname_np(errno));
}

static void numbers(const aip_call* call) {
    char self[16] = "";
    const ssize_t size = readlink("/proc/self", self, sizeof self - 1);
    self[size < 0 ? 0 : size] = '\0';
    answer(call, self);
}

static void rights(const aip_call* call) {
    char text[80] = "";
    char line[256];
    FILE* file = fopen("/proc/self/status", "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "CapEff:", 7) == 0 || strncmp(line, "NoNewPrivs:", 11) == 0) {
            snprintf(text + strlen(text), sizeof text - strlen(text), "%.*s ", (int)strcspn(line, "\n"), line);
        }
    }
    fclose(file);
    for (char* c = text; *c != '\0'; ++c) {
        *c = *c == '\t' ? ' ' : *c;
    }
    snprintf(text + strlen(text), sizeof text - strlen(text), "%d %d", (int)getuid(), (int)getgid());
    answer(call, text);
}

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    (void)plugin;
    if (is(command->tool, "attack")) {
        attackOne(call, command);
    } else if (is(command->tool, "escape")) {
        escape(call);
    } else if (is(command->tool, "kill_all")) {
        answer(call, killAll() == 0 ? "done" : strerrorname_np(errno));
    } else if (is(command->tool, "rights")) {
        rights(call);
    } else if (is(command->tool, "fill")) {
        fill(call);
    } else {
        numbers(call);
    }
    return AIP_OK;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
