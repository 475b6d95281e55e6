#include "lifecycle/state_table.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <utility>

using namespace aip::lifecycle;

namespace {

using S = State;
using E = Event;
using A = Action;

/// A second copy of the table, so that every change of it is deliberate.
const std::map<std::pair<State, Event>, std::pair<Action, State>> expected{
    {{S::disconnected, E::start}, {A::openChannel, S::connecting}},
    {{S::disconnected, E::stop}, {A::finish, S::stopped}},
    {{S::connecting, E::opened}, {A::describeDevice, S::describing}},
    {{S::connecting, E::closed}, {A::scheduleRetry, S::waiting}},
    {{S::connecting, E::stop}, {A::abortChannel, S::closing}},
    {{S::describing, E::described}, {A::sendRegistration, S::registering}},
    {{S::describing, E::closed}, {A::scheduleRetry, S::waiting}},
    {{S::describing, E::stop}, {A::abortChannel, S::closing}},
    {{S::registering, E::accepted}, {A::beginListening, S::listening}},
    {{S::registering, E::refused}, {A::closeChannel, S::rejected}},
    {{S::registering, E::refusedInUse}, {A::closeChannel, S::occupied}},
    {{S::registering, E::timedOut}, {A::abortChannel, S::rejected}},
    {{S::registering, E::closed}, {A::scheduleRetry, S::waiting}},
    {{S::registering, E::stop}, {A::abortChannel, S::closing}},
    {{S::listening, E::silent}, {A::abortChannel, S::listening}},
    {{S::listening, E::closed}, {A::loseSession, S::waiting}},
    {{S::listening, E::stop}, {A::drain, S::draining}},
    {{S::rejected, E::closed}, {A::scheduleRetry, S::waiting}},
    {{S::rejected, E::stop}, {A::abortChannel, S::closing}},
    {{S::occupied, E::closed}, {A::scheduleRetry, S::occupied}},
    {{S::occupied, E::retryDue}, {A::openChannel, S::connecting}},
    {{S::occupied, E::exhausted}, {A::finish, S::stopped}},
    {{S::occupied, E::stop}, {A::abortChannel, S::closing}},
    {{S::waiting, E::retryDue}, {A::openChannel, S::connecting}},
    {{S::waiting, E::exhausted}, {A::finish, S::stopped}},
    {{S::waiting, E::stop}, {A::finish, S::stopped}},
    {{S::draining, E::drained}, {A::closeChannel, S::closing}},
    {{S::draining, E::closed}, {A::finish, S::stopped}},
    {{S::draining, E::stop}, {A::hurry, S::cancelling}},
    {{S::cancelling, E::drained}, {A::closeChannel, S::leaving}},
    {{S::cancelling, E::closed}, {A::finish, S::stopped}},
    {{S::cancelling, E::timedOut}, {A::abortChannel, S::leaving}},
    {{S::cancelling, E::stop}, {A::abortChannel, S::leaving}},
    {{S::closing, E::closed}, {A::finish, S::stopped}},
    {{S::closing, E::timedOut}, {A::abortChannel, S::closing}},
    {{S::closing, E::stop}, {A::hurry, S::leaving}},
    {{S::leaving, E::closed}, {A::finish, S::stopped}},
    {{S::leaving, E::timedOut}, {A::abortChannel, S::leaving}},
    {{S::leaving, E::stop}, {A::abortChannel, S::leaving}},
};

constexpr int states = static_cast<int>(S::stopped) + 1;
constexpr int events = static_cast<int>(E::drained) + 1;

class EveryPair : public testing::TestWithParam<int> {};

TEST_P(EveryPair, doesWhatIsExpectedAndNothingElse) {
    const auto state = static_cast<State>(GetParam() / events);
    const auto event = static_cast<Event>(GetParam() % events);
    const Transition* row = transition(state, event);
    const auto wanted = expected.find({state, event});
    ASSERT_EQ(row != nullptr, wanted != expected.end());
    if (row != nullptr) {
        EXPECT_EQ(name(row->action), name(wanted->second.first));
        EXPECT_EQ(name(row->to), name(wanted->second.second));
    }
}

INSTANTIATE_TEST_SUITE_P(StateTable, EveryPair, testing::Range(0, states* events), [](const auto& pair) {
    return std::string(name(static_cast<State>(pair.param / events))) + "_" +
           std::string(name(static_cast<Event>(pair.param % events)));
});

TEST(StateTable, everyStateButStoppedCanBeStopped) {
    for (int i = 0; i + 1 < states; ++i) {
        EXPECT_NE(transition(static_cast<State>(i), E::stop), nullptr) << name(static_cast<State>(i));
    }
    for (int i = 0; i < events; ++i) {
        EXPECT_EQ(transition(S::stopped, static_cast<Event>(i)), nullptr);
    }
}

}  // namespace
