#include "control/api.h"

#include "base/json_object.h"
#include "base/log.h"
#include "base/printable.h"
#include "control/operator_call.h"
#include "control/probes.h"
#include "control/views.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <optional>
#include <utility>

namespace aip::control {
namespace {

using base::Code;
using base::Error;

constexpr std::size_t shownLength = 200;
constexpr std::size_t longestValue = 1'024;  ///< in a record
constexpr std::string_view callPath = "/v1/call";

std::optional<std::uint64_t> numberIn(const std::string& text) {
    std::uint64_t number = 0;
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    return read.ec == std::errc() && read.ptr == end ? std::optional(number) : std::nullopt;
}

/// How many are cancelled. `any`: the first of call, session and task that is in flight.
std::size_t cancelled(execution::RunningCalls& calls, const std::string& what, const std::string& value) {
    const bool any = what == "any";
    std::size_t count = 0;
    if (const auto id = numberIn(value); id && (any || what == "call")) {
        count = calls.cancel(*id);
    }
    if (count == 0 && (any || what == "session")) {
        count = calls.cancel(execution::SessionKey{.id = value});
    }
    return count == 0 && (any || what == "task") ? calls.cancelTask(value) : count;
}

/// Of the lock.
base::JsonObject changed(bool wasLocked) {
    base::JsonObject answer;
    answer.flag("done", true).flag("was_locked", wasLocked);
    return answer;
}

/// For the audit.
base::JsonObject eventOf(const Request& request) {
    base::JsonObject event;
    event.text("peer", request.peer.text()).text("path", request.path);
    for (const auto& [name, value] : request.values) {
        event.foreignIfAny(name, std::string_view(value).substr(0, longestValue));
    }
    return event;
}

}  // namespace

/// One row of the interface. A value that a row does not name is refused: it would be a mistake that nobody sees.
struct Api::Route {
    using Answer = Reply (*)(Api& api, Request& request, const std::function<bool()>& gone);

    std::string_view method;
    std::string_view path;
    std::array<std::string_view, 4> values;
    bool changes;
    Answer answer;
    std::string_view needs{};  ///< the value without which it cannot be answered

