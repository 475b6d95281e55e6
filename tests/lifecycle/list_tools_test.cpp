#include "lifecycle/list_tools.h"

#include "execution/router.h"
#include "tests/support/listed_router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace aip;
using execution::Offer;
using execution::Router;
using lifecycle::answerListTools;
using testing::HasSubstr;
using testing::Not;

TEST(ListTools, showsWhatTheProfileOffersInTheShapeOfTheReference) {
    const Router routes = tests::listedRouter();
    EXPECT_EQ(*answerListTools(**routes.profile("LinuxAgent", "WORD"), "{}"),
              R"([{"tool_key":"action::run","tool_name":"run","title":null,"namespace":"Screen","tool_type":"action",)"
              R"("description":"A tool of the tests.","input_schema":{"type":"object","properties":{}},)"
              R"("output_schema":null,"meta":null,"annotations":null}])");
}

TEST(ListTools, filtersAndAnswersNoMatchWithAnEmptyArray) {
    const Router routes = tests::listedRouter();
    const Offer& profile = **routes.profile("LinuxAgent", "");
    const auto count = [&](const std::string& parameters) {
        const std::string list = *answerListTools(profile, parameters);
        int tools = 0;
        for (std::size_t at = 0; (at = list.find("tool_key", at)) != std::string::npos; ++at) {
            ++tools;
        }
        return tools;
    };
    EXPECT_EQ(count("{}"), 2);
    EXPECT_EQ(count(R"({"tool_type":null,"namespace":null,"remove_meta":false})"), 2);
    EXPECT_EQ(count(R"({"tool_type":"action"})"), 1);
    EXPECT_EQ(count(R"({"namespace":"Screen"})"), 1);
    EXPECT_EQ(*answerListTools(profile, R"({"namespace":"Other"})"), "[]");
}

TEST(ListTools, showsNoToolTwiceAndNoneThatIsNotReached) {
    const Router some = tests::listedRouter();
    const Router routes({{"*", "default", {"Screen", "Screen", "BashExecutor"}, {}}}, some.tools());
    EXPECT_THAT(*answerListTools(**routes.profile("", ""), "{}"),
                testing::AllOf(HasSubstr(R"("namespace":"BashExecutor")"), Not(HasSubstr("Screen"))));
}

TEST(ListTools, refusesParametersItDoesNotKnow) {
    const Router routes = tests::listedRouter();
    const Offer& profile = **routes.profile("LinuxAgent", "");
    EXPECT_THAT(answerListTools(profile, R"({"tool":"x"})").error().text(), HasSubstr("tool"));
    EXPECT_THAT(answerListTools(profile, R"({"tool_type":7})").error().text(), HasSubstr("tool_type"));
}

TEST(ListTools, refusesANameThatIsTooLong) {
    const Router routes = tests::listedRouter();
    const Offer& profile = **routes.profile("LinuxAgent", "");
    for (const std::string key : {"tool_type", "namespace"}) {
        const auto named = [&](std::size_t size) {
            return answerListTools(profile, "{\"" + key + "\":\"" + std::string(size, 'n') + "\"}");
        };
        EXPECT_EQ(*named(1'024), "[]");
        EXPECT_THAT(named(1'025).error().text(), HasSubstr(key));
        EXPECT_LT(named(1'000'000).error().text().size(), 1'000U);
    }
}
