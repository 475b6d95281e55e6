#include "tar.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string_view>

namespace aip::agentctl {
namespace {

constexpr std::size_t blockSize = 512;
constexpr std::size_t checksumAt = 148;
constexpr std::size_t checksumSize = 8;

void put(std::string& header, std::size_t at, std::string_view text) {
    std::ranges::copy(text, header.begin() + static_cast<std::ptrdiff_t>(at));
}

/// The fields of ustar, by their offsets. The checksum is taken with blanks in its place.
std::string headerOf(std::string_view name, std::size_t size, std::int64_t seconds) {
    std::string header(blockSize, '\0');
    put(header, 0, name.substr(0, 100));
    put(header, 100, "0000600");
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    put(header, 124, fmt::format("{:011o}", size));
    put(header, 136, fmt::format("{:011o}", seconds));
    put(header, checksumAt, std::string(checksumSize, ' '));
    put(header, 156, "0");
    put(header, 257,
        std::string_view("ustar\0"
                         "00",
                         8));
    const auto sum = std::accumulate(header.begin(), header.end(), 0U, [](unsigned total, char byte) {
        return total + static_cast<unsigned char>(byte);
    });
    put(header, checksumAt, fmt::format("{:06o}", sum) + '\0' + ' ');
    return header;
}

}  // namespace

std::string tarOf(const std::map<std::string, std::string>& files, std::chrono::system_clock::time_point made) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(made.time_since_epoch()).count();
    std::string archive;
    for (const auto& [name, text] : files) {
        archive += headerOf(name, text.size(), seconds);
        archive += text;
        archive.append((blockSize - text.size() % blockSize) % blockSize, '\0');
    }
    return archive + std::string(2 * blockSize, '\0');
}

}  // namespace aip::agentctl
