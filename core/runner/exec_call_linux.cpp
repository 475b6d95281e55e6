#include "runner/exec_call_linux.h"

#include "runner/exec_outcome.h"
#include "runner/exec_pipes_linux.h"

#include <chrono>
#include <cstdint>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace aip::runner {
namespace {

using base::Code;
using base::Descriptor;
using hosting::Outcome;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds timeToEnd{1'000};  ///< from SIGTERM to SIGKILL

/// Asks the program to end, and makes it.
class Patience {
  public:
    explicit Patience(const Supervised& program) : _program(program) {}

    Clock::time_point limit() const { return _limit; }

    void cancelled() {
        if (!std::exchange(_asked, true)) {
            _program.terminate();
            _limit = Clock::now() + timeToEnd;
        }
    }
    void overrun() {
        _asked = true;
        _limit = Clock::time_point::min();
    }
    void keepTime() {
        if (_limit <= Clock::now()) {
            _program.kill();
            _limit = Clock::time_point::max();
        }
    }

  private:
    const Supervised& _program;
    bool _asked = false;
    Clock::time_point _limit = Clock::time_point::max();
};

bool isReady(const Descriptor& descriptor) {
    pollfd polled{descriptor.get(), POLLIN, 0};
    return ::poll(&polled, 1, 0) > 0;
}

}  // namespace

ExecCall::ExecCall(std::shared_ptr<hosting::Call> call, std::size_t maxResultSize, Keepers& keepers)
    : _call(std::move(call)),
      _maxResultSize(maxResultSize),
      _keepers(keepers),
      _wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void ExecCall::wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(_wake.get(), &one, sizeof one);
}

Outcome ExecCall::run(Supervised::Launch launch) {
    ExecPipes pipes(_call, _maxResultSize);
    if (!_wake || !pipes.open(launch)) {
        return Outcome::failure(Code::exhausted, "no descriptor is left for the program's pipes");
    }
    auto program = _keepers.start(launch);
    if (!program) {
        return Outcome::failure(program.error().code(), program.error().text());
    }
    pipes.closeTheirs();
    Patience patience(*program);
    bool overrun = false;
    while (!isReady(program->ended())) {
        pipes.wait(program->ended(), _wake, patience.limit());
        std::uint64_t count = 0;
        [[maybe_unused]] const auto size = ::read(_wake.get(), &count, sizeof count);
        if (_call->cancelled()) {
            patience.cancelled();
        }
        if (!pipes.overrun().empty() && !std::exchange(overrun, true)) {
            patience.overrun();
        }
        patience.keepTime();
    }
    pipes.readRest();
    const int status = program->status();
    _keepers.giveBack(*std::move(program));
    return outcomeOf(std::move(pipes).end(status), *_call);
}

}  // namespace aip::runner
