#include "runner/http_traffic.h"

#include <exception>
#include <thread>
#include <utility>

namespace aip::runner {

bool HttpTraffic::run(std::function<void()> job) {
    const bool wanted = _state.with([](State& state) {
        state.threads += state.stopping ? 0 : 1;
        return !state.stopping;
    });
    const auto over = [this] {
        _state.with([this](State& state) {
            --state.threads;
            _state.notify();  // with the mutex held: after it this object may be gone
        });
    };
    try {
        if (wanted) {
            std::thread([job = std::move(job), over] {
                job();
                over();
            }).detach();
        }
    } catch (const std::exception&) {
        over();
        return false;
    }
    return wanted;
}

bool HttpTraffic::runAnswer(std::function<void()> job) {
    const bool isFree = _state.with([](State& state) {
        const bool below = state.answering < mostAnswering;
        state.answering += below ? 1 : 0;
        return below;
    });
    const auto over = [this] { _state.with([](State& state) { --state.answering; }); };
    const bool runs = isFree && run([job = std::move(job), over] {
                          job();
                          over();
                      });
    if (isFree && !runs) {
        over();
    }
    return runs;
}

HttpTraffic::ExchangePtr HttpTraffic::open(mcp::RequestId request) {
    auto exchange = std::make_shared<http::Exchange>(_target);
    return _state.with([&](State& state) {
        if (state.stopping) {
            return ExchangePtr();
        }
        state.requests[request] = exchange;
        return exchange;
    });
}

HttpTraffic::ExchangePtr HttpTraffic::openNote() {
    http::Target target = _target;
    target.silence = noteSilence;
    return openOther(std::move(target));
}

HttpTraffic::ExchangePtr HttpTraffic::openStream() {
    return openOther(_target);
}

HttpTraffic::ExchangePtr HttpTraffic::openOther(http::Target target) {
    auto exchange = std::make_shared<http::Exchange>(std::move(target));
    return _state.with([&](State& state) {
        if (state.stopping) {
            return ExchangePtr();
        }
        std::erase_if(state.others, [](const auto& other) { return other.expired(); });
        state.others.push_back(exchange);
        return exchange;
    });
}

void HttpTraffic::close(mcp::RequestId request) {
    _state.with([request](State& state) { state.requests.erase(request); });
}

void HttpTraffic::cancel(mcp::RequestId request) {
    const auto exchange = _state.with([request](State& state) {
        const auto found = state.requests.find(request);
        return found == state.requests.end() ? nullptr : std::exchange(found->second, nullptr);
    });
    if (exchange) {
        exchange->cancel();
        _state.notify();
    }
}

bool HttpTraffic::pause(std::chrono::milliseconds time) {
    return _state.waitUntil(
        std::chrono::steady_clock::now() + time, [](const State& state) { return state.stopping; },
        [](const State& state) { return !state.stopping; });
}

bool HttpTraffic::pause(mcp::RequestId request, std::chrono::milliseconds time) {
    const auto isOver = [request](const State& state) {
        const auto found = state.requests.find(request);
        return state.stopping || found == state.requests.end() || !found->second;
    };
    return _state.waitUntil(std::chrono::steady_clock::now() + time, isOver,
                            [&](const State& state) { return !isOver(state); });
}

bool HttpTraffic::stopping() const {
    return _state.with([](const State& state) { return state.stopping; });
}

void HttpTraffic::stop() {
    _state.with([](State& state) {
        state.stopping = true;
        for (const auto& [id, exchange] : state.requests) {
            if (exchange) {
                exchange->cancel();
            }
        }
        for (const auto& other : state.others) {
            if (const auto exchange = other.lock()) {
                exchange->cancel();
            }
        }
    });
    _state.notify();
}

void HttpTraffic::awaitJobs() {
    _state.waitFor([](const State& state) { return state.threads == 0; }, [](const State&) {});
}

std::string HttpTraffic::session() const {
    return _state.with([](const State& state) { return state.session; });
}

void HttpTraffic::setSession(const std::string& session) {
    _state.with([&](State& state) { state.session = session; });
}

}  // namespace aip::runner
