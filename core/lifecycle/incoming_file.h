#pragma once

#include "lifecycle/transfer_table.h"
#include "protocol/messages.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace aip::lifecycle {

/// Follows the files that the server sends, one at a time: which announcement and which frame may come, and whether
/// the numbers in them agree. Pure: what is to be done with the bytes is the answer.
class IncomingFile {
  public:
    struct Limits {
        bool enabled = false;           ///< if not, every file is refused
        std::uint64_t maxFileSize = 0;  ///< bytes
    };

    struct Step {
        Intake action = Intake::none;
        std::string fault{};  ///< what to tell the server, with fail
    };

    explicit IncomingFile(const Limits& limits) : _limits(limits) {}

    Step announced(const protocol::Announcement& announcement);
    Step frame(std::size_t bytes);
    /// Something outside went wrong: the time is over, the disk is full.
    Step failed(const std::string& why);
    /// Forgets everything: the connection is gone.
    void reset() { _stage = Stage::idle; }

    /// The next binary frame belongs to a file, wanted or not.
    bool expectsFrame() const;
    /// A file is under way.
    bool active() const { return _stage == Stage::single || _stage == Stage::file || _stage == Stage::piece; }
    Stage stage() const { return _stage; }

    /// What the server said of the file; the checksum of one in pieces only with its end. Valid until the next call.
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
    std::uint64_t _received = 0;  ///< bytes of the file
    std::uint64_t _pieces = 0;    ///< whole ones
    std::uint64_t _expected = 0;  ///< bytes of the frame that must come
};

}  // namespace aip::lifecycle
