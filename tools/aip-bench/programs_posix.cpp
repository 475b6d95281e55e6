// What a call of a plugin that is a program costs, beside the same done by hand in the same run: a process that is
// started and read to its end, and a round trip over two pipes.
//   aip-bench-programs [ROUNDS]

#include "by_hand.h"
#include "runner/exec_call_linux.h"
#include "runner/stdio_host_linux.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace {

using namespace aip;
using base::Descriptor;
using Clock = std::chrono::steady_clock;
using bench::Command;
using bench::microseconds;
using bench::runByHand;

constexpr std::size_t mostResult = 1UL << 20U;

void check(bool done, const std::string& what) {
    if (!done) {
        throw std::system_error(errno, std::generic_category(), what);
    }
}

double median(std::vector<double>& times) {
    std::ranges::sort(times);
    return times[times.size() / 2];
}

/// Each in turn, so that both meet the same machine.
void compare(const std::string& name, int rounds, const std::function<void()>& byHand,
             const std::function<double()>& ours) {
    std::vector<double> bare;
    std::vector<double> calls;
    for (int i = 0; i < rounds; ++i) {
        bare.push_back(microseconds(byHand));
        calls.push_back(ours());
    }
    const double one = median(bare);
    const double other = median(calls);
    std::printf("%-28s by hand %9.1f us   as a call %9.1f us   ratio %.2f\n", name.c_str(), one, other, other / one);
}

std::shared_ptr<hosting::Call> makeCall() {
    hosting::Call::Request request;
    request.tool = "t";
    request.parameters = "{}";
    request.deadline = Clock::now() + std::chrono::minutes(1);
    return std::make_shared<hosting::Call>(std::move(request), hosting::Call::Completion());
}

Command environment() {
    Command variables;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        variables.emplace_back(*variable);
    }
    return variables;
}

void runAsCall(const Command& command, int folder) {
    static runner::Keepers keepers;
    runner::ExecCall call(makeCall(), mostResult, keepers);
    const auto outcome = call.run({command, environment(), folder, {-1, -1, -1, -1, -1}});
    check(outcome.ok(), outcome.error);
}

void measureExec(int rounds) {
    const Descriptor root(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    for (const Command& command :
         {Command{"/bin/true"}, {"bash", "-c", "echo 1"}, {"/usr/bin/python3", "-c", "print(1)"}}) {
        compare(
            "exec " + command.front(), rounds, [&] { runByHand(command); },
            [&] { return microseconds([&] { runAsCall(command, root.get()); }); });
    }
}

/// Until the answer is there, not until this thread has heard of it.
double callAndWait(runner::Hosted& host) {
    std::atomic<double> took = 0;
    const auto begun = Clock::now();
    host.invoke(makeCall(), {}, [&](const hosting::Outcome& outcome) {
        check(outcome.ok(), outcome.error);
        took = std::chrono::duration<double, std::micro>(Clock::now() - begun).count();
        took.notify_one();
    });
    took.wait(0);
    return took;
}

void measureStdio(int rounds) {
    const Command server{CANNED_SERVER};
    hosting::PluginSpec spec;
    auto setting = runner::ProgramSetting::make(spec, Descriptor(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
    check(static_cast<bool>(setting), "settings");
    runner::ToolSessionSettings session;
    session.maxResultSize = mostResult;
    const auto host = runner::StdioHost::start(server, session, *std::move(setting), {{}, {}, {}, mostResult, 1});
    check(static_cast<bool>(host), "the server");
    const bench::PipePeer bare(server);
    const std::string line =
        R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":{},"_meta":{"progressToken":1}}})"
        "\n";
    compare(
        "stdio, a round trip", rounds * 20, [&] { bare.roundTrip(line); }, [&] { return callAndWait(**host); });
}

}  // namespace

int main(int count, char** arguments) {
    std::signal(SIGPIPE, SIG_IGN);
    const int rounds = count > 1 ? std::max(1, std::atoi(arguments[1])) : 100;
    measureExec(rounds);
    measureStdio(rounds);
    return EXIT_SUCCESS;
}
