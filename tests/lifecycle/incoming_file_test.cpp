#include "lifecycle/incoming_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

using namespace aip::lifecycle;
using aip::protocol::Announcement;
using aip::protocol::ServerType;

namespace {

std::string text(Intake action) {
    constexpr const char* names[] = {"none", "open", "expect", "append", "store", "keep", "fail"};
    return names[static_cast<std::size_t>(action)];
}

std::uint64_t number(std::istringstream& in) {
    std::string part;
    std::getline(in, part, ':');
    return std::stoull(part);
}

/// "start:SIZE:PIECES", "single:SIZE", "piece:NUMBER:SIZE", "end:PIECES", "frame:SIZE", "late"
IncomingFile::Step feed(IncomingFile& file, const std::string& word) {
    std::istringstream in(word);
    std::string what;
    std::getline(in, what, ':');
    if (what == "start") {
        Announcement start{.type = ServerType::fileTransferStart, .filename = "f", .size = number(in)};
        start.totalChunks = number(in);
        return file.announced(start);
    }
    if (what == "single") {
        return file.announced({.filename = "one", .size = number(in)});
    }
    if (what == "piece") {
        Announcement piece{.chunkNumber = number(in)};
        piece.size = piece.chunkSize = number(in);
        return file.announced(piece);
    }
    if (what == "end") {
        return file.announced({.type = ServerType::fileTransferComplete, .totalChunks = number(in)});
    }
    return what == "frame" ? file.frame(number(in)) : file.failed("too late");
}

struct Row {
    const char* what;
    std::string inputs;
    std::string actions;
    std::string fault = {};  ///< part of the first fault
};

class IncomingFileRows : public testing::TestWithParam<Row> {};

TEST_P(IncomingFileRows, areFollowed) {
    IncomingFile file({.enabled = true, .maxFileSize = 100});
    std::istringstream words(GetParam().inputs);
    std::string actions;
    std::string fault;
    for (std::string word; words >> word;) {
        const auto step = feed(file, word);
        actions += (actions.empty() ? "" : " ") + text(step.action);
        fault += fault.empty() ? step.fault : "";
        EXPECT_EQ(step.action == Intake::fail, !step.fault.empty()) << word;
    }
    EXPECT_EQ(actions, GetParam().actions);
    EXPECT_THAT(fault, testing::HasSubstr(GetParam().fault));
    EXPECT_EQ(fault.empty(), GetParam().fault.empty()) << fault;
    EXPECT_FALSE(file.active() || file.expectsFrame());
}

INSTANTIATE_TEST_SUITE_P(Whole, IncomingFileRows,
                         testing::Values(Row{"oneFrame", "single:3 frame:3", "open keep"},
                                         Row{"oneEmptyFrame", "single:0 frame:0", "open keep"},
                                         Row{"pieces", "start:8:2 piece:0:5 frame:5 piece:1:3 frame:3 end:2",
                                             "open expect append expect append store"},
                                         Row{"noPieces", "start:0:0 end:0", "open store"},
                                         Row{"exactlyTheLimit", "single:100 frame:100", "open keep"},
                                         Row{"twoFiles", "single:1 frame:1 start:1:1 piece:0:1 frame:1 end:1",
                                             "open keep open expect append store"}),
                         [](const auto& row) { return std::string(row.param.what); });

INSTANTIATE_TEST_SUITE_P(
    Hostile, IncomingFileRows,
    testing::Values(
        Row{"tooLarge", "single:101 frame:101", "fail none", "'one' refused: it has 101 bytes"},
        Row{"tooLargeInPieces", "start:101:2 piece:0:60 frame:60 piece:1:41 frame:41 end:2",
            "fail none none none none none", "'f' refused: it has 101 bytes"},
        Row{"hugeSize", "start:18446744073709551615:1 piece:0:0 frame:0 end:1", "fail none none none",
            "takes files of up to 100"},
        Row{"frameTooLong", "single:3 frame:4", "open fail", "the frame has 4 bytes, 3 were announced"},
        Row{"frameTooShort", "start:8:1 piece:0:5 frame:4 end:1", "open expect fail none", "the frame has 4 bytes"},
        Row{"frameAlone", "frame:4", "fail", "not announced"},
        Row{"frameWithinAFile", "start:8:1 frame:8 end:1", "open fail none", "not announced"},
        Row{"frameTwice", "single:3 frame:3 frame:3", "open keep fail", "File refused: a binary frame came"},
        Row{"noFrame", "single:3 single:4 frame:4", "open fail none", "did not come"},
        Row{"noFrameOfAPiece", "start:8:2 piece:0:4 piece:1:4 frame:4 end:2", "open expect fail none none",
            "did not come"},
        Row{"noFrameBeforeTheEnd", "start:8:1 piece:0:8 end:1", "open expect fail", "did not come"},
        Row{"noFrameBeforeAStart", "start:8:1 piece:0:8 start:1:1 piece:0:1 frame:1 end:1",
            "open expect fail none none none", "did not come"},
        Row{"secondStart", "start:8:1 start:8:1 piece:0:8 frame:8 end:1", "open fail none none none",
            "'f' refused: another file is under way"},
        Row{"oneFrameWithinAFile", "start:8:1 single:8 frame:8 end:1", "open fail none none", "another file"},
        Row{"pieceOutOfOrder", "start:8:2 piece:1:4 frame:4 piece:0:4 frame:4 end:2", "open fail none none none none",
            "piece 1 came, piece 0 is the next"},
        Row{"pieceTwice", "start:8:2 piece:0:4 frame:4 piece:0:4 frame:4 end:2", "open expect append fail none none",
            "piece 0 came, piece 1 is the next"},
        Row{"pieceTooMuch", "start:8:2 piece:0:9 frame:9 end:2", "open fail none none", "more than was announced"},
        Row{"onePieceTooMany", "start:8:1 piece:0:8 frame:8 piece:1:0 frame:0 end:2",
            "open expect append fail none none", "more than was announced"},
        Row{"endTooEarly", "start:8:2 piece:0:4 frame:4 end:1", "open expect append fail",
            "4 bytes in 1 pieces came, 8 in 2 were announced"},
        Row{"endSaysOtherwise", "start:8:1 piece:0:8 frame:8 end:2", "open expect append fail", "were announced"},
        Row{"pieceAlone", "piece:0:4 frame:4 end:1", "fail none none", "no file was begun"},
        Row{"endAlone", "end:1", "fail", "no file was begun"},
        Row{"afterAFault", "single:101 frame:101 single:3 frame:3", "fail none open keep", "it has 101 bytes"},
        Row{"afterAFaultWithoutEnd", "start:101:1 start:3:1 piece:0:3 frame:3 end:1", "fail open expect append store",
            "it has 101 bytes"},
        Row{"timeOver", "start:8:1 piece:0:8 late frame:8 end:1", "open expect fail none none", "too late"},
        Row{"timeOverWithoutFrame", "single:8 late frame:8", "open fail none", "too late"}),
    [](const auto& row) { return std::string(row.param.what); });

TEST(IncomingFile, refusesEverythingWhenSwitchedOff) {
    IncomingFile off({.enabled = false, .maxFileSize = 100});
    const auto refused = feed(off, "start:1:1");
    EXPECT_THAT(refused.fault, testing::HasSubstr("transfer.receive is switched off"));
    EXPECT_TRUE((feed(off, "piece:0:1"), off.expectsFrame()));
    EXPECT_EQ(feed(off, "frame:1").action, Intake::none);
    EXPECT_EQ(feed(off, "end:1").action, Intake::none);
}

TEST(IncomingFile, refusesTextsThatAreTooLongOrNoChecksum) {
    IncomingFile file({.enabled = true, .maxFileSize = 100});
    EXPECT_THAT(file.announced({.filename = std::string(1025, 'n'), .size = 1}).fault, testing::HasSubstr("filename"));
    EXPECT_THAT(file.announced({.checksum = "../../x", .size = 1}).fault, testing::HasSubstr("checksum"));
    EXPECT_THAT(file.announced({.filename = "f"}).fault, testing::HasSubstr("size: is missing"));
}

TEST(IncomingFile, takesAnyOrderWithoutTakingMoreThanWasAnnounced) {
    const std::vector<std::string> words{"start:8:2", "piece:0:4", "piece:1:4", "frame:4", "end:2", "single:4", "late"};
    unsigned seed = 1;
    for (int run = 0; run < 2'000; ++run) {
        IncomingFile file({.enabled = true, .maxFileSize = 100});
        std::size_t appended = 0;
        for (int i = 0; i < 20; ++i) {
            seed = seed * 1'103'515'245U + 12'345U;
            const auto step = feed(file, words[(seed >> 16U) % words.size()]);
            appended = step.action == Intake::open ? 0 : appended + (step.action == Intake::append ? 4 : 0);
            ASSERT_LE(appended, 8U);
            ASSERT_TRUE(step.action != Intake::store || appended == 8U);
        }
    }
}

}  // namespace
