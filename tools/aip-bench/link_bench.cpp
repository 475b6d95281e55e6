#include "link_bench.h"

#include "contestant.h"
#include "link_rounds.h"
#include "plugin_floor.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <future>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace aip::bench {
namespace {

using Clock = Contestant::Clock;

constexpr int sessions = 8;
constexpr int sleepMs = 10;
constexpr std::size_t mib = 1UL << 20U;
constexpr unsigned roundTrips = 2'000;

Command echoCommand(std::size_t size) {
    std::string text(size, ' ');
    for (std::size_t i = 0; i < size; ++i) {
        text[i] = static_cast<char>('a' + i % 26);
    }
    return {"echo", R"({"text":")" + text + R"("})"};
}

/// What a client does that has nothing to do.
struct Idle {
    double wakeUps = 0;    ///< per minute, beyond those of heartbeats
    double processor = 0;  ///< %
};

/// With no server to talk to but one that answers heartbeats and pings, as all do.
Idle idleOf(Contestant& client, std::chrono::seconds time) {
    client.device().serveFor(time);  // until what is due but once after registering is over
    const ProcessTree tree = client.process().tree();
    const auto wakeUps = tree.wakeUps();
    const auto before = tree.processorTime();
    const auto heartbeats = client.device().serveFor(time);
    // A heartbeat costs two: its timer, and its acknowledgement.
    const double beyond = static_cast<double>(tree.wakeUps() - wakeUps) - 2 * static_cast<double>(heartbeats);
    const std::chrono::duration<double> busy = tree.processorTime() - before;
    const std::chrono::duration<double> whole = time;
    return {std::max(0.0, beyond) * 60 / whole.count(), 100 * busy / whole};
}

class LinkBench {
  public:
    LinkBench(const LinkOptions& options, std::ostream& progress) : _options(options), _progress(progress) {}

    Report run() {
        Report report;
        report.more.roundTripUs = measureRoundTrip(roundTrips);
        checkEcho();
        for (unsigned i = 0; i < _options.rounds; ++i) {
            say(fmt::format("round {} of {}", i + 1, _options.rounds));
            round();
        }
        for (std::size_t i = 0; i < clientCount; ++i) {
            report.clients[i] = median(_rounds[i]);
        }
        report.more.singleP90Ms = quantile(_agentP90, 0.5);
        report.more.floorSingleP90Ms = quantile(_floorP90, 0.5);
        report.more.parallelShare = parallelShare();
        report.more.heartbeatGapP99 = heartbeatGap();
        idle(report);
        return report;
    }

  private:
    void say(const std::string& what) { _progress << "aip-bench: " << what << std::endl; }

    /// What is timed later is only looked at for its size.
    void checkEcho() {
        const std::string text(3 * mib, 'e');
        for (const Client client : {Client::inProcess, Client::process, Client::honestFloor}) {
            auto contestant = Contestant::make(_options, client);
            Command echo("echo", R"({"text":")" + text + R"("})");
            const std::string answer = contestant.device().callForText(echo);
            if (answer.find(R"("result":")" + text + R"(",)") == std::string::npos) {
                throw std::runtime_error("an echo is not what was sent: " + answer.substr(0, 2000));
            }
        }
    }

    void round() {
        std::deque<Runner> runners;
        for (std::size_t i = 0; i < clientCount; ++i) {
            if (_options.perCall || Client{i} != Client::perCall) {
                runners.emplace_back(_options, Client{i});
            }
        }
        const auto all = [&runners](auto&& measure) { std::ranges::for_each(runners, measure); };
        all([](Runner& each) { each.warmUp(); });
        all([](Runner& each) { each.measureIdle(); });
        for (unsigned i = 0; i < Runner::blocks; ++i) {
            all([](Runner& each) { each.singles(); });
        }
        all([](Runner& each) { each.paced(); });
        all([](Runner& each) { each.batches(); });
        transfers(all);
        for (Runner& each : runners) {
            _rounds[static_cast<std::size_t>(each.client())].push_back(each.figures());
            if (each.client() == Client::inProcess) {
                _agentP90.push_back(each.singleP90());
            } else if (each.client() == Client::floor) {
                _floorP90.push_back(each.singleP90());
            }
        }
    }

