// A data collection with a large result: an image as base64. A real one would ask a camera or a screen.
#include "image.h"

#include <aip/plugin.hpp>

namespace {

struct Picture {
    std::string mimeType = "image/png";
    int width = 0;
    int height = 0;
    std::string data;

    static auto fields() {
        return aip::fields(aip::field(aip::param("mime_type"), &Picture::mimeType),
                           aip::field("width", &Picture::width), aip::field("height", &Picture::height),
                           aip::field(aip::param("data", "The file, as base64"), &Picture::data));
    }
};

/// The noise of a camera, the same each time.
std::uint8_t grain(int x, int y) {
    auto mixed = static_cast<std::uint32_t>(x) * 2654435761U + static_cast<std::uint32_t>(y) * 2246822519U;
    mixed = (mixed ^ mixed >> 15U) * 3266489917U;
    return static_cast<std::uint8_t>(mixed >> 24U);
}

struct Snapshot {
    static constexpr int largest = 2048;

    static void describe(aip::Description<Snapshot>& d) {
        d.describe("Takes pictures.").nameSpace("Snapshot");
        d.dataCollection("capture", "A picture of the test card.", &Snapshot::capture,
                         aip::param("width", "Pixels", 640).min(1).max(largest),
                         aip::param("height", "Pixels", 480).min(1).max(largest))
            .readOnly();
    }

    static Picture capture(const aip::Call& call, int width, int height) {
        if (width < 1 || width > largest || height < 1 || height > largest) {
            throw aip::Error(
                aip::Code::invalid,
                "there is no such size");  // the agent has checked it; so much memory is worth a second look
        }
        snapshot::Image image{static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height), {}};
        image.pixels.reserve(std::size_t{image.width} * image.height * 3);
        for (int y = 0; y < height; ++y) {
            call.throwIfCancelled();
            for (int x = 0; x < width; ++x) {
                image.pixels.push_back(static_cast<std::uint8_t>(255 * x / width));
                image.pixels.push_back(static_cast<std::uint8_t>(255 * y / height));
                image.pixels.push_back(grain(x, y));
            }
        }
        const std::string png = snapshot::toPng(image);
        call.throwIfCancelled();
        return {.width = width, .height = height, .data = snapshot::toBase64(png)};
    }
};

}  // namespace

AIP_PLUGIN(Snapshot)
