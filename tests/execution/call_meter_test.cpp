#include "execution/call_meter.h"

#include "tests/support/execution_harness.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace aip::tests {
namespace {

using base::Code;

/// Writes down what is counted: "action::noop OK asked".
class WrittenMeters final : public execution::CallMeters {
  public:
    std::shared_ptr<execution::CallMeter> of(const audit::ToolFacts& tool) override {
        return std::make_shared<Meter>(tool.key, _told);
    }
    execution::CallMeter& unrouted() override { return _unrouted; }

    std::vector<std::string> told() {
        return _told.with([](const auto& all) { return all; });
    }

  private:
    using Told = base::Guarded<std::vector<std::string>>;
    struct Meter final : execution::CallMeter {
        Meter(std::string tool, Told& all) : name(std::move(tool)), told(all) {}
        void ended(Code code, std::optional<base::Clock::Duration> duration) noexcept override {
            told.with(
                [&](auto& all) { all.push_back(name + " " + base::codeName(code) + (duration ? " asked" : "")); });
        }
        const std::string name;
        Told& told;
    };

    Told _told;
    Meter _unrouted{"?", _told};
};

class CallMeters : public testing::Test {
  protected:
    std::string counted(const std::string& tool, const std::string& parameters = "{}") {
        const Invoked invoked(_dispatcher, requestOf(tool, parameters));
        invoked.invocation->start();
        static_cast<void>(invoked.result());
        return _meters.told().empty() ? "" : _meters.told().back();
    }

    const Slots _slots{fakeSlot("p", {tool("noop"), tool("fail")}, [](hosting::Call& call) {
        return call.request().tool == "fail" ? hosting::Outcome::failure(Code::unavailable, "no")
                                             : hosting::Outcome::success("1");
    })};
    WrittenMeters _meters;
    execution::LiveRouter _router{{{"LinuxAgent", "default", {"BashExecutor"}, {}}},
                                  execution::ToolTable::build(_slots, nullptr, _meters)};
    base::SystemClock _clock;
    execution::RunningCalls _calls{_clock};
    base::TimerQueue _timers;
    execution::Dispatcher _dispatcher{_router, allowAll(), _calls, _timers, _clock, {}, audit::noTrail(), _meters};
};

TEST_F(CallMeters, countACallOnceAtTheMeterOfItsTool) {
    EXPECT_EQ(counted("noop"), "action::noop OK asked");
    EXPECT_EQ(counted("fail"), "action::fail UNAVAILABLE asked");
    EXPECT_EQ(_meters.told().size(), 2U);
}

TEST_F(CallMeters, ofARefusedCallTheTimeDoesNotCount) {
    EXPECT_EQ(counted("noop", "[]"), "action::noop INVALID");
}

TEST_F(CallMeters, aToolThatIsNotKnownHasNoMeterOfItsOwn) {
    EXPECT_EQ(counted("none"), "? NOT_FOUND");
}

TEST_F(CallMeters, aToolThatStaysKeepsItsMeter) {
    const auto first = execution::ToolTable::build(_slots, nullptr, _meters);
    const auto next = execution::ToolTable::build(_slots, &first, _meters);
    EXPECT_EQ(first.all()[0]->meter, next.all()[0]->meter);
}

}  // namespace
}  // namespace aip::tests
