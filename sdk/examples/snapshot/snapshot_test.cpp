#include "png.h"

#include <aip/testing.hpp>

#include <gtest/gtest.h>

using aip::testing::Plugin;

namespace {

/// What a test wants to know of the result.
struct Picture {
    std::string mimeType;
    int width = 0;
    int height = 0;
    std::string data;

    static auto fields() {
        return aip::fields(aip::field("mime_type", &Picture::mimeType), aip::field("width", &Picture::width),
                           aip::field("height", &Picture::height), aip::field("data", &Picture::data));
    }
};

}  // namespace

TEST(Snapshot, writesAPngThatEverybodyReads) {
    const snapshot::Image red{1, 1, {255, 0, 0}};
    // As Python's zlib and struct put the same file together.
    EXPECT_EQ(snapshot::toBase64(snapshot::toPng(red)),
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAAD0lEQVR4AQEEAPv/AP8AAAMBAQCNHeWCAAAAAElFTkSuQmCC");
}

TEST(Snapshot, capturesInTheSizeWanted) {
    Plugin<> snapshot;
    const auto picture = snapshot.call<Picture>("capture", {{"width", 32}, {"height", 16}});
    EXPECT_EQ(picture.mimeType, "image/png");
    EXPECT_EQ(picture.width, 32);
    EXPECT_EQ(picture.height, 16);
    EXPECT_TRUE(picture.data.starts_with("iVBORw0KGgo"));
}

TEST(Snapshot, returnsLargePictures) {
    const auto picture = Plugin<>().call<Picture>("capture", {{"width", 2048}, {"height", 2048}});
    EXPECT_GT(picture.data.size(), std::size_t{16} << 20U);
}
