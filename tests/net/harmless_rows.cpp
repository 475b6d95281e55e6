// What is unusual but no reason to end the connection.

#include "tests/net/fault_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aip::tests {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// The server says this; the device answers with messages of these types.
Row said(const char* name, const std::string& bytes, const Lines& answers) {
    return {name,
            [bytes, answers](Scene& scene) {
                scene.registerDevice().sendRaw(bytes);
                for (std::size_t i = 0; i < answers.size(); ++i) {
                    scene.peer().receiveText();
                }
            },
            listening() + answers, After::staysUp};
}

/// The network is like this, and a command gets through.
Row struck(const char* name, const Plan& plan) {
    return {name,
            [plan](Scene& scene) {
                scene.registerDevice();
                scene.proxy.strike(plan);
            },
            listening(), After::staysUp};
}

std::string split(const std::string& text, std::size_t at, const std::string& between = {}) {
    return serverFrame(opText, text.substr(0, at)) + between + serverFrame(0x80, text.substr(at));
}

void answersAPingInsideAMessage(Scene& scene) {
    scene.registerDevice().sendRaw(serverFrame(opText, R"({"type":)") + serverFrame(0x89, "now") +
                                   serverFrame(0x80, R"("heartbeat","status":"ok"})"));
    EXPECT_EQ(scene.peer().receiveUntil(opPong).payload, "now");
}

void registersWithAServerWhoseClockIsWrong(Scene& scene) {
    WebSocketPeer& peer = scene.acceptRegister();
    peer.sendText(R"({"type":"heartbeat","status":"ok","timestamp":"9999-99-99T99:99:99+99:99"})");
    peer.sendText(R"({"type":"heartbeat","status":"ok","timestamp":"1970-01-01T00:00:00+00:00"})");
    peer.sendText(R"({"type":"heartbeat","status":"ok","timestamp":"yesterday"})");
}

constexpr auto taskText = R"({"type":"task","status":"continue","task_name":"t","session_id":"s"})";

void makesAnotherSessionForATask(Scene& scene) {
    WebSocketPeer& peer = scene.registerDevice();
    peer.sendText(taskText);
    peer.receiveText();
    peer.sendText(R"({"type":"heartbeat","status":"ok","session_id":"made-up"})");
    peer.sendText(command("noop", "m", "{}", "made-up"));
    peer.receiveText();
    peer.sendText(R"({"type":"task_end","status":"completed","session_id":"made-up"})");
    peer.sendText(taskText);
    peer.receiveText();
}

/// It comes with the upgrade, before REGISTER can be sent: it answers nothing.
void isGreetedWithAnOk(Scene& scene) {
    WebSocketPeer peer = scene.listener.accept();
    peer.sendRaw(WebSocketPeer::upgradeAnswer(peer.receiveRequest()) + textFrame(registrationOk));
    EXPECT_THAT(peer.receiveText(), HasSubstr(R"("type":"register")"));
    scene.adopt(std::move(peer)).sendText(registrationOk);
}

}  // namespace

std::vector<Row> harmlessRows() {
    const std::string task = textFrame(taskText);
    const std::string echo =
        textFrame(R"({"type":"error","status":"error","error":"Task 't' refused: task 't' is running"})");
    const std::string accented = command("noop", "d\xC3\xA9j\xC3\xA0");
    return {
        said("emptyMessage", textFrame(""), {"-> error"}),
        said("emptyFragments", serverFrame(opText, "") + serverFrame(0, "") + serverFrame(0x80, ""), {"-> error"}),
        said("emptyFragmentInAMessage", split(command("noop", "a"), 5, serverFrame(opContinuation, "")),
             {"-> command_results"}),
        said("characterSplitOverFragments", split(accented, accented.find('\xC3') + 1), {"-> command_results"}),
        said("jsonInABinaryFrame", serverFrame(0x82, command("noop", "a")), {"-> command_results"}),
        said("notJson", textFrame("hello"), {"-> error"}),
        said("pongsThatNobodyAskedFor", serverFrame(0x8A, "x") + serverFrame(0x8A, ""), {}),
        said("anErrorOfTheServer", textFrame(R"({"type":"error","status":"error","error":"boom"})"), {}),
        said("anErrorInAnswerToATask", task + textFrame(R"({"type":"error","status":"error","error":"no"})") + task,
             {"-> task", "-> task"}),
        {"anotherSessionForATask", makesAnotherSessionForATask,
         listening() + Lines{"-> task", "-> command_results", "-> task"}, After::staysUp},
        said("anEchoOfARefusedTask", task + task + echo + task, {"-> task", "-> error", "-> error"}),
        {"pingInsideAMessage", answersAPingInsideAMessage, listening(), After::staysUp},
        {"greetedWithAnOk", isGreetedWithAnOk, listening(), After::staysUp},
        {"serverClockWrong", registersWithAServerWhoseClockIsWrong, listening(), After::staysUp},
        struck("oneByteAtATime", {.toServer = {.bytewise = true}, .toClient = {.bytewise = true}}),
        struck("delays", {.toServer = {.delay = 50ms}, .toClient = {.delay = 50ms}}),
        {"oneByteAtATimeFromTheStart",
         [](Scene& scene) { scene.registerDevice(); },
         listening(),
         After::staysUp,
         {},
         {.toServer = {.bytewise = true}, .toClient = {.bytewise = true}}},
    };
}

}  // namespace aip::tests
