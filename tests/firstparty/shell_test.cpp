#include "plugin_host.h"
#include "temporary_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <random>
#include <thread>

#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

namespace aip::tests {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using testing::HasSubstr;
using testing::StartsWith;

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        out += c == '"' || c == '\\' ? std::string{'\\', c} : c == '\n' ? "\\n" : std::string{c};
    }
    return out + '"';
}

std::string command(const std::string& line, const std::string& more = {}) {
    return "{\"command\":" + quoted(line) + (more.empty() ? "" : "," + more) + "}";
}

/// The text member `name` of a result.
std::string member(const Answer& answer, const char* name) {
    simdjson::dom::parser parser;
    std::string_view text;
    EXPECT_EQ(parser.parse(simdjson::padded_string(answer.result))[name].get(text), simdjson::SUCCESS) << answer.result;
    return std::string(text);
}

class Shell : public testing::Test {
  protected:
    Answer run(const std::string& line, const std::string& more = {}) {
        return host.execute("execute_command", command(line, more));
    }

    PluginHost host{SHELL_LIBRARY};
};

class StartedShell : public Shell {
  protected:
    void SetUp() override { ASSERT_EQ(host.start("{}"), AIP_OK); }
};

TEST_F(StartedShell, answersInTheFormOfTheReference) {
    const auto good = run("echo 'a|b' $HOME *");
    EXPECT_EQ(good.status, AIP_OK);
    EXPECT_EQ(good.result, R"({"success":true,"exit_code":0,"stdout":"a|b $HOME *\n","stderr":""})");
    EXPECT_EQ(run("false").result, R"({"success":false,"exit_code":1,"stdout":"","stderr":""})");
    EXPECT_THAT(run("cat /no/such/file").result,
                testing::AllOf(StartsWith(R"({"success":false,"exit_code":1,"stdout":"","stderr":")"),
                               HasSubstr("No such file")));
}

TEST_F(StartedShell, findsTextThatLooksLikeAPipe) {
    const shell::TemporaryDirectory directory;
    const auto file = directory.write("f", "x\na|b\n");
    EXPECT_EQ(member(run("grep \"a|b\" " + file), "stdout"), "a|b\n");
}

