// The result of a call, on its way to the agent.
#pragma once

#include "../ext/result_room.h"
#include "agent.hpp"
#include "call.hpp"
#include "text.hpp"
#include "write.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace aip::detail {

/// JSON text, or the number of its bytes in the room that the agent gave for it.
class ToolResult {
  public:
    ToolResult(std::string json) : _json(std::move(json)) {}  // NOLINT(google-explicit-constructor): it is one
    explicit ToolResult(std::uint64_t inRoom) : _inRoom(inRoom) {}

    void handOver(const aip_call& call) const {
        if (_inRoom) {
            const auto* room = agentTable<aip_result_room>(AIP_EXT_RESULT_ROOM);
            room->set(room, &call, *_inRoom);
        } else {
            call.set_result(&call, borrow(_json));
        }
    }

  private:
    std::string _json;
    std::optional<std::uint64_t> _inRoom;
};

/// Writes up to the end of a room, and counts what does not fit as well.
struct Place {
    void operator+=(char c) { *this += std::string_view(&c, 1); }
    void operator+=(std::string_view text) {
        written += text.size();
        at += text.copy(at, static_cast<std::size_t>(end - at));
    }

    char* at;
    const char* end;
    std::uint64_t written = 0;
};

/// `text` as JSON, in the agent's room; nothing if it has none for it. One of many escapes is written twice.
inline std::optional<ToolResult> inRoom(const Call& call, std::string_view text) {
    constexpr std::size_t worthIt = 64U << 10U;
    const auto* room = text.size() < worthIt ? nullptr : agentTable<aip_result_room>(AIP_EXT_RESULT_ROOM);
    for (std::uint64_t size = text.size() + text.size() / 32; room;) {
        char* begin = room->give(room, &call.table(), size);
        if (!begin) {
            break;
        }
        Place place{begin, begin + size};
        writeString(place, text);
        if (place.written <= size) {
            return ToolResult(place.written);
        }
        size = place.written;
    }
    return std::nullopt;
}

/// What a tool returned; large texts are moved, or written where the agent has them, where that can be.
inline ToolResult resultOf(const Call&, Json&& value) {
    return std::move(value.text);
}
inline ToolResult resultOf(const Call&, Object&& value) {
    return std::move(value).text();
}
template <typename T>
ToolResult resultOf(const Call& call, T&& value) {
    if constexpr (Text<std::remove_cvref_t<T>> && !CText<std::remove_cvref_t<T>>) {
        if (auto result = inRoom(call, value)) {
            return *std::move(result);
        }
    }
    return toJson(value);
}

}  // namespace aip::detail
