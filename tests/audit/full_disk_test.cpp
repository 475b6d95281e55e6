// A trail whose file cannot be written.

#include "audit/verify.h"
#include "tests/audit/trail_harness.h"
#include "tests/support/comes_true.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <sys/resource.h>

namespace aip::audit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// No file of this process may grow beyond this size.
class FullDisk {
  public:
    explicit FullDisk(rlim_t size) : _handler(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &_before);
        holds(size);
    }
    ~FullDisk() {
        ::setrlimit(RLIMIT_FSIZE, &_before);
        std::signal(SIGXFSZ, _handler);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

    void holds(rlim_t size) {
        const rlimit limit{size, _before.rlim_max};
        EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    }

  private:
    void (*_handler)(int);
    rlimit _before{};
};

class FileTrailsOnAFullDisk : public FileTrails {
  protected:
    FileTrailsOnAFullDisk() {
        base::log::setSink(base::log::Level::info, [this](base::log::Level, std::string_view line) {
            log.with([&](auto& lines) { lines.emplace_back(line); });
        });
    }

    std::vector<std::string> logged() {
        return log.with([](const auto& lines) { return lines; });
    }
    std::vector<std::string> loggedWith(std::string_view part) {
        auto lines = logged();
        lines.erase(std::remove_if(lines.begin(), lines.end(),
                                   [&](const auto& line) { return line.find(part) == std::string::npos; }),
                    lines.end());
        return lines;
    }
    static bool fails(const Trail& trail) { return trail.state().kind == TrailState::Kind::failing; }

    base::Guarded<std::vector<std::string>> log;
};

TEST_F(FileTrailsOnAFullDisk, countWhatIsLostAtTheirStopAndTellNoCheckpointOfIt) {
    for (const Sync sync : {Sync::none, Sync::group, Sync::record}) {
        SCOPED_TRACE(static_cast<int>(sync));
        auto with = settings();
        with.sync = sync;
        const auto trail = open(std::move(with));
        EXPECT_TRUE(call(*trail));
        EXPECT_TRUE(tests::comesTrue([&] { return trail->written() == 2; }));
        log.with([](auto& lines) { lines.clear(); });
        const FullDisk full(std::filesystem::file_size(file));
        for (int i = 0; i < 300; ++i) {
            EXPECT_TRUE(call(*trail));
        }
        trail->stop();
        EXPECT_EQ(trail->written(), 2U);
        EXPECT_THAT(loggedWith("lost"), ElementsAre("audit: 600 records could not be written and are lost"));
        const auto kept = verify(file);
        ASSERT_TRUE(kept && !kept->fault);
        EXPECT_EQ(lastCheckpoint(), kept->last);
    }
    // Of the first two losses the next trail has a record each; of the last one the next that opens it.
    EXPECT_THAT(kinds(lastCheckpoint()), SizeIs(11));
    EXPECT_EQ(verify(file)->lost, 1'200U);
    open();
    EXPECT_EQ(verify(file)->lost, 1'800U);
    open();
    EXPECT_EQ(verify(file)->lost, 1'800U);
    auto last = kinds();
    last.erase(last.begin(), last.end() - 3);
    EXPECT_THAT(last, ElementsAre("opened", "records_lost", "opened"));
}

/// It is killed while its records wait: whoever opens the file next says how many there were.
TEST_F(FileTrailsOnAFullDisk, oweWhatWaitsAlsoIfTheirProcessIsKilled) {
    auto trail = open();
    EXPECT_TRUE(call(*trail));
    EXPECT_TRUE(tests::comesTrue([&] { return trail->written() == 2; }));
    const std::string lock = file + ".lock";
    EXPECT_EQ(tests::readFile(lock), "00000000000000000000\n");
    {
        const FullDisk full(std::filesystem::file_size(file));
        EXPECT_TRUE(call(*trail));
        EXPECT_TRUE(tests::comesTrue([&] { return tests::readFile(lock) == "00000000000000000002\n"; }));
    }
    EXPECT_TRUE(tests::comesTrue([&] { return tests::readFile(lock) == "00000000000000000000\n"; }));
    trail.reset();
    EXPECT_EQ(verify(file)->lost, 0U);
    tests::writeFile(lock, "00000000000000000007\n");
    open();
    EXPECT_EQ(verify(file)->lost, 7U);
    tests::writeFile(lock, "what is this?");
    open();
    EXPECT_EQ(verify(file)->lost, 7U);
}

TEST_F(FileTrailsOnAFullDisk, logAnEventForWhichThereIsNoRoom) {
    auto with = settings();
    with.queue.events = 1;
    const auto trail = open(std::move(with));
    {
        const FullDisk full(std::filesystem::file_size(file));
        trail->event("lock", R"("reason":"first")");
        EXPECT_TRUE(tests::comesTrue([&] { return fails(*trail); }));
        trail->event("lock", R"("reason":"second")");
        trail->event("unlock", {});
        EXPECT_EQ(trail->state().eventsMissed, 1U);
    }
    EXPECT_THAT(loggedWith("no room"), ElementsAre("audit: no room for the record of an event: unlock {}"));
    trail->stop();
    EXPECT_THAT(kinds(), testing::Contains("events_missed"));
    EXPECT_EQ(trail->state().eventsMissed, 1U);
}

TEST_F(FileTrailsOnAFullDisk, refuseCallsWhenTheirLimitWaitsAndWriteAllOfThemLater) {
    auto with = settings();
    with.queue = {.records = 600, .open = 100};
    const auto trail = open(std::move(with));
    EXPECT_EQ(trail->state().kind, TrailState::Kind::kept);
    int taken = 0;
    {
        const FullDisk full(std::filesystem::file_size(file));
        EXPECT_TRUE(call(*trail));
        EXPECT_TRUE(tests::comesTrue([&] { return fails(*trail); }));
        for (taken = 1; call(*trail) && taken < 1'000; ++taken) {
        }
        EXPECT_EQ(taken, 300);
        const auto state = trail->state();
        EXPECT_THAT(state.why, HasSubstr(file));
        EXPECT_EQ(state.waiting, 600U);
        EXPECT_TRUE(state.full);
    }
    EXPECT_TRUE(tests::comesTrue([&] { return trail->written() == 600 && !fails(*trail); }));
    trail->stop();
    EXPECT_EQ(trail->state().waiting, 0U);
    EXPECT_THAT(loggedWith("is written again"), SizeIs(1));
    EXPECT_THAT(loggedWith("tried again"), SizeIs(1));
    const auto all = kinds(lastCheckpoint());
    EXPECT_EQ(std::count(all.begin(), all.end(), "ended"), 300);
}

/// One record fits, the others do not: it is not written again.
TEST_F(FileTrailsOnAFullDisk, saySoOnceWhileAFewRecordsFit) {
    auto with = settings();
    with.sync = Sync::record;
    const auto trail = open(std::move(with));
    const auto before = std::filesystem::file_size(file);
    FullDisk full(before);
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(call(*trail));
    }
    EXPECT_TRUE(tests::comesTrue([&] { return fails(*trail); }));
    full.holds(before + 900);
    EXPECT_TRUE(tests::comesTrue([&] { return std::filesystem::file_size(file) > before; }));
    trail->stop();
    EXPECT_TRUE(fails(*trail));
    EXPECT_THAT(loggedWith("tried again"), SizeIs(1));
    EXPECT_THAT(loggedWith("is written again"), IsEmpty());
    EXPECT_THAT(loggedWith("lost"), SizeIs(1));
}

}  // namespace
}  // namespace aip::audit
