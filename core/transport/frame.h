#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace aip::transport {

/// RFC 6455, 5.2; the values are those on the wire.
enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// close, ping, pong and what is reserved beside them.
constexpr bool isControl(Opcode opcode) {
    return (static_cast<unsigned>(opcode) & 8U) != 0;
}

inline constexpr std::size_t maxControlPayload = 125;
inline constexpr std::size_t maxFrameHeader = 14;

/// Close codes of RFC 6455, 7.4.1 that we send or tell apart.
namespace close_code {
inline constexpr std::uint16_t normal = 1000;
inline constexpr std::uint16_t protocolError = 1002;
inline constexpr std::uint16_t noneGiven = 1005;
inline constexpr std::uint16_t noCloseFrame = 1006;
inline constexpr std::uint16_t invalidText = 1007;
inline constexpr std::uint16_t tooBig = 1009;
}  // namespace close_code

/// May this code stand in a close frame?
constexpr bool isCloseCode(std::uint16_t code) {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

/// The four bytes of a mask, in their order on the wire.
using MaskKey = std::array<char, 4>;

/// Writes `in` masked to `out`, which has room for it and is `in` itself or does not overlap it. `phase` is the place
/// of in[0] in the frame.
void maskCopy(char* out, std::string_view in, MaskKey key, std::size_t phase);

/// Writes the header of a client's frame (masked) to `out`, which has room for maxFrameHeader bytes. Returns its
/// length.
std::size_t writeHeader(char* out, bool fin, Opcode opcode, std::uint64_t payload, MaskKey key);

/// What stands at the front of the bytes of a server.
struct ServerHeader {
    std::size_t size = 0;        ///< of the header itself; 0: more bytes are needed
    std::string_view violation;  ///< not empty: not a legal header of a server, and why (static text)
    bool fin = false;
    Opcode opcode = Opcode::continuation;
    std::uint64_t payload = 0;
};

/// Reports a violation as soon as the bytes show it.
ServerHeader parseServerHeader(std::string_view bytes);

}  // namespace aip::transport
