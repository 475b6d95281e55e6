#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace aip::bench {

/// Bytes that must be readable after a COMMAND.
inline constexpr std::size_t commandPadding = 64;

/// The least that can be said to carry out a COMMAND of the bench: reads it with simdjson, makes a result for each
/// action, and encodes them with ids and a time of their own. No check of the tool's schema, no call, no thread.
class HonestFloor {
  public:
    HonestFloor();
    ~HonestFloor();
    HonestFloor(const HonestFloor&) = delete;
    HonestFloor& operator=(const HonestFloor&) = delete;

    /// The answer to a COMMAND as one masked frame, valid until the next call; empty for any other message.
    std::string_view answer(std::string_view command);

  private:
    struct Reader;

    void writeHead(std::string_view status, std::string_view session);
    void writeTail(std::string_view responseId);
    std::string_view frame();

    const std::unique_ptr<Reader> _reader;
    std::string _out;
    std::uint64_t _answers = 0;
};

}  // namespace aip::bench
