#include "app/reload_ledger.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <string>
#include <vector>

namespace aip::app {
namespace {

using namespace std::chrono_literals;
using Keys = std::vector<std::string>;
using control::Reloaded;

auto soon() {
    return std::chrono::steady_clock::now() + 60s;
}

TEST(ReloadLedger, hasNoOutcomeOfWhatBeganBefore) {
    ReloadLedger ledger;
    const auto now = std::chrono::steady_clock::now();
    EXPECT_FALSE(ledger.after(0, now));
    ledger.begin();
    const auto before = ledger.begun();
    ledger.end(Reloaded{{"a"}, {}});
    EXPECT_FALSE(ledger.after(before, now));
    const auto first = ledger.after(0, now);
    ASSERT_TRUE(first && *first);
    EXPECT_EQ((*first)->needsRestart, Keys{"a"});
}

TEST(ReloadLedger, wakesThoseThatWait) {
    ReloadLedger ledger;
    ledger.begin();
    auto waiting = std::async(std::launch::async, [&] { return ledger.after(1, soon()); });
    ledger.end(Reloaded{{"of the one before"}, {}});
    ledger.begin();
    ledger.end(base::Error(base::Code::invalid, "why"));
    const auto outcome = waiting.get();
    ASSERT_TRUE(outcome);
    ASSERT_FALSE(*outcome);
    EXPECT_EQ(outcome->error().text(), "why");
}

}  // namespace
}  // namespace aip::app
