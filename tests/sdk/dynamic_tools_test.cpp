#include "raw_plugin.h"

#include <aip/ext/dynamic_tools.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace {

using aip::tests::RawPlugin;
using testing::HasSubstr;
using testing::Not;

/// The agent's side: counts what it is told.
struct ListeningAgent {
    static void count(const aip_dynamic_tools_host* table) { ++static_cast<ListeningAgent*>(table->context)->changes; }

    int changes = 0;
    aip_dynamic_tools_host table{sizeof(aip_dynamic_tools_host), 0, this, &count};
};

/// The plugin of the README whose tools come and go.
class ChangingPlugin : public testing::Test {
  protected:
    ChangingPlugin() { plugin.offer(AIP_EXT_DYNAMIC_TOOLS, &agent.table); }

    std::string list() const {
        std::string json;
        const auto append = [](void* sink, aip_text piece) {
            static_cast<std::string*>(sink)->append(piece.data, piece.size);
        };
        EXPECT_EQ(plugin.extension<aip_dynamic_tools>(AIP_EXT_DYNAMIC_TOOLS)->list(plugin.get(), append, &json),
                  AIP_OK);
        return json;
    }

    ListeningAgent agent;
    RawPlugin plugin{SHELF};
};

TEST_F(ChangingPlugin, listsItsToolsLikeAManifestAndTellsOfChanges) {
    EXPECT_EQ(list(), "[]");
    ASSERT_EQ(plugin.start(), AIP_OK);
    EXPECT_EQ(agent.changes, 1);
    EXPECT_EQ(list(), R"([{"name":"echo","type":"action","namespace":"Shelf","title":null,"description":"Any JSON.",)"
                      R"("input_schema":{"type":"object"},"output_schema":null,"meta":null,"annotations":null}])");
    EXPECT_EQ(plugin.execute("put", R"({"name":"emma","text":"Emma Woodhouse"})").status, AIP_OK);
    EXPECT_EQ(agent.changes, 2);
    EXPECT_THAT(list(), HasSubstr(R"({"name":"emma","type":"data_collection","namespace":"Shelf")"));
    EXPECT_THAT(list(), HasSubstr(R"({"type":"null"}],"default":0)"));
}

TEST_F(ChangingPlugin, carriesOutWhatItHasAddedUntilItIsRemoved) {
    ASSERT_EQ(plugin.start(), AIP_OK);
    EXPECT_EQ(plugin.execute("echo", R"({"a":[1]})").result, R"({"a":[1]})");
    EXPECT_EQ(plugin.execute("emma", "{}", "data_collection").status, AIP_NOT_FOUND);
    EXPECT_EQ(plugin.execute("put", R"({"name":"emma","text":"Emma"})").status, AIP_OK);
    EXPECT_EQ(plugin.execute("emma", R"({"from":1})", "data_collection").result, R"("mma")");
    EXPECT_EQ(plugin.execute("put", R"({"name":"emma","text":"Woodhouse"})").status, AIP_OK);
    EXPECT_EQ(plugin.execute("emma", "{}", "data_collection").result, R"("Woodhouse")");
    EXPECT_EQ(plugin.execute("take", R"({"name":"emma"})").status, AIP_OK);
    EXPECT_THAT(list(), Not(HasSubstr("emma")));
    EXPECT_EQ(plugin.execute("take", R"({"name":"emma"})").error, "there is no 'emma'");
    EXPECT_EQ(agent.changes, 4);
}

TEST(ChangingPluginAlone, doesWithoutAnAgentThatKnowsTheExtension) {
    RawPlugin plugin(SHELF);
    EXPECT_EQ(plugin.start(), AIP_OK);
    EXPECT_EQ(plugin.execute("put", R"({"name":"emma","text":"Emma"})").status, AIP_OK);
    EXPECT_EQ(plugin.execute("emma", "{}", "data_collection").result, R"("Emma")");
}

}  // namespace
