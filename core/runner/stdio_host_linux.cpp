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
#include <system_error>
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

constexpr std::size_t readPiece = 64UL << 10U;
constexpr std::size_t aroundAResult = 1UL << 20U;  ///< bytes of a line that are not the result
constexpr int loggedIgnored = 5;
constexpr std::chrono::milliseconds patience{1'500};  ///< after each step of a stop

bool isReadable(const Descriptor& descriptor, std::chrono::milliseconds limit) {
    pollfd polled{descriptor.get(), POLLIN, 0};
    return ::poll(&polled, 1, static_cast<int>(limit.count())) > 0;
}

std::string endingOf(int status) {
    return WIFEXITED(status) ? "ended with exit code " + std::to_string(WEXITSTATUS(status))
                             : "was killed by signal " + std::to_string(WTERMSIG(status));
}

hosting::Check promisesKept(const hosting::PluginSpec& spec, const std::set<std::string>& tools) {
    for (const auto& tool : spec.tools) {
        if (!tools.contains(tool.name)) {
            return Refusal{reason::toolMissing,
                           "the manifest promises " + tool.name + ", the program does not list it"};
        }
    }
    return {};
}

}  // namespace

base::Result<std::unique_ptr<Hosted>, Refusal> StdioHost::start(const hosting::PluginSpec& spec,
                                                                const hosting::ProgramSpec& program,
                                                                ProgramSetting setting, const HostedWiring& wiring) {
    auto in = makePipe(true);
    auto out = makePipe(false);
    if (!in || !out) {
        return Refusal{reason::shortage, "no descriptor is left for the program's pipes"};
    }
    Supervised::Launch launch = setting.launch(program.command);
    launch.descriptors[STDIN_FILENO] = in->program.get();
    launch.descriptors[STDOUT_FILENO] = out->program.get();
    launch.descriptors[STDERR_FILENO] = STDERR_FILENO;  // the plugin's log
    auto started = Supervised::start(launch);
    if (!started) {
        return Refusal{reason::shortage, started.error().text()};
    }
    in->program = Descriptor();
    out->program = Descriptor();
    std::unique_ptr<StdioHost> host(
        new StdioHost(*std::move(started), std::move(setting), std::move(in->ours), std::move(out->ours), wiring));
    if (!host->_thread.joinable()) {
        return Refusal{reason::shortage, "no thread can be made for the program"};
    }
    auto opening = host->_state.waitFor([](const State& state) { return state.opening.has_value(); },
                                        [](const State& state) { return *state.opening; });
    auto checked = opening ? promisesKept(spec, *opening) : hosting::Check(std::move(opening).error());
    if (!checked) {
        return std::move(checked).error();
    }
    return std::unique_ptr<Hosted>(std::move(host));
}

StdioHost::StdioHost(Supervised program, ProgramSetting setting, Descriptor in, Descriptor out,
                     const HostedWiring& wiring)
    : _program(std::move(program)),
      _setting(std::move(setting)),
      _out(std::move(out)),
      _wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      _log(wiring.log),
      _in(std::move(in)),
      _lines(wiring.maxResultSize + aroundAResult) {
    _state.with([this](State& state) {
        state.toSend = state.client.open();
        write(state);
    });
    try {
        _thread = std::thread([this] { loop(); });
    } catch (const std::system_error&) {  // start() says so
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

void StdioHost::invoke(std::shared_ptr<Call> call, Keeper keeper, Done done) {
    if (call->request().kind != Call::Kind::execute) {
        done(Outcome::failure(Code::unsupported, "a program tells nothing about the device"));
        return;
    }
    const bool left = _state.with([&](State& state) {
        const Call::Request& request = call->request();
        auto sent = state.client.call(
            {request.tool, request.parameters, request.id, static_cast<std::uint64_t>(call->remaining().count())});
        state.toSend += sent.line;
        if (call->cancelled()) {
            state.toSend += state.client.cancel(sent.id);
        }
        state.running[sent.id] = {std::move(call), std::move(keeper), std::move(done)};
        return write(state);
    });
    if (left) {
        wake();
    }
}

void StdioHost::cancel(std::string_view callId) {
    const bool left = _state.with([&](State& state) {
        for (const auto& [id, running] : state.running) {
            if (running.call->request().id == callId) {
                state.toSend += state.client.cancel(id);
            }
        }
        return write(state);
    });
    if (left) {
        wake();
    }
}

/// True if something is left, which the thread is to send.
bool StdioHost::write(State& state) {
    const std::string_view left = std::string_view(state.toSend).substr(state.sent);
    const ssize_t written = left.empty() ? 0 : ::write(_in.get(), left.data(), left.size());
    state.sent += written > 0 ? static_cast<std::size_t>(written) : 0;
    if (state.sent < state.toSend.size()) {
        return true;
    }
    std::string().swap(state.toSend);
    state.sent = 0;
    return false;
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
    ::poll(polled.data(), polled.size(), -1);
    if (polled[2].revents != 0) {
        std::uint64_t count = 0;
        [[maybe_unused]] const auto size = ::read(_wake.get(), &count, sizeof count);
    }
    if (polled[3].revents != 0) {
        _state.with([this](State& state) { write(state); });
    }
    const bool read = polled[0].revents != 0 && readSome();
    if (!read && polled[1].revents != 0) {
        programEnded();
    }
    return true;
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
            programEnded();
        }
        return false;
    }
    const bool fits = _lines.feed({piece.data(), static_cast<std::size_t>(size)}, [this](std::string_view line) {
        std::string answer;
        for (auto& event : _state.with([&](State& state) { return state.client.take(line, answer); })) {
            carryOut(std::move(event));
        }
        _state.with([&](State& state) {
            if (state.toSend.size() < aroundAResult) {  // else it asks without end, and does not read
                state.toSend += answer;
            }
            write(state);
        });
    });
    if (!fits) {
        std::fputs("the program was killed: it has written a line that is longer than a result may be\n", stderr);
        refuse("it has written a line that is longer than a result may be");
        std::_Exit(EXIT_FAILURE);  // the rest dies with this process
    }
    return true;
}

