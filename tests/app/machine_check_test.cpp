// What --check and doctor find on this machine and on the way to the server.

#include "app/machine_check.h"

#include "app/connection_findings.h"
#include "app/permission_check.h"
#include "app/resource_check.h"
#include "app/sandbox_check.h"
#include "app/task_check.h"
#include "tests/support/comes_true.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include <sys/stat.h>

namespace aip::app {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using transport::Obstacle;

std::vector<Found> kindsOf(const Findings& findings) {
    std::vector<Found> kinds;
    for (const auto& each : findings.all()) {
        kinds.push_back(each.found);
    }
    return kinds;
}

struct FailedRow {
    const char* step;
    int http;
    Obstacle obstacle;
    Found found;
};

TEST(ConnectionFindings, tellStepsApart) {
    const FailedRow rows[] = {
        {"resolve", 0, Obstacle::unknown, Found::noName},
        {"resolve", 0, Obstacle::shortage, Found::shortage},
        {"connect", 0, Obstacle::refused, Found::nobodyThere},
        {"connect", 0, Obstacle::noRoute, Found::noRoute},
        {"connect", 0, Obstacle::silence, Found::noAnswer},
        {"connect", 0, Obstacle::unknown, Found::notReached},
        {"proxy", 407, Obstacle::unknown, Found::proxyRefuses},
        {"proxy", 503, Obstacle::unknown, Found::proxyInVain},
        {"proxy", 0, Obstacle::notHttp, Found::notAProxy},
        {"tls", 0, Obstacle::untrusted, Found::untrusted},
        {"tls", 0, Obstacle::otherName, Found::otherName},
        {"tls", 0, Obstacle::otherKey, Found::otherKey},
        {"tls", 0, Obstacle::expired, Found::expired},
        {"tls", 0, Obstacle::notYetValid, Found::notYetValid},
        {"tls", 0, Obstacle::unknown, Found::tlsFails},
        {"upgrade", 0, Obstacle::certificateWanted, Found::certificateWanted},
        {"upgrade", 401, Obstacle::unknown, Found::tokenRefused},
        {"upgrade", 403, Obstacle::unknown, Found::tokenRefused},
        {"upgrade", 404, Obstacle::unknown, Found::nothingThere},
        {"upgrade", 502, Obstacle::unknown, Found::serverFails},
        {"upgrade", 400, Obstacle::unknown, Found::upgradeRefused},
        {"register", 0, Obstacle::silence, Found::registrationSilence},
        {"register", 0, Obstacle::unknown, Found::registrationRefused},
        {"open", 0, Obstacle::unknown, Found::connectionLost},
    };
    for (const auto& row : rows) {
        const auto findings =
            connectionFindings({.failed = row.step, .why = "a\nb", .httpStatus = row.http, .obstacle = row.obstacle});
        EXPECT_THAT(kindsOf(findings), ElementsAre(row.found)) << row.step << " " << row.http;
        EXPECT_THAT(findings.all().front().line(),
                    AllOf(StartsWith(std::string(row.step) + ": failed: a"), Not(HasSubstr("\n"))));
    }
    EXPECT_THAT(kindsOf(connectionFindings({})), IsEmpty());
}

TEST(ConnectionFindings, tellOfClocksThatDiffer) {
    using std::chrono::seconds;
    EXPECT_THAT(kindsOf(clockFindings(std::nullopt)), IsEmpty());
    EXPECT_THAT(kindsOf(clockFindings(seconds(120))), IsEmpty());
    EXPECT_THAT(clockFindings(seconds(121)).report(), HasSubstr("121 s ahead of that of the server"));
    EXPECT_THAT(clockFindings(seconds(-3600)).report(), HasSubstr("3600 s behind that of the server"));
}

TEST(SandboxFindings, nameWhatIsLacking) {
    using link::Measures;
    EXPECT_THAT(kindsOf(sandboxFindings({.granted = Measures::all()})), IsEmpty());
    EXPECT_THAT(kindsOf(sandboxFindings({.granted = {}})), ElementsAre(Found::noProbe));
    Measures few;
    few.add(link::Measure::noNewPrivileges);
    EXPECT_THAT(kindsOf(sandboxFindings({few, false, false})),
                ElementsAre(Found::noSeccomp, Found::noUserNamespace, Found::noPidNamespace, Found::noIpcNamespace,
                            Found::noLandlock));
    EXPECT_THAT(kindsOf(sandboxFindings({few, true, true})),
                ElementsAre(Found::runsAsRoot, Found::noPidNamespace, Found::noIpcNamespace, Found::noLandlock));
}

TEST(ResourceFindings, knowWhatIsLittle) {
    EXPECT_FALSE(isLittle(leastSpace));
    EXPECT_TRUE(isLittle({leastSpace.bytes - 1, leastSpace.files}));
    EXPECT_TRUE(isLittle({leastSpace.bytes, leastSpace.files - 1}));
}

class Tasks : public testing::Test {
  protected:
    /// Of a control group below `_folder`.
    void grant(const std::string& group, const std::string& limit) const {
        std::filesystem::create_directories(_folder.path() / group);
        tests::writeFile(_folder.path() / group / "pids.max", limit + "\n");
    }
    std::optional<std::uint64_t> grantedTo(const std::string& group) const {
        return grantedTasks("1:name=systemd:/x\n0::" + group + "\n", _folder.path());
    }

