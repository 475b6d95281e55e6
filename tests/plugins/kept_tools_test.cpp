#include "plugins/kept_tools.h"

#include "hosting/host.h"
#include "plugins/discovery.h"
#include "plugins/make_slot.h"
#include "plugins/server_settings.h"
#include "plugins/state_folder.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <sys/stat.h>

namespace {

using namespace aip::plugins;
using aip::base::Code;
using aip::tests::TemporaryFolder;
using testing::HasSubstr;

const std::string keptList =
    R"([{"name":"a","type":"action","namespace":"Files","description":"Does a.","input_schema":{"type":"object"}}])";

ServerSettings lazyServer() {
    ServerSettings settings;
    settings.lazy = true;
    settings.spec.command = {"/bin/false"};
    settings.spec.folder = "/";
    settings.spec.environment = {"KEY=s3cret"};
    settings.spec.headers = {"Authorization: s3cret"};
    settings.spec.tls.privateKeyFile = "key.pem";
    settings.spec.fixedArguments = R"({"key": "s3cret"})";
    settings.spec.pins = {"a=" + std::string(64, '0')};
    return settings;
}

class KeptToolsTest : public testing::Test {
  protected:
    static KeptTools of(const std::filesystem::path& file, const ServerSettings& server = lazyServer()) {
        return {file, manifestOf("Files", server)};
    }