    /// HEAD is GET without the body of its answer.
    bool isFor(std::string_view asked) const { return method == asked || (method == "GET" && asked == "HEAD"); }
    bool takes(const std::string& name) const {
        return std::ranges::find(values, std::string_view(name)) != values.end();
    }
};

using Gone = std::function<bool()>;

const Api::Route Api::routes[] = {
        {"GET", "/v1/status", {}, false, [](Api& api, Request&, const Gone&) { return api.status(); }},
        {"GET", "/v1/plugins", {}, false, [](Api& api, Request&, const Gone&) { return Reply{200, api.pluginList()}; }},
        {"GET", "/v1/calls", {}, false, [](Api& api, Request&, const Gone&) { return Reply{200, api.calls()}; }},
        {"GET", "/v1/tools", {"profile"}, false, [](Api& api, Request& asked, const Gone&) { return api.tools(asked); }},
        {"GET",
         "/v1/findings",
         {},
         false,
         [](Api& api, Request&, const Gone&) {
             return Reply{200, api._parts.agent.findings()};
         }},
        {"GET",
         "/v1/diagnosis",
         {},
         false,
         [](Api& api, Request&, const Gone&) {
             return Reply{200, api._parts.agent.diagnosis()};
         }},
        {"GET", "/metrics", {}, false, [](Api& api, Request&, const Gone&) { return metricsOf(api._parts.agent); }},
        {"GET", "/healthz", {}, false, [](Api& api, Request&, const Gone&) { return healthOf(api._parts.agent); }},
        {"GET", "/readyz", {}, false, [](Api& api, Request&, const Gone&) { return readinessOf(api._parts.agent); }},
        {"POST",
         callPath,
         {"tool", "type"},
         true,
         [](Api& api, Request& asked, const Gone& gone) {
             return callTool(api._parts.dispatcher, std::move(asked),
                             {api._parts.longestAnswer, api._parts.results}, gone);
         },
         "tool"},
        {"POST",
         "/v1/cancel",
         {"call", "session", "task", "any"},
         true,
         [](Api& api, Request& asked, const Gone&) { return api.cancel(asked); }},
        {"POST", "/v1/lock", {}, true, [](Api& api, Request& asked, const Gone&) { return api.lock(asked); }},
        {"POST", "/v1/unlock", {}, true, [](Api& api, Request&, const Gone&) { return api.unlock(); }},
        {"POST",
         "/v1/plugins/restart",
         {"id"},
         true,
         [](Api& api, Request& asked, const Gone&) { return api.plugin(asked, &Operator::restartPlugin); },
         "id"},
        {"POST",
         "/v1/plugins/disable",
         {"id"},
         true,
         [](Api& api, Request& asked, const Gone&) { return api.plugin(asked, &Operator::disablePlugin); },
         "id"},
        {"POST",
         "/v1/plugins/enable",
         {"id"},
         true,
         [](Api& api, Request& asked, const Gone&) { return api.plugin(asked, &Operator::enablePlugin); },
         "id"},
        {"POST",
         "/v1/plugins/revive",
         {"id"},
         true,
         [](Api& api, Request& asked, const Gone&) { return api.plugin(asked, &Operator::revivePlugin); },
         "id"},
        {"POST",
         "/v1/reload",
         {},
         true,
         [](Api& api, Request&, const Gone& gone) { return api.reload(gone); }},
        {"POST",
         "/v1/log-level",
         {"level"},
         true,
         [](Api& api, Request& asked, const Gone&) { return done(api._parts.agent.setLogLevel(asked.value("level"))); },
         "level"},
        {"POST",
         "/v1/request",
         {"name"},
         true,
         [](Api& api, Request& asked, const Gone&) {
             return done(api._parts.agent.requestTask(std::move(asked.body), asked.value("name")));
         }},
        {"POST",
         "/v1/drain",
         {},
         true,
         [](Api& api, Request&, const Gone&) {
             api._parts.agent.drain();
             return done({});
         }},
};

const Api::Route* Api::find(const Request& request) {
    const auto* const found = std::ranges::find(routes, std::string_view(request.path), &Route::path);
    return found == std::end(routes) ? nullptr : found;
}

/// Why the request cannot be answered at all.
base::Result<const Api::Route*> Api::routeOf(const Request& request) {
    const Route* const route = find(request);
    if (route == nullptr) {
        return Error(Code::notFound, "there is no " + base::printable(request.path, shownLength));
    }
    if (!route->isFor(request.method)) {
        return Error(Code::unsupported, request.path + " takes " + std::string(route->method));
    }
    for (const auto& [name, value] : request.values) {
        if (!route->takes(name)) {
            return Error(Code::invalid, request.path + " takes no value '" + base::printable(name, shownLength) + "'");
        }
        if (value.empty()) {
            return Error(Code::invalid, "the value '" + name + "' is empty");
        }
    }
    if (!route->needs.empty() && request.value(std::string(route->needs)).empty()) {
        return Error(Code::invalid, std::string(route->needs) + " is missing");
    }
    return route;
}

Reply Api::answer(Request request, const std::function<bool()>& gone) {
    const auto route = routeOf(request);
    if (!route) {
        return failure(route.error());
    }
    if (!(*route)->changes) {
        return (*route)->answer(*this, request, gone);
    }
    const std::string path = request.path;
    const std::string peer = request.peer.text();
    auto event = eventOf(request);
    Reply reply = (*route)->answer(*this, request, gone);
    tell(path, peer, std::move(event), reply.status);
    return reply;
}

Reply Api::refuse(Request request, const Error& why) {
    ++_refused;
    if (request.path == watchPath || request.path == mcpPath) {
        return failure(why);
    }
    const auto route = routeOf(request);
    Reply reply = failure(route ? why : route.error());
    if (!route || !(*route)->changes) {
        return reply;
    }
    tell(request.path, request.peer.text(), eventOf(request), reply.status);
    return request.path == callPath ? refuseCall(_parts.dispatcher, std::move(request), why) : std::move(reply);
}

/// A call has records of its own.
void Api::tell(const std::string& path, const std::string& peer, base::JsonObject event, int status) {
    base::log::info("operator ({}): {}: {}", peer, path, status);
    if (path != callPath) {
        _parts.dispatcher.trail().event("operator", event.number("status", status).takeMembers());
    }
}

void Api::serveMcp(base::Descriptor in, base::Descriptor out, const Peer& peer, const std::function<bool()>& stopping) {
    base::log::info("operator ({}): {}: an MCP client", peer.text(), mcpPath);
    _parts.agent.serveMcp(std::move(in), std::move(out), peer, stopping);
}

Reply Api::status() const {
    return {200, base::JsonObject()
                     .raw("agent", _parts.agent.status())
                     .raw("lock", json(_parts.lock.locked()))
                     .number("pending", static_cast<std::int64_t>(_parts.dispatcher.pending()))
                     .raw("calls", json(_parts.dispatcher.calls().list()))
                     .raw("plugins", pluginList())
                     .take()};
}

std::string Api::pluginList() const {
    const bool admitted = _parts.plugins.router().current() != nullptr;  // first: entries come with it
    return json({_parts.plugins.entries(), admitted}, plugins::ProcessTable::read(), _parts.clock.now());
}

std::string Api::calls() const {
    return json(_parts.dispatcher.calls().list());
}

Reply Api::tools(const Request& request) const {
    const auto router = _parts.dispatcher.router().current();
    if (!router) {
        return failure(Error(Code::unavailable, "the plugins are not admitted yet"));
    }
    const std::string profile = request.value("profile");
    const auto offer = router->offerFor({.profile = profile.empty() ? execution::everyNamespace : profile});
    if (!offer) {
        return failure(offer.error());
    }
    const auto refusal = [this](const execution::Tool& tool) { return _parts.dispatcher.wouldAdmit(tool); };
    return {200, json((*offer)->tools(), refusal)};
}

Reply Api::cancel(const Request& request) {
    if (request.values.size() != 1) {
        return failure(Error(Code::invalid, "one of call, session, task and any is needed"));
    }
    const auto& [what, value] = *request.values.begin();
    if (what == "call" && !numberIn(value)) {
        return failure(Error(Code::invalid, "call is not a number: it is the id of /v1/calls"));
    }
    const std::size_t count = cancelled(_parts.dispatcher.calls(), what, value);
    if (count == 0) {
        return failure(Error(Code::notFound, "nothing of it is in flight"));
    }
    return {200, base::JsonObject().number("cancelled", static_cast<std::int64_t>(count)).take()};
}

Reply Api::lock(const Request& request) {
    if (!base::isUtf8(request.body)) {
        return failure(Error(Code::invalid, "the reason is not UTF-8"));
    }
    const auto was = _parts.lock.lock(request.body.empty() ? "locked by the operator" : request.body);
    const std::size_t left = _parts.lock.waitForEnds() + wedgedCalls();
    return was ? Reply{200, changed(*was).number("not_ended", static_cast<std::int64_t>(left)).take()}
               : failure(was.error());
}

/// They are answered, and go on in the agent.
std::size_t Api::wedgedCalls() const {
    std::size_t count = 0;
    for (const auto& entry : _parts.plugins.entries()) {
        if (entry.slot && entry.slot->state() == plugins::SlotState::wedged) {
            count += entry.slot->figures(_parts.clock.now()).running;
        }
    }
    return count;
}

Reply Api::unlock() {
    const auto was = _parts.lock.unlock();
    return was ? Reply{200, changed(*was).take()} : failure(was.error());
}

Reply Api::reload(const std::function<bool()>& gone) {
    const auto reloaded = _parts.agent.reload(gone);
    return reloaded ? Reply{200, json(*reloaded)} : failure(reloaded.error());
}

Reply Api::plugin(const Request& request, base::Result<void> (Operator::*action)(const std::string&)) {
    return done((_parts.agent.*action)(request.value("id")));
}

}  // namespace aip::control
