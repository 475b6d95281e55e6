// Who asks for a call, and for which task: in a C++ plugin and in plain C.
#include <aip/plugin.h>
#include <aip/plugin.hpp>
#include <aip/testing.hpp>

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

std::string textOf(aip_text text) {
    return std::string(aip::detail::view(text));
}

/// A call of somebody; its table may be cut to what an agent of ABI 1.0 has.
class SomebodysCall {
  public:
    explicit SomebodysCall(std::uint32_t size = sizeof(aip_call)) : _table(size) {
        std::memcpy(_table.data(), _state.table(), size);
        std::memcpy(_table.data(), &size, sizeof size);
    }

    const aip_call& table() const { return *reinterpret_cast<const aip_call*>(_table.data()); }

  private:
    aip::testing::detail::CallState _state{
        "c-1", aip::testing::detail::Clock::now(), {"HostAgent", "Files", "explorer", "s-1", "t-1"}};
    std::vector<char> _table;
};

TEST(Caller, isToldInBothLanguages) {
    const SomebodysCall somebodys;
    const aip::Call call(somebodys.table());
    EXPECT_EQ(call.agent(), "HostAgent");
    EXPECT_EQ(call.root(), "Files");
    EXPECT_EQ(call.process(), "explorer");
    EXPECT_EQ(call.session(), "s-1");
    EXPECT_EQ(call.task(), "t-1");
    EXPECT_EQ(textOf(aip_agent_name_of(&somebodys.table())), "HostAgent");
    EXPECT_EQ(textOf(aip_root_name_of(&somebodys.table())), "Files");
    EXPECT_EQ(textOf(aip_process_name_of(&somebodys.table())), "explorer");
    EXPECT_EQ(textOf(aip_session_id_of(&somebodys.table())), "s-1");
    EXPECT_EQ(textOf(aip_task_name_of(&somebodys.table())), "t-1");
}

TEST(Caller, isUnknownInATableOfTheFirstVersion) {
    const SomebodysCall somebodys(AIP_END_OF(aip_call, progress));
    const aip::Call call(somebodys.table());
    for (const auto text : {call.agent(), call.root(), call.process(), call.session(), call.task()}) {
        EXPECT_EQ(text, "");
    }
    EXPECT_EQ(textOf(aip_agent_name_of(&somebodys.table())), "");
    EXPECT_EQ(textOf(aip_task_name_of(&somebodys.table())), "");
    EXPECT_EQ(call.id(), "c-1");
}

/// Counts within a task.
class Counter {
  public:
    static void describe(aip::Description<Counter>& d) {
        d.describe("Counts.");
        d.action("count", "One more.", [](Counter& self, const aip::Call& call) {
            return std::string(call.agent()) + ":" + std::string(call.task()) + ":" + std::to_string(++self._count);
        });
    }
    void onTaskBegin(const aip::Task& task) {
        _count = 0;
        aip::log::info(std::string(task.name) + " of " + std::string(task.session) + " begins");
    }
    void onTaskEnd(const aip::Task& task) { aip::log::info(std::string(task.name) + " ends"); }

  private:
    int _count = 0;
};

/// Hears of ends only, and does not take them well.
class Sulker {
  public:
    static void describe(aip::Description<Sulker>& d) { d.describe("Sulks."); }
    void onTaskEnd(const aip::Task& /*task*/) { throw aip::Error(aip::Code::internal, "already?"); }
};

TEST(TaskEvents, resetWhatAPluginKeepsForATask) {
    aip::testing::Plugin<Counter> plugin({}, {.agent = "HostAgent"});
    EXPECT_EQ(plugin.call<std::string>("count"), "HostAgent::1");
    plugin.beginTask("one");
    EXPECT_EQ(plugin.call<std::string>("count"), "HostAgent:one:1");
    EXPECT_EQ(plugin.call<std::string>("count"), "HostAgent:one:2");
    plugin.endTask();
    plugin.beginTask("two", "s-2");
    EXPECT_EQ(plugin.call<std::string>("count"), "HostAgent:two:1");
    std::vector<std::string> lines;
    for (const auto& line : plugin.log()) {
        lines.push_back(line.text);
    }
    EXPECT_EQ(lines, (std::vector<std::string>{"one of test-session begins", "one ends", "two of s-2 begins"}));
}

TEST(TaskEvents, areNamedInTheManifestOfWhoHearsThem) {
    EXPECT_NE(aip::testing::Plugin<Counter>().manifest().find(AIP_EXT_TASK_EVENTS), std::string::npos);
    EXPECT_NE(aip::testing::Plugin<Sulker>().manifest().find(AIP_EXT_TASK_EVENTS), std::string::npos);
}

TEST(TaskEvents, thatThrowAreLogged) {
    aip::testing::Plugin<Sulker> plugin;
    plugin.beginTask("one");
    plugin.endTask();
    ASSERT_EQ(plugin.log().size(), 1U);
    EXPECT_EQ(plugin.log().front().text, "already?");
}

}  // namespace
