#include "audit/file_trail.h"

#include "audit/reader.h"
#include "audit/trail_file.h"
#include "audit/verify.h"
#include "base/log.h"
#include "tests/audit/trail_harness.h"
#include "tests/support/comes_true.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace aip::audit {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(FileTrails, copiesWhatStandsInTheFile) {
    base::Guarded<std::string> copied;
    auto with = settings();
    with.maxFileSize = 4'096;
    with.written = [&](std::string_view lines) { copied.with([&](std::string& all) { all += lines; }); };
    const auto trail = open(with);
    for (int i = 0; i < 20; ++i) {
        EXPECT_TRUE(call(*trail));
    }
    trail->stop();
    std::string kept;
    Reader reader(file, {});
    EXPECT_TRUE(reader.read([&](std::string_view line) { kept += std::string(line) + "\n"; }));
    EXPECT_EQ(copied.with([](const std::string& all) { return all; }), kept);
    EXPECT_EQ(trail->written(), 40U);
}

TEST_F(FileTrails, haveTwoRecordsForACallAndOneForAnEvent) {
    {
        const auto trail = open();
        auto begun = trail->begin({.session = "s", .tool = "run"}, tool(), {});
        ASSERT_TRUE(begun);
        trail->event("lock", R"("reason":"x")");
        clock.advance(1500us);
        (*begun)->ended({.by = "tool", .code = base::Code::deadline});
        EXPECT_TRUE(tests::comesTrue([&] { return trail->written() == 3; }));
    }
    EXPECT_THAT(kinds(lastCheckpoint()), ElementsAre("opened", "begun", "lock", "ended"));
    const std::string text = tests::readFile(file);
    EXPECT_THAT(text, HasSubstr(R"("kind":"opened","why":"start","chain":"new"})"));
    EXPECT_THAT(text, HasSubstr(R"("kind":"ended","begun":2,"session":"s","tool":"action::run","status":"failure",)"
                                R"("code":"DEADLINE","by":"tool","duration_us":1500,"bytes":0})"));
}

TEST_F(FileTrails, goOnWithTheChainThatIsThere) {
    for (const Sync sync : {Sync::none, Sync::group, Sync::record}) {
        auto with = settings();
        with.sync = sync;
        const auto trail = open(std::move(with));
        EXPECT_TRUE(call(*trail));
    }
    EXPECT_THAT(kinds(lastCheckpoint()),
                ElementsAre("opened", "begun", "ended", "opened", "begun", "ended", "opened", "begun", "ended"));
}

TEST_F(FileTrails, areForOwnEyesOnly) {
    open();
    using std::filesystem::perms;
    EXPECT_EQ(std::filesystem::status(file).permissions() & (perms::group_all | perms::others_all), perms::none);
}

TEST_F(FileTrails, keepTheChainWhenTheyRotate) {
    {
        auto with = settings();
        with.maxFileSize = 2'000;
        with.maxFiles = 3;
        const auto trail = open(std::move(with));
        for (int i = 0; i < 40; ++i) {
            EXPECT_TRUE(call(*trail, R"({"text":")" + std::string(i == 20 ? 9'000 : 300, 'x') + "\"}"));
        }
    }
    EXPECT_THAT(tests::namesIn(folder.path()),
                ElementsAre("audit.1.jsonl", "audit.2.jsonl", "audit.3.jsonl", "audit.jsonl", "audit.jsonl.lock"));
    const auto all = kinds(lastCheckpoint());
    EXPECT_EQ(std::count(all.begin(), all.end(), "opened"), 4);
    for (const char* part : {"audit.jsonl", "audit.1.jsonl", "audit.2.jsonl"}) {
        EXPECT_LE(std::filesystem::file_size(folder / part), 2'000U);
        EXPECT_THAT(tests::readFile(folder / part), HasSubstr(R"("kind":"opened","why":"rotation"})"));
    }
}

TEST_F(FileTrails, goOnInAnotherFileWhenTheirsIsTakenAway) {
    {
        const auto trail = open();
        EXPECT_TRUE(call(*trail));
        EXPECT_TRUE(tests::comesTrue([&] { return trail->written() == 2; }));
        std::filesystem::remove(file);
        EXPECT_TRUE(call(*trail));
    }
    EXPECT_THAT(kinds(lastCheckpoint()), ElementsAre("opened", "begun", "ended"));
    EXPECT_THAT(tests::readFile(file), HasSubstr(R"("why":"the file was taken away"})"));
}

