// Faults of the network and of the server: the device does exactly this, and comes back.

#include "tests/net/fault_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace aip::tests {

Scene::Scene(const Plan& first, const DeviceSettings& settings)
    : proxy(listener.port()), device((proxy.script({first, {}}), proxy.url()), settings) {}

WebSocketPeer& Scene::accept() {
    return _peers.emplace_back(listener.acceptUpgraded());
}

WebSocketPeer& Scene::acceptRegister() {
    EXPECT_THAT(accept().receiveText(), testing::StartsWith(R"({"type":"register","status":"ok")"));
    return peer();
}

WebSocketPeer& Scene::registerDevice() {
    acceptRegister().sendText(registrationOk);
    trace.waitFor("registering --accepted--> listening");
    return peer();
}

void Scene::expectThatItWorks() {
    peer().sendText(command("noop", "proof"));
    std::string answer = peer().receiveText();
    while (!testing::Value(answer, testing::HasSubstr("\"proof\""))) {
        answer = peer().receiveText();
    }
    EXPECT_THAT(answer, testing::HasSubstr(R"("status":"success")"));
}

Lines operator+(Lines lines, const Lines& more) {
    lines.insert(lines.end(), more.begin(), more.end());
    return lines;
}

Lines started() {
    return {"disconnected --start--> connecting"};
}

Lines opened() {
    return {"connecting --opened--> describing", "describing --described--> registering", "-> register"};
}

Lines accepted() {
    return {"registering --accepted--> listening"};
}

Lines listening() {
    return started() + opened() + accepted();
}

Lines retried(int ms) {
    return {"wait " + std::to_string(ms), "waiting --retryDue--> connecting"};
}

Lines ended(const std::string& state, const std::string& how) {
    return {how, state + " --closed--> waiting"};
}

void PrintTo(const Row& row, std::ostream* out) {
    *out << row.name;
}

namespace {

class Fault : public testing::TestWithParam<Row> {};

TEST_P(Fault, leadsToThisAndNothingElse) {
    const Row& row = GetParam();
    DeviceSettings settings = patientSettings();
    if (row.with) {
        row.with(settings);
    }
    Scene scene(row.first, settings);
    Lines expected = row.out;
    row.fault(scene);
    if (row.after == After::comesBack) {
        scene.registerDevice();
        const auto firstWait = static_cast<int>(settings.session.backoffBase.count() / 2);
        expected = expected + retried(firstWait) + opened() + accepted() + row.owed;
    }
    if (row.after == After::ends || row.after == After::givesUp) {
        EXPECT_EQ(scene.device.ended(), row.after == After::ends ? lifecycle::Session::End::stopped
                                                                 : lifecycle::Session::End::retriesExhausted);
    } else {
        scene.expectThatItWorks();
        expected.emplace_back("-> command_results");
    }
    EXPECT_EQ(scene.trace.lines(), expected);
    EXPECT_TRUE(scene.device.executedTwice().empty());
}

std::string nameOf(const testing::TestParamInfo<Row>& row) {
    return row.param.name;
}

INSTANTIATE_TEST_SUITE_P(Connecting, Fault, testing::ValuesIn(connectingRows()), nameOf);
INSTANTIATE_TEST_SUITE_P(Registering, Fault, testing::ValuesIn(registeringRows()), nameOf);
INSTANTIATE_TEST_SUITE_P(Losing, Fault, testing::ValuesIn(losingRows()), nameOf);
INSTANTIATE_TEST_SUITE_P(Violating, Fault, testing::ValuesIn(violatingRows()), nameOf);
INSTANTIATE_TEST_SUITE_P(Harmless, Fault, testing::ValuesIn(harmlessRows()), nameOf);
INSTANTIATE_TEST_SUITE_P(Stopping, Fault, testing::ValuesIn(stoppingRows()), nameOf);

}  // namespace
}  // namespace aip::tests
