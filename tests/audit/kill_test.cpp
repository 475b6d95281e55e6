// What a writer leaves that is killed in the middle of a record.

#include "audit/file_trail.h"
#include "audit/verify.h"
#include "tests/support/comes_true.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace aip::audit {
namespace {

namespace fs = std::filesystem;

std::uintmax_t sizeNow(const std::string& file) {
    std::error_code missing;
    const auto size = fs::file_size(file, missing);
    return missing ? 0 : size;
}

/// Kills a writer as soon as it has written so many bytes.
void writeAndKill(const std::string& file, std::uintmax_t bytes) {
    const pid_t writer = ::fork();
    if (writer == 0) {
        ::execl(AUDIT_WRITER, AUDIT_WRITER, file.c_str(), nullptr);
        ::_exit(127);
    }
    const std::uintmax_t before = sizeNow(file);
    EXPECT_TRUE(tests::comesTrue([&] { return sizeNow(file) >= before + bytes; }));
    ::kill(writer, SIGKILL);
    int status = 0;
    ::waitpid(writer, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status));
}

/// Whether the last line was incomplete. Whatever it was, the next writer goes on with the chain.
bool recoversFrom(const std::string& file) {
    const auto left = verify(file);
    EXPECT_TRUE(left);
    const bool cut = left && left->fault;
    EXPECT_TRUE(!cut || left->fault->kind == ChainFault::Kind::cut) << left->fault->text;
    const base::SystemClock clock;
    const auto trail = FileTrail::open({.file = file}, clock);
    EXPECT_TRUE(trail);
    const auto mended = verify(file);
    EXPECT_TRUE(mended && !mended->fault);
    EXPECT_EQ(mended->last.sequence, left->last.sequence + 1);
    EXPECT_EQ(tests::readFile(file).find("\"cut_bytes\":") != std::string::npos, cut);
    return cut;
}

TEST(KilledWriter, losesTheRecordInWhichItWasAndNoOther) {
    bool cut = false;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    for (int i = 0; !cut && std::chrono::steady_clock::now() < end; ++i) {
        const tests::TemporaryFolder folder;
        const std::string file = folder / "audit.jsonl";
        writeAndKill(file, (1UL << 20U) + static_cast<std::uintmax_t>(i % 50) * 300'000);
        cut = recoversFrom(file);
    }
    EXPECT_TRUE(cut) << "no kill came in the middle of a record";
}

TEST(KilledWriter, leavesNoLock) {
    const tests::TemporaryFolder folder;
    const std::string file = folder / "audit.jsonl";
    writeAndKill(file, 1);
    writeAndKill(file, 1);
    recoversFrom(file);
}

}  // namespace
}  // namespace aip::audit
