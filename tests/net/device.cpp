#include "tests/net/device.h"

#include "tests/support/websocket_peer.h"

#include <stdexcept>
#include <utility>

namespace aip::tests {

using namespace std::chrono_literals;
using hosting::Call;
using hosting::Outcome;

namespace {

/// The number in the parameters.
std::size_t numberIn(std::string_view parameters, std::size_t otherwise) {
    const std::size_t digits = parameters.find_first_of("0123456789");
    return digits == std::string_view::npos ? otherwise : std::stoul(std::string(parameters.substr(digits)));
}

lifecycle::SessionSettings at(lifecycle::SessionSettings settings, const std::string& url) {
    settings.endpoint.url = url;
    settings.clientId = "dev1";
    return settings;
}

}  // namespace

DeviceSettings patientSettings() {
    DeviceSettings settings;
    settings.session.backoffBase = 40ms;
    settings.channel.pingInterval = 0ms;
    settings.random = [] { return 0.5; };
    return settings;
}

Device::Device(const std::string& url, DeviceSettings settings)
    : _channel(transport::makeWebSocketChannel(settings.channel, _clock)) {
    const auto slot =
        fakeSlot("p", {tool("noop"), tool("wait"), tool("blob", "BashExecutor", R"({"required":["size"]})")},
                 [this](Call& call) { return execute(call); });
    _agent.emplace(AgentParts{.session = at(settings.session, url),
                              .channel = *_channel,
                              .clock = _clock,
                              .slots = {slot},
                              .describers = settings.describers,
                              .collectTimeout = settings.collectTimeout,
                              .platform = settings.platform,
                              .dispatcher = settings.dispatcher,
                              .random = settings.random});
}

lifecycle::Session::End Device::ended() {
    auto end = _agent->ended.get_future();
    if (end.wait_for(limit) != std::future_status::ready) {
        throw std::runtime_error("the session does not end");
    }
    return end.get();
}

int Device::executions(const std::string& callId) const {
    const std::lock_guard lock(_mutex);
    const auto found = _executions.find(callId);
    return found == _executions.end() ? 0 : found->second;
}

void Device::waitExecuted(const std::string& callId) const {
    std::unique_lock lock(_mutex);
    if (!_executed.wait_for(lock, limit, [&] { return _executions.contains(callId); })) {
        throw std::runtime_error("nobody asked to execute " + callId);
    }
}

std::map<std::string, int> Device::executedTwice() const {
    const std::lock_guard lock(_mutex);
    std::map<std::string, int> more;
    for (const auto& [id, count] : _executions) {
        if (count > 1) {
            more.emplace(id, count);
        }
    }
    return more;
}

/// The id of a call is a number of ours followed by the server's id.
Outcome Device::execute(Call& call) {
    const std::string& id = call.request().id;
    {
        const std::lock_guard lock(_mutex);
        ++_executions[id.substr(id.find(':') + 1)];
        _executed.notify_all();
    }
    const std::string_view parameters = call.request().parameters;
    if (call.request().tool == "blob") {
        return Outcome::success('"' + std::string(numberIn(parameters, 1), 'x') + '"');
    }
    if (call.request().tool == "wait") {
        const std::chrono::milliseconds time(numberIn(parameters, std::chrono::milliseconds(limit).count()));
        return call.waitCancelled(time) ? call.cancelOutcome() : Outcome::success("\"waited\"");
    }
    return Outcome::success("true");
}

std::string command(const std::string& tool, const std::string& id, const std::string& parameters,
                    const std::string& session) {
    return R"({"type":"command","status":"continue","agent_name":"LinuxAgent","session_id":")" + session +
           R"(","response_id":")" + id + R"(","actions":[{"tool_name":")" + tool + R"(","parameters":)" + parameters +
           R"(,"tool_type":"action","call_id":")" + id + R"("}]})";
}

}  // namespace aip::tests
