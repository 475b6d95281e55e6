#include "base/log.h"

#include <gtest/gtest.h>

#include <new>
#include <string_view>

namespace {

namespace log = aip::base::log;

struct WithoutMemory {
    explicit WithoutMemory(int& lines) {
        log::setSink(log::Level::debug, [&lines](log::Level, std::string_view) {
            ++lines;
            throw std::bad_alloc();
        });
    }
    ~WithoutMemory() { log::setSink(log::Level::error, {}); }
};

TEST(Log, losesALineForWhichThereIsNoMemory) {
    int lines = 0;
    const WithoutMemory log(lines);
    log::error("a line");
    log::write(log::Level::warn, "another");
    EXPECT_EQ(lines, 2);
}

}  // namespace
