/* Tells about the process that it is in. */
#define _DEFAULT_SOURCE
#include <aip/ext/artifacts.h>
#include <aip/ext/command_executor.h>

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

static int is(aip_text text, const char* words) {
    return text.size == strlen(words) && memcmp(text.data, words, (size_t)text.size) == 0;
}

static void answer(const aip_call* call, const char* json) {
    const aip_text text = {json, strlen(json)};
    call->set_result(call, text);
}

/* The names of its environment variables. */
static void environment(const aip_call* call) {
    char json[8192] = "[";
    for (char** variable = environ; *variable != NULL; ++variable) {
        const size_t size = strlen(json);
        snprintf(json + size, sizeof json - size, "%s\"%.*s\"", size > 1 ? "," : "", (int)strcspn(*variable, "="),
                 *variable);
    }
    strcat(json, "]");
    answer(call, json);
}

/* What each of its descriptors is, except that of the directory that it reads here. */
static void descriptors(const aip_call* call) {
    char json[8192] = "[";
    DIR* folder = opendir("/proc/self/fd");
    for (struct dirent* entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char path[300];
        char target[300];
        const size_t size = strlen(json);
        if (entry->d_name[0] == '.' || atoi(entry->d_name) == dirfd(folder)) {
            continue;
        }
        snprintf(path, sizeof path, "/proc/self/fd/%s", entry->d_name);
        const ssize_t length = readlink(path, target, sizeof target - 1);
        target[length < 0 ? 0 : length] = '\0';
        snprintf(json + size, sizeof json - size, "%s\"%s %.*s\"", size > 1 ? "," : "", entry->d_name,
                 (int)strcspn(target, "["), target);
    }
    closedir(folder);
    strcat(json, "]");
    answer(call, json);
}

static void limits(const aip_call* call) {
    char json[256];
    struct rlimit data;
    struct rlimit cpu;
    struct rlimit files;
    struct rlimit core;
    getrlimit(RLIMIT_DATA, &data);
    getrlimit(RLIMIT_CPU, &cpu);
    getrlimit(RLIMIT_NOFILE, &files);
    getrlimit(RLIMIT_CORE, &core);
    snprintf(json, sizeof json, "[%lld,%lld,%lld,%lld]", (long long)data.rlim_max, (long long)cpu.rlim_cur,
             (long long)files.rlim_max, (long long)core.rlim_max);
    answer(call, json);
}

/* Its number, or its parent's, as /proc has it: that is the host's. */
static int onHost(int parent) {
    int numbers[2] = {0, 0};
    FILE* file = fopen("/proc/self/stat", "re");
    if (file == NULL || fscanf(file, "%d (%*[^)]) %*c %d", &numbers[0], &numbers[1]) != 2) {
        numbers[parent] = 0;
    }
    if (file != NULL) {
        fclose(file);
    }
    return numbers[parent];
}

static void process(const aip_call* call) {
    char json[64];
    snprintf(json, sizeof json, "%d", onHost(0));
    answer(call, json);
}

/* Leaves 50 processes without a parent: half end at once, half when the write end of a pipe that we keep is closed,
 * which is when we return. Gives the process that inherits them. */
static void orphans(const aip_call* call) {
    char json[64];
    int hold[2];
    if (pipe(hold) != 0) {
        return;
    }
    for (int i = 0; i < 50; ++i) {
        const pid_t child = fork();
        if (child == 0) {
            if (fork() == 0 && i % 2 == 0) {
                char byte;
                close(hold[1]);
                _exit(read(hold[0], &byte, 1) == 0 ? 0 : 1);
            }
            _exit(0);
        }
        waitpid(child, NULL, 0);
    }
    close(hold[0]);
    close(hold[1]);
    snprintf(json, sizeof json, "%d", onHost(1));
    answer(call, json);
}

static void large(const aip_call* call) {
    static char json[1 << 20];
    memset(json, 'x', sizeof json - 1);
    json[0] = json[sizeof json - 2] = '"';
    answer(call, json);
}

/* Hands over "hello" as a file with that name. */
static aip_status artifact(aip_plugin* plugin, const aip_call* call, const char* name) {
    const aip_host* host = plugin->context;
    const aip_text id = {AIP_EXT_ARTIFACTS, strlen(AIP_EXT_ARTIFACTS)};
    const aip_artifacts* artifacts = host->get_extension(host, id);
    const aip_text bytes = {"hello", 5};
    aip_artifact what = {sizeof(aip_artifact), 0, {name, strlen(name)}, {"text/plain", strlen("text/plain")}};
    return artifacts == NULL ? AIP_UNSUPPORTED : artifacts->send_bytes(artifacts, call, &what, bytes);
}

typedef struct {
    aip_plugin* plugin;
    const aip_call* call;
} Giver;

static void* give(void* giver) {
    const Giver* self = giver;
    return artifact(self->plugin, self->call, "hello.txt") == AIP_OK ? giver : NULL;
}

/* Hands over 40 of them at the same time. */
static aip_status artifacts(aip_plugin* plugin, const aip_call* call) {
    pthread_t threads[40];
    Giver giver = {plugin, call};
    size_t count = 0;
    size_t given = 0;
    while (count < 40 && pthread_create(&threads[count], NULL, give, &giver) == 0) {
        ++count;
    }
    for (size_t i = 0; i < count; ++i) {
        void* done = NULL;
        pthread_join(threads[i], &done);
        given += done != NULL;
    }
    return given == 40 ? AIP_OK : AIP_INTERNAL;
}

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    if (is(command->tool, "environment")) {
        environment(call);
    } else if (is(command->tool, "descriptors")) {
        descriptors(call);
    } else if (is(command->tool, "limits")) {
        limits(call);
    } else if (is(command->tool, "orphans")) {
        orphans(call);
    } else if (is(command->tool, "large")) {
        large(call);
    } else if (is(command->tool, "artifact")) {
        return artifact(plugin, call, "hello.txt");
    } else if (is(command->tool, "artifacts")) {
        return artifacts(plugin, call);
    } else if (is(command->tool, "bad_artifact")) {
        return artifact(plugin, call, "a/b");
    } else if (is(command->tool, "say")) {
        puts("to standard output");
        fputs("to standard error\n", stderr);
    } else {
        process(call);
    }
    return AIP_OK;
}
#define PLUGIN_EXECUTE execute
#include "skeleton.h"
