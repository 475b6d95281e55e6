#include "image.h"

#include <aip/plugin.hpp>

#include <algorithm>
#include <string_view>

#include <png.h>

namespace snapshot {

std::string toPng(const Image& image) {
    png_image file{};
    file.version = PNG_IMAGE_VERSION;
    file.format = PNG_FORMAT_RGB;
    file.width = image.width;
    file.height = image.height;
    file.flags = PNG_IMAGE_FLAG_FAST;
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(file);
    std::string png(size, '\0');
    if (png_image_write_to_memory(&file, png.data(), &size, 0, image.pixels.data(), 0, nullptr) == 0) {
        throw aip::Error(aip::Code::internal, std::string("libpng: ") + file.message);
    }
    png.resize(size);
    return png;
}

std::string toBase64(const std::string& bytes) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t k = i; k < i + 3; ++k) {
            group = group << 8U | (k < bytes.size() ? static_cast<std::uint8_t>(bytes[k]) : 0U);
        }
        for (int shift = 18; shift >= 0; shift -= 6) {
            out += letters[group >> shift & 0x3FU];
        }
    }
    const std::size_t padding = (3 - bytes.size() % 3) % 3;
    std::fill(out.end() - static_cast<std::ptrdiff_t>(padding), out.end(), '=');
    return out;
}

}  // namespace snapshot
