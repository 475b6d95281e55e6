#include "findings_view.h"
#include "tar.h"

#include <gtest/gtest.h>

#include <chrono>
#include <numeric>
#include <string>

namespace aip::agentctl {
namespace {

std::string viewOf(const std::string& findings) {
    const auto document = Document::parse(R"({"findings":[)" + findings + "]}");
    EXPECT_TRUE(document) << findings;
    return document ? findingsView(document->root()) : "";
}

TEST(FindingsView, hasTwoLinesForEach) {
    EXPECT_EQ(
        viewOf(
            R"({"code":"AIP-104","severity":"warning","origin":"a.ini:7","setting":"log.max_files","text":"idle",)"
            R"("cure":"remove it"},{"code":"AIP-304","severity":"error","text":"evil \u001b[2J","cure":"start it"})"),
        "AIP-104 warning: a.ini:7: key 'log.max_files': idle\n    remove it\n"
        "AIP-304 error: evil \\x1b[2J\n    start it\n");
}

TEST(FindingsView, saysThatNothingIsWrong) {
    EXPECT_EQ(viewOf(""), "nothing is wrong\n");
    EXPECT_EQ(viewOf(R"({"code":"AIP-407","severity":"note","text":"root","cure":"do not"})"),
              "AIP-407 note: root\n    do not\nnothing is wrong\n");
}

TEST(Tar, hasABlockForTheHeadAndWholeBlocksForTheText) {
    constexpr std::size_t block = 512;
    const std::string archive = tarOf({{"a.txt", "hello\n"}, {"b.txt", std::string(block, 'b')}, {"c.txt", ""}},
                                      std::chrono::system_clock::time_point());
    ASSERT_EQ(archive.size(), (2 + 2 + 1 + 2) * block);
    EXPECT_EQ(archive.substr(0, 6), std::string("a.txt\0", 6));
    EXPECT_EQ(archive.substr(257, 8), std::string("ustar\0"
                                                  "00",
                                                  8));
    EXPECT_EQ(archive.substr(124, 11), "00000000006");
    EXPECT_EQ(archive.substr(block, 7), std::string("hello\n\0", 7));
    EXPECT_EQ(archive.substr(2 * block, 5), "b.txt");
    EXPECT_EQ(archive.substr(4 * block, 5), "c.txt");
    std::string head = archive.substr(0, block);
    const auto sum = std::stoul(head.substr(148, 6), nullptr, 8);
    head.replace(148, 8, 8, ' ');
    EXPECT_EQ(std::accumulate(head.begin(), head.end(), 0UL), sum);
    EXPECT_EQ(archive.substr(5 * block), std::string(2 * block, '\0'));
}

}  // namespace
}  // namespace aip::agentctl