TEST(TrailFile, keepsItsOlderPartsHoweverOftenARotationFails) {
    const tests::TemporaryFolder folder;
    auto file = *TrailFile::open({folder / "audit.jsonl", 3});
    for (const char* line : {"{1}\n", "{2}\n"}) {
        EXPECT_TRUE(file.write(line));
        EXPECT_TRUE(file.rotate());
    }
    std::filesystem::create_directory(folder / "audit.3.jsonl");
    for (int i = 0; i < 4; ++i) {
        EXPECT_FALSE(file.rotate());
    }
    EXPECT_EQ(tests::readFile(folder / "audit.1.jsonl"), "{2}\n");
    EXPECT_EQ(tests::readFile(folder / "audit.2.jsonl"), "{1}\n");
    EXPECT_TRUE(file.write("{3}\n"));
}

/// At start, for each file that is full, and at the end: each of them is a place of the chain.
TEST_F(FileTrails, giveCheckpoints) {
    {
        auto with = settings();
        with.maxFileSize = 2'000;
        with.maxFiles = 100;
        const auto trail = open(std::move(with));
        for (int i = 0; i < 20; ++i) {
            EXPECT_TRUE(call(*trail));
        }
    }
    const auto all = checkpoints.with([](const auto& list) { return list; });
    EXPECT_EQ(all.front().sequence, 1U);
    EXPECT_THAT(all, SizeIs(testing::Gt(3U)));
    for (const auto& checkpoint : all) {
        kinds(checkpoint);
    }
}

TEST_F(FileTrails, giveACheckpointNowAndThenIfThereAreNewRecords) {
    auto with = settings();
    with.checkpointEvery = 1ms;
    const auto trail = open(std::move(with));
    EXPECT_TRUE(call(*trail));
    EXPECT_TRUE(tests::comesTrue([&] { return lastCheckpoint().sequence == 3; }));
}

TEST_F(FileTrails, cutAPartialLastLineAndSayIt) {
    base::Guarded<std::vector<std::string>> log;
    base::log::setSink(base::log::Level::warn, [&](base::log::Level, std::string_view line) {
        log.with([&](auto& lines) { lines.emplace_back(line); });
    });
    { EXPECT_TRUE(call(*open())); }
    tests::writeFile(file, tests::readFile(file) + R"({"seq":4,"prev":"12)");
    { EXPECT_TRUE(call(*open())); }
    EXPECT_THAT(kinds(), ElementsAre("opened", "begun", "ended", "opened", "begun", "ended"));
    EXPECT_THAT(tests::readFile(file), HasSubstr(R"("why":"start","cut_bytes":19})"));
    EXPECT_THAT(log.with([](const auto& lines) { return lines; }),
                ElementsAre("audit: " + file + ": the last record was incomplete, 19 bytes of it are cut"));
}

TEST_F(FileTrails, leaveAFileAloneThatHoldsSomethingElse) {
    tests::writeFile(file, "root:x:0:0:\nand a last line without an end");
    const auto opened = FileTrail::open(settings(), clock);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code(), base::Code::invalid);
    EXPECT_THAT(opened.error().text(), HasSubstr("holds something else than records"));
    EXPECT_EQ(checkTrailFile(file).error().text(), opened.error().text());
    EXPECT_EQ(tests::readFile(file), "root:x:0:0:\nand a last line without an end");
}

TEST_F(FileTrails, goOnAfterARotationThatWasInterrupted) {
    { EXPECT_TRUE(call(*open())); }
    const auto before = lastCheckpoint();
    std::filesystem::rename(file, folder / "audit.1.jsonl");
    { EXPECT_TRUE(call(*open())); }
    EXPECT_THAT(kinds(before), SizeIs(6));
}

/// What stands there stays, beside another chain.
TEST_F(FileTrails, leaveAFileWhoseLastLineIsNotARecord) {
    const std::string other = "{\"seq\":1,\n";
    tests::writeFile(file, other);
    { EXPECT_TRUE(call(*open())); }
    EXPECT_EQ(tests::readFile(folder / "audit.1.jsonl"), other);
    EXPECT_THAT(tests::readFile(file), HasSubstr(R"("why":"the last line was not a record","chain":"new"})"));
    EXPECT_EQ(verify(file)->fault->kind, ChainFault::Kind::altered);
}

