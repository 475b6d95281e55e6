#include "audit/reader.h"

#include "audit/chain.h"
#include "audit/verify.h"
#include "base/error.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

namespace aip::audit {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto line = R"({"seq":1,"prev":"0","time":"1970-01-01T01:00:00.000000+00:00","kind":"begun","session":"s 1",)"
                      R"("tool":"action::run","parameters":{"session":"s 2","tool":"other"}})";

struct FilterRow {
    RecordFilter filter;
    bool matches;
};

TEST(RecordFilter, chooses) {
    const base::Clock::WallTime hour(1h);
    const FilterRow rows[] = {
        {{}, true},
        {{.since = hour}, true},
        {{.since = hour - 1us}, true},
        {{.since = hour + 1us}, false},
        {{.session = "s 1"}, true},
        {{.session = "s 2"}, false},
        {{.session = ""}, false},
        {{.tool = "run"}, true},
        {{.tool = "action::run"}, true},
        {{.tool = "un"}, false},
        {{.tool = "data_collection::run"}, false},
        {{.tool = "other"}, false},
        {{.since = hour, .session = "s 1", .tool = "run"}, true},
        {{.since = hour, .session = "s 1", .tool = "ran"}, false},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(matches(row.filter, line), row.matches)
            << row.filter.session.value_or("-") << " " << row.filter.tool.value_or("-");
    }
    EXPECT_TRUE(matches({}, "hello"));
    EXPECT_FALSE(matches({.tool = "run"}, "hello"));
}

/// Only so many more descriptors can be opened.
class FewDescriptors {
  public:
    explicit FewDescriptors(rlim_t count) {
        ::getrlimit(RLIMIT_NOFILE, &_before);
        const int next = ::dup(0);
        ::close(next);
        const rlimit limit{static_cast<rlim_t>(next) + count, _before.rlim_max};
        EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
    }
    ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &_before); }
    FewDescriptors(const FewDescriptors&) = delete;
    FewDescriptors& operator=(const FewDescriptors&) = delete;

  private:
    rlimit _before{};
};

class Readers : public testing::Test {
  protected:
    void append(const std::string& text) const { std::ofstream(file, std::ios::app) << text; }
    void rotate() const {
        std::filesystem::rename(folder / "a.1.jsonl", folder / "a.2.jsonl", _ignored);
        std::filesystem::rename(file, folder / "a.1.jsonl");
    }
    std::vector<std::string> read() {
        std::vector<std::string> lines;
        EXPECT_TRUE(reader.read([&](std::string_view text) { lines.emplace_back(text); }));
        return lines;
    }

    const tests::TemporaryFolder folder;
    const std::string file = folder / "a.jsonl";
    Reader reader{file, {}};

  private:
    mutable std::error_code _ignored;
};

TEST_F(Readers, giveEachCompleteLineOnce) {
    append("1\n2\n3");
    EXPECT_THAT(read(), ElementsAre("1", "2"));
    EXPECT_THAT(read(), IsEmpty());
    append("3\n4\n");
    EXPECT_THAT(read(), ElementsAre("33", "4"));
}

TEST_F(Readers, followTheFileThroughRotations) {
    append("1\n");
    rotate();
    append("2\n");
    EXPECT_THAT(read(), ElementsAre("1", "2"));
    append("3\n");
    rotate();
    append("4\n");
    EXPECT_THAT(read(), ElementsAre("3", "4"));
    rotate();
    EXPECT_THAT(read(), IsEmpty());
    append("5\n");
    rotate();
    append("6\n");
    EXPECT_THAT(read(), ElementsAre("5", "6"));
}

TEST_F(Readers, beginWithTheOldestIfTheirFileHasGone) {
    append("1\n");
    EXPECT_THAT(read(), ElementsAre("1"));
    rotate();
    append("2\n");
    std::filesystem::remove(folder / "a.1.jsonl");
    EXPECT_THAT(read(), ElementsAre("2"));
}

TEST_F(Readers, sayThatThereIsNothing) {
    const auto failed = reader.read([](std::string_view) {});
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code(), base::Code::notFound);
}

/// So many parts as no process may have open.
TEST_F(Readers, openOnePartAtATime) {
    constexpr std::size_t count = 40;
    std::vector<std::string> expected;
    for (std::size_t i = count; i > 0; --i) {
        tests::writeFile(folder / ("a." + std::to_string(i) + ".jsonl"), std::to_string(i) + "\n");
        expected.push_back(std::to_string(i));
    }
    append("0\n");
    expected.emplace_back("0");
    const FewDescriptors few(3);
    EXPECT_EQ(read(), expected);
    MergedReader merged(file, {});
    std::vector<std::string> lines;
    EXPECT_TRUE(merged.read([&](const auto& /*from*/, std::string_view text) { lines.emplace_back(text); }));
    EXPECT_EQ(lines, expected);
    EXPECT_TRUE(verify(file));
}

