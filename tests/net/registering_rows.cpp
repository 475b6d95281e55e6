// Faults between the WebSocket and the registration.

#include "tests/net/fault_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

namespace aip::tests {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

Lines registering() {
    return started() + opened();
}

Lines refused() {
    return registering() + Lines{"registering --refused--> rejected", "requested 1000", "rejected --closed--> waiting"};
}

Lines timedOut() {
    return registering() +
           Lines{"registering --timedOut--> rejected", "requested 1006", "rejected --closed--> waiting"};
}

Lines occupied() {
    return {"registering --refusedInUse--> occupied", "requested 1000", "occupied --closed--> occupied"};
}

Lines retriedWhileOccupied(int ms) {
    return {"wait " + std::to_string(ms), "occupied --retryDue--> connecting"};
}

void inUse(Scene& scene) {
    scene.acceptRegister().sendText(registrationInUse);
    EXPECT_EQ(scene.peer().acceptClose(), 1000);
}

void impatient(DeviceSettings& settings) {
    settings.session.registrationTimeout = 500ms;
}

/// One plugin hangs for longer than the registration may take; the other one answers.
void describedTooLate(DeviceSettings& settings) {
    settings.session.registrationTimeout = 500ms;
    settings.collectTimeout = 700ms;
    settings.describers = {
        fakeSlot("hangs", {},
                 [](hosting::Call& call) {
                     call.waitCancelled(limit);
                     return call.cancelOutcome();
                 }),
        fakeSlot("answers", {}, [](hosting::Call&) { return hosting::Outcome::success(R"({"hostname":"h"})"); })};
}

/// The server sends this instead of an answer, and then nothing.
Row answered(const char* name, const std::vector<std::string>& frames) {
    return {name,
            [frames](Scene& scene) {
                scene.acceptRegister();
                for (const std::string& frame : frames) {
                    scene.peer().sendRaw(frame);
                }
                scene.peer().waitForEnd();
                EXPECT_EQ(scene.device.executions("early"), 0);
            },
            timedOut(), After::comesBack, impatient};
}

std::vector<Row> inUseRows() {
    return {
        {"inUseUntilTheServerLetsGo",
         [](Scene& scene) {
             scene.registerDevice();
             scene.proxy.strike({.toServer = {.hidesEnd = true}, .toClient = {.cutAt = 0}});
             inUse(scene);
             inUse(scene);
             inUse(scene);
             scene.trace.waitFor("wait 40");
             scene.proxy.drop();
             scene.registerDevice();
         },
         listening() + ended("listening", "lost 1006") + retried(20) + opened() + occupied() +
             retriedWhileOccupied(20) + opened() + occupied() + retriedWhileOccupied(20) + opened() + occupied() +
             retriedWhileOccupied(40) + opened() + accepted(),
         After::staysUp},
        {"inUseForTooManyRetries",
         [](Scene& scene) {
             inUse(scene);
             inUse(scene);
             inUse(scene);
         },
         registering() + occupied() + retriedWhileOccupied(20) + opened() + occupied() + retriedWhileOccupied(20) +
             opened() + occupied() + Lines{"occupied --exhausted--> stopped"},
         After::givesUp, [](DeviceSettings& settings) { settings.session.maxRetries = 2; }},
    };
}

std::vector<Row> firstAnswerRows() {
    return {
        {"refused",
         [](Scene& scene) {
             scene.acceptRegister().sendText(R"({"type":"error","status":"error","error":"not you"})");
             EXPECT_EQ(scene.peer().acceptClose(), 1000);
         },
         refused()},
        {"refusedAndClosedByTheServer",
         [](Scene& scene) {
             scene.acceptRegister().sendText(R"({"type":"error","status":"error","error":"not you"})");
             scene.peer().close(1000);
             scene.peer().waitForEnd();
         },
         refused()},
        answered("notAnswered", {}),
        answered("answeredByGarbage", {textFrame("hello"), textFrame("{}"), serverFrame(0x80U | opBinary, "\xFF\xFE")}),
        answered("answeredByTheWrongStatus", {textFrame(R"({"type":"heartbeat","status":"continue"})")}),
        answered("answeredByACommand", {textFrame(command("noop", "early"))}),
        {"cut", [](Scene& scene) { scene.acceptRegister().hangUp(); },
         registering() + ended("registering", "lost 1006")},
        {"cutInRegister",
         [](Scene& scene) {
             WebSocketPeer peer = scene.listener.accept();
             const std::string request = peer.receiveRequest();
             scene.proxy.strike({.toServer = {.cutAt = 20}});
             peer.sendRaw(WebSocketPeer::upgradeAnswer(request));
             peer.waitForEnd();
         },
         registering() + ended("registering", "lost 1006")},
        {"closedByTheServer",
         [](Scene& scene) {
             scene.acceptRegister().close(1008, "no");
             scene.peer().waitForEnd();
         },
         registering() + ended("registering", "byPeer 1008")},
        {"aDeviceInfoPluginHangs",
         [](Scene& scene) {
             EXPECT_THAT(scene.accept().receiveText(),
                         HasSubstr(R"("system_info":{"device_id":"dev1","hostname":"h","custom_metadata":{}})"));
             scene.peer().sendText(registrationOk);
         },
         listening(), After::staysUp, describedTooLate},
        {"anotherPlatform",
         [](Scene& scene) {
             EXPECT_THAT(scene.accept().receiveText(), HasSubstr(R"("platform":"mobile")"));
             scene.peer().sendText(registrationOk);
             scene.peer().sendText(R"({"type":"task","status":"continue","task_name":"t"})");
             EXPECT_THAT(scene.peer().receiveText(), HasSubstr(R"("metadata":{"platform":"mobile"})"));
         },
         listening() + Lines{"-> task"}, After::staysUp,
         [](DeviceSettings& settings) { settings.platform = "mobile"; }},
    };
}

}  // namespace

std::vector<Row> registeringRows() {
    std::vector<Row> rows = firstAnswerRows();
    std::ranges::move(inUseRows(), std::back_inserter(rows));
    return rows;
}

}  // namespace aip::tests
