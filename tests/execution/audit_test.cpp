// Each call has two records, whoever ends it, and none is carried out without them.

#include "execution/invocation.h"
#include "tests/support/execution_harness.h"
#include "tests/support/failing_memory.h"
#include "tests/support/fake_trail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace aip;
using base::Code;
using execution::InvocationResult;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using tests::ExecutionHarness;
using tests::FakeTrail;
using tests::Invoked;
using tests::requestOf;

/// Refuses the tool "banned".
class Banning final : public execution::Policy {
  public:
    execution::Admission admit(const execution::Caller& /*caller*/, const execution::Tool& tool,
                               std::string_view /*parameters*/) override {
        if (tool.manifest.name == "banned") {
            return base::Error(Code::denied, "limits.banned");
        }
        return std::unique_ptr<execution::Permit>();
    }
};

constexpr auto sizedSchema = R"({"type":"object","required":["size"]})";

class AuditedCalls : public testing::Test {
  protected:
    std::vector<std::string> recordsOf(execution::Invocation::Request request) {
        const Invoked invoked(harness.dispatcher, std::move(request));
        invoked.invocation->start();
        last = invoked.result();
        return trail.taken();
    }

    const std::shared_ptr<tests::FakeSlot> slot = tests::fakeSlot(
        "p",
        {tests::tool("echo"), tests::tool("banned"), tests::tool("bad"),
         tests::tool("strict", "BashExecutor", sizedSchema)},
        [](hosting::Call& call) {
            return call.request().tool == "bad" ? hosting::Outcome::failure(Code::unavailable, "it broke")
                                                : hosting::Outcome::success(std::string(call.request().parameters));
        });
    FakeTrail trail;
    Banning policy;
    ExecutionHarness harness{tests::Slots{slot}, {}, policy, trail};
    InvocationResult last;
};

/// A call, and its records.
struct RecordRow {
    const char* tool;
    const char* parameters;
    const char* agent;
    const char* begun;
    const char* ended;
    const char* reason;
};

const RecordRow rows[] = {
    {"echo", R"({"a":1})", "LinuxAgent", "begun p action::echo allowed", "ended tool OK 7", ""},
    {"bad", "{}", "LinuxAgent", "begun p action::bad allowed", "ended tool UNAVAILABLE 0", ""},
    {"ecko", "{}", "LinuxAgent", "begun ecko router NOT_FOUND", "ended router NOT_FOUND 0", "Tool 'action::ecko'"},
    {"echo", "{}", "Nobody", "begun echo router NOT_FOUND", "ended router NOT_FOUND 0", "agent 'Nobody'"},
    {"banned", "{}", "LinuxAgent", "begun p action::banned policy DENIED", "ended policy DENIED 0", "limits.banned"},
    {"strict", R"({"pin":"hunter2"})", "LinuxAgent", "begun p action::strict schema INVALID", "ended schema INVALID 0",
     "does not fit the schema"},
};

TEST_F(AuditedCalls, haveTwoRecordsWhoeverEndsThem) {
    for (const auto& row : rows) {
        SCOPED_TRACE(row.begun);
        EXPECT_THAT(recordsOf(requestOf(row.tool, row.parameters, "s", row.agent)), ElementsAre(row.begun, row.ended));
        EXPECT_THAT(trail.lastReason(), HasSubstr(row.reason));
    }
    EXPECT_EQ(trail.lastReason(), "does not fit the schema") << "its words could show parameters";
}

TEST_F(AuditedCalls, haveThemAlsoIfTheyAreCancelledBefore) {
    const Invoked invoked(harness.dispatcher, requestOf("echo"));
    invoked.invocation->cancel(Code::cancelled, "enough");
    invoked.invocation->start();
    EXPECT_THAT(trail.taken(), ElementsAre("begun echo agent CANCELLED", "ended agent CANCELLED 0"));
}

TEST_F(AuditedCalls, areRefusedWithoutRoomForTheirRecords) {
    trail.full = true;
    for (const char* tool : {"echo", "ecko", "banned", "strict"}) {
        EXPECT_THAT(recordsOf(requestOf(tool)), SizeIs(0));
        EXPECT_EQ(last.by, InvocationResult::By::agent);
        EXPECT_EQ(last.outcome.code, Code::exhausted);
        EXPECT_EQ(last.outcome.error, "no room");
    }
    EXPECT_EQ(slot->invoked, 0);
    trail.full = false;
    EXPECT_THAT(recordsOf(requestOf("echo")), SizeIs(2));
}

TEST_F(AuditedCalls, haveTheirFirstRecordBeforeThePluginGetsThem) {
    std::vector<std::string> seen;
    const auto looking = tests::fakeSlot("p", {tests::tool("echo")}, [&](hosting::Call&) {
        seen = trail.taken();
        return hosting::Outcome::success("1");
    });
    ExecutionHarness other{tests::Slots{looking}, {}, policy, trail};
    const Invoked invoked(other.dispatcher, requestOf("echo"));
    invoked.invocation->start();
    invoked.result();
    EXPECT_THAT(seen, ElementsAre("begun p action::echo allowed"));
    EXPECT_THAT(trail.taken(), ElementsAre("ended tool OK 1"));
}

/// Whatever allocation fails: two records, or the call is counted.
TEST_F(AuditedCalls, areCountedIfThereIsNoMemoryForTheirRecord) {
    bool reached = true;
    for (std::size_t failing = 1; reached; ++failing) {
        trail.begun = trail.ended = trail.failed = 0;
        std::atomic<int> ends{0};
        const auto invocation = harness.dispatcher.prepare(requestOf("strict", R"({"pin":1})"),
                                                           [&ends](const InvocationResult&) { ++ends; });
        tests::failAllocation(failing);
        invocation->start();
        reached = tests::allocationHasFailed();
        tests::failAllocation(0);
        EXPECT_EQ(ends, 1) << failing;
        EXPECT_EQ(trail.begun, trail.ended) << failing;
        EXPECT_EQ(trail.begun + trail.failed, 1) << failing;
    }
}

}  // namespace
