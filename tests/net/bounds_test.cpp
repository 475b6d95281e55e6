// The published bounds: how soon a device is back after each of the three ways to lose its server. Measured
// without sanitizers and alone.

#include "tests/net/agent_server.h"
#include "tests/net/device.h"
#include "tests/support/chaos_proxy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <future>
#include <iostream>
#include <vector>

namespace {

using namespace aip::tests;
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

milliseconds since(Clock::time_point begin, Clock::time_point end) {
    return std::chrono::ceil<milliseconds>(end - begin);
}

/// The default settings of a device.
DeviceSettings shippedSettings() {
    DeviceSettings settings;
    settings.random = aip::base::systemRandom();
    return settings;
}

/// A device with a server of its own.
struct Pair {
    explicit Pair(const DeviceSettings& settings = shippedSettings()) : device(proxy.url(), settings) {
        EXPECT_TRUE(server.waitFor([](const auto& seen) { return seen.registrations == 1; }));
    }

    /// Waits until the device has registered once more than `before`; since when is what the result counts.
    milliseconds backAfter(Clock::time_point begin, std::size_t before) const {
        EXPECT_TRUE(server.waitFor([before](const auto& seen) { return seen.registrations > before; }));
        return since(begin, server.seen().registered);
    }

    AgentServer server;
    ChaosProxy proxy{server.port()};
    Device device;
};

using Samples = std::vector<milliseconds>;

/// Devices at the same time: they only wait.
Samples measure(std::size_t pairs, const std::function<Samples()>& one) {
    std::vector<std::future<Samples>> running;
    for (std::size_t i = 0; i < pairs; ++i) {
        running.push_back(std::async(std::launch::async, one));
    }
    Samples all;
    for (auto& each : running) {
        const Samples some = each.get();
        all.insert(all.end(), some.begin(), some.end());
    }
    std::sort(all.begin(), all.end());
    return all;
}

milliseconds percentile(const Samples& sorted, std::size_t percent) {
    return sorted[std::min(sorted.size() - 1, sorted.size() * percent / 100)];
}

void print(const char* what, const Samples& sorted) {
    std::cout << what << ": p50 " << percentile(sorted, 50).count() << " ms, p99 " << percentile(sorted, 99).count()
              << " ms, max " << sorted.back().count() << " ms of " << sorted.size() << std::endl;
}

TEST(Bound, registeredWithinThreeSecondsOfAServerRestart) {
    const auto restarts = [] {
        DeviceSettings settings = shippedSettings();
        settings.session.heartbeatInterval = 50ms;  // a heartbeat tells that the connection has become stable
        settings.session.stableAfter = 10ms;
        Pair pair(settings);
        Samples samples;
        for (std::size_t i = 1; i <= 4; ++i) {
            const std::size_t beats = pair.server.seen().heartbeats;
            EXPECT_TRUE(pair.server.waitFor([&](const auto& seen) { return seen.heartbeats > beats; }));
            pair.server.restart(1s);
            pair.backAfter({}, i);
            samples.push_back(since(pair.server.seen().opened, pair.server.seen().registered));
        }
        return samples;
    };
    const Samples samples = measure(30, restarts);
    print("registered after a restart of the server that took 1 s", samples);
    EXPECT_LE(percentile(samples, 99), 3s);
}

TEST(Bound, registeredWithinFiveSecondsOfThePingTimeoutInABlackHole) {
    constexpr auto pingTimeout = 1s;
    const auto blackHole = [pingTimeout](const Plan& plan) {
        DeviceSettings settings = shippedSettings();
        settings.channel.pingTimeout = pingTimeout;
        Pair pair(settings);
        pair.proxy.strike(plan);
        return Samples{pair.backAfter(Clock::now(), 1)};
    };
    const Way hole{.stallAt = 0};
    for (const Plan& plan :
         {Plan{.toClient = hole}, Plan{.toServer = hole}, Plan{.toServer = hole, .toClient = hole}}) {
        const Samples samples = measure(12, [&] { return blackHole(plan); });
        print("registered after a black hole (ping timeout 1000 ms)", samples);
        EXPECT_GE(samples.front(), pingTimeout / 2);  // only the silence shows the loss
        EXPECT_LE(samples.back(), pingTimeout + 5s);
    }
}

TEST(Bound, registeredWithinTenSecondsOfADuplicateIdLetGo) {
    const auto letGo = [] {
        Pair pair;
        pair.server.setOccupied(true);
        pair.proxy.strike({.toServer = {.hidesEnd = true}, .toClient = {.cutAt = 0}});
        EXPECT_TRUE(pair.server.waitFor([](const auto& seen) { return seen.refusals >= 6; }));
        const auto begin = Clock::now();
        pair.server.setOccupied(false);
        return Samples{pair.backAfter(begin, 1)};
    };
    const Samples samples = measure(30, letGo);
    print("registered after the server let go of a duplicate id", samples);
    EXPECT_LE(samples.back(), 10s);
}

}  // namespace
