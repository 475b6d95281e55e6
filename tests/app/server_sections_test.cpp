#include "app/server_sections.h"

#include "app/settings_reader.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_certificates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include <sys/stat.h>

namespace aip::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ServerSectionsTest : public testing::Test {
  protected:
    base::Result<Settings, Findings> read(const std::string& section) {
        tests::writeFile(_folder / "a.ini", "[plugins]\ndirectories = " + _folder.path().string() + "\n" + section);
        return readSettings({{_folder / "a.ini"}, {}});
    }
    plugins::ServerSettings server(const std::string& keys) {
        auto settings = read("[mcp.Files]\n" + keys);
        EXPECT_TRUE(settings) << settings.error().text();
        return settings ? settings->discovery.servers.at("Files") : plugins::ServerSettings();
    }
    /// The report of what is wrong or has no effect.
    std::string faultsOf(const std::string& section) {
        auto settings = read(section);
        return settings ? settings->findings.report() : settings.error().report();
    }

    const tests::TemporaryFolder _folder;
};

TEST_F(ServerSectionsTest, becomeServers) {
    const auto files = server(
        "args = -y, \"a, b\"\ncommand = /bin/sh\nenv = KEY=v=w, \"OTHER=a, b\"\ncwd = /\nprotocol = modern\n"
        "tool_type = data_collection\ntools = read\nprefix = fs_\nfixed_arguments = {\"a\": 1}\ntimeout = 1.5\n"
        "max_timeout = 1h\nmax_result_size = 1KiB\nconcurrency = 3\nstart = lazy\nstart_timeout = 2\n");
    EXPECT_THAT(files.spec.command, ElementsAre("/bin/sh", "-y", "a, b"));
    EXPECT_THAT(files.spec.environment, ElementsAre("KEY=v=w", "OTHER=a, b"));
    EXPECT_EQ(files.spec.folder, "/");
    EXPECT_EQ(files.spec.protocol, hosting::ServerSpec::Protocol::modern);
    EXPECT_EQ(files.spec.toolType, "data_collection");
    EXPECT_EQ(files.spec.fixedArguments, R"({"a": 1})");
    EXPECT_EQ(files.spec.timeoutMs, 1'500U);
    EXPECT_EQ(files.spec.maxTimeoutMs, 3'600'000U);
    EXPECT_EQ(files.spec.maxResultSize, 1'024U);
    EXPECT_EQ(files.concurrency, 3U);
    EXPECT_TRUE(files.lazy);
    EXPECT_EQ(files.startTimeout, std::chrono::seconds(2));
}

TEST_F(ServerSectionsTest, haveDefaults) {
    const auto files = server("command = /bin/sh\n");
    EXPECT_TRUE(files.enabled);
    EXPECT_FALSE(files.lazy);
    EXPECT_EQ(files.spec.timeoutMs, 60'000U);
    EXPECT_EQ(files.spec.toolType, "action");
    EXPECT_FALSE(files.spec.folder.empty());
    EXPECT_EQ(files.concurrency, 16U);
}

TEST_F(ServerSectionsTest, mayHaveLimitsOfTheirOwn) {
    auto settings = read("[mcp.Files]\ncommand = /bin/sh\nmemory_limit = 1GiB\nenvironment = NODE_PATH\n");
    ASSERT_TRUE(settings);
    const auto& slot = settings->slots.at("Files");
    EXPECT_EQ(slot.process.limits.memory, 1UL << 30U);
    EXPECT_THAT(slot.process.environment, ElementsAre("NODE_PATH", "HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER"));
}

struct FaultRow {
    const char* section;
    const char* text;
};

TEST_F(ServerSectionsTest, sayWhatIsWrong) {
    for (const auto& [section, text] :
         {FaultRow{"[mcp.Files]\ncwd = /\n", "has neither a command, the program that is the server, nor a url"},
          FaultRow{"[mcp.Files]\ncommand =\nargs = x\n", "has neither a command, the program"},
          FaultRow{"[mcp.Files]\ncommand = /bin/sh -c x\n", "; arguments stand in args, as a list"},
          FaultRow{"[mcp.Files]\ncommand = /bin/sh\nargs = [-y, x]\n", "begins with a bracket"},
          FaultRow{"[mcp.Files]\ncommand = /bin/sh\nenv = [K=s3cret]\n", "each entry is NAME=value"},
          FaultRow{"[mcp.Files]\ncommand = /bin/sh\ntools = a; b\n", "'a; b' holds a semicolon"},
          FaultRow{"[mcp.Files]\ncommand = /bin/sh\n[plugin.Files]\nx = 1\n",
                   "[plugin.Files] has no effect: it is a server, whose section is [mcp.Files]"},
          FaultRow{"[mcp.Files]\ncommand = /bin/sh\nurl = http://localhost/mcp\n", "a server is one or the other"},
          FaultRow{"[mcp.2d]\ncommand = /bin/sh\n", "the name of a server"},
          FaultRow{"[mcp.Files]\ncommand = /bin/sh\nenv = KEY\n", "each entry is NAME=value"},
          FaultRow{"[mcp.Files]\ncommand = /bin/sh\nenv = 1K=s3cret\n", "each entry is NAME=value"},
          FaultRow{"[mcp.Files]\ncommand = /bin/sh\nfixed_arguments = s3cret\n", "not a JSON object"},
          FaultRow{"[mcp.Files]\ncommand = /bin/sh\npin = a=12\n", "is not TOOL=HASH"},
          FaultRow{"[mcp.Files]\ncommand = /bin/sh\nprefix = 2_\n", "is not made of letters, digits and _"},
          FaultRow{"[mcp.Files]\ncommand = /bin/sh\nisolation = per_call\n", "unknown key 'mcp.Files.isolation'"},
          FaultRow{"[mcp.Files]\ncommand = /bin/sh\ntimeout = 5\nmax_timeout = 2\n", "less than timeout"},
          FaultRow{"[mcp.Files]\ncommand = /bin/sh\nheaders_file = /x\n", "has no effect: there is no url"},
          FaultRow{"[mcp.Files]\nurl = http://localhost/mcp\nargs = x\n", "has no effect: there is no command"},
          FaultRow{"[mcp.Files]\ncommand = /bin/sh\nstart = later\n", "'later' is none of"},
          FaultRow{"[mcp.Files]\nurl = ws://localhost/mcp\n", "does not begin with http:// or https://"},
          FaultRow{"[mcp.Files]\nurl = http://localhost/mcp?api_key=s3cret\n", "use headers_file"},
          FaultRow{"[mcp.Files]\nurl = https://10.1/mcp\n", "write the address in full, as in 10.0.0.1"},
          FaultRow{"[mcp.Files]\nurl = http://localhost/mcp\npublic_key_pin = "
                   "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
                   "does not begin with https://"},
          FaultRow{"[mcp.Files]\ncommand = /bin/sh\npublic_key_pin = x\n", "has no effect: there is no url"},
          FaultRow{"[mcp.Files]\nurl = https://host/mcp\nca_file = /no/such/file\n",
                   "mcp.Files.ca_file: /no/such/file"},
          FaultRow{"[mcp.Files]\nurl = https://host/mcp\ncertificate_file = /no/such/file\n",
                   "mcp.Files.certificate_file"},
          FaultRow{"[mcp.Files]\nurl = https://host/mcp\npublic_key_pin = x\n",
                   "mcp.Files.public_key_pin: 'x' is not a SHA-256 in Base64"},
          FaultRow{"[mcp.Files]\nurl = https://host/mcp\nhttp_proxy = socks5://p:1\n",
                   "mcp.Files.http_proxy is not valid: the scheme is not http"},
          FaultRow{"[mcp.Files]\nurl = https://host/mcp\nhttp_proxy = http://u:s3cret@p\n",
                   "use http_proxy_credentials_file"},
          FaultRow{"[mcp.Files]\nurl = https://host/mcp\nhttp_proxy_credentials_file = /no/such/file\n",
                   "mcp.Files.http_proxy_credentials_file"},
          FaultRow{"[mcp.Files]\nurl = http://localhost/mcp\nheaders_file = /no/such/file\n", "/no/such/file"},
          FaultRow{"[mcp.Files]\ncommand = no-such-program\nenv = PATH=/nowhere\n",
                   "there is no program 'no-such-program' in PATH=/nowhere"},
          FaultRow{"[mcp.Files]\ncommand = /etc/passwd\n", "/etc/passwd is not executable: chmod +x /etc/passwd"}}) {
        const auto faults = faultsOf(section);
        EXPECT_THAT(faults, HasSubstr(text)) << section;
        EXPECT_THAT(faults, Not(HasSubstr("s3cret"))) << section;
    }
    EXPECT_THAT(faultsOf("[mcp.Files]\nenabled = false\n"), Not(HasSubstr("command")));
    EXPECT_THAT(faultsOf("[mcp.Files]\ncommand = /bin/sh\nargs = -c, \"a; b\", a; b\n"), Not(HasSubstr("semicolon")));
}

TEST_F(ServerSectionsTest, areNoProgramsByTheirArgumentsAlone) {
    EXPECT_FALSE(server("url = http://localhost/mcp\nargs = x\n").spec.isProgram());
}

TEST_F(ServerSectionsTest, readTheirHeadersFromAFile) {
    const auto file = _folder / "headers";
    const auto faultsWith = [&](const std::string& content, mode_t mode = S_IRUSR | S_IWUSR) {
        tests::writeFile(file, content);
        ::chmod(file.c_str(), mode);
        return faultsOf("[mcp.Files]\nurl = https://example.test/mcp\nheaders_file = " + std::string(file) + "\n");
    };
    EXPECT_THAT(faultsWith("Authorization: Bearer s3cret\n"), Not(HasSubstr("headers_file")));
    const auto files = server("url = https://example.test/mcp\nheaders_file = " + std::string(file) + "\n");
    EXPECT_THAT(files.spec.headers, ElementsAre("Authorization: Bearer s3cret"));
    EXPECT_THAT(faultsWith("Authorization: Bearer s3cret\n", 0644), HasSubstr("headers_file"));
    for (const char* wrong : {"Bearer s3cret", ": s3cret", "A B: s3cret", "A: s3\x01cret"}) {
        const auto faults = faultsWith("X: y\n" + std::string(wrong) + "\n");
        EXPECT_THAT(faults, HasSubstr("line 2 is not a header")) << wrong;
        EXPECT_THAT(faults, Not(HasSubstr("s3cret")));
    }
}

TEST_F(ServerSectionsTest, readWhatTheirUrlsNeedFromFiles) {
    const tests::Authority authority;
    const auto own = authority.issue();
    const auto ca = _folder.write("ca.pem", authority.own().certificatePem());
    const auto certificate = _folder.write("own.pem", own.certificatePem());
    const auto key = _folder.write("own.key", own.keyPem());
    const auto credentials = _folder.write("proxy", "user:password\n");
    const std::string keys = "url = https://example.test/mcp\nca_file = " + ca + "\ncertificate_file = " + certificate +
                             "\nprivate_key_file = " + key + "\nhttp_proxy = http://proxy:3128\n" +
                             "http_proxy_credentials_file = " + credentials + "\n";
    const auto files = server(keys);
    EXPECT_EQ(files.spec.tls.ca, authority.own().certificatePem());
    EXPECT_EQ(files.spec.tls.privateKeyFile, key);
    EXPECT_EQ(files.spec.tls.privateKey, own.keyPem());
    EXPECT_EQ(files.spec.proxy.url, "http://proxy:3128");
    EXPECT_EQ(files.spec.proxy.credentials, "user:password");
    EXPECT_EQ(files.spec.proxy.setting, "mcp.Files.http_proxy");
    ::chmod(key.c_str(), 0644);
    EXPECT_THAT(faultsOf("[mcp.Files]\n" + keys), HasSubstr("mcp.Files.private_key_file"));
    _folder.write("own.key", authority.issue().keyPem());
    EXPECT_THAT(faultsOf("[mcp.Files]\n" + keys), HasSubstr("is not the key of the certificate"));
}

}  // namespace
}  // namespace aip::app
