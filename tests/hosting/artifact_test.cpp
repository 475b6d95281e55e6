#include "hosting/abi_text.h"
#include "hosting/call_bridge.h"
#include "hosting/host.h"
#include "tests/plugins/support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include <sys/stat.h>

namespace {

using namespace aip::admission;
using namespace aip::hosting;
using namespace aip::plugins;
using aip::base::Code;
using aip::base::Error;
using aip::base::Result;
using aip::tests::TemporaryFolder;
using aip::tests::TestCall;
using aip::tests::writeFile;

std::string contentOf(const Artifact& artifact) {
    std::string content(artifact.size, '\0');
    EXPECT_TRUE(readArtifact(artifact, 0, content));
    return content;
}

/// aip.artifacts/1 as a plugin gets it during a call.
class Artifacts : public testing::Test {
  protected:
    aip_status sendBytes(std::string_view name, std::string_view type, std::string_view bytes) {
        const aip_artifact what{sizeof(aip_artifact), 0, text(name), text(type)};
        return table->send_bytes(table, bridge.table(), &what, text(bytes));
    }

    aip_status sendFile(const std::string& path, std::string_view name = {}) {
        const aip_artifact what{sizeof(aip_artifact), 0, text(name), {}};
        return table->send_file(table, bridge.table(), &what, text(path));
    }

    std::string lastLine() const { return lines.empty() ? "" : lines.back(); }

