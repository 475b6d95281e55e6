#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace snapshot {

/// An image, three bytes (red, green, blue) a pixel, row by row.
struct Image {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::vector<std::uint8_t> pixels;
};

/// The bytes of a PNG file. An aip::Error says why libpng does not write it.
std::string toPng(const Image& image);

std::string toBase64(const std::string& bytes);

}  // namespace snapshot
