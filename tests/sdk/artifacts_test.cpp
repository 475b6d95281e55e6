#include "raw_plugin.h"

#include <aip/ext/artifacts.h>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using aip::tests::RawPlugin;

/// The agent's side, as far as a test needs it: keeps what it gets.
struct FakeAgent {
    static std::string string(aip_text text) { return text.size == 0 ? "" : std::string(text.data, text.size); }

    static aip_status note(const aip_artifacts* table, const aip_call* call, const aip_artifact* what,
                           aip_text content) {
        auto& self = *static_cast<FakeAgent*>(table->context);
        EXPECT_EQ(what->struct_size, sizeof(aip_artifact));
        self.got.push_back(string(call->call_id(call)) + "|" + string(what->name) + "|" + string(what->mime_type) +
                           "|" + string(content));
        return self.status;
    }

    aip_status status = AIP_OK;
    std::vector<std::string> got;
    aip_artifacts table{sizeof(aip_artifacts), 0, this, &note, &note};
};

/// The plugin of the README that sends files.
class SendingPlugin : public testing::Test {
  protected:
    void SetUp() override { ASSERT_EQ(plugin.start(), AIP_OK); }

    FakeAgent agent;
    RawPlugin plugin{FILES};
};

TEST_F(SendingPlugin, handsOverAFileByItsPath) {
    plugin.offer(AIP_EXT_ARTIFACTS, &agent.table);
    EXPECT_EQ(plugin.execute("fetch", R"({"path":"/tmp/a.txt"})").status, AIP_OK);
    EXPECT_EQ(agent.got, std::vector<std::string>{"call-7|||/tmp/a.txt"});
}

TEST_F(SendingPlugin, handsOverBytes) {
    plugin.offer(AIP_EXT_ARTIFACTS, &agent.table);
    EXPECT_EQ(plugin.execute("numbers", R"({"count":3})").status, AIP_OK);
    EXPECT_EQ(agent.got, std::vector<std::string>{"call-7|numbers.txt|text/plain|1\n2\n3\n"});
}

TEST_F(SendingPlugin, failsAsUnsupportedWithAnAgentThatSendsNoFiles) {
    const auto answer = plugin.execute("numbers", R"({"count":3})");
    EXPECT_EQ(answer.status, AIP_UNSUPPORTED);
    EXPECT_EQ(answer.error, "this agent sends no files (its setting transfer.send is off)");
}

TEST_F(SendingPlugin, saysThatTheCallerTakesNoFiles) {
    plugin.offer(AIP_EXT_ARTIFACTS, &agent.table);
    agent.status = AIP_UNSUPPORTED;
    const auto answer = plugin.execute("numbers", R"({"count":3})");
    EXPECT_EQ(answer.status, AIP_UNSUPPORTED);
    EXPECT_EQ(answer.error, "'numbers.txt' is not sent: who called the tool takes no files");
}

TEST_F(SendingPlugin, failsWithTheStatusOfTheAgent) {
    plugin.offer(AIP_EXT_ARTIFACTS, &agent.table);
    agent.status = AIP_NOT_FOUND;
    const auto answer = plugin.execute("fetch", R"({"path":"/tmp/a.txt"})");
    EXPECT_EQ(answer.status, AIP_NOT_FOUND);
    EXPECT_EQ(answer.error, "'/tmp/a.txt' is not sent: there is no such file");
}

}  // namespace
