// Stopping in each state of the session.

#include "tests/net/fault_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

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

std::size_t sizeOfTheMessageUnderWay(WebSocketPeer& peer) {
    std::size_t size = 0;
    for (PeerFrame frame = peer.receiveFrame();; frame = peer.receiveFrame()) {
        size += frame.payload.size();
        if (frame.fin) {
            return size;
        }
    }
}

void stopWhileItSends(Scene& scene) {
    scene.registerDevice().sendText(command("blob", "b", R"({"size":40000000})"));
    const std::size_t first = scene.peer().receiveFrame().payload.size();
    scene.device.session().stop();
    EXPECT_GT(first + sizeOfTheMessageUnderWay(scene.peer()), 40'000'000U);
    EXPECT_EQ(scene.peer().acceptClose(), 1001);
}

void stopTwiceWhileItSends(Scene& scene) {
    scene.registerDevice().sendText(command("blob", "b", R"({"size":40000000})"));
    const std::size_t first = scene.peer().receiveFrame().payload.size();
    scene.device.session().stop();
    scene.device.session().stop();
    EXPECT_GT(first + sizeOfTheMessageUnderWay(scene.peer()), 40'000'000U);
    EXPECT_EQ(scene.peer().acceptClose(), 1001);
}

void stopThriceWhileItSends(Scene& scene) {
    scene.registerDevice().sendText(command("blob", "b", R"({"size":40000000})"));
    scene.peer().receiveFrame();
    for (int i = 0; i < 3; ++i) {
        scene.device.session().stop();
    }
    scene.peer().waitForEnd();
}

void stopTwiceWhileItSendsToNobody(Scene& scene) {
    scene.registerDevice().sendText(command("blob", "b", R"({"size":40000000})"));
    scene.peer().receiveFrame();
    scene.device.session().stop();
    scene.device.session().stop();
    scene.trace.waitFor("leaving --timedOut--> leaving");
}

void stopTwiceWhileACommandRuns(Scene& scene) {
    startWaiting(scene);
    scene.device.session().stop();
    scene.device.session().stop();
    EXPECT_THAT(scene.peer().receiveText(), HasSubstr("shutting down"));
    EXPECT_EQ(scene.peer().acceptClose(), 1001);
}

void stopWhileACommandRuns(Scene& scene) {
    startWaiting(scene);
    scene.device.session().stop();
    EXPECT_THAT(scene.peer().receiveText(), HasSubstr("shutting down"));
    EXPECT_EQ(scene.peer().acceptClose(), 1001);
}

void stopAndAskForMore(Scene& scene) {
    startWaiting(scene);
    scene.device.session().stop();
    scene.trace.waitFor("listening --stop--> draining");
    scene.peer().sendText(command("noop", "late", "{}", "s2"));
    EXPECT_THAT(scene.peer().receiveText(), AllOf(HasSubstr("\"late\""), HasSubstr("shutting down")));
    EXPECT_EQ(scene.device.executions("late"), 0);
    scene.device.session().stop();
    EXPECT_THAT(scene.peer().receiveText(), HasSubstr("shutting down"));
    EXPECT_EQ(scene.peer().acceptClose(), 1001);
}

std::vector<Row> beforeListening() {
    return {
        {"whileConnecting",
         [](Scene& scene) {
             scene.trace.waitFor("disconnected --start--> connecting");
             scene.device.session().stop();
         },
         started() + stoppedAtOnce("connecting"),
         After::ends,
         {},
         {.entry = Plan::Entry::silent}},
        {"whileUpgrading",
         [](Scene& scene) {
             WebSocketPeer peer = scene.listener.accept();
             peer.receiveRequest();
             scene.device.session().stop();
             peer.waitForEnd();
         },
         started() + stoppedAtOnce("connecting"), After::ends},
        {"whileRegistering",
         [](Scene& scene) {
             scene.acceptRegister();
             scene.device.session().stop();
             scene.peer().waitForEnd();
         },
         started() + opened() + stoppedAtOnce("registering"), After::ends},
        {"whileBackingOff",
         [](Scene& scene) {
             scene.trace.waitFor("wait 1800000");
             scene.device.session().stop();
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
             scene.device.session().stop();
         },
         started() + opened() +
             Lines{"registering --refusedInUse--> occupied", "requested 1000", "occupied --closed--> occupied",
                   "wait 2500", "occupied --stop--> closing", "closing --closed--> stopped"},
         After::ends, [](DeviceSettings& s) { s.session.backoffBase = 5s; }},
    };
}

