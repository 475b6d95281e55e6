// Each kind of change to a chain is named, with the record that it is about.

#include "audit/verify.h"

#include "base/sha256.h"
#include "tests/audit/sealed.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace aip::audit {
namespace {

using testing::HasSubstr;
using Kind = ChainFault::Kind;
using Lines = std::vector<std::string>;

/// Record 1 is the opening; lines without line breaks.
Lines chainOf(std::size_t count) {
    Chain chain;
    Lines lines;
    for (std::size_t i = 1; i <= count; ++i) {
        lines.push_back(sealed(chain, i == 1 ? R"("kind":"opened")" : R"("kind":"event","n":)" + std::to_string(i)));
        lines.back().pop_back();
    }
    return lines;
}

Checkpoint checkpointOf(const Lines& lines, std::size_t number) {
    return {number, base::sha256Of(lines[number - 1])};
}

std::optional<ChainFault> faultOf(const Lines& lines, std::optional<Checkpoint> checkpoint = {}) {
    ChainCheck check(std::move(checkpoint));
    check.beginFile("audit.jsonl");
    for (const auto& line : lines) {
        check.add(line);
    }
    check.end();
    return check.fault();
}

void replace(std::string& line, const std::string& what, const std::string& by) {
    line.replace(line.find(what), what.size(), by);
}

/// What is done to a chain of nine records, and what is found. A checkpoint of record 7 changes nothing of it.
struct ChangeRow {
    const char* name;
    std::function<void(Lines&)> change;
    Kind kind;
    std::uint64_t sequence;
    const char* text;
};

const ChangeRow changes[] = {
    {"altered", [](Lines& all) { replace(all[4], "\"n\":5", "\"n\":6"); }, Kind::altered, 5,
     "line 5: record 5 is altered"},
    {"altered opening", [](Lines& all) { all[0].insert(all[0].size() - 1, R"(,"x":1)"); }, Kind::altered, 1,
     "record 1 is altered"},
    {"another hash",
     [](Lines& all) { replace(all[4], "prev\":\"", "prev\":\"0"), all[4].erase(all[4].find("\",\"kind") - 1, 1); },
     Kind::altered, 5, "record 5 is altered"},
    {"another number", [](Lines& all) { replace(all[4], "\"seq\":5", "\"seq\":50"); }, Kind::altered, 5,
     "record 5 is altered: it has the number 50"},
    {"an earlier number", [](Lines& all) { replace(all[4], "\"seq\":5", "\"seq\":2"); }, Kind::altered, 5,
     "record 5 is altered: it has the number 2"},
    {"not a record", [](Lines& all) { all[4] = "hello"; }, Kind::altered, 5, "line 5: not a record; record 5"},
    {"an empty line", [](Lines& all) { all.insert(all.begin() + 4, ""); }, Kind::altered, 5, "line 5: not a record"},
    {"deleted", [](Lines& all) { all.erase(all.begin() + 4); }, Kind::missing, 5,
     "line 5: record 5 is missing before it"},
    {"several deleted", [](Lines& all) { all.erase(all.begin() + 3, all.begin() + 6); }, Kind::missing, 4,
     "records 4 to 6 are missing before it"},
    {"the first ones deleted", [](Lines& all) { all.erase(all.begin(), all.begin() + 3); }, Kind::missing, 3,
     "records before record 4 are missing"},
    {"swapped", [](Lines& all) { std::swap(all[4], all[5]); }, Kind::reordered, 5,
     "line 6: record 5 stands after record 6"},
    {"moved back", [](Lines& all) { std::rotate(all.begin() + 2, all.begin() + 6, all.begin() + 7); }, Kind::reordered,
     3, "record 3 stands after record 7"},
    {"moved to the end", [](Lines& all) { std::rotate(all.begin() + 2, all.begin() + 3, all.end()); }, Kind::reordered,
     3, "line 9: record 3 stands after record 4"},
    {"twice", [](Lines& all) { all.insert(all.begin() + 5, all[4]); }, Kind::reordered, 5,
     "line 6: record 5 stands after record 5"},
    {"the first of two faults", [](Lines& all) { all.erase(all.begin() + 7), replace(all[2], "\"n\":3", "\"n\":4"); },
     Kind::altered, 3, "record 3"},
};

TEST(ChainCheck, namesTheFirstRecordThatIsNotWhatItWas) {
    const Lines whole = chainOf(9);
    for (const auto& row : changes) {
        SCOPED_TRACE(row.name);
        Lines lines = whole;
        row.change(lines);
        for (const auto& checkpoint : {std::optional<Checkpoint>(), std::optional(checkpointOf(whole, 7))}) {
            const auto fault = faultOf(lines, checkpoint);
            ASSERT_TRUE(fault);
            EXPECT_EQ(name(fault->kind), name(row.kind));
            EXPECT_EQ(fault->sequence, row.sequence);
            EXPECT_THAT(fault->text, HasSubstr(row.text));
        }
    }
}

TEST(ChainCheck, findsNothingWrongWithAChain) {
    for (const std::size_t count : {1U, 2U, 9U}) {
        const Lines lines = chainOf(count);
        EXPECT_FALSE(faultOf(lines));
        EXPECT_FALSE(faultOf(lines, checkpointOf(lines, count)));
        EXPECT_FALSE(faultOf(lines, checkpointOf(lines, 1)));
    }
    EXPECT_FALSE(faultOf({}));
}

TEST(ChainCheck, takesTheKindOfARecordFromNoParameters) {
    Chain chain;
    const std::string opening = sealed(chain, R"("kind":"opened")");
    std::string call =
        sealed(chain, R"("kind":"begun","parameters":{"kind":"opened","x":{"kind":"records_lost","count":7}})");
    call.pop_back();
    const auto fault = faultOf({call});
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->kind, Kind::missing);

