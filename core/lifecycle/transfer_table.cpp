#include "lifecycle/transfer_table.h"

#include <algorithm>
#include <iterator>

namespace aip::lifecycle {
namespace {

constexpr std::string_view noFrame = "the binary frame that was announced before did not come";
constexpr std::string_view noStart = "no file was begun with file_transfer_start";
constexpr std::string_view notAnnounced = "a binary frame came that was not announced";
constexpr std::string_view second = "another file is under way: one at a time";

// clang-format off
constexpr IntakeRow intakeTable[] = {
    {Stage::idle, Input::start, Intake::open, Stage::file},
    {Stage::idle, Input::single, Intake::open, Stage::single},
    {Stage::idle, Input::piece, Intake::fail, Stage::spoiltPiece, noStart},
    {Stage::idle, Input::complete, Intake::fail, Stage::idle, noStart},
    {Stage::idle, Input::frame, Intake::fail, Stage::idle, notAnnounced},
    {Stage::idle, Input::fault, Intake::fail, Stage::idle},

    {Stage::single, Input::start, Intake::fail, Stage::spoilt, noFrame},
    {Stage::single, Input::single, Intake::fail, Stage::spoiltSingle, noFrame},
    {Stage::single, Input::piece, Intake::fail, Stage::spoiltPiece, noFrame},
    {Stage::single, Input::complete, Intake::fail, Stage::idle, noFrame},
    {Stage::single, Input::frame, Intake::keep, Stage::idle},
    {Stage::single, Input::fault, Intake::fail, Stage::spoiltSingle},

    {Stage::file, Input::start, Intake::fail, Stage::spoilt, second},
    {Stage::file, Input::single, Intake::fail, Stage::spoiltPiece, second},
    {Stage::file, Input::piece, Intake::expect, Stage::piece},
    {Stage::file, Input::complete, Intake::store, Stage::idle},
    {Stage::file, Input::frame, Intake::fail, Stage::spoilt, notAnnounced},
    {Stage::file, Input::fault, Intake::fail, Stage::spoilt},

    {Stage::piece, Input::start, Intake::fail, Stage::spoilt, noFrame},
    {Stage::piece, Input::single, Intake::fail, Stage::spoiltPiece, noFrame},
    {Stage::piece, Input::piece, Intake::fail, Stage::spoiltPiece, noFrame},
    {Stage::piece, Input::complete, Intake::fail, Stage::idle, noFrame},
    {Stage::piece, Input::frame, Intake::append, Stage::file},
    {Stage::piece, Input::fault, Intake::fail, Stage::spoiltPiece},

    {Stage::spoilt, Input::start, Intake::open, Stage::file},
    {Stage::spoilt, Input::single, Intake::open, Stage::single},
    {Stage::spoilt, Input::piece, Intake::none, Stage::spoiltPiece},
    {Stage::spoilt, Input::complete, Intake::none, Stage::idle},
    {Stage::spoilt, Input::frame, Intake::none, Stage::spoilt},
    {Stage::spoilt, Input::fault, Intake::none, Stage::spoilt},

    {Stage::spoiltPiece, Input::start, Intake::open, Stage::file},
    {Stage::spoiltPiece, Input::single, Intake::open, Stage::single},
    {Stage::spoiltPiece, Input::piece, Intake::none, Stage::spoiltPiece},
    {Stage::spoiltPiece, Input::complete, Intake::none, Stage::idle},
    {Stage::spoiltPiece, Input::frame, Intake::none, Stage::spoilt},
    {Stage::spoiltPiece, Input::fault, Intake::none, Stage::spoiltPiece},

    {Stage::spoiltSingle, Input::start, Intake::open, Stage::file},
    {Stage::spoiltSingle, Input::single, Intake::open, Stage::single},
    {Stage::spoiltSingle, Input::piece, Intake::fail, Stage::spoiltPiece, noStart},
    {Stage::spoiltSingle, Input::complete, Intake::fail, Stage::idle, noStart},
    {Stage::spoiltSingle, Input::frame, Intake::none, Stage::idle},
    {Stage::spoiltSingle, Input::fault, Intake::none, Stage::spoiltSingle},
};
// clang-format on

constexpr std::size_t inputs = 6;
static_assert(std::size(intakeTable) == 7 * inputs);

constexpr std::size_t at(Stage stage, Input input) {
    return static_cast<std::size_t>(stage) * inputs + static_cast<std::size_t>(input);
}

constexpr bool inOrder() {
    for (std::size_t i = 0; i < std::size(intakeTable); ++i) {
        if (at(intakeTable[i].from, intakeTable[i].input) != i) {
            return false;
        }
    }
    return true;
}
static_assert(inOrder(), "a row for every stage and input, in the order of the enumerations");

}  // namespace

const IntakeRow& intake(Stage stage, Input input) {
    return intakeTable[at(stage, input)];
}

Stage spoilt(Stage stage, Input input) {
    switch (input) {
        case Input::start:
            return Stage::spoilt;
        case Input::single:
            return Stage::spoiltSingle;
        case Input::piece:
            return Stage::spoiltPiece;
        case Input::complete:
            return Stage::idle;
        case Input::frame:
            return stage == Stage::single ? Stage::idle : Stage::spoilt;
        case Input::fault:
            return intake(stage, input).to;
    }
    return Stage::idle;
}

}  // namespace aip::lifecycle
