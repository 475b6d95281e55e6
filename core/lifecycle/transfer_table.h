#pragma once

#include <cstdint>
#include <string_view>

/// Receiving files as a table: (stage, input) -> (action, next stage). Pure.
namespace aip::lifecycle {

enum class Stage : std::uint8_t {
    idle,
    single,        ///< a file in one frame is announced: its frame must come next
    file,          ///< between the pieces of a file
    piece,         ///< a piece is announced: its frame must come next
    spoilt,        ///< the file has failed: the rest of it is ignored
    spoiltPiece,   ///< as spoilt, and a frame is announced
    spoiltSingle,  ///< a file in one frame was refused; its frame is ignored
};

enum class Input : std::uint8_t {
    start,     ///< file_transfer_start
    single,    ///< binary_data without a number
    piece,     ///< binary_data with the number of a piece
    complete,  ///< file_transfer_complete
    frame,     ///< a binary frame
    fault,     ///< a timeout, or the file cannot be written
};

enum class Intake : std::uint8_t {
    none,
    open,    ///< start a file
    expect,  ///< remember the announcement
    append,  ///< the frame is the next piece
    store,   ///< the file is complete
    keep,    ///< the frame is the whole file: append and store
    fail,    ///< drop the file and tell the server
};

struct IntakeRow {
    Stage from;
    Input input;
    Intake action;
    Stage to;
    std::string_view fault = {};  ///< with fail: why, for the server
};

/// The row for an input; every stage has one for every input.
const IntakeRow& intake(Stage stage, Input input);

/// The next stage if the content of the input is not acceptable.
Stage spoilt(Stage stage, Input input);

}  // namespace aip::lifecycle