    ChainCheck check{std::optional<Checkpoint>()};
    check.add(opening.substr(0, opening.size() - 1));
    check.add(call);
    check.end();
    EXPECT_FALSE(check.fault());
    EXPECT_EQ(check.lost(), 0U);
}

TEST(ChainCheck, needsACheckpointForTheEnd) {
    const Lines whole = chainOf(9);
    const Lines cut(whole.begin(), whole.begin() + 6);
    EXPECT_FALSE(faultOf(cut));
    const auto fault = faultOf(cut, checkpointOf(whole, 9));
    ASSERT_TRUE(fault);
    EXPECT_EQ(*fault, (ChainFault{Kind::cut, 7, "audit.jsonl, line 6: records 7 to 9 are missing at the end"}));

    Lines altered = whole;
    replace(altered.back(), "\"n\":9", "\"n\":8");
    EXPECT_FALSE(faultOf(altered));
    EXPECT_EQ(faultOf(altered, checkpointOf(whole, 9))->kind, Kind::altered);
    EXPECT_EQ(faultOf({}, checkpointOf(whole, 9))->kind, Kind::cut);
}

/// The last but one is altered, and nothing after the last one tells which of them it is.
TEST(ChainCheck, namesTheEarlierOfTwoThatDoNotFit) {
    Lines lines = chainOf(9);
    replace(lines[7], "\"n\":8", "\"n\":9");
    const auto fault = faultOf(lines);
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->sequence, 8U);
    EXPECT_THAT(fault->text, HasSubstr("record 8 is altered, or the number and hash of the one after it"));
}

TEST(ChainCheck, seesAChainThatWasWrittenAgain) {
    const Lines whole = chainOf(9);
    Chain chain;
    Lines again;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        again.push_back(sealed(chain, whole[i].substr(whole[i].find("\"kind\""), i == 4 ? 14 : std::string::npos)));
        again.back().pop_back();
    }
    EXPECT_FALSE(faultOf(again));
    EXPECT_THAT(faultOf(again, checkpointOf(whole, 9))->text, HasSubstr("record 9 is not that of the checkpoint"));
}

class VerifiedFiles : public testing::Test {
  protected:
    void write(const std::string& name, Lines lines, const std::string& end = "\n") const {
        std::string text;
        for (const auto& line : lines) {
            text += (text.empty() ? "" : "\n") + line;
        }
        folder.write(name, text + (lines.empty() ? "" : end));
    }

    Verified verified(std::optional<Checkpoint> checkpoint = {}) const {
        const auto result = verify(folder / "audit.jsonl", checkpoint);
        EXPECT_TRUE(result) << result.error().text();
        return result ? *result : Verified();
    }

    const tests::TemporaryFolder folder;
    const Lines all = chainOf(9);
};

TEST_F(VerifiedFiles, areOneChainWithTheirOlderParts) {
    write("audit.2.jsonl", {all.begin(), all.begin() + 3});
    write("audit.1.jsonl", {all.begin() + 3, all.begin() + 6});
    write("audit.jsonl", {all.begin() + 6, all.end()});
    write("audit.other.jsonl", {"what belongs to somebody else"});
    const auto found = verified(checkpointOf(all, 5));
    EXPECT_FALSE(found.fault);
    EXPECT_EQ(found.first, 1U);
    EXPECT_EQ(found.last, checkpointOf(all, 9));
    EXPECT_FALSE(found.checkpointIsOlder);

    std::filesystem::remove(folder / "audit.1.jsonl");
    EXPECT_THAT(verified().fault->text, HasSubstr("audit.jsonl, line 1: records 4 to 6 are missing before it"));
}

TEST_F(VerifiedFiles, mayHaveLostOldPartsAsAWhole) {
    Lines later = all;
    later.erase(later.begin(), later.begin() + 4);
    Chain chain(checkpointOf(all, 4));
    later = {sealed(chain, R"("kind":"opened")")};
    later.back().pop_back();
    write("audit.jsonl", later);
    const auto found = verified(checkpointOf(all, 3));
    EXPECT_FALSE(found.fault);
    EXPECT_EQ(found.first, 5U);
    EXPECT_TRUE(found.checkpointIsOlder);
}

TEST_F(VerifiedFiles, haveACompleteLastLine) {
    write("audit.jsonl", all, "");
    EXPECT_EQ(verified().fault->kind, Kind::cut);
    Lines half = all;
    half.back().resize(20);
    write("audit.jsonl", half, "");
    const auto fault = verified().fault;
    ASSERT_TRUE(fault);
    EXPECT_EQ(*fault, (ChainFault{Kind::cut, 9, "audit.jsonl, line 9: the last record is incomplete"}));
}

TEST_F(VerifiedFiles, areThere) {
    const auto none = verify(folder / "audit.jsonl");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code(), base::Code::notFound);
}

}  // namespace
}  // namespace aip::audit
