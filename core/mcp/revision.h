#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace aip::mcp {

/// Which revisions of MCP are spoken. Legacy ones (up to 2025-11-25) begin with a handshake; in the modern one
/// (2026-07-28) each request tells its revision. `automatic` tries the handshake first: nearly all servers are legacy,
/// some of them end at a first request that they do not know, and a modern server merely answers it with an error.
enum class Protocol : std::uint8_t { automatic, legacy, modern };

inline constexpr std::string_view modernRevision = "2026-07-28";
inline constexpr std::string_view batchRevision = "2025-03-26";  ///< the only one that has batches
inline constexpr std::array<std::string_view, 4> legacyRevisions{"2025-11-25", "2025-06-18", batchRevision,
                                                                 "2024-11-05"};

}  // namespace aip::mcp
