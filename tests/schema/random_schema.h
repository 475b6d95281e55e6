#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace aip::tests {

/// Where random choices come from: bytes of a fuzzer, or a generator with a seed.
class Choice {
  public:
    explicit Choice(std::string_view bytes) : _bytes(bytes) {}
    explicit Choice(std::uint64_t seed) : _state(seed * 2 + 1) {}

    /// From 0 to `count` - 1. Out of bytes it is always 0.
    std::size_t below(std::size_t count);

  private:
    std::string_view _bytes;
    std::uint64_t _state = 0;
};

/// A small schema of 2020-12 with the keywords that Oracle knows. A reference may go round in a circle.
std::string randomSchema(Choice& choice);

/// A small value with the names, texts and numbers that such a schema speaks of.
std::string randomValue(Choice& choice);

/// `json`, without escapes in its strings, with the members of each object turned round.
std::string membersReversed(std::string_view json);

}  // namespace aip::tests
