#include "table.h"

#include <gtest/gtest.h>

namespace {

using aip::agentctl::Table;

TEST(OperatorsTable, alignsItsColumns) {
    Table table({"ID", "NAME", "REASON"});
    table.add({"1", "a", "why"});
    table.add({"200", "longer", ""});
    EXPECT_EQ(table.text(),
              "ID   NAME    REASON\n"
              "1    a       why\n"
              "200  longer\n");
}

TEST(OperatorsTable, leavesEmptyColumnsOut) {
    Table table({"ID", "TASK", "NAME"});
    table.add({"1", "", "a"});
    EXPECT_EQ(table.text(), "ID  NAME\n1   a\n");
    EXPECT_EQ(Table({"ID"}).text(), "\n");
}

TEST(OperatorsTable, countsCharactersNotBytes) {
    Table table({"NAME", "X"});
    table.add({"äöü", "1"});
    table.add({"abc", "2"});
    EXPECT_EQ(table.text(), "NAME  X\näöü   1\nabc   2\n");
    EXPECT_EQ(table.text(5), "NAME\näöü\nabc\n");
}

TEST(OperatorsTable, showsEscapesOfOthersAsText) {
    Table table({"NAME", "X"});
    table.add({"a\x1b[31m\n\u202e", "1"});
    EXPECT_EQ(table.text(), "NAME               X\na\\x1b[31m\\n\\u202e  1\n");
}

}  // namespace
