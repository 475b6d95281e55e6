#pragma once

#include "base/byte_buffer.h"
#include "protocol/messages.h"

#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace aip::protocol {

/// Deeper nesting anywhere in a message is an error.
inline constexpr int maxNesting = 256;

/// Why a text is not a message of the server.
struct DecodeFault {
    std::string text{};        ///< names the field: "actions[1].tool_name: expected a string, got a number"
    std::string responseId{};  ///< of the message, if it could be read
    bool notUtf8 = false;      ///< so the connection is to be closed with 1007 if it came as text
    bool answerable = true;    ///< false for a message of type error: those are never answered
};

using Decoded = std::variant<ServerMessagePtr, DecodeFault>;

/// Reads the server's messages. Keeps its parser's memory between messages; one thread at a time.
class Decoder {
  public:
    Decoder();
    ~Decoder();
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    /// Takes ownership of the text: only strings with escapes are copied. Strict in the envelope: duplicate keys,
    /// wrong types, nesting beyond maxNesting, invalid UTF-8 and trailing text are faults; unknown keys are not.
    /// Invalid UTF-8 anywhere is a fault that says so, whatever else is wrong.
    /// The inside of `parameters`, `messages` and `result` is only checked for its nesting.
    /// A COMMAND beyond maxActions or maxIdSize comes with `excess`; one whose response_id is too long is a fault.
    /// A large COMMAND of which less than half is needed is copied, so that the rest is not kept.
    /// If text.capacity() is not at least text.size() + base::jsonPadding, the text is copied once.
    Decoded decode(base::ByteBuffer text);

  private:
    struct Parser;
    std::unique_ptr<Parser> _parser;
};

}  // namespace aip::protocol
