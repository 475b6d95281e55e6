#include "image.h"

#include <aip/testing.hpp>

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include <png.h>

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

TEST(Snapshot, writesAPngWithTheseePixels) {
    const snapshot::Image written{2, 1, {255, 0, 0, 1, 2, 3}};
    const std::string file = snapshot::toPng(written);
    png_image read{};
    read.version = PNG_IMAGE_VERSION;
    ASSERT_NE(png_image_begin_read_from_memory(&read, file.data(), file.size()), 0) << read.message;
    EXPECT_EQ(read.width, 2U);
    EXPECT_EQ(read.height, 1U);
    read.format = PNG_FORMAT_RGB;
    std::vector<std::uint8_t> pixels(PNG_IMAGE_SIZE(read));
    ASSERT_NE(png_image_finish_read(&read, nullptr, pixels.data(), 0, nullptr), 0) << read.message;
    EXPECT_EQ(pixels, written.pixels);
}

TEST(Snapshot, saysWhyThereIsNoPng) {
    EXPECT_THROW(snapshot::toPng({0, 0, {}}), aip::Error);
}

TEST(Snapshot, writesBase64) {
    for (const auto& [bytes, text] : {std::pair("", ""), std::pair("a", "YQ=="), std::pair("ab", "YWI="),
                                      std::pair("abc", "YWJj"), std::pair("\xff\xfe\xfd", "//79")}) {
        EXPECT_EQ(snapshot::toBase64(bytes), text);
    }
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
    EXPECT_GT(picture.data.size(), std::size_t{4} << 20U);
}
