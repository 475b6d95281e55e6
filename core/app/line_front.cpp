#include "app/line_front.h"

#include "app/mcp_door.h"
#include "base/log.h"

#include <exception>
#include <utility>

namespace aip::app {
LineFront::LineFront(const Settings& settings, execution::Dispatcher& dispatcher, StandardStreams streams)
    : _settings(lineServerSettings(settings)),
      _dispatcher(dispatcher),
      _offered(dispatcher.router(), mcpProfile(settings)),
      _streams(std::move(streams)) {
    _settings.peer = _streams.peer;
}

Front::End LineFront::run() {
    try {
        serve();
        return End::stopped;
    } catch (const std::exception& failure) {
        base::log::error("mcp: the client cannot be served: {}", failure.what());
        return End::retriesExhausted;
    }
}

void LineFront::serve() {
    auto server = std::make_shared<mcp_server::LineServer>(_dispatcher, _offered, _settings, std::move(_streams.in),
                                                           std::move(_streams.out), [this] { _ended.set_value(); });
    _server.with([&](auto& held) {
        held = std::move(server);
        if (_stopping) {
            held->stop();
        }
    });
    _ended.get_future().wait();
    // Its threads end now, or when those that are told of other tools have let go of it.
    _server.with([&](auto& held) { server = std::move(held); });
}

void LineFront::stop() {
    _stopping = true;
    _server.with([](auto& held) {
        if (held) {
            held->stop();
        }
    });
}

void LineFront::toolsChanged() {
    if (const auto server = _server.with([](const auto& held) { return held; })) {
        server->toolsChanged();
    }
}

}  // namespace aip::app