std::vector<Row> whileListening() {
    return {
        {"whileListening",
         [](Scene& scene) {
             scene.registerDevice();
             scene.device.session().stop();
             EXPECT_EQ(scene.peer().acceptClose(), 1001);
         },
         listening() + draining + drained(), After::ends},
        {"withoutAnAnswerToTheClose",
         [](Scene& scene) {
             scene.registerDevice();
             scene.device.session().stop();
             EXPECT_EQ(scene.peer().receiveFrame().closeCode(), 1001);
             scene.peer().waitForEnd();
         },
         listening() + draining + drained("requested 1006"), After::ends,
         [](DeviceSettings& s) { s.channel.closeTimeout = 100ms; }},
        {"whileSending", stopWhileItSends, listening() + answered + draining + drained(), After::ends},
        {"twiceWhileSending", stopTwiceWhileItSends,
         listening() + answered + draining +
             Lines{"draining --drained--> closing", "closing --stop--> leaving", "requested 1001",
                   "leaving --closed--> stopped"},
         After::ends, [](DeviceSettings& s) { s.session.hurriedClose = 1h; }},
        {"thriceWhileSending", stopThriceWhileItSends,
         listening() + answered + draining +
             Lines{"draining --drained--> closing", "closing --stop--> leaving", "leaving --stop--> leaving",
                   "requested 1006", "leaving --closed--> stopped"},
         After::ends},
        {"twiceWhileSendingToNobody", stopTwiceWhileItSendsToNobody,
         listening() + answered + draining +
             Lines{"draining --drained--> closing", "closing --stop--> leaving", "leaving --timedOut--> leaving",
                   "requested 1006", "leaving --closed--> stopped"},
         After::ends, [](DeviceSettings& s) { s.session.hurriedClose = 100ms; }},
        {"onceWhileSendingToNobody",
         [](Scene& scene) {
             scene.registerDevice().sendText(command("blob", "b", R"({"size":40000000})"));
             scene.peer().receiveFrame();
             scene.device.session().stop();
             scene.trace.waitFor("closing --timedOut--> closing");
         },
         listening() + answered + draining +
             Lines{"draining --drained--> closing", "closing --timedOut--> closing", "requested 1006",
                   "closing --closed--> stopped"},
         After::ends, [](DeviceSettings& s) { s.session.closeLimit = s.session.drainTimeout = 100ms; }},
        {"twiceWhileACommandRuns", stopTwiceWhileACommandRuns,
         listening() + draining + Lines{"draining --stop--> cancelling"} + answered +
             Lines{"cancelling --drained--> leaving", "requested 1001", "leaving --closed--> stopped"},
         After::ends},
        {"whileACommandRuns", stopWhileACommandRuns, listening() + draining + answered + drained(), After::ends,
         [](DeviceSettings& s) { s.session.drainTimeout = 100ms; }},
        {"andAskedForMore", stopAndAskForMore,
         listening() + draining + answered + Lines{"draining --stop--> cancelling"} + answered +
             Lines{"cancelling --drained--> leaving", "requested 1001", "leaving --closed--> stopped"},
         After::ends},
        {"andCut",
         [](Scene& scene) {
             startWaiting(scene);
             scene.device.session().stop();
             scene.trace.waitFor("listening --stop--> draining");
             scene.peer().hangUp();
         },
         listening() + draining + Lines{"lost 1006", "draining --closed--> stopped"}, After::ends},
    };
}

}  // namespace

std::vector<Row> stoppingRows() {
    std::vector<Row> rows = beforeListening();
    std::ranges::move(whileListening(), std::back_inserter(rows));
    return rows;
}

}  // namespace aip::tests