TEST_F(StartedShell, refusesWithAReasonAndRunsNothing) {
    EXPECT_THAT(run("rm -rf /").result, StartsWith(R"({"success":false,"error":"The program 'rm' is not allowed)"));
    EXPECT_THAT(member(run("ls | sh"), "error"), HasSubstr("There is no shell here"));
    EXPECT_THAT(member(run("cat /etc/shadow"), "error"), HasSubstr("must not be read"));
    EXPECT_THAT(member(run(""), "error"), HasSubstr("empty"));
    EXPECT_THAT(host.log(), testing::Contains(HasSubstr("'rm' is not allowed")));
}

TEST_F(StartedShell, worksInTheGivenDirectory) {
    const shell::TemporaryDirectory directory;
    directory.write("here");
    EXPECT_EQ(member(run("ls", "\"cwd\":" + quoted(directory.path())), "stdout"), "here\n");
    EXPECT_THAT(member(run("ls", R"("cwd":"/no/such")"), "error"), HasSubstr("Invalid working directory: /no/such"));
    EXPECT_THAT(member(run("ls", R"("cwd":"relative")"), "error"), HasSubstr("Invalid working directory"));
    EXPECT_EQ(member(run("pwd", R"("cwd":null)"), "stderr"), "");
}

TEST_F(StartedShell, searchesATreeWithoutItsSecrets) {
    const shell::TemporaryDirectory directory;
    directory.write("notes.txt", "needle\n");
    directory.write(".ssh/id_ed25519", "needle\n");
    directory.write("sub/server.key", "needle\n");
    const auto found = run("grep -r --include=* needle " + directory.path());
    EXPECT_EQ(member(found, "stdout"), directory / "notes.txt" + ":needle\n");
}

/// A process with a secret in its environment.
class Bystander {
  public:
    Bystander() {
        char name[] = "sleep";
        char time[] = "600";
        char secret[] = "FIRSTPARTY_CANARY=sings";
        char* arguments[] = {name, time, nullptr};
        char* environment[] = {secret, nullptr};
        EXPECT_EQ(::posix_spawn(&_pid, "/bin/sleep", nullptr, nullptr, arguments, environment), 0);
    }
    Bystander(const Bystander&) = delete;
    Bystander& operator=(const Bystander&) = delete;
    ~Bystander() {
        ::kill(_pid, SIGKILL);
        ::waitpid(_pid, nullptr, 0);
    }

  private:
    pid_t _pid = -1;
};

TEST_F(StartedShell, showsNoEnvironmentOfOthers) {
    const Bystander bystander;
    for (const char* line : {"ps -ef", "ps aux", "ps auxww", "ps -eo pid,args", "ps -aux", "ps axo pid,args",
                             "ps -C sleep -f", "ps -Csleep,eww -o args="}) {
        const auto output = member(run(line), "stdout");
        EXPECT_THAT(output, HasSubstr("sleep 600")) << line;
        EXPECT_THAT(output, testing::Not(HasSubstr("FIRSTPARTY_CANARY"))) << line;
    }
}

/// Words of ps that the rules may accept, alone and after one another, put together at random.
std::string randomLine(std::mt19937& random) {
    static constexpr const char* words[] = {
        "-a",        "-A",         "-c",      "-C eww",   "-C e",     "-d",          "-e",       "-f",
        "-F",        "-H",         "-j",      "-l",       "-L",       "-N",          "-T",       "-w",
        "-y",        "-m",         "-M",      "-P",       "-s 1",     "-u root",     "-u 0",     "-U 0",
        "-o euser",  "-o s",       "-o size", "-o stat",  "-O user",  "-O comm",     "-q 1",     "-p 1",
        "aux",       "axuww",      "e",       "eww",      "axo comm", "axo euser",   "-axo s",   "-aux",
        "-axww",     "--forest",   "-Z",      "--cols 9", "--sort s", "--sort -pid", "--ppid 1", "--no-headers",
        "h",         "s",          "u",       "-axe",     "o s",      "-oeuser",     "-Nf",      "-Ne",
        "--headers", "--deselect", "-C -e",   "-C a,eu"};
    std::string line = "ps";
    for (std::size_t i = 0, count = 1 + random() % 4; i < count; ++i) {
        line += std::string(" ") + words[random() % std::size(words)];
    }
    return line;
}

TEST_F(StartedShell, showsNoEnvironmentHoweverPsIsAsked) {
    const Bystander bystander;
    std::mt19937 random(7);
    int accepted = 0;
    for (int i = 0; i < 400; ++i) {
        const auto line = randomLine(random);
        const auto answer = run(line);
        accepted += answer.result.find("exit_code") == std::string::npos ? 0 : 1;
        EXPECT_THAT(answer.result, testing::Not(HasSubstr("FIRSTPARTY_CANARY"))) << line;
    }
    EXPECT_GT(accepted, 100);
}

TEST_F(StartedShell, repairsOutputThatIsNotUtf8) {
    const shell::TemporaryDirectory directory;
    const auto file = directory.write("f", std::string("a\xFF\0b\n", 5));
    EXPECT_EQ(run("cat " + file).result, R"({"success":true,"exit_code":0,"stdout":"a)"
                                         "\xEF\xBF\xBD"
                                         R"(\u0000b\n","stderr":""})");
}

TEST_F(StartedShell, stopsACommandAtItsTimeout) {
    const auto start = Clock::now();
    EXPECT_EQ(run("sleep 60", R"("timeout":1)").result, R"({"success":false,"error":"Timeout after 1s."})");
    EXPECT_LT(Clock::now() - start, 20s);
}

/// For the audit.
TEST_F(StartedShell, saysWhatItHasExecuted) {
    EXPECT_THAT(run("echo 'a b'").account, HasSubstr(R"(/echo","argv":["echo","a b"],"exit_code":0})"));
    EXPECT_THAT(run("false").account, HasSubstr(R"("argv":["false"],"exit_code":1})"));
    EXPECT_THAT(run("sleep 60", R"("timeout":1)").account,
                HasSubstr(R"("argv":["sleep","--","60"],"stopped":"timeout"})"));
    EXPECT_EQ(run("rm -rf /").account, "");
    FakeCall call;
    call.cancel();
    host.execute("execute_command", command("sleep 60"), call);
    EXPECT_THAT(call.answer.account, HasSubstr(R"("stopped":"cancelled"})"));
}

