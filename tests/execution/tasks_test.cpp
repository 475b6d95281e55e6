#include "execution/running_tasks.h"
#include "execution/task_announcer.h"
#include "tests/support/comes_true.h"
#include "tests/support/fake_slot.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <vector>

namespace {

using namespace aip;
using execution::RunningTasks;
using execution::TaskAnnouncer;
using hosting::Call;
using hosting::Outcome;
using hosting::Task;

TEST(RunningTasks, areFoundByTheirSession) {
    RunningTasks tasks;
    EXPECT_EQ(tasks.of("s-1"), nullptr);
    tasks.put({1, "s-1", "t-1"});
    tasks.put({2, "", "t-2"});
    EXPECT_EQ(tasks.of("s-1")->name, "t-1");
    EXPECT_EQ(tasks.of("")->name, "t-2");
    tasks.put({2, "s-1", "t-2"});
    EXPECT_EQ(tasks.of("s-1")->name, "t-2");
    EXPECT_EQ(tasks.of(""), nullptr);
    tasks.remove(2);
    EXPECT_EQ(tasks.of("s-1")->name, "t-1");
}

/// A slot that may hear of tasks.
class ListeningSlot : public tests::FakeSlot {
  public:
    ListeningSlot(admission::Manifest manifest, Plugin plugin, bool hears)
        : FakeSlot(std::move(manifest), std::move(plugin)), _hears(hears) {}
    bool hearsOfTasks() const override { return _hears; }

  private:
    const bool _hears;
};

/// An announcer with one plugin.
struct Announced {
    explicit Announced(tests::FakeSlot::Plugin plugin, bool hears = true,
                       std::chrono::milliseconds limit = std::chrono::minutes(1))
        : slot(std::make_shared<ListeningSlot>(admission::Manifest(), std::move(plugin), hears)),
          announcer([this] { return std::vector<std::shared_ptr<plugins::Slot>>{slot}; }, timers, clock, limit,
                    std::chrono::milliseconds(1)) {}

    const std::shared_ptr<const Task> task = std::make_shared<const Task>(Task{1, "s-1", "t-1"});
    base::SystemClock clock;
    std::shared_ptr<ListeningSlot> slot;
    base::TimerQueue timers;
    TaskAnnouncer announcer;
};

TEST(TaskAnnouncer, tellsByCalls) {
    std::promise<std::string> heard;
    Announced announced([&](Call& call) {
        const auto& request = call.request();
        heard.set_value(std::to_string(static_cast<int>(request.kind)) + std::string(request.caller.session) + " " +
                        request.caller.running->name);
        return Outcome::success("null");
    });
    announced.announcer.ended(announced.task);
    EXPECT_EQ(heard.get_future().get(), std::to_string(static_cast<int>(Call::Kind::taskEnded)) + "s-1 t-1");
}

TEST(TaskAnnouncer, tellsNobodyWhoDoesNotListen) {
    Announced announced([](Call&) { return Outcome::success("null"); }, false);
    announced.announcer.began(announced.task);
    EXPECT_EQ(announced.slot->invoked, 0);
}

TEST(TaskAnnouncer, abandonsAPluginThatDoesNotReturn) {
    std::promise<void> released;
    Announced announced(
        [let = released.get_future().share()](Call&) {
            let.wait();
            return Outcome::success("null");
        },
        true, std::chrono::milliseconds(1));
    announced.announcer.began(announced.task);
    EXPECT_TRUE(tests::comesTrue([&] { return announced.slot->abandoned == 1; }));
    released.set_value();
}

TEST(TaskAnnouncer, hasALimitOfEventsUnderWay) {
    std::promise<void> released;
    Announced announced([let = released.get_future().share()](Call&) {
        let.wait();
        return Outcome::success("null");
    });
    for (int i = 0; i < 2 * TaskAnnouncer::most; ++i) {
        announced.announcer.began(announced.task);
    }
    EXPECT_EQ(announced.slot->invoked, TaskAnnouncer::most);
    released.set_value();
    EXPECT_TRUE(tests::comesTrue([&] {
        announced.announcer.ended(announced.task);
        return announced.slot->invoked > TaskAnnouncer::most;
    }));
}

/// Its calls fail for lack of memory.
class ExhaustedSlot : public tests::FakeSlot {
  public:
    ExhaustedSlot() : FakeSlot(admission::Manifest(), [](Call&) { return Outcome::success("null"); }) {}
    bool hearsOfTasks() const override { return true; }
    void invoke(std::shared_ptr<Call>) override {
        ++invoked;
        throw std::bad_alloc();
    }
};

TEST(TaskAnnouncer, doesNotCountEventsThatCannotBeToldForLackOfMemory) {
    Announced announced([](Call&) { return Outcome::success("null"); });
    const auto exhausted = std::make_shared<ExhaustedSlot>();
    const TaskAnnouncer announcer([&] { return std::vector<std::shared_ptr<plugins::Slot>>{exhausted}; },
                                  announced.timers, announced.clock, std::chrono::milliseconds(1),
                                  std::chrono::milliseconds(1));
    EXPECT_TRUE(tests::comesTrue([&] {  // once the deadlines of earlier ones are over
        EXPECT_NO_THROW(announcer.began(announced.task));
        return exhausted->invoked > 2 * TaskAnnouncer::most;
    }));
}

}  // namespace
