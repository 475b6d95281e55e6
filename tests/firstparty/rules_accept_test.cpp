#include "plugins/shell/refused.h"
#include "plugins/shell/rules.h"
#include "plugins/shell/words.h"
#include "temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aip::shell {
namespace {

std::string text(const std::vector<std::string>& words) {
    std::string all;
    for (const auto& word : words) {
        all += (all.empty() ? "" : "|") + word;
    }
    return all;
}

struct AcceptedRow {
    const char* command;
    const char* executed;  ///< the words, joined by |
};
const AcceptedRow accepted[] = {
    {"ls", "ls"},
    {"ls -la /home", "ls|-l|-a|--|/home"},
    {"ls /home -la", "ls|-l|-a|--|/home"},
    {"ls --color --sort=size", "ls|--color|--sort=size"},
    {"ls --sort size /", "ls|--sort=size|--|/"},
    {"ls -- -l", "ls|--|-l"},
    {"cat -", "cat|--|-"},
    {"cat /proc/cpuinfo", "cat|--|/proc/cpuinfo"},
    {"head -20 /etc/passwd", "head|-n|20|--|/etc/passwd"},
    {"head -n5 /etc/passwd", "head|-n|5|--|/etc/passwd"},
    {"head -qn 5 /etc/passwd", "head|-q|-n|5|--|/etc/passwd"},
    {"tail -n +5 /etc/passwd", "tail|-n|+5|--|/etc/passwd"},
    {"tail --lines=10K /etc/passwd", "tail|--lines=10K|--|/etc/passwd"},
    {"grep -in -A3 root /etc/passwd", "grep|-i|-n|-A|3|--|root|/etc/passwd"},
    {"grep -2 root /etc/passwd", "grep|-C|2|--|root|/etc/passwd"},
    {"grep -e -x --regexp=y /etc/passwd", "grep|-e|-x|-e|y|--|/etc/passwd"},
    {"grep -- -x /etc/passwd", "grep|--|-x|/etc/passwd"},
    {"find /etc -maxdepth 1 ( -name '*.conf' -o -name -delete ) -print",
     "find|/etc|-maxdepth|1|(|-name|*.conf|-o|-name|-delete|)|-print"},
    {"find", "find"},
    {"find . -type f -size +1M -mtime -3 ! -empty", "find|.|-type|f|-size|+1M|-mtime|-3|!|-empty"},
    {"sort -t: -k3,3n -r /etc/passwd", "sort|-t|:|-k|3,3n|-r|--|/etc/passwd"},
    {"uniq -c /etc/passwd", "uniq|-c|--|/etc/passwd"},
    {"cut -d: -f1,3 /etc/passwd", "cut|-d|:|-f|1,3|--|/etc/passwd"},
    {"wc -l /etc/passwd", "wc|-l|--|/etc/passwd"},
    {"ps aux", "ps|aux"},
    {"ps -ef", "ps|-A|-f"},
    {"ps aux --sort=-%mem", "ps|--sort=-%mem|aux"},
    {"ps -eo pid,ppid,cmd,%mem --sort -%cpu", "ps|-A|-o|pid,ppid,cmd,%mem|--sort=-%cpu"},
    {"ps -p 1 -o comm=", "ps|-p|1|-o|comm="},
    {"ps -C sleep -o pid=", "ps|-C|sleep|-o|pid="},
    {"ps -Ceww,sh", "ps|-C|eww,sh"},
    {"ps axo pid,etime,comm", "ps|axo|pid,etime,comm"},
    {"ps -axo pid,wchan:14,comm=", "ps|axo|pid,wchan:14,comm="},
    {"ps o pid --sort=-rss", "ps|o|pid|--sort=-rss"},
    {"ps -aux", "ps|aux"},
    {"ps -xau --sort -%mem", "ps|--sort=-%mem|xau"},
    {"ps -ax", "ps|ax"},
    {"ps auxc", "ps|auxc"},
    {"ps -q 1 -o comm=", "ps|-q|1|-o|comm="},
    {"ps --help", "ps|--help"},
    {"ps -V", "ps|-V"},
    {"ls --help", "ls|--help"},
    {"find --help", "find|--help"},
    {"find -version", "find|-version"},
    {"sort --version", "sort|--version"},
    {"grep -V", "grep|-V"},
    {"basename --help", "basename|--help"},
    {"python3 --help", "python3|--help"},
    {"file -v", "file|-v"},
    {"date --date='TZ=\"America/Los_Angeles\" 09:00 next Fri'",
     "date|--date=TZ=\"America/Los_Angeles\" 09:00 next Fri"},
    {"date -d ' TZ=\"Etc/GMT+5\" now'", "date|-d| TZ=\"Etc/GMT+5\" now"},
    {"date +%s", "date|--|+%s"},
    {"date -u -Iseconds -d '2 days ago'", "date|-u|-Iseconds|-d|2 days ago"},
    {"hostname -I", "hostname|-I"},
    {"uname -a", "uname|-a"},
    {"df -h /", "df|-h|--|/"},
    {"du -sh --max-depth=1 /tmp", "du|-s|-h|--max-depth=1|--|/tmp"},
    {"stat -c '%n %s' /etc/shadow", "stat|-c|%n %s|--|/etc/shadow"},
    {"file -b /etc/passwd", "file|-b|--|/etc/passwd"},
    {"diff -u /etc/passwd /etc/group", "diff|-u|--|/etc/passwd|/etc/group"},
    {"echo -e --x --", "echo|-e|--x|--"},
    {"test -f /etc/passwd", "test|-f|/etc/passwd"},
    {"python3 --version", "python3|-V"},
    {"sleep 0.5", "sleep|--|0.5"},
    {"basename -s .h a.h", "basename|-s|.h|--|a.h"},
    {"tr -d '\\n'", "tr|-d|--|\\n"},
    {"which ls", "which|ls"},
    {"id root", "id|--|root"},
};

TEST(Rules, writeWhatTheyAcceptSoThatOnlyOneReadingIsLeft) {
    const Rules rules;
    for (const auto& [command, executed] : accepted) {
        EXPECT_EQ(text(rules.check(splitWords(command), currentDirectory())), executed) << command;
    }
}

TEST(Rules, takeAQuotedOperatorForText) {
    EXPECT_THAT(Rules().check(splitWords("grep \"a|b\" /etc/passwd"), currentDirectory()),
                testing::ElementsAre("grep", "--", "a|b", "/etc/passwd"));
}

TEST(Rules, hideSecretsFromARecursiveGrepBehindWhatTheCallerIncludes) {
    const Rules rules;
    const auto words = rules.check(splitWords("grep -r --include=* root /etc"), currentDirectory());
    const auto include = std::ranges::find(words, "--include=*");
    const auto exclude = std::ranges::find(words, "--exclude=shadow*");
    const auto end = std::ranges::find(words, "--");
    ASSERT_NE(exclude, words.end());
    EXPECT_LT(include, exclude);
    EXPECT_LT(exclude, end);
    EXPECT_THAT(words, testing::Contains("--exclude-dir=.ssh"));
}

TEST(Rules, judgePathsFromTheDirectoryOfTheCommand) {
    const TemporaryDirectory directory;
    directory.write("plain");
    directory.write(".ssh/key");
    const auto here = openDirectory(directory.path());
    const auto secret = openDirectory(directory / ".ssh");
    const Rules rules;
    EXPECT_NO_THROW(rules.check({"cat", "plain"}, here));
    EXPECT_THROW(rules.check({"cat", ".ssh/key"}, here), Refused);
    EXPECT_THROW(rules.check({"cat", "key"}, secret), Refused);
    EXPECT_THROW(rules.check({"grep", "-r", "x"}, secret), Refused);
}

TEST(Rules, canBeNarrowedToAFewPrograms) {
    const Rules rules({.programs = {"ls", "uname"}});
    EXPECT_THAT(rules.programs(), testing::ElementsAre("ls", "uname"));
    EXPECT_NO_THROW(rules.check({"uname"}, currentDirectory()));
    EXPECT_THROW(rules.check({"cat", "/etc/passwd"}, currentDirectory()), Refused);
    EXPECT_THROW(Rules({.programs = {"bash"}}), Refused);
    EXPECT_THROW(Rules({.programs = {"dig"}}), Refused);
}

TEST(Rules, openTheNetworkOnlyWhenToldTo) {
    const Rules rules({.network = true});
    EXPECT_EQ(text(rules.check(splitWords("ping -c3 127.0.0.1"), currentDirectory())), "ping|-c|3|127.0.0.1");
    EXPECT_EQ(text(rules.check(splitWords("dig @127.0.0.1 example.org MX +short"), currentDirectory())),
              "dig|@127.0.0.1|example.org|MX|+short");
    EXPECT_NO_THROW(rules.check(splitWords("host localhost"), currentDirectory()));
    for (const char* command :
         {"ping 127.0.0.1", "ping -c 1000 127.0.0.1", "ping -f -c 1 127.0.0.1", "ping -c 1 -- -f", "dig -f /etc/passwd",
          "dig -k /etc/shadow x", "dig -f/etc/passwd", "host -- -x", "nslookup -", "traceroute -i eth0 x"}) {
        EXPECT_THROW(rules.check(splitWords(command), currentDirectory()), Refused) << command;
    }
}

}  // namespace
}  // namespace aip::shell
