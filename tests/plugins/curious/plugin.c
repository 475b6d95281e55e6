/* Asks the agent what it offers: on which thread it is, what it may know, and what it keeps of an account. */
#include <aip/ext/account.h>
#include <aip/ext/command_executor.h>
#include <aip/ext/host_settings.h>
#include <aip/ext/thread_check.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

static const aip_host* agent;

static aip_text textOf(const char* words) {
    const aip_text text = {words, strlen(words)};
    return text;
}

static int is(aip_text text, const char* words) {
    return text.size == strlen(words) && memcmp(text.data, words, (size_t)text.size) == 0;
}

static const char* threadName(void) {
    const aip_thread_check* check = agent->get_extension(agent, textOf(AIP_EXT_THREAD_CHECK));
    if (check == NULL) {
        return "absent";
    }
    const int control = check->is_control_thread(check);
    const int worker = check->is_worker_thread(check);
    return control && worker ? "both" : control ? "control" : worker ? "worker" : "other";
}

static void say(const char* function) {
    char line[64];
    snprintf(line, sizeof line, "%s: %s", function, threadName());
    agent->log(agent, AIP_LOG_INFO, textOf(line));
}

static void* onOwnThread(void* name) {
    *(const char**)name = threadName();
    return NULL;
}

static const char* ownThreadName(void) {
    const char* name = "none";
    pthread_t thread;
    if (pthread_create(&thread, NULL, &onOwnThread, (void*)&name) == 0) {
        pthread_join(thread, NULL);
    }
    return name;
}

static aip_status answer(const aip_call* call, const char* words, size_t size) {
    char json[256];
    snprintf(json, sizeof json, "\"%.*s\"", (int)size, words);
    call->set_result(call, textOf(json));
    return AIP_OK;
}

static aip_status setting(const aip_call* call, const char* key) {
    const aip_host_settings* settings = agent->get_extension(agent, textOf(AIP_EXT_HOST_SETTINGS));
    const aip_text value = settings->get(settings, textOf(key));
    return value.data == NULL ? AIP_NOT_FOUND : answer(call, value.data, (size_t)value.size);
}

static aip_status tellAccount(const aip_call* call, aip_text json) {
    const aip_account* account = agent->get_extension(agent, textOf(AIP_EXT_ACCOUNT));
    char status[16];
    snprintf(status, sizeof status, "%d", (int)account->tell(account, call, json));
    return answer(call, status, strlen(status));
}

static aip_status execute(aip_plugin* plugin, const aip_call* call, const aip_command* command) {
    (void)plugin;
    if (is(command->tool, "thread")) {
        return answer(call, threadName(), strlen(threadName()));
    }
    if (is(command->tool, "own_thread")) {
        return answer(call, ownThreadName(), strlen(ownThreadName()));
    }
    if (is(command->tool, "client")) {
        return setting(call, AIP_HOST_CLIENT_ID);
    }
    if (is(command->tool, "isolation")) {
        return setting(call, AIP_HOST_ISOLATION);
    }
    if (is(command->tool, "unknown")) {
        return setting(call, "no_such_key");
    }
    if (is(command->tool, "account")) {
        return tellAccount(call, command->parameters_json);
    }
    if (is(command->tool, "absent")) {
        return agent->get_extension(agent, textOf("org.example.nobody/1")) == NULL ? AIP_OK : AIP_INTERNAL;
    }
    say("execute");
    call->wait_cancelled(call, 600000);
    return AIP_CANCELLED;
}

static void cancel(aip_plugin* plugin, aip_text callId) {
    (void)plugin;
    (void)callId;
    say("cancel");
}

static aip_status start(aip_plugin* plugin, aip_text config) {
    (void)config;
    agent = plugin->context;
    say("start");
    return AIP_OK;
}

static void stop(aip_plugin* plugin) {
    (void)plugin;
    say("stop");
}

static void destroy(aip_plugin* plugin) {
    (void)plugin;
    say("destroy");
}

#define PLUGIN_START start
#define PLUGIN_STOP stop
#define PLUGIN_DESTROY destroy
#define PLUGIN_EXECUTE execute
#define PLUGIN_CANCEL cancel
#include "skeleton.h"
