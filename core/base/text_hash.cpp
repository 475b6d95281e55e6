#include "base/text_hash.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

namespace aip::base {
namespace {

__extension__ using Wide = unsigned __int128;

/// Odd, and with about as many bits set as not.
constexpr std::array<std::uint64_t, 3> salts{0xA0761D6478BD642FU, 0xE7037ED1A0B428DBU, 0x8EBC6AF09C88C6E3U};

constexpr std::size_t pairSize = 16;
constexpr std::size_t blockSize = pairSize * salts.size();

std::uint64_t wordAt(const char* bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

/// Both halves of the product: each bit of the factors reaches each bit of it.
std::uint64_t folded(std::uint64_t left, std::uint64_t right) {
    const Wide product = Wide(left) * right;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

std::uint64_t mixed(const char* bytes, std::uint64_t salt, std::uint64_t hash) {
    return folded(wordAt(bytes) ^ salt, wordAt(bytes + sizeof(std::uint64_t)) ^ hash);
}

}  // namespace

std::uint64_t textHash(std::string_view text, std::uint64_t seed) {
    const std::uint64_t begin = folded(text.size() ^ salts[0], seed ^ salts[1]);
    // Several lanes, so that one multiplication need not wait for the one before.
    std::array<std::uint64_t, salts.size()> lanes{begin, begin, begin};
    for (; text.size() >= blockSize; text.remove_prefix(blockSize)) {
        for (std::size_t i = 0; i < lanes.size(); ++i) {
            lanes[i] = mixed(text.data() + i * pairSize, salts[i], lanes[i]);
        }
    }
    std::uint64_t hash = lanes[0] ^ folded(lanes[1], salts[1]) ^ folded(lanes[2], salts[2]);
    while (!text.empty()) {
        std::array<char, pairSize> rest{};
        const std::size_t size = std::min(text.size(), rest.size());
        std::copy_n(text.begin(), size, rest.begin());
        hash = mixed(rest.data(), salts[1], hash);
        text.remove_prefix(size);
    }
    return folded(hash, salts[2]);
}

}  // namespace aip::base
