#include "base/descriptor.h"
#include "base/file.h"
#include "dev/rest.h"
#include "running_agent.h"

#include <simdjson.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/file.h>

namespace aip::tool {
namespace {

using base::Code;
using base::Error;
using base::Result;
using simdjson::dom::element;

constexpr std::size_t largestPidFile = 4096;
constexpr std::chrono::seconds longestReload{90};  // the agent itself answers after 60 s

/// As long as an agent runs, it holds the lock of its pidfile.
bool isHeld(const std::string& pidfile) {
    const base::Descriptor file(::open(pidfile.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    return file && ::flock(file.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

Result<std::string> signalAgent(const std::string& pidfile) {
    const auto text = base::readFile(pidfile, {largestPidFile});
    if (!text) {
        return Error(Code::unavailable, text.error().text() + ": no agent runs that has this pidfile");
    }
    const pid_t process = std::atoi(text->c_str());
    if (process <= 1) {
        return Error(Code::notFound, pidfile + ": holds no process id");
    }
    if (!isHeld(pidfile)) {
        return Error(Code::unavailable, pidfile + ": the agent that has left it does not run");
    }
    if (::kill(process, SIGHUP) != 0) {
        return Error(Code::denied, "process " + std::to_string(process) + ": " + std::strerror(errno));
    }
    return "the agent, process " + std::to_string(process) +
           ", is told; its log says what becomes of it (its control socket instead of the pidfile is asked for that)";
}

std::string textOf(const element& object, const char* member) {
    std::string_view text;
    return object[member].get(text) ? std::string() : std::string(text);
}

/// The answer to a request to the control socket (core/control/README.md).
Result<element> ask(simdjson::dom::parser& parser, const std::string& socket, const char* method, const char* path) {
    dev::Events events;
    auto reply = dev::ask(events, {.socket = socket}, {method, path, {}}, longestReload);
    if (!reply) {
        return Error(reply.error().code(), "no agent runs at " + socket + ": " + reply.error().text());
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
    const std::string theirs = textOf(*plugin, "version");
    const std::string state = textOf(*plugin, "state");
    if (theirs != version) {
        return Error(Code::notFound,
                     "the agent has version " + theirs + " (" + state + "): another folder comes first");
    }
    return "the agent has it: " + state;
}

}  // namespace

Result<std::string> reloadAgent(const std::string& agent, const std::string& id, const std::string& version) {
    std::error_code unknown;
    return std::filesystem::is_socket(agent, unknown) ? askAgent(agent, id, version) : signalAgent(agent);
}

}  // namespace aip::tool
