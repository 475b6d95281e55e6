#include "link_bench.h"

#include "contestant.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace aip::bench {
namespace {

using Clock = Contestant::Clock;
using std::chrono::milliseconds;

constexpr int batchSize = 50;
constexpr int sessions = 8;
constexpr int sleepMs = 10;
constexpr std::size_t mib = 1UL << 20U;
constexpr unsigned blocks = 4;  ///< of single commands per round, the clients taking turns

/// A client that has nothing to do has reached its final size by then.
constexpr milliseconds idleTime{500};

Command echoCommand(std::size_t size) {
    std::string text(size, ' ');
    for (std::size_t i = 0; i < size; ++i) {
        text[i] = static_cast<char>('a' + i % 26);
    }
    return {"echo", R"({"text":")" + text + R"("})"};
}

/// Measures one client; the two are measured in turns, so that what else the machine does hits both.
class Runner {
  public:
    Runner(Contestant contestant, const LinkOptions& options) : _contestant(std::move(contestant)), _options(options) {
        _figures[Key::start] = _contestant.startMs();
    }

    void measureIdle() {
        std::this_thread::sleep_for(idleTime);
        _figures[Key::idleRss] = _contestant.process().residentMib();
    }

    void warmUp() {
        for (int i = 0; i < 100; ++i) {
            device().call(_noop);
        }
        device().call(_batch);
    }

    void singles() {
        const auto before = _contestant.process().processorTime();
        const unsigned count = std::max(1U, _options.singles / blocks);
        for (unsigned i = 0; i < count; ++i) {
            const auto begin = Clock::now();
            device().call(_noop);
            _singlesMs.push_back(millisecondsSince(begin));
        }
        _singlesTime += _contestant.process().processorTime() - before;
    }

    void batches() {
        const auto begin = Clock::now();
        for (unsigned i = 0; i < _options.batches; ++i) {
            device().call(_batch);
        }
        _figures[Key::batchCommands] = _options.batches * batchSize * 1000.0 / millisecondsSince(begin);
    }

    void transfer(Key key, Command& message, std::size_t size, unsigned times) {
        std::vector<double> rates;
        for (unsigned i = 0; i < times; ++i) {
            const auto begin = Clock::now();
            const auto answer = device().call(message);
            rates.push_back(static_cast<double>(size) / static_cast<double>(mib) * 1000 / millisecondsSince(begin));
            if (answer.size < size) {
                throw std::runtime_error("an answer is too short: " + std::string(answer.head.substr(0, 500)));
            }
        }
        _figures[key] = quantile(std::move(rates), 0.5);
    }

    void notePeak() { _figures[Key::peakRss] = _contestant.process().peakResidentMib(); }

    Figures figures() {
        _figures[Key::singleP50] = quantile(_singlesMs, 0.5);
        _figures[Key::singleP99] = quantile(_singlesMs, 0.99);
        _figures[Key::cpuPerCommand] =
            std::chrono::duration<double, std::micro>(_singlesTime).count() / static_cast<double>(_singlesMs.size());
        return _figures;
    }

    double singleP90() const { return quantile(_singlesMs, 0.9); }

  private:
    Device& device() { return _contestant.device(); }

    Contestant _contestant;
    const LinkOptions& _options;
    Command _noop{"noop", "{}"};
    Command _batch{"noop", "{}", batchSize};
    Figures _figures;
    std::vector<double> _singlesMs;
    std::chrono::nanoseconds _singlesTime{};
};

class LinkBench {
  public:
    LinkBench(const LinkOptions& options, std::ostream& progress) : _options(options), _progress(progress) {}

    Report run() {
        checkEcho();
        for (unsigned i = 0; i < _options.rounds; ++i) {
            say(fmt::format("round {} of {}", i + 1, _options.rounds));
            round();
        }
        Report report{median(_agent), median(_floor), {}};
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
        auto agent = Contestant::agent(_options);
        Command echo("echo", R"({"text":")" + text + R"("})");
        const std::string answer = agent.device().callForText(echo);
        if (answer.find(R"("result":")" + text + R"(",)") == std::string::npos) {
            throw std::runtime_error("the agent's echo is not what was sent: " + answer.substr(0, 2000));
        }
    }

    void round() {
        Runner agent(Contestant::agent(_options), _options);
        Runner floor(Contestant::floor(_options), _options);
        const auto both = [&](auto&& measure) {
            measure(agent);
            measure(floor);
        };
        both([](Runner& each) { each.measureIdle(); });
        both([](Runner& each) { each.warmUp(); });
        for (unsigned i = 0; i < blocks; ++i) {
            both([](Runner& each) { each.singles(); });
        }
        both([](Runner& each) { each.batches(); });
        transfers(both);
        _agentP90.push_back(agent.singleP90());
        _floorP90.push_back(floor.singleP90());
        _agent.push_back(agent.figures());
        _floor.push_back(floor.figures());
    }

    template <typename Both>
    void transfers(const Both& both) {
        for (const auto& [key, size] : {std::pair(Key::echo1, mib), {Key::echo10, 10 * mib}, {Key::echo50, 50 * mib}}) {
            Command message = echoCommand(size);
            // Named again: in clang 14 a lambda cannot capture a structured binding.
            both([&, to = key, bytes = size](Runner& each) { each.transfer(to, message, bytes, _options.echoes); });
        }
        both([](Runner& each) { each.notePeak(); });
        const std::size_t size = 50 * mib;
        Command blob("blob", fmt::format(R"({{"size":{}}})", size));
        both([&](Runner& each) { each.transfer(Key::blob50, blob, size, _options.echoes); });
    }

    /// Sessions run side by side, each one command after the other.
    double parallelShare() {
        say("8 sessions in parallel");
        auto agent = Contestant::agent(_options);
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
        auto agent = Contestant::agent(_options, "[connection]\nheartbeat_interval = 0.1\n");
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

    /// With no server to talk to but one that answers heartbeats and pings, as all do.
    void idle(Report& report) {
        say(fmt::format("idle for 2 x {} s", _options.idle.count()));
        auto agent = Contestant::agent(_options);
        auto floor = Contestant::floor(_options);
        Command noop("noop", "{}");
        agent.device().call(noop);
        floor.device().call(noop);
        agent.device().serveFor(_options.idle);  // until what is due but once after registering is over
        const auto wakeUps = agent.process().wakeUps();
        const auto floorWakeUps = floor.process().wakeUps();
        const auto time = agent.process().processorTime();
        const auto heartbeats = agent.device().serveFor(_options.idle);
        const double minutes = std::chrono::duration<double>(_options.idle).count() / 60;
        // A heartbeat costs two: its timer, and its acknowledgement.
        const double beyond =
            static_cast<double>(agent.process().wakeUps() - wakeUps) - 2 * static_cast<double>(heartbeats);
        report.agent[Key::idleWakeUps] = std::max(0.0, beyond) / minutes;
        report.floor[Key::idleWakeUps] = static_cast<double>(floor.process().wakeUps() - floorWakeUps) / minutes;
        const std::chrono::duration<double> busy = agent.process().processorTime() - time;
        report.more.idleCpuPercent = 100 * busy / std::chrono::duration<double>(_options.idle);
    }

    const LinkOptions& _options;
    std::ostream& _progress;
    std::vector<Figures> _agent;
    std::vector<Figures> _floor;
    std::vector<double> _agentP90;
    std::vector<double> _floorP90;
};

}  // namespace

Report measureLink(const LinkOptions& options, std::ostream& progress) {
    return LinkBench(options, progress).run();
}

}  // namespace aip::bench
