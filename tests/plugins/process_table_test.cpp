#include "plugins/process_table.h"

#include <gtest/gtest.h>

#include <unistd.h>

namespace {

using aip::plugins::ProcessTable;

TEST(ProcessTable, addsWhatIsBelowAProcess) {
    const ProcessTable table({{1, {0, 1'000}}, {10, {1, 1}}, {11, {10, 20}}, {12, {10, 300}}, {13, {12, 4'000}}});
    EXPECT_EQ(table.residentBytes(10), 4'321U);
    EXPECT_EQ(table.residentBytes(12), 4'300U);
    EXPECT_EQ(table.residentBytes(99), 0U);
}

TEST(ProcessTable, endsWhereTheNumbersOfTheSystemGoRound) {
    const ProcessTable table({{1, {2, 1}}, {2, {1, 1}}});
    EXPECT_GE(table.residentBytes(1), 2U);
}

TEST(ProcessTable, readsThisProcess) {
    EXPECT_GT(ProcessTable::read().residentBytes(::getpid()), 0U);
}

}  // namespace