    template <typename All>
    void transfers(const All& all) {
        for (const auto& [key, size] : {std::pair(Key::echo1, mib), {Key::echo10, 10 * mib}, {Key::echo50, 50 * mib}}) {
            Command message = echoCommand(size);
            // Named again: in clang 14 a lambda cannot capture a structured binding.
            all([&message, to = key, bytes = size](Runner& each) { each.transfer(to, message, bytes); });
        }
        const std::size_t size = 50 * mib;
        Command echo = echoCommand(size);
        all([&](Runner& each) { each.measurePeak(echo, size); });
        Command blob("blob", fmt::format(R"({{"size":{}}})", size));
        all([&](Runner& each) { each.transfer(Key::blob50, blob, size); });
    }

    /// Sessions run side by side, each one command after the other.
    double parallelShare() {
        say("8 sessions in parallel");
        auto agent = Contestant::agent(_options, Client::inProcess);
        const auto sendFor = [&](std::string_view session) {
            Command sleep("sleep_ms", fmt::format(R"({{"ms":{}}})", sleepMs), 1, session);
            agent.device().send(sleep);
        };
        Command first("noop", "{}");  // which loads the plugin
        agent.device().call(first);
        const auto begin = Clock::now();
        for (int i = 0; i < sessions; ++i) {
            sendFor(fmt::format("session-{}", i));
        }
        for (unsigned answered = 0; answered < sessions * _options.parallel; ++answered) {
            const std::string session(sessionOf(agent.device().answer()));
            if (answered + sessions < sessions * _options.parallel) {
                sendFor(session);
            }
        }
        return _options.parallel * sleepMs / millisecondsSince(begin);
    }

    double heartbeatGap() {
        say("heartbeats while all workers spin");
        constexpr double intervalMs = 100;
        auto agent = Contestant::agent(_options, Client::inProcess, "[connection]\nheartbeat_interval = 0.1\n");
        const auto spinMs = static_cast<unsigned>(intervalMs) * (_options.heartbeats + 10);
        for (int i = 0; i < sessions; ++i) {
            Command spin("spin", fmt::format(R"({{"ms":{}}})", spinMs), 1, fmt::format("s{}", i));
            agent.device().send(spin);
        }
        agent.device().awaitHeartbeat();
        std::vector<double> gaps;
        for (unsigned i = 0; i < _options.heartbeats; ++i) {
            const auto begin = Clock::now();
            agent.device().awaitHeartbeat();
            gaps.push_back(millisecondsSince(begin) / intervalMs);
        }
        return quantile(std::move(gaps), 0.99);
    }

    /// Side by side.
    void idle(Report& report) {
        say(fmt::format("idle for 2 x {} s", _options.idle.count()));
        constexpr std::array clients{Client::inProcess, Client::process, Client::floor, Client::honestFloor};
        std::deque<Contestant> contestants;
        for (const Client client : clients) {
            Command noop("noop", "{}");
            contestants.push_back(Contestant::make(_options, client));
            contestants.back().device().call(noop);
        }
        std::vector<std::future<Idle>> watched;
        for (Contestant& each : contestants) {
            watched.push_back(std::async(std::launch::async, idleOf, std::ref(each), _options.idle));
        }
        for (std::size_t i = 0; i < clients.size(); ++i) {
            const Idle figures = watched[i].get();
            report[clients[i]][Key::idleWakeUps] = figures.wakeUps;
            report.more.idleCpuPercent = i == 0 ? figures.processor : report.more.idleCpuPercent;
        }
    }

    const LinkOptions& _options;
    std::ostream& _progress;
    std::array<std::vector<Figures>, clientCount> _rounds;
    std::vector<double> _agentP90;
    std::vector<double> _floorP90;
};

}  // namespace

Report measureLink(const LinkOptions& options, std::ostream& progress) {
    return LinkBench(options, progress).run();
}

}  // namespace aip::bench
