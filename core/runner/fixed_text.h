#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace aip::runner {

/// A text of at most `Capacity` bytes; what does not fit is cut. It never allocates: for signal handlers.
template <std::size_t Capacity>
class FixedText {
  public:
    FixedText& add(std::string_view text) {
        const std::size_t size = std::min(text.size(), Capacity - _size);
        std::copy_n(text.data(), size, _bytes.data() + _size);
        _size += size;
        return *this;
    }
    /// "0x1f"
    FixedText& addHex(std::uint64_t number) { return add("0x").addNumber(number, 16); }
    FixedText& addDecimal(std::uint64_t number) { return addNumber(number, 10); }

    void clear() { _size = 0; }
    std::string_view view() const { return {_bytes.data(), _size}; }

  private:
    FixedText& addNumber(std::uint64_t number, unsigned base) {
        std::array<char, 20> digits{};
        std::size_t begin = digits.size();
        do {
            digits[--begin] = "0123456789abcdef"[number % base];
            number /= base;
        } while (number != 0);
        return add({digits.data() + begin, digits.size() - begin});
    }

    std::array<char, Capacity> _bytes{};
    std::size_t _size = 0;
};

}  // namespace aip::runner
