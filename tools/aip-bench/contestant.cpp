#include "contestant.h"

#include <fmt/format.h>

#include <fstream>
#include <utility>

namespace aip::bench {
namespace {

constexpr std::chrono::seconds startLimit{30};

std::string configuration(const LinkOptions& options, std::uint16_t port, const std::string& more) {
    return fmt::format(
        "[server]\nurl = ws://127.0.0.1:{}/ws\n[client]\nid = aip-bench\n[plugins]\ndirectories = {}\n"
        "isolation = in_process\n"
        "[profile.bench]\nagent = BenchAgent\nroot = default\naction = Bench\n{}",
        port, options.plugins.string(), more);
}

}  // namespace

Contestant Contestant::agent(const LinkOptions& options, const std::string& more) {
    auto folder = std::make_unique<TemporaryFolder>();
    const Listener listener;
    const auto file = folder->path() / "aip-agent.ini";
    std::ofstream(file) << configuration(options, listener.port(), more);
    return {std::move(folder), listener, {options.agent.string(), "--config=" + file.string()}};
}

Contestant Contestant::floor(const LinkOptions& options) {
    const Listener listener;
    return {std::make_unique<TemporaryFolder>(), listener, {options.floor.string(), std::to_string(listener.port())}};
}

Contestant::Contestant(std::unique_ptr<TemporaryFolder> folder, const Listener& listener,
                       const std::vector<std::string>& words)
    : _folder(std::move(folder)) {
    const auto begin = Clock::now();
    _process = std::make_unique<Process>(words, _folder->path() / "log");
    _device = std::make_unique<Device>(listener.accept(startLimit));
    _startMs = millisecondsSince(begin);
}

double millisecondsSince(Contestant::Clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(Contestant::Clock::now() - begin).count();
}

}  // namespace aip::bench
