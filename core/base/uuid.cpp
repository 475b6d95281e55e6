#include "base/uuid.h"

#include <array>
#include <cstdint>
#include <random>

namespace aip::base {

std::string uuid4() {
    thread_local std::mt19937_64 engine{[] {
        std::random_device device;
        std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
        return std::mt19937_64(seed);
    }()};
    const std::uint64_t high = (engine() & ~0xF000ULL) | 0x4000ULL;
    const std::uint64_t low = (engine() & ~(3ULL << 62U)) | (2ULL << 62U);

    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(36);
    for (int nibble = 0; nibble < 32; ++nibble) {
        if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) {
            text += '-';
        }
        const std::uint64_t half = nibble < 16 ? high : low;
        text += digits[(half >> (60U - 4U * static_cast<unsigned>(nibble % 16))) & 0xFU];
    }
    return text;
}

}  // namespace aip::base
