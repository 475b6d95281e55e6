#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace aip::tests {

/// A position that no connection reaches.
inline constexpr std::size_t nowhere = SIZE_MAX;

/// What happens to the bytes of one direction. Places count from the first byte of the connection, after
/// ChaosProxy::strike() from the first byte after it.
struct Way {
    std::size_t cutAt = nowhere;      ///< so many bytes pass, then both sides lose the connection
    std::size_t stallAt = nowhere;    ///< so many bytes pass, then nothing, not even the sender's end: a black hole
    std::size_t corruptAt = nowhere;  ///< the highest bit of this byte is flipped
    std::chrono::milliseconds delay{0};
    bool bytewise = false;  ///< every byte goes out on its own
    bool hidesEnd = false;  ///< the receiver is not told that the sender is gone: its side is kept alive
};

/// What happens to one connection.
struct Plan {
    enum class Entry : std::uint8_t {
        passed,   ///< accepted and passed on to the server
        refused,  ///< for `refusal` no connection is accepted; then the next plan counts
        silent,   ///< accepted; nothing is read or said
        reset,    ///< accepted and reset
    };

    Entry entry = Entry::passed;
    std::chrono::milliseconds refusal{0};
    Way toServer{};
    Way toClient{};
    bool cutsByReset = false;
};

}  // namespace aip::tests
