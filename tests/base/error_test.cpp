#include "base/error.h"

#include <aip/abi.h>

#include <gtest/gtest.h>

#include <memory>

namespace {

using namespace aip::base;

TEST(Error, growsOutwardsAsAChain) {
    const Error error = Error(Code::invalid, "not a number").within("key 'x'").within("reading agent.ini");
    EXPECT_EQ(error.text(), "reading agent.ini: key 'x': not a number");
    EXPECT_EQ(error.code(), Code::invalid);
}

TEST(Result, holdsAValueOrAnError) {
    const Result<int> good(5);
    const Result<int> bad(Error(Code::denied, "no"));
    ASSERT_TRUE(good);
    EXPECT_EQ(*good, 5);
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code(), Code::denied);
    EXPECT_ANY_THROW(static_cast<void>(*bad));
}

TEST(Result, movesWhatCannotBeCopied) {
    Result<std::unique_ptr<int>> result(std::make_unique<int>(3));
    EXPECT_EQ(**std::move(result), 3);
}

TEST(Result, ofNothingIsDoneOrAnError) {
    EXPECT_TRUE(Result<void>());
    EXPECT_FALSE(Result<void>(Error(Code::state, "no")));
}

TEST(Code, hasTheValuesAndNamesOfTheAbi) {
    EXPECT_EQ(static_cast<int>(Code::ok), AIP_OK);
    EXPECT_EQ(static_cast<int>(Code::cancelled), AIP_CANCELLED);
    EXPECT_EQ(static_cast<int>(Code::internal), AIP_INTERNAL);
    EXPECT_EQ(codeName(Code::notFound), "NOT_FOUND");
    EXPECT_EQ(codeName(static_cast<Code>(1003)), "PLUGIN_1003");
    EXPECT_EQ(codeName(static_cast<Code>(-7)), "UNKNOWN_-7");
    EXPECT_EQ(codeName(static_cast<Code>(11)), "UNKNOWN_11");
}

}  // namespace