    std::vector<Artifact> handed;
    std::vector<std::string> lines;
    std::optional<Error> refusal;
    ArtifactPort port{100, [this](Artifact artifact) -> Result<void> {
                          handed.push_back(std::move(artifact));
                          return refusal ? Result<void>(*refusal) : Result<void>();
                      }};
    Host host{[this](int, std::string_view line) { lines.emplace_back(line); }, port};
    const aip_artifacts* table =
        static_cast<const aip_artifacts*>(host.table()->get_extension(host.table(), text(AIP_EXT_ARTIFACTS)));
    TestCall call{"tool"};
    CallBridge bridge{call.call(), 1'000};
    TemporaryFolder folder;
};

TEST_F(Artifacts, areOnlyThereWhenSendingIsSwitchedOn) {
    ASSERT_NE(table, nullptr);
    EXPECT_EQ(host.table()->get_extension(host.table(), text("aip.artifacts/2")), nullptr);
    const Host without{{}};
    EXPECT_EQ(without.table()->get_extension(without.table(), text(AIP_EXT_ARTIFACTS)), nullptr);
}

TEST_F(Artifacts, takeBytes) {
    EXPECT_EQ(sendBytes("ä.bin", "image/png", std::string_view("a\0b", 3)), AIP_OK);
    ASSERT_EQ(handed.size(), 1U);
    EXPECT_EQ(handed[0].name, "ä.bin");
    EXPECT_EQ(handed[0].mimeType, "image/png");
    EXPECT_EQ(contentOf(handed[0]), std::string("a\0b", 3));
}

TEST_F(Artifacts, takeAFileThatMayBeDeletedAtOnce) {
    const auto path = folder.path() / "report.txt";
    writeFile(path, "content");
    EXPECT_EQ(sendFile(path), AIP_OK);
    EXPECT_EQ(sendFile(path, "other.txt"), AIP_OK);
    std::filesystem::remove(path);
    ASSERT_EQ(handed.size(), 2U);
    EXPECT_EQ(handed[0].name, "report.txt");
    EXPECT_EQ(contentOf(handed[0]), "content");
    EXPECT_EQ(handed[1].name, "other.txt");
}

TEST_F(Artifacts, refuseNamesThatCouldBeAnythingButAFileName) {
    for (const std::string& name :
         {std::string(), std::string("."), std::string(".."), std::string("a/b"), std::string("/a"),
          std::string("a\nb"), std::string("a\0b", 3), std::string("\xFF"), std::string(256, 'a')}) {
        EXPECT_EQ(sendBytes(name, "", "x"), AIP_INVALID) << name;
    }
    EXPECT_EQ(sendBytes("a", "text plain", "x"), AIP_INVALID);
    EXPECT_EQ(sendBytes("a", std::string(128, 't'), "x"), AIP_INVALID);
    EXPECT_TRUE(handed.empty());
}

TEST_F(Artifacts, refuseWhatIsNoRegularFile) {
    EXPECT_EQ(sendFile("relative.txt"), AIP_INVALID);
    EXPECT_EQ(sendFile(""), AIP_INVALID);
    EXPECT_EQ(sendFile(folder.path() / "missing"), AIP_NOT_FOUND);
    EXPECT_EQ(sendFile(folder.path()), AIP_INVALID);
    EXPECT_EQ(sendFile("/dev/zero"), AIP_INVALID);
    ASSERT_EQ(::mkfifo((folder.path() / "fifo").c_str(), 0600), 0);
    EXPECT_EQ(sendFile(folder.path() / "fifo"), AIP_INVALID);
    writeFile(folder.path() / "real", "x");
    std::filesystem::create_symlink(folder.path() / "real", folder.path() / "link");
    EXPECT_EQ(sendFile(folder.path() / "link"), AIP_DENIED);
    EXPECT_TRUE(handed.empty());
}

TEST_F(Artifacts, refuseWhatIsTooLargeAndSayWhyInTheLog) {
    EXPECT_EQ(sendBytes("a", "", std::string(101, 'x')), AIP_EXHAUSTED);
    EXPECT_THAT(lastLine(), testing::HasSubstr("it has 101 bytes, the limit is 100 (transfer.max_file_size)"));
    writeFile(folder.path() / "large", std::string(101, 'x'));
    EXPECT_EQ(sendFile(folder.path() / "large"), AIP_EXHAUSTED);
    EXPECT_EQ(sendBytes("a", "", std::string(100, 'x')), AIP_OK);
    EXPECT_EQ(handed.size(), 1U);
}

TEST_F(Artifacts, passOnWhyTheyCannotBeSentNow) {
    refusal.emplace(Code::unavailable, "there is no connection");
    EXPECT_EQ(sendBytes("a", "", "x"), AIP_UNAVAILABLE);
    EXPECT_THAT(lastLine(), testing::HasSubstr("there is no connection"));
}

TEST_F(Artifacts, belongToACallThatStillRuns) {
    const aip_artifact what{sizeof(aip_artifact), 0, text("a"), {}};
    EXPECT_EQ(table->send_bytes(table, nullptr, &what, text("x")), AIP_STATE);
    call.call()->cancel(Code::cancelled, "enough");
    EXPECT_EQ(sendBytes("a", "", "x"), AIP_CANCELLED);
    bridge.finish(AIP_OK);
    EXPECT_EQ(sendBytes("a", "", "x"), AIP_STATE);
    EXPECT_TRUE(handed.empty());
}

TEST_F(Artifacts, areForTheServerOnly) {
    Caller client;
    client.takesFiles = false;
    const TestCall other{"tool", "{}", {}, client};
    const CallBridge ofClient{other.call(), 1'000};
    const aip_artifact what{sizeof(aip_artifact), 0, text("a"), {}};
    EXPECT_EQ(table->send_bytes(table, ofClient.table(), &what, text("x")), AIP_UNSUPPORTED);
    EXPECT_THAT(lastLine(), testing::HasSubstr("takes no files"));
    EXPECT_TRUE(handed.empty());
}

TEST_F(Artifacts, refuseADescriptionThatIsIncomplete) {
    const aip_artifact what{AIP_END_OF(aip_artifact, name), 0, text("a"), {}};
    EXPECT_EQ(table->send_bytes(table, bridge.table(), &what, text("x")), AIP_INVALID);
    EXPECT_EQ(table->send_bytes(table, bridge.table(), nullptr, text("x")), AIP_INVALID);
}

}  // namespace
