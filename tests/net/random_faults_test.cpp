// One device, hundreds of connections, a random fault in each: it always comes back, and nothing leaks.
// AIP_FAULT_SEED and AIP_FAULT_RUNS set what is otherwise drawn and fixed.

#include "tests/net/agent_server.h"
#include "tests/net/device.h"
#include "tests/net/footprint.h"
#include "tests/net/random_plan.h"
#include "tests/support/chaos_proxy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <random>
#include <string>

namespace {

using namespace aip::tests;
using namespace std::chrono_literals;

#ifdef AIP_SANITIZED
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

constexpr int slack = sanitized ? 4 : 1;

/// Longer than any time-out of the device: a server that never pauses would keep a half-dead connection alive.
constexpr auto patience = slack * 300ms;

constexpr std::size_t memoryNoise = 4UL << 20U;

std::uint64_t number(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text == nullptr ? otherwise : std::stoull(text);
}

/// Time-outs within a second, none of them too early.
DeviceSettings hastySettings() {
    DeviceSettings settings;
    settings.session.registrationTimeout = slack * 100ms;
    settings.session.heartbeatInterval = slack * 50ms;
    settings.session.heartbeatTimeout = slack * 100ms;
    settings.session.backoffBase = 2ms;
    settings.session.backoffCap = 10ms;
    settings.channel.connectTimeout = slack * 100ms;
    settings.channel.pingInterval = slack * 30ms;
    settings.channel.pingTimeout = slack * 100ms;
    settings.channel.readTimeout = slack * 100ms;
    settings.channel.sendTimeout = slack * 100ms;
    settings.channel.closeTimeout = slack * 100ms;
    settings.session.answerMemory = 256UL << 10U;
    settings.dispatcher.workers = 1;
    settings.random = aip::base::systemRandom();
    return settings;
}

class Storm {
  public:
    explicit Storm(std::uint64_t seed) : _random(seed), _plans(_random), _device(_proxy.url(), hastySettings()) {}

    /// A fault for the current connection and one for the next, while commands come: the device always comes back.
    void run(std::size_t number) {
        const std::string name = "run " + std::to_string(number);
        const Plan opening = _plans.opening();
        const Plan strike = _plans.strike();
        SCOPED_TRACE(name + ": " + describe(strike) + " | then " + describe(opening));
        _proxy.script({opening, {}});
        sendCommands(name + " before ");
        _proxy.strike(strike);
        sendCommands(name + " after ");
        EXPECT_TRUE(answersEverything(name + " struck")) << "the device did not come back";
        _proxy.drop();
        EXPECT_TRUE(answersEverything(name + " dropped")) << "the device did not come back";
    }

    /// Everything for which threads are made, once and at the same time.
    void warmUp() {
        for (int i = 0; i < 40; ++i) {
            const std::string id = "warm " + std::to_string(i);
            give(id, command("wait", id, R"({"ms":50})", id));
        }
        EXPECT_TRUE(answersEverything("warm"));
    }

    /// What is held once nothing is under way.
    Footprint rest() {
        _proxy.script({{}});
        _proxy.drop();
        EXPECT_TRUE(answersEverything("rest " + std::to_string(++_rests)));
        EXPECT_TRUE(_server.waitFor([](const AgentServer::Seen& seen) { return seen.connections == 1; }));
        const auto deadline = std::chrono::steady_clock::now() + limit;
        while (_proxy.connections() != 1 && std::chrono::steady_clock::now() < deadline) {  // each asks its thread
        }
        return Footprint::now();
    }

    /// An answer may come again after each lost connection; a command is never executed again.
    void expectNothingExecutedTwice() const {
        EXPECT_THAT(_device.executedTwice(), testing::IsEmpty());
        for (const auto& [response, times] : _server.seen().answers) {
            EXPECT_TRUE(_given.contains(response)) << times << " answers to " << response;
        }
    }

    std::size_t commands() const { return _given.size(); }
    std::size_t registrations() const { return _server.seen().registrations; }

  private:
    void give(const std::string& id, const std::string& text) {
        _unanswered[id] = text;
        _given[id] += _server.send(text) ? 1 : 0;
    }

    void sendCommands(const std::string& name) {
        for (std::size_t i = _plans.below(3); i > 0; --i) {
            const std::string id = name + std::to_string(i);
            const std::string session = "s" + std::to_string(_plans.below(3));
            switch (_plans.below(3)) {
                case 0:
                    give(id, command("noop", id, "{}", session));
                    break;
                case 1:
                    give(id, command("wait", id, R"({"ms":)" + std::to_string(_plans.below(20)) + "}", session));
                    break;
                default:
                    give(id,
                         command("blob", id, R"({"size":)" + std::to_string(1 + _plans.below(100'000)) + "}", session));
            }
        }
    }

    /// Asks for what is not answered, and for one thing more, until there is an answer to everything: as a server does
    /// that cannot know what has arrived.
    bool answersEverything(const std::string& name) {
        give(name, command("noop", name, "{}", "last"));
        const auto deadline = std::chrono::steady_clock::now() + limit;
        while (!_unanswered.empty() && std::chrono::steady_clock::now() < deadline) {
            const std::size_t registrations = _server.seen().registrations;
            waitForAnswers(registrations);
            for (const auto& [id, text] : _unanswered) {
                _given[id] += _server.send(text) ? 1 : 0;
            }
        }
        return _unanswered.empty();
    }

    /// ... or for a new connection, or not very long.
    void waitForAnswers(std::size_t registrations) {
        const auto there = [&](const AgentServer::Seen& seen) {
            std::erase_if(_unanswered, [&](const auto& each) { return seen.answers.contains(each.first); });
            return _unanswered.empty() || seen.registrations > registrations;
        };
        _server.waitFor(there, patience);
    }

    std::mt19937_64 _random;
    RandomPlan _plans;
    int _rests = 0;
    std::map<std::string, std::string> _unanswered;  ///< COMMANDs by their response_id
    std::map<std::string, int> _given;               ///< how often each was sent
    AgentServer _server;
    ChaosProxy _proxy{_server.port()};
    Device _device;
};

TEST(RandomFaults, leaveNothingBehind) {
    const std::uint64_t seed = number("AIP_FAULT_SEED", std::random_device{}());
    const std::size_t runs = number("AIP_FAULT_RUNS", sanitized ? 60 : 500);
    std::cout << "AIP_FAULT_SEED=" << seed << " AIP_FAULT_RUNS=" << runs << std::endl;
    const std::size_t warm = runs / 5;
    Storm storm(seed);
    storm.rest();
    storm.warmUp();
    Footprint before;
    for (std::size_t i = 0; i < runs && !testing::Test::HasFailure(); ++i) {
        if (i == warm) {
            before = storm.rest();
        }
        storm.run(i);
    }
    const Footprint after = storm.rest();
    storm.expectNothingExecutedTwice();
    std::cout << runs << " runs: " << storm.registrations() << " registrations, " << storm.commands()
              << " commands; descriptors " << before.descriptors << " -> " << after.descriptors << ", threads "
              << before.threads << " -> " << after.threads << ", resident KiB " << before.residentBytes / 1024 << " -> "
              << after.residentBytes / 1024 << std::endl;
    EXPECT_EQ(after.descriptors, before.descriptors);
    EXPECT_EQ(after.threads, before.threads);
    if (!sanitized) {
        EXPECT_LE(after.residentBytes, before.residentBytes + memoryNoise);
    }
}

}  // namespace
