#include "base/log.h"
#include "mcp_server/asked_lines.h"
#include "mcp_server/line_server.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <exception>
#include <limits>
#include <optional>
#include <system_error>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace aip::mcp_server {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t readSize = AskedLines::freeBytes;
/// What a pipe that can be written to takes without blocking.
constexpr std::size_t writeSize = 4096;
/// For the last answers to be written, after the calls have ended.
constexpr std::chrono::seconds farewell{2};

std::pair<base::Descriptor, base::Descriptor> makePipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
        throw std::system_error(errno, std::generic_category(), "pipe");
    }
    return {base::Descriptor(ends[0]), base::Descriptor(ends[1])};
}

bool isOver(std::optional<Clock::time_point> limit) {
    return limit && Clock::now() >= *limit;
}

/// For poll(): so many milliseconds, rounded up; -1: for ever.
int timeUntil(std::optional<Clock::time_point> limit) {
    if (!limit) {
        return -1;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*limit - Clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, std::numeric_limits<int>::max()));
}

/// Waits until `descriptor` is ready. False if `wake` is, or the time is over.
bool awaitReady(int descriptor, short event, int wake, std::optional<Clock::time_point> limit) {
    std::array<pollfd, 2> waits{{{descriptor, event, 0}, {wake, POLLIN, 0}}};
    int ready = 0;
    while (!isOver(limit) && ready == 0) {
        ready = ::poll(waits.data(), waits.size(), timeUntil(limit));
        if (ready < 0 && errno != EINTR) {
            return false;
        }
        ready = std::max(ready, 0);
    }
    return ready > 0 && waits[1].revents == 0;
}

/// False if it has failed, which is said.
template <typename Work>
bool succeeds(const Work& work) {
    try {
        work();
        return true;
    } catch (const std::exception& failure) {
        base::log::error("mcp: the client is left: {}", failure.what());
        return false;
    }
}

/// POLLERR is that of a pipe, POLLHUP that of a socket whose other end is closed, and not only its sending half.
bool hasNoReader(int descriptor) {
    pollfd wait{descriptor, 0, 0};
    return ::poll(&wait, 1, 0) > 0 && (wait.revents & (POLLERR | POLLHUP)) != 0;
}

}  // namespace

LineServer::LineServer(execution::Dispatcher& dispatcher, OfferedTools& offered, LineServerSettings settings,
                       base::Descriptor in, base::Descriptor out, std::function<void()> ended)
    : _settings(std::move(settings)),
      _in(std::move(in)),
      _out(std::move(out)),
      _ended(std::move(ended)),
      _queue(_settings.longestQueue),
      _door(dispatcher, offered, _settings.info, _settings.session, _settings.limits,
            [this](mcp::ToClient message) { _queue.put(std::move(message)); }) {
    std::tie(_wake, _stopper) = makePipe();
    _writer = std::thread([this] { write(); });
    try {
        _reader = std::thread([this] { read(); });
    } catch (...) {
        _queue.close();
        _writer.join();
        throw;
    }
}

LineServer::~LineServer() {
    stop();
    _reader.join();
    _writer.join();
}

void LineServer::stop() {
    if (!_stopping.exchange(true)) {
        _queue.stopWaiting();
        _door.cancelAll("the agent stops");
        [[maybe_unused]] const auto written = ::write(_stopper.get(), "", 1);  // an empty pipe takes a byte
    }
}

void LineServer::read() {
    succeeds([this] { readLines(); });
    if (!succeeds([this] { drain(); })) {
        _queue.abandon();
        _queue.close();
    }
    _ended();
}

void LineServer::readLines() {
    AskedLines lines(_settings.longestLine, _settings.asked);
    std::string buffer(readSize, '\0');
    base::Result<void> fine;
    TimeLimit begun;  // a long line
    while (fine && readSome(buffer, endOf(lines, begun))) {
        fine = lines.feed(buffer, [&](AskedLines::Text line) {
            begun.reset();
            if (line->find_first_not_of(" \t") != std::string::npos) {
                _queue.waitForRoom();
                if (!_stopping) {
                    _door.received({std::move(line), _settings.peer});
                }
            }
        });
        if (!begun && lines.waitsForLongLine()) {
            begun = Clock::now();
        }
    }
    if (isOver(endOf(lines, begun))) {
        fine = base::Error(base::Code::deadline, "a line of it does not come to an end");
    }
    if (!fine) {
        base::log::error("mcp: the client is left: {}", fine.error().text());
    }
}

/// When a line that has begun then must have come as a whole: a slow client has a second for each MiB.
LineServer::TimeLimit LineServer::endOf(const AskedLines& lines, TimeLimit begun) const {
    return begun && _settings.patience ? *begun + *_settings.patience + std::chrono::seconds(lines.unfinished() >> 20U)
                                       : TimeLimit();
}

/// False at the end of the input, when it is to stop, or when the time is over.
bool LineServer::readSome(std::string& buffer, TimeLimit limit) {
    if (!awaitReady(_in.get(), POLLIN, _wake.get(), limit)) {
        return false;
    }
    buffer.resize(readSize);
    const auto size = ::read(_in.get(), buffer.data(), buffer.size());
    buffer.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return size > 0 || (size < 0 && (errno == EINTR || errno == EAGAIN));
}

void LineServer::drain() {
    if (hasNoReader(_out.get())) {  // the client has gone, not only closed its end: nobody wants the answers
        stop();
    }
    if (!_stopping && !_door.waitUntilAnswered(_settings.drain)) {
        _door.cancelAll("the client has closed its end");
    }
    stop();
    _door.cancelAll("the agent stops");  // also what was begun while another thread stopped
    _door.waitUntilAnswered(_settings.drain);
    if (!_queue.waitUntilTaken(Clock::now() + farewell)) {
        _queue.abandon();
    }
    _queue.close();
}

void LineServer::write() {
    if (!succeeds([this] { writeLines(); })) {
        _queue.abandon();
        succeeds([this] { stop(); });
    }
}

void LineServer::writeLines() {
    while (const auto line = _queue.take()) {
        if (!writeAll(line->text)) {
            base::log::info("mcp: the client does not read any more: it is left");
            _queue.abandon();
            stop();
            return;
        }
    }
}

bool LineServer::writeAll(std::string_view line) {
    for (auto latest = Clock::now(); !line.empty();) {
        pollfd wait{_out.get(), POLLOUT, 0};
        const int ready = ::poll(&wait, 1, 100);
        const auto now = Clock::now();
        const bool tooLong = _settings.patience && now - latest >= *_settings.patience;
        if (_queue.abandoned() || (ready <= 0 && tooLong)) {
            return false;
        }
        latest = ready > 0 ? now : latest;
        if (ready <= 0) {
            continue;
        }
        const auto size = ::write(_out.get(), line.data(), std::min(line.size(), writeSize));
        if (size < 0 && errno != EINTR && errno != EAGAIN) {
            return false;
        }
        line.remove_prefix(size > 0 ? static_cast<std::size_t>(size) : 0);
    }
    return true;
}

}  // namespace aip::mcp_server
