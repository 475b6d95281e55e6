#include "client.h"
#include "tests/support/temporary_folder.h"

#include <Poco/Environment.h>
#include <Poco/Pipe.h>
#include <Poco/PipeStream.h>
#include <Poco/Process.h>
#include <Poco/StreamCopier.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <sys/wait.h>

namespace aip::tests {
namespace {

using namespace aip::server;

namespace fs = std::filesystem;

/// The program in a process of its own, its output in pipes.
class Program {
  public:
    explicit Program(const std::vector<std::string>& arguments, const Poco::Process::Env& environment = {})
        : _handle(Poco::Process::launch(AIP_SERVER, arguments, nullptr, &_out, &_err, environment)), _lines(_out) {}

    std::string line() {
        std::string text;
        std::getline(_lines, text);
        return text;
    }

    void signal(int number) const { ::kill(_handle.id(), number); }
    int wait() const { return _handle.wait(); }

    std::string errors() {
        Poco::PipeInputStream stream(_err);
        std::string text;
        Poco::StreamCopier::copyToString(stream, text);
        return text;
    }

  private:
    Poco::Pipe _out;
    Poco::Pipe _err;
    Poco::ProcessHandle _handle;
    Poco::PipeInputStream _lines;
};

class ServerProgram : public testing::Test {
  protected:
    std::string file(const std::string& name) const { return folder / name; }

    static std::string content(const std::string& path) {
        std::ifstream stream(path);
        std::string text;
        std::getline(stream, text);
        return text;
    }

    TemporaryFolder folder;
};

std::uint16_t portIn(const std::string& line) {
    return static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1)));
}

TEST_F(ServerProgram, printsItsGeneratedKeyAndItsAddress) {
    Program program({"--port=0"});
    const std::string keyLine = program.line();
    ASSERT_TRUE(keyLine.starts_with("aip-server key ")) << keyLine;
    const std::string listening = program.line();
    ASSERT_TRUE(listening.starts_with("aip-server listening on 127.0.0.1:")) << listening;
    EXPECT_EQ(rest(portIn(listening), "/api/health", "", keyLine.substr(15)).status, 200);
    program.signal(SIGTERM);
    EXPECT_EQ(program.wait(), 0);
}

TEST_F(ServerProgram, takesTheKeyFromTheEnvironmentAndDoesNotPrintIt) {
    Program program({"--port=0"}, {{"AIP_SERVER_KEY", "secret"}});
    const std::string listening = program.line();
    EXPECT_EQ(rest(portIn(listening), "/api/health", "", "secret").status, 200);
    program.signal(SIGINT);
    EXPECT_EQ(program.wait(), 0);
    EXPECT_EQ(program.errors().find("secret"), std::string::npos);
}

TEST_F(ServerProgram, writesAKeyFileThatIsNotThereForItsOwnerAloneAndReadsItTheNextTime) {
    std::string first;
    for (int start = 0; start < 2; ++start) {
        Program program({"--port=0", "--key-file=" + file("key"), "--port-file=" + file("port")});
        const std::string listening = program.line();
        ASSERT_TRUE(listening.starts_with("aip-server listening on ")) << listening;
        EXPECT_EQ(content(file("port")), std::to_string(portIn(listening)));
        const std::string key = content(file("key"));
        EXPECT_EQ(rest(portIn(listening), "/api/health", "", key).status, 200);
        EXPECT_EQ(fs::status(file("key")).permissions(), fs::perms::owner_read | fs::perms::owner_write);
        EXPECT_TRUE(first.empty() || first == key);
        first = key;
        program.signal(SIGTERM);
        EXPECT_EQ(program.wait(), 0);
    }
}

TEST_F(ServerProgram, closesItsDevicesWhenItIsTerminated) {
    Program program({"--port=0", "--log-level=off"}, {{"AIP_SERVER_KEY", "plain"}});
    const std::uint16_t port = portIn(program.line());
    Client client(port, std::string("/ws?token=") + "plain");
    client.enroll("d1");
    program.signal(SIGTERM);
    EXPECT_EQ(client.hearClose(), 1012);
    EXPECT_EQ(program.wait(), 0);
}

int shell(const std::string& line) {
    const int status = std::system(line.c_str());  // NOLINT(cert-env33-c): the words are ours
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(ServerProgram, endsIfItsOutputCannotBeWrittenOrItsFolderIsGone) {
    for (const std::string words : {"--help", "--version", "--port=0"}) {
        EXPECT_EQ(shell(AIP_SERVER " " + words + " >/dev/full 2>&1"), 70) << words;
    }
    const std::string gone = file("gone");
    EXPECT_EQ(shell("mkdir " + gone + " && cd " + gone + " && rmdir " + gone + " && " AIP_SERVER " --version 2>&1"),
              70);
}

TEST_F(ServerProgram, exitsWithADocumentedStatus) {
    Program other({"--port=0"});
    other.line();
    const std::string taken = std::to_string(portIn(other.line()));
    std::ofstream(file("empty")).close();
    std::ofstream(file("open")) << "key\n";
    std::ofstream(file("marked")) << "\xEF\xBB\xBFkey\n";
    for (const auto* name : {"empty", "marked"}) {
        fs::permissions(file(name), fs::perms::owner_read);
    }
    fs::permissions(file("open"), fs::perms::owner_read | fs::perms::others_read);
    std::ofstream(file("scenario")) << R"({"stps":[]})";
    ASSERT_EQ(::mkfifo(file("pipe").c_str(), 0600), 0);
    struct Row {
        std::vector<std::string> arguments;
        int status;
        std::string error;
    };
    const std::vector<Row> rows{
        {{"--help"}, 0, ""},
        {{"--version"}, 0, ""},
        {{"--prot=1"}, 64, "aip-server: unknown option '--prot'; see aip-server --help\n"},
        {{"--port=70000"}, 64, "in range 0 to 65535; see aip-server --help\n"},
        {{"stray"}, 64, "aip-server: unexpected argument 'stray'; see aip-server --help\n"},
        {{"--port=" + taken},
         69,
         "aip-server: listening on 127.0.0.1:" + taken + ": Net Exception: Address already in use"},
        {{"--scenario=" + file("none")}, 78, "aip-server: scenario: " + file("none") + ": No such file"},
        {{"--scenario=" + file("pipe")}, 78, "aip-server: scenario: " + file("pipe") + ": not a plain file"},
        {{"--scenario=/dev/zero"}, 78, "aip-server: scenario: /dev/zero: not a plain file"},
        {{"--scenario=" + file("scenario")}, 78, "stps: is not known here; did you mean 'steps'?\n"},
        {{"--key-file=" + file("empty")},
         78,
         "aip-server: key file: a key of one or more characters without blanks is"},
        {{"--key-file=" + file("open")}, 78, "aip-server: key file: " + file("open") + ": others may read it"},
        {{"--key-file=" + file("marked")}, 78, "of visible ASCII, and nothing else"},
        {{"--key-file=" + folder.path().string()}, 78, "not a plain file"},
        {{"--key-file=" + file("no/such/folder")}, 78, "No such file or directory\n"},
        {{"--port=0", "--port-file=" + file("no/such/folder")}, 78, "aip-server: port file '"},
    };
    for (const Row& row : rows) {
        Program program(row.arguments);
        EXPECT_EQ(program.wait(), row.status) << row.arguments.front();
        const std::string errors = program.errors();
        EXPECT_NE(errors.find(row.error), std::string::npos) << row.arguments.front() << ": " << errors;
    }
    other.signal(SIGTERM);
    other.wait();
}

}  // namespace
}  // namespace aip::tests
