#include "plugins/shell/arguments.h"
#include "plugins/shell/refused.h"
#include "plugins/shell/rule.h"
#include "plugins/shell/rules.h"
#include "plugins/shell/words.h"
#include "temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>
#include <sstream>

namespace aip::shell {
namespace {

std::string refusal(const std::string& command) {
    static const Rules rules;
    try {
        rules.check(splitWords(command), currentDirectory());
    } catch (const Refused& refused) {
        return refused.what();
    }
    return "not refused";
}

struct Row {
    const char* command;
    const char* reason;  ///< part of the refusal
};

template <std::size_t N>
void expectRefused(const Row (&rows)[N]) {
    for (const auto& [command, reason] : rows) {
        EXPECT_THAT(refusal(command), testing::HasSubstr(reason)) << command;
    }
}

constexpr auto notAllowed = "is not allowed";
constexpr auto denied = "must not be read";

TEST(Bypass, foreignBinariesUnderATrustedName) {
    expectRefused({{"/tmp/ls", notAllowed},
                   {"./ls", notAllowed},
                   {"/usr/bin/ls", notAllowed},
                   {"../bin/ls", notAllowed},
                   {"sh -c id", notAllowed},
                   {"bash", notAllowed},
                   {"env ls", notAllowed},
                   {"LS", notAllowed},
                   {"X=1 ls", notAllowed},
                   {"'ls '", notAllowed},
                   {"''", notAllowed}});
    EXPECT_EQ(refusal(""), "The command is empty.");
}

TEST(Bypass, writingThroughSortAndUniq) {
    expectRefused({{"sort -o /tmp/x /etc/passwd", notAllowed},
                   {"sort -o/tmp/x /etc/passwd", notAllowed},
                   {"sort -ro/tmp/x /etc/passwd", notAllowed},
                   {"sort /etc/passwd -o /tmp/x", notAllowed},
                   {"sort --output=/tmp/x /etc/passwd", notAllowed},
                   {"sort --output /tmp/x /etc/passwd", notAllowed},
                   {"sort --outp=/tmp/x /etc/passwd", "spelled in full"},
                   {"sort --o /tmp/x", "spelled in full"},
                   {"sort -T /tmp /etc/passwd", notAllowed},
                   {"sort --temporary-directory=/tmp /etc/passwd", notAllowed},
                   {"sort -S 50% /etc/passwd", notAllowed},
                   {"uniq /etc/passwd /tmp/x", "too many"},
                   {"uniq -- /etc/passwd /tmp/x", "too many"},
                   {"uniq - /tmp/x", "too many"}});
}

TEST(Bypass, runningOtherPrograms) {
    expectRefused({{"sort --compress-program=/tmp/x /etc/passwd", notAllowed},
                   {"sort --compress-program /tmp/x /etc/passwd", notAllowed},
                   {"sort --compress-prog=/tmp/x /etc/passwd", notAllowed},
                   {"find / -exec id ;", "There is no shell"},
                   {"find / -exec id \\;", notAllowed},
                   {"find / -execdir id \\;", notAllowed},
                   {"find / -ok id \\;", notAllowed},
                   {"find / -okdir id \\;", notAllowed},
                   {"diff -l /etc/passwd /etc/group", notAllowed},
                   {"diff --paginate /etc/passwd /etc/group", notAllowed},
                   {"file -z /etc/passwd", notAllowed},
                   {"file -Z /etc/passwd", notAllowed},
                   {"python3", "must be given"},
                   {"python3 -c 1", notAllowed},
                   {"python3 -Vc 1", notAllowed},
                   {"python3 -m http.server", notAllowed},
                   {"python3 --version /tmp/x.py", "too many"},
                   {"python3 -", "too many"}});
}

TEST(Bypass, changingFilesThroughFind) {
    expectRefused({{"find /tmp -delete", notAllowed},
                   {"find /tmp -name x -delete", notAllowed},
                   {"find /tmp -fprint /tmp/x", notAllowed},
                   {"find /tmp -fprint0 /tmp/x", notAllowed},
                   {"find /tmp -fprintf /tmp/x %p", notAllowed},
                   {"find /tmp -fls /tmp/x", notAllowed},
                   {"find -files0-from /etc/passwd", notAllowed},
                   {"find -D exec /tmp", notAllowed},
                   {"find /tmp --delete", notAllowed},
                   {"find /tmp -name", "needs a value"}});
}

TEST(Bypass, readingEnvironmentsThroughPs) {
    expectRefused({{"ps auxeww", "without e"},
                   {"ps auxewww", "without e"},
                   {"ps e", "without e"},
                   {"ps ewwp 1", "without e"},
                   {"ps eww", "without e"},
                   {"ps -auxeww", "without e"},
                   {"ps -axe", "without e"},
                   {"ps axeo pid", "without e"},
                   {"ps axo environ", "known columns"},
                   {"ps axo", "needs a value"},
                   {"ps axo -e", "known columns"},
                   {"ps axo pid e", "without e"},
                   {"ps -o -se", "known columns"},
                   {"ps -C -e", "a name"},
                   {"ps -C", "needs a value"},
                   {"ps --help e", notAllowed},
                   {"ps -V e", notAllowed},
                   {"ps -f -u ewww", "numeric user id"},
                   {"ps -f -uewww", "numeric user id"},
                   {"ps -U eww", "numeric user id"},
                   {"ps --user=eww", "numeric user id"},
                   {"ps -t eww", notAllowed},
                   {"ps -o environ", "known columns"},
                   {"ps -o pid,environ", "known columns"},
                   {"ps -opid,environ", "known columns"},
                   {"ps --format=environ", "known columns"},
                   {"ps -o 'pid eww'", "known columns"},
                   {"ps -p 0", "process ids"},
                   {"ps -p 'eww'", "process ids"},
                   {"ps a e", "without e"},
                   {"ps -- auxe", notAllowed},
                   {"ps --sort=eww", "known columns"},
                   {"ps k-eww", "without e"}});
}

TEST(Bypass, readingSecrets) {
    expectRefused({{"cat /etc/shadow", denied},
                   {"cat -n /etc/shadow", denied},
                   {"cat -- /etc/shadow", denied},
                   {"cat /etc//shadow", denied},
                   {"cat /etc/../etc/shadow", denied},
                   {"head -n1 /etc/shadow", denied},
                   {"tail /etc/shadow", denied},
                   {"grep root /etc/shadow", denied},
                   {"grep -e root /etc/shadow", denied},
                   {"grep -r root /etc/shadow", denied},
                   {"grep -f /etc/shadow /etc/passwd", notAllowed},
                   {"grep -f/etc/shadow /etc/passwd", notAllowed},
                   {"grep -vf /etc/shadow /etc/passwd", notAllowed},
                   {"grep --file=/etc/shadow /etc/passwd", notAllowed},
                   {"grep --fil=/etc/shadow /etc/passwd", "spelled in full"},
                   {"grep --exclude-from=/etc/shadow x", notAllowed},
                   {"sort /etc/shadow", denied},
                   {"uniq /etc/gshadow", denied},
                   {"cut -d: -f1 /etc/shadow", denied},
                   {"wc /etc/shadow", denied},
                   {"md5sum /etc/shadow", denied},
                   {"sha256sum /etc/shadow", denied},
                   {"file /etc/shadow", denied},
                   {"diff /etc/passwd /etc/shadow", denied},
                   {"cat /proc/1/environ", denied},
                   {"cat /proc/self/root/etc/shadow", denied},
                   {"grep -r PASSWORD /proc", denied},
                   {"grep -r x /dev", denied}});
}

TEST(Bypass, readingThroughListsOfNames) {
    expectRefused({{"wc --files0-from=/etc/passwd", notAllowed},
                   {"wc --files0-from /etc/passwd", notAllowed},
                   {"wc --files0 /etc/passwd", "spelled in full"},
                   {"sort --files0-from=/etc/passwd", notAllowed},
                   {"sort --random-source=/etc/shadow", notAllowed},
                   {"du --files0-from=/etc/passwd", notAllowed},
                   {"du -X /etc/shadow", notAllowed},
                   {"du --exclude-from=/etc/shadow", notAllowed},
                   {"file -f /etc/shadow", notAllowed},
                   {"file -bf /etc/shadow", notAllowed},
                   {"file --files-from /etc/shadow", notAllowed},
                   {"file -m /etc/shadow /etc/passwd", notAllowed},
                   {"file --magic-file=/etc/shadow x", notAllowed},
                   {"file -C -m /tmp/x", notAllowed},
                   {"file -s /etc/passwd", notAllowed},
                   {"md5sum -c /etc/passwd", notAllowed},
                   {"sha256sum --check /etc/passwd", notAllowed},
                   {"date -f /etc/shadow", notAllowed},
                   {"date --file=/etc/shadow", notAllowed},
                   {"diff -X /etc/shadow /etc/passwd /etc/group", notAllowed},
                   {"diff --from-file=/etc/shadow /etc/passwd", notAllowed},
                   {"hostname -F /etc/shadow", notAllowed},
                   {"hostname --file=/etc/shadow", notAllowed},
                   {"dig -f /etc/shadow", notAllowed}});
}

TEST(Bypass, readingTreesPastTheCheck) {
    expectRefused({{"grep -R root /etc", notAllowed},
                   {"grep --dereference-recursive root /etc", notAllowed},
                   {"grep -d recurse root /etc", notAllowed},
                   {"grep --directories=recurse root /etc", notAllowed},
                   {"grep -D read root /etc", notAllowed},
                   {"diff -r /etc /tmp", notAllowed},
                   {"diff --recursive /etc /tmp", notAllowed},
                   {"diff /etc /tmp", "regular file"},
                   {"diff /tmp/shadow /etc", "regular file"}});
}

TEST(Bypass, neverEnding) {
    expectRefused({{"tail -f /etc/passwd", notAllowed},
                   {"tail -F /etc/passwd", notAllowed},
                   {"tail -fn 5 /etc/passwd", notAllowed},
                   {"tail -20f /etc/passwd", notAllowed},
                   {"tail -n5 -f /etc/passwd", notAllowed},
                   {"tail --follow /etc/passwd", notAllowed},
                   {"tail --follow=name /etc/passwd", notAllowed},
                   {"tail --retry /etc/passwd", notAllowed},
                   {"tail --fol /etc/passwd", notAllowed},
                   {"cat /dev/zero", denied},
                   {"cat /dev/stdin", denied},
                   {"head -c 10 /dev/urandom", denied},
                   {"wc /dev/zero", denied},
                   {"sort /dev/zero", denied},
                   {"md5sum /dev/zero", denied},
                   {"grep x /dev/zero", denied},
                   {"free -s 1", notAllowed},
                   {"free -c 1000", notAllowed},
                   {"sleep infinity", "seconds"},
                   {"sleep 1d", "seconds"},
                   {"sleep 1 1", "too many"}});
}

TEST(Bypass, changingState) {
    expectRefused({{"date -s 2020-01-01", notAllowed},
                   {"date -s2020-01-01", notAllowed},
                   {"date -us 2020-01-01", notAllowed},
                   {"date --set=2020-01-01", notAllowed},
                   {"date --s=2020-01-01", "spelled in full"},
                   {"date 010100002020", "begins with +"},
                   {"date -u 010100002020", "begins with +"},
                   {"date -d 'TZ=\"/etc/shadow\" now'", "time zone"},
                   {"date -d 'TZ=\"../../../etc/shadow\" now'", "time zone"},
                   {"date -d 'TZ=\"Europe/../../x\" now'", "time zone"},
                   {"date -d '\tTZ=\":/etc/shadow\" now'", "time zone"},
                   {"date -d 'TZ=\"UTC\" TZ=\"/etc/shadow\" now'", "time zone"},
                   {"date -d 'TZ=\"' -d now", "time zone"},
                   {"ls --help /", notAllowed},
                   {"sort --version --output=/tmp/x", notAllowed},
                   {"hostname x", "too many"},
                   {"hostname -b x", notAllowed},
                   {"df --sync", notAllowed},
                   {"ls > /tmp/x", "There is no shell"}});
}

TEST(Bypass, sendingNamesOverTheNetwork) {
    expectRefused({{"dig secret.example.org", notAllowed},
                   {"nslookup secret.example.org", notAllowed},
                   {"host secret.example.org", notAllowed},
                   {"ping -c 1 secret.example.org", notAllowed},
                   {"traceroute secret.example.org", notAllowed}});
}

TEST(Rules, refuseValuesThatAreNotOfTheirKind) {
    expectRefused({{"head -n x /etc/passwd", "count"},
                   {"head -n", "needs a value"},
                   {"ls --all=x", "takes no value"},
                   {"ls --sort=", "plain word"},
                   {"du -d -1", "number"},
                   {"cat --", "not refused"},
                   {"basename", "at least 1"},
                   {"grep", "at least 1"},
                   {"whereis -B /tmp -f x", notAllowed},
                   {"whoami x", "too many"},
                   {"id -- -x", "plain word"}});
}

TEST(Rules, nameTheProgramsThatAreAllowed) {
    EXPECT_THAT(refusal("rm -rf /"),
                testing::AllOf(testing::HasSubstr("'rm' is not allowed"), testing::HasSubstr("cat"),
                               testing::Not(testing::HasSubstr("dig"))));
}

TEST(Rules, keepTheOperatorsPathsFromBeingRead) {
    const TemporaryDirectory directory;
    const auto token = directory.write("token.txt");
    const Rules rules({.denied = {token}});
    EXPECT_THROW(rules.check({"cat", token}, currentDirectory()), Refused);
    EXPECT_THAT(rules.check({"grep", "-r", "x", directory.path()}, currentDirectory()),
                testing::Contains("--exclude=token.txt"));
}

TEST(Rules, searchATreeInWhichADirectoryIsDeniedAsAWhole) {
    const TemporaryDirectory directory;
    directory.write("none/diary");
    const auto open = directory.write("open/letter");
    const auto namesake = directory.write("open/none");
    const Rules rules({.denied = {directory / "none/*"}});
    const auto words = rules.check({"grep", "-rl", "x", directory.path(), open}, currentDirectory());
    EXPECT_THAT(words, testing::Contains("--exclude-dir=none"));
    EXPECT_THAT(words, testing::Not(testing::Contains("--exclude=*")));
    EXPECT_THROW(rules.check({"grep", "-rl", "x", directory / "none"}, currentDirectory()), Refused);
    EXPECT_THROW(rules.check({"grep", "-rl", "x", directory.path(), namesake}, currentDirectory()), Refused);
}

std::vector<std::string> wordsOf(std::string_view list) {
    std::istringstream stream{std::string(list)};
    return {std::istream_iterator<std::string>(stream), {}};
}

TEST(Rules, areFoundByTheirName) {
    for (const auto& rule : rules()) {
        EXPECT_EQ(findRule(rule.program), &rule) << rule.program;
    }
}

TEST(Rules, writeAnOptionOnlyAsOneThatTakesAValueWhereItDoes) {
    for (const auto& rule : rules()) {
        for (const auto& word : wordsOf(rule.options)) {
            const auto option = findOption(rule.options, word.substr(0, word.find_first_of(":?=")));
            ASSERT_TRUE(option) << rule.program << ' ' << word;
            const auto written = findOption(rule.options, option->written);
            ASSERT_TRUE(written) << rule.program << ' ' << word;
            if (option->name == "-NUM") {
                EXPECT_EQ(written->value, OptionRule::Value::required) << rule.program;
            } else {
                EXPECT_EQ(written->value, option->value) << rule.program << ' ' << word;
                EXPECT_EQ(written->kind, option->kind) << rule.program << ' ' << word;
            }
        }
    }
}

TEST(Bypass, readingThePlaceholderOfAShorthandAsAnOption) {
    expectRefused({{"grep -NUM x -- --file=/etc/shadow", notAllowed}, {"head -NUM -- -x", notAllowed}});
}

}  // namespace
}  // namespace aip::shell