void StdioHost::carryOut(mcp::Event event) {
    std::visit([this](auto& known) { on(std::move(known)); }, event);
}

void StdioHost::on(mcp::Ready ready) {
    _state.with([&](State& state) { state.opening = std::move(ready.tools); });
    _state.notify();
}

void StdioHost::on(const mcp::Unusable& unusable) {
    refuse(base::readable(unusable.why, Outcome::longestError));
}

void StdioHost::on(mcp::Finished finished) {
    finish(finished.call, finished.code == Code::ok
                              ? Outcome::success(std::move(finished.text))
                              : Outcome::failure(finished.code, base::readable(finished.text, Outcome::longestError)));
}

void StdioHost::on(const mcp::GivenUp& givenUp) {
    const auto call = _state.with([&](const State& state) {
        const auto found = state.running.find(givenUp.call);
        return found == state.running.end() ? nullptr : found->second.call;
    });
    if (call) {
        finish(givenUp.call, call->cancelOutcome());
    }
}

void StdioHost::on(const mcp::Progress& progress) {
    const auto call = _state.with([&](const State& state) {
        const auto found = state.running.find(progress.call);
        return found == state.running.end() ? nullptr : found->second.call;
    });
    if (call) {
        call->reportProgress(progress.permille, progress.text);
    }
}

void StdioHost::on(const mcp::Ignored& ignored) {
    if (_log && ++_ignored <= loggedIgnored) {
        _log(AIP_LOG_WARN,
             "the program wrote " + ignored.why + (_ignored == loggedIgnored ? "; no more of these" : ""));
    }
}

void StdioHost::finish(mcp::RequestId id, Outcome outcome) {
    auto running = _state.with([&](State& state) { return state.running.extract(id); });
    if (running.empty()) {
        return;
    }
    const Running& over = running.mapped();
    if (outcome.ok() && over.keeper && over.keeper(outcome.json)) {
        outcome.json.clear();
    } else if (!outcome.ok() && over.call->cancelled()) {
        outcome = over.call->cancelOutcome();
    }
    over.done(std::move(outcome));
}

void StdioHost::refuse(const std::string& why) {
    _state.with([&](State& state) {
        if (!state.opening) {
            state.opening = Refusal{reason::startFailed, why};
        }
    });
    _state.notify();
}

void StdioHost::programEnded() {
    const int status = _program.status();
    const bool starting = _state.with([](const State& state) { return !state.opening; });
    if (starting) {
        refuse("the program " + endingOf(status) + " before it had told its tools");
        _state.with([](State& state) { state.stopping = true; });
        return;
    }
    const bool stopping = _state.with([](const State& state) { return state.stopping || !*state.opening; });
    if (!stopping) {
        std::fflush(nullptr);
        endLike(status);
    }
    _state.with([](State& state) { state.stopping = true; });
}

}  // namespace aip::runner
