#include "app/line_clients.h"

#include <chrono>
#include <future>
#include <utility>

namespace aip::app {
namespace {

constexpr std::chrono::milliseconds stopInterval{250};
constexpr std::chrono::seconds longestEnd{5};
constexpr std::chrono::seconds longestSilence{30};  ///< of a client that is to take an answer

}  // namespace

void LineClients::serve(base::Descriptor in, base::Descriptor out, const std::string& peer,
                        const std::function<bool()>& stopping) {
    auto settings = _settings;
    settings.session = "control, " + peer;
    settings.peer = peer;
    const auto ended = std::make_shared<std::promise<void>>();
    const auto over = ended->get_future();
    auto server = std::make_shared<mcp_server::LineServer>(_dispatcher, _offered, std::move(settings), std::move(in),
                                                           std::move(out), [ended] { ended->set_value(); });
    const bool stopped = _state.with([&](State& state) {
        state.servers.push_back(server);
        return state.stopped;
    });
    while (over.wait_for(stopped ? std::chrono::milliseconds(0) : stopInterval) != std::future_status::ready) {
        if (stopped || stopping()) {
            server->stop();
            over.wait();
        }
    }
    _state.with([&](State& state) { state.servers.remove(server); });
    server.reset();
    _state.notify();
}

/// What one may have that waits, and a message that comes, whatever it is for all together.
mcp_server::LineServerSettings LineClients::ofMany(mcp_server::LineServerSettings settings) {
    settings.patience = longestSilence;
    settings.asked = std::make_shared<base::ByteBudget>(settings.limits.held + settings.longestLine);
    return settings;
}

std::list<LineClients::ServerPtr> LineClients::servers() const {
    return _state.with([](const State& state) { return state.servers; });
}

void LineClients::toolsChanged() {
    for (const auto& server : servers()) {
        server->toolsChanged();
    }
}

void LineClients::stop() {
    _state.with([](State& state) { state.stopped = true; });
    for (const auto& server : servers()) {
        server->stop();
    }
    _state.waitUntil(
        std::chrono::steady_clock::now() + longestEnd, [](const State& state) { return state.servers.empty(); },
        [](const State& /*state*/) {});
}

}  // namespace aip::app
