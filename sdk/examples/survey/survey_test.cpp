#include <aip/testing.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

using aip::testing::Answer;
using aip::testing::Plugin;

TEST(Survey, countsWhatIsBelowAFolder) {
    const auto folder = std::filesystem::path(::testing::TempDir()) / "aip-survey-test";
    std::filesystem::create_directories(folder / "inner");
    std::ofstream(folder / "inner" / "a") << "12345";
    Plugin<> survey;
    EXPECT_EQ(survey.run("count", {{"path", folder.string()}}).json, R"({"files":1,"folders":1,"bytes":5})");
    std::filesystem::remove_all(folder);
}

TEST(Survey, saysThatAFolderIsNotThere) {
    EXPECT_TRUE(Plugin<>().run("count", {{"path", "/nowhere/at/all"}}).is(aip::Code::notFound));
}

TEST(Survey, saysHowFarItIs) {
    const Answer answer = Plugin<>().run("wait", {{"seconds", 0}});
    ASSERT_EQ(answer.progress.size(), 11U);
    EXPECT_EQ(answer.progress[3].text, "step 4 of 10");
    EXPECT_EQ(answer.progress.back().permille, 1000U);
}

TEST(Survey, stopsWhenItIsCancelled) {
    Plugin<> survey;
    auto call = survey.begin("wait", {{"seconds", 600}});
    ASSERT_TRUE(call.awaitProgress());
    call.cancel();
    const Answer answer = call.wait();
    EXPECT_TRUE(answer.is(aip::Code::cancelled));
    EXPECT_EQ(answer.error, "stopped in step 1");
}