TEST_F(Readers, findPartsThatAreRenamedWhileTheyRead) {
    append("1\n");
    rotate();
    append("2\n");
    rotate();
    append("3\n");
    ASSERT_TRUE(reader.begin());
    std::vector<std::string> lines;
    for (auto next = reader.next(); next && *next; next = reader.next()) {
        lines.emplace_back(**next);
        if (lines.size() == 1) {
            std::filesystem::rename(folder / "a.2.jsonl", folder / "a.3.jsonl");
            rotate();
            append("4\n");
        }
    }
    EXPECT_THAT(lines, ElementsAre("1", "2", "3"));
    EXPECT_THAT(read(), ElementsAre("4"));
}

TEST_F(Readers, goOnAfterPartsThatAreRemovedWhileTheyRead) {
    append("1\n");
    rotate();
    append("2\n");
    rotate();
    append("3\n");
    auto parts = PartList::of(file);
    ASSERT_TRUE(parts);
    std::filesystem::remove(folder / "a.2.jsonl");
    const auto second = parts->next();
    ASSERT_TRUE(second && *second);
    EXPECT_EQ((*second)->name, folder / "a.1.jsonl");
    EXPECT_FALSE(parts->hasGap());  // older ones may go
    std::filesystem::remove(file);
    const auto last = parts->next();
    EXPECT_TRUE(last && !*last);
    EXPECT_TRUE(parts->hasGap());
}

/// A record at this second, with a text of its own.
std::string recordAt(int second, const std::string& text) {
    return R"({"seq":1,"prev":"0","time":")" + base::timestamp(base::Clock::WallTime(std::chrono::seconds(second))) +
           R"(","kind":")" + text + "\"}\n";
}

class MergedReaders : public testing::Test {
  protected:
    void append(const std::string& name, const std::string& text) const {
        std::ofstream(folder / name, std::ios::app) << text;
    }
    /// Of which file, and the kind of the record.
    std::vector<std::string> read() {
        std::vector<std::string> all;
        EXPECT_TRUE(reader.read([&](const std::filesystem::path& from, std::string_view text) {
            const auto at = text.find("kind\":\"");
            const auto kind = at == std::string_view::npos ? text : text.substr(at + 7);
            all.push_back(from.stem().string() + " " + std::string(kind.substr(0, kind.find('"'))));
        }));
        return all;
    }

    const tests::TemporaryFolder folder;
    MergedReader reader{folder / "a.jsonl", {}};
};

TEST_F(MergedReaders, giveTheRecordsOfAllFilesByTime) {
    append("a.1.jsonl", recordAt(1, "one") + recordAt(4, "four"));
    append("a.jsonl", recordAt(5, "five") + recordAt(9, "nine"));
    append("a-2.jsonl", recordAt(2, "two") + recordAt(6, "six"));
    append("a-10.jsonl", recordAt(3, "three") + recordAt(7, "seven"));
    EXPECT_THAT(read(),
                ElementsAre("a one", "a-2 two", "a-10 three", "a four", "a five", "a-2 six", "a-10 seven", "a nine"));
    EXPECT_THAT(read(), IsEmpty());
    append("a-3.jsonl", recordAt(8, "eight"));
    append("a.jsonl", recordAt(10, "ten"));
    EXPECT_THAT(read(), ElementsAre("a-3 eight", "a ten"));
}

/// Whatever their times say, and whatever is no record.
TEST_F(MergedReaders, leaveTheRecordsOfAFileInTheirOrder) {
    append("a.jsonl", recordAt(5, "five") + recordAt(1, "clock set back") + "hello\n" + recordAt(7, "seven"));
    append("a-2.jsonl", recordAt(6, "six"));
    const auto all = read();
    ASSERT_EQ(all.size(), 5U);
    EXPECT_EQ(all[0], "a five");
    EXPECT_EQ(all[1], "a clock set back");
    EXPECT_EQ(all[2], "a hello");
    EXPECT_EQ(all[3], "a-2 six");
    EXPECT_EQ(all[4], "a seven");
}

TEST_F(MergedReaders, needTheirFile) {
    append("a-2.jsonl", recordAt(1, "one"));
    std::size_t count = 0;
    const auto done = reader.read([&](const std::filesystem::path&, std::string_view) { ++count; });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code(), base::Code::notFound);
    EXPECT_EQ(count, 1U);
}

TEST(FilesBeside, areThoseOfOtherProcessesWithoutTheirOlderParts) {
    const tests::TemporaryFolder folder;
    for (const char* name : {"audit.jsonl", "audit.1.jsonl", "audit-10.jsonl", "audit-2.jsonl", "audit-2.1.jsonl",
                             "audit-2.jsonl.lock", "audit-x.jsonl", "audit-1.jsonl", "audit-3.txt", "other-4.jsonl"}) {
        tests::writeFile(folder / name, "");
    }
    EXPECT_THAT(filesBeside(folder / "audit.jsonl"), ElementsAre(folder / "audit-2.jsonl", folder / "audit-10.jsonl"));
    EXPECT_THAT(filesBeside(folder / "missing/audit.jsonl"), IsEmpty());
}

}  // namespace
}  // namespace aip::audit
