// What the system lacks, and what a server or a plugin may do to the place of a call: a delay or one failure, no more.

#include "tests/plugins/support.h"
#include "tests/support/comes_true.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <tuple>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace {

using aip::plugins::Isolation;
using aip::plugins::SlotSettings;
using aip::plugins::SlotState;
using aip::tests::comesTrue;
using aip::tests::isolated;
using aip::tests::SlotFixture;
using namespace std::chrono_literals;

/// While it lives, this process can open at most `more` descriptors beside those that it has.
class FewDescriptors {
  public:
    explicit FewDescriptors(int more) {
        ::getrlimit(RLIMIT_NOFILE, &_before);
        const int next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        ::close(next);
        rlimit few = _before;
        few.rlim_cur = static_cast<rlim_t>(next + more);
        ::setrlimit(RLIMIT_NOFILE, &few);
    }
    ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &_before); }
    FewDescriptors(const FewDescriptors&) = delete;
    FewDescriptors& operator=(const FewDescriptors&) = delete;

  private:
    rlimit _before{};
};

class Shortage : public testing::TestWithParam<std::tuple<Isolation, int>> {};

TEST_P(Shortage, atTheFirstStartOnlyDelaysIt) {
    const auto& [isolation, descriptors] = GetParam();
    SlotSettings settings = isolated(isolation);
    settings.process.backoffBase = 1ms;
    settings.process.backoffCap = 5ms;
    SlotFixture fixture("good", settings);
    {
        const FewDescriptors few(descriptors);
        const auto started = fixture.slot->start();
        EXPECT_TRUE(started || started.error().code == "shortage") << started.error().line();
        EXPECT_TRUE(!started || descriptors > 0);
    }
    EXPECT_TRUE(comesTrue([&] { return fixture.run("echo").text() == "{}"; }));
    EXPECT_EQ(fixture.slot->state(), SlotState::running);
    EXPECT_EQ(fixture.slot->reason(), "");
    EXPECT_TRUE(fixture.slot->stop(30s));
}

INSTANTIATE_TEST_SUITE_P(ProcessSlot, Shortage,
                         testing::Combine(testing::Values(Isolation::process, Isolation::perCall, Isolation::inProcess),
                                          testing::Range(0, 24)),
                         [](const auto& each) {
                             return aip::tests::nameOf(std::get<0>(each.param)) + "_" +
                                    std::to_string(std::get<1>(each.param));
                         });

/// A call with that id, which the server has chosen.
std::shared_ptr<aip::hosting::Call> callWithId(const std::string& id, std::promise<std::string>& answer) {
    aip::hosting::Call::Request request;
    request.id = id;
    request.tool = "echo";
    request.toolType = "action";
    request.parameters = "{}";
    request.deadline = std::chrono::steady_clock::now() + 1h;
    return std::make_shared<aip::hosting::Call>(std::move(request), [&answer](const aip::hosting::Outcome& outcome) {
        answer.set_value(outcome.ok() ? outcome.json : aip::base::codeName(outcome.code));
    });
}

class LongIds : public testing::TestWithParam<Isolation> {};

TEST_P(LongIds, failTheirCallAndNothingElse) {
    SlotFixture fixture("good", isolated(GetParam()));
    const std::string expected = GetParam() == Isolation::inProcess ? "{}" : "EXHAUSTED";
    for (const std::size_t size : {131'000UL, 131'072UL, 1UL << 20U, 5UL << 20U}) {
        for (int i = 0; i < 20; ++i) {
            std::promise<std::string> answer;
            const auto call = callWithId(std::string(size, 'i'), answer);
            fixture.slot->invoke(call);
            const std::string text = answer.get_future().get();
            EXPECT_TRUE(text == expected || (size == 131'000 && text == "{}")) << size << ": " << text;
        }
    }
    EXPECT_EQ(fixture.run("echo").text(), "{}");
    EXPECT_EQ(fixture.slot->state(), SlotState::running);
    EXPECT_EQ(fixture.slot->reason(), "");
}

INSTANTIATE_TEST_SUITE_P(ProcessSlot, LongIds,
                         testing::Values(Isolation::process, Isolation::perCall, Isolation::inProcess),
                         [](const auto& each) { return aip::tests::nameOf(each.param); });

/// The children of a process, by the letter of their state.
std::map<char, int> childrenOf(const std::string& pid) {
    std::map<char, int> found;
    std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
    for (std::string child; children >> child;) {
        std::string stat;
        std::getline(std::ifstream("/proc/" + child + "/stat"), stat);
        const auto end = stat.rfind(')');
        found[end == std::string::npos ? '-' : stat[end + 2]]++;
    }
    return found;
}

TEST(ProcessSlot, seesItsProcessEndAlthoughTheSystemReapsIt) {
    const auto before = ::signal(SIGCHLD, SIG_IGN);
    SlotFixture fixture("good", isolated(Isolation::process));
    EXPECT_EQ(fixture.run("echo").text(), "{}");
    EXPECT_TRUE(fixture.slot->stop(30s));
    EXPECT_EQ(fixture.slot->state(), SlotState::stopped);
    ::signal(SIGCHLD, before);
}

TEST(ProcessSlot, leavesNoZombieOfWhatThePluginLeavesBehind) {
    SlotFixture fixture("process", isolated(Isolation::process));
    for (int i = 0; i < 3; ++i) {
        const std::string watcher = fixture.run("orphans").text();
        EXPECT_TRUE(comesTrue([&] { return childrenOf(watcher) == std::map<char, int>{{'S', 1}}; }));
    }
    EXPECT_TRUE(fixture.slot->stop(30s));
}

#ifndef TEST_SANITIZED  // a sanitizer needs memory that may not be there then
TEST(ProcessSlot, failsOnlyACallWhoseParametersItsProcessHasNoMemoryFor) {
    SlotSettings settings = isolated(Isolation::process);
    settings.process.maxFailures = 0;
    SlotFixture fixture("starves", settings);
    const std::string large = R"({"text":")" + std::string(60'000, 'x') + "\"}";
    EXPECT_TRUE(comesTrue([&] {  // each of its threads may have some memory of its own left
        static_cast<void>(fixture.run("starve").text());
        const std::string text = fixture.run("echo", large).text();
        return text.starts_with("EXHAUSTED: ") && text.ends_with("no memory left");
    })) << fixture.slot->reason();
    EXPECT_TRUE(comesTrue([&] { return fixture.run("feed").text() == "null"; }));
    EXPECT_EQ(fixture.run("echo", large).text(), "null");
    EXPECT_EQ(fixture.slot->state(), SlotState::running);
}
#endif

}  // namespace
