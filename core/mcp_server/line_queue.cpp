#include "mcp_server/line_queue.h"

#include <utility>

namespace aip::mcp_server {
namespace {

std::size_t smallSize(const mcp::ToClient& line) {
    return line.share ? 0 : line.text.size();
}

}  // namespace

void LineQueue::put(mcp::ToClient message) {
    _state.with([&](State& state) {
        const std::size_t size = smallSize(message);
        const bool full = size > 0 && state.small > 0 && state.small + size > _smallLimit;
        if (state.abandoned || state.closed || (full && (!message.last || message.request.empty()))) {
            return;
        }
        if (full) {
            message = mcp::busyAnswer(message.request, "the client does not read its answers");
        }
        message.request.clear();  // it is not counted
        message.text += '\n';
        state.bytes += message.text.size();
        state.small += smallSize(message);
        state.lines.push_back(std::move(message));
    });
    _state.notify();
}

std::optional<mcp::ToClient> LineQueue::take() {
    _state.with([](State& state) { state.taking = false; });
    _state.notify();
    auto line = _state.waitFor([](const State& state) { return !state.lines.empty() || state.closed; },
                               [](State& state) -> std::optional<mcp::ToClient> {
                                   if (state.lines.empty()) {
                                       return std::nullopt;
                                   }
                                   auto first = std::move(state.lines.front());
                                   state.lines.pop_front();
                                   state.bytes -= first.text.size();
                                   state.small -= smallSize(first);
                                   state.taking = true;
                                   return first;
                               });
    _state.notify();  // there is room
    return line;
}

void LineQueue::abandon() {
    _state.with([](State& state) {
        state.abandoned = true;
        state.taking = false;
        state.lines.clear();
        state.bytes = 0;
        state.small = 0;
    });
    _state.notify();
}

void LineQueue::close() {
    _state.with([](State& state) { state.closed = true; });
    _state.notify();
}

bool LineQueue::abandoned() const {
    return _state.with([](const State& state) { return state.abandoned; });
}

bool LineQueue::hasRoom(const State& state) const {
    return state.hasty || (state.bytes <= _limit / 2 && state.small <= _smallLimit / 2);
}

bool LineQueue::hasRoom() const {
    return _state.with([this](const State& state) { return hasRoom(state); });
}

void LineQueue::waitForRoom() {
    _state.waitFor([this](const State& state) { return hasRoom(state); }, [](State&) {});
}

void LineQueue::stopWaiting() {
    _state.with([](State& state) { state.hasty = true; });
    _state.notify();
}

bool LineQueue::waitUntilTaken(std::chrono::steady_clock::time_point limit) {
    return _state.waitUntil(
        limit, [](const State& state) { return state.idle(); }, [](const State& state) { return state.idle(); });
}

}  // namespace aip::mcp_server