    const TemporaryFolder folder;
    const std::filesystem::path file = folder.path() / "Files.tools";
};

TEST_F(KeptToolsTest, areReadAsTheyWereWritten) {
    const auto kept = of(file);
    EXPECT_EQ(kept.read().error().code(), Code::notFound);
    ASSERT_TRUE(kept.write(keptList));
    ASSERT_TRUE(kept.write("[]"));
    ASSERT_TRUE(kept.write(keptList));
    const auto read = of(file).read();
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(*read, keptList);
}

TEST_F(KeptToolsTest, areOneFileOfOursWithoutSecrets) {
    ASSERT_TRUE(of(file).write(keptList));
    struct stat status {};
    ASSERT_EQ(::stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0600U);
    EXPECT_EQ(aip::tests::namesIn(folder.path()), std::set<std::string>{"Files.tools"});
    EXPECT_EQ(aip::tests::readFile(file).find("s3cret"), std::string::npos);
}

TEST_F(KeptToolsTest, areNotWrittenAgainIfTheyAreTheSame) {
    ASSERT_TRUE(of(file).write(keptList));
    struct stat before {};
    struct stat after {};
    ASSERT_EQ(::stat(file.c_str(), &before), 0);
    ASSERT_TRUE(of(file).write(keptList));
    ASSERT_EQ(::stat(file.c_str(), &after), 0);
    EXPECT_EQ(before.st_ino, after.st_ino);
}

/// Of the settings those count on which the list depends.
TEST_F(KeptToolsTest, countOnlyUnderTheSettingsUnderWhichTheyWereListed) {
    ASSERT_TRUE(of(file).write(keptList));
    const std::vector<std::function<void(ServerSettings&)>> others{
        [](auto& s) { s.spec.pins = {"a=" + std::string(64, '1')}; },
        [](auto& s) { s.spec.pins.clear(); },
        [](auto& s) { s.spec.command.emplace_back("more"); },
        [](auto& s) { s.spec.allowed = {"b"}; },
        [](auto& s) { s.spec.prefix = "p_"; },
        [](auto& s) { s.spec.tls.privateKeyFile = "other.pem"; },
        [](auto& s) { s.spec.fixedArguments = R"({"other": 1})"; },
        [](auto& s) { s.spec.environment.emplace_back("OTHER=1"); }};
    for (const auto& change : others) {
        auto changed = lazyServer();
        change(changed);
        const auto read = of(file, changed).read();
        ASSERT_FALSE(read);
        EXPECT_THAT(read.error().text(), HasSubstr("Files.tools: was listed under other settings"));
    }
    auto renewed = lazyServer();
    renewed.spec.environment = {"KEY=another"};
    renewed.spec.headers = {"Authorization: another"};
    renewed.spec.tls.ca = renewed.spec.tls.certificate = renewed.spec.tls.privateKey = "another";
    renewed.spec.proxy = {"http://proxy:3128", "another", "http_proxy", "its file"};
    renewed.spec.timeoutMs = renewed.spec.maxResultSize = 1'000;
    renewed.spec.fixedArguments = R"({"key": "another"})";
    EXPECT_TRUE(of(file, renewed).read());
}

TEST_F(KeptToolsTest, areNotTrustedIfOthersMayHaveWrittenThem) {
    const auto kept = of(file);
    ASSERT_TRUE(kept.write(keptList));
    std::filesystem::rename(file, folder.path() / "real");
    std::filesystem::create_symlink("real", file);
    EXPECT_FALSE(kept.read());
    std::filesystem::remove(file);
    std::filesystem::rename(folder.path() / "real", file);
    ASSERT_TRUE(kept.read());
    for (const mode_t mode : {0620U, 0602U, 0644U}) {
        ASSERT_EQ(::chmod(file.c_str(), mode), 0);
        EXPECT_EQ(kept.read().error().code(), Code::denied) << mode;
    }
}

TEST_F(KeptToolsTest, haveABound) {
    const auto kept = of(file);
    ASSERT_TRUE(kept.write(std::string(aip::hosting::longestToolList + 4'096, ' ')));
    EXPECT_EQ(kept.read().error().code(), Code::exhausted);
}

TEST_F(KeptToolsTest, cannotBeWrittenWhereThereIsNoFolder) {
    const auto written = of(folder.path() / "absent" / "Files.tools").write(keptList);
    ASSERT_FALSE(written);
    EXPECT_THAT(written.error().text(), HasSubstr("absent"));
}

std::shared_ptr<Slot> inItsProcess(aip::admission::Manifest manifest, aip::base::Descriptor library,
                                   SlotSettings settings) {
    return makeSlot(std::move(manifest), std::move(library), std::move(settings));
}

/// The slot of a server whose kept list is `kept`; empty: there is none.
std::shared_ptr<Slot> slotOf(const TemporaryFolder& folder, const std::string& kept, const ServerSettings& server) {
    DiscoverySettings settings;
    settings.state = folder.path() / "state";
    settings.servers["Files"] = server;
    const auto place = serversFolder(settings.state);
    EXPECT_TRUE(place);
    if (!kept.empty()) {
        EXPECT_TRUE(KeptTools(*place / "Files.tools", manifestOf("Files", lazyServer())).write(kept));
    }
    const PluginSet set = discoverPlugins(settings, {}, inItsProcess);
    return set.entries().at(0).slot;
}

TEST_F(KeptToolsTest, areOfferedBeforeTheServerStarts) {
    const auto slot = slotOf(folder, keptList, lazyServer());
    EXPECT_TRUE(slot->offersBeforeStart());
    ASSERT_EQ(slot->dynamicTools().size(), 1U);
    EXPECT_EQ(slot->dynamicTools()[0].key(), "action::a");
    EXPECT_EQ(slot->state(), SlotState::idle);
}

TEST_F(KeptToolsTest, areNotOfferedIfTheyCannotBeUsedOrAreNotWanted) {
    EXPECT_FALSE(slotOf(folder, "", lazyServer())->offersBeforeStart());
    const auto broken = slotOf(folder, "[{]", lazyServer());
    EXPECT_FALSE(broken->offersBeforeStart());
    EXPECT_TRUE(broken->dynamicTools().empty());
    auto eager = lazyServer();
    eager.lazy = false;
    EXPECT_FALSE(slotOf(folder, keptList, eager)->offersBeforeStart());
}

}  // namespace
