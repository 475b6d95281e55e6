#include "base/base64.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace {

using aip::base::base64;
using aip::base::fromBase64;

TEST(Base64, goesThereAndBack) {
    for (const auto& [bytes, text] : {std::pair<std::string, std::string>{"", ""},
                                      {"f", "Zg=="},
                                      {"fo", "Zm8="},
                                      {"foo", "Zm9v"},
                                      {"foob", "Zm9vYg=="},
                                      {std::string("\0\xFF\xFE", 3), "AP/+"}}) {
        EXPECT_EQ(base64(bytes), text);
        EXPECT_EQ(fromBase64(text), bytes) << text;
    }
    std::string all;
    for (int byte = 0; byte < 256; ++byte) {
        all += static_cast<char>(byte);
        EXPECT_EQ(fromBase64(base64(all)), all);
    }
}

TEST(Base64, whatIsNotValidIsNothing) {
    for (const char* text :
         {"Zg", "Zg=", "Zm8", "Zh==", "Zm9=", "Z===", "====", "Zg==Zg==", "Zm 9", "Zm9\n", "Zm-_", "Zm8=x"}) {
        EXPECT_EQ(fromBase64(text), std::nullopt) << text;
    }
}

}  // namespace
