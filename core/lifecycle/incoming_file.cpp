#include "lifecycle/incoming_file.h"

#include "base/json_text.h"

#include <algorithm>
#include <utility>

namespace aip::lifecycle {
namespace {

using protocol::Announcement;
using protocol::ServerType;

constexpr std::size_t longestText = 1'024;
constexpr std::size_t shownName = 120;

Input inputOf(const Announcement& announcement) {
    switch (announcement.type) {
        case ServerType::fileTransferStart:
            return Input::start;
        case ServerType::fileTransferComplete:
            return Input::complete;
        default:
            return announcement.chunkNumber ? Input::piece : Input::single;
    }
}

std::string number(std::uint64_t value) {
    return std::to_string(value);
}

bool isMd5(const std::string& text) {
    return text.size() == 32 && text.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
}

std::string tooLong(const Announcement& announcement) {
    for (const auto& text : {announcement.filename, announcement.mimeType, announcement.sessionId}) {
        if (text && text->size() > longestText) {
            return "filename, mime_type and session_id may have " + number(longestText) + " bytes";
        }
    }
    return announcement.checksum && !isMd5(*announcement.checksum) ? "checksum: expected 32 hexadecimal digits" : "";
}

}  // namespace

IncomingFile::Step IncomingFile::announced(const Announcement& announcement) {
    const Input input = inputOf(announcement);
    const Intake wanted = intake(_stage, input).action;
    forgetOldClaim();
    if (wanted == Intake::open) {
        _claim = announcement;
    }
    const bool judged = wanted != Intake::none && wanted != Intake::fail;
    Step step = feed(input, judged ? faultIn(input, announcement) : "");
    remember(step.action, announcement);
    return step;
}

IncomingFile::Step IncomingFile::frame(std::size_t bytes) {
    forgetOldClaim();
    const bool wanted = _stage == Stage::single || _stage == Stage::piece;
    const bool fits = !wanted || bytes == _expected;
    Step step = feed(Input::frame,
                     fits ? "" : "the frame has " + number(bytes) + " bytes, " + number(_expected) + " were announced");
    if (step.action == Intake::append) {
        _received += bytes;
        ++_pieces;
    }
    return step;
}

IncomingFile::Step IncomingFile::failed(const std::string& why) {
    return feed(Input::fault, why);
}

bool IncomingFile::expectsFrame() const {
    return _stage == Stage::single || _stage == Stage::piece || _stage == Stage::spoiltPiece ||
           _stage == Stage::spoiltSingle;
}

/// Keeps the next fault from naming a file that has ended.
void IncomingFile::forgetOldClaim() {
    if (_stage == Stage::idle || _stage == Stage::spoiltSingle) {
        _claim = {};
    }
}

IncomingFile::Step IncomingFile::feed(Input input, std::string fault) {
    const IntakeRow& row = intake(_stage, input);
    if (row.action == Intake::none || (row.action != Intake::fail && fault.empty())) {
        _stage = row.to;
        return {row.action};
    }
    const std::string text = named(row.fault.empty() ? std::move(fault) : std::string(row.fault));
    _stage = row.action == Intake::fail ? row.to : spoilt(_stage, input);
    return {Intake::fail, text};
}

std::string IncomingFile::faultIn(Input input, const Announcement& announcement) const {
    switch (input) {
        case Input::start:
        case Input::single:
            return faultInBegin(input, announcement);
        case Input::piece:
            return faultInPiece(announcement);
        default:
            return faultInEnd(announcement);
    }
}

std::string IncomingFile::faultInBegin(Input input, const Announcement& announcement) const {
    if (!_limits.enabled) {
        return "this device takes no files: transfer.receive is switched off there";
    }
    if (!announcement.size) {
        return "size: is missing";
    }
    if (input == Input::start && !announcement.totalChunks) {
        return "total_chunks: is missing";
    }
    if (*announcement.size > _limits.maxFileSize) {
        return "it has " + number(*announcement.size) + " bytes, this device takes files of up to " +
               number(_limits.maxFileSize);
    }
    return tooLong(announcement);
}

std::string IncomingFile::faultInPiece(const Announcement& announcement) const {
    if (!announcement.size) {
        return "size: is missing";
    }
    if (*announcement.chunkNumber != _pieces) {
        return "piece " + number(*announcement.chunkNumber) + " came, piece " + number(_pieces) + " is the next";
    }
    if (announcement.chunkSize.value_or(*announcement.size) != *announcement.size) {
        return "size and chunk_size of piece " + number(_pieces) + " differ";
    }
    if (*announcement.size > *_claim.size - _received || _pieces == *_claim.totalChunks) {
        return "piece " + number(_pieces) + " is more than was announced: " + number(*_claim.size) + " bytes in " +
               number(*_claim.totalChunks) + " pieces";
    }
    return {};
}

std::string IncomingFile::faultInEnd(const Announcement& announcement) const {
    if (_received != *_claim.size || _pieces != *_claim.totalChunks ||
        announcement.totalChunks.value_or(_pieces) != _pieces) {
        return number(_received) + " bytes in " + number(_pieces) + " pieces came, " + number(*_claim.size) + " in " +
               number(*_claim.totalChunks) + " were announced";
    }
    return tooLong(announcement);
}

void IncomingFile::remember(Intake action, const Announcement& announcement) {
    if (action == Intake::open) {
        _received = _pieces = 0;
        _expected = *announcement.size;
    } else if (action == Intake::expect) {
        _expected = *announcement.size;
    } else if (action == Intake::store) {
        _claim.checksum = announcement.checksum;
    }
}

std::string IncomingFile::named(const std::string& fault) const {
    const std::string file = _claim.filename ? " '" + base::excerpt(*_claim.filename, shownName) + "'" : "";
    return "File" + file + " refused: " + fault;
}

}  // namespace aip::lifecycle
