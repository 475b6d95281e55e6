#pragma once

#include "audit/file_trail.h"
#include "audit/reader.h"
#include "audit/verify.h"
#include "base/guarded.h"
#include "base/log.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace aip::audit {

/// A trail in a folder of its own.
class FileTrails : public testing::Test {
  protected:
    ~FileTrails() override { base::log::setSink(base::log::Level::error, {}); }

    TrailSettings settings() {
        return {.file = file, .checkpoint = [this](const Checkpoint& checkpoint) {
                    checkpoints.with([&](auto& all) { all.push_back(checkpoint); });
                }};
    }

    std::unique_ptr<FileTrail> open(TrailSettings with) {
        auto opened = FileTrail::open(std::move(with), clock);
        EXPECT_TRUE(opened) << opened.error().text();
        return opened ? *std::move(opened) : nullptr;
    }
    std::unique_ptr<FileTrail> open() { return open(settings()); }

    static bool call(Trail& trail, std::string_view parameters = "{}") {
        const auto begun = trail.begin({.session = "s", .tool = "run", .parameters = parameters}, tool(), {});
        if (begun) {
            (*begun)->ended({.by = "tool", .bytes = 3});
        }
        return static_cast<bool>(begun);
    }
    static std::shared_ptr<const ToolFacts> tool() {
        static const auto facts = std::make_shared<const ToolFacts>(ToolFacts{"action::run", "N", "p", "1", "abc", {}});
        return facts;
    }

    /// The kinds of the records that are there, and nothing is wrong with them.
    std::vector<std::string> kinds(std::optional<Checkpoint> checkpoint = {}) const {
        const auto verified = verify(file, checkpoint);
        EXPECT_TRUE(verified && !verified->fault) << (verified ? verified->fault->text : verified.error().text());
        std::vector<std::string> all;
        Reader reader(file, {});
        EXPECT_TRUE(reader.read([&](std::string_view line) {
            const auto begin = line.find("\"kind\":\"") + 8;
            all.emplace_back(line.substr(begin, line.find('"', begin) - begin));
        }));
        return all;
    }
    Checkpoint lastCheckpoint() {
        return checkpoints.with([](const auto& all) { return all.back(); });
    }

    const tests::TemporaryFolder folder;
    const std::string file = folder / "audit.jsonl";
    tests::ManualClock clock;
    base::Guarded<std::vector<Checkpoint>> checkpoints;
};

}  // namespace aip::audit
