// Stopping in each state of the session.

#include "tests/net/fault_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <utility>

namespace aip::tests {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

Lines stoppedAtOnce(const std::string& state) {
    return {state + " --stop--> closing", "requested 1006", "closing --closed--> stopped"};
}

Lines drained(const std::string& how = "requested 1001") {
    return {"draining --drained--> closing", how, "closing --closed--> stopped"};
}

const Lines draining{"listening --stop--> draining"};
const Lines answered{"-> command_results"};

void startWaiting(Scene& scene) {
    scene.registerDevice().sendText(command("wait", "w"));
    scene.device.waitExecuted("w");
}

void stop(Scene& scene, int times = 1) {
    for (int i = 0; i < times; ++i) {
        scene.device.session().stop();
    }
}

/// The first fragment of a result is there, and the device is told to stop. How much of it has come.
std::size_t stopWhileItSends(Scene& scene, int times) {
    scene.registerDevice().sendText(command("blob", "b", R"({"size":40000000})"));
    const std::size_t size = scene.peer().receiveFrame().payload.size();
    stop(scene, times);
    return size;
}

/// The server takes the whole result, and the close.
std::function<void(Scene&)> whileItIsTaken(int times) {
    return [times](Scene& scene) {
        std::size_t size = stopWhileItSends(scene, times);
        for (bool last = false; !last;) {
            const PeerFrame frame = scene.peer().receiveFrame();
            size += frame.payload.size();
            last = frame.fin;
        }
        EXPECT_GT(size, 40'000'000U);
        EXPECT_EQ(scene.peer().acceptClose(), 1001);
    };
}

/// The server takes no more.
std::function<void(Scene&)> whileNobodyTakesIt(int times, const char* until) {
    return [times, until](Scene& scene) {
        stopWhileItSends(scene, times);
        scene.trace.waitFor(until);
    };
}

std::function<void(Scene&)> whileACommandRuns(int times) {
    return [times](Scene& scene) {
        startWaiting(scene);
        stop(scene, times);
        EXPECT_THAT(scene.peer().receiveText(), HasSubstr("shutting down"));
        EXPECT_EQ(scene.peer().acceptClose(), 1001);
    };
}

void stopAndAskForMore(Scene& scene) {
    startWaiting(scene);
    stop(scene);
    scene.trace.waitFor("listening --stop--> draining");
    scene.peer().sendText(command("noop", "late", "{}", "s2"));
    EXPECT_THAT(scene.peer().receiveText(), AllOf(HasSubstr("\"late\""), HasSubstr("shutting down")));
    EXPECT_EQ(scene.device.executions("late"), 0);
    stop(scene);
    EXPECT_THAT(scene.peer().receiveText(), HasSubstr("shutting down"));
    EXPECT_EQ(scene.peer().acceptClose(), 1001);
}

std::vector<Row> beforeListening() {
    return {
        {"whileConnecting",
         [](Scene& scene) {
             scene.trace.waitFor("disconnected --start--> connecting");
             stop(scene);
         },
         started() + stoppedAtOnce("connecting"),
         After::ends,
         {},
         {.entry = Plan::Entry::silent}},
        {"whileUpgrading",
         [](Scene& scene) {
             WebSocketPeer peer = scene.listener.accept();
             peer.receiveRequest();
             stop(scene);
             peer.waitForEnd();
         },
         started() + stoppedAtOnce("connecting"), After::ends},
        {"whileRegistering",
         [](Scene& scene) {
             scene.acceptRegister();
             stop(scene);
             scene.peer().waitForEnd();
         },
         started() + opened() + stoppedAtOnce("registering"), After::ends},
        {"whileBackingOff",
         [](Scene& scene) {
             scene.trace.waitFor("wait 1800000");
             stop(scene);
         },
         started() + ended("connecting", "unreachable 1006") + Lines{"wait 1800000", "waiting --stop--> stopped"},
         After::ends,
         [](DeviceSettings& s) { s.session.backoffBase = s.session.backoffCap = 1h; },
         {.entry = Plan::Entry::refused, .refusal = 1h}},
        {"whileOccupied",
         [](Scene& scene) {
             scene.acceptRegister().sendText(registrationInUse);
             scene.peer().acceptClose();
             scene.trace.waitFor("occupied --closed--> occupied");
             stop(scene);
         },
         started() + opened() +
             Lines{"registering --refusedInUse--> occupied", "requested 1000", "occupied --closed--> occupied",
                   "wait 2500", "occupied --stop--> closing", "closing --closed--> stopped"},
         After::ends, [](DeviceSettings& s) { s.session.backoffBase = 5s; }},
    };
}

std::vector<Row> whileIdle() {
    return {
        {"whileListening",
         [](Scene& scene) {
             scene.registerDevice();
             stop(scene);
             EXPECT_EQ(scene.peer().acceptClose(), 1001);
         },
         listening() + draining + drained(), After::ends},
        {"withoutAnAnswerToTheClose",
         [](Scene& scene) {
             scene.registerDevice();
             stop(scene);
             EXPECT_EQ(scene.peer().receiveFrame().closeCode(), 1001);
             scene.peer().waitForEnd();
         },
         listening() + draining + drained("requested 1006"), After::ends,
         [](DeviceSettings& s) { s.channel.closeTimeout = 100ms; }},
    };
}

/// The device is stopped while it sends a result; `steps` come after the drain.
Row stoppedSending(const char* name, std::function<void(Scene&)> fault, const Lines& steps,
                   std::function<void(DeviceSettings&)> with = {}) {
    return {name, std::move(fault), listening() + answered + draining + Lines{"draining --drained--> closing"} + steps,
            After::ends, std::move(with)};
}

std::vector<Row> whileSending() {
    const Lines hurried{"closing --stop--> leaving"};
    const Lines left{"requested 1006", "leaving --closed--> stopped"};
    return {
        stoppedSending("whileSending", whileItIsTaken(1), {"requested 1001", "closing --closed--> stopped"},
                       [](DeviceSettings& s) { s.session.closeLimit = 1h; }),
        stoppedSending("twiceWhileSending", whileItIsTaken(2),
                       hurried + Lines{"requested 1001", "leaving --closed--> stopped"},
                       [](DeviceSettings& s) { s.session.hurriedClose = 1h; }),
        stoppedSending("thriceWhileSending", whileNobodyTakesIt(3, "requested 1006"),
                       hurried + Lines{"leaving --stop--> leaving"} + left),
        stoppedSending("twiceWhileSendingToNobody", whileNobodyTakesIt(2, "leaving --timedOut--> leaving"),
                       hurried + Lines{"leaving --timedOut--> leaving"} + left,
                       [](DeviceSettings& s) { s.session.hurriedClose = 100ms; }),
        stoppedSending("onceWhileSendingToNobody", whileNobodyTakesIt(1, "closing --timedOut--> closing"),
                       {"closing --timedOut--> closing", "requested 1006", "closing --closed--> stopped"},
                       [](DeviceSettings& s) { s.session.closeLimit = s.session.drainTimeout = 100ms; }),
    };
}

std::vector<Row> whileExecuting() {
    const Lines cancelled =
        answered + Lines{"cancelling --drained--> leaving", "requested 1001", "leaving --closed--> stopped"};
    return {
        {"whileACommandRuns", whileACommandRuns(1), listening() + draining + answered + drained(), After::ends,
         [](DeviceSettings& s) { s.session.drainTimeout = 100ms; }},
        {"twiceWhileACommandRuns", whileACommandRuns(2),
         listening() + draining + Lines{"draining --stop--> cancelling"} + cancelled, After::ends},
        {"andAskedForMore", stopAndAskForMore,
         listening() + draining + answered + Lines{"draining --stop--> cancelling"} + cancelled, After::ends},
        {"andCut",
         [](Scene& scene) {
             startWaiting(scene);
             stop(scene);
             scene.trace.waitFor("listening --stop--> draining");
             scene.peer().hangUp();
         },
         listening() + draining + Lines{"lost 1006", "draining --closed--> stopped"}, After::ends},
    };
}

}  // namespace

std::vector<Row> stoppingRows() {
    std::vector<Row> rows = beforeListening();
    for (auto* more : {whileIdle, whileSending, whileExecuting}) {
        std::ranges::move(more(), std::back_inserter(rows));
    }
    return rows;
}

}  // namespace aip::tests
