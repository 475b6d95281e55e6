#include "admission/gate.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

namespace {

using namespace aip::admission;

Manifest serverIn(const std::string& folder, const std::string& id = "Files") {
    Manifest manifest;
    manifest.id = id;
    manifest.server.emplace();
    manifest.server->command = {"npx"};
    manifest.server->folder = folder;
    return manifest;
}

TEST(ServerGate, admitsWhatTheOperatorNames) {
    const aip::tests::TemporaryFolder folder;
    Gate gate({});
    const auto candidate = gate.examineServer(serverIn(folder.path()));
    EXPECT_FALSE(candidate.refusal);
    EXPECT_TRUE(candidate.library);
    EXPECT_EQ(candidate.manifest->kind(), "MCP server (stdio)");
    EXPECT_FALSE(candidate.manifest->isLibrary());
}

TEST(ServerGate, refusesByTheRulesOfAllPlugins) {
    struct Row {
        GateRules rules;
        std::string folder;
        const char* reason;
    };
    for (const auto& row :
         {Row{{{"other"}}, "/", "not-allowed"}, Row{{{}, Trust::pinned}, "/", "program-outside"},
          Row{{{}, Trust::signature}, "/", "program-outside"}, Row{{}, "/no/such/folder", "settings-invalid"},
          Row{{}, "", "settings-invalid"}, Row{{}, "/etc/passwd", "settings-invalid"}}) {
        Gate gate(row.rules);
        const auto candidate = gate.examineServer(serverIn(row.folder));
        ASSERT_TRUE(candidate.refusal) << row.reason;
        EXPECT_EQ(candidate.refusal->code, row.reason) << candidate.refusal->text;
        EXPECT_FALSE(candidate.library);
    }
}

TEST(ServerGate, keepsItsIdAndMayStay) {
    Gate gate({});
    EXPECT_FALSE(gate.examineServer(serverIn("/")).refusal);
    EXPECT_EQ(gate.examineServer(serverIn("/")).refusal->code, "id-duplicate");
    EXPECT_TRUE(gate.retain(serverIn("/"), "/"));
}

}  // namespace
