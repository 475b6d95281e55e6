#include "lifecycle/command_account.h"

#include "base/guarded.h"
#include "base/log.h"
#include "tests/lifecycle/session_harness.h"

#include <map>

using namespace aip;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using tests::SessionHarness;

namespace {

/// The lines at info that tell of an answered COMMAND, and their fields as text.
class CommandLines {
  public:
    CommandLines() {
        base::log::setFieldSink(base::log::Level::info, [this](auto, std::string_view line, base::log::Fields fields) {
            if (!fields.empty() && std::get<std::string_view>(fields[0].value) == "command") {
                _lines.with([&](auto& lines) { lines.emplace_back(line); });
                _fields.with([&](auto& last) { last = texts(fields); });
            }
        });
    }
    ~CommandLines() { base::log::setSink(base::log::Level::error, {}); }
    CommandLines(const CommandLines&) = delete;
    CommandLines& operator=(const CommandLines&) = delete;

    std::vector<std::string> lines() {
        return _lines.with([](const auto& lines) { return lines; });
    }
    std::map<std::string, std::string> fields() {
        return _fields.with([](const auto& fields) { return fields; });
    }

  private:
    static std::map<std::string, std::string> texts(base::log::Fields fields) {
        std::map<std::string, std::string> all;
        for (const auto& field : fields) {
            const auto* number = std::get_if<std::uint64_t>(&field.value);
            all[std::string(field.name)] =
                number != nullptr ? std::to_string(*number) : std::string(std::get<std::string_view>(field.value));
        }
        return all;
    }

    base::Guarded<std::vector<std::string>> _lines;
    base::Guarded<std::map<std::string, std::string>> _fields;
};

}  // namespace

TEST(CommandAccount, saysHowTheActionsHaveEnded) {
    EXPECT_EQ(lifecycle::inWords({}), "0 actions");
    EXPECT_EQ(lifecycle::inWords({1, 0, 0}), "1 action: 1 succeeded");
    EXPECT_EQ(lifecycle::inWords({2, 1, 3}), "6 actions: 2 succeeded, 1 failed, 3 skipped");
}

TEST(CommandAccount, anActionThatIsNotWantedCountsAsSkipped) {
    std::vector<protocol::ActionResult> results(4);
    results[0].status = protocol::ResultStatus::success;
    results[1].status = protocol::ResultStatus::failure;
    results[2].status = protocol::ResultStatus::skipped;
    EXPECT_EQ(lifecycle::inWords(lifecycle::outcomesOf(results)), "4 actions: 1 succeeded, 1 failed, 2 skipped");
}

TEST(CommandAccount, aCommandIsOneLineWithIdsAndNumbersAndWithoutPayload) {
    CommandLines log;
    SessionHarness harness;
    harness.registerDevice();
    const std::string text =
        R"({"type":"command","status":"continue","agent_name":"LinuxAgent","session_id":"s1","task_name":"t1",)"
        R"("response_id":"r1","actions":[{"tool_name":"release","call_id":"c","parameters":{"key":"CANARY"}},)"
        R"({"tool_name":"none"},{"tool_name":"noop"}]})";
    harness.channel.receive(text);
    harness.pass(7ms);
    EXPECT_THAT(log.lines(), testing::IsEmpty());
    harness.released.set_value();
    const std::string answer = harness.channel.next();
    harness.allAnswered();
    const auto lines = log.lines();
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_THAT(lines[0], testing::StartsWith("session s1 response r1 task t1: 3 actions: 1 succeeded, 1 failed, "
                                              "1 skipped in 7.000 ms; " +
                                              std::to_string(text.size()) + " bytes in, "));
    EXPECT_THAT(lines[0], Not(HasSubstr("CANARY")));
    auto fields = log.fields();
    fields.erase("kind");
    const std::map<std::string, std::string> expected{{"session", "s1"},
                                                      {"response", "r1"},
                                                      {"task", "t1"},
                                                      {"succeeded", "1"},
                                                      {"failed", "1"},
                                                      {"skipped", "1"},
                                                      {"duration_us", "7000"},
                                                      {"bytes_in", std::to_string(text.size())},
                                                      {"bytes", std::to_string(answer.size())}};
    EXPECT_EQ(fields, expected);
}

TEST(CommandAccount, anAnswerThatIsNotSentIsTold) {
    CommandLines log;
    SessionHarness harness;
    harness.registerDevice();
    harness.command("wait");
    harness.channel.waitIdle();
    harness.channel.closed({});
    harness.allAnswered();
    ASSERT_EQ(log.lines().size(), 1U);
    EXPECT_THAT(log.lines()[0], HasSubstr("not sent, its connection is gone"));
}

TEST(CommandAccount, aCommandThatComesAgainHasOneLine) {
    CommandLines log;
    SessionHarness harness;
    harness.registerDevice();
    harness.command("release");
    harness.command("release");
    harness.channel.waitIdle();
    harness.released.set_value();
    harness.channel.next();
    harness.allAnswered();
    harness.command("release");
    harness.channel.next();
    harness.channel.waitIdle();
    EXPECT_EQ(log.lines().size(), 1U);
}
