#include "app/task_requests.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace {

using aip::app::Front;
using aip::app::TaskRequests;
using aip::base::Code;

/// Takes what it is told when it is run().
class BusyFront final : public Front {
  public:
    End run() override {
        for (const auto& job : std::exchange(_jobs, {})) {
            job();
        }
        return End::stopped;
    }
    void stop() override {}
    void reload(const aip::app::Settings& /*settings*/) override {}
    void ask(const std::function<void()>& answer) override { _jobs.push_back(answer); }
    void requestTask(std::string request, std::string name) override {
        _jobs.emplace_back([this, request, name] { asked.push_back(name + ": " + request); });
    }

    std::vector<std::string> asked;

  private:
    std::vector<std::function<void()>> _jobs;
};

TEST(TaskRequests, areRefusedWhileTooManyWait) {
    BusyFront front;
    TaskRequests requests(front, 10'000);
    EXPECT_TRUE(requests.add(std::string(6'000, 'a'), "one"));
    const auto second = requests.add(std::string(6'000, 'b'), "two");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), Code::exhausted);
    EXPECT_TRUE(requests.add("c", "three"));
    front.run();
    EXPECT_TRUE(requests.add(std::string(6'000, 'd'), "four"));
    front.run();
    EXPECT_EQ(front.asked, (std::vector{"one: " + std::string(6'000, 'a'), std::string("three: c"),
                                        "four: " + std::string(6'000, 'd')}));
}

TEST(TaskRequests, costSomethingHoweverShortTheyAre) {
    BusyFront front;
    TaskRequests requests(front, 10'000);
    int taken = 0;
    while (taken < 100 && requests.add("a", "")) {
        ++taken;
    }
    EXPECT_LT(taken, 10);
}

TEST(TaskRequests, takeOneAloneOfAnySize) {
    BusyFront front;
    TaskRequests requests(front, 10);
    EXPECT_TRUE(requests.add(std::string(100, 'a'), ""));
    EXPECT_FALSE(requests.add("b", ""));
}

}  // namespace