TEST_F(StartedShell, saysWhatItHasExecutedWhateverThatWas) {
    std::string many;
    std::string accents;
    for (int i = 0; i < 2'000; ++i) {
        many += " ''";
        accents += "\xC3\xA9";
    }
    for (const auto& words : {many, " '" + std::string(9'000, '"') + "'", " " + accents, " x" + accents}) {
        const auto account = run("echo" + words).account;
        EXPECT_THAT(account, testing::EndsWith(R"("exit_code":0})")) << words;
        EXPECT_LE(account.size(), 4'096U);
    }
}

TEST_F(Shell, saysWhichSignalHasEndedWhatItHasExecuted) {
    ASSERT_EQ(host.start(R"({"shell":"/bin/sh"})"), AIP_OK);
    EXPECT_EQ(run("kill -9 $$").account,
              R"({"program":"/bin/sh","argv":["/bin/sh","-c","kill -9 $$"],"signal":"SIGKILL"})");
}

TEST_F(StartedShell, endsACancelledCallAsCancelled) {
    FakeCall call;
    std::thread worker([&] { host.execute("execute_command", command("sleep 60"), call); });
    call.cancel();
    worker.join();
    EXPECT_EQ(call.answer.status, AIP_CANCELLED);
    FakeCall info;
    info.cancel();
    host.execute("get_system_info", "{}", info);
    EXPECT_EQ(info.answer.status, AIP_CANCELLED);
}

TEST_F(StartedShell, runsManyCommandsAtOnce) {
    std::vector<std::string> outputs(16);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        threads.emplace_back([&, i] { outputs[i] = member(run("echo " + std::to_string(i)), "stdout"); });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        EXPECT_EQ(outputs[i], std::to_string(i) + "\n");
    }
}

TEST_F(StartedShell, tellsAboutTheSystem) {
    const auto info = host.execute("get_system_info", "{}");
    EXPECT_EQ(info.status, AIP_OK);
    EXPECT_THAT(info.result, StartsWith(R"({"uname":"Linux )"));
    EXPECT_THAT(member(info, "uptime"), HasSubstr("load average"));
    EXPECT_THAT(member(info, "memory"), HasSubstr("Mem:"));
    EXPECT_THAT(member(info, "disk"), StartsWith("Filesystem"));
}

TEST_F(StartedShell, refusesParametersThatAreMissing) {
    const auto answer = host.execute("execute_command", "{}");
    EXPECT_EQ(answer.status, AIP_INVALID);
    EXPECT_THAT(answer.error, HasSubstr("command"));
}

TEST_F(Shell, obeysItsSettings) {
    ASSERT_EQ(host.start(R"({"allowed_programs":["echo","head"],"output_limit":1024})"), AIP_OK);
    EXPECT_THAT(member(run("ls"), "error"), HasSubstr("these are: echo, head."));
    const auto cut = member(run("head -c 100000 /usr/bin/head"), "stdout");
    EXPECT_THAT(cut, HasSubstr(" bytes cut] ..."));
}

TEST_F(Shell, handsOnTheEnvironmentThatItsProcessHas) {
    ::setenv("FIRSTPARTY_PASSED", "yes", 1);
    ::setenv("PATH", "/usr/bin:/bin:/opt/firstparty", 1);
    ::setenv("LANG", "C", 1);
    ASSERT_EQ(host.start(R"({"shell":"/bin/sh"})"), AIP_OK);
    EXPECT_EQ(member(run("echo $FIRSTPARTY_PASSED $PATH $LANG"), "stdout"), "yes /usr/bin:/bin:/opt/firstparty C\n");
    EXPECT_EQ(host.start(R"({"pass_environment":"HOME"})"), AIP_INVALID);
}

TEST_F(Shell, keepsTheEnvironmentOfTheAgentToItself) {
    ::setenv("FIRSTPARTY_KEPT", "secret", 1);
    ::setenv("LC_TIME", "C", 1);
    host.setHostSetting(AIP_HOST_ISOLATION, "in_process");
    ASSERT_EQ(host.start(R"({"shell":"/bin/sh"})"), AIP_OK);
    EXPECT_EQ(member(run("echo $FIRSTPARTY_KEPT $LC_TIME"), "stdout"), "C\n");
}

TEST_F(Shell, keepsTheFilesOfTheAgentToItself) {
    const shell::TemporaryDirectory directory;
    const auto token = directory.write("etc/token", "needle\n");
    directory.write("conf.d/a.ini", "needle\n");
    directory.write("notes", "needle\n");
    std::filesystem::create_hard_link(token, directory / "copy");
    std::filesystem::create_symlink("etc/token", directory / "link");
    host.setHostSetting(AIP_HOST_OWN_FILES, "[\"" + token + "\",\"" + directory / "conf.d" + "\",\"/no/such/file\"]");
    ASSERT_EQ(host.start(R"({"denied_paths":[]})"), AIP_OK);
    for (const char* name : {"etc/token", "copy", "link", "etc/../etc/token", "conf.d/a.ini"}) {
        for (const char* program : {"cat", "grep -r x", "wc", "diff /etc/passwd"}) {
            EXPECT_THAT(member(run(std::string(program) + " " + directory / name), "error"),
                        HasSubstr("must not be read"))
                << program << name;
        }
    }
    EXPECT_EQ(member(run("grep -r needle " + directory.path()), "stdout"), directory / "notes" + ":needle\n");
    EXPECT_EQ(member(run("grep -r needle", "\"cwd\":" + quoted(directory.path())), "stdout"), "notes:needle\n");
}

TEST_F(Shell, keepsRotatedLogsAndFoldersOfTheConfigurationToItself) {
    const shell::TemporaryDirectory directory;
    const std::vector<std::string> own{"log/agent.log-20261128", "log/agent.log.1", "log/agent-20261128.log.gz",
                                       "log/agent20261128.log",  "log/agent.3.log", "log/agent.old/1",
                                       "conf.d/new.ini",         "conf.d/notes",    "conf.d/later/10.ini"};
    for (const auto& name : own) {
        directory.write(name, "needle\n");
    }
    directory.write("log/syslog", "needle\n");
    directory.write("conf.dd", "needle\n");
    std::filesystem::create_hard_link(directory / own.front(), directory / "linked-log");
    std::filesystem::create_hard_link(directory / "conf.d/new.ini", directory / "linked-ini");
    host.setHostSetting(AIP_HOST_OWN_FILES, "[\"" + directory / "log/agent*" + "\",\"" + directory / "conf.d" + "\"]");
    ASSERT_EQ(host.start("{}"), AIP_OK);
    auto denied = own;
    denied.insert(denied.end(), {"linked-log", "linked-ini"});
    for (const auto& name : denied) {
        EXPECT_THAT(member(run("cat " + directory / name), "error"), HasSubstr("must not be read")) << name;
    }
    const auto found = member(run("grep -r needle " + directory.path()), "stdout");
    EXPECT_THAT(found, HasSubstr("log/syslog:needle\n"));
    EXPECT_THAT(found, HasSubstr("conf.dd:needle\n"));
    EXPECT_EQ(std::ranges::count(found, '\n'), 2) << found;
}

TEST_F(StartedShell, clampsTheTimeoutAsTheReferenceDoes) {
    EXPECT_EQ(run("sleep 60", R"("timeout":0)").result, R"({"success":false,"error":"Timeout after 1s."})");
    for (const char* timeout : {"-5", "121", "1000000000000", "3.0", "null", "-9223372036854775808"}) {
        EXPECT_EQ(member(run("echo on", "\"timeout\":" + std::string(timeout)), "stdout"), "on\n") << timeout;
    }
}

TEST_F(StartedShell, takesAnApiKeyAndForgetsIt) {
    for (const char* key : {R"("canary-key")", "null", "7", R"({"canary-key":[1]})"}) {
        EXPECT_EQ(member(run("echo on", "\"api_key\":" + std::string(key)), "stdout"), "on\n") << key;
    }
    EXPECT_THAT(member(run("rm x", R"("api_key":"canary-key")"), "error"), HasSubstr("not allowed"));
    EXPECT_EQ(host.execute("get_system_info", R"({"api_key":"canary-key"})").status, AIP_OK);
    EXPECT_THAT(host.log(), testing::Not(testing::Contains(HasSubstr("canary-key"))));
}

TEST_F(StartedShell, refusesANulInWhateverParameter) {
    EXPECT_THAT(member(run("pwd", R"("cwd":"/tmp\u0000/x")"), "error"), HasSubstr("NUL"));
    EXPECT_THAT(member(run("pwd", R"("cwd":"/\u0000")"), "error"), HasSubstr("NUL"));
    EXPECT_THAT(member(host.execute("execute_command", R"({"command":"cat /etc/hostname\u0000x"})"), "error"),
                HasSubstr("NUL"));
}

#ifndef TEST_SANITIZED  // a sanitizer does not work with such a limit
/// Limits the memory of this process as long as it exists.
class MemoryLimit {
  public:
    explicit MemoryLimit(rlim_t bytes) {
        ::getrlimit(RLIMIT_DATA, &_before);
        const rlimit limit{bytes, _before.rlim_max};
        EXPECT_EQ(::setrlimit(RLIMIT_DATA, &limit), 0);
    }
    MemoryLimit(const MemoryLimit&) = delete;
    MemoryLimit& operator=(const MemoryLimit&) = delete;
    ~MemoryLimit() { ::setrlimit(RLIMIT_DATA, &_before); }

  private:
    rlimit _before{};
};

TEST_F(Shell, givesAProgramItsShareOfMemoryAndNoRoomOnDisk) {
    const shell::TemporaryDirectory directory;
    std::string lines;
    for (int i = 0; i < 2'000'000; ++i) {
        lines += std::to_string(i * 7919L % 2'000'000) + "-----------------------\n";
    }
    {
        const MemoryLimit limit(rlim_t{1} << 30U);
        ASSERT_EQ(host.start("{}"), AIP_OK);
    }
    EXPECT_THAT(member(run("sort " + directory.write("large", lines), R"("timeout":120)"), "stderr"),
                AllOf(HasSubstr("File too large"), HasSubstr("Commands on this device write no files")));
    lines.assign(100'000'000, 'x');
    EXPECT_THAT(member(run("tail -n 1 - " + directory.write("line", lines + "\nend\n")), "stdout"), HasSubstr("end"));
    EXPECT_THAT(member(run("sort " + directory / "line"), "stderr"), HasSubstr("memory exhausted"));
}
#endif

TEST_F(Shell, handsCommandsToAShellOnlyWhenToldToAndWarns) {
    ASSERT_EQ(host.start(R"({"shell":"/bin/sh"})"), AIP_OK);
    EXPECT_THAT(host.log(), testing::Contains(HasSubstr("commands are not checked")));
    EXPECT_EQ(member(run("echo one | tr o O; exit 0"), "stdout"), "One\n");
    EXPECT_EQ(run("kill -9 $$").result, R"({"success":false,"error":"Killed by SIGKILL."})");
}

TEST_F(Shell, doesNotStartWithSettingsThatCannotBeMet) {
    for (const char* settings :
         {R"({"allowed_programs":["ls","bash"]})", R"({"allowed_programs":["dig"]})", R"({"shell":"sh"})",
          R"({"shell":"/no/such/shell"})", R"({"denied_paths":["a/b"]})",
          R"({"shell":"/bin/sh","denied_paths":["*.key"]})", R"({"shell":"/bin/sh","allowed_programs":["ls"]})",
          R"({"shell":"/bin/sh","network":true})"}) {
        EXPECT_EQ(host.start(settings), AIP_INVALID) << settings;
    }
    EXPECT_EQ(host.start(R"({"allowed_programs":["vi","ping"],"denied_paths":["a/b","/ok","c/d"]})"), AIP_INVALID);
    EXPECT_THAT(host.log(),
                testing::Contains(AllOf(HasSubstr("program 'vi'"), HasSubstr("'ping' sends"),
                                        HasSubstr("; setting 'denied_paths': 'a/b' is"), HasSubstr("'c/d' is"))));
    EXPECT_THAT(host.log(), testing::Contains(HasSubstr("no rule for the program 'bash'")));
    EXPECT_THAT(host.log(), testing::Contains(HasSubstr("'denied_paths' has no effect with 'shell'")));
}

}  // namespace
}  // namespace aip::tests