TEST_F(FileTrails, haveOneWriter) {
    const auto first = open();
    const auto second = FileTrail::open(settings(), clock);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), base::Code::state);
    EXPECT_THAT(second.error().text(), HasSubstr("another process writes it"));
}

TEST_F(FileTrails, areNotOpenedInPlacesThatAreNone) {
    for (const std::string& place :
         {folder / "missing/audit.jsonl", folder.path().string(), std::string("/dev/null")}) {
        auto with = settings();
        with.file = place;
        EXPECT_FALSE(FileTrail::open(std::move(with), clock)) << place;
    }
    std::filesystem::create_symlink(folder / "elsewhere", file);
    EXPECT_FALSE(FileTrail::open(settings(), clock));
}

/// The writer cannot be stopped here, but calls that run hold the places of their ends.
TEST_F(FileTrails, refuseCallsWhileTheQueueIsFullAndLoseNoRecord) {
    auto with = settings();
    with.queue.records = 8;
    const auto trail = open(std::move(with));
    std::vector<std::shared_ptr<OpenCall>> running;
    std::string refusal;
    while (refusal.empty()) {
        auto begun = trail->begin({.tool = "run"}, tool(), {});
        if (begun) {
            running.push_back(*std::move(begun));
        } else {
            EXPECT_EQ(begun.error().code(), base::Code::exhausted);
            refusal = begun.error().text();
        }
    }
    EXPECT_THAT(refusal, HasSubstr("its queue is full"));
    const auto count = running.size();
    EXPECT_GE(count, 4U);
    for (const auto& call : running) {
        call->ended({.by = "tool"});
    }
    EXPECT_TRUE(tests::comesTrue([&] { return trail->written() == 2 * count; }));
    EXPECT_TRUE(call(*trail));
    trail->stop();
    const auto all = kinds(lastCheckpoint());
    EXPECT_EQ(std::count(all.begin(), all.end(), "ended"), static_cast<std::ptrdiff_t>(count) + 1);
    EXPECT_EQ(std::count(all.begin(), all.end(), "begun"), static_cast<std::ptrdiff_t>(count) + 1);
    EXPECT_EQ(std::count(all.begin(), all.end(), "calls_refused"), 1);
}

TEST_F(FileTrails, refuseCallsAfterTheirStop) {
    const auto trail = open();
    auto late = trail->begin({.tool = "run"}, tool(), {});
    trail->stop();
    EXPECT_FALSE(call(*trail));
    (*late)->ended({});
    EXPECT_THAT(kinds(), ElementsAre("opened", "begun"));
}

TEST_F(FileTrails, recordWhatManyThreadsDo) {
    constexpr int each = 500;
    {
        auto with = settings();
        with.maxFileSize = 100'000;
        with.maxFiles = 100;
        const auto trail = open(std::move(with));
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int n = 0; n < each; ++n) {
                    while (!call(*trail)) {
                        std::this_thread::yield();
                    }
                }
            });
        }
        for (auto& thread : threads) {
            thread.join();
        }
    }
    const auto all = kinds(lastCheckpoint());
    EXPECT_EQ(std::count(all.begin(), all.end(), "begun"), 4 * each);
    EXPECT_EQ(std::count(all.begin(), all.end(), "ended"), 4 * each);
}

TEST(MissingTrail, saysWhyAndTakesEveryCall) {
    const auto missing = missingTrail("no room");
    EXPECT_EQ(*missing->begin({}, nullptr, {}), nullptr);
    EXPECT_EQ(missing->state().kind, TrailState::Kind::missing);
    EXPECT_EQ(missing->state().why, "no room");
    EXPECT_EQ(noTrail().state().kind, TrailState::Kind::unwanted);
}

TEST(NoTrail, takesEveryCall) {
    const auto begun = noTrail().begin({}, nullptr, {});
    ASSERT_TRUE(begun);
    EXPECT_EQ(*begun, nullptr);
}

}  // namespace
}  // namespace aip::audit
