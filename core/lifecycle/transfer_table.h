#pragma once

#include <cstdint>
#include <string_view>

/// How files arrive, as a table: (stage, input) -> (action, next stage). Pure.
namespace aip::lifecycle {

enum class Stage : std::uint8_t {
    idle,
    single,        ///< one file in one frame is announced: its frame must come
    file,          ///< between the pieces of a file
    piece,         ///< a piece is announced: its frame must come
    spoilt,        ///< the file has failed: what still comes of it is passed over
    spoiltPiece,   ///< ... and a frame of it is announced
    spoiltSingle,  ///< the frame of a file that was refused is still to come
};
std::string_view name(Stage stage);

enum class Input : std::uint8_t {
    start,     ///< file_transfer_start
    single,    ///< binary_data without a number
    piece,     ///< binary_data with the number of a piece
    complete,  ///< file_transfer_complete
    frame,     ///< a binary frame
    fault,     ///< the time is over, or the file cannot be written
};
std::string_view name(Input input);

enum class Intake : std::uint8_t {
    none,
    open,    ///< begin a file
    expect,  ///< remember what is announced
    append,  ///< the frame is the next piece
    store,   ///< the file is whole
    keep,    ///< the frame is the whole file: append and store
    fail,    ///< drop what there is of the file and tell the server
};

struct IntakeRow {
    Stage from;
    Input input;
    Intake action;
    Stage to;
    std::string_view fault = {};  ///< why it fails, for the server
};

/// The row for an input; there is one for every stage and input.
const IntakeRow& intake(Stage stage, Input input);

/// Where it goes on if the content of the input is not acceptable.
Stage spoilt(Stage stage, Input input);

}  // namespace aip::lifecycle
