#include "base/descriptor.h"
#include "base/file.h"
#include "dev/rest.h"
#include "running_agent.h"

#include <simdjson.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <sys/file.h>
#include <sys/types.h>

namespace aip::tool {
namespace {

using base::Code;
using base::Error;
using base::Result;
using simdjson::dom::element;

constexpr std::size_t largestPidFile = 4096;
constexpr std::chrono::seconds longestReload{90};  // the agent itself answers after 60 s

Result<pid_t> processIn(const base::Descriptor& pidfile) {
    const auto text = base::readAll(pidfile, largestPidFile);
    const pid_t process = text ? std::atoi(text->c_str()) : 0;
    return process > 1 ? Result<pid_t>(process) : Error(Code::notFound, "holds no process id");
}

/// As long as an agent runs, it holds the lock of its pidfile, which says the number then. If its process is gone the
/// lock is not tried: an agent that starts at that moment would not get it.
Result<pid_t> agentOf(const base::Descriptor& pidfile) {
    const auto process = processIn(pidfile);
    if (!process) {
        return process;
    }
    const bool gone = ::kill(*process, 0) != 0 && errno == ESRCH;
    if (gone || ::flock(pidfile.get(), LOCK_SH | LOCK_NB) == 0) {
        return Error(Code::unavailable, "the agent that has left it does not run");
    }
    return errno == EWOULDBLOCK ? processIn(pidfile) : Error(Code::denied, std::strerror(errno));
}

Result<std::string> signalAgent(const std::string& pidfile) {
    const auto file = base::openFile(pidfile);
    if (!file) {
        const bool absent = file.error().code() == Code::notFound;
        return Error(file.error().code(),
                     file.error().text() + (absent ? ": no agent runs that has this pidfile" : ""));
    }
    auto process = agentOf(*file);
    if (!process) {
        return std::move(process).error().within(pidfile);
    }
    if (::kill(*process, SIGHUP) != 0) {
        return Error(Code::denied, "process " + std::to_string(*process) + ": " + std::strerror(errno));
    }
    return "the agent, process " + std::to_string(*process) +
           ", is told; its log says what becomes of it (its control socket instead of the pidfile is asked for that)";
}

std::string textOf(const element& object, const char* member) {
    std::string_view text;
    return object[member].get(text) ? std::string() : std::string(text);
}

Error unanswered(const std::string& socket, Error why) {
    switch (why.code()) {
        case Code::notFound:
            return {Code::unavailable, "no agent runs at " + socket + ": " + why.text()};
        case Code::deadline:
            return {Code::deadline, socket + ": it has not answered within " + std::to_string(longestReload.count()) +
                                        " s: its log says what became of it"};
        default:
            return std::move(why).within(socket);
    }
}

/// The answer to a request to the control socket (core/control/README.md).
Result<element> ask(simdjson::dom::parser& parser, const std::string& socket, const char* method, const char* path) {
    dev::Events events;
    auto reply = dev::ask(events, {.socket = socket}, {method, path, {}}, longestReload);
    if (!reply) {
        return unanswered(socket, std::move(reply).error());
    }
    element answer;
    if (parser.parse(reply->body).get(answer)) {
        return Error(Code::internal, socket + ": what answers there is no agent");
    }
    if (reply->status != 200) {
        element error;
        const bool told = !answer["error"].get(error);
        return Error(Code::unavailable, told ? textOf(error, "text") : "status " + std::to_string(reply->status));
    }
    return answer;
}

/// Of {"name":[{"key":"id"...}]}.
Result<element> entry(const element& answer, const char* name, const char* key, const std::string& id) {
    simdjson::dom::array entries;
    if (!answer[name].get(entries)) {
        for (const auto each : entries) {
            if (textOf(each, key) == id) {
                return each;
            }
        }
    }
    return Error(Code::notFound, "");
}

Result<std::string> whatBecame(const element& plugin, const std::string& version) {
    const std::string theirs = textOf(plugin, "version");
    const std::string state = textOf(plugin, "state");
    const std::string reason = textOf(plugin, "reason");
    if (!theirs.empty() && theirs != version) {  // of a disabled one it knows none
        return Error(Code::notFound,
                     "the agent has version " + theirs + " (" + state + "): another folder comes first");
    }
    if (state == "idle" || state == "starting" || state == "running") {
        return "the agent has it: " + state;
    }
    return Error(Code::unavailable, "the agent has it, but it is " + state + (reason.empty() ? "" : ": " + reason));
}

Result<std::string> askAgent(const std::string& socket, const std::string& id, const std::string& version) {
    simdjson::dom::parser parser;
    const auto reloaded = ask(parser, socket, "POST", "/v1/reload");
    if (!reloaded) {
        return reloaded.error();
    }
    if (const auto refused = entry(*reloaded, "refused", "plugin", id)) {
        return Error(Code::denied, "the agent does not take it: " + textOf(*refused, "reason"));
    }
    const auto plugins = ask(parser, socket, "GET", "/v1/plugins");
    if (!plugins) {
        return plugins.error();
    }
    const auto plugin = entry(*plugins, "plugins", "id", id);
    if (!plugin) {
        return Error(Code::notFound,
                     "the agent has no plugin '" + id +
                         "': is this folder in its plugins.directories, and the plugin in plugins.order?");
    }
    return whatBecame(*plugin, version);
}

}  // namespace

Result<std::string> reloadAgent(const std::string& agent, const std::string& id, const std::string& version) {
    std::error_code unknown;
    return std::filesystem::is_socket(agent, unknown) ? askAgent(agent, id, version) : signalAgent(agent);
}

}  // namespace aip::tool
