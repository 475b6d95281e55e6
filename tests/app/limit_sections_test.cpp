#include "app/limit_sections.h"

#include "app/plugin_trust.h"
#include "tests/app/settings_reader_harness.h"
#include "tests/support/fake_slot.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace aip::app {
namespace {

using execution::LimitRule;
using testing::HasSubstr;
using testing::IsEmpty;

class LimitSectionsTest : public SettingsReader {
  protected:
    std::vector<LimitRule> rules(const std::string& content) { return settings(content).limits.rules; }
    LimitRule rule(const std::string& section, const std::string& keys) {
        const auto all = rules("[" + section + "]\n" + keys);
        EXPECT_EQ(all.size(), 1U);
        return all.empty() ? LimitRule() : all.front();
    }
};

TEST_F(LimitSectionsTest, becomeRules) {
    const auto all =
        rule("limits.Files::read*", "allow = no\nrate = 10/min\nconcurrency = 2\nbytes_out = 10 MiB / h\n");
    EXPECT_EQ(all.pattern.text(), "Files::read*");
    EXPECT_EQ(all.section, "limits.Files::read*");
    EXPECT_EQ(all.allow, false);
    EXPECT_EQ(all.rate->most, 10U);
    EXPECT_EQ(all.rate->window, std::chrono::minutes(1));
    EXPECT_EQ(all.rate->written, "10/min");
    EXPECT_EQ(all.concurrency, 2U);
    EXPECT_EQ(all.bytesOut->most, 10U << 20U);
    EXPECT_EQ(all.bytesOut->window, std::chrono::hours(1));
}

TEST_F(LimitSectionsTest, leaveOpenWhatTheyDoNotSay) {
    const auto one = rule("limits.a.b-c", "concurrency = none\n");
    EXPECT_EQ(one.pattern.text(), "a.b-c::*");
    EXPECT_EQ(one.concurrency, 0U);
    EXPECT_FALSE(one.allow || one.rate || one.bytesOut);
    const auto other = rule("limits.*", "rate = none\nbytes_out = none\nallow = true\n");
    EXPECT_TRUE(other.rate->unlimited() && other.bytesOut->unlimited());
    EXPECT_EQ(other.allow, true);
    EXPECT_THAT(rules(""), IsEmpty());
}

TEST_F(LimitSectionsTest, mayBeGivenOnTheCommandLine) {
    const auto read = settings("[limits.Files]\nrate = 1/h\n", {"limits.*::*.allow=false", "limits.Files.rate=2/h"});
    ASSERT_EQ(read.limits.rules.size(), 2U);
    EXPECT_EQ(read.limits.rules[0].allow, false);
    EXPECT_EQ(read.limits.rules[1].rate->most, 2U);
}

struct LimitFault {
    const char* content;
    const char* text;
};

/// Nothing of this leaves a tool open that was to be limited: the agent does not start.
TEST_F(LimitSectionsTest, areErrorsIfTheyAreNotUnderstood) {
    for (const auto& [content, text] :
         {LimitFault{"[limits.Files]\nrat = 1/h\n",
                     "unknown key 'limits.Files.rat'; did you mean 'limits.Files.rate'?"},
          LimitFault{"[limits.Files]\nRate = 1/h\n", "unknown key 'limits.Files.Rate'"},
          LimitFault{"[limit.Files]\nrate = 1/h\n", "unknown key 'limit.Files.rate'"},
          LimitFault{"[limits]\nrate = 1/h\n", "unknown key 'limits.rate'"},
          LimitFault{"[limits.Fi*les]\nrate = 1/h\n", "[limits.Fi*les]: 'Fi*les' is neither a name"},
          LimitFault{"[limits.Files:read]\nallow = false\n", "'Files:read' is neither a name"},
          LimitFault{"[limits.Files::]\nallow = false\n", "a namespace or name is missing"},
          LimitFault{"[limits.Files, Shell]\nallow = false\n",
                     "'limits.Files, Shell.allow' is not a name that a key may have"},
          LimitFault{"[limits.Files]\nrate = 10\n", "'10' is not so much in a time, as 10/min; none: no limit"},
          LimitFault{"[limits.Files]\nrate = 10/fortnight\n", "of the time 'fortnight'"},
          LimitFault{"[limits.Files]\nrate = 0/h\n", "none: no limit; allow = false: never"},
          LimitFault{"[limits.Files]\nrate = 10KiB/h\n", "'10KiB' is not a number"},
          LimitFault{"[limits.Files]\nrate =\n", "is not so much in a time"},
          LimitFault{"[limits.Files]\nbytes_out = 10MB\n", "is not so much in a time, as 10MiB/h"},
          LimitFault{"[limits.Files]\nbytes_out = 10Mb/h\n", "'10Mb' is not a number"},
          LimitFault{"[limits.Files]\nconcurrency = 0\n", "out of range: 1 to 1000000; none: no limit"},
          LimitFault{"[limits.Files]\nconcurrency = -1\n", "out of range"},
          LimitFault{"[limits.Files]\nallow = maybe\n", "maybe"},
          LimitFault{"[limits.Files]\nallow =\n", "key 'limits.Files.allow'"},
          LimitFault{"[limits.Files]\nallow = true\n[limits.Files::*]\nallow = false\n",
                     "[limits.Files::*] and [limits.Files] are for the same tools"}}) {
        EXPECT_THAT(errorIn(content), HasSubstr(text)) << content;
    }
}

class LimitFindings : public LimitSectionsTest {
  protected:
    std::string findingsOf(const std::string& section, const std::vector<std::string>& toCome = {}) {
        const auto slot = tests::fakeSlot(
            "shell", {tests::tool("execute_command"), tests::tool("screenshot", "Desktop", "{}", "data_collection")},
            {});
        return limitFindings(settings("[" + section + "]\nrate = 1/h\n"), execution::ToolTable::build({slot}), toCome)
            .report();
    }
};

TEST_F(LimitFindings, namePatternsThatFitNoTool) {
    const auto says = [this](const std::string& section, const std::string& advice) {
        return "AIP-112 warning: " + (_folder / "a.ini") + ":2: [" + section +
               "] limits nothing: no plugin has such a tool" + advice + "\n    " + rowOf(Found::limitInVain).cure +
               "\n";
    };
    for (const char* fits : {"limits.*", "limits.BashExecutor", "limits.Desk*::screenshot", "limits.*::exec*"}) {
        EXPECT_EQ(findingsOf(fits), "") << fits;
    }
    EXPECT_EQ(findingsOf("limits.BashExecuter"), says("limits.BashExecuter", "; did you mean 'BashExecutor'?"));
    EXPECT_EQ(findingsOf("limits.BashExecutor::execute_comand"),
              says("limits.BashExecutor::execute_comand", "; did you mean 'BashExecutor::execute_command'?"));
    EXPECT_EQ(findingsOf("limits.shell::*"),
              says("limits.shell::*", "; that is the name of a plugin, one namespace is 'BashExecutor'"));
    EXPECT_EQ(findingsOf("limits.screenshot"),
              says("limits.screenshot", "; that is the name of a tool, its namespace is 'Desktop'"));
    EXPECT_EQ(findingsOf("limits.action::execute_command"),
              says("limits.action::execute_command", "; action is a type of tools: write Namespace::tool"));
    EXPECT_EQ(findingsOf("limits.Zzz"), says("limits.Zzz", ""));
    EXPECT_EQ(findingsOf("limits.Files::read", {"Files"}), "") << "a server that has not listed its tools";
}

TEST_F(LimitSectionsTest, leaveNothingForALockdownToCount) {
    const auto report = [&](const std::string& content) { return settings(content).findings.report(); };
    constexpr auto idle = "'limits.lockdown_after': has no effect";
    EXPECT_THAT(report("[limits]\nlockdown_after = 5/h\n[limits.A]\nrate = 1/h\n"), HasSubstr(idle));
    EXPECT_THAT(report("[limits]\nlockdown_after = 5/h\n[limits.A]\nallow = false\n"), testing::Not(HasSubstr(idle)));
    EXPECT_THAT(report("[limits]\nlockdown_after = 5/h\n[server]\nreadonly = true\n"), testing::Not(HasSubstr(idle)));
}

/// Whose word counts that a tool changes nothing.
struct BelievedRow {
    const char* id;
    bool pinned;
    bool isServer;
    admission::Trust trust;
    bool installed;  ///< in the folder of the installation
    bool believed;
};

TEST(BelievedPlugins, areOursThePinnedAndTheSigned) {
    using admission::Trust;
    const BelievedRow rows[] = {
        {"shell", false, false, Trust::owner, true, true},     {"shell", false, false, Trust::owner, false, false},
        {"other", false, false, Trust::owner, true, false},    {"other", true, false, Trust::owner, false, true},
        {"other", false, false, Trust::signature, true, true}, {"Files", true, true, Trust::signature, true, false},
    };
    const tests::TemporaryFolder installation;
    const tests::TemporaryFolder elsewhere;
    for (const auto& row : rows) {
        plugins::PluginEntry entry;
        entry.id = row.id;
        entry.folder = (row.installed ? installation : elsewhere).path() / row.id;
        entry.pinned = row.pinned;
        entry.isServer = row.isServer;
        EXPECT_THAT(believedPlugins({entry}, row.trust, installation.path()), IsEmpty()) << "not at work";
        entry.slot = tests::fakeSlot(row.id, {}, {});
        EXPECT_EQ(believedPlugins({entry}, row.trust, installation.path()),
                  row.believed ? std::set<std::string>{row.id} : std::set<std::string>{})
            << row.id;
    }
}

}  // namespace
}  // namespace aip::app
