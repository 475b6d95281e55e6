#include "runner/exec_pipes_linux.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <poll.h>
#include <unistd.h>

namespace aip::runner {
namespace {

using base::Descriptor;
using Clock = std::chrono::steady_clock;

constexpr std::size_t pieceSize = 64UL << 10U;
constexpr std::size_t loggedErrors = 64UL << 10U;

}  // namespace

bool ExecPipes::open(Supervised::Launch& launch) {
    for (std::size_t i = 0; i < count; ++i) {
        auto pipe = makePipe(i == in);
        if (!pipe) {
            return false;
        }
        launch.descriptors.at(i) = pipe->program.get();
        _pipes.at(i) = *std::move(pipe);
    }
    return true;
}

void ExecPipes::closeTheirs() {
    std::ranges::for_each(_pipes, [](ProgramPipe& pipe) { pipe.program = Descriptor(); });
}

void ExecPipes::wait(const Descriptor& ended, const Descriptor& wake, Clock::time_point limit) {
    std::array<pollfd, count + 2> polled{};
    for (std::size_t i = 0; i < count; ++i) {
        polled.at(i) = {_pipes.at(i).ours.get(), static_cast<short>(i == in ? POLLOUT : POLLIN), 0};
    }
    polled[count] = {ended.get(), POLLIN, 0};
    polled[count + 1] = {wake.get(), POLLIN, 0};
    const bool endless = limit == Clock::time_point::max();
    const auto left = endless ? std::chrono::milliseconds(-1)
                              : std::max(std::chrono::milliseconds(0),
                                         std::chrono::ceil<std::chrono::milliseconds>(limit - Clock::now()));
    if (::poll(polled.data(), polled.size(), static_cast<int>(left.count())) <= 0) {
        return;
    }
    if (polled[in].revents != 0) {
        write();
    }
    for (const Index each : {out, err, progress}) {
        if (polled.at(each).revents != 0) {
            read(each);
        }
    }
}

/// A program that does not read its input is not wrong.
void ExecPipes::write() {
    Descriptor& pipe = _pipes[in].ours;
    const ssize_t written = ::write(pipe.get(), _left.data(), _left.size());
    if (written >= 0) {
        _left.remove_prefix(static_cast<std::size_t>(written));
    }
    if (_left.empty() || (written < 0 && errno != EAGAIN && errno != EINTR)) {
        pipe = Descriptor();
    }
}

/// False if there is nothing more now.
bool ExecPipes::read(Index from) {
    std::array<char, pieceSize> piece;  // NOLINT: filled by read()
    Descriptor& pipe = _pipes.at(from).ours;
    const ssize_t size = ::read(pipe.get(), piece.data(), piece.size());
    if (size > 0) {
        take(from, {piece.data(), static_cast<std::size_t>(size)});
        return true;
    }
    if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
        pipe = Descriptor();
    }
    return false;
}

void ExecPipes::take(Index from, std::string_view bytes) {
    if (from == out) {
        _out += bytes;
        if (_out.size() > _maxResultSize) {
            _overrun = "the program was killed: its result has more than " + std::to_string(_maxResultSize) + " bytes";
            _pipes[out].ours = Descriptor();
        }
    } else if (from == err) {
        takeErrors(bytes);
    } else if (const auto report = _progress.feed(bytes)) {
        _call->reportProgress(report->permille, report->text);
    }
    if (_progress.exceeded() && _overrun.empty()) {
        _overrun = "the program was killed: it has written more than " + std::to_string(ProgressLines::mostBytes) +
                   " bytes of progress";
        _pipes[progress].ours = Descriptor();
    }
}

/// To this process's own, too: that is the plugin's log.
void ExecPipes::takeErrors(std::string_view bytes) {
    _errors.add(bytes);
    const std::size_t logged = std::min(bytes.size(), loggedErrors - std::min(loggedErrors, _errorBytes));
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, bytes.data(), logged);
    _errorBytes += bytes.size();
}

void ExecPipes::readRest() {
    for (const Index each : {out, err, progress}) {
        while (_overrun.empty() && _pipes.at(each).ours && read(each)) {
        }
    }
}

}  // namespace aip::runner