    /// With MCP servers, and no plugins in folders.
    Settings settingsWith(const std::vector<std::string>& servers) const {
        Settings settings;
        settings.discovery.directories = {_folder.path()};
        settings.slot.process.limits.processes = 500;
        for (const auto& name : servers) {
            settings.discovery.servers[name];
        }
        return settings;
    }

    const tests::TemporaryFolder _folder;
};

TEST_F(Tasks, areGrantedByTheLeastLimitAbove) {
    grant("", "9000");
    grant("a", "4000");
    grant("a/b", "max");
    grant("a/c", "100");
    EXPECT_EQ(grantedTo("/a/b"), 4000U);
    EXPECT_EQ(grantedTo("/a/c"), 100U);
    EXPECT_EQ(grantedTo("/none"), 9000U);
    EXPECT_EQ(grantedTo("/"), 9000U);
    EXPECT_EQ(grantedTo("/../a"), std::nullopt);
    EXPECT_EQ(grantedTasks("9:pids:/a\n", _folder.path()), std::nullopt);
    EXPECT_EQ(grantedTasks("0::/a\n", _folder.path() / "none"), std::nullopt);
}

TEST_F(Tasks, ofAllPluginsTogetherAreComparedWithWhatIsGranted) {
    auto settings = settingsWith({"one", "two"});
    EXPECT_THAT(kindsOf(taskFindings(settings, 1'500)), IsEmpty());
    EXPECT_THAT(taskFindings(settings, 1'000).report(),
                HasSubstr("AIP-213 note: 2 plugins and the agent may make 1308 processes and threads, and the system "
                          "grants 1000 to them and the agent together (pids.max)"));
    settings.slots["one"] = settings.slot;
    settings.slots["one"].process.limits.processes = 10;
    EXPECT_THAT(kindsOf(taskFindings(settings, 1'000)), IsEmpty());
    settings.slots["one"].process.limits.processes = 0;
    EXPECT_THAT(taskFindings(settings, 1'000'000).report(), HasSubstr("'one' may make any number of processes"));
    settings.discovery.servers["one"].enabled = false;
    EXPECT_THAT(kindsOf(taskFindings(settings, 1'000)), IsEmpty());
    settings.discovery.allowed = {"one"};
    EXPECT_THAT(kindsOf(taskFindings(settings, 100)), IsEmpty());
}

TEST_F(Tasks, ofAProcessForEachCallAreThoseOfAllCalls) {
    auto settings = settingsWith({"one"});
    settings.discovery.servers["one"].concurrency = 4;
    EXPECT_THAT(kindsOf(taskFindings(settings, 1'000)), IsEmpty());
    settings.slot.isolation = plugins::Isolation::perCall;
    EXPECT_THAT(taskFindings(settings, 1'000).report(), HasSubstr("may make 2284 processes"));
}

/// A file system that answers when the test lets it.
class HungFiles {
  public:
    std::function<Findings()> check() {
        return [this, answer = _answer.get_future().share()] {
            ++_looks;
            answer.wait();
            return Findings();
        };
    }
    void answer() { _answer.set_value(); }
    int looks() const { return _looks; }

  private:
    std::atomic<int> _looks{0};
    std::promise<void> _answer;
};

TEST(TimedChecks, leaveOneThreadBehindAtMost) {
    using namespace std::chrono_literals;
    HungFiles files;
    TimedChecks checks;
    const auto check = files.check();
    EXPECT_THAT(checks.within(1ms, check).report(), HasSubstr("AIP-603 warning: the files and folders of the agent are "
                                                              "not looked at within 1 ms"));
    for (int i = 0; i < 3; ++i) {
        EXPECT_THAT(checks.within(1ms, check).report(), HasSubstr("AIP-603 warning: an earlier look"));
    }
    files.answer();
    EXPECT_TRUE(tests::comesTrue([&] { return kindsOf(checks.within(30s, check)).empty(); }));
    EXPECT_EQ(files.looks(), 2);
}

class Permissions : public testing::Test {
  protected:
    std::string reportOf(const Settings& settings) const { return checkPermissions(settings).report(); }

    /// Those of the installation are not the matter here.
    Settings settingsWith(const std::filesystem::path& configuration) const {
        Settings settings;
        settings.configurationFiles = {configuration.string()};
        settings.stateDirectory = _folder / "state";
        settings.audit.enabled = false;
        settings.discovery.directories = {_folder.path()};
        return settings;
    }

    const tests::TemporaryFolder _folder;
};

TEST_F(Permissions, ofTheFileAndOfEachFolderAboveItCount) {
    const auto above = _folder.path() / "above";
    std::filesystem::create_directories(above / "etc");
    tests::writeFile(above / "etc/agent.ini", "");
    EXPECT_EQ(reportOf(settingsWith(above / "etc/agent.ini")).find(above.string()), std::string::npos);
    ASSERT_EQ(::chmod((above / "etc/agent.ini").c_str(), 0660), 0);
    EXPECT_THAT(reportOf(settingsWith(above / "etc/agent.ini")),
                HasSubstr("AIP-209 warning: " + (above / "etc/agent.ini").string()));
    ASSERT_EQ(::chmod((above / "etc/agent.ini").c_str(), 0600), 0);
    ASSERT_EQ(::chmod(above.c_str(), 0777), 0);
    EXPECT_THAT(reportOf(settingsWith(above / "etc/agent.ini")),
                HasSubstr(above.string() + " can be written by others"));
    std::filesystem::create_symlink(above / "etc/agent.ini", _folder.path() / "link.ini");
    EXPECT_THAT(reportOf(settingsWith(_folder.path() / "link.ini")),
                HasSubstr(above.string() + " can be written by others"));
}

TEST_F(Permissions, areToldOnceForEachCause) {
    const auto above = _folder.path() / "shared";
    std::filesystem::create_directories(above);
    ASSERT_EQ(::chmod(above.c_str(), 0777), 0);
    tests::writeFile(above / "a.ini", "");
    auto settings = settingsWith(above / "a.ini");
    settings.tokenFile = above / "a.ini";
    settings.configurationFiles.push_back(above / "none.ini");
    const auto findings = checkPermissions(settings);
    EXPECT_EQ(std::ranges::count_if(
                  findings.all(),
                  [&](const Finding& each) { return each.text.find(above.string() + " can be") != std::string::npos; }),
              1);
}

}  // namespace
}  // namespace aip::app
