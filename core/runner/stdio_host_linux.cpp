#include "runner/stdio_host_linux.h"

#include "base/json_text.h"
#include "runner/program_pipe_linux.h"
#include "runner/watcher_linux.h"

#include <aip/abi.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <utility>
#include <variant>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

namespace aip::runner {
namespace {

using base::Code;
using base::Descriptor;
using hosting::Call;
using hosting::Outcome;
using hosting::Refusal;
namespace reason = hosting::reason;

constexpr std::size_t readPiece = 256UL << 10U;
constexpr std::size_t aroundAResult = 1UL << 20U;     ///< bytes of a line that are not the result
constexpr std::chrono::milliseconds patience{1'500};  ///< after each step of a stop

bool isReadable(const Descriptor& descriptor, std::chrono::milliseconds limit) {
    pollfd polled{descriptor.get(), POLLIN, 0};
    return ::poll(&polled, 1, static_cast<int>(limit.count())) > 0;
}

/// The program dies with this process.
[[noreturn]] void endProcess(const std::string& why) {
    std::fputs(("the program was killed: " + why + "\n").c_str(), stderr);
    std::_Exit(EXIT_FAILURE);
}

std::string endingOf(int status) {
    return WIFEXITED(status) ? "ended with exit code " + std::to_string(WEXITSTATUS(status))
                             : "was killed by signal " + std::to_string(WTERMSIG(status));
}

}  // namespace

base::Result<std::unique_ptr<Hosted>, Refusal> StdioHost::start(const std::vector<std::string>& command,
                                                                ToolSessionSettings settings, ProgramSetting setting,
                                                                const HostedWiring& wiring) {
    auto in = makePipe(true);
    auto out = makePipe(false);
    if (!in || !out) {
        return Refusal{reason::shortage, "no descriptor is left for the program's pipes"};
    }
    widen(out->ours);
    Supervised::Launch launch = setting.launch(command);
    launch.descriptors[STDIN_FILENO] = in->program.get();
    launch.descriptors[STDOUT_FILENO] = out->program.get();
    launch.descriptors[STDERR_FILENO] = STDERR_FILENO;  // the plugin's log
    auto started = Supervised::start(launch);
    if (!started) {
        return Refusal{reason::shortage, started.error().text()};
    }
    in->program = Descriptor();
    out->program = Descriptor();
    std::unique_ptr<StdioHost> host(new StdioHost(*std::move(started), std::move(settings), std::move(setting),
                                                  std::move(in->ours), std::move(out->ours), wiring));
    if (!host->_thread.joinable()) {
        return Refusal{reason::shortage, "no thread can be made for the program"};
    }
    auto opening = host->_state.waitFor([](const State& state) { return state.session.opening().has_value(); },
                                        [](const State& state) { return *state.session.opening(); });
    if (!opening) {
        return std::move(opening).error();
    }
    return std::unique_ptr<Hosted>(std::move(host));
}

StdioHost::StdioHost(Supervised program, ToolSessionSettings settings, ProgramSetting setting, Descriptor in,
                     Descriptor out, const HostedWiring& wiring)
    : _program(std::move(program)),
      _setting(std::move(setting)),
      _out(std::move(out)),
      _wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      _log(wiring.log),
      _files(wiring.artifacts),
      _toolsChanged(wiring.toolsChanged),
      _in(std::move(in)),
      _lines(wiring.maxResultSize + aroundAResult),
      _state(std::move(settings)) {
    const bool wakes = _state.with([this](State& state) {
        queue(state, state.session.open().send);
        return write(state);
    });
    if (wakes) {
        wake();
    }
    try {
        _thread = std::thread([this] { loop(); });
    } catch (const std::exception&) {  // start() says so
    }
}

StdioHost::~StdioHost() {
    _state.with([](State& state) { state.stopping = true; });
    wake();
    if (_thread.joinable()) {
        _thread.join();
    }
    _in = Descriptor();
    if (!isReadable(_program.ended(), patience)) {
        _program.terminate();
    }
    if (!isReadable(_program.ended(), patience)) {
        _program.kill();
    }
}

/// What `use` has to be sent is sent in the order in which the session has made it.
template <typename Use>
void StdioHost::apply(Use&& use) {
    bool wakes = false;
    auto effects = _state.with([&](State& state) {
        auto made = std::forward<Use>(use)(state.session);
        queue(state, made.send);
        wakes = write(state) || state.wakes.isAfter(state.session.next());
        return made;
    });
    tell(effects, _log, _files);
    if (!effects.hangs.empty()) {
        endProcess(effects.hangs);
    }
    if (effects.opened) {
        _state.notify();
    }
    if (effects.listed && _toolsChanged) {
        _toolsChanged();
    }
    if (wakes) {
        wake();
    }
}

void StdioHost::invoke(std::shared_ptr<Call> call, Keeper keeper, Done done) {
    if (call->request().kind != Call::Kind::execute) {
        done(Outcome::failure(Code::unsupported, "a program tells nothing about the device"));
        return;
    }
    const auto now = std::chrono::steady_clock::now();
    apply(
        [&](ToolSession& session) { return session.invoke(std::move(call), std::move(keeper), std::move(done), now); });
}

void StdioHost::cancel(std::string_view callId) {
    const auto now = std::chrono::steady_clock::now();
    apply([&](ToolSession& session) { return session.cancel(callId, now); });
}

base::Result<std::string> StdioHost::listTools() const {
    return _state.with([](const State& state) { return state.session.tools(); });
}

void StdioHost::queue(State& state, const std::vector<mcp::Outgoing>& messages) {
    for (const auto& message : messages) {
        const bool isAnswer = message.method.empty();
        if (!isAnswer || state.toSend.size() < aroundAResult) {  // else it asks without end, and does not read
            state.toSend += message.json;
            state.toSend += '\n';
        }
    }
}

/// True if something is left for the thread: to send the rest, or to end a program that does not read.
bool StdioHost::write(State& state) {
    const std::string_view left = std::string_view(state.toSend).substr(state.sent);
    const ssize_t written = left.empty() ? 0 : ::write(_in.get(), left.data(), left.size());
    state.deaf = state.deaf || (written < 0 && errno != EAGAIN && errno != EINTR);
    state.sent += written > 0 ? static_cast<std::size_t>(written) : 0;
    if (state.sent < state.toSend.size() && !state.deaf) {
        return true;
    }
    std::string().swap(state.toSend);
    state.sent = 0;
    return state.deaf;
}

void StdioHost::wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(_wake.get(), &one, sizeof one);
}

void StdioHost::loop() {
    while (poll()) {
    }
}

/// Waits for the program, and handles what it says. False: it is stopped.
bool StdioHost::poll() {
    const auto [sends, stops] =
        _state.with([](const State& state) { return std::pair(!state.toSend.empty(), state.stopping); });
    if (stops) {
        return false;
    }
    std::array<pollfd, 4> polled{{{_out.get(), POLLIN, 0},
                                  {_program.ended().get(), POLLIN, 0},
                                  {_wake.get(), POLLIN, 0},
                                  {sends ? _in.get() : -1, POLLOUT, 0}}};
    ::poll(polled.data(), polled.size(), untilNext());
    apply([](ToolSession& session) { return session.turn(std::chrono::steady_clock::now()); });
    if (polled[2].revents != 0) {
        std::uint64_t count = 0;
        [[maybe_unused]] const auto size = ::read(_wake.get(), &count, sizeof count);
    }
    if (polled[3].revents != 0) {
        _state.with([this](State& state) { write(state); });
    }
    if (_state.with([](const State& state) { return state.deaf; })) {
        endDeaf();
    }
    const bool ended =
        polled[0].revents != 0 ? !readSome() && isReadable(_program.ended(), {}) : polled[1].revents != 0;
    if (ended) {
        programEnded();
    }
    return true;
}

/// A program that has closed its input can neither be called nor stopped. What it has said is read after that.
void StdioHost::endDeaf() {
    if (isReadable(_program.ended(), patience)) {
        return;
    }
    std::fputs("the program was killed: it has closed its input\n", stderr);
    refuse("it has closed its input");
    _program.kill();
    isReadable(_program.ended(), patience);
}

/// False if there is nothing more.
bool StdioHost::readSome() {
    std::array<char, readPiece> piece;  // NOLINT: filled by read()
    const ssize_t size = ::read(_out.get(), piece.data(), piece.size());
    if (size <= 0) {
        if (size == 0) {
            isReadable(_program.ended(), patience);  // it has closed its output: it ends, or is made to
            _program.kill();
            isReadable(_program.ended(), patience);
        }
        return false;
    }
    const bool fits = _lines.feed({piece.data(), static_cast<std::size_t>(size)}, [this](std::string_view line) {
        const auto now = std::chrono::steady_clock::now();
        apply([&](ToolSession& session) { return session.take(line, now); });
    });
    if (!fits) {
        endProcess("it has written a line that is longer than a result may be");
    }
    return true;
}

/// In milliseconds, for poll().
int StdioHost::untilNext() {
    const auto now = std::chrono::steady_clock::now();
    const auto next = _state.with([now](State& state) { return state.wakes.renew(state.session.next(), now); });
    if (next == ToolSession::TimePoint::max()) {
        return -1;
    }
    constexpr std::chrono::milliseconds longest{60'000};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - now);
    return static_cast<int>(std::clamp(left, std::chrono::milliseconds(0), longest).count());
}

void StdioHost::refuse(const std::string& why) {
    _state.with([&](State& state) { state.session.refuse({reason::startFailed, why}); });
    _state.notify();
}

void StdioHost::programEnded() {
    const int status = _program.status();
    const bool starting = _state.with([](const State& state) { return !state.session.opening(); });
    if (starting) {
        refuse("the program " + endingOf(status) + " before it had told its tools");
        _state.with([](State& state) { state.stopping = true; });
        return;
    }
    const bool stopping = _state.with([](const State& state) { return state.stopping || !*state.session.opening(); });
    if (!stopping) {
        std::fflush(nullptr);
        endLike(status);
    }
    _state.with([](State& state) { state.stopping = true; });
}

}  // namespace aip::runner
