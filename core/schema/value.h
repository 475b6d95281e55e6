#pragma once

#include "schema/number.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace aip::schema {

/// The types of JSON Schema as bits. An integer has the bits of number and of integer.
namespace type {
inline constexpr std::uint8_t null = 1;
inline constexpr std::uint8_t boolean = 2;
inline constexpr std::uint8_t object = 4;
inline constexpr std::uint8_t array = 8;
inline constexpr std::uint8_t string = 16;
inline constexpr std::uint8_t number = 32;
inline constexpr std::uint8_t integer = 64;
inline constexpr std::uint8_t any = 127;
}  // namespace type

/// A place on simdjson's tape in memory.
using Place = std::uint32_t;

/// A parsed text: simdjson's tape (its doc/tape.md). It owns nothing.
struct Tape {
    const std::uint64_t* words = nullptr;
    const std::uint8_t* strings = nullptr;
    std::size_t textSize = 0;  ///< of the text that was parsed, in bytes

    static constexpr Place root = 1;

    std::size_t size() const { return words[0] & 0xFFFFFFFFFFFFFFU; }
};

/// One value of a parsed text. Cheap to copy; valid as long as the tape. In an object keys and values take turns: at a
/// key's place stands a string, the value stands at the place after it.
class Value {
  public:
    Value(const Tape& tape, Place place) : _tape(&tape), _place(place) {}

    Place place() const { return _place; }
    char tag() const { return static_cast<char>(word() >> 56U); }
    bool isObject() const { return tag() == '{'; }
    bool isArray() const { return tag() == '['; }
    bool isString() const { return tag() == '"'; }
    bool isNumber() const { return tag() == 'l' || tag() == 'u' || tag() == 'd'; }
    bool isBoolean() const { return isTrue() || tag() == 'f'; }
    bool isTrue() const { return tag() == 't'; }
    std::uint8_t types() const;

    /// The content of a string.
    std::string_view text() const {
        const std::uint8_t* start = _tape->strings + payload();
        std::uint32_t size = 0;
        std::memcpy(&size, start, sizeof(size));
        return {reinterpret_cast<const char*>(start) + sizeof(size), size};
    }
    Number number() const;

    /// Items of an array, members of an object.
    std::size_t size() const;

    /// First and past the last place inside an array or object.
    Place begin() const { return _place + 1; }
    Place end() const { return static_cast<Place>(payload()) - 1; }

    /// The place after this value.
    Place next() const {
        const char is = tag();
        return is == '{' || is == '[' ? static_cast<Place>(payload()) : _place + (isNumber() ? 2 : 1);
    }

    Value at(Place place) const { return {*_tape, place}; }

    /// The value of a member, 0 if there is none.
    Place member(std::string_view name) const;

    /// As compact JSON, the first `limit` bytes or a few more.
    std::string json(std::size_t limit) const;

  private:
    std::uint64_t word() const { return _tape->words[_place]; }
    std::uint64_t payload() const { return word() & 0xFFFFFFFFFFFFFFU; }

    const Tape* _tape;
    Place _place;
};

}  // namespace aip::schema
