#include "audit/chain.h"

#include "base/sha256.h"
#include "tests/audit/sealed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace aip::audit {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::string zeros(base::sha256Length, '0');

TEST(Chain, holdsInEachLineTheNumberAndTheHashOfTheLineBefore) {
    Chain chain;
    const std::string first = sealed(chain, R"("kind":"a")");
    EXPECT_EQ(first, R"({"seq":1,"prev":")" + zeros + R"(","kind":"a"})" + "\n");
    const std::string hash = base::sha256Of(first.substr(0, first.size() - 1));
    EXPECT_EQ(chain.last(), (Checkpoint{1, hash}));
    EXPECT_THAT(sealed(chain, R"("kind":"b")"), StartsWith(R"({"seq":2,"prev":")" + hash + R"(","kind":"b"})"));
}

TEST(Chain, goesOnAfterACheckpoint) {
    Chain chain;
    sealed(chain, R"("kind":"a")");
    Chain other(chain.last());
    EXPECT_EQ(sealed(other, R"("kind":"b")"), sealed(chain, R"("kind":"b")"));
}

TEST(Chain, readsTheHeadsOfItsLinesOnly) {
    Chain chain;
    std::string line = sealed(chain, R"("kind":"a")");
    line.pop_back();
    const auto head = headOf(line);
    ASSERT_TRUE(head);
    EXPECT_EQ(head->sequence, 1U);
    EXPECT_EQ(head->previous, zeros);
    for (const auto& other : std::vector<std::string>{
             std::string(), std::string("{}"), std::string("null"), line.substr(0, line.size() - 1), line.substr(1),
             R"({"seq":x,"prev":")" + zeros + R"(","kind":"a"})", R"({"seq":-1,"prev":")" + zeros + R"(","kind":"a"})",
             R"({"seq":99999999999999999999,"prev":")" + zeros + R"(","kind":"a"})",
             R"({"seq":1,"prev":"00","kind":"a"})", R"({"seq":1,"prev":")" + zeros.substr(1) + R"(G","kind":"a"})"}) {
        EXPECT_FALSE(headOf(other)) << other;
    }
}

TEST(Checkpoint, isReadAsItIsWritten) {
    const Checkpoint checkpoint{1234, base::sha256Of("x")};
    const auto read = parseCheckpoint(textOf(checkpoint));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, checkpoint);
    for (const char* text : {"", "12", "12:", "12:abc", ":", "x:y"}) {
        const auto wrong = parseCheckpoint(text);
        ASSERT_FALSE(wrong) << text;
        EXPECT_THAT(wrong.error().text(), HasSubstr("not a checkpoint"));
    }
    EXPECT_FALSE(parseCheckpoint("12:" + zeros + "0"));
}

}  // namespace
}  // namespace aip::audit
