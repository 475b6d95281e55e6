// Faults by which a registered device loses its connection.

#include "tests/net/fault_table.h"

#include <gtest/gtest.h>

namespace aip::tests {
namespace {

using namespace std::chrono_literals;

constexpr auto silent = "listening --silent--> listening";

Lines lost(const std::string& how = "lost 1006") {
    return listening() + ended("listening", how);
}

void pinging(DeviceSettings& settings) {
    settings.channel.pingInterval = 50ms;
    settings.channel.pingTimeout = 500ms;
}

void beating(DeviceSettings& settings) {
    settings.session.heartbeatInterval = 1s;
    settings.session.heartbeatTimeout = 100ms;
}

void reading(DeviceSettings& settings) {
    settings.channel.readTimeout = 300ms;
}

void sending(DeviceSettings& settings) {
    settings.channel.sendTimeout = 300ms;
}

/// The server sends this and closes the connection.
Row cutBehind(const char* name, const std::string& bytes) {
    return {name,
            [bytes](Scene& scene) {
                scene.registerDevice().sendRaw(bytes);
                scene.peer().hangUp();
            },
            lost()};
}

/// The server sends this and nothing more.
Row silentBehind(const char* name, const std::string& bytes) {
    return {name,
            [bytes](Scene& scene) {
                scene.registerDevice().sendRaw(bytes);
                scene.trace.waitFor("lost 1006");
            },
            lost(), After::comesBack, reading};
}

Row closed(const char* name, const std::string& frame, const std::string& how) {
    return {name,
            [frame](Scene& scene) {
                scene.registerDevice().sendRaw(frame);
                scene.peer().acceptClose();
            },
            lost(how)};
}

/// The server may not have the answer to a COMMAND: it gets one on the next connection.
Row owing(Row row) {
    row.owed = {"-> command_results"};
    return row;
}

/// This happens to the connection from then on, without any message.
Row struck(const char* name, const Plan& plan) {
    return {name,
            [plan](Scene& scene) {
                scene.registerDevice();
                scene.proxy.strike(plan);
                scene.trace.waitFor("lost 1006");
            },
            lost(), After::comesBack, pinging};
}

std::string half(const std::string& bytes) {
    return bytes.substr(0, bytes.size() / 2);
}

/// The network drops what the device sends and passes on the server's pings: only the heartbeats show it.
void notHeardThoughItHears(Scene& scene) {
    scene.registerDevice();
    scene.proxy.strike({.toServer = {.stallAt = 0}});
    while (!scene.trace.waitFor(silent, 20ms)) {
        scene.peer().sendFrame(opPing, true, "");
    }
}

void flap(Scene& scene) {
    for (int i = 0; i < 4; ++i) {
        scene.registerDevice().hangUp();
    }
    scene.registerDevice();
}

Lines flapped() {
    Lines lines = lost();
    for (const int wait : {20, 20, 40}) {
        lines = lines + retried(wait) + opened() + accepted() + ended("listening", "lost 1006");
    }
    return lines + retried(40) + opened() + accepted();
}

}  // namespace

std::vector<Row> losingRows() {
    return {
        cutBehind("cut", ""),
        cutBehind("cutInAHeader", "\x81"),
        cutBehind("cutInALongHeader", half(textFrame(std::string(70'000, 'x')).substr(0, 10))),
        cutBehind("cutInAFrame", half(textFrame("hello"))),
        cutBehind("cutInALargeFrame", half(textFrame(std::string(1 << 20, 'x')))),
        cutBehind("cutBetweenFragments", serverFrame(opText, "hello")),
        {"reset", [](Scene& scene) { scene.registerDevice().reset(); }, lost()},
        silentBehind("silentInAHeader", "\x81"),
        silentBehind("silentInAFrame", half(textFrame("hello"))),
        silentBehind("silentBetweenFragments", serverFrame(opText, "hello")),
        closed("closedForARestart", closeFrame(1012), "byPeer 1012"),
        closed("closedAsUsual", closeFrame(1000, "bye"), "byPeer 1000"),
        closed("closedWithoutACode", serverFrame(0x80U | opClose, ""), "byPeer 1005"),
        closed("closedWithACodeOfItsOwn", closeFrame(4999), "byPeer 4999"),
        {"pingsNotAnswered",
         [](Scene& scene) {
             scene.registerDevice();
             scene.trace.waitFor("lost 1006");
         },
         lost(), After::comesBack, pinging},
        {"heartbeatNotAnswered", [](Scene& scene) { scene.registerDevice().waitForEnd(); },
         listening() + Lines{"-> heartbeat", silent} + ended("listening", "requested 1006"), After::comesBack, beating},
        {"notHeardThoughItHears", notHeardThoughItHears,
         listening() + Lines{"-> heartbeat", silent} + ended("listening", "requested 1006"), After::comesBack, beating},
        struck("blackHoleToTheDevice", {.toClient = {.stallAt = 0}}),
        struck("blackHoleToTheServer", {.toServer = {.stallAt = 0}}),
        struck("blackHoleBothWays", {.toServer = {.stallAt = 0}, .toClient = {.stallAt = 0}}),
        owing({"cutWhileItSends",
               [](Scene& scene) {
                   scene.registerDevice().sendText(command("blob", "b", R"({"size":40000000})"));
                   scene.peer().receiveFrame();
                   scene.peer().reset();
               },
               listening() + Lines{"-> command_results"} + ended("listening", "lost 1006")}),
        owing({"nothingTakenOfWhatItSends",
               [](Scene& scene) {
                   scene.registerDevice().shrinkReceiveBuffer();
                   scene.peer().sendText(command("blob", "b", R"({"size":60000000})"));
                   scene.trace.waitFor("lost 1006");
               },
               listening() + Lines{"-> command_results"} + ended("listening", "lost 1006"), After::comesBack, sending}),
        owing({"cutWhileACommandRuns",
               [](Scene& scene) {
                   scene.registerDevice().sendText(command("wait", "w"));
                   scene.device.waitExecuted("w");
                   scene.peer().hangUp();
               },
               lost()}),
        owing({"cutAfterAnAnswer",
               [](Scene& scene) {
                   scene.registerDevice().sendText(command("noop", "n"));
                   scene.peer().receiveText();
                   scene.peer().hangUp();
               },
               listening() + Lines{"-> command_results"} + ended("listening", "lost 1006")}),
        {"flapping", flap, flapped(), After::staysUp},
    };
}

}  // namespace aip::tests
