#pragma once

#include "lifecycle/transfer_table.h"
#include "protocol/messages.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace aip::lifecycle {

/// Tracks the file that the server sends, one at a time: which announcement or frame may come next, and whether their
/// numbers agree. Pure: returns what to do with the bytes.
class IncomingFile {
  public:
    struct Limits {
        bool enabled = false;           ///< false: every file is refused
        std::uint64_t maxFileSize = 0;  ///< bytes
    };

    struct Step {
        Intake action = Intake::none;
        std::string fault{};  ///< for the server, if the action is fail
    };

    explicit IncomingFile(const Limits& limits) : _limits(limits) {}

    Step announced(const protocol::Announcement& announcement);
    Step frame(std::size_t bytes);
    /// The file failed for another reason: a timeout, a full disk.
    Step failed(const std::string& why);
    /// Forgets the file: the connection is lost.
    void reset() { _stage = Stage::idle; }

    /// Whether the next binary frame belongs to a file, accepted or refused.
    bool expectsFrame() const;
    /// Whether a file is being received.
    bool active() const { return _stage == Stage::single || _stage == Stage::file || _stage == Stage::piece; }

    /// What the server claims about the file; a file in pieces has its checksum only at its end. Valid until the next
    /// call.
    const protocol::Announcement& claim() const { return _claim; }

  private:
    void forgetOldClaim();
    Step feed(Input input, std::string fault);
    std::string faultIn(Input input, const protocol::Announcement& announcement) const;
    std::string faultInBegin(Input input, const protocol::Announcement& announcement) const;
    std::string faultInPiece(const protocol::Announcement& announcement) const;
    std::string faultInEnd(const protocol::Announcement& announcement) const;
    void remember(Intake action, const protocol::Announcement& announcement);
    std::string named(const std::string& fault) const;

    const Limits _limits;
    Stage _stage = Stage::idle;
    protocol::Announcement _claim;
    std::uint64_t _received = 0;  ///< bytes of the file so far
    std::uint64_t _pieces = 0;    ///< complete pieces
    std::uint64_t _expected = 0;  ///< bytes of the next frame
};

}  // namespace aip::lifecycle
