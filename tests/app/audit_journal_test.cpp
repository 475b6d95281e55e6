#include "app/audit_journal.h"

#include "base/log.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace aip::app {
namespace {

class AuditJournals : public testing::Test {
  protected:
    AuditJournals() {
        base::log::setSink(base::log::Level::warn, [this](auto, std::string_view) { ++warnings; });
    }
    ~AuditJournals() override { base::log::setSink(base::log::Level::error, {}); }

    void listen() {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path);
        ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    }

    std::string next() const {
        std::string text(200'000, '\0');
        const ssize_t size = ::recv(socket.get(), text.data(), text.size(), MSG_DONTWAIT);
        return size < 0 ? "" : text.substr(0, static_cast<std::size_t>(size));
    }

    tests::TemporaryFolder folder;
    const std::string path = folder / "journal";
    base::Descriptor socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    int warnings = 0;
};

TEST_F(AuditJournals, eachRecordIsAnEntry) {
    listen();
    AuditJournal(path).copy("{\"sequence\":1}\n{\"sequence\":2}\n");
    EXPECT_EQ(next(), "SYSLOG_IDENTIFIER=aip-agent-audit\nPRIORITY=6\nMESSAGE={\"sequence\":1}\n");
    EXPECT_EQ(next(), "SYSLOG_IDENTIFIER=aip-agent-audit\nPRIORITY=6\nMESSAGE={\"sequence\":2}\n");
    EXPECT_EQ(next(), "");
}

TEST_F(AuditJournals, aLongRecordIsCut) {
    listen();
    AuditJournal(path).copy(std::string(1'000'000, 'x') + "\n");
    const auto entry = next();
    EXPECT_GT(entry.size(), AuditJournal::longestRecord);
    EXPECT_LT(entry.size(), AuditJournal::longestRecord + 200);
    EXPECT_EQ(warnings, 0);
}

TEST_F(AuditJournals, aJournalThatIsNotThereIsToldOnceUntilItTakesOneAgain) {
    AuditJournal journal(path);
    journal.copy("a\nb\n");
    EXPECT_EQ(warnings, 1);
    listen();
    journal.copy("c\n");
    EXPECT_NE(next(), "");
    ::unlink(path.c_str());
    journal.copy("d\n");
    EXPECT_EQ(warnings, 2);
}

/// Each of them would wait a second.
TEST_F(AuditJournals, aJournalThatHangsIsAskedOnceForAllLinesThatCameTogether) {
    listen();
    AuditJournal journal(path);
    std::string lines;
    for (int i = 0; i < 10'000; ++i) {
        lines += "{}\n";
    }
    const auto start = std::chrono::steady_clock::now();
    journal.copy(lines);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
    EXPECT_EQ(warnings, 1);
}

}  // namespace
}  // namespace aip::app
